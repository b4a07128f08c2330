"""What one large answer adds to a worker while it is fetched, taken apart and kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MEBIBYTES = 24
MOST = 2.5
"""Times its own bytes. It was 4 to 6 where keeping it made three copies more."""

MEASURED = """
import ctypes, json, os, sys, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
ctypes.CDLL(None).mallopt(-3, 512 * 1024)
import django; django.setup()
from types import SimpleNamespace
from records.fetching import collected
from records.fetching.cache import Keep
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from tests.resources import observation as vital

what, size = sys.argv[1], int(sys.argv[2]) * 1024 * 1024
one = json.dumps({"resource": vital(note=[{"text": "é" if what == "accents" else "e"}])}, ensure_ascii=False).encode()
if what == "one note":
    one = json.dumps({"resource": vital(note=[{"text": os.urandom(size // 2).hex()}])}).encode()
body = b'{"resourceType":"Bundle","type":"searchset","entry":[' + b",".join([one] * (size // len(one) or 1)) + b"]}"

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *said): pass

server = HTTPServer(("127.0.0.1", 0), Answer)
if os.fork() == 0:
    server.handle_request()
    os._exit(0)
length = len(body)
del body
gate = SimpleNamespace(seconds_shut=lambda: 0)
base = f"http://127.0.0.1:{server.server_address[1]}/"
client = FhirClient(base=base, bearer=lambda: "t", renew=lambda seen: "t", gate=gate, deadline=Deadline(120))

def told(name):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(name))

open("/proc/self/clear_refs", "w").write("5")
before = told("VmRSS")
content, answer = client.search("Observation", [("patient", "p1")])
collected.store_page(SimpleNamespace(keep=Keep("a", b"k" * 32)), 1.0, content)
answer.digest
print((told("VmHWM") - before) / length)
"""


@pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="only Linux tells what a process took at most"
)
@pytest.mark.parametrize("what", ["plain", "accents", "one note"])
def test_a_large_answer_is_fetched_taken_apart_and_kept_without_copies(what: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", MEASURED, what, str(MEBIBYTES)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stderr[-2000:]
    assert float(ran.stdout) < MOST

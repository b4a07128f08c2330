"""What Prometheus is told: sums over all workers, for this machine alone, and nothing that names anybody."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from insync_portal import metrics_server
from tests.conftest import ROOT
from tests.servers import Servers, sign_in_over_http, start_both


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def told(port: int) -> str:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text


def open_record(servers: Servers, person: str) -> tuple[requests.Session, str]:
    """Somebody who is signed in, and the address of their record."""
    browser = requests.Session()
    browser.trust_env = False
    away = browser.get(f"{servers.portal}/auth/launch/", allow_redirects=False, timeout=30)
    back = sign_in_over_http(away.headers["Location"], person)
    opened = browser.get(back, allow_redirects=False, timeout=30)
    return browser, servers.portal + opened.headers["Location"]


def value(text: str, name: str, **labels: str) -> float:
    """The sum of the series that have these labels."""
    found = 0.0
    for line in text.splitlines():
        match = re.fullmatch(rf"{name}(?:\{{(.*)\}})? (\S+)", line)
        if match and set(labels.items()) <= set(re.findall(r'(\w+)="([^"]*)"', match[1] or "")):
            found += float(match[2])
    return found


def test_a_portal_that_is_watched_tells_counts_and_names_nobody() -> None:
    port = free_port()
    with start_both(portal={"METRICS_PORT": str(port)}) as servers:
        session, record = open_record(servers, "daniel")
        for _ in range(3):
            assert session.get(f"{record}medications/", timeout=30).status_code == 200
        session.get(f"{servers.portal}/auth/callback/?state=x", timeout=30)
        session.get(f"{servers.portal}/no-such-page/", timeout=30)
        text = told(port)
        access = record.rstrip("/").rpartition("/")[2]

    assert value(text, "insync_portal_pages_total", page="records:section", status="200") == 3
    assert value(text, "insync_portal_page_seconds_count", page="records:section") == 3
    assert value(text, "insync_portal_pages_total", page="none", status="404") >= 1
    assert value(text, "insync_portal_sign_ins_total", outcome="opened") == 1
    assert value(text, "insync_portal_sign_ins_total", outcome="state-unknown") == 1
    assert (
        value(text, "insync_portal_record_server_requests_total", type="MedicationRequest", status="200") >= 1
    )
    assert value(text, "insync_portal_record_server_seconds_count", type="MedicationRequest") >= 1
    assert value(text, "insync_portal_kept_total", found="hit") >= 1
    assert value(text, "insync_portal_turns_total", turn="waits") >= 3
    assert value(text, "insync_portal_threads") == 32
    assert value(text, "insync_portal_busy_threads") == 0
    assert value(text, "insync_portal_workers") == 1
    assert value(text, "insync_portal_worker_memory_bytes_max") > 20_000_000
    assert "insync_portal_trail_not_kept_total 0.0" in text
    assert not re.search(rf"{access}|daniel|whitaker|harbor|penicillin|127\.0\.0\.1", text, re.IGNORECASE)
    with pytest.raises(requests.ConnectionError):
        told(port)  # the one who answers ends with the portal


def test_what_each_process_counts_is_summed(tmp_path: Path) -> None:
    watched = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "METRICS_PORT": "1",
    }
    count = """
import django; django.setup()
from upstream import meter
meter.count("record_server", "Observation", "503")
meter.count("record_server", "MadeUpByARecord", "998")
meter.count("circuit_opened", "*")
meter.took("record_server", 0.3, "Observation", "503")
"""
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], cwd=ROOT, env=watched, check=True)
    collect = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""
    ran = subprocess.run(
        [sys.executable, "-c", collect], env=watched, capture_output=True, text=True, check=True
    )

    assert (
        value(ran.stdout, "insync_portal_record_server_requests_total", type="Observation", status="503") == 2
    )
    assert value(ran.stdout, "insync_portal_record_server_requests_total", type="other", status="other") == 2
    assert value(ran.stdout, "insync_portal_record_server_seconds_count", type="Observation") == 2
    assert value(ran.stdout, "insync_portal_circuit_opened_total", type="*") == 2
    assert 'insync_portal_sign_ins_total{outcome="token-refused"} 0.0' in ran.stdout, "it begins at 0"


def test_unless_a_port_is_set_nothing_of_it_is_even_loaded() -> None:
    loaded = """
import django; django.setup()
import sys
from django.conf import settings
from upstream import meter
print("prometheus_client" in sys.modules, meter._listeners, [m for m in settings.MIDDLEWARE if "metrics" in m])
"""
    quiet = {name: one for name, one in os.environ.items() if name != "METRICS_PORT"}
    ran = subprocess.run(
        [sys.executable, "-c", loaded],
        cwd=ROOT,
        env=quiet | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.strip() == "False [] []"


def test_where_there_is_no_proc_memory_is_nothing_and_no_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(metrics_server, "PROC", tmp_path)

    families = {family.name: family.samples[0].value for family in metrics_server.Memory(1).collect()}

    assert families == {
        "insync_portal_worker_memory_bytes_max": 0,
        "insync_portal_worker_memory_bytes_sum": 0,
        "insync_portal_workers": 0,
    }

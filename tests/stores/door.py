"""A door in front of the demo server: counts who goes through, and can hold somebody up."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import requests

TOKEN = "/smartauth/oauth/token"


@dataclass
class Door:
    """`address` stands for the demo server, to the portal and to browsers; `leads_to` is where it really is.

    `first_tokens_last`: how long, by its answer, what a code is exchanged for is good (seconds). `asked`: the paths
    of requests for the record. `refreshes`: the refresh tokens that were sent. `swallow`: the next refresh gets no
    further than here; `swallowed` tells when.
    """

    address: str = ""
    leads_to: str = ""
    first_tokens_last: int = 300
    asked: list[str] = field(default_factory=list)
    refreshes: list[str] = field(default_factory=list)
    swallow: threading.Event = field(default_factory=threading.Event)
    swallowed: threading.Event = field(default_factory=threading.Event)
    shut: threading.Event = field(default_factory=threading.Event)

    def begin(self, *, first_tokens_last: int = 300) -> None:
        """Another test."""
        self.asked.clear()
        self.refreshes.clear()
        self.swallow.clear()
        self.swallowed.clear()
        self.first_tokens_last = first_tokens_last


@contextmanager
def open_door() -> Iterator[Door]:
    """A door on a free port, until the block ends. `leads_to` is to be said before anybody comes."""
    door = Door()

    class Through(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            grant = parse_qs(body.decode()) if self.path == TOKEN else {}
            if "/fhir-request/" in self.path and ".well-known" not in self.path:
                door.asked.append(self.path)
            if "refresh_token" in grant.get("grant_type", []):
                door.refreshes += grant["refresh_token"]
                if door.swallow.is_set():
                    door.swallow.clear()
                    door.swallowed.set()
                    door.shut.wait(60)
                    return
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(
                    self.command,
                    door.leads_to + self.path,
                    data=body,
                    headers={**self.headers, "Accept-Encoding": "identity"},
                    allow_redirects=False,
                    timeout=60,
                )
            content = answer.content
            if grant.get("grant_type") == ["authorization_code"] and answer.status_code == 200:
                content = json.dumps({**answer.json(), "expires_in": door.first_tokens_last}).encode()
            self.send_response(answer.status_code)
            for name, value in answer.raw.headers.items():
                if name.lower() not in {
                    "connection",
                    "content-length",
                    "transfer-encoding",
                    "date",
                    "server",
                }:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Through) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        door.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield door
        finally:
            door.shut.set()
            server.shutdown()

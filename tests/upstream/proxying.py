"""A proxy on this machine that counts, and a server over TLS behind it."""

from __future__ import annotations

import http.server
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Proxy:
    """`tunnels`: where it was asked to lead, as `host:port`. `heard`: the heads of all requests made to itself."""

    address: str = ""
    tunnels: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    refuses_with: int = 0


@contextmanager
def counting_proxy() -> Iterator[Proxy]:
    """A proxy that knows CONNECT alone, until the block ends."""
    proxy = Proxy()

    def lead(line: socket.socket) -> None:
        with line:
            head = b""
            while b"\r\n\r\n" not in head and (more := line.recv(65536)):
                head += more
            said = head.decode("latin-1")
            proxy.heard.append(said)
            method, place = said.split()[:2]
            if method != "CONNECT" or proxy.refuses_with:
                line.sendall(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % (proxy.refuses_with or 405))
                return
            proxy.tunnels.append(place)
            host, port = place.rsplit(":", 1)
            with socket.create_connection((host, int(port))) as beyond:
                line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_pump, args=(beyond, line), daemon=True)
                back.start()
                _pump(line, beyond)
                back.join(5)

    with listening(lead) as port:
        proxy.address = f"http://127.0.0.1:{port}"
        yield proxy


@contextmanager
def listening(serve: Any) -> Iterator[int]:
    """A port on which each line is given to `serve`, in a thread of its own."""
    door = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(line,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield door.getsockname()[1]
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()


def _pump(source: socket.socket, goal: socket.socket) -> None:
    try:
        while part := source.recv(65536):
            goal.sendall(part)
        goal.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one of the two has gone


@dataclass
class Server:
    """`place` is `host:port`, `heard` the headers of each request."""

    place: str
    heard: list[dict[str, str]]


@contextmanager
def tls_server(certificate: Path, answer: dict[str, Any]) -> Iterator[Server]:
    """A server over TLS that answers everything with one JSON object, until the block ends."""
    heard: list[dict[str, str]] = []

    class Answers(http.server.BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            heard.append(dict(self.headers))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = handle_any

        def log_message(self, *_said: object) -> None:
            pass

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield Server(f"127.0.0.1:{server.server_port}", heard)
    finally:
        server.shutdown()
        server.server_close()

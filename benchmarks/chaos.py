"""`make chaos`: fifty readers while one thing after the other fails. Outside CI, bounded, on this machine alone.

Three workers behind the proxy that is shipped, one PostgreSQL, one Redis, the demo server behind a door that can hang.
Prints what readers saw; ends with 2 where something to try it with is missing.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from tests.insync_portal.test_slow_clients import HALF, come, start_caddy
from tests.servers import sign_in_over_http, start_demo_server, start_portal
from tests.stores import throwaway

READERS = 50
PHASE_SECONDS = float(os.environ.get("CHAOS_SECONDS", "12"))
PEOPLE = ("daniel", "walter")
SECTIONS = ("allergies", "medications", "conditions", "vitals", "visits", "")
OUTSIDE = ("/help/", "/")
WAIT = 40
LATE = "The name has not come yet"


def _nothing(_path: str) -> bool:
    return False


@dataclass
class Door:
    """Before the demo server. `hangs` says of a path whether it is answered now; `large` sends too much for a list."""

    address: str = ""
    leads_to: str = ""
    hangs: Callable[[str], bool] = _nothing
    large: bool = False


@contextmanager
def open_door() -> Iterator[Door]:
    """A door on a free port."""
    door = Door()

    class Through(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            until = time.monotonic() + 30
            while door.hangs(self.path) and time.monotonic() < until:
                time.sleep(0.2)
            if door.large and "/fhir-request/Condition" in self.path:
                self._send(200, [("Content-Type", "application/fhir+json")], b" " * (65 * 1024 * 1024))
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
            left_out = {"connection", "content-length", "transfer-encoding", "date", "server"}
            headers = [
                (name, value) for name, value in answer.raw.headers.items() if name.lower() not in left_out
            ]
            self._send(answer.status_code, headers, answer.content)

        def _send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            with suppress(OSError):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_POST = handle_any

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Through) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        door.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield door
        server.shutdown()


@dataclass
class Seen:
    """What came in one phase: seconds by what was asked, statuses, and what must never be."""

    took: dict[str, list[float]] = field(default_factory=lambda: {"record": [], "outside": [], "healthz": []})
    statuses: Counter[str] = field(default_factory=Counter)
    mixed: int = 0
    signed_out: int = 0


def _whose(page: str) -> str:
    """Whose record a page says that it is."""
    found = re.search(r'id="whose".*?<bdi>(.*?)</bdi>', page, re.DOTALL)
    return found[1].strip() if found else ""


class Reader(threading.Thread):
    """Somebody who clicks."""

    def __init__(self, portal: str, person: str) -> None:
        super().__init__(daemon=True)
        self.portal, self.person, self.seen, self.over = portal, person, Seen(), False
        self.http = requests.Session()
        self.http.trust_env = False
        away = self.http.get(f"{portal}/auth/launch/", allow_redirects=False, timeout=WAIT).headers[
            "Location"
        ]
        opened = self.http.get(sign_in_over_http(away, person), allow_redirects=False, timeout=WAIT)
        self.access = opened.headers["Location"].rstrip("/").split("/")[-1]
        self.whose = _whose(self.http.get(f"{portal}/record/{self.access}/", timeout=WAIT).text)

    def run(self) -> None:
        while not self.over:
            time.sleep(random.uniform(0.5, 1.5))
            slug = random.choice(SECTIONS)
            is_outside = random.random() < 0.2
            path = (
                random.choice(OUTSIDE) if is_outside else f"/record/{self.access}/{slug}{'/' if slug else ''}"
            )
            what, began = "outside" if is_outside else "record", time.monotonic()
            try:
                answer = self.http.get(self.portal + path, timeout=WAIT, allow_redirects=False)
            except requests.RequestException as error:
                self.seen.statuses[f"{what} {type(error).__name__}"] += 1
                continue
            seen = self.seen
            seen.took[what].append(time.monotonic() - began)
            seen.statuses[f"{what} {answer.status_code}"] += 1
            if what == "record" and answer.status_code == 200:
                name = _whose(answer.text)
                if self.whose in {"", LATE}:
                    self.whose = name  # the first one that came
                seen.mixed += name not in {"", self.whose, LATE}
                seen.signed_out += 'href="/auth/launch/' in answer.text and self.access not in answer.text
            seen.signed_out += what == "record" and answer.status_code in {401, 409}


class Looking(threading.Thread):
    """Whoever restarts what is not alive, by the proxy."""

    def __init__(self, portal: str) -> None:
        super().__init__(daemon=True)
        self.portal, self.seen, self.over = portal, Seen(), False

    def run(self) -> None:
        with requests.Session() as session:
            session.trust_env = False
            while not self.over:
                began = time.monotonic()
                try:
                    status = str(session.get(f"{self.portal}/healthz", timeout=WAIT).status_code)
                except requests.RequestException as error:
                    status = type(error).__name__
                self.seen.took["healthz"].append(time.monotonic() - began)
                self.seen.statuses[f"healthz {status}"] += 1
                time.sleep(0.25)


def p95(took: list[float]) -> float:
    """Seconds; 0 where nothing was asked."""
    return statistics.quantiles(took, n=20)[-1] if len(took) > 1 else 0.0


def _phase(name: str, readers: list[Reader], looking: Looking, calm: float | None) -> float:
    for one in (*readers, looking):
        one.seen = Seen()
    time.sleep(PHASE_SECONDS)
    seen = [one.seen for one in readers]
    record = [took for one in seen for took in one.took["record"]]
    outside = [took for one in seen for took in one.took["outside"]]
    statuses = sum((one.statuses for one in seen), looking.seen.statuses.copy())
    of_calm = f" ({p95(outside) / calm:.1f} x calm)" if calm else ""
    print(
        f"{name:34} {len(record + outside) / PHASE_SECONDS:5.1f} pages/s  p95 record {p95(record):5.2f} s"
        f"  outside {p95(outside):5.2f} s{of_calm}  /healthz at most {max(looking.seen.took['healthz']):.2f} s"
        f"  signed out {sum(one.signed_out for one in seen)}  mixed {sum(one.mixed for one in seen)}"
    )
    print(" " * 34, ", ".join(f"{what}: {number}" for what, number in sorted(statuses.items())), flush=True)
    return p95(outside)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _all_phases(
    door: Door,
    readers: list[Reader],
    stores: throwaway.Stores,
    pid: Path,
    portal: str,
    fall: Callable[[], None],
) -> None:
    looking = Looking(portal)
    for one in (*readers, looking):
        one.start()
    _phase("warming up", readers, looking, None)
    calm = _phase("calm", readers, looking, None)
    door.hangs = lambda path: "/fhir-request/" in path
    _phase("the record server hangs", readers, looking, calm)
    door.hangs = lambda path: "/fhir-request/Observation" in path
    _phase("half of it hangs", readers, looking, calm)
    door.hangs = lambda path: "/smartauth/" in path
    _phase("the authorization server hangs", readers, looking, calm)
    door.hangs = _nothing
    os.kill(_children(int(pid.read_text()))[0], signal.SIGKILL)
    _phase("a worker is killed", readers, looking, calm)
    with throwaway.hanging(stores):
        _phase("PostgreSQL hangs", readers, looking, calm)
    with stores.database() as database:
        os.kill(database.info.backend_pid, signal.SIGKILL)
    _phase("PostgreSQL is killed and recovers", readers, looking, calm)
    with ExitStack() as slow:
        for number in range(60):
            sent = list(HALF.values())[number % len(HALF)]
            slow.enter_context(come(int(portal.rpartition(":")[2]), sent))
        _phase("60 slow clients", readers, looking, calm)
    door.large = True
    _phase("an answer of 65 MB comes", readers, looking, calm)
    door.large = False
    fall()
    _phase("Redis is killed", readers, looking, calm)
    _phase("afterwards", readers, looking, calm)
    for one in (*readers, looking):
        one.over = True


def _versions() -> None:
    programs = throwaway.missing()
    lacking = [*programs, *(["caddy"] if shutil.which("caddy") is None else [])]
    if lacking:
        print(f"This machine has no {' and no '.join(lacking)}.", file=sys.stderr)
        raise SystemExit(2)
    for command in (["caddy", "version"], ["postgres", "--version"], ["redis-server", "--version"]):
        with suppress(OSError):
            print(subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip())
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, {READERS} readers, {PHASE_SECONDS:.0f} s each"
    )


def main() -> None:
    """All of it, once."""
    _versions()
    with ExitStack() as until_the_end:
        folder = Path(until_the_end.enter_context(tempfile.TemporaryDirectory()))
        door = until_the_end.enter_context(open_door())
        listener = until_the_end.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        own = int(listener.getsockname()[1])
        proxied = until_the_end.enter_context(start_caddy(own, folder))
        portal = f"http://localhost:{proxied}"
        stores = until_the_end.enter_context(throwaway.start_stores(redis_mebibytes=256))
        door.leads_to = until_the_end.enter_context(
            start_demo_server(DEMO_BASE_URL=door.address, DEMO_REDIRECT_URIS=f"{portal}/auth/callback/")
        )
        until_the_end.enter_context(
            start_portal(
                door.address,
                listener=listener,
                **stores.environment,
                PORTAL_BASE_URL=portal,
                WEB_CONCURRENCY="3",
                SIGN_INS_FROM_ONE_ADDRESS="1000",
                LOG_LEVEL="ERROR",
                TRAIL="stream",
                GUNICORN_CMD_ARGS=f"--pid {folder / 'pid'}",
            )
        )
        readers = [Reader(portal, PEOPLE[number % len(PEOPLE)]) for number in range(READERS)]
        redis_server = stores.cache().info("server")["process_id"]
        _all_phases(
            door,
            readers,
            stores,
            folder / "pid",
            portal,
            lambda: os.kill(redis_server, signal.SIGKILL),
        )


if __name__ == "__main__":
    main()

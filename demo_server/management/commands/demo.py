"""`python -m django demo`: the portal and the demo server side by side, until Ctrl-C."""

from __future__ import annotations

import base64
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.management.base import BaseCommand, CommandError

from demo_server import agencies, config

ROOT = Path(__file__).resolve().parents[3]
VAR = ROOT / "var" / "demo"
START_SECONDS = 90
STOP_SECONDS = 10
MOST_PEOPLE = 12


class Command(BaseCommand):
    """Starts both servers under gunicorn, says where and as whom to sign in, and stops both together.

    Environment: `PORT` (default 8000) and `DEMO_PORT` (default 8001); those of the portal and of the demo
    server are passed on, except that the two always point at each other.
    """

    help = "Run the portal with the demo server and invented people."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        port, demo_port = _port("PORT", 8000), _port("DEMO_PORT", 8001)
        if port == demo_port:
            raise CommandError(f"PORT and DEMO_PORT are both {port}. The two servers need a port each.")
        for number, name in ((port, "PORT"), (demo_port, "DEMO_PORT")):
            if not _is_free(number):
                raise CommandError(
                    f"Port {number} is in use. Stop what is using it, or choose another:"
                    f" {name}={number + 10} make demo"
                )
        portal, demo = portal_environment(port, demo_port), demo_environment(port, demo_port)
        # A shell starts what runs in its background deaf to SIGINT; an interrupt shall end this all the same.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, _stop)
        signal.signal(signal.SIGHUP, _stop)
        children: dict[str, subprocess.Popen[bytes]] = {}
        try:
            self._prepare(portal)
            gunicorn = (sys.executable, "-m", "gunicorn")
            children["The demo server"] = _start(
                *(*gunicorn, "demo_server.wsgi:application", "--config", "python:demo_server.serving"),
                *("--bind", f"127.0.0.1:{demo_port}"),
                env=demo,
            )
            children["The portal"] = _start(
                *(*gunicorn, "insync_portal.wsgi:application", "--config", "gunicorn.conf.py"),
                *("--threads", "32"),
                env=portal,
            )
            _wait_for(f"http://127.0.0.1:{demo_port}/demo/people", children)
            _wait_for(
                f"http://127.0.0.1:{port}/healthz", children, host=urlsplit(portal["PORTAL_BASE_URL"]).netloc
            )
            self._welcome(portal["PORTAL_BASE_URL"], demo["DEMO_BASE_URL"])
            while True:
                _all_alive(children)
                time.sleep(0.5)
        except KeyboardInterrupt:
            self.stdout.write("\nBoth servers are stopped.")
        finally:
            _end(children.values())

    def _prepare(self, env: dict[str, str]) -> None:
        """The portal's database and static files. What goes wrong is said by the command itself, above ours."""
        for command in (("migrate", "--noinput"), ("collectstatic", "--noinput")):
            done = subprocess.run(  # noqa: S603  # our own manage.py
                [sys.executable, "manage.py", *command, "--verbosity", "0"], cwd=ROOT, env=env, check=False
            )
            if done.returncode:
                raise CommandError(
                    f"The portal could not be prepared: {command[0]} failed. Its own words stand above."
                )

    def _welcome(self, portal: str, demo: str) -> None:
        people = _get(f"{demo}/demo/people").json()["people"]
        shown = people[:MOST_PEOPLE]
        width = max((len(one["name"]) for one in shown), default=0)
        self.stdout.write(f"\nInSync Portal is open at {portal.rstrip('/')}\n\nYou can sign in as")
        for one in shown:
            self.stdout.write(f"  {one['name']:<{width}}  {one['says']}")
        if len(people) > len(shown):
            self.stdout.write(f"  … and {len(people) - len(shown)} more")
        self.stdout.write(
            f"\nEvery person is invented. Started from a health record system instead: {demo}/demo/"
            f"\nTrouble to switch on: {demo}/demo/trouble"
            "\nCtrl-C stops both servers."
        )


def demo_environment(port: int, demo_port: int) -> dict[str, str]:
    """The demo server's environment: ours, and the ports."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "demo_server.settings",
        "DEMO_BASE_URL": f"http://127.0.0.1:{demo_port}",
        "DEMO_REDIRECT_URIS": os.environ.get(
            "DEMO_REDIRECT_URIS",
            f"http://localhost:{port}/auth/callback/ http://localhost:{port}/auth/callback/prairie-star/",
        ),
        "DEMO_LAUNCH_URL": os.environ.get("DEMO_LAUNCH_URL", f"http://localhost:{port}/auth/launch/"),
    }


def portal_environment(port: int, demo_port: int) -> dict[str, str]:
    """The portal's environment.

    Which record server it asks is never taken from outside: a demonstration with a real agency's address
    left in the shell would be none. The rest is a default where nothing is set.
    """
    base = f"http://127.0.0.1:{demo_port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INSYNC_")}
    VAR.mkdir(parents=True, exist_ok=True)
    defaults = {
        "PORTAL_BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "AGENCY_NAME": "Harbor Lane Behavioral Health",
        "AGENCY_PHONE": "804-555-0100",
        "DATABASE_URL": f"sqlite:///{VAR / 'portal.sqlite3'}",
        "LOG_LEVEL": "WARNING",
        **_secrets(),
    }
    return {
        **defaults,
        **{name: value for name, value in kept.items() if value or name not in defaults},
        "DJANGO_SETTINGS_MODULE": "insync_portal.settings",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "INSYNC_ENVIRONMENT": "demo",
        "INSYNC_FHIR_BASE_URL": f"{base}/fhir-request/",
        "INSYNC_CLIENT_ID": config.CLIENT_ID,
        "INSYNC_CLIENT_SECRET": config.CLIENT_SECRET,
        **(_of_two_agencies(base) if os.environ.get("DEMO_AGENCIES") == "2" else {}),
    }


def _of_two_agencies(base: str) -> dict[str, str]:
    """The portal's environment where it serves both agencies of the demo server (DEMO_AGENCIES=2)."""
    file = VAR / "agencies.toml"
    file.write_text(agencies.portal_file(base), "utf-8")
    one = ("AGENCY_NAME", "AGENCY_PHONE", "INSYNC_FHIR_BASE_URL", "INSYNC_CLIENT_ID", "INSYNC_CLIENT_SECRET")
    return {"AGENCIES_FILE": str(file), "DEMO_CLIENT_SECRET": config.CLIENT_SECRET, **dict.fromkeys(one, "")}


def _secrets() -> dict[str, str]:
    """SECRET_KEY and SESSION_KEYS, made once and kept where only their owner can read them."""
    file = VAR / "secrets"
    try:
        known = json.loads(file.read_text())
        return {name: str(known[name]) for name in ("SECRET_KEY", "SESSION_KEYS")}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        file.unlink(missing_ok=True)
    made = {
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SESSION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    }
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as written:
        json.dump(made, written)
    return made


def _port(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip() or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise CommandError(f"{name} must be a port number from 1 to 65535.")
    return int(value)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _start(*command: str, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl-C reaches us alone, and we stop both in order."""
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)  # noqa: S603  # our own servers


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _get(url: str, host: str = "") -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment has no business between us and our own servers
        headers = {"Host": host} if host else {}
        return session.get(url, headers=headers, timeout=5, allow_redirects=False)


def _wait_for(url: str, children: dict[str, subprocess.Popen[bytes]], host: str = "") -> None:
    deadline = time.monotonic() + START_SECONDS
    status = "no answer"
    while time.monotonic() < deadline:
        _all_alive(children)
        try:
            answer = _get(url, host)
        except requests.RequestException:
            time.sleep(0.2)
            continue
        if answer.status_code == 200:
            return
        status = f"status {answer.status_code}"
        time.sleep(0.5)
    raise CommandError(f"Nothing good came from {url} in {START_SECONDS} seconds ({status}).")


def _all_alive(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if (status := child.poll()) is not None:
            raise CommandError(f"{name} stopped by itself (exit status {status}). Its own words stand above.")


def _end(children: Iterable[subprocess.Popen[bytes]]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    running = [child for child in children if child.poll() is None]
    for child in running:
        child.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for child in running:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

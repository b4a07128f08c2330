"""The real demo server and the real portal as processes, and a reader who signs in without a browser."""

from __future__ import annotations

import base64
import fcntl
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import IO
from urllib.parse import urljoin

import requests

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


@contextmanager
def start_demo_server(**env: str) -> Iterator[str]:
    """The demo server under gunicorn on a free port of 127.0.0.1, until the block ends.

    Args:
        env: its environment, on top of its defaults (`DEMO_ACCESS_TOKEN_SECONDS="2"`, `DEMO_DATA=…`).

    Yields:
        Its address without a slash at the end, like `http://127.0.0.1:40123`.

    Raises:
        RuntimeError: it did not start; the message is what it wrote.
    """
    with _listening() as listener:
        base_url = f"http://127.0.0.1:{_port(listener)}"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("DEMO_")}
        settings = {"DJANGO_SETTINGS_MODULE": "demo_server.settings", "DEMO_BASE_URL": base_url}
        with _gunicorn(
            ("demo_server.wsgi:application", "--config", "python:demo_server.serving"),
            listener,
            {**inherited, **settings, **env},
            f"{base_url}/fhir-request/metadata",
        ):
            yield base_url


@contextmanager
def start_portal(demo_base_url: str, *, listener: socket.socket | None = None, **env: str) -> Iterator[str]:
    """The portal under gunicorn on a free port, as `make demo` runs it, with an empty database of its own.

    Args:
        demo_base_url: the demo server that it reads from. That server must know the portal's callback; where
            both are wanted, `start_both` sees to it.
        listener: the open socket to serve on, where the port had to be known beforehand.
        env: the portal's environment, on top of that of a demonstration.

    Yields:
        Its address without a slash at the end, like `http://localhost:40124`.

    Raises:
        RuntimeError: it could not be prepared or did not start; the message is what it wrote.
    """
    with ExitStack() as until_the_end:
        listener = listener or until_the_end.enter_context(_listening())
        folder = until_the_end.enter_context(tempfile.TemporaryDirectory())
        base_url = f"http://localhost:{_port(listener)}"
        ours = ("INSYNC_", "AGENCY_", "SESSION_", "PORTAL_", "DJANGO_", "WEB_")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "DJANGO_SETTINGS_MODULE": "insync_portal.settings",
            "INSYNC_ENVIRONMENT": "demo",
            "INSYNC_FHIR_BASE_URL": f"{demo_base_url}/fhir-request/",
            "INSYNC_CLIENT_ID": "insync-portal-demo",
            "INSYNC_CLIENT_SECRET": "demo-secret-not-for-production",
            "PORTAL_BASE_URL": base_url,
            "ALLOWED_HOSTS": "localhost,127.0.0.1",
            "DATABASE_URL": f"sqlite:///{Path(folder) / 'portal.sqlite3'}",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "SESSION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "LOG_LEVEL": "WARNING",
            "GUNICORN_FD": "handed over",  # gunicorn.conf.py then does not try whether the port is free
            **env,
        }
        _prepare_portal(environment)
        until_the_end.enter_context(
            _gunicorn(
                ("insync_portal.wsgi:application", "--config", "gunicorn.conf.py"),
                listener,
                environment,
                f"{base_url}/healthz",
            )
        )
        yield base_url


@dataclass(frozen=True)
class Servers:
    """A portal and the demo server that it reads from: their addresses without a slash at the end."""

    portal: str
    demo: str


@contextmanager
def start_both(
    demo: Mapping[str, str] | None = None, portal: Mapping[str, str] | None = None
) -> Iterator[Servers]:
    """Demo server and portal that know each other, until the block ends.

    Args:
        demo, portal: their environments, on top of the defaults.
    """
    with _listening() as listener:
        here = f"http://localhost:{_port(listener)}"
        known = {"DEMO_REDIRECT_URIS": f"{here}/auth/callback/", "DEMO_LAUNCH_URL": f"{here}/auth/launch/"}
        with (
            start_demo_server(**known, **(demo or {})) as demo_base_url,
            start_portal(demo_base_url, listener=listener, **(portal or {})) as portal_base_url,
        ):
            yield Servers(portal=portal_base_url, demo=demo_base_url)


@contextmanager
def start_two_agencies(portal: Mapping[str, str] | None = None) -> Iterator[Servers]:
    """The same, with both agencies of the demo server in one portal."""
    from demo_server.agencies import portal_file

    with _listening() as listener, tempfile.TemporaryDirectory() as folder:
        here = f"http://localhost:{_port(listener)}"
        callbacks = f"{here}/auth/callback/ {here}/auth/callback/prairie-star/"
        file = Path(folder) / "agencies.toml"
        known = {"DEMO_REDIRECT_URIS": callbacks, "DEMO_LAUNCH_URL": f"{here}/auth/launch/"}
        with start_demo_server(**known) as demo_base_url:
            file.write_text(portal_file(demo_base_url), "utf-8")
            of_several = {
                "AGENCIES_FILE": str(file),
                "DEMO_CLIENT_SECRET": "demo-secret-not-for-production",
                **dict.fromkeys(("INSYNC_FHIR_BASE_URL", "INSYNC_CLIENT_ID", "INSYNC_CLIENT_SECRET"), ""),
            }
            with start_portal(demo_base_url, listener=listener, **of_several, **(portal or {})) as base_url:
                yield Servers(portal=base_url, demo=demo_base_url)


@contextmanager
def _listening() -> Iterator[socket.socket]:
    """An open socket on a free port, to be handed over.

    No other process can take the port in between, and a request that comes before its server is ready waits in
    the queue.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        yield listener


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


@contextmanager
def _gunicorn(
    what: tuple[str, ...], listener: socket.socket, environment: Mapping[str, str], ready: str
) -> Iterator[None]:
    """An application under gunicorn until the block ends; `ready` is the address that answers 200 once it runs."""
    with tempfile.TemporaryFile() as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *what, "--bind", f"fd://{listener.fileno()}"],
            cwd=ROOT,
            env=environment,
            pass_fds=(listener.fileno(),),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_it_answers(ready, server, said)
            yield
        finally:
            _stop(server)
            said.seek(0)
            sys.stderr.write(said.read(20_000).decode(errors="replace"))  # pytest shows it beside a failure


def _prepare_portal(environment: Mapping[str, str]) -> None:
    """Database and static files, as `make serve` prepares them; one process at a time, for the files are shared.

    Static files are collected once and left alone while they are new enough: another portal may be serving them.
    An empty SQLite file is made once in each process of tests, and copied from then on.
    """
    static = ROOT / "var" / "static"
    static.mkdir(parents=True, exist_ok=True)
    file = environment["DATABASE_URL"].removeprefix("sqlite:///")
    with (static.parent / "collecting").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not _is_collected(static):
            _manage("collectstatic", environment)
        if file != environment["DATABASE_URL"] and _EMPTY:
            Path(file).write_bytes(_EMPTY[0])
            return
        _manage("migrate", environment)
        if file != environment["DATABASE_URL"]:
            with closing(sqlite3.connect(file)) as made:
                _EMPTY.append(made.serialize())


_EMPTY: list[bytes] = []
"""The SQLite file of a portal that nobody has used yet, once there is one."""


def _manage(command: str, environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", command, "--noinput", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"The portal could not be prepared ({command}):\n{done.stderr}")


def _is_collected(static: Path) -> bool:
    """Whether all static files were collected since they were last changed."""
    manifest = static / "staticfiles.json"
    sources = [path for path in (ROOT / "static").rglob("*") if path.is_file()]
    newest = max(path.stat().st_mtime for path in (*sources, ROOT / "requirements" / "runtime.lock"))
    return manifest.is_file() and manifest.stat().st_mtime > newest


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            # The request waits in the queue of the open socket; a short time-out only lets us see an exit.
            if requests.get(url, timeout=5).status_code == 200:
                return
        except requests.RequestException:
            continue
        break
    _stop(server)
    said.seek(0)
    raise RuntimeError(f"The server did not start:\n{said.read(20_000).decode(errors='replace')}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def sign_in_over_http(
    authorize_url: str,
    person: str,
    patient: str | None = None,
    untick: Collection[str] = (),
    *,
    decision: str = "allow",
    browser: requests.Session | None = None,
) -> str:
    """Go through the demo server's pages as a browser would: who you are, whose record, consent.

    Args:
        authorize_url: the authorization request, as the portal redirects to it.
        person: the slug of the person who signs in.
        patient: the id of the Patient whose record is opened, where the person may open several.
        untick: what is not shared: resource types (`Observation`), or `online_access`.
        decision: `allow` or `refuse`.
        browser: the cookies of an earlier visit, if it matters.

    Returns:
        The address to which the browser is sent back, with code and state or with an error. It is not
        opened.

    Raises:
        AssertionError: a page was not the one expected; the message quotes it.
    """
    browser = browser or requests.Session()
    browser.trust_env = False
    answer = browser.get(authorize_url, timeout=20, allow_redirects=False)
    for _ in range(5):
        if answer.is_redirect:
            return answer.headers["Location"]
        assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
        form = Form.first(answer.text)
        if "person" in form.buttons:
            assert person in form.buttons["person"], f"{person} is not offered: {form.buttons['person']}"
            fields = [*form.hidden, ("person", person)]
        elif "patient" in form.buttons:
            assert patient in form.buttons["patient"], f"{patient} is not offered: {form.buttons['patient']}"
            fields = [*form.hidden, ("patient", str(patient))]
        else:
            ticked = [pair for pair in form.ticked if pair[1] not in untick]
            missing = set(untick) - {value for _, value in form.ticked}
            assert not missing, f"{missing} cannot be unticked: {form.ticked}"
            fields = [*form.hidden, *ticked, ("decision", decision)]
        answer = browser.post(
            urljoin(answer.url, form.action),
            data=fields,
            headers={"Referer": answer.url},
            timeout=20,
            allow_redirects=False,
        )
    raise AssertionError(f"Five pages, and no way back to the app: {answer.text}")


@dataclass
class Form:
    """One form of a page: where it goes, its hidden fields, its ticked boxes, the values of its buttons."""

    action: str = ""
    hidden: list[tuple[str, str]] = field(default_factory=list)
    ticked: list[tuple[str, str]] = field(default_factory=list)
    buttons: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def first(cls, page: str) -> Form:
        """The page's first form that is posted."""
        return cls.every(page)[0]

    @classmethod
    def every(cls, page: str) -> list[Form]:
        """All forms of the page that are posted; at least one."""
        reader = _FormReader()
        reader.feed(page)
        assert reader.forms, f"no form on the page: {page}"
        return reader.forms


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("method", "").lower() == "post":
            self._open = Form(action=found.get("action", ""))
            self.forms.append(self._open)
        elif self._open is None or "name" not in found:
            return
        elif tag == "button":
            self._open.buttons.setdefault(found["name"], []).append(found.get("value", ""))
        elif tag == "input" and found.get("type") == "hidden":
            self._open.hidden.append((found["name"], found.get("value", "")))
        elif tag == "input" and found.get("type") == "checkbox" and "checked" in found:
            self._open.ticked.append((found["name"], found.get("value", "on")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

"""Several workers on several machines, one PostgreSQL, one Redis: for the reader it is one portal."""

from __future__ import annotations

import base64
import os
import re
import secrets
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import requests

from tests.servers import sign_in_over_http, start_demo_server, start_portal
from tests.stores.door import Door, open_door
from tests.stores.throwaway import Stores, hanging

pytestmark = pytest.mark.stores

SECONDS = 60
ENTRY = re.compile(r'href="(/record/[^"]+/[A-Za-z0-9_-]{24,}/)"')
SECTIONS = ("allergies", "medications", "conditions", "vitals")


@dataclass(frozen=True)
class Portals:
    """`here`: three workers. `there`: another machine, with one. `there_pid` holds the number of its gunicorn."""

    here: str
    there: str
    door: Door
    stores: Stores
    here_pid: Path
    there_pid: Path


@pytest.fixture(scope="module")
def portals(stores: Stores, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portals]:
    """Two machines' worth of portal before one demo server."""
    folder: Path = tmp_path_factory.mktemp("pids")
    with ExitStack() as until_the_end:
        door = until_the_end.enter_context(open_door())
        listener = until_the_end.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        here = f"http://localhost:{listener.getsockname()[1]}"
        door.leads_to = until_the_end.enter_context(
            start_demo_server(DEMO_BASE_URL=door.address, DEMO_REDIRECT_URIS=f"{here}/auth/callback/")
        )
        shared = {
            **stores.environment,
            "PORTAL_BASE_URL": here,
            "SECRET_KEY": secrets.token_urlsafe(64),
            "SESSION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        for place, workers in (("here", "3"), ("there", "1")):
            pid = {"WEB_CONCURRENCY": workers, "GUNICORN_CMD_ARGS": f"--pid {folder / place}"}
            served = listener if place == "here" else None
            address = until_the_end.enter_context(
                start_portal(door.address, listener=served, **shared, **pid)
            )
        yield Portals(here, address, door, stores, folder / "here", folder / "there")


@dataclass
class Reader:
    """Somebody who is signed in, whichever machine answers."""

    portals: Portals
    access: str = ""
    http: requests.Session = field(default_factory=requests.Session)

    @classmethod
    def signed_in(cls, portals: Portals) -> Reader:
        """From "sign in" to the address of the overview, which is not opened yet."""
        reader = cls(portals)
        reader.http.trust_env = False
        away = reader.get(portals.here, "/auth/launch/").headers["Location"]
        back = sign_in_over_http(away, "daniel")
        opened = reader.http.get(back, allow_redirects=False, timeout=SECONDS)
        reader.access = opened.headers["Location"].rstrip("/").split("/")[-1]
        return reader

    def get(self, machine: str, path: str) -> requests.Response:
        """One answer of a machine. The cookies of a host are those of all its ports."""
        return self.http.get(machine + path, allow_redirects=False, timeout=SECONDS)

    def section(self, machine: str, slug: str) -> requests.Response:
        return self.get(machine, f"/record/{self.access}/{slug}/")


def workers_of(pid: Path) -> list[int]:
    master = pid.read_text().strip()
    return [int(child) for child in Path(f"/proc/{master}/task/{master}/children").read_text().split()]


def test_every_machine_says_that_it_is_well(portals: Portals) -> None:
    assert (len(workers_of(portals.here_pid)), len(workers_of(portals.there_pid))) == (3, 1)
    for machine in (portals.here, portals.there):
        answer = requests.get(f"{machine}/readyz", timeout=SECONDS)
        assert (answer.status_code, answer.text) == (200, "ok\n")


def test_eight_pages_at_once_on_two_machines_renew_the_token_once(portals: Portals) -> None:
    portals.door.begin(first_tokens_last=1)
    reader = Reader.signed_in(portals)
    pages = [(machine, slug) for slug in SECTIONS for machine in (portals.here, portals.there)]

    with ThreadPoolExecutor(len(pages)) as at_once:
        answers = list(at_once.map(lambda page: reader.section(*page), pages))

    assert [answer.status_code for answer in answers] == [200] * 8
    assert len(portals.door.refreshes) == 1
    # A refresh token sent twice would have ended the sign-in at the demo server by now.
    assert reader.section(portals.here, "immunizations").status_code == 200
    assert reader.section(portals.there, "procedures").status_code == 200
    assert len(portals.door.refreshes) == 1


def test_what_one_machine_fetched_the_other_does_not_ask_for(portals: Portals) -> None:
    portals.door.begin()
    reader = Reader.signed_in(portals)
    first = reader.section(portals.here, "allergies")
    asked = len(portals.door.asked)
    assert asked > 0

    second = reader.section(portals.there, "allergies")

    assert (first.status_code, second.status_code) == (200, 200)
    assert ENTRY.findall(first.text)
    assert ENTRY.findall(second.text) == ENTRY.findall(first.text)
    assert len(portals.door.asked) == asked


def test_signing_out_on_one_machine_ends_it_on_both_and_empties_the_cache(portals: Portals) -> None:
    portals.door.begin()
    cache = portals.stores.cache()
    before = set(cache.scan_iter(":1:record:*"))
    reader = Reader.signed_in(portals)
    page = reader.section(portals.there, "allergies").text
    assert set(cache.scan_iter(":1:record:*")) - before
    proof = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert proof is not None
    kept = dict(reader.http.cookies)

    out = reader.http.post(
        f"{portals.there}/auth/sign-out/", {"csrfmiddlewaretoken": proof[1]}, allow_redirects=False
    )

    assert out.status_code in (200, 302)  # the way on may lead over the agency's own sign-out
    assert "cookies" in out.headers["Clear-Site-Data"]
    reader.http.cookies.update(kept)  # a browser that did not listen
    for _ in range(6):  # whichever of the three workers answers
        assert reader.section(portals.here, "allergies").status_code == 401
    assert reader.section(portals.there, "allergies").status_code == 401
    assert set(cache.scan_iter(":1:record:*")) - before == set()


def test_a_worker_that_dies_while_it_renews_does_not_take_the_sign_in_with_it(portals: Portals) -> None:
    portals.door.begin(first_tokens_last=1)
    reader = Reader.signed_in(portals)
    portals.door.swallow.set()
    with ThreadPoolExecutor(2) as at_once, portals.stores.database() as database:
        lost = at_once.submit(reader.section, portals.there, "allergies")
        assert portals.door.swallowed.wait(SECONDS)
        os.kill(workers_of(portals.there_pid)[0], signal.SIGKILL)
        with pytest.raises(requests.ConnectionError):
            lost.result()
        waiting = at_once.submit(reader.section, portals.here, "allergies")
        # What the lease is for: nobody asks while the one who holds it may still be at work. Its end comes by itself
        # after a minute; here it is brought forward.
        ended = database.execute(
            "UPDATE smart_auth_patientsession SET renewing_until = now() WHERE renewing_until > now()"
            " RETURNING renewing_until - now() < interval '2 minutes'"
        ).fetchall()
        found = waiting.result()

    assert len(ended) == 1
    assert found.status_code == 200
    assert len(portals.door.refreshes) == 2
    assert reader.section(portals.there, "medications").status_code == 200  # by another worker
    assert len(portals.door.refreshes) == 2


def test_a_sign_in_does_not_wait_for_a_session_that_is_over_and_held(portals: Portals) -> None:
    portals.door.begin()
    over = "SELECT count(*) FROM smart_auth_patientsession WHERE session_key = 'over'"
    with portals.stores.database() as database, portals.stores.database() as holder:
        database.execute(
            "INSERT INTO smart_auth_patientsession (session_key, session_data, expire_date, tokens, started)"
            " VALUES ('over', '', now() - interval '1 day', '', now() - interval '2 days')"
        )
        with holder.transaction():
            holder.execute("SELECT * FROM smart_auth_patientsession WHERE session_key = 'over' FOR UPDATE")
            assert Reader.signed_in(portals).access
            assert database.execute(over).fetchone() == (1,)
        assert Reader.signed_in(portals).access
        assert database.execute(over).fetchone() == (0,)


def test_while_redis_does_not_answer_pages_come_all_the_same(portals: Portals) -> None:
    portals.door.begin()
    reader = Reader.signed_in(portals)
    redis_server = portals.stores.cache().info("server")["process_id"]
    os.kill(redis_server, signal.SIGSTOP)  # connections are accepted still, and nobody says anything
    try:
        began = time.monotonic()
        pages = [reader.section(portals.there, slug) for slug in SECTIONS]
        took = time.monotonic() - began
    finally:
        os.kill(redis_server, signal.SIGCONT)

    assert [page.status_code for page in pages] == [200] * len(SECTIONS)
    assert all(ENTRY.search(page.text) for page in pages)
    assert took < 40, "each page waited for Redis anew"
    assert requests.get(f"{portals.there}/readyz", timeout=SECONDS).status_code == 200


def is_well_again(machine: str) -> bool:
    """A database that is back is tried after seconds."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if requests.get(f"{machine}/readyz", timeout=SECONDS).status_code == 200:
            return True
        time.sleep(0.2)
    return False


def test_while_the_database_hangs_everybody_is_told_and_whatever_needs_no_session_answers(
    portals: Portals,
) -> None:
    portals.door.begin()
    reader = Reader.signed_in(portals)
    crowd = [Reader.signed_in(portals) for _more in range(3)]
    outside = ("/healthz", "/readyz", "/", "/help/", "/privacy/")

    with hanging(portals.stores), ThreadPoolExecutor(40) as clicking:
        pages = [clicking.submit(one.section, portals.there, slug) for one in crowd for slug in SECTIONS * 3]
        answers = {path: reader.get(portals.there, path) for path in outside}
        left = reader.http.post(
            f"{portals.there}/auth/sign-out/",
            data={
                "csrfmiddlewaretoken": answers["/"].text.split('name="csrfmiddlewaretoken" value="')[1][:64]
            },
            allow_redirects=False,
            timeout=SECONDS,
        )
        told = [page.result() for page in pages]

    assert {page.status_code for page in told} == {503}
    assert all("The record is safe" in page.text for page in told)
    assert {path: answer.status_code for path, answer in answers.items()} == {
        **dict.fromkeys(outside, 200),
        "/readyz": 503,
    }
    assert (left.status_code, "This browser is signed out" in left.text) == (503, True)
    assert "portal_session" in left.headers["Set-Cookie"]
    assert is_well_again(portals.there)
    assert all(
        ENTRY.search(one.section(portals.there, "allergies").text) for one in crowd
    )  # nobody is signed out


def test_without_its_database_a_machine_is_not_well_and_says_so_until_it_is_back(portals: Portals) -> None:
    portals.door.begin()
    reader = Reader.signed_in(portals)

    def health() -> int:
        return requests.get(f"{portals.there}/readyz", timeout=SECONDS).status_code

    with psycopg.connect(portals.stores.database_url, dbname="postgres", autocommit=True) as server:
        server.execute("ALTER DATABASE portal ALLOW_CONNECTIONS false")
        try:
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'portal'")
            without, page = health(), reader.section(portals.there, "allergies")
        finally:
            server.execute("ALTER DATABASE portal ALLOW_CONNECTIONS true")

    assert (without, page.status_code) == (503, 503)
    assert int(page.headers["Retry-After"]) > 0
    assert "The record is safe" in page.text
    assert "617-555-0142" in page.text or "Call " in page.text
    assert is_well_again(portals.there)
    assert ENTRY.search(reader.section(portals.there, "allergies").text)  # still signed in

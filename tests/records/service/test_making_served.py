"""A file made by a process of its own, by the real portal from the real demo server."""

from __future__ import annotations

import html
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.peers.visitor import Visitor
from tests.servers import Servers, start_both

SECONDS = 60
HERE = Path("/proc")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with start_both(portal={"TIME_ZONE": "America/New_York"}) as both:
        yield both


class Taker:
    """Somebody who takes a record along."""

    def __init__(self, servers: Servers, person: str = "daniel") -> None:
        self.visitor = Visitor.signed_in(servers, person)
        self.http: requests.Session = self.visitor._http
        self.portal = servers.portal
        self.at = f"{servers.portal}/record/{self.visitor.access}/take/"

    def post(self, address: str, **fields: Any) -> requests.Response:
        page = self.http.get(self.at, timeout=SECONDS).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        data = {"csrfmiddlewaretoken": token[1], **fields}
        return self.http.post(address, data=data, headers={"Referer": self.at}, timeout=SECONDS)

    def order(self, **chosen: Any) -> None:
        page = self.http.get(self.at, timeout=SECONDS).text
        form = {
            "was": "self",
            "for": "self",
            "documents": "full",
            "protected": "in",
            "form": "text",
            "do": "make",
        }
        sections = re.findall(r'name="section" value="([^"]+)"', page)
        answer = self.post(self.at, **{**form, "section": sections, **chosen})
        assert answer.url == f"{self.at}progress/", answer.text

    def words(self) -> str:
        page = self.http.get(f"{self.at}progress/", timeout=SECONDS).text
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())

    def wait(self, *words: str) -> str:
        return until(lambda: next((said for said in [self.words()] if any(w in said for w in words)), None))


def until(look: Callable[[], Any]) -> Any:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come")


def children(portal_word: str = "records.service.take_apart") -> list[int]:
    """The processes that make files just now."""
    found = []
    for place in HERE.iterdir():
        try:
            if place.name.isdigit() and portal_word.encode() in (place / "cmdline").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def told(pid: int) -> bytes:
    """Everything that the machine tells of a process: its arguments and its environment."""
    try:
        return (HERE / str(pid) / "cmdline").read_bytes() + (HERE / str(pid) / "environ").read_bytes()
    except OSError:
        return b""


def test_a_reader_orders_a_file_goes_on_reading_comes_back_and_takes_it(servers: Servers) -> None:
    taker = Taker(servers)
    taker.order()
    assert taker.visitor.open(f"/record/{taker.visitor.access}/allergies/").words

    done = taker.wait("The file is ready", "It was not finished")

    assert "The file is ready" in done
    answer = taker.http.get(f"{taker.at}file/1/", timeout=SECONDS)
    words = answer.content.decode("utf-8-sig")
    assert words.startswith("=" * 78 + "\r\nHEALTH RECORD OF DANIEL")
    assert "Penicillin" in words
    assert "WHAT IS IN, WHAT IS NOT, AND WHY" in words
    assert "Session of 50 minutes" in words  # a note in full
    entries = int(re.search(r"(\d+) entries are in it", done)[1])  # type: ignore[index]
    counted = sum(int(n) for n in re.findall(r": (\d+) entr(?:y|ies), all of", words))
    assert entries == counted > 300


@pytest.mark.skipif(not HERE.is_dir(), reason="this machine does not list its processes")
def test_signing_out_in_the_middle_ends_the_process_at_once(servers: Servers) -> None:
    taker, before = Taker(servers), set(children())
    taker.order()
    pid = until(lambda: next(iter(set(children()) - before), None))
    seen = told(pid)
    assert taker.visitor.access.encode() not in seen
    assert b"daniel" not in seen.lower().replace(os.environ.get("USER", "-").encode(), b"")

    taker.post(f"{taker.portal}/auth/sign-out/")
    signed_out = time.monotonic()
    until(lambda: pid not in children())

    assert time.monotonic() - signed_out < 5  # a second, on a machine that has nothing else to do


@pytest.mark.skipif(not HERE.is_dir(), reason="this machine does not list its processes")
def test_a_process_that_dies_is_told_and_can_be_begun_again(servers: Servers) -> None:
    taker, before = Taker(servers), set(children())
    taker.order()
    pid = until(lambda: next(iter(set(children()) - before), None))

    os.kill(pid, 9)

    assert "Making it stopped halfway" in taker.wait("It was not finished", "The file is ready")
    taker.post(f"{taker.at}again/")
    assert "The file is ready" in taker.wait("The file is ready", "It was not finished")


def test_stopped_it_is_gone(servers: Servers) -> None:
    taker = Taker(servers)
    taker.order()

    taker.post(f"{taker.at}stop/")

    assert "There is no file here" in taker.words()
    time.sleep(1)
    assert "There is no file here" in taker.words()

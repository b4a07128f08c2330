"""A portal and a demo server as processes, and a browser: each test gets a reader of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.reader import HEIGHT, WIDE, Reader
from tests.servers import Servers, start_both

SECONDS = 20
"""How long a page may take before a journey gives up."""

NewReader = Callable[..., Reader]
Trouble = Callable[..., None]


@pytest.fixture(scope="package")
def servers(chromium: str) -> Iterator[Servers]:
    """The two servers, for all journeys of a process."""
    with start_both(portal={"TIME_ZONE": "America/New_York"}) as both:
        yield both


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium as people have it, with its PDF viewer, for all journeys of a process.

    Not longer: while Playwright runs, Django refuses its database in the same thread.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=[
                *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
                *("--disable-component-update", "--disable-sync", "--no-first-run"),
            ],
            ignore_default_args=[
                "--headless",
                "--disable-extensions",
                "--disable-component-extensions-with-background-pages",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_reader(browser: Browser, servers: Servers) -> Iterator[NewReader]:
    """Makes readers, each with cookies and cache of their own; what they complain of in the end fails the test."""
    readers: list[Reader] = []

    def make(**options: Any) -> Reader:
        options = {
            "viewport": {"width": WIDE, "height": HEIGHT},
            "locale": "en-US",
            "reduced_motion": "reduce",  # colors that fade into each other would be measured on the way
            **options,
        }
        context = browser.new_context(**options)
        context.set_default_timeout(SECONDS * 1000)
        readers.append(Reader.at(context, servers))
        return readers[-1]

    yield make
    for reader in readers:
        reader.context.close()
    complaints = [one for reader in readers for one in reader.complaints]
    assert complaints == []


@pytest.fixture
def reader(new_reader: NewReader) -> Reader:
    """One reader before a blank page."""
    return new_reader()


@pytest.fixture
def trouble(servers: Servers) -> Iterator[Trouble]:
    """Switches trouble of the demo server on: exactly the switches that are given. Off again at the end."""
    address = f"{servers.demo}/demo/trouble.json"

    def switch(*switches: dict[str, Any]) -> None:
        requests.put(address, json={"switches": list(switches)}, timeout=SECONDS).raise_for_status()

    yield switch
    requests.delete(address, timeout=SECONDS).raise_for_status()


@pytest.fixture
def switches(servers: Servers) -> Callable[[], Sequence[dict[str, Any]]]:
    """What is switched on now, each with the times that are left."""

    def read() -> Sequence[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(
            f"{servers.demo}/demo/trouble.json", timeout=SECONDS
        ).json()["switches"]
        return found

    return read

"""The way out through an agency's own proxy: all of it, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from pytest_django import Settings

from records.fhir import errors
from records.fhir.client import FhirClient
from records.golive import conformance
from records.pages.connecting import connect
from smart_auth import oauth
from smart_auth import servers as auth_servers
from smart_auth.errors import TemporarilyUnavailable
from smart_auth.transport import fetch_json
from tests.smart_auth.test_transport import certificate, serve  # noqa: F401  (a fixture)
from tests.upstream.proxying import Proxy, Server, counting_proxy, tls_server
from tests.upstream.test_time_limit import dripping

ANSWER = {
    "resourceType": "Patient",
    "id": "p1",
    "access_token": "new",
    "token_type": "Bearer",
    "refresh_token": "newer",
}


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with counting_proxy() as proxy:
        yield proxy


@pytest.fixture
def server(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:  # noqa: F811
    """A server whose certificate is one that this process trusts."""
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(certificate))
    monkeypatch.setattr("certifi.where", lambda: str(certificate))
    with tls_server(certificate, ANSWER) as server:
        yield server


def a_document(place: str, proxy_url: str) -> Any:
    return fetch_json(f"https://{place}/keys", timeout=(5, 5), proxy_url=proxy_url)


def a_token(place: str, proxy_url: str) -> Any:
    server = replace(auth_servers.configured_server(), proxy_url=proxy_url)
    return oauth.refresh(server, f"https://{place}/token", refresh_token="old")


def an_entry(place: str, proxy_url: str) -> Any:
    return conformance.client_for(f"https://{place}/", "token", proxy_url=proxy_url).read("Patient", "p1")


WAYS: list[Callable[[str, str], Any]] = [a_document, a_token, an_entry]


@pytest.mark.parametrize("ask", WAYS)
def test_whatever_is_asked_for_goes_through_the_proxy(
    proxy: Proxy, server: Server, ask: Callable[[str, str], Any]
) -> None:
    assert ask(server.place, proxy.address)

    assert proxy.tunnels == [server.place]
    assert len(server.heard) == 1


@pytest.mark.parametrize("ask", WAYS)
def test_a_proxy_of_the_environment_is_never_used(
    proxy: Proxy,
    server: Server,
    certificate: Path,  # noqa: F811
    ask: Callable[[str, str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.address)
    assert requests.get(f"https://{server.place}/", timeout=5, verify=str(certificate)).status_code == 200
    assert proxy.heard.pop()

    assert ask(server.place, "")

    assert proxy.heard == []
    assert len(server.heard) == 2


def test_plain_http_to_this_machine_stays_on_it(proxy: Proxy) -> None:
    with serve() as (address, seen):
        assert fetch_json(address, timeout=(5, 5), proxy_url=proxy.address) == {"here": True}

    assert len(seen) == 1
    assert proxy.heard == []


@pytest.mark.parametrize("ask", WAYS)
def test_a_password_of_the_proxy_is_for_the_proxy_alone(
    proxy: Proxy, server: Server, ask: Callable[[str, str], Any]
) -> None:
    ask(server.place, proxy.address.replace("http://", "http://portal:canary%40word@"))

    # "portal:canary@word", RFC 7617. What stands in the log is looked at after every test.
    assert "Proxy-Authorization: Basic cG9ydGFsOmNhbmFyeUB3b3Jk" in proxy.heard[0]
    assert len(server.heard) == 1
    assert "Proxy-Authorization" not in server.heard[0]


def test_the_proxy_hears_where_and_never_what(proxy: Proxy, server: Server) -> None:
    assert an_entry(server.place, proxy.address)

    assert len(proxy.heard) == 1
    assert server.place in proxy.heard[0]
    assert server.heard[0]["Authorization"] == "Bearer token"
    assert not any(word in proxy.heard[0] for word in ("Bearer", "Patient", "p1"))


@pytest.mark.parametrize("status", [403, 407, 503])
def test_a_proxy_that_refuses_is_no_connection_and_uses_no_token_up(
    proxy: Proxy, server: Server, status: int
) -> None:
    proxy.refuses_with = status

    with pytest.raises(errors.NoConnection):
        an_entry(server.place, proxy.address)
    with pytest.raises(TemporarilyUnavailable) as trouble:
        a_token(server.place, proxy.address)

    assert not isinstance(trouble.value, oauth.OutcomeUnknown)
    assert server.heard == []


def test_a_proxy_that_is_not_there_uses_no_token_up(server: Server) -> None:
    with counting_proxy() as gone:
        pass

    with pytest.raises(errors.NoConnection):
        an_entry(server.place, gone.address)
    with pytest.raises(TemporarilyUnavailable) as trouble:
        a_token(server.place, gone.address)
    assert not isinstance(trouble.value, oauth.OutcomeUnknown)


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nX-Long: "])
def test_a_proxy_that_drips_holds_nobody_up(server: Server, begin: bytes) -> None:
    with dripping(begin, b"x") as slow:
        began = time.monotonic()
        with pytest.raises(requests.RequestException):
            fetch_json(f"https://{server.place}/keys", timeout=(0.2, 0.3), proxy_url=slow.rstrip("/"))

    assert time.monotonic() - began < 3


def test_the_setting_reaches_both_ways(settings: Settings) -> None:
    settings.INSYNC_PROXY_URL = "http://proxy.example.org:3128"

    server = auth_servers.configured_server()

    assert server.proxy_url == "http://proxy.example.org:3128"
    assert "proxy.example.org" not in repr(server)


def test_a_page_reads_the_record_through_the_proxy(db: None, settings: Settings) -> None:
    from tests.people import sign_in
    from tests.smart_auth.test_access import access_of

    settings.INSYNC_PROXY_URL = "http://proxy.example.org:3128"
    client: FhirClient = connect(access_of(sign_in().browser), seconds=5).client

    assert client.proxy_url == "http://proxy.example.org:3128"
    assert "proxy.example.org" not in repr(client)

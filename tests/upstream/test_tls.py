"""Sign-in and record believe the same servers, whatever the environment names."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from records.fhir.errors import UpstreamError
from records.fhir.sessions import pooled_session
from smart_auth.errors import TemporarilyUnavailable
from smart_auth.transport import hardened
from tests.smart_auth.test_transport import certificate  # noqa: F401  (a fixture)
from tests.upstream.proxying import Server, tls_server
from tests.upstream.test_proxy import ANSWER, WAYS, server  # noqa: F401  (a fixture)
from upstream.tls import TlsAdapter, believe, context

REFUSALS = (requests.exceptions.SSLError, TemporarilyUnavailable, UpstreamError)
NAMED = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.mark.parametrize("ask", WAYS)
def test_an_authority_that_only_the_environment_names_is_not_believed(
    certificate: Path,  # noqa: F811
    ask: Callable[[str, str], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in NAMED:
        monkeypatch.setenv(name, str(certificate))
    with tls_server(certificate, ANSWER) as other:
        believes = ssl.create_default_context()  # the control: others on this machine do believe it
        assert believes.cert_store_stats()["x509_ca"] == 1
        assert requests.get(f"https://{other.place}/", timeout=5).status_code == 200
        heard = len(other.heard)

        with pytest.raises(REFUSALS):
            ask(other.place, "")

        assert len(other.heard) == heard


@pytest.mark.parametrize("ask", WAYS)
def test_an_authority_of_the_list_is_believed(server: Server, ask: Callable[[str, str], Any]) -> None:  # noqa: F811
    assert ask(server.place, "")


def test_sign_in_and_record_go_by_one_policy() -> None:
    both = [
        session.get_adapter("https://fhir.example/")
        for session in (hardened(requests.Session()), pooled_session("https://fhir.example/"))
    ]

    assert [type(adapter) for adapter in both] == [TlsAdapter, TlsAdapter]
    for adapter in both:
        made = adapter.poolmanager.connection_pool_kw["ssl_context"]
        assert made.minimum_version is ssl.TLSVersion.TLSv1_2
        assert made.verify_mode is ssl.CERT_REQUIRED
        assert made.check_hostname
        assert made.cert_store_stats() == context().cert_store_stats()


@pytest.fixture
def own_authority(certificate: Path) -> Iterator[Path]:  # noqa: F811
    """A portal whose operator named an authority of the network's own."""
    believe(str(certificate))
    yield certificate
    believe("")


@pytest.mark.parametrize("ask", WAYS)
def test_an_authority_of_the_networks_own_is_believed_where_the_operator_names_it(
    own_authority: Path, ask: Callable[[str, str], Any]
) -> None:
    with tls_server(own_authority, ANSWER) as other:
        assert ask(other.place, "")


@pytest.mark.parametrize("ask", WAYS)
def test_its_certificate_counts_for_no_other_name(
    own_authority: Path, ask: Callable[[str, str], Any]
) -> None:
    with tls_server(own_authority, ANSWER) as other, pytest.raises(REFUSALS):
        ask(other.place.replace("127.0.0.1", "localhost"), "")


def test_the_usual_authorities_count_beside_it(own_authority: Path) -> None:
    with_it = context().cert_store_stats()["x509_ca"]
    believe("")

    assert with_it == context().cert_store_stats()["x509_ca"] + 1

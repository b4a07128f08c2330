"""How the portal speaks to an authorization server: TLS, bounds, and nothing that it was not told to send."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

from smart_auth import oauth
from smart_auth.servers import Server
from smart_auth.transport import Unusable, fetch_json, hardened
from upstream.tls import TlsAdapter


class Weakened(HTTPAdapter):
    """The control: an adapter that speaks old TLS too, so that a refusal is known to be ours."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = create_urllib3_context(ssl_minimum_version=ssl.TLSVersion.TLSv1, ciphers="ALL:@SECLEVEL=0")
        super().init_poolmanager(*args, **kwargs, ssl_context=context)


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    seen: list[dict[str, str]]
    status = 200
    body = b'{"here": true}'

    def do_GET(self) -> None:
        self.seen.append(dict(self.headers))
        self.send_response(self.status)
        self.send_header("Set-Cookie", "planted=1; Path=/")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: object) -> None:
        """Nothing: the test says what matters."""


@contextmanager
def serve(
    context: ssl.SSLContext | None = None, **attributes: Any
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server on this machine; yields its address and the headers it was sent."""
    seen: list[dict[str, str]] = []
    handler = type("Handler", (Answers,), {"seen": seen, **attributes})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # a refused handshake is the point
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}/", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of 127.0.0.1 with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


def speaking(version: ssl.TLSVersion, certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(certificate)
    return context


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_server_that_speaks_old_tls_only_is_refused(certificate: Path) -> None:
    with serve(speaking(ssl.TLSVersion.TLSv1_1, certificate)) as (address, _):
        weak, ours = requests.Session(), hardened(requests.Session())
        weak.mount("https://", Weakened())
        weak.trust_env = False
        weak.verify = ours.verify = str(certificate)

        assert weak.get(address, timeout=5).status_code == 200
        with pytest.raises(requests.exceptions.SSLError):
            ours.get(address, timeout=5)


def test_the_refusal_does_not_depend_on_the_machines_own_policy() -> None:
    # Where OpenSSL's own default refuses old TLS the test above would pass without us.
    pool = TlsAdapter().poolmanager.connection_pool_kw

    assert pool["ssl_context"].minimum_version == ssl.TLSVersion.TLSv1_2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_speaks_tls_of_today_is_read(certificate: Path, version: ssl.TLSVersion) -> None:
    with serve(speaking(version, certificate)) as (address, _):
        ours = hardened(requests.Session())
        ours.verify = str(certificate)

        assert ours.get(address, timeout=5).json() == {"here": True}


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    with (
        serve(speaking(ssl.TLSVersion.TLSv1_3, certificate)) as (address, seen),
        pytest.raises(requests.exceptions.SSLError),
    ):
        fetch_json(address, timeout=(5, 5))

    assert seen == []


def test_authlibs_session_is_held_to_the_same_rules(server: Server) -> None:
    with oauth._client(server, "") as client:
        assert isinstance(client.get_adapter("https://fhir.example/"), TlsAdapter)
        assert client.trust_env is False
        assert client.verify is True


def test_neither_netrc_nor_a_proxy_nor_a_cookie_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    with serve() as (address, seen), hardened(requests.Session()) as session:
        session.get(address, timeout=5)
        session.get(address, timeout=5)

    assert len(seen) == 2
    for headers in seen:
        assert "Authorization" not in headers
        assert "Cookie" not in headers


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"status": 404}, "status 404"),
        ({"status": 302}, "status 302"),
        ({"body": b"<html>"}, "not JSON"),
        ({"body": b"[]"}, "not a JSON object"),
        ({"body": b'{"a": "' + b"x" * 600_000 + b'"}'}, "too large"),
    ],
)
def test_a_document_that_is_none_is_refused(attributes: dict[str, Any], reason: str) -> None:
    with serve(**attributes) as (address, _), pytest.raises(Unusable, match=reason):
        fetch_json(address, timeout=(5, 5))


def test_a_document_that_drips_is_given_up() -> None:
    with serve() as (address, _), hardened(requests.Session()) as session:
        response = session.get(address, timeout=5, stream=True)
        from smart_auth.transport import read_json

        with pytest.raises(Unusable, match="too long"):
            read_json(response, seconds=-1)

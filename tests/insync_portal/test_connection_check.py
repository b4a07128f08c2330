"""`manage.py connection_check` at real servers on this machine: one that is right, and eight that are not."""

from __future__ import annotations

import http.server
import io
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from joserfc.jwk import ECKey, RSAKey
from pytest_django import Settings

from smart_auth import discovery
from smart_auth.scopes import SEARCHED
from tests.smart_auth.test_transport import certificate  # noqa: F401  (a fixture)

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
Json = dict[str, Any]


@dataclass
class Vendor:
    """A record server with its authorization server. Each test bends one thing of it."""

    place: str = ""
    path: str = "/insync/harbor-1/"
    smart: Json = field(default_factory=dict)
    keys: list[Json] = field(default_factory=lambda: [dict(KEY.as_dict(private=False))])
    statement: Json = field(default_factory=dict)
    clock: Callable[[], float] = time.time
    html: bool = False
    authorize_error: str = ""
    client_error: str = "invalid_grant"
    heard: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://{self.place}{self.path}"

    def prepare(self) -> None:
        """What a right server says."""
        issuer = f"http://{self.place}/smartauth"
        self.smart = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "scopes_supported": ["openid", "fhirUser", "launch/patient", "patient/*.read", "online_access"],
            "capabilities": ["launch-standalone", "permission-v1"],
        }
        self.statement = {
            "resourceType": "CapabilityStatement",
            "fhirVersion": "4.0.1",
            "software": {"name": "Smile CDR", "version": "2024.08"},
            "implementation": {"url": self.base.rstrip("/")},
            "rest": [
                {"resource": [{"type": name, "interaction": [{"code": "search-type"}]} for name in SEARCHED]}
            ],
        }

    def answer(self, method: str, target: str, form: str) -> tuple[int, dict[str, str], str]:
        """Status, header fields and body."""
        path, query = urlsplit(target).path, parse_qs(urlsplit(target).query)
        self.heard.append(f"{method} {target} {form}")
        if self.html:
            return 200, {"Content-Type": "text/html"}, "<html>Welcome to our website</html>"
        documents: dict[str, Any] = {
            f"{self.path}.well-known/smart-configuration": self.smart,
            f"{self.path}metadata": self.statement,
            "/smartauth/jwks": {"keys": self.keys},
            "/smartauth/.well-known/openid-configuration": {"issuer": f"http://{self.place}/smartauth"},
        }
        if path in documents:
            return 200, {"Content-Type": "application/json"}, json.dumps(documents[path])
        if path == "/smartauth/authorize":
            back = query["redirect_uri"][0]
            error = f"{back}?error={self.authorize_error}" if self.authorize_error else "/login"
            return 302, {"Location": error}, ""
        if path == "/smartauth/token":
            return 400, {"Content-Type": "application/json"}, json.dumps({"error": self.client_error})
        return 404, {}, ""


@contextmanager
def serving(vendor: Vendor, context: ssl.SSLContext | None = None) -> Iterator[Vendor]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say("")

        def do_POST(self) -> None:
            self._say(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _say(self, form: str) -> None:
            status, headers, body = vendor.answer(self.command, self.path, form)
            self.send_response_only(status)
            self.send_header("Date", formatdate(vendor.clock(), usegmt=True))
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Nothing: the test says what matters."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # a refused handshake is the point
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    vendor.place = f"127.0.0.1:{server.server_port}"
    vendor.prepare()
    try:
        yield vendor
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def nothing_but_the_base(settings: Settings) -> None:
    """A portal that was told the FHIR base, client and secret, and no more."""
    for name in ("AUTHORIZE_URL", "TOKEN_URL", "JWKS_URL", "REVOCATION_URL", "ISSUER"):
        setattr(settings, f"INSYNC_{name}", "")
    settings.INSYNC_CONNECT_TIMEOUT = settings.INSYNC_READ_TIMEOUT = 2
    settings.PORTAL_BASE_URL = "http://127.0.0.1:9/"
    discovery.forget()


@pytest.fixture
def vendor(settings: Settings) -> Iterator[Vendor]:
    """A right server, to be bent."""
    with serving(Vendor()) as found:
        settings.INSYNC_FHIR_BASE_URL = found.base
        yield found


def said() -> tuple[str, bool]:
    """The table, and whether something is wrong in it."""
    out = io.StringIO()
    try:
        call_command("connection_check", stdout=out)
    except CommandError:
        return out.getvalue(), True
    return out.getvalue(), False


def wrong_lines(table: str) -> dict[str, str]:
    """By subject of each wrong line what was said to it."""
    found: dict[str, str] = {}
    subject = ""
    for line in table.splitlines():
        if line[:8].strip() in {"right", "WRONG", "unknown"}:
            subject = line[8:] if line.startswith("WRONG") else ""
        elif subject:
            found[subject] = found.get(subject, "") + line + "\n"
    return found


def test_a_right_server_is_called_right_in_everything_that_it_was_asked(vendor: Vendor) -> None:
    table, is_wrong = said()

    assert not is_wrong, table
    for line in (
        "right   FHIR base: name",
        "right   smart-configuration",
        "right   Issuer",
        "right   Keys",
        "right   CapabilityStatement",
        "right   Whose base",
        "right   Types",
        "right   Scopes supported",
        "right   Callback and scopes",
        "right   Client",
        "right   Clock",
    ):
        assert line in table, table
    assert "Smile CDR 2024.08, FHIR 4.0.1" in table


def test_no_secret_is_printed_and_nothing_of_it_stands_in_an_address(
    vendor: Vendor, settings: Settings
) -> None:
    table, _ = said()

    assert settings.INSYNC_CLIENT_SECRET not in table
    assert not [line for line in vendor.heard if settings.INSYNC_CLIENT_SECRET in line]
    assert "Authorization" not in table


def test_a_name_that_is_not_known_is_named(settings: Settings) -> None:
    settings.INSYNC_FHIR_BASE_URL = "https://fhir.no-such-place.invalid/insync/harbor-1/"

    table, is_wrong = said()

    assert is_wrong
    assert "no such name is known here" in wrong_lines(table)["FHIR base: name"]
    assert "spelled right" in wrong_lines(table)["FHIR base: name"]


def test_a_certificate_that_is_not_believed_is_named(settings: Settings, certificate: Path) -> None:  # noqa: F811
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(Vendor(), context) as vendor:
        settings.INSYNC_FHIR_BASE_URL = vendor.base.replace("http:", "https:")

        table, is_wrong = said()

    assert is_wrong
    assert "self-signed certificate" in wrong_lines(table)["FHIR base: TLS"]
    assert "INSYNC_CA_FILE" in wrong_lines(table)["FHIR base: TLS"]
    assert not vendor.heard


@pytest.mark.parametrize("where", ["openid", "setting"])
def test_an_issuer_that_differs_is_named(vendor: Vendor, settings: Settings, where: str) -> None:
    if where == "setting":
        settings.INSYNC_ISSUER = f"http://{vendor.place}/another"
    else:
        vendor.smart["issuer"] = f"http://{vendor.place}/smartauth/"

    table, is_wrong = said()

    assert is_wrong
    assert "they differ" in wrong_lines(table)["Issuer"]


@pytest.mark.parametrize("keys", [[], [ECKey.generate_key("P-256").as_dict(private=False)], [{"kty": "RSA"}]])
def test_keys_that_verify_nothing_are_named(vendor: Vendor, keys: list[Json]) -> None:
    vendor.keys = keys

    table, is_wrong = said()

    assert is_wrong
    assert "none of them for RS256" in wrong_lines(table)["Keys"]


def test_scopes_that_are_refused_are_named(vendor: Vendor) -> None:
    vendor.authorize_error = "invalid_scope"

    table, is_wrong = said()

    assert is_wrong
    assert "the scopes are refused" in wrong_lines(table)["Scopes"]
    assert "INSYNC_SCOPES" in wrong_lines(table)["Scopes"]


def test_scopes_that_the_server_does_not_list_are_said_and_are_no_fault(vendor: Vendor) -> None:
    vendor.smart["scopes_supported"] = ["openid", "patient/*.read"]

    table, is_wrong = said()

    assert not is_wrong
    assert "does not list fhirUser launch/patient\n" in table


@pytest.mark.parametrize(("seconds", "way"), [(300, "ahead of"), (-300, "behind")])
def test_a_clock_that_is_wrong_is_named(vendor: Vendor, seconds: int, way: str) -> None:
    vendor.clock = lambda: time.time() + seconds

    table, is_wrong = said()

    assert is_wrong
    assert way in wrong_lines(table)["Clock"]


def test_another_agencys_base_is_named(vendor: Vendor) -> None:
    vendor.statement["implementation"] = {"url": f"http://{vendor.place}/insync/seniors-200"}

    table, is_wrong = said()

    assert is_wrong
    assert "/insync/seniors-200: another agency's?" in wrong_lines(table)["Whose base"]


def test_a_server_that_calls_itself_by_a_name_within_is_no_fault(vendor: Vendor) -> None:
    vendor.statement["implementation"] = {"url": "http://app-7.internal:8000/insync/harbor-1"}

    assert not said()[1]


def test_a_web_page_in_the_place_of_a_record_server_is_named(vendor: Vendor) -> None:
    vendor.html = True

    table, is_wrong = said()

    assert is_wrong
    assert "a web page (HTML) in the place of JSON" in wrong_lines(table)["smart-configuration"]
    assert "is it the FHIR base?" in wrong_lines(table)["CapabilityStatement"]


@pytest.mark.parametrize("error", ["invalid_client", "unauthorized_client"])
def test_a_client_that_is_not_known_is_named(vendor: Vendor, error: str) -> None:
    vendor.client_error = error

    table, is_wrong = said()

    assert is_wrong
    assert "does not know this portal" in wrong_lines(table)["Client"]


def test_an_endpoint_on_a_host_that_is_not_believed_names_the_setting(vendor: Vendor) -> None:
    vendor.smart["token_endpoint"] = "https://auth.example/token"

    table, is_wrong = said()

    assert is_wrong
    assert "INSYNC_AUTH_HOSTS=auth.example" in wrong_lines(table)["token_endpoint"]


def test_a_statement_without_types_is_not_taken_for_one_that_lacks_them(vendor: Vendor) -> None:
    del vendor.statement["rest"]

    table, is_wrong = said()

    assert not is_wrong
    assert "it lists no types" in table


def test_an_agency_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CommandError, match="no agency elsewhere"):
        call_command("connection_check", "elsewhere")

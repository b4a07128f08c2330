"""A real portal signs in at npm's oidc-provider, which knows OpenID Connect and nothing of SMART.

It is found by its own OpenID configuration alone. It gives no refresh token for `online_access`, drops `offline_access`
without `prompt=consent`, sends no `at_hash`, and no `fhirUser` unless it is told to.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from smart_auth import client_keys
from tests.conftest import ROOT
from tests.servers import start_portal

HERE = ROOT / "tests" / "independent"
SECRET = "secret-of-thirty-two-characters-and-more"
START_SECONDS = 30
OLDEST_NODE = 20


@pytest.fixture(scope="module", autouse=True)
def node() -> str:
    """Node.js with oidc-provider; `.ci/run` sees to both, and REQUIRE_NODE makes it a failure where they lack."""
    found = shutil.which("node")
    if found and (HERE / "node_modules" / "oidc-provider").is_dir() and _major(found) >= OLDEST_NODE:
        return found
    why = f"needs Node.js {OLDEST_NODE} or newer, and `npm ci --ignore-scripts` in tests/independent"
    if os.environ.get("REQUIRE_NODE"):
        pytest.fail(why)
    pytest.skip(why)


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.strip().removeprefix("v").partition(".")[0] or 0)


@dataclass
class Provider:
    """The provider and the portal that signs in there. `said`: what each token request got."""

    portal: str
    base: str
    log: Path

    @property
    def said(self) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if "token" in line]

    def sign_in(self) -> tuple[requests.Session, requests.Response]:
        """The way through, as a browser goes it: every step is a redirect, for the provider asks nothing."""
        browser = requests.Session()
        browser.trust_env = False
        return browser, browser.get(f"{self.portal}/auth/launch/", timeout=60)


@contextmanager
def signing_in(
    *,
    scopes: str,
    client: dict[str, Any] | None = None,
    portal: dict[str, str] | None = None,
    **provider: str,
) -> Iterator[Provider]:
    """Provider and portal that know each other, until the block ends.

    Args:
        scopes: INSYNC_SCOPES.
        client: metadata of the portal as the provider has it, on top of its id and secret.
        portal: the portal's environment, on top of what it needs.
        provider: the provider's (TELL_PATIENT, TELL_FHIR_USER, TOKEN_SECONDS).
    """
    with ExitStack() as end:
        listener = end.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        here = f"http://localhost:{listener.getsockname()[1]}"
        log = Path(end.enter_context(tempfile.TemporaryDirectory())) / "provider.log"
        known = {"client_id": "portal", "client_secret": SECRET, **(client or {})}
        if "jwks_uri" in known:
            known["jwks_uri"] = f"{here}/auth/keys.json"
        base = end.enter_context(_provider(log, f"{here}/auth/callback/", known, provider))
        settings = {
            "INSYNC_ENVIRONMENT": "sandbox",
            "INSYNC_FHIR_BASE_URL": f"{base}/fhir/",
            "INSYNC_AUTH_BASE_URL": f"{base}/op/",
            "INSYNC_CLIENT_ID": "portal",
            "INSYNC_CLIENT_SECRET": SECRET,
            "INSYNC_SCOPES": scopes,
            "AGENCY_NAME": "Harbor Lane Behavioral Health",
            "AGENCY_PHONE": "617-555-0142",
            "TIME_ZONE": "America/New_York",
            **(portal or {}),
        }
        yield Provider(end.enter_context(start_portal(base, listener=listener, **settings)), base, log)


@contextmanager
def _provider(log: Path, callback: str, client: dict[str, Any], how: dict[str, str]) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "CALLBACK": callback,
        "CLIENT": json.dumps(client),
        **how,
    }
    with log.open("wb") as said:
        process = subprocess.Popen(
            [shutil.which("node") or "node", "provider.mjs"],
            cwd=HERE,
            env=environment,
            stdout=said,
            stderr=said,
        )
        try:
            until = time.monotonic() + START_SECONDS
            while '"ready"' not in log.read_text():
                if process.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"the provider did not start: {log.read_text()[-2000:]}")
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(10)


SMART = "openid fhirUser profile launch/patient patient/*.read"


def test_a_sign_in_for_which_there_is_no_refresh_token_opens_the_record_and_ends_in_words() -> None:
    with signing_in(scopes=f"{SMART} online_access", TELL_PATIENT="1", TOKEN_SECONDS="2") as provider:
        browser, page = provider.sign_in()

        assert page.status_code == 200
        assert "/record/" in page.url
        assert "Canary Lovelace" in page.text
        assert [(one["token"], one["refresh"]) for one in provider.said] == [(200, False)]

        time.sleep(
            2
        )  # the token is over then, and nothing renews it; what is kept of the page would still do
        later = browser.get(f"{page.url}goals/", timeout=20)

        assert later.status_code == 401
        assert "Its time may be over" in later.text
        assert "another agency" not in later.text


def test_offline_access_that_is_dropped_in_silence_costs_the_reader_nothing() -> None:
    with signing_in(scopes=f"{SMART} offline_access", TELL_PATIENT="1") as provider:
        _browser, page = provider.sign_in()

        assert page.status_code == 200
        assert "Canary Lovelace" in page.text
        (said,) = provider.said
        assert "offline_access" not in said["scope"].split()
        assert said["refresh"] is False


def test_who_reads_is_said_where_the_provider_is_told_to_say_it() -> None:
    with signing_in(scopes=SMART, TELL_PATIENT="1", TELL_FHIR_USER="1") as provider:
        _browser, page = provider.sign_in()

        assert page.status_code == 200
        assert "You are signed in as <bdi>Canary Lovelace</bdi>" in page.text


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_the_portal_says_who_it_is_with_a_key_that_the_provider_fetches(
    algorithm: str, tmp_path: Path
) -> None:
    file = tmp_path / "keys.json"
    client_keys.save(str(file), client_keys.rotated([]))
    client = {
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": algorithm,
        "jwks_uri": "of the portal",
    }
    # The provider offers both, and holds this client to one.
    offered = [jwk for jwk in json.loads(file.read_text())["keys"] if jwk["alg"] == algorithm]
    assert len(offered) == 2
    portal = {
        "INSYNC_CLIENT_SECRET": "",
        "INSYNC_CLIENT_KEYS_FILE": str(file),
        "INSYNC_CLIENT_AUTH": "private_key_jwt",
    }
    with signing_in(
        scopes=SMART, client=client, portal=portal, TELL_PATIENT="1", ALGORITHM=algorithm
    ) as provider:
        # The provider waits two and a half seconds for the keys; the first answer of a process takes its time.
        assert len(requests.get(f"{provider.portal}/auth/keys.json", timeout=60).json()["keys"]) == 4
        _browser, page = provider.sign_in()

        assert [one["error"] for one in provider.said if "error" in one] == [], provider.log.read_text()
        assert page.status_code == 200
        assert "Canary Lovelace" in page.text


def test_the_secret_travels_in_the_form_where_the_setting_says_so() -> None:
    client = {"token_endpoint_auth_method": "client_secret_post"}
    portal = {"INSYNC_CLIENT_AUTH": "client_secret_post"}
    with signing_in(scopes=SMART, client=client, portal=portal, TELL_PATIENT="1") as provider:
        assert provider.sign_in()[1].status_code == 200


def test_without_a_patient_in_the_answer_no_record_is_opened() -> None:
    with signing_in(scopes=SMART, TELL_FHIR_USER="1") as provider:
        _browser, page = provider.sign_in()

        assert page.status_code == 502
        assert "did not tell this website whose record" in page.text

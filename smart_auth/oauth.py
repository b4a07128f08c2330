"""Authlib's OAuth2Session under our policy: explicit endpoints, PKCE S256, bounded and checked answers.

RFC 6749, RFC 7636, RFC 7009; SMART App Launch 2.2, "Launch and authorization".
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from urllib3.exceptions import MaxRetryError

from smart_auth import client_auth, pace
from smart_auth.discovery import Endpoints
from smart_auth.errors import Problem, SignInFailed, TemporarilyUnavailable
from smart_auth.servers import Server
from smart_auth.transport import Unusable, hardened, read_json
from upstream.time_limit import at_most

log = logging.getLogger(__name__)

DEFAULT_EXPIRES_IN = 300
"""Seconds that a token is taken to last where the server does not say."""

MOST_EXPIRES_IN = 24 * 3600

REVOCATION_TIMEOUT = (2.0, 3.0)
"""Seconds to connect and to wait: signing out must not hang on a server in trouble."""

# FHIR R4 `id`, and the slightly longer ones, with underscores, that servers give out; a path is no id.
_PATIENT_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}", re.ASCII)
_OUR_OWN = frozenset({"invalid_client", "unauthorized_client", "status_401"})
"""Errors that are about the website and not about its reader. RFC 6749, section 5.2."""
_ERROR_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)


class Refused(Exception):
    """The token endpoint answered with an error of RFC 6749, section 5.2. `code` is that error's code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class OutcomeUnknown(TemporarilyUnavailable):
    """The request went out and no usable answer came: what was asked may or may not have happened."""


@dataclass(frozen=True)
class TokenResponse:
    """A token response that passed the checks of its form.

    `expires_in` is in seconds, at least 1. `scope` is None where the response has none. `patient` is a FHIR id, or
    None where it is missing; `patient_is_malformed` where something else stood in its place.
    """

    access_token: str
    refresh_token: str
    expires_in: int
    scope: str | None
    patient: str | None
    patient_is_malformed: bool
    id_token: str


@dataclass(frozen=True)
class AuthorizationRequest:
    """What the authorization server is asked for, under its own names. SMART App Launch 2.2, "Obtain authorization
    code". `scope`: parted by blanks; `launch` and `login_hint` are left out where empty."""

    scope: str
    state: str
    nonce: str
    code_verifier: str
    aud: str
    launch: str = ""
    login_hint: str = ""


def authorization_url(server: Server, endpoints: Endpoints, request: AuthorizationRequest) -> str:
    """Where the browser goes to sign in."""
    asked = {name: value for name, value in asdict(request).items() if value}
    with _client(server, "") as client:
        url, _ = client.create_authorization_url(
            endpoints.authorization_endpoint,
            response_type="code",
            redirect_uri=server.redirect_uri,
            **asked,
        )
    return str(url)


def exchange_code(
    server: Server, token_endpoint: str, *, code: str, code_verifier: str, how: str = ""
) -> TokenResponse:
    """The tokens for an authorization code. RFC 6749, section 4.1.3.

    Args:
        how: the portal says who it is, as `client_auth.choose` chose it.

    Raises:
        SignInFailed: UNAVAILABLE, TOKEN_REFUSED, TOKEN_UNUSABLE; MISCONFIGURED where it is not the code that is wrong.
    """
    try:
        with _translated(), pace.turn(token_endpoint), _client(server, token_endpoint, how) as client:
            answer = client.fetch_token(
                token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=code_verifier,
                redirect_uri=server.redirect_uri,
                **_request(server),
            )
            return _response(answer)
    except Refused as refusal:
        if refusal.code in _OUR_OWN:
            log.error(
                "the token endpoint refused this website itself (%s): are INSYNC_CLIENT_ID and "
                "INSYNC_CLIENT_SECRET, or the keys at auth/keys.json, those of the registration?",
                refusal.code,
            )
            raise SignInFailed(Problem.MISCONFIGURED, refusal.code) from None
        log.warning("the token endpoint refused the code: %s", refusal.code)
        raise SignInFailed(Problem.TOKEN_REFUSED, refusal.code) from None
    except TemporarilyUnavailable as error:
        log.warning("the token endpoint is unavailable: %s", error)
        raise SignInFailed(Problem.UNAVAILABLE, "token endpoint") from None
    except Unusable as error:
        log.warning("the token response is unusable: %s", error)
        raise SignInFailed(Problem.TOKEN_UNUSABLE, str(error)) from None


def refresh(server: Server, token_endpoint: str, *, refresh_token: str, how: str = "") -> TokenResponse:
    """New tokens for a refresh token. No `scope` is sent: what was granted is asked for again. RFC 6749, section 6.

    Args:
        how: as of `exchange_code`.

    Raises:
        Refused: `invalid_grant` and its like: this refresh token is of no more use.
        TemporarilyUnavailable: try later; OutcomeUnknown where it may have been used up all the same.
    """
    try:
        with _translated(), pace.turn(token_endpoint), _client(server, token_endpoint, how) as client:
            return _response(
                client.refresh_token(token_endpoint, refresh_token=refresh_token, **_request(server))
            )
    except Unusable as error:
        log.warning("the answer to a refresh is unusable: %s", error)
        raise OutcomeUnknown(str(error)) from None
    except SignInFailed as failure:
        # Nothing was sent: the portal cannot say who it is. What the reader holds is good still.
        raise TemporarilyUnavailable(failure.detail) from None


@dataclass(frozen=True)
class Revocation:
    """Where tokens are told to be done with, and how the portal says there who it is.

    `revocation_endpoint`: empty where the server has none. `how`: as of `exchange_code`.
    """

    revocation_endpoint: str
    token_endpoint: str
    how: str = ""


def revoke(server: Server, at: Revocation, *, refresh_token: str, access_token: str) -> None:
    """Tell the server that these tokens are done with, refresh token first. RFC 7009. Trouble is logged, no more."""
    revocation_endpoint = at.revocation_endpoint
    if not revocation_endpoint:
        return
    for token, hint in ((refresh_token, "refresh_token"), (access_token, "access_token")):
        if not token:
            continue
        try:
            with at_most(sum(REVOCATION_TIMEOUT)), _client(server, at.token_endpoint, at.how) as client:
                response = client.revoke_token(
                    revocation_endpoint,
                    token=token,
                    token_type_hint=hint,
                    timeout=REVOCATION_TIMEOUT,
                    allow_redirects=False,
                    stream=True,
                )
                response.close()
                if response.status_code != 200:
                    log.warning("revocation of the %s: status %s", hint, response.status_code)
        except requests.RequestException as error:
            log.warning("revocation of the %s: %s", hint, type(error).__name__)
            return  # no answer to the first: the second would only wait as long again
        except SignInFailed as failure:
            log.warning("revocation of the %s: %s", hint, failure)
            return


@contextmanager
def _translated() -> Iterator[None]:
    """Trouble of transport, and an error in an answer of status 200, as ours."""
    try:
        yield
    except OAuthError as error:
        code = error.error
        raise Refused(code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else "unknown") from None
    except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
        raise TemporarilyUnavailable(type(error).__name__) from None
    except requests.RequestException as error:
        # urllib3 wraps what failed before anything was sent; what broke later comes as it is.
        unsent = isinstance(error, requests.ConnectionError) and isinstance(
            next(iter(error.args), None), MaxRetryError
        )
        raise (TemporarilyUnavailable if unsent else OutcomeUnknown)(type(error).__name__) from None


@contextmanager
def _client(server: Server, token_endpoint: str, how: str = "") -> Iterator[OAuth2Session]:
    """A session for one exchange, closed after it, and over in the time that the two time-outs give together.

    Raises:
        SignInFailed: MISCONFIGURED, there is no key to say with who asks.
    """
    # Where nothing is sent by it (an address is only put together), it says nothing of itself.
    method = client_auth.authenticate(server, token_endpoint, how) if token_endpoint else "none"
    client = OAuth2Session(
        client_id=server.client_id,
        client_secret=server.client_secret,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        code_challenge_method="S256",
    )
    client.register_compliance_hook("access_token_response", _checked)
    client.register_compliance_hook("refresh_token_response", _checked)
    with at_most(sum(server.timeout)), hardened(client, proxy_url=server.proxy_url):
        yield client


def _request(server: Server) -> dict[str, Any]:
    # A redirect would post the client's secret and the code to whatever address it names.
    return {"timeout": server.timeout, "allow_redirects": False, "stream": True}


def _checked(response: requests.Response) -> requests.Response:
    """Authlib's hook on an answer of the token endpoint: what is not usable never reaches Authlib's parser."""
    status = response.status_code
    if status == 429 or status >= 500:
        response.close()
        retry_after = response.headers.get("Retry-After", "")
        raise TemporarilyUnavailable(
            f"status {status}",
            # A date, or a number too long to be one of seconds, is some time like any other.
            retry_after=int(retry_after) if retry_after.isdecimal() and len(retry_after) < 6 else 60,
        )
    if 300 <= status < 400:
        response.close()
        raise Unusable(f"a redirect, status {status}")
    found = read_json(response, seconds=30)
    if status != 200:
        code = found.get("error")
        raise Refused(code if isinstance(code, str) and _ERROR_CODE.fullmatch(code) else f"status_{status}")
    # Only what is used goes on; a server-sent `expires_at` would be believed by Authlib, so it stays behind.
    keys = ("access_token", "token_type", "refresh_token", "scope", "patient", "id_token", "error")
    # What is null was not said: Authlib would take `"error": null` for an error.
    clean = {key: found[key] for key in keys if found.get(key) is not None}
    clean["expires_in"] = _seconds(found.get("expires_in"))
    response._content = json.dumps(clean).encode()
    return response


def _seconds(expires_in: object) -> int:
    """How long a token lasts. Some servers send the number as a string; anything else counts as not said."""
    if isinstance(expires_in, str) and expires_in.isascii() and expires_in.isdigit() and len(expires_in) < 12:
        expires_in = int(expires_in)
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float) or not 0 < expires_in < 1e12:
        return DEFAULT_EXPIRES_IN
    return max(1, min(int(expires_in), MOST_EXPIRES_IN))


def _response(answer: dict[str, Any]) -> TokenResponse:
    """The token response as we understand it. RFC 6749, section 5.1; SMART App Launch 2.2, "Token response".

    Raises:
        Unusable: `access_token` or `token_type` missing or of another kind.
    """
    access_token, token_type = answer.get("access_token"), answer.get("token_type")
    if not isinstance(access_token, str) or not access_token.strip() or not access_token.isprintable():
        raise Unusable("no access_token")
    if not isinstance(token_type, str) or token_type.lower() != "bearer":
        raise Unusable("token_type is not Bearer")
    scope, patient = answer.get("scope"), answer.get("patient")
    if scope is not None and not isinstance(scope, str):
        raise Unusable("scope is not a string")
    if isinstance(patient, str):
        patient = patient.removeprefix("Patient/")  # an id, says SMART; some servers send a reference
    is_id = isinstance(patient, str) and _PATIENT_ID.fullmatch(patient) is not None
    refresh_token, id_token = answer.get("refresh_token"), answer.get("id_token")
    return TokenResponse(
        access_token=access_token,
        refresh_token=refresh_token if isinstance(refresh_token, str) else "",
        expires_in=int(answer["expires_in"]),
        scope=scope,
        patient=str(patient) if is_id else None,
        patient_is_malformed=patient is not None and not is_id,
        id_token=id_token if isinstance(id_token, str) else "",
    )

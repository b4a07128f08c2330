"""Whether the authorization server knows this portal: its client, its callback, its scopes. Nobody signs in."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

from django.conf import settings

from insync_portal.golive.check import Found
from insync_portal.golive.lines import SERVER, YOU, Line, right, unknown, wrong
from smart_auth import client_auth, oauth, scopes
from smart_auth.discovery import Endpoints
from smart_auth.errors import SignInFailed, TemporarilyUnavailable

_SCOPE_ERRORS = {"invalid_scope"}


def registered(found: Found) -> Iterator[Line]:
    """Scopes and callback as an authorization request shows them, then the client at the token endpoint."""
    chosen = found.endpoints
    if chosen is None:
        return
    asked = scopes.requested(
        ehr_launch=False,
        capabilities=chosen.capabilities,
        scopes_supported=chosen.scopes_supported,
        configured=found.server.scopes,
    )
    yield _supported(chosen, asked)
    yield _authorization(found, chosen, asked)
    yield _client(found, chosen)
    yield _own_address(found)
    yield _swagger(found)


def _supported(chosen: Endpoints, asked: tuple[str, ...]) -> Line:
    sent = " ".join(asked)
    if not chosen.scopes_supported:
        return unknown("Scopes supported", sent, "the server lists none")
    wide = {"read": "patient/*.read", "rs": "patient/*.rs", "r": "patient/*.rs"}
    left = [
        one
        for one in asked
        if one not in chosen.scopes_supported
        and not (
            one.startswith("patient/") and wide.get(one.rpartition(".")[2], "") in chosen.scopes_supported
        )
    ]
    if not left:
        return right("Scopes supported", sent, "the server lists all of them")
    # It need not list all that it grants. SMART App Launch 2.2, "scopes_supported".
    mend = f"{SERVER}: ask which are registered. Then {YOU}: INSYNC_SCOPES"
    return unknown("Scopes supported", sent, f"the server does not list {' '.join(left)}", mend)


def _authorization(found: Found, chosen: Endpoints, asked: tuple[str, ...]) -> Line:
    """An authorization request as a browser would make it; what comes is looked at, and nothing of it is followed."""
    server = found.server
    request = oauth.AuthorizationRequest(
        scope=" ".join(asked),
        state=secrets.token_urlsafe(16),
        nonce=secrets.token_urlsafe(16),
        code_verifier=secrets.token_urlsafe(48),
        aud=server.fhir_base_url,
    )
    answer = found.ask(oauth.authorization_url(server, chosen, request), accept="text/html")
    sent = f"GET {chosen.authorization_endpoint} with callback {server.redirect_uri}"
    subject = "Callback and scopes"
    if answer.trouble:
        return unknown(subject, sent, answer.trouble, SERVER)
    if answer.location.startswith(server.redirect_uri):
        error = parse_qs(urlsplit(answer.location).query).get("error", ["none"])[0]
        error = error if error.replace("_", "").isalpha() and len(error) < 40 else "unreadable"
        if error in _SCOPE_ERRORS:
            mend = f"{YOU}: INSYNC_SCOPES must hold what is registered. Otherwise {SERVER}"
            return wrong("Scopes", sent, f"the callback is known, and the scopes are refused ({error})", mend)
        if error in {"login_required", "interaction_required", "consent_required", "none"}:
            return right(subject, sent, "the callback is known")
        return wrong(subject, sent, f"the callback is known, and the request is refused ({error})", SERVER)
    if answer.status >= 400:
        mend = f"{SERVER}: is {server.redirect_uri} registered for this client id, letter by letter?"
        return wrong(subject, sent, f"{answer.words}: the request is refused", mend)
    return right(subject, sent, f"status {answer.status}: the sign-in page opens")


def _client(found: Found, chosen: Endpoints) -> Line:
    """A code that nobody gave: who is known is told that it is not good, who is not is told so instead."""
    server = found.server
    how = client_auth.choose(server, chosen)
    sent = f"POST {chosen.token_endpoint} with a code that nobody gave ({how})"
    mend = f"{YOU}: client id and secret (or keys). Otherwise {SERVER}: was this client approved?"
    try:
        oauth.exchange_code(
            server,
            chosen.token_endpoint,
            code=secrets.token_urlsafe(16),
            code_verifier=secrets.token_urlsafe(48),
            how=how,
        )
    except SignInFailed as failure:
        match failure.detail:
            case "invalid_client" | "unauthorized_client" | "status_401":
                return wrong("Client", sent, f"the server does not know this portal ({failure.detail})", mend)
            case "no key to sign with":
                return wrong(
                    "Client", "nothing", "there is no key to sign with", f"{YOU}: manage.py client_keys"
                )
            case "invalid_grant" | "invalid_request":
                return right("Client", sent, f"the portal is known, and the code is not ({failure.detail})")
        return unknown(
            "Client", sent, f"an answer that does not tell ({failure.detail or failure.problem.value})"
        )
    except TemporarilyUnavailable as trouble:
        return unknown("Client", sent, str(trouble), SERVER)
    return wrong("Client", sent, "the server gave a token for a code that nobody gave", SERVER)


def _own_address(found: Found) -> Line:
    url = urljoin(settings.PORTAL_BASE_URL, "healthz")
    answer = found.ask(url, accept="text/plain")
    if answer.status == 200:
        return right("Portal's own address", f"GET {url}", "it answers there")
    mend = f"{YOU}: is the portal started, and does its name lead to it?"
    return unknown("Portal's own address", f"GET {url}", answer.words, mend)


def _swagger(found: Found) -> Line:
    url = found.server.fhir_base_url + "swagger-ui/"
    answer = found.ask(url, accept="text/html")
    if answer.status == 200:
        return right("Swagger", f"GET {url}", "the server describes itself to people there")
    return unknown("Swagger", f"GET {url}", f"{answer.words}; it is not needed")

"""The authorization server: Authlib's, with this server's policy.

Authorization code with PKCE S256 for one confidential client, refresh tokens that rotate, id_tokens,
revocation. RFC 6749, 7009, 7636, 9207, 9700; OpenID Connect Core 1.0; SMART App Launch 2.2.

Authlib is untyped, so this module is where its `Any` ends: what leaves it has types of ours.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import OAuth2Request, grants
from authlib.oauth2.rfc6749.authenticate_client import authenticate_client_secret_basic
from authlib.oauth2.rfc6749.errors import (
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnsupportedResponseTypeError,
)
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from django.http import HttpRequest, HttpResponse, JsonResponse
from joserfc.jwk import RSAKey

from demo_server import agencies, config, consent, keys
from demo_server.agencies import fhir_base
from demo_server.launches import LAUNCHES
from demo_server.people.base import Person
from demo_server.shapes import AUTH_METHODS, Client, Redeemed, Refreshable, Request
from demo_server.tokens import LEDGER, Authorization, Spent
from demo_server.world import world


def issuer() -> str:
    """The issuer identifier, without a slash at the end."""
    return agencies.authorization_base()


def person_of(slug: str) -> Person | None:
    """The person with this slug."""
    return next((one for one in world().people if one.slug == slug), None)


@dataclass(frozen=True)
class Choice:
    """What was decided on the pages: who signed in, whose record ("" for none), which scopes are granted."""

    person: Person
    patient: str
    scopes: tuple[str, ...]


class _CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]  # Authlib is untyped
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    @staticmethod
    def validate_authorization_redirect_uri(request: OAuth2Request, client: Client) -> str:
        uri = request.payload.redirect_uri
        if not uri or not client.check_redirect_uri(uri):
            # The address is not quoted, as Authlib would: it may hold anything.
            raise InvalidRequestError("The redirect_uri is not one that was registered for this client.")
        return str(uri)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        choice: Choice = request.user
        asked = request.payload.data
        authorization = Authorization(
            client_id=request.client.client_id,
            person=choice.person.slug,
            patient=choice.patient,
            scopes=choice.scopes,
            redirect_uri=asked["redirect_uri"],
            code_challenge=asked["code_challenge"],
            nonce=asked.get("nonce", ""),
            authenticated_at=time.time(),
        )
        LEDGER.add_code(code, authorization)

    def query_authorization_code(self, code: str, client: Client) -> Redeemed | None:
        """The code is used from here on, also if the verifier turns out to be wrong: no second guess."""
        authorization = LEDGER.redeem(code, client.client_id)
        return Redeemed(authorization) if authorization else None

    def delete_authorization_code(self, authorization_code: Redeemed) -> None:
        """Nothing: a used code is kept, so that a replay is noticed."""

    def authenticate_user(self, authorization_code: Redeemed) -> Authorization:
        return authorization_code.authorization


class _RefreshGrant(grants.RefreshTokenGrant):  # type: ignore[misc]  # Authlib is untyped
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Refreshable | None:
        authorization = LEDGER.refreshable(refresh_token)
        return Refreshable(refresh_token, authorization) if authorization else None

    def authenticate_user(self, refresh_token: Refreshable) -> Authorization:
        return refresh_token.authorization

    def issue_token(self, user: Authorization, refresh_token: Refreshable) -> dict[str, Any]:
        """Spent only now that everything else about the request is right, and before anything is given."""
        try:
            LEDGER.spend(refresh_token.value)
        except Spent:
            raise InvalidGrantError("The refresh token was used already.") from None
        token: dict[str, Any] = super().issue_token(user, refresh_token)
        return token

    def revoke_old_credential(self, refresh_token: Refreshable) -> None:
        """Nothing: it is spent since `issue_token`."""


class _S256(CodeChallenge):  # type: ignore[misc]  # Authlib is untyped
    """PKCE, required from confidential clients too, and S256 only. RFC 9700 section 2.1.1."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is required: code_challenge, and code_challenge_method=S256.")
        super().validate_code_challenge(grant, redirect_uri)


class _SmartContext:
    """What SMART App Launch adds to an authorization request: `aud`, `launch`, and scopes that need a patient."""

    def __call__(self, grant: Any) -> None:
        grant.register_hook("after_validate_authorization_request_payload", self.check)

    def check(self, grant: Any, redirect_uri: str) -> None:
        payload = grant.request.payload
        for name in ("aud", "launch", "nonce", "login_hint"):
            if len(payload.datalist.get(name, [])) > 1:
                raise InvalidRequestError(f"Multiple '{name}' in request.")
        if payload.data.get("aud", "").rstrip("/") != fhir_base().rstrip("/"):
            raise InvalidRequestError("aud must be the address of this FHIR server.")
        scopes = (payload.scope or "").split()
        launch = payload.data.get("launch")
        if launch and LAUNCHES.find(launch) is None:
            raise InvalidRequestError("The launch is unknown or too old.")
        if "launch" in scopes and not launch:
            raise InvalidRequestError("The scope launch needs the parameter launch.")
        if any(map(consent.is_clinical, scopes)) and not (launch or "launch/patient" in scopes):
            raise InvalidScopeError("Scopes for a patient's data need launch/patient, or a launch.")


class _IdToken(OpenIDCode):  # type: ignore[misc]  # Authlib is untyped
    """The id_token. OpenID Connect Core 1.0 section 2; SMART App Launch 2.2, fhirUser."""

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        return False

    def resolve_client_private_key(self, client: Client) -> RSAKey:
        return keys.signing_key()

    def get_client_algorithm(self, client: Client) -> str:
        return keys.ALGORITHM

    def get_encode_header(self, client: Client) -> dict[str, str]:
        return {"alg": keys.ALGORITHM, "kid": str(keys.signing_key().kid), "typ": "JWT"}

    def get_client_claims(self, client: Client) -> dict[str, Any]:
        return {"iss": issuer(), "aud": client.client_id, "exp": int(time.time()) + 3600}

    def generate_user_info(self, user: Authorization, scope: str) -> dict[str, Any]:
        person = person_of(user.person)
        if person is None:
            raise InvalidGrantError("Nobody signed in.")
        claims = {"sub": person.slug, "sid": user.sid, "name": person.name}
        if "fhirUser" in scope.split():
            claims["fhirUser"] = f"{fhir_base()}{person.fhir_user}"
        return claims


class _Revocation(RevocationEndpoint):  # type: ignore[misc]  # Authlib is untyped
    CLIENT_AUTH_METHODS = AUTH_METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Refreshable | None:
        """Whichever it is: a wrong hint must not hinder. RFC 7009 section 2.1."""
        authorization = LEDGER.owner(token_string)
        return Refreshable(token_string, authorization) if authorization else None

    def revoke_token(self, token: Refreshable, request: OAuth2Request) -> None:
        LEDGER.revoke(token.value)


def _secret_basic(query_client: Any, request: OAuth2Request) -> Client | None:
    """HTTP Basic, as Authlib reads it; a header that is no UTF-8 or no base64 is nobody, not a crash."""
    try:
        client: Client | None = authenticate_client_secret_basic(query_client, request)
    except ValueError:
        return None
    return client


class _Server(AuthorizationServer):  # type: ignore[misc]  # Authlib is untyped
    def __init__(self) -> None:
        super().__init__()
        self.client = Client(
            config.CLIENT_ID,
            config.CLIENT_SECRET,
            config.REDIRECT_URIS,
            config.POST_LOGOUT_REDIRECT_URIS,
        )
        self.register_client_auth_method("client_secret_basic", _secret_basic)
        self.register_grant(_CodeGrant, [_S256(required=True), _SmartContext(), _IdToken()])
        self.register_grant(_RefreshGrant)
        self.register_endpoint(_Revocation)
        self.register_token_generator("default", self._tokens)

    def query_client(self, client_id: str) -> Client | None:
        return self.client if client_id == self.client.client_id else None

    def validate_requested_scope(self, scope: str | None) -> None:
        """At least one, and all of them known. RFC 6749 section 3.3."""
        scopes = (scope or "").split()
        if not scopes or not all(map(consent.is_supported, scopes)):
            raise InvalidScopeError

    def get_authorization_grant(self, request: OAuth2Request) -> Any:
        try:
            return super().get_authorization_grant(request)
        except (UnsupportedResponseTypeError, ValueError):
            # Authlib quotes the response_type, and fails where an error_description must not hold it. Only
            # an address that is registered is answered.
            payload = request.payload
            known = payload.client_id == self.client.client_id
            registered = known and self.client.check_redirect_uri(payload.redirect_uri or "")
            raise OAuth2Error(
                "The response_type must be code.",
                error=UnsupportedResponseTypeError.error,
                redirect_uri=payload.redirect_uri if registered else None,
            ) from None

    def create_oauth2_request(self, request: HttpRequest | OAuth2Request) -> OAuth2Request:
        if isinstance(request, OAuth2Request):
            return request
        return Request(request, from_query=request.path.endswith("/authorize"))

    def handle_response(self, status: int, body: Any, headers: Any) -> HttpResponse:
        if status == 302:
            # RFC 9207: every answer to an authorization request, errors too, says who answers.
            location = dict(headers)["Location"]
            joint = "&" if "?" in location else "?"
            return HttpResponse(
                status=302, headers={"Location": f"{location}{joint}{urlencode({'iss': issuer()})}"}
            )
        kept = {name: value for name, value in headers if name != "Content-Type"}
        return JsonResponse(body, status=status, headers=kept)

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        """Nothing: the ledger knows each token since it was made."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def _tokens(
        self,
        grant_type: str,
        client: Client,
        user: Authorization,
        scope: str,
        expires_in: int | None = None,
        include_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """The token response, except for the id_token. RFC 6749 section 5.1; SMART App Launch 2.2."""
        try:
            access, refresh = LEDGER.issue(
                user, tuple(scope.split()), with_refresh=include_refresh_token and user.may_refresh
            )
        except Spent:
            raise InvalidGrantError("The authorization was revoked.") from None
        answer: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": config.ACCESS_TOKEN_SECONDS,
            "scope": scope,
        }
        if refresh:
            answer["refresh_token"] = refresh
        if user.patient:
            answer |= {"patient": user.patient, "need_patient_banner": True}
        return answer


def server() -> _Server:
    """The authorization server of this request's agency."""
    return _SERVERS.own


_SERVERS = agencies.Each(_Server)


@dataclass(frozen=True)
class Asked:
    """A valid authorization request. `launch` is its launch value or ""; `scopes` as asked, in order."""

    scopes: tuple[str, ...]
    launch: str
    login_hint: str
    grant: Any

    @property
    def wants_patient(self) -> bool:
        """Whether a record is part of it."""
        return bool(self.launch) or "launch/patient" in self.scopes

    def answer(self, choice: Choice | None) -> HttpResponse:
        """Send the browser back to the app, with a code, or with `access_denied` for None."""
        response: HttpResponse = server().create_authorization_response(
            self.grant.request, grant_user=choice, grant=self.grant
        )
        return response


class Refused(Exception):
    """An authorization request that cannot go on.

    `response` leads back to the app with the error; None where the app or its address is not known, and
    nobody must be sent anywhere. `says` is for the page that is shown then.
    """

    def __init__(self, says: str, response: HttpResponse | None) -> None:
        self.says, self.response = says, response
        super().__init__(says)


def understand(request: HttpRequest) -> Asked:
    """Check an authorization request. RFC 6749 section 4.1.1; RFC 7636 section 4.3.

    Raises:
        Refused: with the answer to send.
    """
    try:
        grant = server().get_consent_grant(request, end_user=None)
    except OAuth2Error as error:
        back = server().handle_error_response(None, error) if error.redirect_uri else None
        raise Refused(str(error.get_error_description()), back) from None
    data = grant.request.payload.data
    scopes = tuple(dict.fromkeys(data["scope"].split()))
    return Asked(scopes, data.get("launch", ""), data.get("login_hint", ""), grant)


def token_response(request: HttpRequest) -> HttpResponse:
    """The answer of the token endpoint. RFC 6749 sections 5.1 and 5.2."""
    response: HttpResponse = server().create_token_response(request)
    return response


def revocation_response(request: HttpRequest) -> HttpResponse:
    """The answer of the revocation endpoint. RFC 7009 section 2.2."""
    response: HttpResponse = server().create_endpoint_response("revocation", request)
    return response

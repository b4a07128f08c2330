"""The app, its codes and tokens, and the request that brings them, in the shapes that Authlib asks for."""

from __future__ import annotations

import hmac
from collections import defaultdict
from dataclasses import dataclass

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request
from django.http import HttpRequest, QueryDict

from demo_server import config
from demo_server.tokens import Authorization

AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


@dataclass(frozen=True)
class Client:
    """The one registered app, in the shape that Authlib asks for."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: the app must say where it wants to be answered."""

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Exactly as registered, character by character. RFC 9700 section 2.1."""
        return redirect_uri in self.redirect_uris

    def check_post_logout_redirect_uri(self, uri: str) -> bool:
        """Exactly as registered. OpenID Connect RP-Initiated Logout 1.0, section 3."""
        return uri in self.post_logout_redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        return hmac.compare_digest(client_secret.encode(), self.client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in AUTH_METHODS

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")


@dataclass(frozen=True)
class Redeemed:
    """An authorization whose code was just redeemed, in the shape that Authlib asks for."""

    authorization: Authorization

    @property
    def code_challenge(self) -> str:
        return self.authorization.code_challenge

    @property
    def code_challenge_method(self) -> str:
        return "S256"

    def get_redirect_uri(self) -> str:
        return self.authorization.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.authorization.scopes)

    def get_nonce(self) -> str:
        return self.authorization.nonce

    def get_auth_time(self) -> int:
        return int(self.authorization.authenticated_at)

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass(frozen=True)
class Refreshable:
    """A refresh token that came, in the shape that Authlib asks for."""

    value: str
    authorization: Authorization

    def check_client(self, client: Client) -> bool:
        return self.authorization.client_id == client.client_id

    def get_scope(self) -> str:
        return " ".join(self.authorization.scopes)


class Payload(OAuth2Payload):  # type: ignore[misc]  # Authlib is untyped
    def __init__(self, query: QueryDict) -> None:
        self._query = query

    @property
    def data(self) -> dict[str, str]:
        return self._query.dict()  # type: ignore[return-value]  # a QueryDict holds strings only

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: self._query.getlist(name) for name in self._query})


class Request(OAuth2Request):  # type: ignore[misc]  # Authlib is untyped
    """A Django request as Authlib reads it.

    An authorization request is its query alone: what the pages' own forms post must not change it. A
    token request is its body alone: credentials have no place in an address.
    """

    def __init__(self, request: HttpRequest, *, from_query: bool) -> None:
        uri = f"{config.BASE_URL}{request.get_full_path()}"
        super().__init__(method=request.method or "", uri=uri, headers=request.headers)
        self._parameters = request.GET if from_query else request.POST
        self.payload = Payload(self._parameters)

    @property
    def args(self) -> QueryDict:
        return self._parameters

    @property
    def form(self) -> QueryDict:
        return self._parameters

"""A FHIR server that an agency uses, as the settings describe it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

_DEFAULT_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Server:
    """One record server with the authorization server that guards it.

    Addresses: `fhir_base_url` ends with exactly one slash. `authorize_url` to `issuer` are what the settings say
    explicitly, or empty; the `preset_` ones are InSync's published addresses, empty for any other server.
    `auth_base_url`: the authorization server's own base, with its own OpenID configuration, or empty.
    `own_base_urls`: further addresses that are this agency's own, for attachments; each ends with one slash. Beside the
    FHIR base they are all that the access token may go to.
    `post_logout_redirect_uri` is where the browser comes back to after it signed out at the agency too.
    `auth_hosts` are hosts ("host" or "host:port") that discovery may name besides the FHIR base's own.
    `client_auth`: the one way to say who the portal is, or empty for the strongest that the server takes;
    `client_secret` and `client_keys_file` (a path): what for, one of them may be empty.
    `find_patient`: whether a record may be looked for where the token does not name one (smart_auth.confirming).
    Time-outs are in seconds. `proxy_url` is the agency's own proxy on the way there, or empty.
    """

    fhir_base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    post_logout_redirect_uri: str = ""
    authorize_url: str = ""
    token_url: str = ""
    jwks_url: str = ""
    revocation_url: str = ""
    end_session_url: str = ""
    issuer: str = ""
    auth_base_url: str = ""
    preset_authorize_url: str = ""
    preset_token_url: str = ""
    auth_hosts: frozenset[str] = frozenset()
    own_base_urls: tuple[str, ...] = ()
    client_auth: str = ""
    client_keys_file: str = ""
    scopes: tuple[str, ...] = ()
    find_patient: bool = False
    is_production: bool = False
    connect_timeout: float = 5
    read_timeout: float = 20
    proxy_url: str = field(default="", repr=False)

    @property
    def timeout(self) -> tuple[float, float]:
        """Connect and read time-out, as requests takes them."""
        return self.connect_timeout, self.read_timeout

    def is_iss(self, iss: str) -> bool:
        """Whether an EHR launch's `iss` is this very server: the same string, give or take one slash at its end."""
        return (iss if iss.endswith("/") else iss + "/") == self.fhir_base_url

    def trusts(self, url: str) -> bool:
        """Whether discovery may name this endpoint: right scheme, allowed host and port, no user in it.

        Plain http passes only where the FHIR base itself is plain http (settings allow that to loopback alone).
        """
        try:
            parts, base = urlsplit(url), urlsplit(self.fhir_base_url)
            place, own = _place(parts), _place(base)
        except ValueError:
            return False
        if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
            return False
        if parts.scheme != "https" and not (parts.scheme == "http" == base.scheme):
            return False
        if place == own and parts.scheme == base.scheme:
            return True
        if self.auth_base_url:
            named = urlsplit(self.auth_base_url)
            if place == _place(named) and parts.scheme == named.scheme:
                return True
        return parts.scheme == "https" and any(
            place == _place(urlsplit(f"https://{host.lower()}")) for host in self.auth_hosts
        )


def _place(parts: SplitResult) -> tuple[str, int]:
    return parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme, 0)


def configured_server() -> Server:
    """The server of the environment. Settings checked the addresses when the process started."""
    return from_settings(settings)


def from_settings(found: Any) -> Server:
    """A server as the settings have it, or a part of them that is there already."""
    return Server(
        fhir_base_url=found.INSYNC_FHIR_BASE_URL,
        client_id=found.INSYNC_CLIENT_ID,
        client_secret=found.INSYNC_CLIENT_SECRET,
        # From the settings, never from the Host header: an address someone else chose must not get the code.
        redirect_uri=urljoin(found.PORTAL_BASE_URL, "auth/callback/"),
        post_logout_redirect_uri=urljoin(found.PORTAL_BASE_URL, "signed-out/"),
        authorize_url=found.INSYNC_AUTHORIZE_URL,
        token_url=found.INSYNC_TOKEN_URL,
        jwks_url=found.INSYNC_JWKS_URL,
        revocation_url=found.INSYNC_REVOCATION_URL,
        end_session_url=found.INSYNC_END_SESSION_URL,
        issuer=found.INSYNC_ISSUER,
        auth_base_url=found.INSYNC_AUTH_BASE_URL,
        preset_authorize_url=found.INSYNC_PRESET_AUTHORIZE_URL,
        preset_token_url=found.INSYNC_PRESET_TOKEN_URL,
        auth_hosts=frozenset(found.INSYNC_AUTH_HOSTS),
        client_auth=found.INSYNC_CLIENT_AUTH,
        client_keys_file=found.INSYNC_CLIENT_KEYS_FILE,
        scopes=tuple(found.INSYNC_SCOPES),
        find_patient=found.INSYNC_FIND_PATIENT,
        is_production=found.IS_PRODUCTION,
        connect_timeout=found.INSYNC_CONNECT_TIMEOUT,
        read_timeout=found.INSYNC_READ_TIMEOUT,
        proxy_url=found.INSYNC_PROXY_URL,
    )

"""AGENCIES_FILE: the agencies of a portal that serves several, in TOML, read once at the start.

    [common]                      # what every agency has that says nothing else
    client_id = "portal"

    [[agency]]
    slug = "harbor-lane"          # its name in addresses
    name = "Harbor Lane Behavioral Health"
    phone = "617-555-0142"
    fhir_base_url = "https://fhir.example.org/harbor-lane/"
    client_secret_env = "HARBOR_LANE_SECRET"

docs/agencies.toml has every key with a sentence. A secret never stands in the file itself: the variable of the
environment, or the file, that holds it does. All mistakes are told at once, each in a sentence.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.exceptions import ImproperlyConfigured

from insync_portal import logos, values
from smart_auth.agency import Agency, Logo, Spoken, callback_path
from smart_auth.servers import Server

NOT_BESIDE_IT: tuple[str, ...] = (
    "AGENCY_NAME",
    "AGENCY_PHONE",
    "INSYNC_FHIR_BASE_URL",
    "INSYNC_AUTHORIZE_URL",
    "INSYNC_TOKEN_URL",
    "INSYNC_JWKS_URL",
    "INSYNC_REVOCATION_URL",
    "INSYNC_END_SESSION_URL",
    "INSYNC_ISSUER",
    "INSYNC_AUTH_BASE_URL",
    "INSYNC_CLIENT_ID",
    "INSYNC_CLIENT_AUTH",
)
"""Settings of one agency: with a file, what they say stands in it."""

LANGUAGES = ("en", "es")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{4,24}[0-9]")
_CLIENT_AUTH = ("client_secret_basic", "client_secret_post", "private_key_jwt")
_ADDRESSES = ("authorize_url", "token_url", "jwks_url", "revocation_url", "end_session_url", "issuer")
_SPOKEN = ("hours", "after_hours", "address")
KEYS = frozenset(
    {"slug", "name", "phone", "place", "website", "languages", "time_zone", "sections_off", "listed"}
    | {"logo", "logo_text", "fhir_base_url", "own_base_urls", "auth_base_url", "auth_hosts", "scopes"}
    | {
        "client_id",
        "client_secret_env",
        "client_secret_file",
        "client_auth",
        "plain_callback",
        "find_patient",
    }
    | {*_ADDRESSES, *_SPOKEN, *(f"{name}_{language}" for name in _SPOKEN for language in LANGUAGES)}
)
_NEVER_COMMON = frozenset({"slug", "name", "phone", "fhir_base_url", "own_base_urls", "plain_callback"})


@dataclass
class _Reading:
    """One file on its way in: what is common to all agencies, and the mistakes so far."""

    folder: Path
    common: Server
    environment: str
    portal_base_url: str
    mistakes: list[str] = field(default_factory=list)

    @property
    def loopback_http(self) -> bool:
        """Whether plain http to this machine itself will do."""
        return self.environment != "production"


def read(path: Path, *, common: Server, environment: str, portal_base_url: str) -> tuple[Agency, ...]:
    """The agencies of a file.

    Args:
        common: what the environment says of every agency: time-outs, the proxy, scopes, keys of the portal's own.
        environment: `demo`, `sandbox` or `production`.

    Raises:
        ImproperlyConfigured: with all mistakes, a sentence each.
    """
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ImproperlyConfigured(f"AGENCIES_FILE cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        at = f": {error}" if isinstance(error, tomllib.TOMLDecodeError) else ""
        raise ImproperlyConfigured(f"AGENCIES_FILE is no TOML{at}.") from None
    reading = _Reading(path.parent, common, environment, portal_base_url)
    shared, tables = found.pop("common", {}), found.pop("agency", [])
    for name in found:
        reading.mistakes.append(f"AGENCIES_FILE: {name} is none of its parts; [common] and [[agency]] are.")
    if not isinstance(shared, dict) or not (isinstance(tables, list) and tables):
        raise ImproperlyConfigured(
            "AGENCIES_FILE needs one [[agency]] or more; [common], if any, is a table."
        )
    for name in sorted(_NEVER_COMMON & set(shared)):
        reading.mistakes.append(f"AGENCIES_FILE: {name} cannot be common to all agencies.")
    agencies = [_Table(reading, number, {**shared, **one}).agency() for number, one in enumerate(tables, 1)]
    reading.mistakes += _together(agencies)
    if reading.mistakes:
        raise ImproperlyConfigured("\n".join(dict.fromkeys(reading.mistakes)))
    return tuple(agencies)


class _Table:
    """One [[agency]]: each value is looked at, and what is wrong is noted and left out."""

    def __init__(self, reading: _Reading, number: int, found: dict[str, Any]) -> None:
        self._reading, self._found = reading, found
        name = found.get("name")
        self._who = f"agency {number}" + (f" ({name})" if isinstance(name, str) and name else "")

    def agency(self) -> Agency:
        """The agency, as far as its table is right."""
        for name in sorted(set(self._found) - KEYS):
            hint = "; name client_secret_env or client_secret_file" if name == "client_secret" else ""
            self._wrong(name, f"is no key of an agency{hint}")
        slug = self._text("slug")
        if slug and (not _SLUG.fullmatch(slug) or len(slug) > 60 or slug in {"choose", "forget"}):
            self._wrong("slug", "must be small letters, digits and single hyphens, such as harbor-lane")
        phone = self._text("phone")
        if phone and not _PHONE.fullmatch(phone):
            self._wrong("phone", "must be a telephone number such as 617-555-0142")
        return Agency(
            slug=slug,
            name=self._text("name"),
            phone=phone,
            server=self._server(slug),
            hours=self._spoken("hours"),
            after_hours=self._spoken("after_hours"),
            address=self._spoken("address"),
            place=self._text("place", default=""),
            website=self._checked("website", values.url, loopback_http=False),
            languages=tuple(self._list("languages")),
            time_zone=self._checked("time_zone", _zone),
            sections_off=frozenset(self._list("sections_off")),
            is_listed=self._flag("listed", default=True),
            has_plain_callback=self._flag("plain_callback", default=False),
            logo=self._logo(),
        )

    def _server(self, slug: str) -> Server:
        http = self._reading.loopback_http
        plain = self._flag("plain_callback", default=False, note=False)
        secret, keys = self._secret(), self._reading.common.client_keys_file
        client_auth = self._text("client_auth", default="")
        if client_auth not in {"", *_CLIENT_AUTH}:
            self._wrong("client_auth", f"must be one of {', '.join(_CLIENT_AUTH)}")
        elif client_auth == "private_key_jwt" and not keys:
            self._wrong("client_auth", "is private_key_jwt, but INSYNC_CLIENT_KEYS_FILE is not set")
        elif not secret and (not keys or client_auth.startswith("client_secret")):
            self._wrong("client_secret_env", "or client_secret_file must say where its secret is")
        scopes = self._checked_list("scopes", values.scopes)
        hosts = self._checked_list("auth_hosts", values.hosts)
        server = replace(
            self._reading.common,
            fhir_base_url=self._checked("fhir_base_url", values.base_url, needed=True, loopback_http=http),
            own_base_urls=tuple(self._own_bases()),
            auth_base_url=self._checked("auth_base_url", values.base_url, loopback_http=http),
            client_id=self._text("client_id"),
            client_secret=secret,
            client_auth=client_auth,
            find_patient=self._flag("find_patient", default=self._reading.common.find_patient),
            redirect_uri=urljoin(self._reading.portal_base_url, callback_path("" if plain else slug)),
            preset_authorize_url="",
            preset_token_url="",
            authorize_url=self._url("authorize_url"),
            token_url=self._url("token_url"),
            jwks_url=self._url("jwks_url"),
            revocation_url=self._url("revocation_url"),
            end_session_url=self._url("end_session_url"),
            issuer=self._url("issuer"),
        )
        self._never_the_demo(server)
        return replace(
            server,
            scopes=tuple(scopes) or server.scopes,
            auth_hosts=frozenset(hosts) or server.auth_hosts,
        )

    def _never_the_demo(self, server: Server) -> None:
        """Real sign-ins must never meet invented records, nor the demo's keys, which are public, a real server."""
        host, environment = urlsplit(server.fhir_base_url).hostname or "", self._reading.environment
        if environment == "production" and (
            values.is_loopback(host)
            or server.client_id == "insync-portal-demo"
            or server.client_secret == "demo-secret-not-for-production"  # noqa: S105  (the demo's, refused here)
        ):
            self._wrong("fhir_base_url", "or its client is the demo server's, in production")
        if environment == "demo" and host.endswith("insynchcs.com"):
            self._wrong("fhir_base_url", "is InSync's own server, in the demo")

    def _secret(self) -> str:
        """What the named variable or file holds. Neither is quoted, whatever is wrong."""
        name, place = (
            self._text("client_secret_env", default=""),
            self._text("client_secret_file", default=""),
        )
        if name and place:
            self._wrong("client_secret_env", "and client_secret_file are both there: one is enough")
        if name:
            value = os.environ.get(name, "").strip()
            if not value:
                self._wrong("client_secret_env", f"names {name}, which the environment does not have")
            return value
        if not place:
            return ""
        try:
            return (self._reading.folder / place).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self._wrong("client_secret_file", "names a file that cannot be read")
            return "-"

    def _own_bases(self) -> Iterator[str]:
        for one in self._list("own_base_urls"):
            try:
                yield values.base_url("", one, loopback_http=self._reading.loopback_http)
            except ImproperlyConfigured as error:
                self._wrong("own_base_urls", str(error).strip().rstrip("."))

    def _logo(self) -> Logo | None:
        place, text = self._text("logo", default=""), self._text("logo_text", default="")
        if not place:
            return None
        if not text:
            self._wrong("logo_text", "must say what the logo shows, for those who do not see it")
        try:
            content, media_type = logos.read(self._reading.folder / place)
        except logos.Unusable as error:
            self._wrong("logo", str(error))
            return None
        return Logo(content=content, media_type=media_type, text=text)

    def _spoken(self, name: str) -> Spoken:
        said = [(language, self._text(f"{name}_{language}", default="")) for language in LANGUAGES]
        return Spoken.of(self._text(name, default=""), {language: text for language, text in said if text})

    def _text(self, name: str, *, default: str | None = None) -> str:
        value = self._found.get(name, "")
        if not isinstance(value, str) or not value.isprintable() or len(value) > 2000:
            self._wrong(name, "must be text of one line")
            return default or ""
        if not value.strip() and default is None:
            self._wrong(name, "is missing")
        return value.strip() or default or ""

    def _list(self, name: str) -> list[str]:
        value = self._found.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self._wrong(name, 'must be a list of texts, such as ["one", "another"]')
            return []
        return [one.strip() for one in value]

    def _flag(self, name: str, *, default: bool, note: bool = True) -> bool:
        value = self._found.get(name, default)
        if not isinstance(value, bool):
            if note:
                self._wrong(name, "must be true or false")
            return default
        return value

    def _checked(self, name: str, check: Callable[..., str], *, needed: bool = False, **how: Any) -> str:
        try:
            return check("", self._text(name, default=None if needed else ""), **how)
        except ImproperlyConfigured as error:
            self._wrong(name, str(error).strip().rstrip("."))
            return ""

    def _url(self, name: str) -> str:
        return self._checked(name, values.url, loopback_http=self._reading.loopback_http)

    def _checked_list(self, name: str, check: Callable[[str, list[str]], list[str]]) -> list[str]:
        try:
            return check("", self._list(name))
        except ImproperlyConfigured as error:
            self._wrong(name, str(error).strip().rstrip("."))
            return []

    def _wrong(self, name: str, what: str) -> None:
        self._reading.mistakes.append(f"AGENCIES_FILE, {self._who}: {name} {what}.")


def sections_exist(agencies: Iterable[Agency], known: Iterable[str]) -> None:
    """Whether each section that an agency switches off is one: asked once the sections are there.

    Raises:
        ImproperlyConfigured: with each that is none.
    """
    names = sorted(known)
    wrong = [
        f"AGENCIES_FILE, {agency.name}: sections_off names {slug}, which is none of {', '.join(names)}."
        for agency in agencies
        for slug in sorted(agency.sections_off - set(names))
    ]
    if wrong:
        raise ImproperlyConfigured("\n".join(wrong))


def _zone(name: str, value: str) -> str:
    return values.time_zone(name, value) if value else ""


def _together(agencies: list[Agency]) -> Iterator[str]:
    """What is wrong between agencies: an address in a name's place, and bases through which a token could pass over."""
    seen: set[str] = set()
    for agency in agencies:
        if agency.slug in seen:
            yield f"AGENCIES_FILE: two agencies have the slug {agency.slug}."
        seen.add(agency.slug)
    if sum(agency.has_plain_callback for agency in agencies) > 1:
        yield "AGENCIES_FILE: plain_callback can be of one agency alone."
    bases = [
        (base, agency)
        for agency in agencies
        for base in (agency.server.fhir_base_url, *agency.server.own_base_urls)
        if base
    ]
    for number, (base, agency) in enumerate(bases):
        for other, another in bases[number + 1 :]:
            if another is not agency and _one_in_the_other(base, other):
                yield (
                    f"AGENCIES_FILE: the base of {another.name} and that of {agency.name} are the same, or one lies"
                    " within the other: a token of one could reach the other's records."
                )


def _one_in_the_other(base: str, other: str) -> bool:
    """Whether one address is a part of the other, host and port aside from their case."""
    (one, two) = (urlsplit(each) for each in (base, other))
    if (one.scheme, one.netloc.lower()) != (two.scheme, two.netloc.lower()):
        return False
    return one.path.startswith(two.path) or two.path.startswith(one.path)

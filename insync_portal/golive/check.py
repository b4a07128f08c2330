"""What stands between this portal and a sign-in at one agency: asked of its servers one thing after the other.

SMART App Launch 2.2 (discovery, authorization request); OpenID Connect Discovery 1.0; FHIR R4 CapabilityStatement.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from insync_portal.golive import probe
from insync_portal.golive.lines import NETWORK, SERVER, YOU, Line, right, unknown, wrong
from insync_portal.golive.probe import Answer
from smart_auth import discovery
from smart_auth.errors import SignInFailed
from smart_auth.identity import LEEWAY_SECONDS
from smart_auth.scopes import SEARCHED
from smart_auth.servers import Server

FHIR_VERSIONS = ("4.0.1", "4.0.0", "4.3.0")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass
class Found:
    """What one run learned on its way: each step may stand on the ones before."""

    server: Server
    smart: dict[str, Any] = field(default_factory=dict)
    openid: dict[str, Any] = field(default_factory=dict)
    endpoints: discovery.Endpoints | None = None
    dates: list[tuple[str, float, float]] = field(default_factory=list)
    """Of each server that told the time: its host, its clock, ours."""
    is_reached: bool = True
    """Whether the FHIR base answers at all: where it does not, nothing more is asked of it."""

    def ask(self, url: str, **how: Any) -> Answer:
        """Ask, and look at the clock."""
        before = time.time()
        answer = probe.ask(self.server, url, **how)
        if answer.date is not None:
            self.dates.append((urlsplit(url).netloc, answer.date, (before + time.time()) / 2))
        return answer


def documents(found: Found) -> Iterator[Line]:
    """Names, TLS and the descriptions: on the FHIR base, and on the authorization server's own."""
    server = found.server
    yield from _reached(server, server.fhir_base_url, "FHIR base")
    url = server.fhir_base_url + ".well-known/smart-configuration"
    answer = found.ask(url)
    found.smart = answer.content or {} if answer.status == 200 else {}
    if found.smart:
        yield right("smart-configuration", f"GET {url}", answer.words)
    elif answer.status == 0:
        found.is_reached = False
        yield wrong("smart-configuration", f"GET {url}", answer.words, _mend(answer))
        return
    elif answer.status in {404, 410}:
        yield unknown(
            "smart-configuration",
            f"GET {url}",
            f"{answer.words}: an older server says it in its CapabilityStatement, or the FHIR base is another",
            YOU,
        )
    else:
        yield wrong(
            "smart-configuration", f"GET {url}", answer.words, f"{SERVER}; or {YOU}: is it the FHIR base?"
        )
    base = server.auth_base_url or server.issuer or str(found.smart.get("issuer") or server.fhir_base_url)
    if urlsplit(base).netloc != urlsplit(server.fhir_base_url).netloc:
        yield from _reached(server, base, "Authorization base")
    url = base.rstrip("/") + "/.well-known/openid-configuration"
    answer = found.ask(url)
    found.openid = answer.content or {} if answer.status == 200 else {}
    if found.openid:
        yield right("openid-configuration", f"GET {url}", answer.words)
    else:
        said = "; that is no trouble where the other description names all" if found.smart else ""
        yield unknown("openid-configuration", f"GET {url}", answer.words + said)


def _reached(server: Server, url: str, what: str) -> Iterator[Line]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if server.proxy_url:
        yield unknown(f"{what}: name", host, "left to the proxy of INSYNC_PROXY_URL")
    elif addresses := probe.addresses_of(host):
        yield right(f"{what}: name", f"look up {host}", ", ".join(addresses[:4]))
    else:
        mend = f"{YOU}: is it spelled right? Otherwise {NETWORK}"
        yield wrong(f"{what}: name", f"look up {host}", "no such name is known here", mend)
        return
    if parts.scheme != "https":
        yield unknown(f"{what}: TLS", "nothing", "plain http, which is for this machine alone")
    elif not server.proxy_url:
        sent = f"a handshake with {parts.netloc}, TLS 1.2 or newer"
        try:
            yield right(f"{what}: TLS", sent, probe.handshake(server, url))
        except OSError as error:
            mend = (
                f"{SERVER}; or {NETWORK}, where it puts a certificate of its own in between (INSYNC_CA_FILE)"
            )
            yield wrong(f"{what}: TLS", sent, probe.handshake_trouble(error), mend)


def _mend(answer: Answer) -> str:
    if answer.is_certificate:
        return f"{SERVER}; or {NETWORK}, where it puts a certificate of its own in between (INSYNC_CA_FILE)"
    return f"{NETWORK}: is this machine let out to there? Otherwise {SERVER}"


def endpoints(found: Found) -> Iterator[Line]:
    """What the portal makes of it all: endpoints, issuer, keys."""
    server = found.server
    if not found.is_reached:
        return
    for name in ENDPOINTS:
        said = found.smart.get(name) or found.openid.get(name)
        url = urljoin(server.fhir_base_url, said) if isinstance(said, str) else ""
        if url and not server.trusts(url):
            host = urlsplit(url).netloc or "another host"
            mend = f"{YOU}: INSYNC_AUTH_HOSTS={host}, if that is where the agency's sign-in stands"
            yield wrong(name, "nothing", f"named on {host}, which is not believed", mend)
    issuers = {
        where: str(document["issuer"])
        for where, document in (("smart-configuration", found.smart), ("openid-configuration", found.openid))
        if document.get("issuer")
    }
    if server.issuer:
        issuers["INSYNC_ISSUER"] = server.issuer
    said = ", ".join(f"{where} says {issuer}" for where, issuer in issuers.items())
    if len(set(issuers.values())) > 1:
        mend = f"{SERVER}: ask for the issuer of their id_tokens. Then {YOU}: INSYNC_ISSUER"
        yield wrong("Issuer", "nothing", f"they differ, and no id_token would be believed: {said}", mend)
    elif not issuers:
        yield wrong(
            "Issuer", "nothing", "nobody names one", f"{SERVER}: ask for it. Then {YOU}: INSYNC_ISSUER"
        )
    else:
        yield right("Issuer", "nothing", said)
    try:
        found.endpoints = discovery.discover(server)
    except SignInFailed as failure:
        yield wrong("Endpoints", "nothing", f"signing in stops here: {failure}", f"{SERVER}; or {YOU}")
        return
    chosen = found.endpoints
    yield right(
        "Endpoints",
        "nothing",
        f"sign-in page {chosen.authorization_endpoint}, tokens {chosen.token_endpoint}",
    )
    yield _keys(found, chosen.jwks_uri)


def _keys(found: Found, url: str) -> Line:
    if not url:
        mend = f"{SERVER}: ask for the address of their keys (JWKS). Then {YOU}: INSYNC_JWKS_URL"
        return wrong(
            "Keys", "nothing", "nobody names where they are, and no id_token would be believed", mend
        )
    answer = found.ask(url)
    keys = (answer.content or {}).get("keys")
    if answer.status != 200 or not isinstance(keys, list):
        return wrong(
            "Keys", f"GET {url}", f"{answer.words}, and no keys in it", f"{SERVER}; or {YOU}: INSYNC_JWKS_URL"
        )
    usable = sum(_signs_rs256(jwk) for jwk in keys)
    if not usable:
        return wrong("Keys", f"GET {url}", f"keys: {len(keys)}, none of them for RS256", SERVER)
    return right("Keys", f"GET {url}", f"keys: {len(keys)}, for RS256: {usable}")


def _signs_rs256(jwk: Any) -> bool:
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or (jwk.get("alg") or "RS256") != "RS256":
        return False
    try:
        RSAKey.import_key({name: jwk[name] for name in ("kty", "n", "e")})
    except (JoseError, KeyError, ValueError, TypeError):
        return False
    return (jwk.get("use") or "sig") == "sig"


def statement(found: Found) -> Iterator[Line]:
    """What the CapabilityStatement says: of itself, and of what the portal reads and searches."""
    if not found.is_reached:
        return
    base = found.server.fhir_base_url
    url = f"{base}metadata"
    answer = found.ask(url, accept="application/fhir+json")
    said = answer.content or {}
    if answer.status != 200 or said.get("resourceType") != "CapabilityStatement":
        yield wrong(
            "CapabilityStatement", f"GET {url}", answer.words, f"{SERVER}; or {YOU}: is it the FHIR base?"
        )
        return
    named = said.get("software")
    software = named if isinstance(named, dict) else {}
    name = (
        " ".join(str(software.get(part) or "") for part in ("name", "version")).strip() or "unnamed software"
    )
    version = str(said.get("fhirVersion"))
    if version in FHIR_VERSIONS:
        yield right("CapabilityStatement", f"GET {url}", f"{name}, FHIR {version}")
    else:
        yield wrong(
            "CapabilityStatement", f"GET {url}", f"{name}, FHIR {version}, and the portal reads R4", SERVER
        )
    yield _whose(said, base, url)
    offered = _offered(said)
    missing = [one for one in SEARCHED if one not in offered]
    unsearched = [one for one in SEARCHED if one in offered and not offered[one]]
    if not offered:
        yield unknown("Types", f"GET {url}", "it lists no types; `manage.py conformance` tries each")
    elif missing or unsearched:
        parts = [
            *([f"not listed: {', '.join(missing)}"] if missing else []),
            *([f"listed without search: {', '.join(unsearched)}"] if unsearched else []),
        ]
        yield unknown(
            "Types", f"GET {url}", f"{'; '.join(parts)}; `manage.py conformance` tries each", SERVER
        )
    else:
        yield right("Types", f"GET {url}", f"all {len(SEARCHED)} that the portal searches")


def _whose(said: dict[str, Any], base: str, url: str) -> Line:
    implementation = said.get("implementation")
    own = implementation.get("url") if isinstance(implementation, dict) else None
    if not isinstance(own, str) or not own:
        return unknown("Whose base", f"GET {url}", "the server does not say which base it is")
    if own.rstrip("/") == base.rstrip("/"):
        return right("Whose base", f"GET {url}", "the server calls itself by the configured base")
    here, there = urlsplit(base), urlsplit(own)
    if here.netloc == there.netloc:
        mend = f"{YOU}: is it this agency's name and number? Each agency has a base of its own"
        return wrong("Whose base", f"GET {url}", f"the server says that it is {own}: another agency's?", mend)
    return unknown("Whose base", f"GET {url}", f"the server calls itself {own}: its address within, perhaps")


def _offered(said: dict[str, Any]) -> dict[str, bool]:
    """By type whether it can be searched."""
    offered: dict[str, bool] = {}
    for rest in said.get("rest") or []:
        for one in (rest.get("resource") or []) if isinstance(rest, dict) else []:
            if isinstance(one, dict) and isinstance(one.get("type"), str):
                codes = {part.get("code") for part in one.get("interaction") or [] if isinstance(part, dict)}
                offered[one["type"]] = "search-type" in codes or not codes
    return offered


def clock(found: Found) -> Iterator[Line]:
    """Whether the clocks agree: an id_token that seems to be from the future, or old, is not believed."""
    if not found.dates:
        yield unknown(
            "Clock", "nothing", "no server said what time it is: compare this machine's with the true one"
        )
    for host, theirs, ours in {host: (host, theirs, ours) for host, theirs, ours in found.dates}.values():
        apart = theirs - ours
        if abs(apart) <= LEEWAY_SECONDS / 2:
            yield right("Clock", host, f"{abs(apart):.0f} seconds apart")
        else:
            way = "ahead of" if apart > 0 else "behind"
            came = f"{abs(apart):.0f} seconds {way} this machine; more than {LEEWAY_SECONDS} and sign-ins are refused"
            yield wrong(
                "Clock", host, came, f"{NETWORK}, where this machine has no time server; otherwise {SERVER}"
            )

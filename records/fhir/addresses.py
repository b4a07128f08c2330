"""By which addresses the record server calls itself, and what stands under them. Nothing here sends a request.

A server behind a proxy that was not told of it writes its inner address, or http for https, into its answers: as
`self`, in `fullUrl`, references, attachments, `next`. Such an address is read under our own base by its relative part
alone, and only where an answer's own `self` link names that base. FHIR R4 search 3.1.1.8, references 2.3.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

_PORTS = {"https": 443, "http": 80}
MOST_NAMES = 8
"""How many names of one server are remembered: the newest."""

_HIDDEN = re.compile(r"%(?:25|2f|5c|2e)", re.IGNORECASE)
"""Signs of a path that no id needs written so: percent, slash, backslash, dot."""


class Names:
    """By which other names one server was found to call itself. This one forgets them with its client."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()

    def known(self) -> tuple[str, ...]:
        """Bases, as `other_name` gives them."""
        return self._known

    def learn(self, name: str) -> None:
        """Remembers one."""
        self._known = tuple(dict.fromkeys((*self._known, name)))[-MOST_NAMES:]


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PARTS = re.compile(r"[/\\]")


def _port(parts: Any) -> int | None:
    port: int | None = parts.port
    return _PORTS.get(parts.scheme) if port is None else port


def _decoded_to_the_end(path: str) -> str:
    """As the last of several that each decode once would see it."""
    while "%" in path and (decoded := unquote(path)) != path:
        path = decoded
    return path


def _climbs(path: str) -> bool:
    """Whether a segment of a decoded path may be `.` or `..` to somebody: some servers cut it at a `;` first.

    RFC 3986, sections 3.3 and 5.2.4.
    """
    return any(part.partition(";")[0] in {".", ".."} for part in _PARTS.split(path))


def within(base: str, url: str) -> bool:
    """Whether an absolute URL stands under the base: same scheme, host, port, and path prefix, no tricks."""
    if "\\" in url or " " in url or _CONTROLS.search(url):
        return False
    try:
        ours, theirs = urlsplit(base), urlsplit(url)
        same_place = (ours.scheme, ours.hostname, _port(ours)) == (
            theirs.scheme,
            theirs.hostname,
            _port(theirs),
        )
    except ValueError:
        return False
    if not same_place or theirs.username is not None or theirs.password is not None:
        return False
    path = _decoded_to_the_end(theirs.path)
    # The base itself counts without its slash: Smile CDR's next links are `…/fhir-request?_getpages=…`.
    return f"{path}/".startswith(ours.path) and not _climbs(path) and not _CONTROLS.search(path)


def is_foreign(full_url: str, base: str) -> bool:
    """Whether a `fullUrl` names another server than ours.

    A `urn:` names none. The same place over plain http is ours behind a proxy that ends TLS: nothing is fetched from
    a `fullUrl`, it only says where the entry is at home.
    """
    if full_url[:4].lower() == "urn:":
        return False
    try:
        ours, theirs = urlsplit(base), urlsplit(full_url.strip())
        if not theirs.scheme and not theirs.netloc:
            return False  # no address at all, so it names nobody else
        ports = {_port(ours)} | ({80} if theirs.scheme == "http" else set())
        return (
            theirs.hostname != ours.hostname
            or _port(theirs) not in ports
            or not theirs.path.startswith(ours.path)
        )
    except ValueError:
        return True


def other_name(own: str, resource_type: str, base: str) -> str:
    """The base that an answer's `self` link names, with one slash at its end, where it is not ours; else empty.

    The server answered us at ours, so both name it; what stands under a third one is still at home elsewhere.
    """
    try:
        theirs = urlsplit(own)
        if theirs.scheme not in _PORTS or not theirs.hostname or theirs.username is not None:
            return ""
    except ValueError:
        return ""
    path = theirs.path.removesuffix("/").removesuffix("/_search").removesuffix(f"/{resource_type}")
    other = f"{theirs.scheme}://{theirs.netloc}{path.removesuffix('/')}/"
    return other if is_foreign(other, base) else ""


@lru_cache(maxsize=64)
def spellings(base: str) -> tuple[str, ...]:
    """Our own base as a server behind a proxy that ends TLS may write it: with http for https, with its port."""
    ours = urlsplit(base)
    if ours.scheme != "https" or not ours.hostname:
        return ()
    ports = (f":{ours.port}", "") if ours.port is not None else ("", ":80")
    found = [f"http://{ours.hostname}{port}{ours.path}" for port in ports]
    if ours.port is None:
        found.append(f"https://{ours.hostname}:443{ours.path}")
    return tuple(dict.fromkeys(found))


def under_ours(url: str, base: str, names: Iterable[str] = ()) -> str | None:
    """An absolute URL as one under our base: itself, or its relative part under a name of the server; else None.

    Args:
        names: bases by which the server calls itself (`other_name`).
    """
    if within(base, url):
        return url
    for name in (*spellings(base), *names):
        if not within(name, url):
            continue
        parts, known = urlsplit(url), urlsplit(name).path
        if _HIDDEN.search(parts.path) or not f"{parts.path}/".startswith(known):
            continue
        query = f"?{parts.query}" if parts.query else ""
        ours = f"{base}{parts.path[len(known) :]}{query}"
        # The base itself is written without its slash, as the server wrote it.
        if len(parts.path) < len(known):
            ours = f"{base.removesuffix('/')}{query}"
        return ours if within(base, ours) else None
    return None


_ABSOLUTE = re.compile(rb'"reference"\s*:\s*"https?:', re.IGNORECASE)


def may_be_named_otherwise(raw: bytes) -> bool:
    """Whether a resource has an absolute reference at all: most have none."""
    return _ABSOLUTE.search(raw) is not None


def names_in(content: bytes, base: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """Those of a server's other names, and of our base's spellings, that stand in an answer: mostly none.

    A long record is some ten million bytes, so few things are looked for in all of it.
    """
    is_escaped = b":\\/\\/" in content[:_SEEN]
    found = {start for start in _starts(base) if _as_written(start, is_escaped) in content}
    possible = (
        [name for name in spellings(base) if any(name.startswith(start) for start in found)] if found else []
    )
    return tuple(name for name in (*possible, *names) if _as_written(name, is_escaped) in content)


_SEEN = 64 * 1024
"""How far an answer is looked at for how it writes a slash."""


def _as_written(name: str, is_escaped: bool) -> bytes:
    return (name.replace("/", "\\/") if is_escaped else name).encode()


@lru_cache(maxsize=64)
def _starts(base: str) -> tuple[str, ...]:
    """What all spellings of our base begin with, each once."""
    hosts = {f"{parts.scheme}://{parts.hostname}" for parts in map(urlsplit, spellings(base))}
    return tuple(f"{host}:443" if host.startswith("https:") else host for host in sorted(hosts))


def with_our_references(raw: bytes, base: str, names: tuple[str, ...]) -> bytes:
    """A resource whose references to this server under one of these names are under our base.

    Only `Type/id` directly under the name counts, with a version or without; all else stays as it is written.

    Args:
        names: as `names_in` finds them.
    """
    ours = base.encode()
    return _references(names).sub(lambda found: found[1] + ours, raw) if names else raw


@lru_cache(maxsize=64)
def _references(names: tuple[str, ...]) -> re.Pattern[bytes]:
    """Up to the relative part of a reference under one of these. Some servers write "/" as "\\/"."""
    bases = "|".join(re.escape(name).replace("/", r"\\?/") for name in names)
    target = r'[A-Za-z]+\\?/[A-Za-z0-9._-]+(?:\\?/_history\\?/[A-Za-z0-9._-]+)?"'
    return re.compile(rf'("reference"\s*:\s*")(?:{bases})(?={target})'.encode())

"""One page of a search: its entries with their own bytes, and whose they are. FHIR R4 Bundle, search 3.1.1."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar, cast
from urllib.parse import urljoin

import msgspec

from records.fhir import errors
from records.fhir.addresses import (
    is_foreign,
    names_in,
    other_name,
    under_ours,
    with_our_references,
)
from records.fhir.elements import Element, Head
from records.fhir.reading import NotReadable, decoder, read

HeadType = TypeVar("HeadType", bound=Head)
Known = TypeVar("Known")


class _Link(Element, frozen=True, kw_only=True):
    relation: str | None = None
    url: str | None = None


class _Search(Element, frozen=True, kw_only=True):
    mode: str | None = None


_NOTHING = msgspec.Raw()
_NULL = len(b"null")
UNREADABLE_LINK = "unreadable:"
"""In the place of a `next` link that is no address: it is never followed, so the list is said to be incomplete."""


class _Entry(Element, frozen=True, kw_only=True):
    fullUrl: str | None = None
    resource: msgspec.Raw = _NOTHING
    search: _Search | None = None


class _Bundle(Element, frozen=True, kw_only=True):
    resourceType: str = ""
    type: str | None = None
    total: int | None = None
    link: list[_Link] = []
    entry: list[_Entry] = []


class _LooseBundle(Element, frozen=True, kw_only=True):
    """A bundle in which something has the wrong shape. Its entries are parted before they are looked at."""

    resourceType: Any = ""
    total: Any = None
    link: Any = None
    entry: list[msgspec.Raw] | None = None


class _LooseEntry(Element, frozen=True, kw_only=True):
    fullUrl: Any = None
    resource: msgspec.Raw = _NOTHING
    search: Any = None


class _Issue(Element, frozen=True, kw_only=True):
    code: str | None = None


class OperationOutcome(Element, frozen=True, kw_only=True):
    """FHIR R4 OperationOutcome: codes only, for its text may quote the record."""

    resourceType: str = ""
    issue: list[_Issue] = []

    @property
    def codes(self) -> tuple[str, ...]:
        """The issue codes, safe to log."""
        return tuple(issue.code or "" for issue in self.issue)


class Mode(Enum):
    """FHIR R4 search-entry-mode."""

    MATCH = "match"
    INCLUDE = "include"
    OUTCOME = "outcome"


_MODES = {mode.value: mode for mode in Mode}


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One entry of a page: its own bytes, and why it is there. A struct, because a long record has thousands."""

    raw: msgspec.Raw
    mode: Mode
    home: str = ""
    """The base of another server, where its `fullUrl` is that one's. Its relative references lead there, and stand in
    `raw` as absolute ones, so that nothing takes them for ours. FHIR R4 Bundle, "Resolving references in Bundles"."""

    @property
    def is_foreign(self) -> bool:
        """Whether it is at home on another server."""
        return bool(self.home)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search. `next` is absolute or None; `total` is the server's own count, if it gave one."""

    entries: tuple[Entry, ...]
    next: str | None
    total: int | None
    missing: int = 0
    """Entries that came without a resource."""
    other_name: str = ""
    """The base by which the server calls itself in this answer, with one slash at its end; empty where it is ours."""
    _known: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, what: object, work_out: Callable[[], Known]) -> Known:
        """What is worked out of this page, the first time that it is asked for. `what` names it."""
        if what not in self._known:
            self._known[what] = work_out()
        return cast("Known", self._known[what])

    def heads(self, model: type[HeadType]) -> list[HeadType | None]:
        """The matches' heads in their places; None where there is no JSON object, and for what is no match."""
        return self.once(model, lambda: _heads(self.entries, model))

    @property
    def digest(self) -> str:
        """Of all that is read of it: the same for two pages that say the same, whatever their links and ids are."""
        return self.once("digest", self._digest)

    def _digest(self) -> str:
        rest = (self.next is not None, self.total, self.missing, self.other_name)
        said = hashlib.sha256(repr(rest).encode())
        for entry in self.entries:
            said.update(f"\n{entry.mode.value} {len(entry.raw)} {entry.home!r} ".encode())
            said.update(memoryview(entry.raw))
        return said.hexdigest()


OBJECTS_TAKEN = 200_000
"""So many JSON objects and lists are always taken apart: forty times an elder's record of thirty years."""
LEAST_BYTES = 24
"""What an object or list of a larger answer takes on average, at least: a lawful one takes fifty and more. An answer of
sixteen million bytes of `{}` would become fourteen hundred million bytes of memory."""
ENTRIES_TAKEN = 5_000
LEAST_ENTRY_BYTES = 100
"""The same of entries: a location with an id and a name takes more, and each costs a hundred bytes of memory."""


def is_crowded(content: bytes) -> bool:
    """Whether an answer has more objects and lists than a record of its size can have."""
    entries = content.count(b'"resource"')
    if entries > ENTRIES_TAKEN and entries * LEAST_ENTRY_BYTES > len(content):
        return True
    held = content.count(b"{") + content.count(b"[")
    return held > OBJECTS_TAKEN and held * LEAST_BYTES > len(content)


def page(content: bytes, *, resource_type: str, base: str) -> Page:
    """A search's answer taken apart, the entries undecoded.

    Args:
        content: the body of a 200 answer.
        resource_type: the type that was searched, for errors.
        base: the FHIR base URL, against which a relative `next` link is resolved.

    Raises:
        errors.TooLarge: it holds more than is taken apart (`is_crowded`).
        errors.Unreadable: no Bundle. An OperationOutcome in its place is no list, however mild: nobody may read "none"
            out of it.
    """
    if is_crowded(content):
        raise errors.TooLarge(status=200, resource_type=resource_type)
    try:
        found = _bundle(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise errors.Unreadable(status=200, resource_type=resource_type) from None
    if found.resourceType != "Bundle":
        raise errors.Unreadable(status=200, resource_type=resource_type)
    following, own = _link(found, "next"), _link(found, "self")
    other = other_name(own, resource_type, base) if own and not own.startswith(base) else ""
    names = names_in(content, base, (other,) if other else ())
    entries = tuple(_entries(found.entry, base, other, names))
    return Page(
        entries=entries,
        next=_next(following, base, other),
        total=found.total,
        missing=len(found.entry) - len(entries),
        other_name=other,
    )


def _next(following: str | None, base: str, other: str) -> str | None:
    """The next page's address: under our base where it stands under the server's other name, else as it is."""
    if not following:
        return None
    try:
        absolute = urljoin(base, following)
    except ValueError:
        return UNREADABLE_LINK
    return under_ours(absolute, base, (other,) if other else ()) or absolute


def _entries(found: list[_Entry], base: str, other: str, names: tuple[str, ...]) -> Iterator[Entry]:
    """Those that came with a resource. Most are at home here and name nothing otherwise."""
    for entry in found:
        resource, full_url = entry.resource, entry.fullUrl
        if len(resource) <= _NULL:
            continue
        if names or (full_url is not None and not full_url.startswith(base)):
            yield _entry(entry, base, other, names)
        else:
            yield Entry(raw=resource, mode=_mode(entry.search))


def _entry(entry: _Entry, base: str, other: str, names: tuple[str, ...]) -> Entry:
    """`names`: those of the server's other names that stand in its answer."""
    mode, full_url, resource = _mode(entry.search), entry.fullUrl, entry.resource
    home = ""
    if (
        full_url is not None
        and not full_url.startswith(base)
        and is_foreign(full_url, base)
        and not (other and _ENTRY.match(full_url.removeprefix(other)))
    ):
        home = _ENTRY_AT_END.sub("", full_url)
        written = msgspec.json.encode(home)[1:-1]
        resource = msgspec.Raw(_RELATIVE.sub(lambda found: found[0] + written, bytes(resource)))
    if names:
        resource = msgspec.Raw(with_our_references(bytes(resource), base, names))
    return Entry(raw=resource, mode=mode, home=home)


def _link(found: _Bundle, relation: str) -> str | None:
    return next((link.url for link in found.link if link.relation == relation and link.url), None)


def _bundle(content: bytes) -> _Bundle:
    """A bundle, where need be without what has the wrong shape: one such element costs no entry.

    Raises:
        msgspec.DecodeError: it is not JSON, or its entries are no list.
    """
    try:
        return decoder(_Bundle).decode(content)
    except msgspec.ValidationError:
        pass  # the message quotes values: it is neither logged nor kept
    loose = decoder(_LooseBundle).decode(content)
    return _Bundle(
        resourceType=loose.resourceType if isinstance(loose.resourceType, str) else "",
        total=loose.total if type(loose.total) is int else None,
        link=[_loose_link(link) for link in loose.link] if isinstance(loose.link, list) else [],
        entry=[_loose_entry(raw) for raw in loose.entry or ()],
    )


def _loose_link(link: Any) -> _Link:
    if not isinstance(link, dict) or link.get("relation") not in {"next", "self"}:
        return _Link()
    relation, url = link["relation"], link.get("url")
    if not isinstance(url, str):
        return _Link(relation="next", url=UNREADABLE_LINK) if relation == "next" else _Link()
    return _Link(relation=relation, url=url)


def _loose_entry(raw: msgspec.Raw) -> _Entry:
    try:
        return decoder(_Entry).decode(raw)
    except msgspec.ValidationError:
        pass
    try:
        loose = decoder(_LooseEntry).decode(raw)
    except msgspec.ValidationError:
        return _Entry()  # no object at all: counted as an entry without a resource
    mode = loose.search.get("mode") if isinstance(loose.search, dict) else None
    full_url = loose.fullUrl if isinstance(loose.fullUrl, str) else None
    return _Entry(
        fullUrl=full_url,
        resource=loose.resource,
        search=_Search(mode=mode if isinstance(mode, str) else None),
    )


_ENTRY = re.compile(r"[A-Za-z]+/[A-Za-z0-9._-]{1,128}(?:/_history/[^/]+)?\Z", re.ASCII)
"""What follows the base in an entry's address. FHIR R4 references 2.3.0.1."""

_ENTRY_AT_END = re.compile(rf"(?<=/){_ENTRY.pattern}", re.ASCII)
_RELATIVE = re.compile(
    rb'"reference"\s*:\s*"(?=[A-Za-z]+\\?/[A-Za-z0-9._-]+(?:\\?/_history\\?/[A-Za-z0-9._-]+)?")'
)
"""Up to a relative reference, as it stands in a resource's bytes. Some servers write "/" as "\\/"."""


def _mode(search: _Search | None) -> Mode:
    if search is None or search.mode is None:
        return Mode.MATCH
    return _MODES.get(search.mode, Mode.MATCH)


def head(entry: Entry, model: type[HeadType]) -> HeadType:
    """The entry's head.

    Raises:
        NotReadable: it is no JSON object.
    """
    try:
        return decoder(model).decode(entry.raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return read(entry.raw, model)[0]


def _heads(entries: Iterable[Entry], model: type[HeadType]) -> list[HeadType | None]:
    """In one loop, with one decoder: a long record has thousands."""
    decode, match = decoder(model).decode, Mode.MATCH
    found: list[HeadType | None] = []
    for entry in entries:
        try:
            found.append(decode(entry.raw) if entry.mode is match else None)
        except (msgspec.DecodeError, UnicodeDecodeError):
            found.append(_head_or_none(entry, model))
    return found


def _head_or_none(entry: Entry, model: type[HeadType]) -> HeadType | None:
    try:
        return head(entry, model)
    except NotReadable:
        return None

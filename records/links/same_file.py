"""One file in two entries: US Core has servers give a note's attachment in a report and in a document alike.

It is one file to the reader, so each of the two entries says where else it stands. FHIR R4 Attachment.url.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fetching import asking
from records.fetching import collected as collecting
from records.fetching.collected import Gone
from records.fetching.source import Source
from records.fhir import errors
from records.fhir.bundle import Mode, head
from records.fhir.compartment import is_of
from records.fhir.reading import NotReadable, read
from records.kinds import KINDS
from records.kinds.base import AnyKind, Attached, Known
from records.reading.addresses import Addresses
from records.reading.rows import Found, row_of
from records.words.rows import Fact, Row

log = logging.getLogger("records.links.same_file")


def also_in(kind: AnyKind, model: Any, source: Source, addresses: Addresses) -> tuple[Fact, ...]:
    """Where else the files of an entry stand, by what that entry is called and its day, each leading there.

    Only what is kept or came with one answer is looked at: a file that is found nowhere else may still be there.

    Raises:
        errors.SignInExpired: the sign-in ended meanwhile.
    """
    other = KINDS.get(kind.same_files) if kind.same_files else None
    wanted = _addresses(kind.attached(model), source)
    if other is None or not wanted or source.shared(other).is_closed:
        return ()
    try:
        found = list(_holding(other, wanted, source, addresses))
    except errors.SignInExpired:
        raise
    except (errors.UpstreamError, Gone) as error:
        log.info("the same file elsewhere: %s", type(error).__name__)
        return ()
    said = {"section": other.title}
    return tuple(
        Fact(
            label=_("The same file also stands under"),
            value=_now("%(section)s: %(entry)s") % {**said, "entry": _name(row)},
            href=row.href,
        )
        for row in found
    )


def _addresses(attached: Iterable[Attached], source: Source) -> set[str]:
    """The addresses of files that are not in the entry itself, relative to the server."""
    urls = (one.attachment.url for one in attached)
    stripped = (url.strip() for url in urls if url and url.strip())
    return {(source.client.address(url) or url).removeprefix(source.base) for url in stripped}


def _holding(kind: AnyKind, wanted: set[str], source: Source, addresses: Addresses) -> Iterator[Row]:
    """The entries of a kind that hold one of these files."""
    collected = asking.first(kind, source)
    known = Known(patient=source.patient, base=source.base, whole=False)
    for number in range(len(collected.pages)):
        body = collecting.content(collected, number, source)
        if not any(address.encode() in body for address in wanted):
            continue
        for entry in collecting.page_at(collected, number, kind, source).entries:
            if entry.mode is not Mode.MATCH:
                continue
            try:
                first = head(entry, kind.head)
                if not _counts(kind, first, source, is_foreign=entry.is_foreign):
                    continue
                model, set_aside = read(entry.raw, kind.model)
            except NotReadable:
                continue
            if wanted & _addresses(kind.attached(model), source):
                yield row_of(kind, Found(bytes(entry.raw), model, set_aside), known, addresses)


def _counts(kind: AnyKind, first: Any, source: Source, *, is_foreign: bool) -> bool:
    return (
        first.resourceType == kind.resource_type
        and is_of(first, patient=source.patient, base=source.base, is_foreign=is_foreign)
        and not first.is_entered_in_error
    )


def _name(row: Row) -> str:
    return ", ".join(str(words) for words in (row.title, row.when.words if row.when else "") if words)

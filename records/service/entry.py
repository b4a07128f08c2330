"""One entry, read by its id and kept for five minutes; or why it is not shown."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from records.fetching.source import AccessOver, Sharing, Source
from records.fetching.under_way import FLIGHTS, answer
from records.fhir import errors
from records.fhir.compartment import is_of, may_be_of
from records.fhir.elements import Head
from records.fhir.reading import NotReadable, read
from records.kinds import inside
from records.kinds.base import AnyKind
from records.kinds.known import note_authors
from records.lists.answers import with_own_answers
from records.reading.addresses import Addresses
from records.reading.entry import Entry
from records.reading.known import known_for
from records.reading.rows import Found, row_of, unreadable_row
from records.words import notices
from records.words.rows import Notice

log = logging.getLogger("records.service.entry")


class NotHere(Exception):
    """An entry that is not shown: it is not there, not this patient's, or was taken back. Carries its notice."""

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        super().__init__("entry not shown")


def load_entry(
    kind: AnyKind,
    logical_id: str,
    *,
    source: Source,
    addresses: Addresses,
) -> Entry:
    """One entry, read by its id and kept for five minutes.

    Raises:
        NotHere: with the notice to show instead.
        Late: it has not come yet.
        AccessOver: the sign-in ended.
    """
    if source.shared(kind).is_closed:
        is_off = source.shared(kind) is Sharing.OFF
        raise NotHere((notices.switched_off if is_off else notices.not_shared)(kind.title))
    within = inside.parted(logical_id)
    if within is not None and kind.panels is not None:
        return _load_inside(kind, *within, source=source, addresses=addresses)
    raw = _kept_or_read(kind, logical_id, source, addresses)
    ours = source.client.as_ours(raw)
    try:
        first = read(ours, Head)[0]
    except NotReadable:
        if may_be_of(ours, patient=source.patient, base=source.base):
            return Entry(row=unreadable_row(raw), raw=raw, found=None)
        first = Head()
    if first.resourceType != kind.resource_type or not is_of(first, patient=source.patient, base=source.base):
        log.warning("security: a %s that was read is not this patient's and was withheld", kind.resource_type)
        source.keep.forget(source.keep.name("entry", kind.resource_type, logical_id))
        raise NotHere(notices.mismatch(1))
    if first.is_entered_in_error:
        raise NotHere(notices.taken_back())
    try:
        model, set_aside = read(ours, kind.model)
    except NotReadable:
        return Entry(row=unreadable_row(raw), raw=raw, found=None)
    return _entry(kind, Found(raw=ours, model=model, set_aside=set_aside), raw, logical_id, source, addresses)


def _load_inside(kind: AnyKind, report: str, local_id: str, *, source: Source, addresses: Addresses) -> Entry:
    """A result that stands inside a report: what counts for the report counts for it. It is shown as it was sent."""
    assert kind.panels is not None  # noqa: S101 (only such kinds come here)
    holding = kind.panels.kind
    outer = load_entry(holding, report, source=source, addresses=addresses)
    wanted = f"{report}#{local_id}"
    raw = outer.found.raw if outer.found is not None else outer.raw
    one = next((one for one in inside.inside(raw, report) if one.id == wanted), None)
    if one is None:
        gone = errors.NotThere(status=404, resource_type=kind.resource_type)
        raise NotHere(notices.explain(gone, _("This entry"), request_id=source.request_id, is_entry=True))
    if not is_of(one.head, patient=source.patient, base=source.base):
        log.warning("security: a result inside a report is not this patient's and was withheld")
        raise NotHere(notices.mismatch(1))
    if one.head.is_entered_in_error:
        raise NotHere(notices.taken_back())
    try:
        model, set_aside = read(one.raw, kind.model)
    except NotReadable:
        return Entry(row=unreadable_row(one.sent), raw=one.sent, found=None)
    found = Found(raw=one.raw, model=model, set_aside=set_aside)
    return _entry(kind, found, one.sent, report, source, addresses)


def _entry(
    kind: AnyKind, found: Found, raw: bytes, read_as: str, source: Source, addresses: Addresses
) -> Entry:
    """An entry that may be shown, with what was read along for it. `read_as`: the id under which it was read."""
    model = found.model
    named = (*kind.references(model), *kind.details(model), *note_authors(model))
    known = known_for(named, source, whole=True)
    known = with_own_answers(known, kind, model, source, addresses)
    resource_type = kind.resource_type
    if kind.panels is not None and model.id != read_as:
        resource_type = kind.panels.kind.resource_type
    asked_at = source.keep.load(source.keep.name("entry asked at", resource_type, read_as))
    return Entry(
        row=row_of(kind, found, known, addresses),
        raw=raw,
        found=found,
        as_of=datetime.fromisoformat(asked_at.decode()) if asked_at else None,
        known=known,
    )


def forget_entry(kind: AnyKind, logical_id: str, source: Source) -> None:
    """Lets an entry, and who recorded it, be asked for anew."""
    keep, within = source.keep, inside.parted(logical_id)
    if within is not None and kind.panels is not None:
        kind, logical_id = kind.panels.kind, within[0]
    keep.forget(
        *(
            keep.name(what, kind.resource_type, logical_id)
            for what in ("entry", "entry asked at", "provenance")
        )
    )


def _kept_or_read(kind: AnyKind, logical_id: str, source: Source, addresses: Addresses) -> bytes:
    name = source.keep.name("entry", kind.resource_type, logical_id)
    kept = source.keep.load(name)
    if kept is not None:
        return kept
    try:
        return answer(FLIGHTS.single(name, partial(_read, kind, logical_id), source), source)
    except errors.SignInExpired:
        raise AccessOver from None
    except errors.UpstreamError as error:
        log.warning("entry of %s: %s", kind.slug, error)
        retry = addresses.entry(kind, kind.resource_type, logical_id)
        what = _("This entry") if isinstance(error, errors.NotThere) else kind.title
        raise NotHere(
            notices.explain(
                error,
                what,
                retry_href=retry,
                request_id=source.request_id,
                fresh_sign_in=source.fresh_sign_in,
                is_entry=True,
            )
        ) from error


def _read(kind: AnyKind, logical_id: str, source: Source) -> bytes:
    """An entry from the server, kept from now on."""
    raw = source.client.read(kind.resource_type, logical_id)
    source.keep.store(source.keep.name("entry", kind.resource_type, logical_id), raw)
    asked_at = datetime.now(UTC).isoformat().encode()
    source.keep.store(source.keep.name("entry asked at", kind.resource_type, logical_id), asked_at)
    return raw

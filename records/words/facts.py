"""A status, a fact, a note: what of an entry stands on a page, or that it is not recorded."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import own
from records.fhir.elements import Annotation, CodeableConcept
from records.words.absent import NOT_RECORDED, absent_reason
from records.words.dates import machine, moment
from records.words.names import words_of
from records.words.rows import Fact, Status, Telling, Words
from records.words.tongues import told


def status(
    table: Mapping[str, Status], code: str | None, *, absent: Words = "", known: bool = True
) -> Status:
    """A status code in words. An unknown code stands as it is, and is said to be unknown to this page."""
    if not code or not code.strip():
        return Status(words=absent or _("Status not recorded"), icon="circle-dashed")
    code = own(code.strip())
    if code in table:
        return table[code]
    return Status(words=_now("%s (status not known to this page)") % code, icon="circle-dashed")


def fact(
    label: Words, value: Words | None, *, absent: Words = "", iso: str = "", verbatim: bool = False
) -> Fact:
    """A fact that is always told: what the record says, or why not, or that it is not recorded."""
    if value:
        return Fact(label=label, value=_own(value, verbatim), iso=machine(iso), verbatim=verbatim)
    return Fact(label=label, value=absent or NOT_RECORDED, telling=Telling.ABSENT)


def maybe(label: Words, value: Words | None, *, iso: str = "", verbatim: bool = False) -> Fact | None:
    """A fact only where the record says something."""
    return (
        Fact(label=label, value=_own(value, verbatim), iso=machine(iso), verbatim=verbatim) if value else None
    )


def _own(value: Words, verbatim: bool) -> Words:
    """What stands there as it was written is in the language of its resource, where that says which."""
    return told(value) if verbatim and isinstance(value, str) else value


def dated(label: Words, recorded: str | None) -> Fact | None:
    """A date as a fact, with its time and offset."""
    return Fact(label=label, value=moment(recorded), iso=machine(recorded)) if recorded else None


def why_unnamed(concept: CodeableConcept | None) -> Fact | None:
    """Why an entry has no name, where it has none and the record says why."""
    return None if words_of(concept) else maybe(_("Why the name is missing"), absent_reason(concept))


def annotation_text(note: Annotation) -> str:
    """A note's text as written."""
    return told((note.text or "").strip())

"""FHIR documents (a Bundle of type document with its Composition) by their narrative. FHIR R4 Documents, Narrative."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from records.documents import html, remarks, whose
from records.documents.parts import Paper, Part
from records.documents.shown import Asked, Shown
from records.documents.whose import Match, Whose
from records.fhir.elements import HumanName, Identifier
from records.words import wording
from records.words.rows import Fact, Words

log = logging.getLogger("records.documents.bundle")

MOST_BYTES = 16 * 1024 * 1024
MOST_PARTS = 200
DEEPEST = 5
NO_WORDS = _("The document gives no words here.")


def show(asked: Asked) -> Shown | None:
    """A FHIR document; None where the bytes are none, and are shown as the text that they are."""
    if len(asked.content) > MOST_BYTES or b'"document"' not in asked.content:
        return None
    try:
        bundle = msgspec.json.decode(asked.content)
    except (msgspec.DecodeError, RecursionError):
        return None
    entries = _entries(bundle)
    composition = next((one for one in entries if one.get("resourceType") == "Composition"), None)
    if composition is None:
        return None
    person = _person(entries)
    record = asked.around.record()
    match = whose.compare(person, record)
    if match is Match.OTHER:
        log.warning("security: a document of this record is about somebody else and was not opened")
        return Shown(notice=remarks.not_opened(), is_closed=True)
    said = remarks.of_match(match, person, record)
    parts = _parts(composition)
    paper = Paper(
        _text(composition.get("title")),
        _facts(composition, person),
        parts,
        (said,) if said else (),
        is_compared=match is not Match.UNKNOWN,
    )
    return Shown(kind="paper", paper=paper)


def _entries(bundle: Any) -> list[dict[str, Any]]:
    if (
        not isinstance(bundle, dict)
        or bundle.get("resourceType") != "Bundle"
        or bundle.get("type") != "document"
    ):
        return []
    held = bundle.get("entry")
    found = [one.get("resource") for one in held if isinstance(one, dict)] if isinstance(held, list) else []
    return [one for one in found if isinstance(one, dict)]


def _person(entries: list[dict[str, Any]]) -> Whose:
    patients = [one for one in entries if one.get("resourceType") == "Patient"]
    if len(patients) != 1:
        return Whose()
    try:
        names = msgspec.convert(patients[0].get("name") or [], list[HumanName], strict=False)
        numbers = msgspec.convert(patients[0].get("identifier") or [], list[Identifier], strict=False)
    except msgspec.ValidationError:
        return Whose()
    return whose.of_record(names, _text(patients[0].get("birthDate")), numbers)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _facts(composition: dict[str, Any], person: Whose) -> tuple[Fact, ...]:
    authors = composition.get("author")
    named = (
        [_text(one.get("display")) for one in authors if isinstance(one, dict)]
        if isinstance(authors, list)
        else []
    )
    facts = (
        wording.maybe(_("About"), person.spoken),
        wording.dated(_("Written on"), _text(composition.get("date")) or None),
        wording.maybe(_("Written by"), ", ".join(filter(None, named))),
    )
    return tuple(fact for fact in facts if fact is not None)


def _parts(composition: dict[str, Any]) -> tuple[Part, ...]:
    made = []
    for number, section in enumerate([composition, *_sections(composition)][:MOST_PARTS], start=1):
        is_whole = section is composition
        body = _narrative(section) if is_whole else _body(section, 3)
        if is_whole and not body:
            continue
        says: Words = "" if body else NO_WORDS
        made.append(Part(number, "" if is_whole else _text(section.get("title")), body, says))
    return tuple(made)


def _sections(holder: dict[str, Any]) -> list[dict[str, Any]]:
    held = holder.get("section")
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def _body(section: dict[str, Any], level: int) -> SafeString:
    made = str(_narrative(section))
    for below in _sections(section) if level <= DEEPEST else ():
        title = _text(below.get("title"))
        made += (f"<h{level}>{escape(title)}</h{level}>" if title else "") + _body(below, level + 1)
    return mark_safe(made)  # noqa: S308  (cleaned by nh3 below, and escaped titles)


def _narrative(holder: dict[str, Any]) -> SafeString:
    told = holder.get("text")
    div = told.get("div") if isinstance(told, dict) else None
    if not isinstance(div, str):
        return SafeString()
    try:
        found = html.cleaned(div)
    except html.TooMuch:
        return SafeString()
    return SafeString() if found.is_empty else found.html

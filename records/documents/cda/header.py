"""The head of a document in words: whose it is, by whom, when, for whom, kept by whom. CDA Release 2.0, 4.2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from records.documents import whose
from records.documents.cda.parsing import Element, children, first, plain
from records.documents.whose import Whose
from records.words import protection, wording
from records.words.personal import birth_words
from records.words.rows import Fact, Words

PROTECTED: dict[str, Words] = {code: protection.CONFIDENTIAL[code] for code in ("R", "V")}
"""Codes of confidentiality that a reader is told of."""

_TIME = re.compile(r"(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?(?:\.\d+)?)?([+-]\d{4})?\Z", re.ASCII)


def date(written: str | None) -> str:
    """A time of HL7 v3 as FHIR writes it: "20141015103026-0500" → "2014-10-15T10:30:26-05:00". A time without an
    offset is only a day: whose clock it was is not known. What is no time stays as it stands."""
    value = (written or "").strip()
    found = _TIME.match(value)
    if not found:
        return value
    year, month, day, hour, minute, second, offset = found.groups()
    whole = "-".join(filter(None, (year, month, day)))
    if not (day and hour and offset):
        return whole
    return f"{whole}T{hour}:{minute or '00'}:{second or '00'}{offset[:3]}:{offset[3:]}"


def title(root: Element) -> str:
    """What the document calls itself: its title, else its kind."""
    return plain(first(root, "title")) or kind(root)


def kind(root: Element) -> str:
    """Which kind of document its code says it is."""
    return code_words(first(root, "code"))


def code_words(element: Element | None) -> str:
    """A coded element in its own words: its text, else the code's, else a translation's; empty where it has none."""
    if element is None:
        return ""
    text = plain(first(element, "originalText"))
    translated = (one.get("displayName") or "" for one in children(element, "translation"))
    return text or (element.get("displayName") or "").strip() or next(filter(None, translated), "")


def facts(root: Element) -> tuple[Fact, ...]:
    """The head, a line each."""
    return tuple(fact for fact in _facts(root) if fact is not None)


def _facts(root: Element) -> Iterator[Fact | None]:
    roles = [role for target in children(root, "recordTarget") for role in children(target, "patientRole")]
    people = [one for role in roles for one in children(role, "patient")]
    yield wording.maybe(_("About"), _joined(map(_person, people)))
    born = [date(_value(first(one, "birthTime"))) for one in people]
    yield wording.maybe(_("Birth date"), _joined(birth_words(one) or one for one in born if one))
    yield wording.maybe(_("Kind of document"), kind(root) if kind(root) != title(root) else "")
    yield wording.dated(_("Written on"), date(_value(first(root, "effectiveTime"))) or None)
    authors = [one for author in children(root, "author") for one in children(author, "assignedAuthor")]
    yield wording.maybe(_("Written by"), _joined(map(_author, authors)))
    signed = [
        one
        for signer in children(root, "legalAuthenticator", "authenticator")
        for one in children(signer, "assignedEntity")
    ]
    yield wording.maybe(_("Signed by"), _joined(map(_author, signed)))
    yield wording.maybe(_("Time of care"), _joined(_times(root)))
    recipients = [
        one
        for recipient in children(root, "informationRecipient")
        for one in children(recipient, "intendedRecipient")
    ]
    yield wording.maybe(_("Written for"), _joined(map(_recipient, recipients)))
    keeper = first(root, "custodian", "assignedCustodian", "representedCustodianOrganization", "name")
    yield wording.maybe(_("Kept by"), plain(keeper))
    version = first(root, "versionNumber")
    number = _value(version)
    yield wording.maybe(_("Version"), number if number not in ("", "1") else "")
    restricted = first(root, "confidentialityCode")
    code = (restricted.get("code") or "") if restricted is not None else ""
    yield wording.maybe(_("Confidentiality"), protection.CONFIDENTIAL.get(code, ""))


def protected(element: Element) -> Words:
    """What is said of a document, or of a part of one, that is restricted; empty where it is not."""
    found = first(element, "confidentialityCode")
    return PROTECTED.get((found.get("code") or "").upper(), "") if found is not None else ""


def _value(element: Element | None) -> str:
    return "" if element is None else (element.get("value") or "").strip()


def _joined(words: Iterable[str]) -> str:
    return "\n".join(dict.fromkeys(filter(None, words)))


def _person(holder: Element | None) -> str:
    return next(filter(None, map(_name, children(holder, "name"))), "")


def _name(name: Element) -> str:
    """A name in the order in which it is written, without its second spellings."""
    parts = [plain(part) for part in name if part.get("qualifier") != "CL"]
    said = " ".join(filter(None, parts)) if len(name) else ""
    return said or plain(name)


def _author(author: Element) -> str:
    who = _person(first(author, "assignedPerson"))
    device = first(author, "assignedAuthoringDevice")
    made = plain(first(device, "softwareName")) or plain(first(device, "manufacturerModelName"))
    return ", ".join(filter(None, (who or made, plain(first(author, "representedOrganization", "name")))))


def _recipient(recipient: Element) -> str:
    who = _person(first(recipient, "informationRecipient"))
    return ", ".join(filter(None, (who, plain(first(recipient, "receivedOrganization", "name")))))


def _times(root: Element) -> Iterator[str]:
    events = [one for holder in children(root, "documentationOf") for one in children(holder, "serviceEvent")]
    visits = [
        one for holder in children(root, "componentOf") for one in children(holder, "encompassingEncounter")
    ]
    for one in (*visits, *events):
        found = first(one, "effectiveTime")
        if found is None:
            continue
        start = date(_value(first(found, "low")) or _value(found))
        end = date(_value(first(found, "high")))
        yield time_words(start, end)


def time_words(start: str, end: str = "") -> str:
    """One time or two in words, as precise as they are."""
    said = [wording.day(one) or one for one in (start, end) if one]
    return " – ".join(dict.fromkeys(said))


def person(root: Element) -> Whose:
    """Whose document it is, by its own words."""
    names: list[frozenset[str]] = []
    spoken: list[str] = []
    born, numbers = "", []
    for target in children(root, "recordTarget"):
        for role in children(target, "patientRole"):
            for found in children(role, "id"):
                root_, extension = found.get("root"), found.get("extension")
                numbers.append(whose.number(root_, extension) if extension else None)
            for patient in children(role, "patient"):
                for name in children(patient, "name"):
                    said = _given_and_family(name)
                    names.extend(filter(None, (whose.words(said), whose.words(_name(name)))))
                    spoken.append(_name(name))
                born = born or date(_value(first(patient, "birthTime")))
    return Whose(frozenset(names), next(filter(None, spoken), ""), born, frozenset(filter(None, numbers)))


def _given_and_family(name: Element) -> str:
    return " ".join(plain(one) for one in children(name, "given", "family") if one.get("qualifier") != "CL")


def people(root: Element) -> int:
    """How many patients it names."""
    return sum(1 for target in children(root, "recordTarget") for _role in children(target, "patientRole"))

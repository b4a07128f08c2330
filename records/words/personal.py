"""Words for people and places: names and their uses, how to reach them, where they are, their numbers, an age.

FHIR R4 HumanName, ContactPoint, Address, Identifier. Shared by the patient's own page, the care team and the people and
places of a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language_info, ngettext, pgettext_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import system_name
from records.fhir.elements import Address, CodeableConcept, ContactPoint, HumanName, Identifier, Period
from records.words import wording
from records.words.rows import Fact, Words, replace

_DIALLED = re.compile(r"\+?[\d ().\-\u2010\u2011/]{7,30}", re.ASCII)
"""What a phone can call as it stands. A number with an extension, or with words, cannot be: it would be misdialled."""

CALLED = {"phone", "sms"}
"""The codes of ContactPoint.system that a call reaches."""

NPI = "http://hl7.org/fhir/sid/us-npi"

NAME_USE: dict[str, Words] = {
    "usual": _("Usual name"),
    "official": _("Official name"),
    "temp": _("Name for the time being"),
    "nickname": _("Nickname"),
    "anonymous": _("Name for privacy"),
    "old": _("Former name"),
    "maiden": _("Name before marriage"),
}
"""Every code of HumanName.use."""

CONTACT_SYSTEM: dict[str, Words] = {
    "phone": _("Phone"),
    "fax": _("Fax"),
    "email": _("Email"),
    "pager": _("Pager"),
    "url": _("Web page"),
    "sms": _("Text messages"),
    "other": _("Other way to reach"),
}
"""Every code of ContactPoint.system."""

CONTACT_USE: dict[str, Words] = {
    "home": _("home"),
    "work": _("work"),
    "temp": _("for the time being"),
    "old": _("no longer in use"),
    "mobile": _("mobile"),
}
"""Every code of ContactPoint.use."""

ADDRESS_USE: dict[str, Words] = {
    "home": _("Home address"),
    "work": _("Work address"),
    "temp": _("Address for the time being"),
    "old": _("Former address"),
    "billing": _("Address for bills"),
}
"""Every code of Address.use."""

ADDRESS_TYPE: dict[str, Words] = {
    "postal": _("for mail"),
    "physical": _("to visit"),
    "both": _("for mail and to visit"),
}
"""Every code of Address.type."""

IDENTIFIER_USE: dict[str, Words] = {
    "usual": _("usual"),
    "official": _("official"),
    "temp": _("for the time being"),
    "secondary": _("secondary"),
    "old": _("no longer in use"),
}
"""Every code of Identifier.use."""

GENDER: dict[str, Words] = {
    "male": _("Male"),
    "female": _("Female"),
    "other": pgettext_lazy("gender", "Other"),
    "unknown": _("Not known"),
}
"""Every code of administrative-gender."""


def in_words(table: dict[str, Words], code: str | None) -> Words:
    """A code's words; one that is not in the table stands as it is."""
    return table.get(code, code) if code else ""


def _beside(said: str, *more: Words) -> str:
    """A value with what belongs to it in brackets: "804-555-0172 (mobile)"."""
    inner = ", ".join(str(words) for words in more if words)
    return f"{said} ({inner})" if said and inner else said


# ---------------------------------------------------------------- one of each


NOT_ANY_MORE = _("no longer in use")
NOT_YET = _("not in use yet")


def in_use(use: str | None, period: Period | None) -> Words:
    """What is to be said of something whose time is over, or has not come; empty where it is in use."""
    if wording.is_over(period):
        return "" if use == "old" else NOT_ANY_MORE
    return NOT_YET if wording.is_to_come(period) else ""


def is_usable(contact: ContactPoint) -> bool:
    """Whether somebody can be reached that way today, as far as the record says."""
    return contact.use != "old" and wording.in_force(contact.period)


def name_words(name: HumanName) -> str:
    """A name with the parts that its own text leaves out, and when it was in use."""
    said = wording.human_name(name)
    parts = (*name.prefix, *name.given, name.family, *name.suffix)
    missing = [part.strip() for part in parts if part and part.strip() and part.strip() not in said]
    return _beside(said, " ".join(missing), wording.span(name.period), in_use(name.use, name.period))


def name_fact(name: HumanName) -> Fact | None:
    """A name under the word for its use; None where it is empty."""
    return wording.maybe(in_words(NAME_USE, name.use) or _("Name"), name_words(name))


def language_words(language: CodeableConcept | None) -> str:
    """A language as recorded; where that is its English name, as the reader's language calls it. BCP 47."""
    said = wording.words_of(language)
    for coding in language.coding if language is not None else ():
        try:
            found = get_language_info((coding.code or "").lower())
        except KeyError:
            continue
        if said.casefold() == found["name"].casefold():
            return str(found["name_translated"])
    return said


def contact_words(contact: ContactPoint) -> str:
    """A number or address with its use and time: "804-555-0172 (mobile)"; empty where there is none."""
    said = (contact.value or "").strip()
    return _beside(
        said,
        in_words(CONTACT_USE, contact.use),
        wording.span(contact.period),
        in_use(contact.use, contact.period),
    )


def phones(contacts: Iterable[ContactPoint]) -> tuple[str, ...]:
    """The numbers that a phone can call as they are written, without those out of use, and without a fax."""
    said = ((c.value or "").strip() for c in contacts if c.system in CALLED and is_usable(c))
    return tuple(number for number in said if _DIALLED.fullmatch(number))


def reachable(fact: Fact | None, contacts: Iterable[ContactPoint]) -> Fact | None:
    """A fact that tells these contacts, with its phone numbers to be called by a touch."""
    numbers = phones(contacts) if fact is not None else ()
    return replace(fact, phones=numbers) if fact is not None and numbers else fact


def contact_fact(contact: ContactPoint) -> Fact | None:
    """One way to reach somebody, or why it is not given; None where the record says nothing."""
    label = in_words(CONTACT_SYSTEM, contact.system) or _("How to reach")
    said = contact_words(contact)
    if said:
        return reachable(wording.fact(label, said), (contact,))
    reason = wording.absent_reason(contact.value_element)
    if not reason:
        return None
    return wording.fact(label, "", absent=_beside(str(reason), in_words(CONTACT_USE, contact.use)))


def contact_line(contact: ContactPoint) -> str:
    """One way to reach somebody as a line: "Phone: 804-555-0172 (mobile)"; empty where there is none."""
    said = contact_words(contact)
    label = in_words(CONTACT_SYSTEM, contact.system)
    return _now("%(way)s: %(value)s") % {"way": label, "value": said} if said and label else said


def contact_lines(contacts: Iterable[ContactPoint]) -> str:
    """Every way to reach somebody, a line each, the preferred ones first, those out of use last."""
    ranked = sorted(contacts, key=lambda contact: (not is_usable(contact), contact.rank or 1_000))
    return "\n".join(filter(None, map(contact_line, ranked)))


def address_words(address: Address) -> str:
    """An address as it stands on an envelope, its own text first; what that leaves out follows."""
    text = (address.text or "").strip()
    town = " ".join(filter(None, (address.state, address.postalCode)))
    lines = [
        *(line.strip() for line in address.line if line),
        ", ".join(filter(None, (address.city, town))),
        address.district or "",
        address.country or "",
    ]
    if not text:
        return "\n".join(filter(None, lines))
    return "\n".join((text, *(line for line in lines if line and not _holds(text, line))))


def _holds(text: str, line: str) -> bool:
    return all(word in text for word in line.replace(",", " ").split())


def address_fact(address: Address) -> Fact | None:
    """An address under the word for its use, with its time."""
    label = in_words(ADDRESS_USE, address.use) or _("Address")
    more = (
        in_words(ADDRESS_TYPE, address.type),
        wording.span(address.period),
        in_use(address.use, address.period),
    )
    said = address_words(address)
    inner = ", ".join(str(words) for words in more if words)
    return wording.maybe(label, "\n".join(filter(None, (said, inner))) if said else "")


def identifier_label(identifier: Identifier) -> Words:
    """What a number is: its type as recorded, else NPI, else only that it is a number."""
    if identifier.system == NPI:
        return _("National provider number (NPI)")
    return wording.words_of(identifier.type) or _("Number")


def identifier_fact(identifier: Identifier) -> Fact | None:
    """A number with whose it is and when it was valid: "HL-204117 (usual, harborlane.example/patients)"."""
    value = (identifier.value or "").strip()
    system = "" if identifier.system == NPI else _system(identifier.system)
    more = (
        in_words(IDENTIFIER_USE, identifier.use),
        system,
        wording.span(identifier.period),
        in_use(identifier.use, identifier.period),
    )
    if not value:
        reason = wording.absent_reason(identifier.value_element)
        return wording.fact(identifier_label(identifier), "", absent=reason) if reason else None
    return wording.maybe(identifier_label(identifier), _beside(value, *more))


def _system(address: str | None) -> str:
    """Whose numbers they are: a name where people have one, else the address without its scheme."""
    if not address:
        return ""
    if address.startswith(("http://", "https://")) and system_name(address) == address.rsplit("/", 1)[-1]:
        return address.split("://", 1)[1]
    return system_name(address) if address.startswith("http") else address


# ---------------------------------------------------------------- birth and age


def birth_words(recorded: str | None) -> str:
    """A birth date in words; empty where a day stands for none.

    Somebody may be born on January 1, 1900, which also stands for none: both are said.
    """
    if not wording.is_no_date(recorded):
        return wording.day(recorded)
    if wording.understood(recorded)[:4] != "1900":
        return ""
    return _now("%s (many systems write this day where the date is not known)") % wording.plain_day(recorded)


def has_died(deceased: str | None) -> bool:
    """Whether a date of death says that somebody has died: not one that stands for none, or is still to come."""
    return bool(deceased) and not wording.is_no_date(deceased) and not wording.is_future(deceased)


def age(birth_date: str | None, today: date) -> str:
    """An age in words, as exact as a full birth date allows: months below two years, else years; else empty."""
    try:
        born = date.fromisoformat(wording.shown_day(birth_date))
    except ValueError:
        return ""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 0:
        return ""
    if months < 24:
        return ngettext("%d month old", "%d months old", months) % months
    years = months // 12
    return ngettext("%d year old", "%d years old", years) % years

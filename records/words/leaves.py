"""Single values, and the small datatypes that read as one: put in words without losing a part of them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import nh3
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _now

from records.fhir.codes import NAMES
from records.words import wording

LONGEST = 200_000
"""Characters of one value that are shown; a longer one says so."""

_DATES = frozenset(
    {
        "authoredOn",
        "birthDate",
        "created",
        "creation",
        "date",
        "dateAsserted",
        "dateRecorded",
        "end",
        "event",
        "issued",
        "lastOccurrence",
        "lastUpdated",
        "occurrence",
        "onset",
        "received",
        "recorded",
        "sent",
        "start",
        "started",
        "time",
        "whenHandedOver",
        "whenPrepared",
    }
)
_DATE_ENDINGS = ("Date", "DateTime", "Instant")
_SECONDS = re.compile(r"[T ]\d\d:\d\d:(?!00(?:\.0*)?(?:Z|[+-]|$))")

_BLOCK = re.compile(r"(</?(?:p|div|li|tr|br|h[1-6]|table|ul|ol|dl|dt|dd|section|article|hr|pre)\b)", re.I)
_CELL = re.compile(r"(</?t[dh]\b)", re.I)

CONTACT_SYSTEMS = frozenset({"phone", "fax", "email", "pager", "url", "sms", "other"})

Taken = tuple[str, dict[str, Any]]


# ---------------------------------------------------------------- single values


def leaf(name: str, value: Any, holder: dict[str, Any] | None = None) -> str:
    """One value in words.

    Args:
        name: of the element, which tells dates and data from other strings.
        value: a JSON value; an empty list or object is said to be empty.
        holder: the object it stands in.
    """
    match value:
        case None | "" | [] | {}:
            return _now("Sent empty")
        case bool():
            return _now("Yes") if value else _now("No")
        case Decimal():
            return wording.number(value)
        case str():
            return _cut(_text(name, value, holder or {}))
    try:
        return _cut(str(value))
    except ValueError:  # Python refuses to write out integers of more than 4,300 digits
        return _now("A number too long to be shown")


def _text(name: str, value: str, holder: dict[str, Any]) -> str:
    if name == "div":
        return narrative(value)
    if (name == "data" and not holder.keys() & {"origin", "dimensions"}) or name.endswith("Base64Binary"):
        return data(value)
    if name in _DATES or name.endswith(_DATE_ENDINGS):
        return moment(value)
    if name == "valueCode" and "data-absent-reason" in str(holder.get("url")) and value in wording.ABSENT:
        return f"{wording.ABSENT[value]} ({value})"
    return value


def _cut(value: str) -> str:
    if len(value) <= LONGEST:
        return value
    return value[:LONGEST] + "\n" + _now("(The rest stands in the entry as it was sent.)")


def moment(value: str) -> str:
    """A date or time in words; its seconds, which the words leave out, as recorded beside it.

    So is one that is not written as the standard asks for, which is said.
    """
    known = wording.understood(value)
    if not known:
        return value
    words = wording.moment(value)
    if known != value and not wording.is_no_date(known):
        return _now("%(date)s (written as “%(written)s”, which is not how the standard writes a date)") % {
            "date": words,
            "written": value,
        }
    return f"{words} ({value})" if _SECONDS.search(value) and words != value else words


def data(value: str) -> str:
    """Base64 as the size and the SHA-256 of its bytes; what is no base64 as it stands."""
    try:
        content = base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return value
    return _now("%(size)s, SHA-256 %(hash)s") % {
        "size": filesizeformat(len(content)).replace("\xa0", " "),
        "hash": hashlib.sha256(content).hexdigest(),
    }


def narrative(markup: str) -> str:
    """The text of a narrative, line by line, without its markup. FHIR R4 Narrative.div."""
    parted = _CELL.sub(r" \1", _BLOCK.sub(r"\n\1", markup))
    text = html.unescape(nh3.clean(parted, tags=set()))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(filter(None, lines))


# ---------------------------------------------------------------- datatypes on one line


class _Parts:
    """An object whose known parts are taken out one by one; what is left is walked as everything else is."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.rest = dict(found)

    def text(self, name: str) -> str:
        """A part that is a string, or empty."""
        value = self.rest.get(name)
        if isinstance(value, str) and value:
            del self.rest[name]
            return leaf(name, value)
        return ""

    def texts(self, name: str) -> list[str]:
        """A part that is a list of strings."""
        value = self.rest.get(name)
        if isinstance(value, list) and value and all(isinstance(v, str) and v for v in value):
            del self.rest[name]
            return value
        return []

    def number(self, name: str) -> str:
        """A part that is a number, or empty."""
        value = self.rest.get(name)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            del self.rest[name]
            return leaf(name, value)
        return ""

    def flag(self, name: str) -> bool | None:
        """A part that is true or false."""
        value = self.rest.get(name)
        if isinstance(value, bool):
            del self.rest[name]
            return value
        return None

    def whole(self, name: str, put: Callable[[dict[str, Any]], Taken]) -> str:
        """A part that is a datatype, if nothing of it is left over; empty otherwise."""
        value = self.rest.get(name)
        if not isinstance(value, dict) or not value:
            return ""
        said, left = put(value)
        if left or not said:
            return ""
        del self.rest[name]
        return said


def compact(found: dict[str, Any]) -> Taken:
    """A datatype on one line, and what is left of it to be walked. No known datatype gives "" and all of it."""
    for fits, put in DATATYPES:
        if fits(found):
            said, rest = put(found)
            if said:
                return said, rest
    return "", found


def _beside(said: str, *more: str) -> str:
    """Words, and what belongs to them in brackets."""
    extra = ", ".join(filter(None, more))
    return f"{said} ({extra})" if said and extra else said or extra


def system(address: str) -> str:
    """A code system by the name that people know, else by its whole address."""
    return NAMES.get(address, address)


def coding(found: dict[str, Any]) -> Taken:
    """FHIR R4 Coding: "Penicillin G (7980, RxNorm)"."""
    parts = _Parts(found)
    display, code = parts.text("display"), parts.text("code")
    of, version = parts.text("system"), parts.text("version")
    chosen = parts.flag("userSelected")
    words = ""
    if chosen is not None:
        words = _now("chosen by a person") if chosen else _now("not chosen by a person")
    edition = _now("version %s") % version if version else ""
    return _beside(display, code, system(of), edition, words), parts.rest


def concept(found: dict[str, Any]) -> Taken:
    """FHIR R4 CodeableConcept: its text, then its codings line by line."""
    parts = _Parts(found)
    said = [parts.text("text")]
    codings = parts.rest.get("coding")
    if isinstance(codings, list) and codings and all(isinstance(c, dict) and c for c in codings):
        taken = [coding(c) for c in codings]
        if all(words and not rest for words, rest in taken):
            said += [words for words, _ in taken]
            del parts.rest["coding"]
    if len(said) > 1 and said[1].startswith(f"{said[0]} ("):
        del said[0]
    return "\n".join(filter(None, said)), parts.rest


def quantity(found: dict[str, Any]) -> Taken:
    """FHIR R4 Quantity: "< 5 mg/dL"; unit and code both where they differ."""
    parts = _Parts(found)
    comparator = parts.text("comparator")
    signs = {"<=": "≤", ">=": "≥"}
    value, unit = parts.number("value"), parts.text("unit")
    code, of = parts.text("code"), parts.text("system")
    said = " ".join(filter(None, (signs.get(comparator, comparator), value, unit or code)))
    same = not unit or code == unit
    return _beside(said, "" if same else code, system(of)), parts.rest


def range_(found: dict[str, Any]) -> Taken:
    """FHIR R4 Range."""
    parts = _Parts(found)
    low, high = parts.whole("low", quantity), parts.whole("high", quantity)
    if low and high:
        return _now("%(low)s to %(high)s") % {"low": low, "high": high}, parts.rest
    if high:
        return _now("%s or less") % high, parts.rest
    return (_now("%s or more") % low if low else ""), parts.rest


def ratio(found: dict[str, Any]) -> Taken:
    """FHIR R4 Ratio."""
    parts = _Parts(found)
    over, under = parts.whole("numerator", quantity), parts.whole("denominator", quantity)
    return " : ".join(filter(None, (over, under))), parts.rest


def period(found: dict[str, Any]) -> Taken:
    """FHIR R4 Period, with times where recorded."""
    parts = _Parts(found)
    ends = found.get("start"), found.get("end")
    if any(isinstance(one, str) and (wording.is_no_date(one) or wording.by_two_clocks(one)) for one in ends):
        return "", found  # there is more to say of it: a line for each
    start, end = parts.text("start"), parts.text("end")
    if start and end:
        return _now("%(start)s to %(end)s") % {"start": start, "end": end}, parts.rest
    if start:
        return _now("since %s") % start, parts.rest
    return (_now("until %s") % end if end else ""), parts.rest


def human_name(found: dict[str, Any]) -> Taken:
    """FHIR R4 HumanName: its text and its parts, where the text does not hold them all."""
    parts = _Parts(found)
    text, use = parts.text("text"), parts.text("use")
    built = " ".join(
        (
            *parts.texts("prefix"),
            *parts.texts("given"),
            *filter(None, (parts.text("family"),)),
            *parts.texts("suffix"),
        )
    )
    words = text if all(piece in text.split() for piece in built.split()) else built
    return _beside(words, text if text != words else "", use, parts.whole("period", period)), parts.rest


def address(found: dict[str, Any]) -> Taken:
    """FHIR R4 Address: as it stands on an envelope, its text first where there is one."""
    parts = _Parts(found)
    text = parts.text("text")
    town = " ".join(filter(None, (parts.text("state"), parts.text("postalCode"))))
    place = ", ".join(filter(None, (parts.text("city"), town)))
    lines = [text, *parts.texts("line"), place, parts.text("district"), parts.text("country")]
    kind = ", ".join(filter(None, (parts.text("use"), parts.text("type"), parts.whole("period", period))))
    said = "\n".join(filter(None, lines))
    return f"{said} ({kind})" if said and kind else said or kind, parts.rest


def contact_point(found: dict[str, Any]) -> Taken:
    """FHIR R4 ContactPoint: "617-555-0142 (phone, home)"."""
    parts = _Parts(found)
    value = parts.text("value")
    rank = parts.number("rank")
    order = _now("choice %s") % rank if rank else ""
    said = _beside(value, parts.text("system"), parts.text("use"), order, parts.whole("period", period))
    return said, parts.rest


def identifier(found: dict[str, Any]) -> Taken:
    """FHIR R4 Identifier: "1234 (Medical record number, urn:oid:1.2.3)"."""
    parts = _Parts(found)
    value = parts.text("value")
    kind = parts.whole("type", concept).replace("\n", ", ")
    of = system(parts.text("system"))
    rest = (parts.text("use"), parts.whole("period", period), parts.whole("assigner", reference))
    return _beside(value, kind, of, *rest), parts.rest


def reference(found: dict[str, Any]) -> Taken:
    """FHIR R4 Reference: "Dr. Ana Flores (Practitioner/p1)"."""
    parts = _Parts(found)
    display, target, kind = parts.text("display"), parts.text("reference"), parts.text("type")
    return _beside(display, target, kind, parts.whole("identifier", identifier)), parts.rest


def _only(names: Iterable[str]) -> Callable[[dict[str, Any]], bool]:
    allowed = {*names, "id", "extension", *(f"_{name}" for name in names)}
    return lambda found: bool(found) and found.keys() <= allowed


def _is_quantity(found: dict[str, Any]) -> bool:
    numbered = isinstance(found.get("value"), int | float | Decimal)
    return (numbered or "unit" in found) and _only(("value", "comparator", "unit", "system", "code"))(found)


def _is_contact(found: dict[str, Any]) -> bool:
    return found.get("system") in CONTACT_SYSTEMS if isinstance(found.get("system"), str) else False


def _is_identifier(found: dict[str, Any]) -> bool:
    known = _only(("use", "type", "system", "value", "period", "assigner"))
    return isinstance(found.get("value"), str) and known(found)


_PUT_ON_A_LINE: tuple[tuple[tuple[str, ...], Callable[[dict[str, Any]], Taken]], ...] = (
    (("coding", "text"), concept),
    (("system", "version", "code", "display", "userSelected"), coding),
    (("reference", "type", "identifier", "display"), reference),
    (("start", "end"), period),
    (("low", "high"), range_),
    (("numerator", "denominator"), ratio),
    (("use", "text", "family", "given", "prefix", "suffix", "period"), human_name),
    (
        (
            "use",
            "type",
            "text",
            "line",
            "city",
            "district",
            "state",
            "postalCode",
            "country",
            "period",
        ),
        address,
    ),
)

DATATYPES: tuple[tuple[Callable[[dict[str, Any]], bool], Callable[[dict[str, Any]], Taken]], ...] = (
    (_is_quantity, quantity),
    (_is_contact, contact_point),
    (_is_identifier, identifier),
    *((_only(names), put) for names, put in _PUT_ON_A_LINE),
)
"""How datatypes are told by their parts: JSON does not name them."""

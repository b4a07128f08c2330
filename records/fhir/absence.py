"""Why an element is not there, in the shapes in which records say it. FHIR R4 JSON 2.6.2.2, extension
data-absent-reason; HL7 v3 NullFlavor; US Core 5.0.1, Missing Data.

The reason stands as an extension on the element, beside a primitive (`_lotNumber`), or as a code in the value's place.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from records.fhir.codes import DATA_ABSENT_EXTENSION, DATA_ABSENT_REASON, UNSAID, canonical
from records.fhir.reading import read, read_tree, tree

Struct = TypeVar("Struct", bound=msgspec.Struct)

NULL_FLAVOR_EXTENSION = "http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor"
RENDERED_VALUE = "http://hl7.org/fhir/StructureDefinition/rendered-value"
_REASONS = frozenset({DATA_ABSENT_EXTENSION, NULL_FLAVOR_EXTENSION})

_TOLD_BY = (
    *(b"data-absent-reason", b"ullFlavor", b"113883.5.1008", b"113883.4.642.4.1048"),
    b"rendered-value",
)
"""What stands in the bytes of an entry that says why something is not there, or what to show in its place."""

LONGEST = 200
"""A longer text is no reason but a story. It stands among everything of the entry."""

_MEANT: dict[str, tuple[str, ...]] = {
    "CodeableConcept": ("text", "coding"),
    "Coding": ("display", "code"),
    "Reference": ("reference", "display", "identifier"),
    "Quantity": ("value",),
    "Period": ("start", "end"),
    "Identifier": ("value",),
    "ContactPoint": ("value",),
    "Annotation": ("text",),
}
"""By which of its elements a datatype says something; others by any."""


def may_say_why(raw: bytes) -> bool:
    """Whether an entry may say so of anything. Quick, for every entry that is put in words is asked."""
    return any(sign in raw for sign in _TOLD_BY)


def reason(holder: Any) -> str:
    """The code that an element's extension gives for its absence, or its words; empty where none does."""
    for one in _extensions(holder):
        if _address(one.get("url")) in _REASONS:
            for name, value in one.items():
                code = _code(value) if name.startswith("value") else ""
                if code:
                    return code
    return ""


def instead(holder: Any) -> str:
    """What the record wants shown in the place of a value that it keeps back: "xxx-xx-1234". FHIR R4 rendered-value."""
    for one in _extensions(holder):
        value = one.get("valueString")
        if _address(one.get("url")) == RENDERED_VALUE and isinstance(value, str):
            return value.strip()
    return ""


def _extensions(holder: Any) -> list[dict[str, Any]]:
    found = holder.get("extension") if isinstance(holder, dict) else None
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, dict)]


def _address(url: Any) -> str:
    return url.strip().split("|", 1)[0].rstrip("/") if isinstance(url, str) else ""


def _is_reason(coding: dict[str, Any]) -> bool:
    """Whether the codes of a coding's system say why a value is missing, and name nothing."""
    system = coding.get("system")
    return isinstance(system, str) and canonical(system) in UNSAID


def _code(value: Any) -> str:
    """The code of whatever type of value it was put in: code and Coding are both met."""
    if isinstance(value, dict):
        inner = value.get("coding")
        if isinstance(inner, list) and inner:
            return _code(inner[0])
        value = value.get("code")
    code = value.strip() if isinstance(value, str) else ""
    return code if len(code) <= LONGEST and code.isprintable() else ""


def _of_codings(concept: dict[str, Any]) -> str:
    """Why a concept says nothing, by a code in the value's place or by what stands on its codings."""
    codings = concept.get("coding")
    for one in codings if isinstance(codings, list) else ():
        if isinstance(one, dict):
            given = _code(one) if _is_reason(one) else ""
            given = given or reason(one) or reason(one.get("_code")) or reason(one.get("_display"))
            if given:
                return given
    return reason(concept.get("_text"))


def _says_something(value: dict[str, Any], name: str) -> bool:
    if name == "CodeableConcept":
        codings = value.get("coding")
        return bool(value.get("text")) or any(
            isinstance(one, dict) and (one.get("display") or one.get("code")) and not _is_reason(one)
            for one in (codings if isinstance(codings, list) else ())
        )
    meant = _MEANT.get(name)
    if meant is None:
        return any(part not in {"id", "extension"} for part in value)
    return any(value.get(part) not in (None, "", [], {}) for part in meant)


def why(value: dict[str, Any], name: str) -> str:
    """Why an element that is an object says nothing; empty where it says something, or no reason is given."""
    if _says_something(value, name):
        return ""
    if name == "CodeableConcept":
        return reason(value) or _of_codings(value)
    if name == "Coding" and _is_reason(value):
        return _code(value)
    beside = (reason(value.get(f"_{part}")) for part in _MEANT.get(name, ()))
    return reason(value) or next(filter(None, beside), "")


# ---------------------------------------------------------------- for what is read beside an entry


def coded(raw: bytes | msgspec.Raw, model: type[Struct]) -> Struct:
    """A resource with its reasons as codes in the place of concepts and values, where a struct can hold them.

    Raises:
        NotReadable: see `reading.read`.
    """
    if not may_say_why(bytes(raw)):
        return read(raw, model)[0]
    found = tree(raw)
    if isinstance(found, dict):
        _code_within(found)
    return read_tree(found, model)[0]


def _code_within(holder: dict[str, Any]) -> None:
    for name, value in [*holder.items()]:
        if name in {"extension", "modifierExtension", "meta", "contained"}:
            continue
        absent = ""
        if isinstance(value, dict):
            absent = reason(value) if name.startswith("_") or not value.keys() - {"id", "extension"} else ""
            if absent and not name.startswith("_"):
                holder[name] = {**value, **_in_place(absent)}
            else:
                _code_within(value)
        elif isinstance(value, list):
            for one in value:
                if isinstance(one, dict):
                    _code_within(one)
        if absent and name.removeprefix("_").startswith("value"):
            holder.setdefault("dataAbsentReason", _in_place(absent))


def _in_place(code: str) -> dict[str, Any]:
    return {"coding": [{"system": DATA_ABSENT_REASON, "code": code}]}

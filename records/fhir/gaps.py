"""Why an element is not there, put in its place: so it is told wherever the element would be, whatever the kind.

A record gives the reason beside a primitive (`_lotNumber`), as an extension on the element itself, on one item of a
list, or as a code in the value's place. None of this needs to be read by name: before an entry is put in words each
such gap is filled with a mark, which passes for the element until the row is finished, and is then put in words
(`records.words.absent_reasons`). FHIR R4 JSON 2.6.2.2, extension data-absent-reason; US Core 5.0.1, Missing Data.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

from records.fhir import elements
from records.fhir.absence import instead, may_say_why, reason, why
from records.fhir.codes import DATA_ABSENT_EXTENSION
from records.fhir.reading import NotReadable, read_tree, tree

OPEN = "\ufdd0"
"""How a mark begins. Unicode sets this sign aside for use within a program: it is in nobody's text."""

_FIRST, _LAST = 0xE000, 0xF8FF
MARK = re.compile(f"{OPEN}[{chr(_FIRST)}-{chr(_LAST)}]")
"""A mark: which gap it is of is told by its second sign. It is short, so that nothing cuts it in two."""

_NOT_WALKED = frozenset({"extension", "modifierExtension", "meta", "dataAbsentReason"})
_NEVER_MARKED = frozenset({"id", "resourceType", "implicitRules", "language", "deceasedDateTime"})
"""What is no statement, or says by being there what a reason in its place does not: that somebody has died."""


class Gap(NamedTuple):
    """An element that is not there: its path without numbers, and the code that says why."""

    path: str
    code: str


class Filled(NamedTuple):
    """An entry with a mark in each of its gaps. `gaps`: by their marks."""

    model: Any
    gaps: dict[str, Gap]


def is_mark(said: str | None) -> bool:
    """Whether a text is a mark and nothing else."""
    return said is not None and said[:1] == OPEN and MARK.fullmatch(said) is not None


def filled(raw: bytes, model: type[msgspec.Struct]) -> Filled | None:
    """An entry with its gaps filled; None where it says of nothing why it is missing.

    Quick where it does not, as nearly all do not.
    """
    if not may_say_why(raw):
        return None
    try:
        found = tree(raw)
        filling = _Filling()
        if isinstance(found, dict):
            filling.fill(found, model, "")
        return (
            Filled(read_tree(found, model)[0], filling.gaps) if filling.gaps or filling.is_changed else None
        )
    except (NotReadable, RecursionError):
        return None


# ---------------------------------------------------------------- marks


def _both_ends(mark: str) -> dict[str, Any]:
    return {"start": mark, "end": mark}


_STAND_INS: dict[str, Callable[[str], dict[str, Any]]] = {
    **dict.fromkeys(("Coding", "Reference"), lambda mark: {"display": mark}),
    **dict.fromkeys(("Identifier", "ContactPoint"), lambda mark: {"value": mark}),
    "Quantity": lambda mark: {"unit": mark},
    "Period": _both_ends,
    "Timing": lambda mark: {"code": {"text": mark}},
}
"""What a datatype is filled with, so that it says the mark and nothing else; those that have a text, with it."""


class _Field(NamedTuple):
    """What the struct of a kind takes for an element: a text, an object, a list of either."""

    takes_text: bool = False
    struct: type[msgspec.Struct] | None = None
    takes_texts: bool = False
    item: type[msgspec.Struct] | None = None


@cache
def _fields(struct: type[msgspec.Struct]) -> dict[str, _Field]:
    info = inspect.type_info(struct)
    return {one.encode_name: _field(one.type) for one in getattr(info, "fields", ())}


def _field(found: inspect.Type) -> _Field:
    parts = _parts(found)
    lists = [
        inner for part in parts if isinstance(part, inspect.ListType) for inner in _parts(part.item_type)
    ]
    return _Field(
        takes_text=any(isinstance(part, inspect.StrType) for part in parts),
        struct=next((part.cls for part in parts if isinstance(part, inspect.StructType)), None),
        takes_texts=any(isinstance(part, inspect.StrType) for part in lists),
        item=next((part.cls for part in lists if isinstance(part, inspect.StructType)), None),
    )


def _parts(found: inspect.Type) -> tuple[inspect.Type, ...]:
    return found.types if isinstance(found, inspect.UnionType) else (found,)


@cache
def _datatype(struct: type[msgspec.Struct] | None) -> str:
    """The name of the datatype: an Age is a Quantity."""
    return (
        "Quantity" if struct and issubclass(struct, elements.Quantity) else struct.__name__ if struct else ""
    )


class _Filling:
    """Puts marks into the gaps of an entry, in place."""

    def __init__(self) -> None:
        self.gaps: dict[str, Gap] = {}
        self.is_changed = False
        self._marks: dict[Gap, str] = {}

    def _mark(self, path: str, code: str) -> str:
        """The mark of a gap; of one that nobody would read to its end, an empty one."""
        gap = Gap(path, code)
        if gap not in self._marks and _FIRST + len(self._marks) <= _LAST:
            mark = f"{OPEN}{chr(_FIRST + len(self._marks))}"
            self._marks[gap] = mark
            self.gaps[mark] = gap
        return self._marks.get(gap, "")

    def fill(self, holder: dict[str, Any], struct: type[msgspec.Struct] | None, path: str) -> None:
        """Fills an object; what the kind has no struct for is only told of."""
        fields = _fields(struct) if struct is not None else {}
        for name in [*holder]:
            element = name.removeprefix("_")
            if element in _NOT_WALKED or (element in _NEVER_MARKED and name == element):
                continue
            here, field = f"{path}.{element}" if path else element, fields.get(element, _Field())
            value, beside = holder.get(element), holder.get(f"_{element}")
            if name != element:
                mark = self._fill_text(holder, element, field, here)
            elif isinstance(value, dict):
                mark = self._fill_object(holder, element, value, field.struct, here)
            elif isinstance(value, list) and not isinstance(beside, list):
                self._fill_list(value, field.item, here)
                continue
            else:
                continue
            if mark and element.startswith("value") and "dataAbsentReason" in fields:
                # A value that no text can take the place of has an element of its own that says why.
                holder.setdefault("dataAbsentReason", {"text": mark})

    def _fill_list(self, values: list[Any], struct: type[msgspec.Struct] | None, path: str) -> None:
        for index, item in enumerate(values):
            if isinstance(item, dict):
                self._fill_object(values, index, item, struct, path)

    def _fill_text(self, holder: dict[str, Any], element: str, field: _Field, path: str) -> str:
        """A primitive, or a list of them, by what stands beside it. Returns the mark that found no place."""
        value, beside = holder.get(element), holder[f"_{element}"]
        if isinstance(beside, list):
            values = value if isinstance(value, list) else []
            values += [None] * (len(beside) - len(values))
            for index, one in enumerate(beside):
                code = reason(one) if values[index] in (None, "") else ""
                mark = self._mark(path, code) if code else ""
                values[index] = mark if mark and field.takes_texts else values[index]
            if field.takes_texts:
                holder[element] = values
            return ""
        code = reason(beside) if value in (None, "") else ""
        mark = self._mark(path, code) if code else ""
        if not mark:
            if field.takes_text and value in (None, "") and (shown := instead(beside)):
                holder[element] = shown
                self.is_changed = True
            return ""
        if field.takes_text and element not in _NEVER_MARKED:
            holder[element] = mark
            return ""
        if (
            field.struct is not None and value is None
        ):  # beside an object nothing stands, but some write it there
            holder[element] = {"extension": beside["extension"]}
            return self._fill_object(holder, element, holder[element], field.struct, path)
        # A number, or yes and no: a kind may say why it is missing by what stands beside it.
        holder[f"_{element}"] = {"extension": [{"url": DATA_ABSENT_EXTENSION, "valueCode": mark}]}
        return mark

    def _fill_object(
        self,
        holder: Any,
        at: str | int,
        value: dict[str, Any],
        struct: type[msgspec.Struct] | None,
        path: str,
    ) -> str:
        """An element that is an object. Returns the mark that found no place."""
        name = _datatype(struct) or ("CodeableConcept" if "coding" in value else "")
        code = why(value, name)
        if not code:
            if name not in {"CodeableConcept", "Narrative"}:
                # A file is told of where it is opened: its parts are no words.
                self.fill(value, struct if name != "Attachment" else None, path)
            return ""
        mark, stand_in = self._mark(path, code), _STAND_INS.get(name)
        if stand_in is not None:
            holder[at] = value | stand_in(mark)
        elif struct is not None and _fields(struct).get("text", _Field()).takes_text:
            holder[at] = value | {"text": mark}
        else:
            return mark
        return ""

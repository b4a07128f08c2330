"""Whatever element a kind reads: where the record says why it is not there, the entry says so, and not "not recorded".

A new kind, or a new element of one, is taken up by itself: its struct says what it reads.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from django.utils import translation
from django.utils.functional import Promise
from msgspec import inspect

from records.fhir import datatypes, elements
from records.fhir.gaps import OPEN
from records.fhir.reading import read
from records.kinds import KINDS, people
from records.kinds.base import Known
from records.reading.rows import worded
from records.words.rows import Row, Shown
from tests.records.fhir.test_reading import BUILT
from tests.resources import PATIENT, Json

MASKED = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    ]
}
SAID = {"en": "hidden by the clinic", "es": "la clínica lo ocultó"}

NO_STATEMENTS = {
    *("resourceType", "id", "meta", "language", "implicitRules", "extension", "modifierExtension"),
    *("contained", "subject", "patient", "dataAbsentReason"),
}
"""What every resource has, whose record it is, and what is itself a reason."""

BACKBONES = {elements.Component, elements.ReferenceRange}
"""Structs of `elements` that are parts of a resource; the others are datatypes, which are masked as a whole."""

PEOPLE = {
    "Practitioner": people.Practitioner,
    "Organization": people.Organization,
    "Location": people.Location,
}

Step = tuple[str, bool]
"""An element's name, and whether it is a list."""


def parts(found: inspect.Type) -> tuple[inspect.Type, ...]:
    return found.types if isinstance(found, inspect.UnionType) else (found,)


def is_datatype(struct: type[msgspec.Struct]) -> bool:
    return struct.__module__ in {elements.__name__, datatypes.__name__} and struct not in BACKBONES


def places(
    struct: type[msgspec.Struct], above: tuple[Step, ...] = ()
) -> Iterator[tuple[tuple[Step, ...], bool]]:
    """Every element that a struct reads, those of its parts too, and whether it is an object."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    for field in info.fields:
        name = field.encode_name
        if name in NO_STATEMENTS or name.startswith("_"):
            continue
        for found in parts(field.type):
            is_list = isinstance(found, inspect.ListType)
            for one in parts(found.item_type) if isinstance(found, inspect.ListType) else (found,):
                here = (*above, (name, is_list))
                if isinstance(one, inspect.StructType):
                    yield here, True
                    if not is_datatype(one.cls):
                        yield from places(one.cls, here)
                elif not isinstance(one, inspect.NoneType):
                    yield here, False


def masked(resource: Json, path: tuple[Step, ...], *, is_object: bool) -> Json:
    """The same resource with one element hidden, as the standard writes it."""
    found = copy.deepcopy(resource)
    holder: Any = found
    for name, is_list in path[:-1]:
        value = holder.get(name)
        inner = value[0] if is_list and isinstance(value, list) and value else value
        inner = inner if isinstance(inner, dict) else {}
        holder[name] = [inner] if is_list else inner
        holder = inner
    name, is_list = path[-1]
    holder.pop(name, None)
    if is_object:
        holder[name] = [MASKED] if is_list else MASKED
    elif is_list:
        holder |= {name: [None], f"_{name}": [MASKED]}
    else:
        holder[f"_{name}"] = MASKED
    return found


def texts(shown: Any) -> Iterator[str]:
    """All that a row says."""
    for name in shown.__struct_fields__:
        value = getattr(shown, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Shown):
                yield from texts(one)
            elif isinstance(one, str | Promise):
                yield str(one)


def told(resource: Json, model: Any, to_row: Any) -> Row:
    raw = json.dumps(resource).encode()
    return worded(to_row, raw, read(raw, model)[0], Known(patient=PATIENT, base="https://fhir.example/r4/"))


MODELS = {slug: (kind.resource_type, kind.model, kind.to_row) for slug, kind in KINDS.items()} | {
    name: (name, model, people.to_row) for name, model in PEOPLE.items()
}


@pytest.mark.parametrize("language", SAID)
@pytest.mark.parametrize("slug", MODELS)
def test_every_element_that_is_read_is_told_to_be_hidden_where_it_is(slug: str, language: str) -> None:
    resource_type, model, to_row = MODELS[slug]
    untold = []
    with translation.override(language):
        for path, is_object in places(model):
            row = told(masked(BUILT[resource_type], path, is_object=is_object), model, to_row)
            said = "\n".join(texts(row))
            if SAID[language] not in said.casefold() or OPEN in said:
                untold.append(".".join(name for name, _is_list in path))

    assert len(list(places(model))) > 5
    assert untold == []


@pytest.mark.parametrize("slug", MODELS)
def test_what_is_hidden_is_not_called_not_recorded(slug: str) -> None:
    resource_type, model, to_row = MODELS[slug]
    wrong = []
    for path, is_object in places(model):
        hidden = masked(BUILT[resource_type], path, is_object=is_object)
        with_value = _with_value(hidden, path)
        if is_object or with_value is None:
            continue
        # What a value, if there were one, would take the place of.
        missing = _not_recorded(told(_without(hidden, path), model, to_row))
        answered = _not_recorded(told(with_value, model, to_row))
        if (missing - answered) & _not_recorded(told(hidden, model, to_row)):
            wrong.append(".".join(name for name, _is_list in path))

    assert wrong == []


def _holder(resource: Json, path: tuple[Step, ...]) -> Any:
    holder: Any = resource
    for name, is_list in path[:-1]:
        holder = holder[name][0] if is_list else holder[name]
    return holder


def _without(resource: Json, path: tuple[Step, ...]) -> Json:
    found = copy.deepcopy(resource)
    holder = _holder(found, path)
    holder.pop(path[-1][0], None)
    holder.pop(f"_{path[-1][0]}", None)
    return found


def _with_value(resource: Json, path: tuple[Step, ...]) -> Json | None:
    """The same with a text, yes or a number in the gap, whichever the struct takes."""
    name, is_list = path[-1]
    for value in ("2024-03-09", True, 1):
        found = _without(resource, path)
        _holder(found, path)[name] = [value] if is_list else value
        model = next(m for t, m, _to_row in MODELS.values() if t == resource["resourceType"])
        if not read(json.dumps(found).encode(), model)[1]:
            return found
    return None


def _not_recorded(row: Row) -> set[str]:
    return {str(fact.label) for fact in row.facts if re.search(r"\bnot recorded\b", str(fact.value), re.I)}

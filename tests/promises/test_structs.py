"""Every struct reads elements that exist in FHIR R4 under that name, in that shape."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class

from records.kinds import KINDS
from records.kinds.base import AnyKind

COMMON_OF_HEADS = {"status", "lifecycleStatus", "subject", "patient", "verificationStatus"}
"""`Head` holds for every type of resource: what says whose an entry is and whether it counts differs by type."""


def _parts(annotation: Any) -> Iterator[Any]:
    """The members of a union, annotations peeled off."""
    if typing.get_origin(annotation) is typing.Annotated:
        yield from _parts(typing.get_args(annotation)[0])
    elif typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        for member in typing.get_args(annotation):
            yield from _parts(member)
    else:
        yield annotation


def _is_list(annotation: Any) -> bool:
    return any(typing.get_origin(part) is list for part in _parts(annotation))


def _structs(annotation: Any) -> list[type[msgspec.Struct]]:
    found: list[type[msgspec.Struct]] = []
    for part in _parts(annotation):
        if typing.get_origin(part) is list:
            found += _structs(typing.get_args(part)[0])
        elif isinstance(part, type) and issubclass(part, msgspec.Struct):
            found.append(part)
    return found


def _model_of(annotation: Any) -> Any:
    """The model behind `fhirtypes.CodeableConceptType`, or None for a primitive."""
    for part in _parts(annotation):
        if typing.get_origin(part) is list:
            return _model_of(typing.get_args(part)[0])
        name = getattr(part, "__name__", "")
        if name.endswith("Type") and name not in {"NoneType", "FHIRPrimitiveExtensionType", "ResourceType"}:
            return get_fhir_model_class(name.removesuffix("Type"))
    return None


def _culprits(
    struct: type[msgspec.Struct], model: Any, where: str, allowed: set[str], seen: set[tuple[Any, Any]]
) -> Iterator[str]:
    if (struct, model) in seen:
        return
    seen.add((struct, model))
    elements = {field.alias: field.annotation for field in model.model_fields.values()}
    elements["resourceType"] = str
    hints = typing.get_type_hints(struct)
    for field in msgspec.structs.fields(struct):
        name = field.encode_name
        if name not in elements:
            if name not in allowed:
                yield f"{where}.{name}: {model.__name__} has no such element"
            continue
        ours, theirs = hints[field.name], elements[name]
        if _is_list(ours) != _is_list(theirs):
            yield f"{where}.{name}: a list in {'the standard' if _is_list(theirs) else 'our struct'} alone"
        if name.startswith("_"):
            continue
        inner, nested = _model_of(theirs), _structs(ours)
        if bool(inner) != bool(nested) and theirs is not str and "abc.ResourceType" not in str(theirs):
            yield f"{where}.{name}: an object in {'the standard' if inner else 'our struct'} alone"
        for one in nested if inner else ():
            yield from _culprits(one, inner, f"{where}.{name}", set(), seen)


def culprits_of(kind: AnyKind) -> list[str]:
    """What a kind's structs read that the standard does not have."""
    model = get_fhir_model_class(kind.resource_type)
    return [
        *_culprits(kind.model, model, kind.model.__name__, set(), set()),
        *_culprits(kind.head, model, kind.head.__name__, COMMON_OF_HEADS, set()),
    ]


def elements_unknown_to(struct: type[msgspec.Struct], model: Any) -> list[str]:
    """What a struct reads that a model of the standard does not have."""
    return list(_culprits(struct, model, struct.__name__, set(), set()))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_reads_only_elements_of_the_standard(kind: AnyKind) -> None:
    assert not culprits_of(kind)


def test_a_misspelt_element_a_false_list_and_a_false_object_are_found() -> None:
    from records.fhir.elements import CodeableConcept, Element

    class Reaction(Element, frozen=True, kw_only=True):
        manifestations: list[CodeableConcept] = []

    class Wrong(Element, frozen=True, kw_only=True):
        recordeddate: str | None = None
        category: str | None = None
        clinicalStatus: str | None = None
        reaction: list[Reaction] = []

    # The names within are those of this function, so `get_type_hints` is told where they are.
    Wrong.__annotations__ = {
        "recordeddate": str | None,
        "category": str | None,
        "clinicalStatus": str | None,
        "reaction": list[Reaction],
    }
    Reaction.__annotations__ = {"manifestations": list[CodeableConcept]}
    found = list(_culprits(Wrong, get_fhir_model_class("AllergyIntolerance"), "Wrong", set(), set()))

    assert [line.split(":")[0] for line in found] == [
        "Wrong.recordeddate",
        "Wrong.category",
        "Wrong.clinicalStatus",
        "Wrong.reaction.manifestations",
    ]

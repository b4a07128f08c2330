"""A resource through the real reading and mapping code, as a page would."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from records.fhir.elements import Named
from records.fhir.reading import read
from records.kinds.base import AnyKind, Known
from records.reading.rows import worded
from records.words.rows import Row
from tests.resources import PATIENT

BASE = "https://fhir.example/fhir-request/"


def row_of(
    kind: AnyKind,
    resource: dict[str, Any],
    along: Mapping[tuple[str, str], Any] | None = None,
    *,
    whole: bool = True,
) -> Row:
    """The row of one resource; `along`: resources that were read along, by type and id; `whole`: for its own page."""
    raw = json.dumps(resource).encode()
    found, _ = read(raw, kind.model)
    named = {key: read(json.dumps(value).encode(), Named)[0] for key, value in (along or {}).items()}
    return worded(kind.to_row, raw, found, Known(patient=PATIENT, base=BASE, resources=named, whole=whole))


def head_of(kind: AnyKind, resource: dict[str, Any]) -> Any:
    """The head of one resource, of the type that the kind asks for."""
    return read(json.dumps(resource).encode(), kind.head)[0]


def place_of(kind: AnyKind, resource: dict[str, Any]) -> str | None:
    """The title of the heading that an entry stands under; None where it is another kind's."""
    slug = kind.place(head_of(kind, resource))
    return None if slug is None else next(str(h.title) for h in kind.headings if h.slug == slug)


def facts_of(row: Row) -> dict[str, str]:
    """A row's facts by label. Of several with one label the values stand side by side."""
    found: dict[str, str] = {}
    for fact in row.facts:
        label, value = str(fact.label), str(fact.value)
        found[label] = f"{found[label]} | {value}" if label in found else value
    return found


def asides_of(row: Row) -> list[str]:
    """A row's asides as strings."""
    return [str(words) for words in row.asides]

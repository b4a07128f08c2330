"""The records that nobody of this project wrote, folder by folder: `../shared/data`, whose README names the sources.

The folders are read apart: US Core's examples of two versions share ids, and one server holds an id once.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from demo_server.folder import resources_in
from records.fhir.bundle import Page, page
from records.fhir.elements import Named
from records.fhir.reading import read
from records.kinds import KINDS
from records.kinds.base import AnyKind

BASE = "https://fhir.example/fhir-request/"
FOLDERS = (
    "fetched/us-core-3.1.1",
    "fetched/us-core-6.1.0",
    "fetched/synthea",
    "generated/carebundle",
    "generated/clinosim",
)
FIRST_TYPES = frozenset({"AllergyIntolerance", "MedicationRequest", "Condition", "DocumentReference"})
"""Types of which every entry stands in exactly one section."""

Resource = dict[str, Any]


@dataclass(frozen=True)
class Records:
    """One folder: its resources, and of each patient those that name them."""

    resources: list[Resource]
    of_patient: dict[str, list[Resource]] = field(default_factory=lambda: defaultdict(list))
    of_nobody: list[Resource] = field(default_factory=list)

    @property
    def patients(self) -> list[str]:
        """The ids of the patients whose Patient is there."""
        return [one["id"] for one in self.resources if one["resourceType"] == "Patient"]

    @property
    def named(self) -> dict[tuple[str, str], Named]:
        """Every resource as what others may call it."""
        return {(one["resourceType"], one["id"]): read(encode(one), Named)[0] for one in self.resources}

    def of_kind(self, kind: AnyKind, patient: str) -> list[Resource]:
        """A patient's resources of the type that a kind asks for, each id once as on a server."""
        found = {
            one["id"]: one for one in self.of_patient[patient] if one["resourceType"] == kind.resource_type
        }
        return list(found.values())


@cache
def records_in(folder: Path) -> Records:
    """A folder's resources as a server would take them in."""
    types = {kind.resource_type for kind in KINDS.values()}
    found = Records(resources_in(folder))
    for resource in found.resources:
        if resource["resourceType"] not in types:
            continue
        patient = _patient_of(resource)
        (found.of_patient[patient] if patient else found.of_nobody).append(resource)
    return found


def _patient_of(resource: Resource) -> str:
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    subject = resource.get("subject") or resource.get("patient") or {}
    kind, _, logical_id = str(subject.get("reference") or "").partition("/")
    return logical_id if kind == "Patient" else ""


def encode(resource: Any) -> bytes:
    """A resource as JSON, its numbers with the digits of the file."""
    return json.dumps(resource, default=_number).encode()


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)


def searchset(resources: list[Resource]) -> Page:
    """One page of a search with all of these as matches, written out and taken apart again."""
    return page(body_of(resources), resource_type="Bundle", base=BASE)


def body_of(resources: list[Resource]) -> bytes:
    """A server's answer with all of these as matches."""
    entries = [
        {"fullUrl": f"{BASE}{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in resources
    ]
    return encode({"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries})

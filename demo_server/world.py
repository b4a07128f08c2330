"""Everything the demo server knows: its people and their resources, read once and never changed.

Each resource is kept twice, as an object to search and as the bytes to send, so that a bundle of
five hundred is joined and not serialised again.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

import msgspec

from demo_server import agencies, config, folder, matching
from demo_server import people as demo_people
from demo_server.agencies import fhir_base
from demo_server.catalogue import CATALOGUE, EVERYWHERE, NOBODYS, Parameter
from demo_server.people.base import Person, Resource

_encode = msgspec.json.Encoder(decimal_format="number").encode


class Stored:
    """One resource as the server holds it.

    `body` is the resource serialised; `patients` are the ids of those whose record it belongs to (empty
    for a type that is nobody's, and for one that should name a patient and does not); `updated` is
    `meta.lastUpdated` where the resource has one.
    """

    __slots__ = ("_values", "body", "id", "patients", "resource", "type", "updated", "version")

    def __init__(self, resource: Resource, patients: frozenset[str] = frozenset()) -> None:
        meta = resource.get("meta")
        meta = meta if isinstance(meta, dict) else {}
        self.resource, self.patients = resource, patients
        self.type, self.id = str(resource["resourceType"]), str(resource["id"])
        self.body: bytes = _encode(resource)
        self.version = str(meta.get("versionId") or "1")
        self.updated: str | None = meta.get("lastUpdated")
        self._values: dict[str, tuple[matching.Value, ...]] = {}

    @property
    def address(self) -> str:
        """`Type/id`."""
        return f"{self.type}/{self.id}"

    def values(self, parameter: Parameter, base: str) -> tuple[matching.Value, ...]:
        """What a search by `parameter` compares; read once, then kept."""
        known = self._values.get(parameter.name)
        if known is None:
            known = self._values[parameter.name] = matching.values_of(self.resource, parameter, base)
        return known


class World:
    """People and resources, with the indexes that reading and searching need. Nothing changes it.

    Args:
        people: who can sign in.
        resources: any FHIR resources; a type that the server does not serve is left out, and of several
            with the same type and id the first one stands.
        base: the FHIR base URL with its slash; absolute references below it are ours.
    """

    def __init__(self, people: Iterable[Person], resources: Iterable[Resource], *, base: str) -> None:
        self.people = tuple(people)
        self.base = base
        self.built = dt.datetime.now(dt.UTC)
        self._all: dict[str, dict[str, Stored]] = {name: {} for name in (*CATALOGUE, "Binary")}
        self._of_patient: dict[tuple[str, str], list[Stored]] = defaultdict(list)
        self._provenance: dict[str, list[Stored]] = defaultdict(list)
        # Which Binary is pointed at, by whose record, from which type.
        self._binaries: dict[str, set[tuple[str, str]]] = defaultdict(set)
        later: list[Resource] = []
        for resource in resources:
            if resource.get("resourceType") == "Provenance":
                later.append(resource)  # belongs to whom its targets belong to
            elif resource.get("resourceType") in self._all:
                self._add(resource, self._patients_of(resource))
        for resource in later:
            self._add_provenance(resource)

    def _add(self, resource: Resource, patients: frozenset[str]) -> Stored | None:
        one = Stored(resource, patients)
        if one.id in self._all[one.type]:
            return None
        self._all[one.type][one.id] = one
        for patient in patients:
            self._of_patient[one.type, patient].append(one)
        if one.type in ("DocumentReference", "DiagnosticReport"):
            for binary in self._binaries_in(resource):
                self._binaries[binary].update((patient, one.type) for patient in patients)
        return one

    def _patients_of(self, resource: Resource) -> frozenset[str]:
        if resource["resourceType"] == "Patient":
            return frozenset({str(resource["id"])})
        served = CATALOGUE.get(str(resource["resourceType"]))
        if served is None or not served.patient:
            return frozenset()
        return self._patients_among(matching.values_of(resource, served.parameters["patient"], self.base))

    @staticmethod
    def _patients_among(references: Iterable[matching.Value]) -> frozenset[str]:
        found = (str(one).partition("Patient/") for one in references)
        return frozenset(id_ for before, mark, id_ in found if mark and not before and "/" not in id_)

    def _add_provenance(self, resource: Resource) -> None:
        references = [
            one.get("reference") for one in matching.walk(resource, "target") if isinstance(one, dict)
        ]
        targets = [matching.local(one, self.base) for one in references if isinstance(one, str)]
        patients: set[str] = set()
        for target in targets:
            found = self.get(*target.split("/")) if target.count("/") == 1 else None
            patients |= found.patients if found else set()
        if one := self._add(resource, frozenset(patients)):
            for target in targets:
                self._provenance[target].append(one)

    def _binaries_in(self, resource: Resource) -> Iterable[str]:
        attachments = (
            *matching.walk(resource, "content.attachment"),
            *matching.walk(resource, "presentedForm"),
        )
        for attachment in attachments:
            if isinstance(attachment, dict) and isinstance(url := attachment.get("url"), str):
                kind, _, id_ = matching.local(url, self.base).partition("/")
                if kind == "Binary":
                    yield id_

    def get(self, resource_type: str, id: str) -> Stored | None:  # noqa: A002  # FHIR's own word
        """The resource at `Type/id`, or None."""
        return self._all.get(resource_type, {}).get(id)

    def every(self, resource_type: str) -> Iterable[Stored]:
        """All resources of a type, in the order in which they were read."""
        return self._all.get(resource_type, {}).values()

    def of_patient(self, resource_type: str, patient: str) -> Iterable[Stored]:
        """What a search by a patient's token can reach: their own, or everybody's where it is nobody's."""
        if resource_type in NOBODYS:
            return self.every(resource_type)
        return self._of_patient.get((resource_type, patient), [])

    def provenance_of(self, address: str) -> list[Stored]:
        """The Provenance resources whose target is `Type/id`."""
        return self._provenance.get(address, [])

    def pointed_at(self, binary: str) -> frozenset[tuple[str, str]]:
        """Who points at a Binary: pairs of patient id and resource type."""
        return frozenset(self._binaries.get(binary, ()))

    def updated(self, one: Stored) -> dt.datetime:
        """When a resource last changed; the server's start where the resource does not say."""
        when = one.values(EVERYWHERE["_lastUpdated"], self.base)
        return when[0].low if when and isinstance(when[0], matching.Span) else self.built


def world() -> World:
    """The world of this request's agency: the demo people, or what the folder DEMO_DATA holds."""
    with _building:  # requests come side by side, and the first ones must not build one each
        return _build(agencies.current())


_building = Lock()


@functools.cache
def _build(_agency: str) -> World:
    base = fhir_base()
    if config.DATA:
        resources = agencies.resources_of(folder.resources_in(Path(config.DATA)))
        return World(folder.people_among(resources), resources, base=base)
    written = agencies.resources_of(demo_people.resources(dt.datetime.now(dt.UTC).date()))
    return World(demo_people.people(), written, base=base)

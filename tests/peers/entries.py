"""The pages of entries, made by the real code from a whole record in memory: what they say, as text.

What a page reads along is what the real one reads: the types that InSync serves, and of those that belong to a
patient, this patient's.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from records.fetching.read_along import READ_ALONG
from records.fhir.compartment import NOT_OF_ONE_PATIENT, local
from records.fhir.elements import Named, Observation, Reference
from records.fhir.reading import read, tree
from records.kinds import KINDS, inside, observed, people
from records.kinds.base import AnyKind, Known, never
from records.reading.everything import Line, everything
from records.reading.rows import worded
from records.service import entry_page
from records.service.entry_page import EntryPage, technical
from records.service.patient import Patient, told
from records.words import labels
from records.words.rows import Row, replace
from tests.peers.profiles import Resource
from tests.peers.records_by_others import BASE

TODAY = date(2026, 11, 24)
_SPACES = re.compile(r"\s+")
_encode = msgspec.json.Encoder(decimal_format="number").encode


def encoded(resource: Any) -> bytes:
    """A resource as a server sends it, its numbers with their own digits."""
    return _encode(resource)


def plain(words: object) -> str:
    """Words to compare: small, and with single spaces."""
    return _SPACES.sub(" ", str(words).replace("\xa0", " ")).strip().casefold()


@dataclass(frozen=True)
class Shown:
    """A page: what stands on it before "Everything in this entry", and the lines there."""

    said: str
    lines: tuple[Line, ...]
    row: Row | None
    known: Known
    banner: str = ""
    page: EntryPage | None = None

    @property
    def whole(self) -> str:
        """Everything under "Everything in this entry", as one text."""
        return plain("\n".join(f"{line.label}\n{line.value}" for line in self.lines))


@dataclass
class World:
    """All resources of one folder, as those that others point to."""

    resources: list[Resource]
    by_address: dict[tuple[str, str], Resource] = field(init=False)
    _named: dict[tuple[str, str], Named] = field(default_factory=dict)
    _observed: dict[tuple[str, str], Observation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_address = {(one["resourceType"], one["id"]): one for one in self.resources}

    def of(self, reference: Reference | None, patient: str) -> Resource | None:
        """What a page reads along for a reference, or nothing."""
        target = local(reference, base=BASE)
        found = self.by_address.get(target) if target is not None else None
        if target is None or found is None or target[0] not in READ_ALONG:
            return None
        return found if target[0] in NOT_OF_ONE_PATIENT or patient_of(found) == patient else None

    def known(self, references: Iterator[Reference], patient: str) -> Known:
        """What a mapping may know for an entry's own page."""
        resources, observations = {}, {}
        for reference in references:
            found = self.of(reference, patient)
            if found is None:
                continue
            target = (found["resourceType"], found["id"])
            if target not in self._named:
                self._named[target] = read(encoded(found), Named)[0]
            resources[target] = self._named[target]
            if target[0] == "Observation":
                observations[target] = self.observation(target)
        return Known(patient=patient, base=BASE, resources=resources, observations=observations, whole=True)

    def observation(self, target: tuple[str, str]) -> Observation:
        """An Observation as read along."""
        if target not in self._observed:
            self._observed[target] = read(encoded(self.by_address[target]), Observation)[0]
        return self._observed[target]

    def held(self, observation: Observation, patient: str) -> list[Observation]:
        """The answers of a questionnaire: what it names, and what that names."""
        found: list[Observation] = []
        seen = {observation.id}
        ask = [*observation.hasMember, *observation.derivedFrom]
        for _round in range(2):
            here = [one for one in (self.of(reference, patient) for reference in ask) if one is not None]
            ask = []
            for one in here:
                if one["resourceType"] == "Observation" and one["id"] not in seen:
                    seen.add(one["id"])
                    answer = self.observation(("Observation", one["id"]))
                    if answer.status != "entered-in-error":
                        found.append(answer)
                        ask += [*answer.hasMember, *answer.derivedFrom]
        return found

    def banner(self, patient: str) -> str:
        """What the banner says of whose record it is."""
        found = self.by_address.get(("Patient", patient))
        person = told(read(encoded(found), Patient)[0], TODAY) if found is not None else None
        return f"{person.name} {person.born}" if person is not None else ""


def patient_of(resource: Resource) -> str:
    """The id of the patient that a resource names as its own."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    subject = resource.get("subject") or resource.get("patient") or {}
    return str(subject.get("reference") or "").rpartition("Patient/")[2]


def kind_of(resource: Resource) -> AnyKind | None:
    """The kind in whose section an entry stands; None for a type without one."""
    for kind in KINDS.values():
        if kind.resource_type == resource["resourceType"]:
            head, _ = read(encoded(resource), kind.head)
            if kind.place(head) is not None:
                return kind
    return None


def shown(resource: Resource, world: World) -> Shown:
    """A resource's own page, or what shows it where its type has none."""
    raw = encoded(resource)
    whole = tree(raw)
    lines = tuple(everything(whole))
    patient = patient_of(resource)
    kind = kind_of(resource)
    if kind is not None:
        model, set_aside = read(raw, kind.model)
        known = world.known(iter([*kind.references(model), *kind.details(model)]), patient)
        if kind.folds is not None:
            known = dataclasses.replace(known, held={resource["id"]: world.held(model, patient)})
        row = worded(kind.to_row, raw, model, known)
    elif resource["resourceType"] in people.MODELS:
        model, set_aside = read(raw, people.MODELS[resource["resourceType"]])
        known = world.known(people.references(model), patient)
        row = worded(people.to_row, raw, model, known)
    else:
        said, known = _beside(resource, world)
        return Shown(said=plain(said), lines=lines, row=None, known=known)
    row = replace(row, unread=tuple(map(labels.element_words, set_aside)))
    codes = tuple(technical(whole))
    page = EntryPage(row=row, tree=whole, everything=list(lines), technical=codes)
    banner = world.banner(patient)
    table = results_words(kind, model, known, raw) if kind is not None else ()
    said = "\n".join([banner, *words_of_row(row), *table, *facts_words(codes)])
    return Shown(said=plain(said), lines=lines, row=row, known=known, banner=banner, page=page)


def _beside(resource: Resource, world: World) -> tuple[str, Known]:
    """A Medication as the name that requests show, a Provenance as the facts beside its entry."""
    raw = encoded(resource)
    if resource["resourceType"] == "Provenance":
        provenance, _ = read(raw, entry_page.Provenance)
        known = world.known(entry_page._agents(provenance), "")
        row = worded(entry_page._to_row, raw, provenance, known)
        return "\n".join(facts_words(row.facts)), known
    known = Known(base=BASE, resources={(resource["resourceType"], resource["id"]): read(raw, Named)[0]})
    return known.name(Reference(reference=f"{resource['resourceType']}/{resource['id']}")), known


def results_words(kind: AnyKind, model: Any, known: Known, raw: bytes) -> Iterator[str]:
    """The results that stand in the table of a report's page, a line for each row:
    `records.links.results.results_of`."""
    if kind.resource_type == "Observation":
        return
    found = [known.observation(one) for one in kind.members(model) if observed.has_row(one, known)]
    if kind.contains is not never:
        found += [read(one.raw, Observation)[0] for one in inside.inside(raw, model.id)]
    for observation in found:
        if observation is None:
            continue
        row = observed.to_row(observation, dataclasses.replace(known, whole=False))
        assert row.measure is not None
        flag = row.measure.flag.words if row.measure.flag is not None else ""
        value = f"{row.measure.value} {row.measure.unit}".strip()
        beside = [str(words) for words in (flag, row.measure.usual_range) if words]
        yield f"{row.title}: " + " · ".join([value, *beside])


def words_of_row(row: Row) -> Iterator[str]:
    """What the entry's template shows of a row, piece by piece. Dates and people of a list are not among it."""
    yield str(row.title)
    yield str(row.danger)
    if row.status is not None:
        yield str(row.status.words)
    if row.measure is not None:
        measure = row.measure
        # The template sets number and unit apart, so they stand apart here.
        yield f"{measure.value} {measure.unit}"
        yield str(measure.flag.words) if measure.flag is not None else ""
        yield str(measure.usual_range)
    yield from (str(words) for words in (row.line, row.covered, row.verbatim))
    yield from map(str, row.unread)
    for answer in row.answers:
        yield f"{answer.question}: {answer.answer}"
        yield str(answer.points)
    yield from map(str, row.answers_say)
    for file in row.files:
        yield from (str(words) for words in (file.title, file.format_words, file.size_words, file.problem))
    yield from facts_words(row.facts)
    for note in row.notes:
        yield from (note.text, note.who, str(note.when.words) if note.when is not None else "")


def facts_words(facts: Any) -> Iterator[str]:
    """Facts as label and value."""
    for fact in facts:
        yield f"{fact.label}: {fact.value}"


def number_words(value: Any) -> str:
    """A number with the digits of the record."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)

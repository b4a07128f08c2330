"""What a kind may know beyond the resource that it puts into a row, and how what others point to is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.compartment import local
from records.fhir.elements import Annotation, CodeableConcept, HumanName, Named, Observation, Reference
from records.words import wording
from records.words.rows import Fact, Note, Words


@dataclass(frozen=True, slots=True)
class Known:
    """What a mapping may know beyond its resource: whose record it is, and what was read along.

    `resources` holds the resources that references of this page lead to, by type and id; `observations` those of
    them that have a value to tell. `whole`: the entry's own page is made, with all its facts; a list needs none of
    them. `held`: by the id of a questionnaire its answers; `earlier`: the same questionnaire of the time before.
    `awaited`: what to say of one whose answers are not all there, while the list itself is not complete.
    `since`: what was changed after this has not been seen by the reader. `units`: in which
    ones vital signs are wished (`records.words.units`).
    """

    patient: str = ""
    base: str = ""
    resources: Mapping[tuple[str, str], Named] = field(default_factory=dict)
    observations: Mapping[tuple[str, str], Observation] = field(default_factory=dict)
    whole: bool = True
    held: Mapping[str, Sequence[Observation]] = field(default_factory=dict)
    earlier: Mapping[str, Observation] = field(default_factory=dict)
    awaited: Words = ""
    since: datetime | None = None
    units: str = ""

    def facts(self, found: Iterable[Fact | None]) -> tuple[Fact, ...]:
        """Those facts that are there, worked out only where they are shown."""
        return tuple(fact for fact in found if fact is not None) if self.whole else ()

    def resource(self, reference: Reference | None, contained: Sequence[Named] = ()) -> Named | None:
        """What a reference leads to, if it is contained or was read along."""
        if reference is None or not reference.reference:
            return None
        if reference.reference.startswith("#"):
            wanted = reference.reference.removeprefix("#")
            return next((c for c in contained if (c.id or "").removeprefix("#") == wanted), None)
        target = local(reference, base=self.base)
        return self.resources.get(target) if target else None

    def observation(self, reference: Reference | None) -> Observation | None:
        """The Observation that a reference leads to, if it was read along for an entry's own page."""
        target = local(reference, base=self.base)
        return self.observations.get(target) if target else None

    def name(self, reference: Reference | None, contained: Sequence[Named] = ()) -> str:
        """The name behind a reference: as the reference itself says it, else as the resource does, else empty.

        What was taken back by the record is told to be so: it never stands as care.
        """
        if reference is None:
            return ""
        found = self.resource(reference, contained)
        name = self.bare_name(reference, contained, found)
        if found is None or not found.is_entered_in_error:
            return name
        return _now("%s (removed by the clinic as a mistake)") % name if name else str(TAKEN_BACK)

    def bare_name(
        self, reference: Reference, contained: Sequence[Named] = (), found: Named | None = None
    ) -> str:
        """The name behind a reference, whatever became of it. `found`: what it leads to, where that is known."""
        if said := wording.reference_display(reference):
            return said
        found = found or self.resource(reference, contained)
        role_of = found.practitioner if found is not None else None
        if role_of is not None and role_of.reference != reference.reference:
            whose = wording.reference_display(role_of) or name_of(self.resource(role_of, contained))
            if whose:
                return whose
        return name_of(found) or wording.reference_words(reference)

    def visits(self, *references: Reference | None, contained: Sequence[Named] = ()) -> Iterable[Fact]:
        """The visits that an entry belongs to, each as a fact that leads to it."""
        for reference in references:
            if reference is None:
                continue
            called, target = self.name(reference, contained), local(reference, base=self.base)
            is_visit = target is not None and target[0] == "Encounter"
            if called:
                yield Fact(label=_("Visit"), value=called, target=target if is_visit else None)
            else:
                yield wording.fact(_("Visit"), "", absent=self.unnamed(reference))

    def fact(self, label: Words, reference: Reference | None, contained: Sequence[Named] = ()) -> Fact:
        """The name behind a reference as a fact; else that somebody is recorded, or that nobody is."""
        return wording.fact(label, self.name(reference, contained), absent=self.unnamed(reference))

    def maybe(
        self, label: Words, reference: Reference | None, contained: Sequence[Named] = ()
    ) -> Fact | None:
        """The same, only where there is a reference."""
        return wording.maybe(label, self.name(reference, contained) or self.unnamed(reference))

    def is_patient(self, reference: Reference | None) -> bool:
        """Whether a reference is to the patient whose record this is."""
        return local(reference, base=self.base) == ("Patient", self.patient)

    def who(self, reference: Reference | None, contained: Sequence[Named] = ()) -> str:
        """The name behind a reference that may be to the patient, who needs none; else empty."""
        return self.name(reference, contained) or (_now("The patient") if self.is_patient(reference) else "")

    def unnamed(self, reference: Reference | None) -> Words:
        """What to say where `name` is empty: that somebody is recorded, if so, but not called anything here."""
        return _("Recorded, details not available") if reference is not None else ""

    def names(self, references: Iterable[Reference | None], contained: Sequence[Named] = ()) -> Words:
        """The names behind several references, each once; of those without a name, that they are there."""
        found = [reference for reference in references if reference is not None]
        named = [self.who(reference, contained) for reference in found]
        once = list(dict.fromkeys(filter(None, named)))
        if once and not all(named):
            once.append(_now("another, details not available"))
        return ", ".join(once) or (self.unnamed(found[0]) if found else "")

    def told_by(self, reference: Reference | None, contained: Sequence[Named] = ()) -> str:
        """Who said it, as a sentence: the patient, a relative or representative, anybody else by name; or empty."""
        if self.is_patient(reference):
            return _now("Told by the patient")
        name = self.name(reference, contained)
        if self._type(reference, contained) == "RelatedPerson":
            return (
                _now("Told by %s, a relative or representative of the patient") % name
                if name
                else _now("Told by a relative or representative of the patient")
            )
        return _now("Stated by %s") % name if name else ""

    def sources(
        self, recorder: Reference | None, asserter: Reference | None, contained: Sequence[Named] = ()
    ) -> Iterable[Fact]:
        """Who recorded an entry and where the information comes from, or that it is not recorded."""
        yield wording.fact(
            _("Recorded by"),
            self.name(recorder, contained) or self.told_by(recorder, contained),
            absent=self.unnamed(recorder),
        )
        yield wording.fact(
            _("Source of the information"), self.told_by(asserter, contained), absent=self.unnamed(asserter)
        )

    def _type(self, reference: Reference | None, contained: Sequence[Named]) -> str:
        if reference is None:
            return ""
        target = local(reference, base=self.base)
        if target is not None:
            return target[0]
        found = self.resource(reference, contained)
        return found.resourceType if found is not None else reference.type or ""

    def notes(self, annotations: Iterable[Annotation]) -> tuple[Note, ...]:
        """Notes as written, with who and when."""
        return tuple(
            Note(
                text=wording.annotation_text(a),
                who=a.authorString or self.who(a.authorReference),
                when=wording.when(a.time),
            )
            for a in annotations
            if wording.annotation_text(a)
        )


def note_authors(model: Any) -> Iterable[Reference]:
    """Who wrote an entry's notes, to be read along for its own page. FHIR R4 Annotation.authorReference."""
    notes: Iterable[Annotation] = getattr(model, "note", ())
    return (note.authorReference for note in notes if note.authorReference is not None)


def name_of(resource: Named | None) -> str:
    """What a resource that others point to is called."""
    if resource is None:
        return ""
    if called := _called(resource):
        return called
    if resource.resourceType == "Encounter":
        return visit_name(resource)
    if resource.resourceType == "Goal" and isinstance(resource.description, CodeableConcept):
        return wording.words_of(resource.description)
    named = next(filter(None, map(wording.plain_name, resource.concepts)), "")
    return named or next(filter(None, _otherwise(resource)), "") or _withheld(resource)


def _called(resource: Named) -> str:
    """The name that a person, an organization or a place goes by."""
    match resource.name:
        case str(name):
            return name.strip()
        case HumanName() as name:
            return wording.human_name(name)
        case [*names]:
            return wording.best_name(names)
    return ""


def _otherwise(resource: Named) -> Iterator[str]:
    """What else a resource may be called by where neither name nor code has words, the best first."""
    devices = resource.deviceName if isinstance(resource.deviceName, list) else []
    yield from ((one.name or "").strip() for one in devices)
    made_of = (one.itemCodeableConcept or one.substanceCodeableConcept for one in resource.ingredient)
    yield ", ".join(filter(None, map(wording.plain_name, made_of)))
    yield (resource.title or "").strip()
    yield from map(wording.plain_name, resource.specialty)
    yield from map(wording.plain_name, resource.types)
    yield from map(wording.words_of, resource.concepts)
    yield from map(wording.words_of, resource.types)


def _withheld(resource: Named) -> str:
    """That a name is kept back, where the record says so; of what is only missing, nothing."""
    why = next(filter(None, map(wording.absent_reason, resource.concepts)), "")
    if why not in {wording.ABSENT["masked"], wording.ABSENT["not-permitted"]}:
        return ""
    return wording.labelled(_("Name"), why)


TAKEN_BACK = _("Removed by the clinic as a mistake")


def visit_name(visit: Named) -> str:
    """A visit by its kind and its day: "Office visit, November 12, 2026"."""
    kind = next(
        filter(None, (wording.words_of(one) for one in visit.types if not wording.is_unknown(one))), ""
    )
    day = wording.day(wording.bounded(visit.period).start)
    return ", ".join(filter(None, (kind, day)))

"""In which forms a kind's question is asked: the full one first, then plainer ones for a server that answers 400."""

from __future__ import annotations

from dataclasses import dataclass

from records.kinds.base import AnyKind, Parameters

_OBSERVED = "registered,preliminary,final,amended,corrected,cancelled,entered-in-error,unknown"
_DONE = "preparation,in-progress,not-done,on-hold,stopped,completed,entered-in-error,unknown"
STATUSES = {
    "CarePlan": ("status", "draft,active,on-hold,revoked,completed,entered-in-error,unknown"),
    "DiagnosticReport": ("status", f"{_OBSERVED},partial,appended"),
    "DocumentReference": ("status", "current,superseded,entered-in-error"),
    "Encounter": (
        "status",
        "planned,arrived,triaged,in-progress,onleave,finished,cancelled,entered-in-error,unknown",
    ),
    "Goal": (
        "lifecycle-status",
        "proposed,planned,accepted,active,on-hold,completed,cancelled,entered-in-error,rejected",
    ),
    "Immunization": ("status", "completed,entered-in-error,not-done"),
    "MedicationRequest": (
        "status",
        "active,on-hold,cancelled,completed,entered-in-error,stopped,draft,unknown",
    ),
    "Observation": ("status", _OBSERVED),
    "Procedure": ("status", _DONE),
}
"""Every code of a type's status in FHIR R4, for servers that refuse a search without one: US Core lets them."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to ask: several searches that together are the question, with or without order and page size."""

    searches: tuple[Parameters, ...]
    extras: bool


def of_question(kind: AnyKind) -> list[Form]:
    """From the full question to the plainest: the next is tried where a server answers 400."""
    wished = tuple(search.parameters for search in kind.searches)
    plainer = [sets for search in kind.searches for sets in search.fallbacks]
    every = [wished, *plainer]
    found = [Form(sets, extras=True) for sets in every] + [Form(sets, extras=False) for sets in every]
    status = STATUSES.get(kind.resource_type)
    if status is not None:
        found.append(Form(tuple((*parameters, status) for parameters in wished), extras=False))
    return found


def is_narrower(kind: AnyKind, form: int) -> bool:
    """Whether a form of the question asks for less than the full one, and not only without order or page size."""
    return set(of_question(kind)[form].searches) != set(of_question(kind)[0].searches)

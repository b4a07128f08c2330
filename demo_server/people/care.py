"""Builders of plans, goals, teams, procedures, devices, social history and provenance (US Core 5.0.1)."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, narrative, reference, resource
from demo_server.people.codes import US_CORE, loinc, observation_category, snomed, terminology
from demo_server.people.measuring import observation

Json = dict[str, Any]


def care_plan(
    patient: str, logical_id: str, title: str, *paragraphs: str, created: str, **elements: Any
) -> Resource:
    """A CarePlan with the narrative that its profile demands."""
    assess = {"system": f"{US_CORE}/CodeSystem/careplan-category", "code": "assess-plan"}
    return resource(
        "CarePlan",
        logical_id,
        profile="us-core-careplan",
        **{"updated": created, "status": "active", "intent": "plan", "title": title, **elements},
        text=narrative(title, *paragraphs),
        category=[concept(assess, text="Assessment and plan of treatment")],
        subject=reference(f"Patient/{patient}"),
        created=created,
    )


def goal(
    patient: str, logical_id: str, words: str, *codings: Json, started: str, **elements: Any
) -> Resource:
    """A Goal in words, coded or not; `target` and `achievementStatus` go in under FHIR's names."""
    return resource(
        "Goal",
        logical_id,
        profile="us-core-goal",
        **{"updated": started, "lifecycleStatus": "active", **elements},
        description=concept(*codings, text=words),
        subject=reference(f"Patient/{patient}"),
        startDate=started,
    )


def achievement(code: str) -> Json:
    """Goal.achievementStatus."""
    return concept(terminology("goal-achievement", code))


def care_team(
    patient: str,
    logical_id: str,
    name: str,
    members: list[tuple[Json, Json]],
    *,
    updated: str,
    **elements: Any,
) -> Resource:
    """A CareTeam; `members` are pairs of role (CodeableConcept) and Reference."""
    return resource(
        "CareTeam",
        logical_id,
        profile="us-core-careteam",
        updated=updated,
        **{"status": "active", **elements},
        name=name,
        subject=reference(f"Patient/{patient}"),
        participant=[{"role": [role], "member": member} for role, member in members],
    )


def procedure(
    patient: str, logical_id: str, code: Json, *, when: str, status: str = "completed", **elements: Any
) -> Resource:
    """A Procedure done on a day or at a moment."""
    return resource(
        "Procedure",
        logical_id,
        profile="us-core-procedure",
        **{"updated": when, **elements},
        status=status,
        code=code,
        subject=reference(f"Patient/{patient}"),
        performedDateTime=when,
    )


def implant(
    patient: str, logical_id: str, kind: Json, *, identifier: str, made: str, expires: str, **elements: Any
) -> Resource:
    """An implanted Device with its UDI. The device identifier is invented, in GS1's shape."""
    lot, serial = f"L{identifier[-4:]}", f"S{identifier[-6:]}"
    human = f"(01){identifier}(11){made[2:10].replace('-', '')}(10){lot}(21){serial}"
    carrier = {
        "deviceIdentifier": identifier,
        "issuer": "http://hl7.org/fhir/NamingSystem/gs1-di",
        "jurisdiction": "http://hl7.org/fhir/NamingSystem/fda-udi",
        "carrierHRF": human,
        "entryType": "manual",
    }
    return resource(
        "Device",
        logical_id,
        profile="us-core-implantable-device",
        **{"updated": made, "status": "active", **elements},
        udiCarrier=[carrier],
        distinctIdentifier=serial,
        manufactureDate=made,
        expirationDate=expires,
        lotNumber=lot,
        serialNumber=serial,
        type=kind,
        patient=reference(f"Patient/{patient}"),
    )


def social(
    patient: str,
    logical_id: str,
    code: Json,
    *,
    when: str,
    profile: str = "us-core-observation-social-history",
    **elements: Any,
) -> Resource:
    """An Observation of social history."""
    return observation(
        patient,
        logical_id,
        code,
        when=when,
        profile=profile,
        **{"category": [observation_category("social-history")], **elements},
    )


def smoking(patient: str, logical_id: str, status: str, *, when: str, **elements: Any) -> Resource:
    """Smoking status; `status` is a SNOMED CT code (never smoker, former smoker …)."""
    return social(
        patient,
        logical_id,
        concept(loinc("72166-2")),
        when=when,
        profile="us-core-smokingstatus",
        valueCodeableConcept=concept(snomed(status)),
        **elements,
    )


def sexual_orientation(patient: str, logical_id: str, said: Json, *, when: str, **elements: Any) -> Resource:
    """Sexual orientation (LOINC 76690-7); `said` is a CodeableConcept."""
    return social(
        patient,
        logical_id,
        concept(loinc("76690-7")),
        when=when,
        profile="us-core-observation-sexual-orientation",
        valueCodeableConcept=said,
        **elements,
    )


def provenance(
    logical_id: str,
    targets: list[Resource],
    *,
    recorded: str,
    author: Json,
    on_behalf_of: Json | None = None,
    transmitter: Json | None = None,
    patient: str | None = None,
) -> Resource:
    """Who wrote the `targets`, for whom, and who sent them on. `patient` files it in a record."""
    transmit = {
        "system": f"{US_CORE}/CodeSystem/us-core-provenance-participant-type",
        "code": "transmitter",
        "display": "Transmitter",
    }
    agents: list[Json] = [
        {"type": concept(terminology("provenance-participant-type", "author")), "who": author}
    ]
    if on_behalf_of:
        agents[0]["onBehalfOf"] = on_behalf_of
    if transmitter:
        agents.append({"type": concept(transmit), "who": transmitter})
    refs = [reference(f"{one['resourceType']}/{one['id']}") for one in targets]
    if patient:
        refs.append(reference(f"Patient/{patient}"))
    return resource(
        "Provenance",
        logical_id,
        profile="us-core-provenance",
        updated=recorded,
        target=refs,
        recorded=recorded,
        agent=agents,
    )

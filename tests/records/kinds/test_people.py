"""Practitioners, organizations and places as they are told on their own pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from records.fhir.reading import read
from records.kinds.base import Known
from records.kinds.people import DAYS, LOCATION_STATUS, MODELS, to_row
from records.words.rows import Row, Telling
from tests.promises.test_structs import elements_unknown_to
from tests.records.kinds.reading import BASE, facts_of
from tests.resources import PATIENT, location, organization, practitioner


def row(resource: dict[str, Any], *, whole: bool = True) -> Row:
    """One of them through the real reading and mapping code."""
    found, _ = read(json.dumps(resource).encode(), MODELS[resource["resourceType"]])
    return to_row(found, Known(patient=PATIENT, base=BASE, whole=whole))


@pytest.mark.parametrize("resource_type", MODELS)
def test_only_elements_of_the_standard_are_read(resource_type: str) -> None:
    assert not elements_unknown_to(MODELS[resource_type], get_fhir_model_class(resource_type))


def test_a_practitioner_is_told_by_name_training_number_and_how_to_reach_them() -> None:
    found = row(practitioner())
    facts = facts_of(found)

    assert found.title == "Ana Flores, MD"
    assert found.who == "Psychiatrist"
    assert facts["Name"] == "Ana Flores, MD"
    assert facts["Trained as"] == "Psychiatrist"
    assert facts["Phone"] == "804-555-0111 (work)"
    assert facts["Work address"].splitlines() == ["410 Harbor Lane", "Port Ellery, VA 23100", "US"]
    assert facts["National provider number (NPI)"] == "1555501001"


def test_an_organization_is_told_with_its_kind_number_contacts_and_whole() -> None:
    facts = facts_of(
        row(
            organization(
                alias=["HLBH"],
                type=[{"text": "Clinic"}],
                partOf={"display": "Harbor Group"},
                contact=[{"purpose": {"text": "Billing"}, "telecom": [{"system": "phone", "value": "0199"}]}],
            )
        )
    )

    assert facts["Name"] == "Harbor Lane"
    assert facts["Also called"] == "HLBH"
    assert facts["Kind of organization"] == "Clinic"
    assert facts["Part of"] == "Harbor Group"
    assert facts["Billing"] == "Phone: 0199"
    assert facts["National provider number (NPI)"] == "1555501990"


def test_a_place_is_told_with_its_address_hours_and_who_is_in_charge() -> None:
    facts = facts_of(
        row(
            location(
                description="Second door on the left",
                hoursOfOperation=[
                    {"daysOfWeek": list(DAYS)[:2], "openingTime": "08:30:00", "closingTime": "17:00:00"},
                    {"daysOfWeek": ["sun"], "allDay": True},
                ],
                availabilityExceptions="Closed on holidays",
            )
        )
    )

    assert facts["Address"].splitlines() == ["410 Harbor Lane", "Port Ellery, VA 23100"]
    assert facts["Organization in charge"] == "Harbor Lane"
    assert facts["Open"] == "Monday, Tuesday, 08:30–17:00 | Sunday, all day"
    assert facts["When it is closed"] == "Closed on holidays"
    assert facts["Description"] == "Second door on the left"


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        *((location(status=code), status.words) for code, status in LOCATION_STATUS.items()),
        (location(status="dreaming"), "dreaming (status not known to this page)"),
        (location(status=None), "Status not recorded"),
        (practitioner(active=True), "Active"),
        (practitioner(active=False), "No longer active"),
        (organization(active=False), "No longer active"),
        (organization(active=None), None),
    ],
)
def test_whether_they_are_still_there_is_said(resource: dict[str, Any], words: str | None) -> None:
    status = row(resource).status

    assert (status.words if status else None) == words


def test_a_list_says_the_first_way_to_reach_them_and_leaves_the_rest_to_their_own_page() -> None:
    found = row(practitioner(), whole=False)

    assert found.line == "Phone: 804-555-0111 (work)"
    assert found.facts == ()


@pytest.mark.parametrize(
    "resource",
    [practitioner(name=None, telecom=None, address=None), organization(name=None), location(name=None)],
)
def test_one_without_a_name_says_so(resource: dict[str, Any]) -> None:
    found = row(resource)

    assert found.title == "Recorded, details not available"
    assert found.title_missing


def test_one_who_cannot_be_reached_says_so() -> None:
    fact = next(
        f for f in row(practitioner(telecom=None, address=None)).facts if f.label == "Phone or address"
    )

    assert (fact.value, fact.telling) == ("Not recorded", Telling.ABSENT)


@pytest.mark.parametrize("wrong", [7, "odd", "", True, [], {}, [None], [[]], {"value": []}, "2024-13-45"])
@pytest.mark.parametrize("resource", [practitioner(), organization(), location()])
def test_a_wrong_element_costs_no_other_and_stops_no_page(resource: dict[str, Any], wrong: Any) -> None:
    for name in resource.keys() - {"resourceType", "id"}:
        found = row(resource | {name: wrong})
        told = facts_of(found)

        if name != "telecom":
            assert "telecom" not in resource or "Phone" in told
        if name != "name":
            assert not found.title_missing

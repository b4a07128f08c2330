"""What a search finds: dates with their precision, codes, names, references, order, and what it refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from demo_server.matching import span
from demo_server.outcomes import Refusal
from demo_server.search import LARGEST_PAGE, PAGE, Finder, Search, understand
from demo_server.world import World

BASE = "http://127.0.0.1:8001/fhir-request/"
ME = "me"


def observation(id: str, **elements: Any) -> dict[str, Any]:  # noqa: A002  # FHIR's own word
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}], "text": "Body weight"},
        "subject": {"reference": f"Patient/{ME}"},
        **elements,
    }


def understood(query: str, *resources: dict[str, Any]) -> tuple[World, Search]:
    """`Type?name=value&…` as plain text, on behalf of the patient `me`."""
    world = World((), resources, base=BASE)
    kind, _, rest = query.partition("?")
    pairs = [(name, value) for name, _, value in (pair.partition("=") for pair in rest.split("&") if pair)]
    return world, understand(kind, pairs, patient=ME, world=world)


def found(query: str, *resources: dict[str, Any]) -> list[str]:
    """The ids that a search finds, in order."""
    world, search = understood(query, *resources)
    return [one.id for one in Finder(world).matches(search)]


def refused(query: str, *resources: dict[str, Any]) -> int:
    """The status with which a search is refused."""
    with pytest.raises(Refusal) as refusal:
        understood(query, *resources)
    return refusal.value.status


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2024", "2024-01-01T00:00:00", "2025-01-01T00:00:00"),
        ("2024-12", "2024-12-01T00:00:00", "2025-01-01T00:00:00"),
        ("2024-02-29", "2024-02-29T00:00:00", "2024-03-01T00:00:00"),
        ("2024-05-01T10:30Z", "2024-05-01T10:30:00", "2024-05-01T10:31:00"),
        ("2024-05-01T10:30:05", "2024-05-01T10:30:05", "2024-05-01T10:30:06"),
        ("2024-05-01T10:30:05-04:00", "2024-05-01T14:30:05", "2024-05-01T14:30:06"),
        ("2024-05-01T10:30:05.250Z", "2024-05-01T10:30:05.250", "2024-05-01T10:30:05.251"),
    ],
)
def test_a_date_covers_what_it_says_and_no_more(text: str, low: str, high: str) -> None:
    assert span(text) == tuple(dt.datetime.fromisoformat(one).replace(tzinfo=dt.UTC) for one in (low, high))


@pytest.mark.parametrize(
    "text", ["", "24", "2024-13", "2023-02-29", "2024-05-01T25:00Z", "yesterday", "2024-5-1"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert span(text) is None


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ("2024-05-10", ["day"]),
        ("eq2024-05", ["day", "month"]),
        ("2024", ["day", "month", "period"]),
        ("ne2024", ["open"]),
        ("gt2024-05-10", ["month", "period", "open"]),
        ("ge2024-05-10", ["day", "month", "period", "open"]),
        ("lt2024-05-10", ["month", "period"]),
        ("le2024-05-10", ["day", "month", "period"]),
        ("sa2024-05-31", ["open"]),
        ("sa2024-05-09", ["day", "open"]),
        ("eb2024-06-01", ["day", "month"]),
        ("2024-05-10,2025", ["day"]),
    ],
)
def test_each_prefix_compares_the_spans_of_both_sides(asked: str, ids: list[str]) -> None:
    resources = [
        observation("day", effectiveDateTime="2024-05-10T08:00:00Z"),
        observation("month", effectiveDateTime="2024-05"),
        observation("period", effectivePeriod={"start": "2024-04-01", "end": "2024-07-01"}),
        observation("open", effectivePeriod={"start": "2025-01-01"}),
        observation("none"),
        observation("unreadable", effectiveDateTime="last spring"),
    ]

    assert found(f"Observation?patient={ME}&date={asked}", *resources) == ids


def test_a_repeated_parameter_must_match_every_time() -> None:
    resources = [observation(str(year), effectiveDateTime=f"{year}-06-01") for year in range(2019, 2025)]

    assert found(f"Observation?patient={ME}&date=ge2020&date=lt2022", *resources) == ["2020", "2021"]


def test_windows_that_meet_lose_nothing_at_the_seam() -> None:
    resources = [
        observation("before", effectiveDateTime="2023-12-31T23:59:59Z"),
        observation("at", effectiveDateTime="2024-01-01T00:00:00Z"),
        observation("day", effectiveDateTime="2024-01-01"),
        observation("year", effectiveDateTime="2024"),
        observation("across", effectivePeriod={"start": "2023-12-31", "end": "2024-01-01"}),
    ]

    earlier = found(f"Observation?patient={ME}&date=lt2024-01-01", *resources)
    later = found(f"Observation?patient={ME}&date=ge2024-01-01", *resources)

    assert {*earlier, *later} == {"before", "at", "day", "year", "across"}
    assert earlier == ["before", "across"]


def test_an_unencoded_plus_sign_in_an_offset_is_understood() -> None:
    resource = observation("o", effectiveDateTime="2024-05-01T10:00:00Z")

    assert found(f"Observation?patient={ME}&date=2024-05-01T12:00:00 02:00", resource) == ["o"]


@pytest.mark.parametrize(
    ("asked", "hit"),
    [
        ("29463-7", True),
        ("http://loinc.org|29463-7", True),
        ("http://loinc.org|", True),
        ("8302-2,29463-7", True),
        ("http://snomed.info/sct|29463-7", False),
        ("|29463-7", False),
        ("8302-2", False),
        ("Body weight", False),
    ],
)
def test_a_code_is_found_with_and_without_its_system(asked: str, hit: bool) -> None:
    assert found(f"Observation?patient={ME}&code={asked}", observation("o")) == (["o"] if hit else [])


def test_a_code_without_a_system_is_found_by_an_empty_one() -> None:
    bare = observation("bare", code={"coding": [{"code": "weight"}]})

    assert found(f"Observation?patient={ME}&code=|weight", bare, observation("o")) == ["bare"]


def test_not_finds_the_others() -> None:
    other = observation("other", code={"text": "something"})

    assert found(f"Observation?patient={ME}&code:not=29463-7", observation("o"), other) == ["other"]


def test_missing_asks_whether_there_is_a_value_at_all() -> None:
    resources = observation("dated", effectiveDateTime="2024"), observation("undated")

    assert found(f"Observation?patient={ME}&date:missing=true", *resources) == ["undated"]
    assert found(f"Observation?patient={ME}&date:missing=false", *resources) == ["dated"]


@pytest.mark.parametrize("patient", [ME, f"Patient/{ME}", f"{BASE}Patient/{ME}"])
def test_a_patient_may_be_named_in_three_ways(patient: str) -> None:
    assert found(f"Observation?patient={patient}", observation("o")) == ["o"]


def test_a_reference_is_found_by_id_type_and_full_address() -> None:
    request = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "subject": {"reference": f"{BASE}Patient/{ME}"},
        "encounter": {"reference": "Encounter/e1"},
    }

    for encounter in ("e1", "Encounter/e1", f"{BASE}Encounter/e1"):
        assert found(f"MedicationRequest?patient={ME}&encounter={encounter}", request) == ["m"]
    for encounter in ("e", "Encounter/e2", "Observation/e1", "https://elsewhere.example/Encounter/e1"):
        assert found(f"MedicationRequest?patient={ME}&encounter={encounter}", request) == []


@pytest.mark.parametrize("name", ["núñez", "NUNEZ", "Nuñ", "inés", "ines maria", "Inés María Núñez"])
def test_a_name_is_found_by_how_any_part_starts_whatever_its_case_and_accents(name: str) -> None:
    patient = {
        "resourceType": "Patient",
        "id": ME,
        "name": [{"text": "Inés María Núñez", "family": "Núñez", "given": ["Inés", "María"]}],
    }

    assert found(f"Patient?name={name}", patient) == [ME]
    assert found("Patient?name=unez", patient) == []
    assert found("Patient?name:contains=unez", patient) == [ME]


def test_an_address_is_found_by_its_parts() -> None:
    place = {
        "resourceType": "Location",
        "id": "l",
        "address": {"line": ["12 Harbor Lane"], "city": "Springfield", "state": "MA", "use": "work"},
    }

    assert found("Location?address=12 harbor", place) == ["l"]
    assert found("Location?address-city=spring", place) == ["l"]
    assert found("Location?address=work", place) == []


def test_an_escaped_comma_is_part_of_the_value() -> None:
    odd = observation("odd", code={"coding": [{"code": "a,b"}]})

    assert found(f"Observation?patient={ME}&code=a\\,b", odd) == ["odd"]
    assert found(f"Observation?patient={ME}&code=a,b", odd) == []


def test_an_extension_is_found_by_its_own_date() -> None:
    asserted = {
        "url": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate",
        "valueDateTime": "2021",
    }
    other = {"url": "https://example.org/other", "valueDateTime": "2022"}
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": f"Patient/{ME}"},
        "extension": [other, asserted],
    }

    assert found(f"Condition?patient={ME}&asserted-date=2021", condition) == ["c"]
    assert found(f"Condition?patient={ME}&asserted-date=2022", condition) == []


def test_sorting_by_date_puts_the_undated_last_either_way() -> None:
    resources = [
        observation("b", effectiveDateTime="2022-05-01T10:00:00+02:00"),
        observation("none"),
        observation("a", effectiveDateTime="2021"),
        observation("c", effectiveDateTime="2022-05-01T09:00:00Z"),
    ]

    assert found(f"Observation?patient={ME}&_sort=date", *resources) == ["a", "b", "c", "none"]
    assert found(f"Observation?patient={ME}&_sort=-date", *resources) == ["c", "b", "a", "none"]


def test_the_first_sort_key_decides_and_the_second_breaks_ties() -> None:
    resources = [
        observation(id_, effectiveDateTime=year)
        for id_, year in (("b", "2020"), ("a", "2020"), ("c", "2019"))
    ]

    assert found(f"Observation?patient={ME}&_sort=-date,_id", *resources) == ["a", "b", "c"]


def test_last_updated_filters_and_sorts() -> None:
    resources = [
        observation("old", meta={"lastUpdated": "2020-01-01T00:00:00Z"}),
        observation("new", meta={"lastUpdated": "2024-01-01T00:00:00Z"}),
    ]

    assert found(f"Observation?patient={ME}&_sort=-_lastUpdated", *resources) == ["new", "old"]
    assert found(f"Observation?patient={ME}&_lastUpdated=lt2021", *resources) == ["old"]


def test_a_search_stays_in_the_patients_record_when_it_names_nobody() -> None:
    mine = {"resourceType": "Encounter", "id": "e1", "subject": {"reference": f"Patient/{ME}"}}
    theirs = {"resourceType": "Encounter", "id": "e2", "subject": {"reference": "Patient/you"}}

    assert found("Encounter?_id=e1,e2", mine, theirs) == ["e1"]


@pytest.mark.parametrize(
    "query",
    [
        "Observation?patient=you",
        "Observation?patient=me,you",
        "Observation?patient=me&patient=you",
        "Observation?patient:Patient=you",
        "Observation?patient=https://elsewhere.example/Patient/me",
        "Observation?category=vital-signs",
        "Observation",
        "Observation?patient=",
        "Observation?patient:missing=false",
        "Patient?_id=you",
    ],
)
def test_a_search_that_reaches_out_of_the_record_is_forbidden(query: str) -> None:
    assert refused(query) == 403


@pytest.mark.parametrize(
    "query",
    [
        "date=spring",
        "date=xx2024",
        "date:exact=2024",
        "date:missing=perhaps",
        "status=finished",
        "status=http://hl7.org/fhir/observation-status|finished",
        "code=a|b|c",
        "code:above=1",
        "patient.name=x",
        "value-quantity=7",
        "_count=ten",
        "_count=-1",
        "_sort=weight",
        "_summary=text",
        "_include=*",
        "_include=MedicationRequest:medication",
        "_include:iterate=Observation:encounter",
        "_revinclude=Observation:subject",
        "_has:Group:member:_id=1",
    ],
)
def test_what_cannot_be_asked_is_a_bad_request(query: str) -> None:
    assert refused(f"Observation?patient={ME}&{query}") == 400


def test_all_eight_intents_can_be_asked_for_at_once() -> None:
    intents = [
        "proposal",
        "plan",
        "order",
        "original-order",
        "reflex-order",
        "filler-order",
        "instance-order",
        "option",
    ]
    requests = [
        {
            "resourceType": "MedicationRequest",
            "id": one,
            "intent": one,
            "subject": {"reference": f"Patient/{ME}"},
        }
        for one in intents
    ]

    assert found(f"MedicationRequest?patient={ME}&intent={','.join(intents)}", *requests) == intents
    assert found(f"MedicationRequest?patient={ME}&intent=plan", *requests) == ["plan"]


def test_a_type_that_is_only_read_cannot_be_searched() -> None:
    assert refused("Medication?_id=1") == 404
    assert refused(f"Provenance?patient={ME}") == 404


def test_an_empty_parameter_is_passed_over() -> None:
    assert found(f"Observation?patient={ME}&date=&code=29463-7", observation("o")) == ["o"]


def test_pages_are_of_twenty_and_never_above_five_hundred() -> None:
    assert understood(f"Observation?patient={ME}")[1].count == PAGE == 20
    assert understood(f"Observation?patient={ME}&_count=50")[1].count == 50
    assert understood(f"Observation?patient={ME}&_count=9999999")[1].count == LARGEST_PAGE == 500


@pytest.mark.parametrize("query", ["_count=0", "_summary=count"])
def test_a_count_can_be_had_without_the_entries(query: str) -> None:
    assert understood(f"Observation?patient={ME}&{query}")[1].count_only


def test_what_comes_along_is_the_patients_own_or_nobodys_and_only_once() -> None:
    requests: list[dict[str, Any]] = [
        {
            "resourceType": "MedicationRequest",
            "id": id_,
            "subject": {"reference": f"Patient/{ME}"},
            "medicationReference": {"reference": "Medication/x"},
            "encounter": {"reference": f"Encounter/{encounter}"},
        }
        for id_, encounter in (("a", "mine"), ("b", "theirs"))
    ]
    others: list[dict[str, Any]] = [
        {"resourceType": "Medication", "id": "x"},
        {"resourceType": "Encounter", "id": "mine", "subject": {"reference": f"Patient/{ME}"}},
        {"resourceType": "Encounter", "id": "theirs", "subject": {"reference": "Patient/you"}},
        {"resourceType": "Provenance", "id": "p", "target": [{"reference": "MedicationRequest/a"}]},
    ]
    query = (
        f"MedicationRequest?patient={ME}&_include=MedicationRequest:medication"
        "&_include=MedicationRequest:encounter&_revinclude=Provenance:target"
    )
    world, search = understood(query, *requests, *others)
    finder = Finder(world)

    along = finder.included(search, finder.matches(search), may=lambda name: True)
    without_provenance = finder.included(
        search, finder.matches(search), may=lambda name: name != "Provenance"
    )

    assert [one.address for one in along] == ["Medication/x", "Encounter/mine", "Provenance/p"]
    assert [one.address for one in without_provenance] == ["Medication/x", "Encounter/mine"]


def test_an_include_can_be_narrowed_to_a_type() -> None:
    team: dict[str, Any] = {
        "resourceType": "CareTeam",
        "id": "t",
        "status": "active",
        "subject": {"reference": f"Patient/{ME}"},
        "participant": [{"member": {"reference": one}} for one in ("Practitioner/a", "Organization/b")],
    }
    members = [
        {"resourceType": kind, "id": id_} for kind, id_ in (("Practitioner", "a"), ("Organization", "b"))
    ]
    world, search = understood(
        f"CareTeam?patient={ME}&_include=CareTeam:participant:Practitioner", team, *members
    )

    along = Finder(world).included(search, Finder(world).matches(search), may=lambda name: True)

    assert [one.address for one in along] == ["Practitioner/a"]

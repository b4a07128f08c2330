"""Visits: the next one first, then the newest; what is planned or cancelled never reads as having happened."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from records.kinds.visit_words import DIAGNOSIS_USE, DISCHARGE, PLACE_STATUS, ROLE, SETTING, STATUS
from records.kinds.visits import KIND
from tests.records.kinds.reading import asides_of, facts_of, head_of, place_of, row_of
from tests.resources import TERMINOLOGY, coded, visit

TODAY = datetime.date(2026, 11, 24)
MASKED = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    ]
}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


def test_a_visit_says_what_kind_when_with_whom_where_and_in_which_setting() -> None:
    row = row_of(KIND, visit())

    assert row.title == "Psychotherapy, 45 minutes"
    assert row.status is not None
    assert row.status.words == "Finished"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("", "March 9, 2024")
    assert row.who == "Dr. Ana Flores"
    assert asides_of(row) == ["Office visit, Harbor Lane, main house"]


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        ("arrived", "Under way"),
        ("triaged", "Under way"),
        ("in-progress", "Under way"),
        ("onleave", "Under way"),
        ("finished", "Past"),
        ("cancelled", "Cancelled"),
        ("unknown", "Other"),
        ("dreamt", "Other"),
        (None, "Other"),
    ],
)
def test_a_visit_stands_where_its_status_puts_it(status: str | None, heading: str) -> None:
    assert place_of(KIND, visit(status=status, period={"start": "2024-03-09T14:30:00-05:00"})) == heading


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("arrived", "“arrived”"),
        ("triaged", "“first assessed”"),
        ("in-progress", "“under way”"),
        ("onleave", "“away for now”"),
    ],
)
def test_a_visit_whose_dates_contradict_its_status_is_not_told_as_the_present(status: str, said: str) -> None:
    ended = visit(
        status=status, period={"start": "2023-05-02T10:00:00-0400", "end": "2023-05-02T11:00:00-0400"}
    )
    today = visit(status=status, period={"start": "2026-11-20", "end": "2026-11-24"})
    open_end = visit(status=status, period={"start": "2023-05-02", "end": "9999-12-31"})
    to_come = visit(status=status, period={"start": "2090-05-02T10:00:00-04:00"})

    assert [place_of(KIND, one) for one in (ended, today, open_end, to_come)] == [
        "Past",
        "Under way",
        "Under way",
        "Coming up",
    ]
    past, coming = row_of(KIND, ended), row_of(KIND, to_come)
    assert past.status is not None
    assert past.status.words == f"Past; the record still says {said}"
    assert not past.status.now
    assert past.when is not None
    assert past.when.words == "May 2, 2023"
    assert coming.status is not None
    assert coming.status.words == f"To come; the record says {said} already"
    ongoing = row_of(KIND, open_end).when
    assert ongoing is not None
    assert ongoing.words == "since May 2, 2023"


def test_a_visit_dated_by_days_that_stand_for_none_says_that_no_date_is_given() -> None:
    row = row_of(KIND, visit(period={"start": "1900-01-01T00:00:00Z", "end": "9999-12-31"}))

    assert row.when is not None
    assert (row.when.words, row.when.sort_key) == ("No date given", "")
    assert facts_of(row)["When"] == "No date given (written as 1900-01-01T00:00:00Z)"
    assert (
        KIND.date_of(head_of(KIND, visit(period={"start": "1900-01-01", "end": "2022-02-03"})))
        == "2022-02-03"
    )


def test_the_same_words_are_said_once() -> None:
    twice = [
        {"text": "Follow-up"},
        {"text": "follow-up", "coding": [{"system": "urn:oid:1.2.9", "code": "7", "display": "FU"}]},
        {"text": "Telehealth"},
    ]
    row = row_of(KIND, visit(type=twice, participant=[{"type": [coded("urn:x", "1", "Lead")] * 2}]))

    assert row.title == "Follow-up, Telehealth"
    assert facts_of(row)["Kind of visit"] == "Follow-up, Telehealth"
    assert facts_of(row)["With"] == "Lead"


@pytest.mark.parametrize(
    ("period", "heading"),
    [
        ({"start": "2026-12-01T09:00:00-05:00"}, "Coming up"),
        ({"start": "2026-11-24T09:00:00-05:00"}, "Coming up"),
        ({"start": "2026-11"}, "Coming up"),
        ({"start": "2026"}, "Coming up"),
        ({"start": "2026-11-20", "end": "2026-11-30"}, "Coming up"),
        (None, "Coming up"),
        ({"start": "soon"}, "Coming up"),
        ({"start": "2026-11-23T09:00:00-05:00"}, "Other"),
        ({"start": "2026-10"}, "Other"),
        ({"start": "2025"}, "Other"),
    ],
)
def test_a_planned_visit_comes_up_until_its_day_is_over(period: dict[str, str] | None, heading: str) -> None:
    assert place_of(KIND, visit(status="planned", period=period)) == heading


def test_a_planned_visit_whose_day_is_over_says_that_its_outcome_is_not_recorded() -> None:
    over = row_of(KIND, visit(status="planned", period={"start": "2026-11-23T09:00:00-05:00"}))
    coming = row_of(KIND, visit(status="planned", period={"start": "2026-12-01T09:00:00-05:00"}))

    assert over.status is not None
    assert over.status.words == "Planned; whether it took place is not recorded"
    assert coming.status is not None
    assert coming.status.words == "Planned"
    assert coming.when is not None
    assert (coming.when.label, coming.when.words) == ("", "December 1, 2026")


def test_of_visits_that_come_up_the_next_one_stands_first_and_the_undated_last() -> None:
    starts = ["2026-12", "2026-12-01T09:00:00-05:00", "2026-12-01T14:00:00-05:00", "2027-01-05", None]
    ranks = [
        KIND.rank(head_of(KIND, visit(status="planned", period={"start": start} if start else None)))
        for start in starts
    ]

    assert ranks == sorted(set(ranks))
    assert {KIND.rank(head_of(KIND, visit(period={"start": start}))) for start in starts if start} == {0}


@pytest.mark.parametrize(("code", "status"), STATUS.items())
def test_every_status_has_words(code: str, status: Any) -> None:
    shown = row_of(KIND, visit(status=code, period=None)).status

    assert shown is not None
    assert shown.words == status.words


def test_an_unknown_or_absent_status_is_said_to_be_so() -> None:
    unknown = row_of(KIND, visit(status="dreamt")).status
    masked = row_of(KIND, visit(status=None, _status=MASKED)).status

    assert unknown is not None
    assert unknown.words == "dreamt (status not known to this page)"
    assert masked is not None
    assert masked.words == "Hidden by the clinic"


@pytest.mark.parametrize(("code", "words"), SETTING.items())
def test_every_setting_has_words(code: str, words: Any) -> None:
    assert facts_of(row_of(KIND, visit(setting=code)))["Setting"] == words


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"code": "AMB", "display": "ambulatory"}, "Office visit"),
        ({"code": "AMB", "display": "Office Visit"}, "Office visit"),
        ({"code": "VR", "display": "Group by video"}, "Video or phone, recorded as “Group by video”"),
        ({"code": "MOON", "display": "On the moon"}, "On the moon"),
        ({"code": "MOON"}, "Code MOON, without a name"),
        (None, "Not recorded"),
    ],
)
def test_a_setting_in_other_words_keeps_them(setting: dict[str, str] | None, words: str) -> None:
    entry = visit()
    entry["class"] = setting
    assert facts_of(row_of(KIND, entry))["Setting"] == words


def test_a_reason_without_a_name_is_not_told_in_front_of_one_that_has_one() -> None:
    both = visit(reasonCode=[{"text": "Cough"}], reasonReference=[{"reference": "Condition/c9"}])
    unnamed = visit(reasonCode=None, reasonReference=[{"reference": "Condition/c9"}])

    assert facts_of(row_of(KIND, both))["Why"] == "Cough, another, details not available"
    assert facts_of(row_of(KIND, unnamed))["Why"] == "Recorded, details not available"


def test_a_visit_of_unknown_kind_is_called_by_its_setting_and_says_so_among_its_facts() -> None:
    unknown = coded("http://snomed.info/sct", "261665006", "Unknown (qualifier value)")
    row = row_of(KIND, visit(type=[unknown]))

    assert row.title == "Office visit"
    assert facts_of(row)["Kind of visit"] == "Unknown"


def test_a_visit_without_a_type_is_called_by_its_service_then_its_setting() -> None:
    assert row_of(KIND, visit(type=None, serviceType={"text": "Cardiology"})).title == "Cardiology"
    plain = row_of(KIND, visit(type=None))
    assert plain.title == "Office visit"
    assert asides_of(plain) == ["Harbor Lane, main house"]
    nothing = visit(type=None)
    del nothing["class"]
    assert row_of(KIND, nothing).title == "Unnamed visit"
    assert row_of(KIND, nothing).title_missing


@pytest.mark.parametrize(
    ("odd", "label", "words"),
    [
        (
            {},
            "When",
            "March 9, 2024, 2:30 PM to 3:15 PM",
        ),
        (
            {"period": {"start": "2024-03-09T23:30:00-05:00", "end": "2024-03-10T00:15:00-05:00"}},
            "When",
            "March 9, 2024, 11:30 PM to March 10, 2024, 12:15 AM",
        ),
        (
            {"period": {"start": "2024-03-09T14:30:00-05:00", "end": "2024-03-09T15:15:00-06:00"}},
            "When",
            "March 9, 2024, 2:30 PM to March 9, 2024, 3:15 PM (UTC−06:00)",
        ),
        ({"period": {"start": "2024-03-09"}}, "When", "March 9, 2024; its end is not recorded"),
        ({"period": {"start": "2024-03-09"}, "status": "in-progress"}, "When", "since March 9, 2024"),
        ({"period": {"start": "2026-12-01"}, "status": "planned"}, "Planned for", "December 1, 2026"),
        ({"period": {"start": "2024-03-09"}, "status": "cancelled"}, "Planned for", "March 9, 2024"),
        ({"period": {"end": "2024-03"}}, "When", "until March 2024"),
        ({"period": None}, "When", "Not recorded"),
    ],
)
def test_when_it_was_is_told_as_recorded(odd: dict[str, Any], label: str, words: str) -> None:
    assert facts_of(row_of(KIND, visit(**odd)))[label] == words


def test_a_list_says_since_only_of_what_goes_on() -> None:
    on = row_of(KIND, visit(status="in-progress", period={"start": "2026-11-20"}))
    over = row_of(KIND, visit(period={"start": "2026-11-20"}))

    assert on.when is not None
    assert on.when.words == "since November 20, 2026"
    assert over.when is not None
    assert over.when.words == "November 20, 2026"
    assert row_of(KIND, visit(period=None)).when is None


def test_everybody_who_took_part_is_told_with_role_and_time() -> None:
    whole = {"start": "2024-03-09T14:30:00-05:00", "end": "2024-03-09T15:15:00-05:00"}
    row = row_of(
        KIND,
        visit(
            participant=[
                {
                    "type": [coded(f"{TERMINOLOGY}v3-ParticipationType", "PPRF", "primary performer")],
                    "individual": {"display": "Dr. Ana Flores"},
                    "period": whole,
                },
                {
                    "type": [coded(f"{TERMINOLOGY}participant-type", "translator")],
                    "individual": {"display": "Ida Berg"},
                    "period": {"start": "2024-03-09T14:30:00-05:00"},
                },
                {"individual": {"reference": "PractitionerRole/x"}},
                {"type": [{"text": "Student"}]},
            ]
        ),
    )

    assert facts_of(row)["With"] == (
        "Dr. Ana Flores (mainly responsible)"
        " | Ida Berg (interpreter; since March 9, 2024, 2:30 PM)"
        " | Recorded, details not available"
        " | Student"
    )
    assert row.who == "Dr. Ana Flores, Ida Berg, another, details not available"
    assert facts_of(row_of(KIND, visit(participant=None)))["With"] == "Not recorded"


def test_every_role_that_comes_as_a_code_has_words() -> None:
    for code, words in ROLE.items():
        participant = [{"type": [coded("some", code)], "individual": {"display": "Ida"}}]
        assert facts_of(row_of(KIND, visit(participant=participant)))["With"] == f"Ida ({words})"


def test_the_places_and_the_organization_are_told() -> None:
    row = row_of(
        KIND,
        visit(
            location=[
                {
                    "location": {"display": "Room 4"},
                    "status": "active",
                    "physicalType": {"text": "Room"},
                    "period": {"start": "2024-03-09"},
                },
                {"location": {"display": "Ward 2"}, "status": "completed"},
            ],
            serviceProvider={"display": "Tidewater Hospital"},
        ),
    )
    facts = facts_of(row)

    assert facts["Where"] == "Room 4 (Room; there now; since March 9, 2024) | Ward 2"
    assert facts["Organization"] == "Tidewater Hospital"
    assert asides_of(row) == ["Office visit, Room 4, Ward 2"]


def test_without_a_place_the_organization_says_where() -> None:
    row = row_of(KIND, visit(location=None, serviceProvider={"display": "Tidewater Hospital"}))
    nowhere = facts_of(row_of(KIND, visit(location=None)))

    assert asides_of(row) == ["Office visit, Tidewater Hospital"]
    assert nowhere["Organization"] == "Not recorded"


def test_every_status_of_a_place_has_words_and_an_unknown_one_stands_as_it_is() -> None:
    for code, words in [*PLACE_STATUS.items(), ("haunted", "haunted")]:
        location = [{"location": {"display": "Ward 2"}, "status": code}]
        expected = f"Ward 2 ({words})" if words else "Ward 2"
        assert facts_of(row_of(KIND, visit(location=location)))["Where"] == expected


def test_why_stands_under_the_name_and_names_what_was_read_along() -> None:
    entry = visit(reasonCode=[{"text": "Low mood"}], reasonReference=[{"reference": "Condition/c1"}])
    condition = {"resourceType": "Condition", "id": "c1", "code": {"text": "Major depression"}}

    row = row_of(KIND, entry, along={("Condition", "c1"): condition})
    assert row.line == "For: Low mood, Major depression"
    assert facts_of(row)["Why"] == "Low mood, Major depression"
    assert facts_of(row_of(KIND, visit()))["Why"] == "Not recorded"
    assert row_of(KIND, visit()).line == ""


def test_diagnoses_are_told_with_their_use_and_rank() -> None:
    for code, words in DIAGNOSIS_USE.items():
        diagnosis = [{"condition": {"display": "Asthma"}, "use": coded("some", code), "rank": 1}]
        shown = facts_of(row_of(KIND, visit(diagnosis=diagnosis)))["Diagnosis"]
        assert shown == f"Asthma ({words}; number 1 in order of importance)"


def test_a_hospital_stay_tells_where_from_and_where_to() -> None:
    stay = {
        "dischargeDisposition": coded(f"{TERMINOLOGY}discharge-disposition", "home", "Home, with a nurse"),
        "destination": {"display": "Her daughter’s house"},
        "origin": {"display": "Tidewater Clinic"},
        "admitSource": {"text": "From another clinic"},
        "reAdmission": {"text": "Within a month"},
        "dietPreference": [{"text": "Vegetarian"}],
        "specialCourtesy": [{"text": "Staff"}],
        "specialArrangement": [{"text": "Wheelchair"}],
        "preAdmissionIdentifier": {"value": "PRE-7"},
    }
    facts = facts_of(row_of(KIND, visit(setting="IMP", hospitalization=stay)))

    assert facts["Where the patient went afterwards"] == "Home, with a nurse"
    assert facts["Discharged to"] == "Her daughter’s house"
    assert facts["Came from"] == "Tidewater Clinic"
    assert facts["How the patient came in"] == "From another clinic"
    assert facts["Came back to hospital"] == "Within a month"
    assert facts["Diet"] == "Vegetarian"
    assert facts["Special attention"] == "Staff"
    assert facts["Arranged for the patient"] == "Wheelchair"
    assert facts["Number before admission"] == "PRE-7"


def test_every_discharge_that_comes_as_a_code_has_words() -> None:
    for code, words in DISCHARGE.items():
        stay = {"dischargeDisposition": coded(f"{TERMINOLOGY}discharge-disposition", code)}
        facts = facts_of(row_of(KIND, visit(hospitalization=stay)))
        assert facts["Where the patient went afterwards"] == words


def test_the_rest_of_a_visit_is_told_and_its_history_comes_last() -> None:
    row = row_of(
        KIND,
        visit(
            length={"value": 45, "unit": "min", "code": "min"},
            priority={"text": "Urgent"},
            partOf={"display": "Hospital stay"},
            basedOn=[{"display": "Referral"}],
            appointment=[{"display": "Appointment at 2:30"}],
            episodeOfCare=[{"display": "Depression care"}],
            statusHistory=[{"status": "planned", "period": {"start": "2024-03-01", "end": "2024-03-09"}}],
            classHistory=[{"class": {"code": "EMER"}, "period": {"start": "2024-03-09"}}],
        ),
    )
    facts = facts_of(row)

    assert facts["How long"] == "45 minutes"
    assert facts["Urgency"] == "Urgent"
    assert facts["Part of"] == "Hospital stay"
    assert facts["Ordered by"] == "Referral"
    assert facts["Appointment"] == "Appointment at 2:30"
    assert facts["Belongs to the course of care"] == "Depression care"
    assert facts["Visit number"] == "V-1 (https://fhir.example/visits)"
    assert facts["Status before"] == "Planned (March 1, 2024 to March 9, 2024)"
    assert facts["Setting before"] == "Emergency (since March 9, 2024)"
    assert list(facts)[-2:] == ["Status before", "Setting before"]


def test_an_empty_list_never_says_that_there_were_none() -> None:
    assert "does not always mean" in str(KIND.nothing_came_back)


def test_the_overview_shows_what_comes_up_goes_on_or_is_past_and_nothing_cancelled() -> None:
    assert [str(h.title) for h in KIND.headings if h.now] == ["Coming up", "Under way", "Past"]

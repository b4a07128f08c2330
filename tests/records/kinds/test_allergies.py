"""Allergies: what the patient reacts to is never hidden, and what is no allergy never looks like one."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.allergies import CLINICAL, CRITICALITY, KIND, VERIFICATION
from records.words.rows import Telling
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import asides_of, facts_of, head_of, place_of, row_of
from tests.records.test_failure_matrix import words
from tests.resources import SUBJECT, allergy, allergy_clinical, allergy_verification, bundle, coded

SNOMED = "http://snomed.info/sct"
ABSENT = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-declined"}
    ]
}
NO_KNOWN_ALLERGY = coded(SNOMED, "716186003", "No known allergy")
NO_KNOWN_DRUG_ALLERGY = coded(SNOMED, "409137002", "No known drug allergy")


def test_an_allergy_says_what_happens_how_bad_it_is_and_who_recorded_it() -> None:
    row = row_of(KIND, allergy())

    assert row.title == "Penicillin"
    assert row.status is not None
    assert row.status.words == "Current"
    assert row.line == "Hives (mild)"
    assert row.who == "Recorded by Dr. Ana Flores"
    assert asides_of(row) == ["Confirmed"]


def test_every_reaction_is_told_with_its_severity_cause_route_date_and_description() -> None:
    row = row_of(
        KIND,
        allergy(
            reaction=[
                {
                    "substance": {"text": "Amoxicillin"},
                    "manifestation": [{"text": "Throat swelling"}, {"text": "Trouble breathing"}],
                    "severity": "severe",
                    "exposureRoute": {"text": "By mouth"},
                    "onset": "2012-06",
                    "description": "Within ten minutes of the first tablet",
                    "note": [{"text": "Treated in the emergency room"}],
                },
                {"manifestation": [{"text": "Hives"}]},
            ]
        ),
    )
    facts = facts_of(row)

    assert row.line == "Throat swelling, Trouble breathing (severe); Hives"
    assert facts["What happened (reaction 1)"] == "Throat swelling, Trouble breathing"
    assert facts["How severe (reaction 1)"] == "severe"
    assert facts["Caused by (reaction 1)"] == "Amoxicillin"
    assert facts["How it came into contact (reaction 1)"] == "By mouth"
    assert facts["When it happened (reaction 1)"] == "June 2012"
    assert facts["Described as (reaction 1)"] == "Within ten minutes of the first tablet"
    assert facts["How severe (reaction 2)"] == "Not recorded"
    assert [note.text for note in row.notes] == ["Treated in the emergency room"]


def test_the_overview_says_what_is_no_allergy_and_what_is_not_confirmed(
    reader: Person, server: RecordServer
) -> None:
    doubtful = allergy(type="intolerance", verificationStatus=allergy_verification("unconfirmed"))
    server.arrange("AllergyIntolerance", bundle(doubtful))

    page = words(reader.read(""))

    assert "Intolerance" in page
    assert "Not confirmed" in page


def test_what_is_confirmed_needs_no_caveat() -> None:
    row = row_of(KIND, allergy())

    assert asides_of(row) == ["Confirmed"]
    assert row.caveats == ()


def test_a_reaction_without_a_name_is_told_by_its_description_or_its_severity() -> None:
    described = row_of(KIND, allergy(reaction=[{"manifestation": [], "description": "Felt faint"}]))
    severe = row_of(KIND, allergy(reaction=[{"severity": "severe"}]))
    unknown = row_of(KIND, allergy(reaction=[{"manifestation": [{"text": "Rash"}], "severity": "fierce"}]))

    assert described.line == "Felt faint"
    assert severe.line == "A severe reaction"
    assert unknown.line == "Rash (fierce)"


def test_an_allergy_without_a_reaction_says_that_it_is_not_recorded() -> None:
    row = row_of(KIND, allergy(reaction=None))

    assert row.line == "Reaction not recorded"
    assert row.line_telling is Telling.ABSENT
    assert facts_of(row)["What happened"] == "Reaction not recorded"


def test_what_could_be_life_threatening_is_said_in_red_and_stands_first() -> None:
    dangerous = allergy(criticality="high")
    severe = allergy(reaction=[{"manifestation": [{"text": "Hives"}], "severity": "severe"}])
    ranks = [KIND.rank(head_of(KIND, entry)) for entry in (dangerous, severe, allergy())]

    assert row_of(KIND, dangerous).danger == "Could be serious or life-threatening"
    assert row_of(KIND, allergy()).danger == ""
    assert ranks == sorted(set(ranks))


@pytest.mark.parametrize(
    "odd",
    [
        {"verificationStatus": allergy_verification("refuted"), "clinicalStatus": None},
        {"clinicalStatus": allergy_clinical("resolved")},
        {"clinicalStatus": allergy_clinical("inactive")},
    ],
    ids=["refuted", "resolved", "inactive"],
)
def test_no_red_line_stands_on_what_is_over_or_was_ruled_out(odd: dict[str, Any]) -> None:
    row = row_of(KIND, allergy(criticality="high", **odd))

    assert row.danger == ""
    assert facts_of(row)["How serious it could be"] == "Could be serious or life-threatening"


def test_a_serious_allergy_whose_state_is_missing_keeps_its_red_line_and_shows_on_the_overview() -> None:
    entry = allergy(criticality="high", clinicalStatus=None)

    assert row_of(KIND, entry).danger == "Could be serious or life-threatening"
    assert place_of(KIND, entry) == "Other"
    assert next(h for h in KIND.headings if h.slug == "other").now


@pytest.mark.parametrize(
    ("odd", "heading"),
    [
        ({}, "Current"),
        ({"clinicalStatus": allergy_clinical("inactive")}, "Past"),
        ({"clinicalStatus": allergy_clinical("resolved")}, "Past"),
        ({"clinicalStatus": None}, "Other"),
        ({"clinicalStatus": allergy_clinical("dormant")}, "Other"),
        ({"clinicalStatus": {"text": "active"}}, "Current"),
        ({"verificationStatus": allergy_verification("unconfirmed")}, "Current"),
        ({"verificationStatus": allergy_verification("refuted")}, "Checked and ruled out"),
        (
            {"verificationStatus": allergy_verification("refuted"), "code": NO_KNOWN_ALLERGY},
            "Checked and ruled out",
        ),
    ],
)
def test_an_entry_stands_where_its_two_states_put_it(odd: dict[str, Any], heading: str) -> None:
    assert place_of(KIND, allergy(**odd)) == heading


@pytest.mark.parametrize(("code", "status"), CLINICAL.items())
def test_every_clinical_status_has_words(code: str, status: Any) -> None:
    shown = row_of(KIND, allergy(clinicalStatus=allergy_clinical(code))).status

    assert shown is not None
    assert shown.words == status.words
    assert "not known" not in str(shown.words)


@pytest.mark.parametrize(("code", "words"), VERIFICATION.items())
def test_every_verification_status_has_words(code: str, words: Any) -> None:
    assert (
        facts_of(row_of(KIND, allergy(verificationStatus=allergy_verification(code))))["How sure it is"]
        == words
    )


@pytest.mark.parametrize(("code", "words"), CRITICALITY.items())
def test_every_criticality_has_words(code: str, words: Any) -> None:
    assert facts_of(row_of(KIND, allergy(criticality=code)))["How serious it could be"] == words


def test_an_unknown_status_stands_as_it_is_and_is_said_to_be_unknown() -> None:
    row = row_of(KIND, allergy(clinicalStatus=allergy_clinical("dormant")))

    assert row.status is not None
    assert row.status.words == "dormant (status not known to this page)"


def test_ruled_out_is_the_status_whatever_the_clinical_status_says() -> None:
    row = row_of(KIND, allergy(verificationStatus=allergy_verification("refuted")))

    assert row.status is not None
    assert row.status.words == "Ruled out"
    assert not row.status.now
    assert facts_of(row)["State as recorded"] == "Current"


def test_an_intolerance_is_told_from_an_allergy() -> None:
    intolerance = row_of(KIND, allergy(type="intolerance"))

    assert "Intolerance" in asides_of(intolerance)
    assert (
        facts_of(intolerance)["Allergy or intolerance"] == "Intolerance (a reaction that is not an allergy)"
    )
    assert facts_of(row_of(KIND, allergy()))["Allergy or intolerance"] == "Allergy"
    assert facts_of(row_of(KIND, allergy(type=None)))["Allergy or intolerance"] == "Not recorded"


@pytest.mark.parametrize(
    "code",
    [
        NO_KNOWN_ALLERGY,
        coded(SNOMED, "160244002"),
        coded("http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "no-known-allergies"),
        {"text": "No known allergies"},
        {"text": " NKA. "},
    ],
)
def test_no_known_allergies_is_a_statement_and_no_allergy(code: dict[str, Any]) -> None:
    entry = allergy(code=code, reaction=None, criticality=None, type=None)
    row = row_of(KIND, entry)

    assert KIND.says_none(head_of(KIND, entry))
    assert place_of(KIND, entry) == "Recorded as none"
    assert row.line in {"", "As recorded: NKA."}
    assert row.status is not None
    assert row.status.words == "Recorded as none"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Recorded", "May 4, 2021")


@pytest.mark.parametrize(
    "odd",
    [
        {"verificationStatus": allergy_verification("refuted")},
        {"verificationStatus": allergy_verification("entered-in-error")},
        {"clinicalStatus": allergy_clinical("inactive")},
        {"clinicalStatus": allergy_clinical("resolved")},
    ],
)
def test_a_statement_that_was_taken_back_states_nothing(odd: dict[str, Any]) -> None:
    assert not KIND.says_none(head_of(KIND, allergy(code=NO_KNOWN_ALLERGY, **odd)))


@pytest.mark.parametrize(
    "code", ["409137002", "429625007", "428607008", "716184000", "716220001", "428197003"]
)
def test_none_of_one_sort_is_stated_but_not_taken_for_none_at_all(code: str) -> None:
    entry = allergy(code=coded(SNOMED, code, "No known allergy of a sort"), reaction=None)

    assert not KIND.says_none(head_of(KIND, entry))
    assert place_of(KIND, entry) == "Recorded as none"


@pytest.mark.parametrize(
    "code",
    [
        {"text": "No known allergies to food; hives from latex"},
        coded("urn:oid:1.2.3", "716186003"),
        coded(SNOMED, "91930004", "Allergy to eggs") | {"text": "No known allergies"},
        None,
    ],
)
def test_what_merely_looks_like_a_statement_stays_an_allergy(code: dict[str, Any] | None) -> None:
    entry = allergy(code=code)

    assert not KIND.says_none(head_of(KIND, entry))
    assert place_of(KIND, entry) == "Current"


def test_a_missing_name_is_said_to_be_missing_and_never_guessed() -> None:
    row = row_of(KIND, allergy(code=None))

    assert row.title == "Unnamed allergy entry"
    assert row.title_missing


def test_a_name_that_is_absent_for_a_reason_gives_the_reason() -> None:
    reason = coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown", "Unknown")
    row = row_of(KIND, allergy(code=reason))

    assert row.title_missing
    assert "Not known" in asides_of(row)


def test_a_code_without_a_name_is_said_to_be_a_code() -> None:
    row = row_of(KIND, allergy(code=coded("http://www.nlm.nih.gov/research/umls/rxnorm", "7980")))

    assert row.title == "RxNorm code 7980, without a name"


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"onsetDateTime": "1994"}, "1994"),
        ({"onsetDateTime": "2019-03-09T14:30:00-05:00"}, "March 9, 2019, 2:30 PM"),
        ({"onsetAge": {"value": 5, "unit": "yr", "code": "a"}}, "at age 5 years"),
        ({"onsetAge": {"value": 1, "code": "a"}}, "at age 1 year"),
        ({"onsetAge": {"value": 30, "unit": "moons"}}, "at age 30 moons"),
        ({"onsetPeriod": {"start": "2010", "end": "2012-05"}}, "2010 to May 2012"),
        (
            {"onsetRange": {"low": {"value": 5, "code": "a"}, "high": {"value": 7, "code": "a"}}},
            "at age 5 to 7 years",
        ),
        ({"onsetString": "as a small child"}, "as a small child"),
        ({}, "Not recorded"),
        ({"_onsetDateTime": ABSENT}, "Asked, and not answered by choice"),
    ],
)
def test_every_way_of_saying_when_it_started_is_told(odd: dict[str, Any], words: str) -> None:
    assert facts_of(row_of(KIND, allergy(**odd)))["Started"] == words


def test_started_last_reaction_and_recorded_are_three_labelled_dates() -> None:
    row = row_of(KIND, allergy(onsetDateTime="1994", lastOccurrence="2012-06-01", recordedDate="2021-05"))
    facts = facts_of(row)

    assert (facts["Started"], facts["Last reaction"], facts["Recorded"]) == (
        "1994",
        "June 1, 2012",
        "May 2021",
    )
    assert row.when is not None
    assert (row.when.label, row.when.words, row.when.iso) == ("Since", "1994", "1994")


def test_an_undated_entry_says_that_no_date_is_recorded() -> None:
    row = row_of(KIND, allergy(recordedDate=None))

    assert row.when is None
    assert facts_of(row)["Recorded"] == "Not recorded"


@pytest.mark.parametrize(
    ("asserter", "words"),
    [
        (SUBJECT, "Told by the patient"),
        ({"reference": "https://fhir.example/fhir-request/Patient/p1"}, "Told by the patient"),
        ({"reference": "RelatedPerson/r1"}, "Told by a relative or representative of the patient"),
        (
            {"reference": "RelatedPerson/r1", "display": "Ida Lindqvist"},
            "Told by Ida Lindqvist, a relative or representative of the patient",
        ),
        ({"reference": "Practitioner/dr2", "display": "Dr. Ben Osei"}, "Stated by Dr. Ben Osei"),
        ({"reference": "Practitioner/dr2"}, "Recorded, details not available"),
        (None, "Not recorded"),
    ],
)
def test_who_told_of_it_is_told(asserter: dict[str, Any] | None, words: str) -> None:
    assert facts_of(row_of(KIND, allergy(asserter=asserter)))["Source of the information"] == words


def test_another_patient_is_not_called_the_patient() -> None:
    row = row_of(KIND, allergy(asserter={"reference": "Patient/p2", "display": "Someone else"}))

    assert row.who == "Stated by Someone else"


def test_a_recorder_without_a_name_is_named_by_the_resource_that_was_read_along() -> None:
    recorder = {
        "resourceType": "Practitioner",
        "id": "dr1",
        "name": [{"prefix": ["Dr."], "given": ["Ana"], "family": "Flores"}],
    }
    entry = allergy(recorder={"reference": "Practitioner/dr1"})

    assert facts_of(row_of(KIND, entry))["Recorded by"] == "Recorded, details not available"
    read_along = row_of(KIND, entry, along={("Practitioner", "dr1"): recorder})
    assert facts_of(read_along)["Recorded by"] == "Dr. Ana Flores"


def test_notes_are_told_as_written_with_who_and_when() -> None:
    note = {"text": "Tolerates cefalexin.\nSee 2019.", "authorString": "A. Flores", "time": "2020-02-01"}
    row = row_of(KIND, allergy(note=[note]))

    [shown] = row.notes
    assert shown.text == "Tolerates cefalexin.\nSee 2019."
    assert shown.who == "A. Flores"
    assert shown.when is not None
    assert shown.when.words == "February 1, 2020"


def test_the_categories_are_in_words_and_unknown_ones_stand_as_they_are() -> None:
    row = row_of(KIND, allergy(category=["food", "biologic", "cosmic"]))

    assert facts_of(row)["Kind of substance"] == "Food, Biological substance, cosmic"

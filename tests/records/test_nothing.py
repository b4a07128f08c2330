"""What a record states in the place of entries stands above the list, is counted nowhere, and is never told as care."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds import KINDS
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import asides_of, place_of, row_of
from tests.records.test_failure_matrix import words
from tests.resources import (
    SUBJECT,
    Json,
    allergy,
    allergy_clinical,
    bundle,
    coded,
    condition,
    condition_category,
    condition_clinical,
    device,
    immunization,
    medication_request,
    procedure,
)

IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
SNOMED = "http://snomed.info/sct"
RISK = "http://hl7.org/fhir/StructureDefinition/allergyintolerance-substanceExposureRisk"
BUILD: dict[str, Any] = {
    "allergies": lambda code, **odd: allergy(code=code, **{"reaction": None, "criticality": None, **odd}),
    "conditions": lambda code, **odd: condition(code=code, **odd),
    "medications": lambda code, **odd: medication_request(
        medicationCodeableConcept=code, **{"dosageInstruction": None, **odd}
    ),
    "immunizations": lambda code, **odd: immunization(vaccineCode=code, **odd),
    "procedures": lambda code, **odd: procedure(code=code, **odd),
    "devices": lambda code, **odd: device(type=code, **{"deviceName": None, **odd}),
}
EVERY = pytest.mark.parametrize("slug", BUILD)
NONE = {
    "allergies": "no-known-allergies",
    "conditions": "no-known-problems",
    "medications": "no-known-medications",
    "immunizations": "no-known-immunizations",
    "procedures": "no-known-procedures",
    "devices": "no-known-devices",
}
NO_INFORMATION = {
    "allergies": "no-allergy-info",
    "conditions": "no-problem-info",
    "medications": "no-medication-info",
    "immunizations": "no-immunization-info",
    "procedures": "no-procedure-info",
    "devices": "no-device-info",
}
UNTRUE = (
    "without a name",
    "Dose not recorded",
    "Reaction not recorded",
    "Prescriber not recorded",
    "Taking now",
)


@EVERY
@pytest.mark.parametrize("table", [NONE, NO_INFORMATION], ids=["none", "no information"])
def test_a_code_that_states_nothing_is_told_in_words_and_stands_in_no_list(
    reader: Person, server: RecordServer, slug: str, table: dict[str, str]
) -> None:
    kind = KINDS[slug]
    server.arrange(kind.resource_type, bundle(BUILD[slug](coded(IPS, table[slug]))))

    page = words(reader.read(f"{slug}/"))

    if table is NONE:
        assert "No known" in page
        assert "Recorded as none" in page
        assert "Nothing is known of this" not in page
    else:
        assert "No information about" in page
        assert "Nothing is known of this, which is not the same as none" in page
        assert "Recorded as none" not in page
    assert not any(untrue in page for untrue in UNTRUE)
    assert "Nothing came back" not in page
    assert "1 entry" not in page


@EVERY
def test_none_beside_entries_is_said_to_be_contradicted_and_both_are_shown(
    reader: Person, server: RecordServer, slug: str
) -> None:
    named = BUILD[slug]({"text": "Something of its own"}, id="named-1")
    server.arrange(KINDS[slug].resource_type, bundle(BUILD[slug](coded(IPS, NONE[slug])), named))

    page = words(reader.read(f"{slug}/"))

    assert "No known" in page
    assert "Something of its own" in page
    assert "The record also has entries that say otherwise" in page

    server.arrange(KINDS[slug].resource_type, bundle(named))
    again = words(sign_in().read(f"{slug}/"))
    assert "Something of its own" in again
    assert "say otherwise" not in again


def test_none_of_one_sort_is_contradicted_only_by_what_is_of_that_sort(
    db: None, server: RecordServer
) -> None:
    drug = BUILD["allergies"](coded(SNOMED, "409137002", "No known drug allergy"), id="none-1")
    latex = BUILD["allergies"]({"text": "No known latex allergy (situation)"}, id="none-2")
    for entry, is_contradicted in (
        (allergy(code={"text": "Peanut"}, category=["food"]), False),
        (allergy(category=["medication"]), True),
        (allergy(code={"text": "Latex gloves"}, category=["environment"]), True),
        (allergy(category=["medication"], clinicalStatus=allergy_clinical("resolved")), False),
    ):
        server.arrange("AllergyIntolerance", bundle(drug, latex, entry))

        page = words(sign_in().read("allergies/"))

        assert "No known drug allergy" in page
        assert "(situation)" not in page
        assert ("say otherwise" in page) is is_contradicted, entry["code"]


def test_the_overview_tells_what_is_stated_once_and_counts_it_as_no_entry(
    reader: Person, server: RecordServer
) -> None:
    none = [
        BUILD["allergies"]({"text": "NKDA"}, id=f"none-{number}", recordedDate=f"20{number}-01-01")
        for number in range(11, 15)
    ]
    server.whole_record(
        AllergyIntolerance=none,
        MedicationRequest=[BUILD["medications"](coded(SNOMED, "787481004"))],
        Condition=[BUILD["conditions"]({"text": "Sin problemas de salud"})],
    )

    page = words(reader.read())

    assert page.count("NKDA") == 1
    assert "January 1, 2014" in page
    assert "No known medications" in page
    assert "Sin problemas de salud" in page
    assert not any(untrue in page for untrue in UNTRUE)
    assert words(reader.read("allergies/")).count("NKDA") == len(none)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("NKDA", "No known allergies to medicines"),
        ("Not on File", "No information about allergies"),
        ("None", "No known allergies"),
        ("Ninguna", "No known allergies"),
    ],
)
def test_an_abbreviation_and_a_bare_word_are_told_in_words_that_a_reader_understands(
    text: str, title: str
) -> None:
    row = row_of(KINDS["allergies"], BUILD["allergies"]({"text": text}))

    assert (row.title, row.line) == (title, f"As recorded: {text}")


def test_what_is_stated_is_found_by_search_and_stands_in_the_timeline(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(AllergyIntolerance=[BUILD["allergies"]({"text": "No known mold allergies"})])

    assert "No known mold allergies" in words(reader.read("timeline/"))


def test_a_vaccine_that_was_not_given_is_never_among_those_that_were() -> None:
    code = coded("urn:oid:2.16.840.1.113883.12.292", "998")
    refused = immunization(vaccineCode=code, status="not-done", statusReason={"text": "Declined"})
    kind = KINDS["immunizations"]

    assert place_of(kind, immunization(vaccineCode=code)) == "Recorded as none"
    assert row_of(kind, immunization(vaccineCode=code)).title == "No vaccine was given"
    assert place_of(kind, refused) == "Not given"
    assert row_of(kind, refused).title == "No vaccine was given"
    assert row_of(kind, refused).line == "Declined"
    assert place_of(kind, immunization()) == "Given"


def test_a_diagnosis_of_a_visit_may_be_that_there_is_none(db: None) -> None:
    kind = KINDS["conditions/visit-diagnoses"]
    entry = condition(
        category=[condition_category("encounter-diagnosis")],
        code=coded("http://hl7.org/fhir/sid/icd-10-cm", "Z03.89", "No diagnosis or condition"),
    )

    assert place_of(kind, entry) == "Recorded as none"
    assert KINDS["conditions"].place is not None
    assert place_of(KINDS["conditions"], entry) is None


def test_a_medicine_not_to_take_is_no_statement_whatever_it_is_called() -> None:
    entry = medication_request(medicationCodeableConcept={"text": "No medications"}, doNotPerform=True)

    assert place_of(KINDS["medications"], entry) == "Do not take"
    assert row_of(KINDS["medications"], entry).danger


def test_no_information_with_a_reaction_is_an_allergy() -> None:
    entry = allergy(code={"text": "Allergies unknown"}, reaction=[{"manifestation": [{"text": "Hives"}]}])

    assert place_of(KINDS["allergies"], entry) == "Current"
    assert row_of(KINDS["allergies"], entry).line == "Hives"


def test_an_allergy_is_named_by_what_the_reactions_were_to() -> None:
    reaction = [
        {"substance": {"text": "Shrimp"}, "manifestation": [{"text": "Swelling"}]},
        {"substance": {"coding": [{"system": SNOMED, "code": "1", "display": "Crab (substance)"}]}},
    ]
    for code in (None, coded(IPS, "12"), coded("http://hl7.org/fhir/v3/NullFlavor", "UNK")):
        row = row_of(KINDS["allergies"], allergy(code=code, reaction=reaction))

        assert row.title == "Shrimp, Crab"
        assert not row.title_missing
        assert "Named after what caused the reaction" in asides_of(row)


def exposure(risk: str, substance: Json) -> list[Json]:
    return [
        {
            "url": RISK,
            "extension": [
                {"url": "substance", "valueCodeableConcept": substance},
                {"url": "exposureRisk", "valueCodeableConcept": {"coding": [{"code": risk}]}},
            ],
        }
    ]


def test_a_substance_of_known_risk_is_an_allergy_and_one_of_no_known_risk_a_statement() -> None:
    kind = KINDS["allergies"]
    known = allergy(code=None, reaction=None, extension=exposure("known-reaction-risk", {"text": "Iodine"}))
    none = allergy(code=None, reaction=None, extension=exposure("no-known-reaction-risk", {"text": "Iodine"}))

    assert (place_of(kind, known), row_of(kind, known).title) == ("Current", "Iodine")
    assert place_of(kind, none) == "Recorded as none"
    assert row_of(kind, none).title == "Iodine: no known risk of a reaction"
    assert row_of(kind, none).line == ""


# ---------------------------------------------------------------- one thing in two ways


def _two(db: None, server: RecordServer, kind: str, *entries: Json) -> str:
    server.arrange(KINDS[kind].resource_type, bundle(*entries))
    return words(sign_in().read(f"{kind}/"))


def test_one_allergy_as_serious_and_as_harmless_says_so_at_both(db: None, server: RecordServer) -> None:
    code = coded(SNOMED, "372687004", "Amoxicillin")
    two = [allergy(id=f"a{n}", code=code, criticality=risk) for n, risk in enumerate(("high", "low"))]

    page = _two(db, server, "allergies", *two)

    assert page.count("Recorded in two ways: as possibly serious and as unlikely to be") == len(two)
    assert "Could be serious or life-threatening" in page
    other = [two[0], allergy(id="a9", code=coded(SNOMED, "111088007", "Latex"), criticality="low")]
    assert "two ways" not in _two(db, server, "allergies", *other)


@pytest.mark.parametrize(
    ("over", "now", "is_said"),
    [
        ({"onsetDateTime": "2010", "abatementDateTime": "2015"}, {"onsetDateTime": "2020-03"}, False),
        ({"abatementDateTime": "2015-06-01"}, {"onsetDateTime": "2012"}, True),
        ({"onsetDateTime": None}, {"onsetDateTime": "2012"}, True),
        ({"abatementDateTime": "2015"}, {"onsetDateTime": None}, True),
        ({"onsetDateTime": None}, {"clinicalStatus": condition_clinical("relapse")}, False),
        ({"onsetDateTime": None}, {"clinicalStatus": condition_clinical("remission")}, False),
    ],
)
def test_a_condition_that_is_current_and_over_at_once_says_so_and_a_relapse_does_not(
    db: None, server: RecordServer, over: Json, now: Json, *, is_said: bool
) -> None:
    code = coded("http://hl7.org/fhir/sid/icd-10-cm", "F33.1", "Major depression, recurrent, moderate")
    first = condition(**{"id": "c1", "code": code, "clinicalStatus": condition_clinical("resolved"), **over})
    second = condition(**{"id": "c2", "code": code, **now})

    page = _two(db, server, "conditions", first, second)

    assert page.count("Major depression, recurrent, moderate") >= 2
    assert page.count("Recorded in two ways: as current and as over") == (2 if is_said else 0)


def test_a_medicine_to_take_and_not_to_take_says_so_at_both(db: None, server: RecordServer) -> None:
    code = coded("http://www.nlm.nih.gov/research/umls/rxnorm", "5640", "Ibuprofen")
    page = _two(
        db,
        server,
        "medications",
        medication_request(id="m1", medicationCodeableConcept=code),
        medication_request(id="m2", medicationCodeableConcept=code, doNotPerform=True),
    )

    assert page.count("as to be taken and as not to be taken") == 2
    assert SUBJECT["reference"] == "Patient/p1"

"""About the patient: every name, number and address with what it is for, and nobody's guess."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from records.kinds.about import BIRTH_SEX, KIND, LINK
from records.words.personal import ADDRESS_USE, CONTACT_SYSTEM, CONTACT_USE, GENDER, NAME_USE
from records.words.rows import Telling
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import facts_of, row_of
from tests.resources import TERMINOLOGY, bundle, coded, patient

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
CDC = "urn:oid:2.16.840.1.113883.6.238"


def absent(code: str) -> dict[str, Any]:
    """A reason in a value's place."""
    return {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": code}
        ]
    }


def group(name: str, *parts: dict[str, Any]) -> dict[str, Any]:
    """A race or ethnicity extension."""
    return {"url": f"{US_CORE}us-core-{name}", "extension": list(parts)}


def category(code: str, display: str | None, url: str = "ombCategory") -> dict[str, Any]:
    """One of its categories."""
    coding = {"system": CDC, "code": code} | ({"display": display} if display else {})
    return {"url": url, "valueCoding": coding}


def facts(**odd: Any) -> dict[str, str]:
    """The facts of one patient by label."""
    return facts_of(row_of(KIND, patient(**odd)))


def test_what_is_out_of_use_by_its_dates_says_so_stands_last_and_cannot_be_called() -> None:
    row = row_of(
        KIND,
        patient(
            telecom=[
                {"system": "phone", "value": "804-555-0190", "rank": 1, "period": {"end": "2019-05-01"}},
                {"system": "phone", "value": "804-555-0191", "period": {"start": "2090"}},
                {"system": "phone", "value": "804-555-0192", "period": {"end": "9999-12-31"}},
            ],
            address=[
                {"text": "1 Old Road", "period": {"end": "2019-05-01"}},
                {"text": "2 New Road", "period": {"start": "2019-05-01", "end": "2095"}},
            ],
            identifier=[{"value": "A-17", "period": {"end": "2011-01-31"}}],
        ),
    )

    assert facts_of(row)["Phone"] == (
        "804-555-0192 | 804-555-0190 (until May 1, 2019, no longer in use)"
        " | 804-555-0191 (since 2090, not in use yet)"
    )
    assert [fact.phones for fact in row.facts if fact.label == "Phone"] == [("804-555-0192",), (), ()]
    assert facts_of(row)["Address"] == (
        "2 New Road\nMay 1, 2019 to 2095 | 1 Old Road\nuntil May 1, 2019, no longer in use"
    )
    assert facts_of(row)["Number"] == "A-17 (until January 31, 2011, no longer in use)"


def test_names_of_today_and_of_before_stand_under_what_they_are_with_their_time() -> None:
    found = facts(
        name=[
            {
                "use": "official",
                "prefix": ["Dr."],
                "given": ["Maja", "Rose"],
                "family": "Lindqvist",
                "suffix": ["MD"],
            },
            {
                "use": "old",
                "given": ["Maja"],
                "family": "Berg",
                "period": {"start": "2001-05", "end": "2009"},
            },
            {"use": "maiden", "family": "Holm", "given": ["Maja"]},
            {"text": "مايا"},
        ]
    )

    assert found["Official name"] == "Dr. Maja Rose Lindqvist, MD"
    assert found["Former name"] == "Maja Berg (May 2001 to 2009)"
    assert found["Name before marriage"] == "Maja Holm"
    assert found["Name"] == "مايا"


def test_the_parts_of_a_name_that_its_own_text_leaves_out_are_told() -> None:
    found = facts(name=[{"text": "Maja L.", "family": "Lindqvist", "given": ["Maja"], "suffix": ["Jr."]}])

    assert found["Name"] == "Maja L. (Lindqvist Jr.)"


@pytest.mark.parametrize(
    ("table", "odd"),
    [
        (NAME_USE, lambda code: {"name": [{"use": code, "text": "VALUE"}]}),
        (ADDRESS_USE, lambda code: {"address": [{"use": code, "text": "VALUE"}]}),
        (CONTACT_SYSTEM, lambda code: {"telecom": [{"system": code, "value": "VALUE"}]}),
    ],
)
def test_every_use_has_words_and_a_strange_one_stands_as_it_is(table: dict[str, Any], odd: Any) -> None:
    for code, words in table.items():
        assert facts(**odd(code))[str(words)] == "VALUE"
    assert facts(**odd("dream"))["dream"] == "VALUE"


@pytest.mark.parametrize(("code", "words"), [*CONTACT_USE.items(), ("dream", "dream")])
def test_what_a_telephone_number_is_for_is_said(code: str, words: str) -> None:
    found = facts(telecom=[{"system": "phone", "value": "804-555-0172", "use": code}])

    assert found["Phone"] == f"804-555-0172 ({words})"


def test_a_number_that_is_kept_back_gives_the_reason() -> None:
    row = row_of(
        KIND,
        patient(
            telecom=[{"system": "phone", "use": "home", "_value": absent("asked-declined")}], address=None
        ),
    )
    fact = next(f for f in row.facts if f.label == "Phone")

    assert fact.value == "Asked, and not answered by choice (home)"
    assert fact.telling is Telling.ABSENT


def test_the_preferred_number_stands_first() -> None:
    found = facts(telecom=[{"value": "second", "rank": 2}, {"value": "none"}, {"value": "first", "rank": 1}])

    assert found["How to reach"] == "first | second | none"


def test_an_address_stands_as_on_an_envelope_with_its_time() -> None:
    found = facts(
        address=[
            {
                "use": "home",
                "line": ["26 Heron Court", "Apt 4"],
                "city": "Port Ellery",
                "district": "Shore County",
                "state": "VA",
                "postalCode": "23102",
                "country": "US",
                "period": {"start": "2019-05-01"},
            },
            {
                "use": "old",
                "text": "By the river, Port Ellery",
                "city": "Port Ellery",
                "period": {"end": "2011"},
            },
            {"use": "temp", "_line": [absent("masked")], "country": "US"},
        ]
    )

    assert found["Home address"].splitlines() == [
        "26 Heron Court",
        "Apt 4",
        "Port Ellery, VA 23102",
        "Shore County",
        "US",
        "since May 1, 2019",
    ]
    assert found["Former address"].splitlines() == ["By the river, Port Ellery", "until 2011"]
    assert found["Address for the time being"].splitlines() == ["Hidden by the clinic", "US"]


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({}, "March 9, 1968 (58 years old)"),
        ({"birthDate": "2025-09-30"}, "September 30, 2025 (13 months old)"),
        ({"birthDate": "1968"}, "1968"),
        ({"deceasedBoolean": True}, "March 9, 1968"),
        ({"deceasedDateTime": "2020-01-02"}, "March 9, 1968"),
        ({"birthDate": None}, "Not recorded"),
        ({"birthDate": None, "_birthDate": absent("unknown")}, "Not known"),
    ],
)
def test_a_birth_date_says_the_age_where_there_is_one_to_say(
    odd: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.kinds.about.timezone.localdate", lambda: date(2026, 11, 24))

    assert facts(**odd)["Born"] == words


@pytest.mark.parametrize(("code", "words"), [*GENDER.items(), ("dream", "dream"), (None, "Not recorded")])
def test_every_gender_has_words(code: str | None, words: str) -> None:
    assert facts(gender=code)["Gender in the record"] == words


@pytest.mark.parametrize(("code", "words"), [*BIRTH_SEX.items(), ("dream", "dream")])
def test_every_birth_sex_has_words(code: str, words: str) -> None:
    found = facts(extension=[{"url": f"{US_CORE}us-core-birthsex", "valueCode": code}])

    assert found["Sex recorded at birth"] == words


def test_gender_identity_race_and_ethnicity_are_told_as_recorded_and_nothing_twice() -> None:
    identity = {
        "url": f"{US_CORE}us-core-genderIdentity",
        "valueCodeableConcept": coded(
            "http://snomed.info/sct", "446141000124107", "Identifies as female gender"
        ),
    }
    race = group(
        "race",
        category("2106-3", "White"),
        category("1586-7", "Shoshone", "detailed"),
        category("9999-9", None, "detailed"),
        {"url": "text", "valueString": "White and more"},
    )
    ethnicity = group("ethnicity", category("2135-2", "Hispanic or Latino"))
    found = facts(extension=[identity, race, ethnicity])

    assert found["Gender identity"] == "Identifies as female gender"
    assert found["Race"].splitlines() == [
        "White and more",
        "Shoshone",
        "CDC race and ethnicity code 9999-9, without a name",
    ]
    assert found["Ethnicity"] == "Hispanic or Latino"


def test_a_language_by_its_english_name_is_told_in_the_readers_own() -> None:
    def told(display: str) -> str:
        spoken = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "es", "display": display}]}}
        with override("es"):
            return facts_of(row_of(KIND, patient(communication=[spoken])))["Idioma"]

    assert told("Spanish") == "Español"
    assert told("Spanish, of Spain") == "Spanish, of Spain"


def test_languages_are_told_and_which_is_preferred() -> None:
    found = facts(
        communication=[
            {"language": {"text": "Spanish"}, "preferred": True},
            {"language": coded("urn:ietf:bcp:47", "en-US")},
        ]
    )

    assert found["Preferred language"] == "Spanish"
    assert found["Language"] == "American English"


@pytest.mark.parametrize(
    ("odd", "label", "words"),
    [
        ({"multipleBirthInteger": 2}, "Twin or other multiple birth", "Born as number 2"),
        ({"multipleBirthBoolean": False}, "Twin or other multiple birth", "No"),
        ({"maritalStatus": {"text": "Widowed"}}, "Marital status", "Widowed"),
        ({"deceasedDateTime": "2020-01"}, "Died on", "January 2020"),
        ({"deceasedBoolean": True}, "Has died", "Yes"),
    ],
)
def test_other_personal_details_are_told(odd: dict[str, Any], label: str, words: str) -> None:
    assert facts(**odd)[label] == words
    assert label not in facts()


def test_contacts_are_told_with_how_to_reach_them() -> None:
    found = facts(
        contact=[
            {
                "relationship": [{"text": "Daughter"}],
                "name": {"family": "Adeyemi", "given": ["Ruth"]},
                "telecom": [{"system": "phone", "value": "804-555-0121", "use": "mobile"}],
                "address": {"city": "Port Ellery"},
            },
            {"organization": {"display": "Tea Shop"}, "period": {"end": "2020"}},
        ]
    )

    assert found["Daughter"] == "Ruth Adeyemi\nPhone: 804-555-0121 (mobile)\nPort Ellery"
    assert found["Contact"] == "Tea Shop\nuntil 2020"


def test_who_cares_for_the_patient_is_told_with_how_to_reach_them() -> None:
    row = row_of(
        KIND,
        patient(
            generalPractitioner=[
                {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"},
                {"reference": "PractitionerRole/r1"},
            ],
            managingOrganization={"reference": "Organization/o1"},
            link=[{"other": {"reference": "Patient/p9"}, "type": code} for code in LINK],
        ),
        {
            ("Practitioner", "dr1"): {
                "resourceType": "Practitioner",
                "id": "dr1",
                "telecom": [{"system": "phone", "value": "804-555-0112"}],
            },
            ("Organization", "o1"): {"resourceType": "Organization", "id": "o1", "name": "Harbor Lane"},
        },
    )
    found = facts_of(row)

    assert found["General practitioner"] == (
        "Dr. Ana Flores\nPhone: 804-555-0112 | Recorded, details not available"
    )
    assert found["Organization that keeps this record"] == "Harbor Lane"
    for words in LINK.values():
        assert found[str(words)] == "Recorded, details not available"


def test_numbers_say_what_they_are_whose_and_until_when() -> None:
    medical_record = coded(f"{TERMINOLOGY}v2-0203", "MR", "Medical Record Number")
    found = facts(
        identifier=[
            {
                "use": "usual",
                "type": medical_record,
                "system": "https://agency.example/patients",
                "value": "HL-1",
            },
            {
                "use": "old",
                "system": "urn:oid:2.16.840.1.113883.19.5",
                "value": "17",
                "period": {"end": "2011-06"},
            },
            {"system": "http://hl7.org/fhir/sid/us-ssn", "_value": absent("masked")},
        ]
    )

    assert found["Medical Record Number"] == "HL-1 (usual, agency.example/patients)"
    assert found["Number"] == (
        "17 (no longer in use, urn:oid:2.16.840.1.113883.19.5, until June 2011)"
        " | Hidden by the clinic (Social Security number)"
    )


def test_a_record_that_is_no_longer_in_use_says_so() -> None:
    row = row_of(KIND, patient(active=False))

    assert row.status is not None
    assert row.status.words == "This record is no longer in use"
    assert row_of(KIND, patient(active=True)).status is None


def test_a_patient_without_anything_says_what_is_missing() -> None:
    row = row_of(KIND, {"resourceType": "Patient", "id": "p1"})
    found = facts_of(row)

    assert row.title == "Name not recorded"
    assert row.title_missing
    assert [found[label] for label in ("Name", "Born", "Gender in the record", "Phone or address")] == [
        "Not recorded"
    ] * 4


def test_the_page_asks_for_the_patient_by_id_and_shows_the_facts_under_their_headings(
    reader: Person, server: RecordServer
) -> None:
    server.by("Patient", lambda query: bundle(patient()) if query.get("_id") == "p1" else 400)

    page = reader.read("about/")

    assert "patient" not in server.queries("Patient")[0]
    for words in (
        "<h2",
        "Names",
        "Personal details",
        "How to reach the patient",
        "Maja Rose Lindqvist",
        "4711",
    ):
        assert words in page
    assert (
        page.index("Names</h2>")
        < page.index("Personal details</h2>")
        < page.index("Numbers of the record</h2>")
    )


def test_another_patient_in_the_answer_is_never_shown(reader: Person, server: RecordServer) -> None:
    server.arrange("Patient", bundle(patient(), patient(id="p2", name=[{"text": "Somebody Else"}])))

    page = reader.read("about/")

    assert "Maja Rose Lindqvist" in page
    assert "Somebody Else" not in page


def test_an_entry_of_the_patient_is_asked_for_with_who_recorded_it_by_id_alone(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Patient", bundle(patient()))
    href = reader.read("about/").split('class="act" href="')[1].split('"')[0]

    page = reader.read(href)

    assert "Maja Rose Lindqvist" in page
    asked = [query for query in server.queries("Patient") if "_revinclude" in query]
    assert asked == [{"_id": "p1", "_revinclude": "Provenance:target"}]


def test_what_was_not_granted_is_not_asked_for_and_said_not_to_be_shared(
    db: None, server: RecordServer
) -> None:
    reader = sign_in(scope="launch/patient patient/Condition.rs")

    page = reader.read("about/")

    assert "not shared with this app" in page
    assert not server.asked("Patient")


@pytest.mark.parametrize(
    ("status", "words"), [(500, "could not be loaded"), (403, "not shared"), (200, "Nothing came back")]
)
def test_a_page_without_the_patient_says_why(
    reader: Person, server: RecordServer, status: int, words: str
) -> None:
    server.arrange("Patient", bundle(), status=status)

    page = reader.read("about/")

    assert words in page
    assert "Personal details</h2>" not in page


def test_an_element_that_cannot_be_read_is_named_and_costs_no_other(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Patient", bundle(patient(telecom="a number")))

    page = reader.read("about/")

    assert "Could not be read:" in page
    assert "Phone, e-mail" in page
    assert "Maja Rose Lindqvist" in page


def test_a_patient_of_whom_nothing_can_be_read_is_shown_as_sent(reader: Person, server: RecordServer) -> None:
    answer = bundle(patient())
    whole = json.dumps(answer).replace('"name": [', '"name": [' + ", ".join(["7"] * 60) + ", ")
    server.arrange("Patient", whole.encode())

    page = reader.read("about/")

    assert "As it was sent:" in page
    assert "4711" in page

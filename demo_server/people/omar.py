"""Omar Haddad: every odd shape that FHIR R4 allows, in one record. Odd, but valid.

What each entry is odd in stands in its id. His medicines, measures and documents are in modules of their own.
"""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Person, Resource
from demo_server.people.building import (
    allergy,
    concept,
    condition,
    note,
    period,
    reaction,
    reference,
    resource,
)
from demo_server.people.codes import icd10, snomed, terminology
from demo_server.people.days import Days
from demo_server.people.omar_arrives import arrives
from demo_server.people.omar_codes import codes
from demo_server.people.omar_documents import documents
from demo_server.people.omar_doses import doses
from demo_server.people.omar_measures import measures
from demo_server.people.omar_medications import medications
from demo_server.people.omar_missing import missing
from demo_server.people.omar_more import more
from demo_server.people.omar_names import names
from demo_server.people.omar_paper import in_languages
from demo_server.people.omar_times import times
from demo_server.people.omar_values import values
from demo_server.people.patients import birth_sex, ethnicity, language, patient, record_number
from demo_server.people.places import PRIYA, address, phone

Json = dict[str, Any]

ME = "omar-haddad"

PERSON = Person(
    slug="omar",
    name="Omar Haddad",
    says="A record with every odd shape that the standard allows.",
    fhir_user=f"Patient/{ME}",
    patients=(ME,),
)

SCRIPT = "<script>alert(1)</script>"
RIGHT_TO_LEFT = "حساسية من الفول السوداني"  # "allergy to peanuts"


def absent(reason: str) -> Json:
    """A primitive's extension that says why the value is absent."""
    url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    return {"extension": [{"url": url, "valueCode": reason}]}


def resources(days: Days) -> list[Resource]:
    """Everything of Omar's record."""
    return [
        _himself(days),
        *_allergies(days),
        *_conditions(days),
        *medications(ME, days),
        *measures(ME, days),
        *values(ME, days),
        *documents(ME, days),
        *codes(ME, days),
        *arrives(ME, days),
        *in_languages(ME, days),
        *missing(ME, days),
        *doses(ME, days),
        *more(ME, days),
        *names(ME, days),
        *times(ME, days),
    ]


def _himself(days: Days) -> Resource:
    himself = patient(
        ME,
        "Haddad",
        ["Omar"],
        gender="male",
        born=days.year(47 * 365 + 200),
        number="HL-199001",
        updated=days.moment(2, "23:59"),
        extension=[
            {
                "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
                "extension": [
                    {
                        "url": "ombCategory",
                        "valueCoding": {
                            "system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
                            "code": "ASKU",
                            "display": "asked but unknown",
                        },
                    },
                    {"url": "text", "valueString": "Asked but unknown"},
                ],
            },
            ethnicity("2186-5"),
            birth_sex("UNK"),
            {"url": "https://harborlane.example/fhir/locker", "valueString": f"Locker 12 {SCRIPT}"},
        ],
        identifier=[
            record_number("HL-199001"),
            {
                "use": "old",
                "system": "https://old-system.example/mrn",
                "value": "000017",
                "period": period("2003", "2011-06"),
            },
            {
                "use": "secondary",
                "type": concept(terminology("v2-0203", "MB")),
                "system": "urn:oid:2.16.840.1.113883.19.5.99",
                "value": "W-77 / 2 (b)",
            },
            {"system": "https://harborlane.example/paper-files", "value": "Cabinet B"},
        ],
        name=[
            {"use": "official", "text": "Omar Haddad", "family": "Haddad", "given": ["Omar"]},
            {"use": "nickname", "given": ["Oz 🎷"]},
            {"use": "maiden", "family": "O'Brien-Haddad", "given": ["Omar"]},
            {"use": "old", "text": f"Omar {SCRIPT}", "family": "Al-Haddad", "period": period(end="2011")},
            {"text": "عمر حداد"},
        ],
        telecom=[
            phone("804-555-0191", "mobile"),
            {"system": "fax", "value": "804-555-0192", "use": "old"},
            {"system": "other", "value": "Ask for Omar at the tea shop", "use": "temp"},
            {"system": "phone", "_value": absent("asked-declined"), "use": "home"},
        ],
        address=[
            address("1 Causeway", "Port Ellery", "VA", "23100", use="home"),
            {"use": "old", "text": "Somewhere by the river, before 2011", "period": period(end="2011")},
            {"use": "temp", "_line": [absent("masked")], "country": "US"},
        ],
        communication=[language("en-US", "English"), {"language": {"text": "Arabic, a little"}}],
        deceasedBoolean=False,
        multipleBirthInteger=2,
        contact=[{"relationship": [{"text": "Neighbor"}], "organization": {"display": "Causeway Tea Shop"}}],
        _birthDate={
            "extension": [
                {
                    "url": "https://harborlane.example/fhir/how-known",
                    "valueString": "Year only: from an old paper file",
                }
            ]
        },
    )
    # One of his names is text alone, which US Core does not allow, so he makes no claim to its profile.
    del himself["meta"]["profile"]
    return himself


def _allergies(days: Days) -> list[Resource]:
    himself = reference(f"Patient/{ME}")
    return [
        allergy(
            ME,
            "omar-allergy-refuted",
            concept(text="Penicillin (checked and ruled out)"),
            recorded=days.month(800),
            clinical=None,
            verification="refuted",
            note=[note("Challenge test tolerated.")],
        ),
        allergy(
            ME,
            "omar-allergy-entered-in-error",
            concept(text="Shellfish entered for the wrong person"),
            recorded=days.day(300),
            clinical=None,
            verification="entered-in-error",
        ),
        allergy(
            ME,
            "omar-allergy-many-reactions",
            concept(text=RIGHT_TO_LEFT),
            recorded=days.year(4000),
            onsetAge={"value": 5, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"},
            category=["food", "environment"],
            criticality="high",
            recorder=reference("PractitionerRole/not-served", "Night nurse (details not available)"),
            asserter=reference("RelatedPerson/not-served", "His aunt"),
            reaction=[
                reaction(concept(snomed("39579001")), severity="severe", onset=days.year(4000)),
                reaction(concept(snomed("247472004")), concept(text="Itching 🥜"), severity="mild"),
                reaction(
                    concept(text="Felt strange"),
                    substance={"text": "Peanut oil"},
                    description=f"Said: {SCRIPT}",
                ),
            ],
        ),
        allergy(
            ME,
            "omar-allergy-code-without-display",
            {"coding": [{"system": "http://snomed.info/sct", "code": "424213003"}]},
            recorded=days.day(410),
            onsetString="about age 5",
            asserter=himself,
        ),
        allergy(
            ME,
            "omar-allergy-absent-code",
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
                        "code": "unknown",
                        "display": "Unknown",
                    }
                ]
            },
            recorded=days.day(500),
            onsetRange={"low": {"value": 10, "unit": "years"}, "high": {"value": 15, "unit": "years"}},
        ),
        _undated_allergy(days),
        allergy(
            ME,
            "omar-allergy-unknown-words",
            concept(text="Something in the old paint"),
            recorded=days.moment(90, "00:00"),
            clinical="inactive",
            verification="unconfirmed",
            onsetPeriod=period("1998", "1999-03"),
            reaction=[
                {"manifestation": [{"text": "Sneezing"}], "exposureRoute": {"text": "Breathing it in"}}
            ],
            modifierExtension=[
                {"url": "https://harborlane.example/fhir/not-to-be-relied-on", "valueBoolean": True}
            ],
        ),
    ]


def _undated_allergy(days: Days) -> Resource:
    """No date, no status, nobody: only what the standard makes mandatory."""
    return resource(
        "AllergyIntolerance",
        "omar-allergy-undated",
        updated=days.moment(200),
        profile="us-core-allergyintolerance",
        clinicalStatus={
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                    "code": "active",
                }
            ]
        },
        code={"text": "Cats"},
        patient=reference(f"Patient/{ME}"),
        _recordedDate=absent("unknown"),
    )


def _conditions(days: Days) -> list[Resource]:
    everywhere = "The pain moves. " * 400
    return [
        condition(
            ME,
            "omar-condition-refuted",
            concept(text="Bipolar disorder (ruled out)"),
            recorded=days.day(600),
            clinical=None,
            verification="refuted",
        ),
        condition(
            ME,
            "omar-condition-entered-in-error",
            concept(text="Pregnancy entered by mistake"),
            recorded=days.day(601),
            clinical=None,
            verification="entered-in-error",
        ),
        condition(
            ME,
            "omar-condition-text-only",
            {"text": f"Low back pain {SCRIPT} & <b>not bold</b>"},
            recorded=days.year(2000),
            onsetString="since the move",
            abatementString="comes and goes",
            clinical="recurrence",
            bodySite=[{"text": "Lower back, left"}],
            note=[
                note(everywhere, days.moment(30)),
                {"authorString": "Someone at the front desk", "text": "Line one\nLine two\n\n\tindented"},
            ],
        ),
        condition(
            ME,
            "omar-condition-code-without-display",
            {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]},
            recorded=days.month(900),
            onsetAge={"value": 41, "unit": "a", "system": "http://unitsofmeasure.org", "code": "a"},
            verification="provisional",
            recorder=reference("PractitionerRole/not-served"),
        ),
        condition(
            ME,
            "omar-condition-range",
            concept(icd10("M17.9"), text="Worn knee 🦵"),
            recorded=days.day(777),
            clinical="inactive",
            verification="differential",
            onsetRange={"low": {"value": 35, "unit": "years"}, "high": {"value": 40, "unit": "years"}},
            abatementAge={"value": 44, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"},
        ),
        condition(
            ME,
            "omar-condition-relapse",
            concept(text="Panic attacks"),
            recorded=days.day(70),
            clinical="relapse",
            extension=[
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate",
                    "valueDateTime": days.month(75),
                }
            ],
            stage=[{"summary": {"text": "Second of three"}}],
            evidence=[{"code": [{"text": "Diary"}]}],
        ),
        resource(
            "Condition",
            "omar-condition-unknown-category",
            updated=days.moment(45),
            category=[
                {"coding": [{"system": "https://harborlane.example/fhir/categories", "code": "spiritual"}]}
            ],
            clinicalStatus={
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
                ]
            },
            code={"text": "Grief after the flood"},
            subject=reference(f"Patient/{ME}"),
            onsetDateTime="1987",
            asserter={
                "identifier": {"system": "https://old-system.example/staff", "value": "77"},
                "display": "Old staff number 77",
            },
        ),
        resource(
            "Condition",
            "omar-condition-no-category-no-code",
            updated=days.moment(46),
            clinicalStatus={
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
                ]
            },
            subject=reference(f"Patient/{ME}"),
            recorder=PRIYA,
            _recordedDate=absent("masked"),
        ),
        condition(
            ME,
            "omar-diagnosis-missing-visit",
            concept(text="Sprained wrist"),
            recorded=days.day(130),
            kind="encounter-diagnosis",
            encounter=reference("Encounter/omar-visit-that-is-gone", "A visit that is no longer on file"),
        ),
    ]

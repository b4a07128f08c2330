"""Daniel Whitaker, 58: in therapy for depression, with diabetes and high blood pressure."""

from __future__ import annotations

from demo_server.people.base import Person, Resource
from demo_server.people.building import (
    allergy,
    concept,
    condition,
    encounter,
    note,
    period,
    reaction,
    reference,
)
from demo_server.people.codes import icd10, snomed, terminology
from demo_server.people.daniel_care import care, who_wrote_what
from demo_server.people.daniel_measures import measures
from demo_server.people.daniel_medications import medications
from demo_server.people.daniel_notes import notes
from demo_server.people.daniel_papers import papers
from demo_server.people.daniel_results import results
from demo_server.people.days import Days
from demo_server.people.patients import birth_sex, ethnicity, gender_identity, language, patient, race
from demo_server.people.places import BAYVIEW, HANNAH, IMANI, PRIYA, TOM, address, phone

ME = "daniel-whitaker"

PERSON = Person(
    slug="daniel",
    name="Daniel Whitaker",
    says="58, in therapy, with two years of mood questionnaires and a full list of medicines.",
    fhir_user=f"Patient/{ME}",
    patients=(ME,),
)


def resources(days: Days) -> list[Resource]:
    """Everything of Daniel's record."""
    everything = [
        _himself(days),
        *_allergies(days),
        *_conditions(days),
        *medications(ME, days),
        *_visits(days),
        *measures(ME, days),
        *results(ME, days),
        *care(ME, days),
        *notes(ME, days),
        *papers(ME, days),
    ]
    return [*everything, *who_wrote_what(ME, days, everything)]


def _himself(days: Days) -> Resource:
    return patient(
        ME,
        "Whitaker",
        ["Daniel", "James"],
        gender="male",
        born=days.born(58, 3, 9),
        number="HL-204117",
        updated=days.moment(30, "10:12"),
        extension=[
            race("2106-3"),
            ethnicity("2186-5"),
            birth_sex("M"),
            gender_identity(concept(snomed("446151000124109"))),
        ],
        name=[{"use": "official", "family": "Whitaker", "given": ["Daniel", "James"], "suffix": ["Jr."]}],
        telecom=[
            phone("804-555-0172", "mobile"),
            phone("804-555-0173", "home"),
            {"system": "email", "value": "daniel.whitaker@mail.example", "use": "home"},
        ],
        address=[
            address(
                "26 Heron Court, Apt 4", "Port Ellery", "VA", "23102", use="home", period=period("2019-05-01")
            ),
            address(
                "118 Old Mill Road",
                "Sutter Falls",
                "VA",
                "23188",
                use="old",
                period=period("2008-02-01", "2019-04-30"),
            ),
        ],
        communication=[language("en-US", "English")],
        contact=[
            {
                "relationship": [concept(text="Wife")],
                "name": {"family": "Whitaker", "given": ["Carol"]},
                "telecom": [phone("804-555-0174", "mobile")],
            }
        ],
        generalPractitioner=[PRIYA],
    )


def _allergies(days: Days) -> list[Resource]:
    return [
        allergy(
            ME,
            "daniel-allergy-penicillin",
            concept(snomed("373270004"), text="Penicillin"),
            recorded=days.day(2200),
            type="allergy",
            category=["medication"],
            criticality="high",
            onsetDateTime="1994",
            lastOccurrence="1994-07",
            recorder=PRIYA,
            asserter=reference(f"Patient/{ME}", "Daniel Whitaker"),
            note=[
                note(
                    "Needed an ambulance as a young man. Carries a card.",
                    days.moment(2200),
                    PRIYA["reference"],
                )
            ],
            reaction=[
                reaction(
                    concept(snomed("39579001")),
                    concept(snomed("247472004")),
                    severity="severe",
                    description="Throat swelling and hives within minutes of the first tablet",
                    onset="1994-07",
                ),
                reaction(concept(snomed("271807003"), text="Skin rash"), severity="moderate"),
            ],
        ),
        allergy(
            ME,
            "daniel-allergy-peanut",
            concept(snomed("762952008"), text="Peanuts"),
            recorded=days.day(1480),
            type="allergy",
            category=["food"],
            criticality="low",
            recorder=HANNAH,
            reaction=[reaction(concept(text="Itching of the mouth"), severity="mild")],
        ),
        allergy(
            ME,
            "daniel-allergy-sulfa",
            concept(snomed("115556009"), text="Sulfa antibiotics"),
            recorded=days.day(900),
            verification="unconfirmed",
            type="intolerance",
            category=["medication"],
            criticality="unable-to-assess",
            asserter=reference(f"Patient/{ME}", "Daniel Whitaker"),
            reaction=[reaction(concept(text="Upset stomach"))],
        ),
        allergy(
            ME,
            "daniel-allergy-eggs",
            concept(snomed("91930004"), text="Eggs (as a child)"),
            recorded=days.day(2200),
            clinical="resolved",
            type="allergy",
            category=["food"],
            criticality="low",
        ),
        allergy(
            ME,
            "daniel-allergy-latex-refuted",
            concept(snomed("111088007"), text="Latex"),
            recorded=days.day(700),
            clinical=None,
            verification="refuted",
            category=["environment"],
            note=[note("Patch test was negative. Gloves are fine.", days.moment(700), PRIYA["reference"])],
        ),
    ]


def _conditions(days: Days) -> list[Resource]:
    return [
        condition(
            ME,
            "daniel-condition-depression",
            concept(icd10("F33.1"), text="Major depression, recurrent, moderate"),
            recorded=days.day(760),
            onsetDateTime=days.day(790),
            recorder=IMANI,
            asserter=IMANI,
            severity=concept(text="Moderate"),
            note=[
                note(
                    "Second episode. First one in 2009, treated elsewhere.",
                    days.moment(760),
                    IMANI["reference"],
                )
            ],
        ),
        condition(
            ME,
            "daniel-condition-anxiety",
            concept(icd10("F41.1"), text="Generalized anxiety"),
            recorded=days.day(700),
            clinical="remission",
            onsetDateTime=days.month(760),
            recorder=IMANI,
        ),
        condition(
            ME,
            "daniel-condition-diabetes",
            concept(icd10("E11.9"), text="Type 2 diabetes"),
            recorded=days.day(2190),
            onsetDateTime=days.year(2600),
            recorder=PRIYA,
        ),
        condition(
            ME,
            "daniel-condition-hypertension",
            concept(snomed("38341003"), icd10("I10"), text="High blood pressure"),
            recorded=days.day(2190),
            onsetDateTime=days.year(3400),
            recorder=PRIYA,
        ),
        condition(
            ME,
            "daniel-condition-kidney-stone",
            concept(icd10("N20.0"), text="Kidney stone"),
            recorded=days.day(1610),
            clinical="resolved",
            onsetDateTime=days.day(1615),
            abatementDateTime=days.day(1580),
            recorder=PRIYA,
        ),
        condition(
            ME,
            "daniel-concern-sleep",
            concept(text="Wakes at four most nights and lies there worrying"),
            recorded=days.day(180),
            kind="health-concern",
            asserter=reference(f"Patient/{ME}", "Daniel Whitaker"),
            recorder=TOM,
        ),
        condition(
            ME,
            "daniel-diagnosis-depression",
            concept(icd10("F33.1"), snomed("35489007"), text="Depressive episode, moderate"),
            recorded=days.day(12),
            kind="encounter-diagnosis",
            encounter=reference("Encounter/daniel-visit-psychiatry-12"),
            onsetDateTime=days.day(790),
            recorder=IMANI,
        ),
        condition(
            ME,
            "daniel-diagnosis-checkup",
            concept(icd10("Z00.00"), text="Yearly check-up"),
            recorded=days.day(95),
            kind="encounter-diagnosis",
            clinical="resolved",
            encounter=reference("Encounter/daniel-visit-checkup-95"),
            abatementDateTime=days.day(95),
            recorder=PRIYA,
            extension=[
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate",
                    "valueDateTime": days.day(95),
                }
            ],
        ),
    ]


def _visits(days: Days) -> list[Resource]:
    checkup = concept(snomed("185349003"), text="Check-up")
    therapy = concept(text="Individual therapy")
    followup = concept(snomed("185347001"), text="Medication follow-up")
    sessions = [
        encounter(
            ME,
            f"daniel-visit-therapy-{ago}",
            therapy,
            start=days.moment(ago, "15:00"),
            end=days.moment(ago, "15:50"),
            practitioner=TOM,
            act="VR" if ago in (47, 75) else "AMB",
            where=None if ago in (47, 75) else "harbor-lane-main",
            reasonReference=[reference("Condition/daniel-condition-depression", "Depression")],
        )
        for ago in (5, 19, 33, 47, 61, 75, 89)
    ]
    return [
        *sessions,
        encounter(
            ME,
            "daniel-visit-psychiatry-12",
            followup,
            start=days.moment(12, "10:00"),
            end=days.moment(12, "10:45"),
            practitioner=IMANI,
            reasonCode=[concept(text="Mood and medicines")],
            diagnosis=[{"condition": reference("Condition/daniel-diagnosis-depression")}],
        ),
        encounter(
            ME,
            "daniel-visit-checkup-95",
            checkup,
            start=days.moment(95, "09:00"),
            end=days.moment(95, "10:05"),
            practitioner=PRIYA,
            reasonCode=[concept(icd10("Z00.00"), text="Yearly check-up")],
        ),
        encounter(
            ME,
            "daniel-visit-checkup-410",
            checkup,
            start=days.moment(410, "09:00"),
            end=days.moment(410, "09:45"),
            practitioner=PRIYA,
            reasonCode=[concept(text="Cough for three weeks")],
        ),
        encounter(
            ME,
            "daniel-visit-hospital-1600",
            concept(snomed("32485007"), text="Hospital stay"),
            start=days.moment(1602, "22:40"),
            end=days.moment(1598, "11:00"),
            practitioner=reference("Practitioner/arthur-kessler", "Arthur Kessler, MD"),
            where="bayview-ward-4",
            act="IMP",
            serviceProvider=BAYVIEW,
            reasonCode=[concept(icd10("N20.0"), text="Kidney stone")],
            hospitalization={"dischargeDisposition": concept(terminology("discharge-disposition", "home"))},
        ),
        encounter(
            ME,
            "daniel-visit-planned",
            followup,
            start=days.moment(-9, "10:00"),
            end=None,
            practitioner=IMANI,
            status="planned",
            updated=days.moment(12, "10:50"),
        ),
    ]

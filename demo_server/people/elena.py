"""Elena Ortiz, a mother, and the records of her children: Maya, 9, and Mateo, 3."""

from __future__ import annotations

from demo_server.people.base import Person, Resource
from demo_server.people.building import (
    allergy,
    concept,
    condition,
    document,
    encounter,
    medication_request,
    note,
    reaction,
    reference,
)
from demo_server.people.care import care_plan, care_team, goal, procedure
from demo_server.people.codes import icd10, snomed
from demo_server.people.days import Days
from demo_server.people.elena_growth import (
    MATEO,
    MATEO_BORN,
    MAYA,
    MAYA_BORN,
    mateo_growth,
    maya_growth,
    vaccines,
)
from demo_server.people.files import attachment
from demo_server.people.patients import birth_sex, ethnicity, gender_identity, language, patient, race
from demo_server.people.places import AGENCY, HANNAH, IMANI, PRIYA, SOFIA, address, phone

CHILDREN = "harbor-lane-children"
MOTHER = {"reference": "RelatedPerson/elena-ortiz", "display": "Elena Ortiz (mother)"}

PERSON = Person(
    slug="elena",
    name="Elena Ortiz",
    says="Mother of Maya, 9, and Mateo, 3. She opens their records as their representative.",
    fhir_user="RelatedPerson/elena-ortiz",
    patients=(MAYA, MATEO),
)


def resources(days: Days) -> list[Resource]:
    """Both children's records."""
    return [
        *_the_children(days),
        *maya_growth(days),
        *mateo_growth(days),
        *vaccines(days),
        *_maya(days),
        *_mateo(days),
    ]


def _the_children(days: Days) -> list[Resource]:
    home = address("301 Marsh Street", "Port Ellery", "VA", "23103", use="home")
    contact = {
        "relationship": [concept(text="Mother")],
        "name": {"family": "Ortiz", "given": ["Elena"]},
        "telecom": [phone("804-555-0160", "mobile")],
    }
    common = {
        "telecom": [phone("804-555-0160", "mobile")],
        "address": [home],
        "contact": [contact],
        "communication": [language("en-US", "English")],
    }
    heritage = [
        race("2131-1", text="Other"),
        ethnicity("2135-2", detailed="2184-0", text="Hispanic or Latino, Dominican"),
    ]
    return [
        patient(
            MAYA,
            "Ortiz",
            ["Maya", "Isabel"],
            gender="female",
            born=days.born(*MAYA_BORN),
            number="HL-288340",
            updated=days.moment(20, "08:50"),
            extension=[
                *heritage,
                birth_sex("F"),
                gender_identity(concept(snomed("446141000124107"))),
            ],
            generalPractitioner=[PRIYA],
            **common,
        ),
        patient(
            MATEO,
            "Ortiz",
            ["Mateo"],
            gender="male",
            born=days.born(*MATEO_BORN),
            number="HL-288341",
            updated=days.moment(35, "08:50"),
            extension=[*heritage, birth_sex("M")],
            generalPractitioner=[PRIYA],
            **common,
        ),
    ]


def _maya(days: Days) -> list[Resource]:
    return [
        encounter(
            MAYA,
            "maya-visit-20",
            concept(snomed("185347001"), text="Follow-up for attention and medicine"),
            start=days.moment(20, "09:00"),
            end=days.moment(20, "09:40"),
            practitioner=IMANI,
            where=CHILDREN,
            reasonCode=[concept(icd10("F90.2"), text="Attention")],
        ),
        encounter(
            MAYA,
            "maya-visit-therapy-34",
            concept(text="Play therapy"),
            start=days.moment(34, "15:30"),
            end=days.moment(34, "16:15"),
            practitioner=SOFIA,
            where=CHILDREN,
        ),
        condition(
            MAYA,
            "maya-condition-adhd",
            concept(snomed("406506008"), icd10("F90.2"), text="ADHD, combined type"),
            recorded=days.day(385),
            onsetDateTime=days.year(1100),
            recorder=IMANI,
            asserter=IMANI,
        ),
        condition(
            MAYA,
            "maya-diagnosis-adhd",
            concept(icd10("F90.2")),
            recorded=days.day(20),
            kind="encounter-diagnosis",
            encounter=reference("Encounter/maya-visit-20"),
            recorder=IMANI,
        ),
        allergy(
            MAYA,
            "maya-allergy-amoxicillin",
            concept(text="Amoxicillin"),
            recorded=days.day(1480),
            type="allergy",
            category=["medication"],
            criticality="low",
            recorder=PRIYA,
            asserter=MOTHER,
            reaction=[reaction(concept(snomed("271807003"), text="Skin rash"), severity="mild")],
        ),
        medication_request(
            MAYA,
            "maya-medication-methylphenidate",
            concept(text="Methylphenidate 18 mg extended-release tablet"),
            {
                "text": "Take 1 tablet in the morning on school days",
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["MORN"]}},
            },
            authored=days.moment(20, "09:35"),
            requester=IMANI,
            encounter=reference("Encounter/maya-visit-20"),
            reportedBoolean=False,
            reasonReference=[reference("Condition/maya-condition-adhd", "ADHD")],
            note=[note("Watch appetite; weigh at each visit.", days.moment(20), IMANI["reference"])],
        ),
        medication_request(
            MAYA,
            "maya-medication-vitamin",
            concept(text="Children's multivitamin, chewable"),
            "1 a day",
            authored=days.day(200),
            requester=AGENCY,
            reportedReference=MOTHER,
        ),
        medication_request(
            MAYA,
            "maya-medication-guanfacine-stopped",
            concept(text="Guanfacine 1 mg tablet"),
            "Take 1 tablet at bedtime",
            authored=days.day(380),
            requester=IMANI,
            status="stopped",
            statusReason=concept(text="Too sleepy at school"),
            reportedBoolean=False,
        ),
        document(
            MAYA,
            "maya-note-20",
            "11506-3",
            [
                attachment(
                    b"Maya sat through the spelling test for the first time. Sleeps well. Lunch comes home\n"
                    b"half eaten.\n"
                    b"Plan: same dose, bigger breakfast, weigh in six weeks.\n",
                    "text/plain",
                    title="Follow-up note",
                )
            ],
            when=days.moment(20, "10:05"),
            authors=[IMANI],
            encounter="maya-visit-20",
        ),
        goal(
            MAYA,
            "maya-goal-homework",
            "Finish homework before supper on four of five school days",
            started=days.day(34),
            target=[
                {
                    "measure": {"text": "School days a week"},
                    "detailString": "4 of 5",
                    "dueDate": days.day(-60),
                }
            ],
        ),
        care_plan(
            MAYA,
            "maya-plan",
            "School and home plan",
            "Morning routine with pictures, medicine with breakfast, a break after each lesson.",
            created=days.day(34),
            goal=[reference("Goal/maya-goal-homework")],
        ),
        care_team(
            MAYA,
            "maya-team",
            "Maya's team",
            [(concept(text="Psychiatrist"), IMANI), (concept(text="Family therapist"), SOFIA)],
            updated=days.day(34),
        ),
    ]


def _mateo(days: Days) -> list[Resource]:
    return [
        encounter(
            MATEO,
            "mateo-visit-35",
            concept(snomed("185349003"), text="Check-up at three years"),
            start=days.moment(35, "10:00"),
            end=days.moment(35, "10:40"),
            practitioner=PRIYA,
            where=CHILDREN,
        ),
        encounter(
            MATEO,
            "mateo-visit-12",
            concept(snomed("185345009"), text="Earache"),
            start=days.moment(12, "16:00"),
            end=days.moment(12, "16:25"),
            practitioner=PRIYA,
            where=CHILDREN,
        ),
        condition(
            MATEO,
            "mateo-diagnosis-ear",
            concept(snomed("65363002"), text="Middle ear infection"),
            recorded=days.day(12),
            kind="encounter-diagnosis",
            encounter=reference("Encounter/mateo-visit-12"),
            onsetDateTime=days.day(14),
            recorder=PRIYA,
        ),
        medication_request(
            MATEO,
            "mateo-medication-amoxicillin",
            concept(text="Amoxicillin 400 mg / 5 mL suspension"),
            "Give 6 mL by mouth twice a day for 10 days",
            authored=days.moment(12, "16:20"),
            requester=PRIYA,
            status="completed",
            encounter=reference("Encounter/mateo-visit-12"),
            reportedBoolean=False,
        ),
        procedure(
            MATEO,
            "mateo-procedure-hearing",
            concept(text="Hearing test"),
            when=days.day(35),
            performer=[{"actor": HANNAH}],
        ),
        document(
            MATEO,
            "mateo-note-35",
            "34117-2",
            [
                attachment(
                    b"Three-year check-up. Speaks in sentences, in both languages. Grows well.\n",
                    "text/plain",
                )
            ],
            when=days.moment(35, "11:00"),
            authors=[PRIYA],
            encounter="mateo-visit-35",
        ),
    ]

"""Elena Ortiz, a mother, and the records of her children: Maya, 9, and Mateo, 3."""

from __future__ import annotations

from demo_server.people.base import Person, Resource
from demo_server.people.building import (
    allergy,
    blood_pressure,
    concept,
    condition,
    document,
    encounter,
    immunization,
    medication_request,
    note,
    reaction,
    reference,
    vital,
)
from demo_server.people.care import care_plan, care_team, goal, procedure
from demo_server.people.codes import icd10, snomed
from demo_server.people.days import Days
from demo_server.people.files import attachment
from demo_server.people.patients import birth_sex, ethnicity, gender_identity, language, patient, race
from demo_server.people.places import AGENCY, HANNAH, IMANI, PRIYA, SOFIA, address, phone

MAYA = "maya-ortiz"
MATEO = "mateo-ortiz"
CHILDREN = "harbor-lane-children"
MOTHER = {"reference": "RelatedPerson/elena-ortiz", "display": "Elena Ortiz (mother)"}

PERSON = Person(
    slug="elena",
    name="Elena Ortiz",
    says="Mother of Maya, 9, and Mateo, 3. She opens their records as their representative.",
    fhir_user="RelatedPerson/elena-ortiz",
    patients=(MAYA, MATEO),
)

# Days ago, height in cm, weight in kg, BMI percentile.
MAYA_GROWTH = (
    (20, 133.5, 28.1, 38),
    (200, 131.0, 27.4, 42),
    (385, 128.4, 26.6, 47),
    (750, 122.6, 23.9, 51),
    (1115, 116.3, 21.2, 53),
    (1480, 109.8, 18.6, 49),
)
# Days ago, length in cm, weight in kg, head in cm, head percentile, weight-for-length percentile.
MATEO_GROWTH = (
    (35, 96.2, 14.6, 49.8, 55, 57),
    (220, 91.5, 13.5, 49.1, 52, 60),
    (400, 86.4, 12.1, 48.4, 54, 58),
    (580, 81.0, 10.9, 47.5, 51, 62),
    (760, 74.8, 9.5, 46.0, 48, 64),
    (850, 69.9, 8.4, 44.6, 47, 61),
    (940, 63.5, 6.9, 42.3, 44, 55),
    (1030, 53.0, 4.2, 37.4, 41, 50),
)
# CVX codes and the visits (days ago) at which they were given.
MATEO_VACCINES = {
    "08": (1090, 1030, 850),
    "20": (1030, 970, 850, 580),
    "10": (1030, 970, 850),
    "119": (1030, 970),
    "133": (1030, 970, 850, 700),
    "03": (700,),
    "21": (700,),
    "83": (700, 400),
}
MAYA_VACCINES = {
    "03": (2900, 1850),
    "20": (3100, 1850),
    "21": (2900, 1850),
    "10": (3100, 1850),
    "150": (410, 50),
}


def resources(days: Days) -> list[Resource]:
    """Both children's records."""
    return [
        *_the_children(days),
        *_maya_growth(days),
        *_mateo_growth(days),
        *_vaccines(days),
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
            born=days.born(9, 2, 17),
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
            born=days.born(3, 1, 8),
            number="HL-288341",
            updated=days.moment(35, "08:50"),
            extension=[*heritage, birth_sex("M")],
            generalPractitioner=[PRIYA],
            **common,
        ),
    ]


def _maya_growth(days: Days) -> list[Resource]:
    out: list[Resource] = []
    for ago, height, weight, percentile in MAYA_GROWTH:
        when = days.moment(ago, "09:10")
        out += [
            vital(MAYA, f"maya-height-{ago}", "8302-2", height, when=when, performer=[HANNAH]),
            vital(MAYA, f"maya-weight-{ago}", "29463-7", weight, when=when, performer=[HANNAH]),
            vital(MAYA, f"maya-bmi-{ago}", "39156-5", round(weight / (height / 100) ** 2, 1), when=when),
            vital(MAYA, f"maya-bmi-percentile-{ago}", "59576-9", percentile, when=when),
        ]
        if ago < 800:
            out += [
                blood_pressure(MAYA, f"maya-bp-{ago}", 98 + ago % 7, 60 + ago % 5, when=when),
                vital(MAYA, f"maya-pulse-{ago}", "8867-4", 82 + ago % 9, when=when),
            ]
    return out


def _mateo_growth(days: Days) -> list[Resource]:
    out: list[Resource] = []
    for ago, length, weight, head, head_percentile, slender in MATEO_GROWTH:
        when = days.moment(ago, "10:10")
        out += [
            vital(MATEO, f"mateo-height-{ago}", "8302-2", length, when=when),
            vital(MATEO, f"mateo-weight-{ago}", "29463-7", weight, when=when),
            vital(MATEO, f"mateo-head-{ago}", "9843-4", head, when=when),
            vital(MATEO, f"mateo-head-percentile-{ago}", "8289-1", head_percentile, when=when),
            vital(MATEO, f"mateo-weight-for-length-{ago}", "77606-2", slender, when=when),
        ]
    out.append(vital(MATEO, "mateo-bmi-percentile-35", "59576-9", 46, when=days.moment(35, "10:10")))
    out.append(vital(MATEO, "mateo-temperature-12", "8310-5", 38.4, when=days.moment(12, "16:05")))
    out.append(vital(MATEO, "mateo-breathing-12", "9279-1", 28, when=days.moment(12, "16:05")))
    return out


def _vaccines(days: Days) -> list[Resource]:
    out = [
        immunization(
            child, f"{name}-vaccine-{code}-{ago}", code, when=days.day(ago), performer=[{"actor": HANNAH}]
        )
        for child, name, given in ((MAYA, "maya", MAYA_VACCINES), (MATEO, "mateo", MATEO_VACCINES))
        for code, visits in given.items()
        for ago in visits
    ]
    out += [
        immunization(
            MATEO,
            "mateo-vaccine-flu-declined",
            "150",
            when=days.day(35),
            status="not-done",
            statusReason=concept(
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                    "code": "PATOBJ",
                    "display": "Patient objection",
                },
                text="Mother would like to wait until he is over his cold",
            ),
        ),
        immunization(
            MAYA,
            "maya-vaccine-hep-b-reported",
            "08",
            when=days.month(3280),
            primarySource=False,
            reportOrigin=concept(text="From the parent's vaccine card"),
        ),
    ]
    return out


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
                    b"Maya sat through the spelling test for the first time. Sleeps well. Lunch comes home half eaten.\n"
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

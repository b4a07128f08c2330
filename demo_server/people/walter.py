"""Walter Adeyemi, 84, and his daughter Ruth: a record of thirty years."""

from __future__ import annotations

from demo_server.people.base import Person, Resource
from demo_server.people.building import (
    allergy,
    concept,
    condition,
    document,
    encounter,
    immunization,
    medication_request,
    note,
    period,
    quantity,
    reaction,
    reference,
)
from demo_server.people.care import care_plan, care_team, goal, implant, procedure, smoking
from demo_server.people.codes import icd10, loinc, rxnorm, snomed, terminology
from demo_server.people.days import Days
from demo_server.people.files import attachment, pdf
from demo_server.people.measuring import oxygen_saturation
from demo_server.people.patients import birth_sex, ethnicity, gender_identity, language, patient, race
from demo_server.people.places import BAYVIEW, HANNAH, IMANI, PRIYA, address, phone
from demo_server.people.questionnaires import phq9
from demo_server.people.walter_history import history

ME = "walter-adeyemi"
RUTH = {"reference": "RelatedPerson/ruth-adeyemi", "display": "Ruth Adeyemi (daughter)"}
KESSLER = {"reference": "Practitioner/arthur-kessler", "display": "Arthur Kessler, MD"}

PERSON = Person(
    slug="walter",
    name="Walter Adeyemi",
    says="84, with a record of thirty years.",
    fhir_user=f"Patient/{ME}",
    patients=(ME,),
)
DAUGHTER = Person(
    slug="ruth",
    name="Ruth Adeyemi",
    says="Walter's daughter, who looks after his record as his representative.",
    fhir_user="RelatedPerson/ruth-adeyemi",
    patients=(ME,),
)

# Words, code, years since it began, clinical status, years since it ended.
PROBLEMS = (
    ("High blood pressure", icd10("I10"), 29, "active", None),
    ("High cholesterol", icd10("E78.5"), 27, "active", None),
    ("Worn knees", icd10("M17.9"), 22, "active", None),
    ("Worn hip, left", snomed("239872002"), 19, "active", None),
    ("Enlarged prostate", icd10("N40.0"), 18, "active", None),
    ("Narrowed heart arteries", icd10("I25.10"), 14, "active", None),
    ("Heart rhythm disorder (atrial fibrillation)", icd10("I48.91"), 11, "active", None),
    ("Chronic kidney disease, stage 3a", icd10("N18.31"), 9, "active", None),
    ("Underactive thyroid", icd10("E03.9"), 12, "active", None),
    ("Heart failure", icd10("I50.9"), 5, "active", None),
    ("Chronic lung disease from smoking", icd10("J44.9"), 16, "active", None),
    ("Low iron", icd10("D50.9"), 8, "resolved", 7),
    ("Pneumonia", icd10("J18.9"), 6, "resolved", 6),
    ("Kidney stone", icd10("N20.0"), 24, "resolved", 24),
    ("Low mood after his wife's death", snomed("35489007"), 10, "remission", None),
    ("Alcohol, more than he wanted", icd10("F10.20"), 28, "inactive", 25),
)

# Words, code, dose, years since it was first ordered, status.
MEDICINES = (
    ("Lisinopril 20 mg tablet", rxnorm("314077"), "Take 1 tablet every morning", 9, "active"),
    ("Atorvastatin 40 mg tablet", rxnorm("617311"), "Take 1 tablet every evening", 13, "active"),
    ("Carvedilol 12.5 mg tablet", rxnorm("200032"), "Take 1 tablet twice a day with food", 5, "active"),
    ("Furosemide 40 mg tablet", rxnorm("313988"), "Take 1 tablet every morning", 5, "active"),
    ("Levothyroxine 50 mcg tablet", rxnorm("966221"), "Take 1 tablet before breakfast", 12, "active"),
    ("Tamsulosin 0.4 mg capsule", None, "Take 1 capsule half an hour after supper", 17, "active"),
    ("Apixaban 2.5 mg tablet", None, "Take 1 tablet twice a day", 4, "active"),
    ("Omeprazole 20 mg capsule", rxnorm("198051"), "Take 1 capsule before breakfast", 6, "on-hold"),
    ("Aspirin 81 mg tablet", rxnorm("243670"), "Take 1 tablet a day", 14, "stopped"),
    ("Amlodipine 10 mg tablet", rxnorm("308135"), "Take 1 tablet a day", 15, "stopped"),
    ("Amlodipine 5 mg tablet", rxnorm("197361"), "Take 1 tablet a day", 20, "stopped"),
    ("Hydrochlorothiazide 25 mg tablet", rxnorm("310798"), "Take 1 tablet a day", 28, "stopped"),
    ("Simvastatin 20 mg tablet", rxnorm("312961"), "Take 1 tablet every evening", 26, "stopped"),
    ("Losartan 50 mg tablet", rxnorm("979492"), "Take 1 tablet a day", 11, "stopped"),
    ("Iron tablets 325 mg", rxnorm("310325"), "Take 1 tablet every second day", 8, "completed"),
    ("Gabapentin 300 mg capsule", rxnorm("310431"), "Take 1 capsule at bedtime", 7, "stopped"),
    ("Sertraline 50 mg tablet", rxnorm("312941"), "Take 1 tablet every morning", 10, "completed"),
    ("Acetaminophen 325 mg tablet", rxnorm("313782"), "Take 2 tablets when the knees hurt", 21, "active"),
)


def resources(days: Days) -> list[Resource]:
    """Everything of Walter's record."""
    return [
        _himself(days),
        *_allergies(days),
        *_problems(days),
        *_medicines(days),
        *_hospital(days),
        *_care(days),
        *history(ME, days),
    ]


def _himself(days: Days) -> Resource:
    return patient(
        ME,
        "Adeyemi",
        ["Walter", "Olu"],
        gender="male",
        born=days.born(84, 7, 21),
        number="HL-000412",
        updated=days.moment(21, "10:20"),
        extension=[
            race("2054-5"),
            ethnicity("2186-5"),
            birth_sex("M"),
            gender_identity(concept(snomed("446151000124109"))),
        ],
        telecom=[phone("804-555-0120", "home")],
        address=[address("14 Chapel Hill Road", "Port Ellery", "VA", "23105", use="home")],
        communication=[language("en-US", "English")],
        contact=[
            {
                "relationship": [concept(text="Daughter")],
                "name": {"family": "Adeyemi", "given": ["Ruth"]},
                "telecom": [phone("804-555-0121", "mobile")],
            }
        ],
        generalPractitioner=[PRIYA],
    )


def _allergies(days: Days) -> list[Resource]:
    return [
        allergy(
            ME,
            "walter-allergy-codeine",
            concept(text="Codeine"),
            recorded=days.day(23 * 365),
            type="intolerance",
            category=["medication"],
            criticality="low",
            recorder=PRIYA,
            reaction=[reaction(concept(text="Confusion"), severity="moderate")],
        ),
        allergy(
            ME,
            "walter-allergy-bee",
            concept(snomed("424213003"), text="Bee stings"),
            recorded=days.year(29 * 365),
            type="allergy",
            category=["environment"],
            criticality="high",
            reaction=[reaction(concept(snomed("39579001")), severity="severe", onset=days.year(29 * 365))],
        ),
        allergy(
            ME,
            "walter-allergy-grass",
            concept(snomed("418689008"), text="Grass pollen"),
            recorded=days.year(25 * 365),
            clinical="inactive",
            category=["environment"],
        ),
    ]


def _problems(days: Days) -> list[Resource]:
    return [
        condition(
            ME,
            f"walter-condition-{number}",
            concept(code, text=words),
            recorded=days.day(began * 365 - 30),
            clinical=status,
            onsetDateTime=days.year(began * 365) if began > 15 else days.month(began * 365),
            abatementDateTime=days.month(ended * 365 - 40) if ended else None,
            recorder=PRIYA,
        )
        for number, (words, code, began, status, ended) in enumerate(PROBLEMS, start=1)
    ]


def _medicines(days: Days) -> list[Resource]:
    out: list[Resource] = []
    for number, (words, code, dose, began, status) in enumerate(MEDICINES, start=1):
        drug = concept(code, text=words) if code else concept(text=words)
        # A medicine that goes on is ordered anew each year; the older orders are completed.
        orders = range(began, 0, -1) if status == "active" else (began,)
        for year in orders:
            latest = year == 1 or status != "active"
            out.append(
                medication_request(
                    ME,
                    f"walter-medication-{number}-{year}",
                    drug,
                    dose,
                    authored=days.day(year * 365 - 300 if year == 1 else year * 365),
                    requester=PRIYA,
                    status=status if latest else "completed",
                    reportedBoolean=False,
                    dispenseRequest={
                        "numberOfRepeatsAllowed": 3,
                        "expectedSupplyDuration": quantity(90, "days", "d"),
                    },
                )
            )
    out.append(
        medication_request(
            ME,
            "walter-medication-turmeric",
            concept(text="Turmeric capsules"),
            "1 with lunch",
            authored=days.day(112),
            requester=RUTH,
            reportedReference=RUTH,
            note=[note("Ruth tells us he takes these.", days.moment(112), HANNAH["reference"])],
        )
    )
    return out


def _hospital(days: Days) -> list[Resource]:
    stays = (
        (24 * 365, 3, "Kidney stone", icd10("N20.0")),
        (14 * 365, 5, "Chest pain", icd10("I25.10")),
        (13 * 365, 6, "Knee replacement", icd10("M17.9")),
        (6 * 365, 8, "Pneumonia", icd10("J18.9")),
        (5 * 365, 6, "Heart failure", icd10("I50.9")),
    )
    out: list[Resource] = []
    for ago, nights, words, code in stays:
        logical_id = f"walter-stay-{ago}"
        out += [
            encounter(
                ME,
                logical_id,
                concept(snomed("32485007"), text="Hospital stay"),
                start=days.moment(ago, "18:20"),
                end=days.moment(ago - nights, "11:30"),
                practitioner=KESSLER,
                where="bayview-ward-4",
                act="IMP",
                serviceProvider=BAYVIEW,
                reasonCode=[concept(code, text=words)],
                hospitalization={
                    "dischargeDisposition": concept(terminology("discharge-disposition", "home"))
                },
            ),
            document(
                ME,
                f"walter-discharge-{ago}",
                "18842-5",
                [
                    attachment(
                        pdf(
                            "Discharge summary",
                            f"Reason: {words}. Nights in hospital: {nights}.",
                            "Condition on leaving: better. Follow-up with Dr. Raman within two weeks.",
                        ),
                        "application/pdf",
                        title=f"Discharge summary: {words}",
                    )
                ],
                when=days.moment(ago - nights, "12:00"),
                authors=[KESSLER],
                encounter=logical_id,
                covers=period(days.day(ago), days.day(ago - nights)),
            ),
        ]
    return out


def _care(days: Days) -> list[Resource]:
    knee = reference("Device/walter-device-knee", "Knee joint prosthesis")
    flu = [
        immunization(
            ME, f"walter-vaccine-flu-{year}", "197" if year < 10 else "140", when=days.day(year * 365 + 40)
        )
        for year in range(30)
    ]
    moods = (
        (3640, (2, 2, 2, 2, 1, 1, 1, 0, 0)),
        (3500, (1, 1, 2, 1, 1, 0, 0, 0, 0)),
        (203, (0, 0, 1, 1, 0, 0, 0, 0, 0)),
    )
    answers = [
        one
        for ago, points in moods
        for one in phq9(ME, f"walter-phq9-{ago}", points, when=days.moment(ago, "10:40"), difficulty=0)
    ]
    return [
        *flu,
        *answers,
        immunization(ME, "walter-vaccine-td", "113", when=days.day(9 * 365)),
        immunization(ME, "walter-vaccine-pneumonia", "133", when=days.day(11 * 365)),
        immunization(ME, "walter-vaccine-shingles", "187", when=days.day(4 * 365)),
        immunization(ME, "walter-vaccine-covid", "309", when=days.day(55)),
        smoking(ME, "walter-smoking", "8517006", when=days.day(203), performer=[HANNAH]),
        implant(
            ME,
            "walter-device-knee",
            concept(snomed("109228008")),
            identifier="00555019900017",
            made=days.day(13 * 365 + 200),
            expires=days.day(8 * 365),
        ),
        implant(
            ME,
            "walter-device-defibrillator",
            concept(snomed("19257004"), text="Heart defibrillator"),
            identifier="00555019900024",
            made=days.day(5 * 365 + 120),
            expires=days.day(-5 * 365),
        ),
        oxygen_saturation(
            ME,
            "walter-oxygen-in-hospital",
            91,
            when=days.moment(6 * 365 - 1, "06:30"),
            encounter=reference(f"Encounter/walter-stay-{6 * 365}"),
            component=[
                {"code": concept(loinc("3151-8")), "valueQuantity": quantity(3, "liters/min", "L/min")},
                {"code": concept(loinc("3150-0")), "valueQuantity": quantity(32, "%")},
            ],
        ),
        procedure(
            ME,
            "walter-procedure-knee",
            concept(text="Knee replacement, right"),
            when=days.day(13 * 365 - 1),
            encounter=reference(f"Encounter/walter-stay-{13 * 365}"),
            performer=[{"actor": KESSLER}],
            focalDevice=[{"manipulated": knee}],
            bodySite=[concept(text="Right knee")],
        ),
        procedure(
            ME,
            "walter-procedure-defibrillator",
            concept(snomed("233169004"), text="Defibrillator put in"),
            when=days.moment(5 * 365 - 3, "08:30"),
            encounter=reference(f"Encounter/walter-stay-{5 * 365}"),
            performer=[{"actor": KESSLER}],
        ),
        procedure(
            ME,
            "walter-procedure-cataract",
            concept(text="Cataract surgery, left eye"),
            when=days.month(7 * 365),
        ),
        goal(
            ME,
            "walter-goal-walk",
            "Walk to the chapel and back, three times a week",
            started=days.day(203),
            target=[{"detailString": "3 times a week", "dueDate": days.day(-90)}],
        ),
        care_plan(
            ME,
            "walter-plan",
            "Heart failure plan",
            "Weigh every morning. Call us if the scale shows 2 kg more in three days.",
            "Two spoons of salt a day at most. Feet up in the afternoon.",
            created=days.day(203),
            goal=[reference("Goal/walter-goal-walk")],
        ),
        care_team(
            ME,
            "walter-team",
            "Walter's team",
            [
                (concept(snomed("453231000124104")), PRIYA),
                (concept(snomed("224535009")), HANNAH),
                (concept(text="Psychiatrist"), IMANI),
                (concept(snomed("133932002"), text="Daughter, caregiver"), RUTH),
            ],
            updated=days.day(203),
        ),
    ]

"""Lucía Ferrer, 37: speaks Spanish, in recovery. What Part 2 protects carries its security labels."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Person, Resource
from demo_server.people.building import (
    allergy,
    concept,
    condition,
    document,
    encounter,
    immunization,
    medication_request,
    quantity,
    reaction,
    reference,
)
from demo_server.people.care import achievement, care_plan, care_team, goal, procedure, provenance
from demo_server.people.codes import SDOH, icd10, rxnorm, snomed
from demo_server.people.days import Days
from demo_server.people.files import attachment, binary, pdf, unguessable
from demo_server.people.lucia_measures import PSYCHIATRY, SUBSTANCE_USE, answers, measures
from demo_server.people.patients import birth_sex, ethnicity, gender_identity, language, patient, race
from demo_server.people.places import AGENCY, HANNAH, IMANI, SOFIA, address, phone

Json = dict[str, Any]

ME = "lucia-ferrer"

PERSON = Person(
    slug="lucia",
    name="Lucía Ferrer",
    says="37, speaks Spanish, in recovery. Parts of her record carry extra protection.",
    fhir_user=f"Patient/{ME}",
    patients=(ME,),
)

SESSION = """Sesión individual, 50 minutos.

Lucía cumple hoy catorce meses de recuperación. Duerme mejor y volvió a cocinar con su mamá los domingos.
Habló del miedo de encontrarse con antiguos compañeros en la panadería.

Acordamos: llamar a su madrina si siente ganas, y llevar siempre la naloxona en el bolso.
Próxima sesión en dos semanas. Línea de crisis: 988, oprima 2 para español.
"""


def resources(days: Days) -> list[Resource]:
    """Everything of Lucía's record."""
    everything = [
        _herself(days),
        *_health(days),
        *_medications(days),
        *measures(ME, days),
        *answers(ME, days),
        *_care(days),
        *_notes(days),
    ]
    protected = [one for one in everything if one["id"] == "lucia-medication-buprenorphine"]
    return [
        *everything,
        provenance(
            "lucia-provenance-buprenorphine",
            protected,
            recorded=days.moment(15, "11:05"),
            author=IMANI,
            on_behalf_of=AGENCY,
        ),
    ]


def _herself(days: Days) -> Resource:
    return patient(
        ME,
        "Ferrer",
        ["Lucía", "Inés"],
        gender="female",
        born=days.born(37, 10, 5),
        number="HL-270055",
        updated=days.moment(15, "10:02"),
        name=[
            {"use": "official", "family": "Ferrer", "given": ["Lucía", "Inés"]},
            {
                "use": "old",
                "family": "Ferrer de Núñez",
                "given": ["Lucía"],
                "period": {"start": days.day(3650), "end": days.day(1200)},
            },
        ],
        extension=[
            race("2131-1", text="Otra"),
            ethnicity("2135-2", detailed="2148-5", text="Hispana, mexicana"),
            birth_sex("F"),
            gender_identity(concept(snomed("446141000124107"))),
        ],
        telecom=[phone("804-555-0155", "mobile")],
        address=[address("88 Rope Walk, Apt 2B", "Port Ellery", "VA", "23100", use="home")],
        communication=[
            language("es", "Spanish"),
            language("en-US", "English", preferred=False),
        ],
    )


def _health(days: Days) -> list[Resource]:
    return [
        allergy(
            ME,
            "lucia-allergy-aspirin",
            concept(text="Aspirina"),
            recorded=days.day(430),
            language="es",
            type="allergy",
            category=["medication"],
            criticality="high",
            recorder=HANNAH,
            reaction=[reaction(concept(text="Hinchazón de los labios"), severity="moderate")],
        ),
        condition(
            ME,
            "lucia-condition-opioid",
            concept(icd10("F11.21"), text="Dependencia de opioides, en remisión"),
            recorded=days.day(425),
            clinical="remission",
            security=SUBSTANCE_USE,
            language="es",
            onsetDateTime=days.year(2300),
            recorder=IMANI,
        ),
        condition(
            ME,
            "lucia-condition-depression",
            concept(icd10("F33.1"), text="Depresión, mejorando"),
            recorded=days.day(425),
            security=PSYCHIATRY,
            language="es",
            onsetDateTime=days.month(1400),
            recorder=IMANI,
        ),
        condition(
            ME,
            "lucia-condition-food",
            concept(text="A veces no alcanza para la comida"),
            recorded=days.day(120),
            kind="health-concern",
            language="es",
            category=[SDOH],
            asserter=reference(f"Patient/{ME}", "Lucía Ferrer"),
        ),
        condition(
            ME,
            "lucia-diagnosis-15",
            concept(icd10("F11.21")),
            recorded=days.day(15),
            kind="encounter-diagnosis",
            clinical="remission",
            security=SUBSTANCE_USE,
            encounter=reference("Encounter/lucia-visit-15"),
            recorder=IMANI,
        ),
        *(
            encounter(
                ME,
                f"lucia-visit-{ago}",
                concept(text="Terapia individual" if who is SOFIA else "Consulta de medicamentos"),
                start=days.moment(ago, "10:00"),
                end=days.moment(ago, "10:50"),
                practitioner=who,
                security=SUBSTANCE_USE,
                language="es",
                reasonCode=[concept(text="Recuperación")],
            )
            for ago, who in ((1, SOFIA), (15, IMANI), (29, SOFIA), (43, IMANI), (120, SOFIA), (425, IMANI))
        ),
        immunization(ME, "lucia-vaccine-flu", "150", when=days.day(43), performer=[{"actor": HANNAH}]),
        immunization(ME, "lucia-vaccine-hep-a", "52", when=days.day(425), performer=[{"actor": HANNAH}]),
    ]


def _medications(days: Days) -> list[Resource]:
    return [
        medication_request(
            ME,
            "lucia-medication-buprenorphine",
            concept(text="Buprenorfina con naloxona 8 mg / 2 mg, película sublingual"),
            {
                "text": "Ponga 1 película debajo de la lengua cada mañana. No la trague.",
                "patientInstruction": "Deje que se deshaga; no coma ni beba durante 15 minutos.",
            },
            authored=days.moment(15, "10:55"),
            requester=IMANI,
            security=SUBSTANCE_USE,
            language="es",
            encounter=reference("Encounter/lucia-visit-15"),
            reportedBoolean=False,
            dispenseRequest={
                "numberOfRepeatsAllowed": 1,
                "expectedSupplyDuration": quantity(14, "days", "d"),
            },
        ),
        medication_request(
            ME,
            "lucia-medication-naloxone",
            concept(text="Naloxona 4 mg, aerosol nasal"),
            "Una dosis en una fosa nasal en caso de emergencia. Llame al 911.",
            authored=days.day(425),
            requester=IMANI,
            security=SUBSTANCE_USE,
            language="es",
            reportedBoolean=False,
        ),
        medication_request(
            ME,
            "lucia-medication-sertraline",
            concept(rxnorm("312941"), text="Sertralina 50 mg, tableta"),
            "Tome 1 tableta cada mañana",
            authored=days.day(120),
            requester=IMANI,
            security=PSYCHIATRY,
            language="es",
            reportedBoolean=False,
        ),
        medication_request(
            ME,
            "lucia-medication-tea",
            concept(text="Té de tila"),
            "Una taza por la noche",
            authored=days.day(43),
            requester=reference(f"Patient/{ME}", "Lucía Ferrer"),
            language="es",
            reportedReference=reference(f"Patient/{ME}", "Lucía Ferrer"),
        ),
        medication_request(
            ME,
            "lucia-medication-oxycodone-do-not-take",
            concept(text="Oxicodona y otros opioides para el dolor"),
            "No tomar",
            authored=days.day(425),
            requester=IMANI,
            doNotPerform=True,
            security=SUBSTANCE_USE,
            language="es",
            reportedBoolean=False,
        ),
    ]


def _care(days: Days) -> list[Resource]:
    return [
        goal(
            ME,
            "lucia-goal-recovery",
            "Seguir en recuperación, un día a la vez",
            started=days.day(425),
            achievementStatus=achievement("sustaining"),
            security=SUBSTANCE_USE,
            language="es",
            target=[{"detailString": "Dieciocho meses", "dueDate": days.day(-120)}],
        ),
        care_plan(
            ME,
            "lucia-plan",
            "Plan de tratamiento",
            "Terapia cada dos semanas con Sofía Benítez. Medicina con la doctora Cole cada cuatro semanas.",
            "Naloxona siempre en el bolso. Grupo los jueves.",
            created=days.day(120),
            security=SUBSTANCE_USE,
            language="es",
            goal=[reference("Goal/lucia-goal-recovery")],
        ),
        care_team(
            ME,
            "lucia-team",
            "El equipo de Lucía",
            [
                (concept(text="Terapeuta"), SOFIA),
                (concept(text="Psiquiatra"), IMANI),
                (concept(text="Agencia"), AGENCY),
            ],
            updated=days.day(120),
            security=SUBSTANCE_USE,
            language="es",
        ),
        procedure(
            ME,
            "lucia-procedure-counseling",
            concept(text="Consejería de grupo"),
            when=days.moment(5, "18:00"),
            security=SUBSTANCE_USE,
            language="es",
            performer=[{"actor": SOFIA}],
        ),
    ]


def _notes(days: Days) -> list[Resource]:
    letter = unguessable("lucia letter")
    return [
        document(
            ME,
            "lucia-note-session-1",
            "11506-3",
            [
                attachment(
                    SESSION.encode(), "text/plain; charset=utf-8", language="es", title="Nota de la sesión"
                )
            ],
            when=days.moment(1, "11:30"),
            authors=[SOFIA],
            encounter="lucia-visit-1",
            security=SUBSTANCE_USE,
            securityLabel=[{"coding": SUBSTANCE_USE[:1]}],
            language="es",
            description="Nota de la sesión",
        ),
        document(
            ME,
            "lucia-note-letter-pdf",
            "68609-7",
            [
                {
                    "contentType": "application/pdf",
                    "url": f"Binary/{letter}",
                    "title": "Carta para el trabajo",
                    "language": "es",
                }
            ],
            when=days.moment(43, "12:00"),
            authors=[IMANI],
            encounter="lucia-visit-43",
            language="es",
            description="Carta para el trabajo",
        ),
        binary(
            letter,
            pdf(
                "Carta para el trabajo",
                "La señora Ferrer puede volver a trabajar desde el lunes.",
                "Imani Cole, MD",
            ),
            "application/pdf",
            updated=days.moment(43, "12:00"),
            patient=ME,
        ),
    ]

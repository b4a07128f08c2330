"""Jordan Pike, 24: came once. No known allergies, and nothing else yet."""

from __future__ import annotations

from demo_server.people.base import Person, Resource
from demo_server.people.building import allergy, concept, encounter
from demo_server.people.codes import snomed
from demo_server.people.days import Days
from demo_server.people.patients import language, patient
from demo_server.people.places import IMANI, address, phone

ME = "jordan-pike"

PERSON = Person(
    slug="jordan",
    name="Jordan Pike",
    says="24, a new patient after one visit: almost nothing is recorded yet.",
    fhir_user=f"Patient/{ME}",
    patients=(ME,),
)


def resources(days: Days) -> list[Resource]:
    """A patient, a first visit and the statement that there are no known allergies."""
    return [
        patient(
            ME,
            "Pike",
            ["Jordan"],
            gender="other",
            born=days.born(24, 11, 2),
            number="HL-310882",
            updated=days.moment(3, "09:12"),
            telecom=[phone("804-555-0188", "mobile")],
            address=[address("5 Cannery Row, Room 12", "Port Ellery", "VA", "23100", use="home")],
            communication=[language("en-US", "English")],
        ),
        encounter(
            ME,
            "jordan-visit-first",
            concept(snomed("185345009"), text="First visit"),
            start=days.moment(3, "09:00"),
            end=days.moment(3, "09:50"),
            practitioner=IMANI,
        ),
        allergy(
            ME,
            "jordan-allergy-none-known",
            concept(snomed("716186003")),
            recorded=days.moment(3, "09:20"),
            recorder=IMANI,
        ),
    ]

"""The demo people and everything that their records hold. All invented, dates told from today."""

from __future__ import annotations

import datetime

from demo_server.people import daniel, elena, jordan, lucia, omar, walter
from demo_server.people.base import Person, Resource
from demo_server.people.days import Days
from demo_server.people.places import places


def people() -> tuple[Person, ...]:
    """Everyone one can sign in as, in the order in which the sign-in page offers them."""
    return (
        daniel.PERSON,
        elena.PERSON,
        walter.PERSON,
        walter.DAUGHTER,
        jordan.PERSON,
        lucia.PERSON,
        omar.PERSON,
        Person(
            slug="imani",
            name="Imani Cole, MD",
            says="Psychiatrist at the agency. She opens Daniel's and Maya's records as staff.",
            fhir_user="Practitioner/imani-cole",
            patients=("daniel-whitaker", "maya-ortiz"),
        ),
    )


def resources(today: datetime.date) -> list[Resource]:
    """All resources of all people, with dates relative to `today`. The same date gives the same resources."""
    days = Days(today)
    return [
        *places(days),
        *daniel.resources(days),
        *elena.resources(days),
        *jordan.resources(days),
        *omar.resources(days),
        *walter.resources(days),
        *lucia.resources(days),
    ]

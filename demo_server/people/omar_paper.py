"""Omar's entries in more than one language."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import allergy, concept, condition, note
from demo_server.people.codes import icd10
from demo_server.people.days import Days

Json = dict[str, Any]

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def in_languages(me: str, days: Days) -> list[Resource]:
    """An entry in Spanish, one with a translation beside it, one with only its code system's English."""
    return [
        allergy(
            me,
            "omar-allergy-in-spanish",
            concept(text="Mariscos"),
            recorded=days.day(150),
            language="es",
            reaction=[
                {
                    "manifestation": [{"text": "Ronchas"}],
                    "description": "Ronchas en los brazos, media hora después de comer.",
                }
            ],
            note=[note("Lo contó su hermana.", days.moment(150))],
        ),
        condition(
            me,
            "omar-condition-translated",
            {
                "text": "Trouble sleeping",
                "_text": {
                    "extension": [
                        {
                            "url": TRANSLATION,
                            "extension": [
                                {"url": "lang", "valueCode": "es"},
                                {"url": "content", "valueString": "Dificultad para dormir"},
                            ],
                        }
                    ]
                },
            },
            recorded=days.day(151),
        ),
        condition(me, "omar-condition-english-display", concept(icd10("M17.9")), recorded=days.day(152)),
    ]

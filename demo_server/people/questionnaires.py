"""Questionnaires as US Core tells them: a panel Observation, its items by `hasMember`, and the total.

The sources of the scoring: PHQ-9 and GAD-7 answers count 0 to 3, AUDIT-C answers 0 to 4.
"""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, quantity, reference
from demo_server.people.codes import SDOH, loinc, observation_category
from demo_server.people.measuring import observation

Json = dict[str, Any]

# "Not at all" to "nearly every day", worth 0 to 3.
HOW_OFTEN = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")
# "Not difficult at all" to "very difficult".
HOW_DIFFICULT = ("LA6572-7", "LA6573-5", "LA6575-0")

PHQ9 = (
    "44250-9",
    "44255-8",
    "44259-0",
    "44254-1",
    "44251-7",
    "44258-2",
    "44252-5",
    "44253-3",
    "44260-8",
)
GAD7 = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")

SURVEY = "us-core-observation-survey"
SCREENING = "us-core-observation-sdoh-assessment"


def answer(code: str) -> Json:
    """A LOINC answer as the value of an item."""
    return {"valueCodeableConcept": concept(loinc(code))}


def score(value: int) -> Json:
    """A total score."""
    return {"valueQuantity": quantity(value, "{score}")}


def panel(
    patient: str,
    logical_id: str,
    code: str,
    items: list[tuple[str, Json]],
    *,
    when: str,
    total: tuple[str, int] | None = None,
    screening: bool = False,
    performer: Json | None = None,
    encounter: str | None = None,
    security: list[Json] | None = None,
) -> list[Resource]:
    """A questionnaire and its answers.

    Args:
        items: LOINC code of the question and the value, e.g. `("44250-9", answer("LA6568-5"))`. Without a
            value (`{}`) the item says that the question was not asked.
        total: LOINC code and number of the total score; it is `derivedFrom` the items.
        screening: a social screening (PRAPARE, AHC-HRSN, …) is tagged `sdoh` beside `survey`.

    Returns:
        The panel first, then its items, then the total. The panel names them all as members.
    """
    who = performer or reference(f"Patient/{patient}")
    common: Json = {
        "when": when,
        "category": [observation_category("survey"), *([SDOH] if screening else [])],
        "profile": SCREENING if screening else SURVEY,
        "performer": [who],
        "encounter": reference(f"Encounter/{encounter}") if encounter else None,
        "security": security,
    }
    answers = []
    for number, (question, value) in enumerate(items, start=1):
        said = value or {
            "dataAbsentReason": concept(
                {
                    "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
                    "code": "asked-declined",
                    "display": "Asked But Declined",
                }
            )
        }
        answers.append(
            observation(patient, f"{logical_id}-{number}", concept(loinc(question)), **common, **said)
        )
    members = list(answers)
    if total:
        sources = [reference(f"Observation/{one['id']}") for one in answers]
        members.append(
            observation(
                patient,
                f"{logical_id}-total",
                concept(loinc(total[0])),
                **common,
                **score(total[1]),
                derivedFrom=sources,
            )
        )
    head = observation(
        patient,
        logical_id,
        concept(loinc(code)),
        **common,
        hasMember=[reference(f"Observation/{one['id']}") for one in members],
    )
    return [head, *members]


def phq9(
    patient: str, logical_id: str, points: tuple[int, ...], *, when: str, difficulty: int = 1, **more: Any
) -> list[Resource]:
    """A PHQ-9 with nine answers of 0 to 3 points, the question of difficulty, and the total."""
    items = [(code, answer(HOW_OFTEN[worth])) for code, worth in zip(PHQ9, points, strict=True)]
    items.append(("69722-7", answer(HOW_DIFFICULT[difficulty])))
    return panel(patient, logical_id, "44249-1", items, when=when, total=("44261-6", sum(points)), **more)


def gad7(patient: str, logical_id: str, points: tuple[int, ...], *, when: str, **more: Any) -> list[Resource]:
    """A GAD-7 with seven answers of 0 to 3 points and the total."""
    items = [(code, answer(HOW_OFTEN[worth])) for code, worth in zip(GAD7, points, strict=True)]
    return panel(patient, logical_id, "69737-5", items, when=when, total=("70274-6", sum(points)), **more)


def audit_c(
    patient: str, logical_id: str, answers: tuple[int, str, str], total: int, *, when: str, **more: Any
) -> list[Resource]:
    """An AUDIT-C: days of heavy drinking in the year, then two LOINC answers, and the total."""
    days, drinks, occasions = answers
    items = [
        ("68517-2", {"valueQuantity": quantity(days, "{#}/a")}),
        ("68519-8", answer(drinks)),
        ("68520-6", answer(occasions)),
    ]
    return panel(patient, logical_id, "72109-2", items, when=when, total=("75626-2", total), **more)

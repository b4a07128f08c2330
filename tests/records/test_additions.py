"""A modifierExtension that the portal does not know may reverse what bears it: an entry says so wherever it stands."""

from __future__ import annotations

import copy
import json
import re
from typing import Any

import pytest

from records.fhir.additions import places
from records.kinds import KINDS
from records.kinds.base import AnyKind
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.fhir.test_reading import BUILT
from tests.records.pages.test_pages import entry_href
from tests.records.service.test_overview import block_of
from tests.records.test_failure_matrix import words
from tests.resources import (
    TERMINOLOGY,
    Json,
    allergy,
    coded,
    diagnostic_report,
    laboratory_result,
    medication_request,
    observation,
    visit,
)

SAYS = "This entry carries an addition that may change what it means"
SAYS_IN_SPANISH = "Esta entrada lleva un añadido que puede cambiar lo que significa"
ADDED = [{"url": "https://ehr.example/StructureDefinition/given-in-error", "valueBoolean": True}]

SHOWN_AT = {
    "Observation": "laboratory",
    "Condition": "conditions",
    "DiagnosticReport": "",
    "Location": "",
    "Organization": "",
    "Practitioner": "",
}
"""Where the builders' entries stand, for types that several kinds ask for; "" where they have no list."""


def served(server: RecordServer, *resources: Json) -> None:
    """A record of these entries, each readable by its id."""
    by_type: dict[str, list[Json]] = {}
    for one in resources:
        by_type.setdefault(one["resourceType"], []).append(one)
        server.arrange(f"{one['resourceType']}/{one['id']}", one)
    server.whole_record(**by_type)


def kinds_of_builders() -> list[AnyKind]:
    """One kind for each type of entry that has a list."""
    of_type = {kind.resource_type: kind for kind in reversed(KINDS.values())}
    of_type |= {name: KINDS[slug] for name, slug in SHOWN_AT.items() if slug in KINDS}
    return [kind for name, kind in of_type.items() if name in BUILT and SHOWN_AT.get(name) != ""]


@pytest.mark.parametrize("kind", kinds_of_builders(), ids=lambda kind: kind.resource_type)
def test_every_kind_of_entry_says_in_its_list_and_on_its_page_that_it_bears_one(
    server: RecordServer, reader: Person, kind: AnyKind
) -> None:
    resource = copy.deepcopy(BUILT[kind.resource_type]) | {"modifierExtension": ADDED}
    served(server, resource)

    page = reader.read(f"{kind.slug}/")
    href = re.search(r'<p class="addition">.*?<a href="([^"]*)#addition">' + SAYS, page, re.DOTALL)

    assert href
    entry = reader.read(href[1])
    assert words(entry).count(SAYS) == 2, "above, and among the facts"
    assert entry.count('href="#addition"') == 2
    assert entry.count('id="addition"') == 1
    assert re.search(r'<li class="depth-0[^>]*id="addition"><span>Given in error', entry)


@pytest.mark.parametrize(
    ("at", "place"),
    [
        ({"dosageInstruction": [{"text": "Twice daily", "modifierExtension": ADDED}]}, "How to take it"),
        (
            {
                "dosageInstruction": [
                    {"timing": {"modifierExtension": ADDED, "code": {"text": "Twice daily"}}}
                ]
            },
            "How to take it, Timing",
        ),
        (
            {"dispenseRequest": {"initialFill": {"modifierExtension": ADDED}}},
            "Dispense request, Initial fill",
        ),
        (
            {
                "contained": [{"resourceType": "Medication", "id": "m", "modifierExtension": ADDED}],
                "medicationCodeableConcept": None,
                "medicationReference": {"reference": "#m", "display": "Lamotrigine"},
            },
            "Told within this entry",
        ),
    ],
)
def test_one_on_a_part_within_is_told_with_its_place(
    server: RecordServer, reader: Person, at: Json, place: str
) -> None:
    served(server, medication_request(**at))

    assert SAYS in words(reader.read("medications/"))
    entry = words(reader.read(entry_href(reader, "medications/")))
    assert f"{SAYS}. It stands at: {place}" in entry


def test_an_entry_without_any_says_nothing_of_the_kind(server: RecordServer, reader: Person) -> None:
    noted = medication_request(note=[{"text": "No modifierExtension here."}], modifierExtension=[])
    served(server, noted)

    assert "Sertraline" in reader.read("medications/")
    assert SAYS not in reader.read("medications/")
    assert places(json.dumps(noted).encode()) == []


def test_overview_timeline_search_and_a_visit_say_it_too(server: RecordServer, reader: Person) -> None:
    seen = visit(id="v9")
    taken = medication_request(modifierExtension=ADDED, encounter={"reference": "Encounter/v9"})
    served(server, taken, seen)

    assert SAYS in words(block_of(reader.read(""), "medications"))
    assert SAYS in words(reader.read("timeline/"))
    found = reader.browser.post(reader.at("search/"), {"words": "sertraline"}).content.decode()
    assert SAYS in words(found)
    of_visit = reader.read(entry_href(reader, "visits/"))
    late = re.search(r'hx-get="([^"]*)"', of_visit)
    assert SAYS in words(reader.read(late[1]) if late else of_visit)


def test_it_is_said_in_spanish(server: RecordServer, reader: Person) -> None:
    served(server, medication_request(modifierExtension=ADDED))
    page = reader.browser.get(reader.at("medications/"), headers={"accept-language": "es"}).content.decode()

    assert SAYS_IN_SPANISH in words(page)


def test_none_with_an_addition_is_not_the_word_on_the_whole_list(
    server: RecordServer, reader: Person
) -> None:
    none = allergy(code=coded("http://snomed.info/sct", "716186003", "No known allergy"), reaction=None)
    served(server, none | {"modifierExtension": ADDED})

    page = reader.read("allergies/")

    assert 'class="none"' not in page
    assert SAYS in words(page)
    served(server, none)
    assert 'class="none"' in sign_in().read("allergies/")


def test_nothing_is_worked_out_from_a_value_that_bears_one(server: RecordServer, reader: Person) -> None:
    high = {
        "referenceRange": [
            {"low": {"value": 3.5, "unit": "mmol/L"}, "high": {"value": 5.1, "unit": "mmol/L"}}
        ]
    }
    result = laboratory_result(valueQuantity={"value": 6.3, "unit": "mmol/L"}, **high)
    served(server, result)
    assert "worked out by this page" in words(reader.read("laboratory/"))

    served(server, result | {"modifierExtension": ADDED})
    page = words(sign_in().read("laboratory/"))

    assert "6.3" in page
    assert "worked out by this page" not in page
    assert SAYS in page


def test_a_chart_does_not_draw_a_reading_that_bears_one(server: RecordServer, reader: Person) -> None:
    weights = [
        observation(
            id=f"w{day}",
            effectiveDateTime=f"2025-03-0{day}",
            valueQuantity={
                "value": 70 + day,
                "unit": "kg",
                "system": "http://unitsofmeasure.org",
                "code": "kg",
            },
        )
        for day in range(1, 6)
    ]
    served(server, *weights)
    all_five = reader.read("vitals/measure/weight/").count('class="point"')
    weights[2]["modifierExtension"] = ADDED
    served(server, *weights)

    page = sign_in().read("vitals/measure/weight/")

    assert "73" in words(page)
    assert page.count('class="point"') == all_five - 1
    assert SAYS in words(page)


def test_answers_one_of_which_bears_one_are_not_added_up(server: RecordServer, reader: Person) -> None:
    def answer(number: int, question: str, **odd: Any) -> Json:
        return observation(
            id=f"a{number}",
            category=[coded(f"{TERMINOLOGY}observation-category", "survey")],
            code=coded("http://loinc.org", question),
            valueQuantity=None,
            valueCodeableConcept=coded("http://loinc.org", "LA6570-1", "More than half the days"),
            **odd,
        )

    asked = ["69725-0", "68509-9"]  # GAD-2
    answers = [answer(number, question) for number, question in enumerate(asked)]
    whole = observation(
        id="gad",
        category=[coded(f"{TERMINOLOGY}observation-category", "survey")],
        code=coded("http://loinc.org", "69737-5", "GAD-7"),
        valueQuantity=None,
        hasMember=[{"reference": f"Observation/a{number}"} for number in range(2)],
    )
    answers[1]["modifierExtension"] = ADDED
    served(server, whole, *answers)

    page = words(reader.read(entry_href(reader, "questionnaires/")))

    assert "More than half the days 2 points" in page
    assert f"More than half the days {SAYS}" in page
    assert "cannot add them up" not in page


def test_a_report_above_its_results_says_it(server: RecordServer, reader: Person) -> None:
    result = laboratory_result()
    report = diagnostic_report(result=[{"reference": f"Observation/{result['id']}"}], modifierExtension=ADDED)
    served(server, result, report)

    assert SAYS in words(reader.read("laboratory/"))

"""Everything in an entry: no value of the record is out of the reader's reach, and nothing is markup."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.fhir.codes import NAMES
from records.fhir.reading import tree
from records.reading.everything import DEEPEST, MOST_LINES, Line, everything
from records.words import wording
from tests.resources import allergy, condition, document_reference, medication_request, observation, patient

SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"


def said(resource: Any) -> list[Line]:
    """The lines of a resource that came over the wire."""
    return everything(tree(json.dumps(resource).encode()))


def values(resource: Any) -> dict[str, str]:
    """Values by label; several of one label side by side."""
    found: dict[str, str] = {}
    for line in said(resource):
        label = str(line.label)
        found[label] = f"{found[label]} | {line.value}" if label in found else line.value
    return found


def leaves(found: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every primitive value of a resource, with the name of its element."""
    if isinstance(found, dict):
        for key, value in found.items():
            yield from leaves(value, key)
    elif isinstance(found, list):
        for value in found:
            yield from leaves(value, name)
    elif found is not None and found != "":
        yield name, found


def forms(name: str, value: Any) -> set[str]:
    """The ways in which a value may be told without losing a part of it."""
    if isinstance(value, bool):
        return {"Yes", "No", "chosen by a person"}
    if isinstance(value, Decimal):
        return {wording.number(value)}
    if not isinstance(value, str):
        return {str(value)}
    told = {value, wording.moment(value), NAMES.get(value, value), " ".join(value.split())}
    told |= {"<=": {"≤"}, ">=": {"≥"}}.get(value, set())
    if name == "url":
        # The last part of an extension's address may be its label.
        last = re.split(r"[/#:]", value)[-1]
        told |= {last[:1].upper() + last[1:], last}
    if name == "data":
        with contextlib.suppress(ValueError):
            told.add(hashlib.sha256(base64.b64decode(value)).hexdigest())
    return told


def missing(resource: Any) -> list[tuple[str, Any]]:
    """Values that stand in none of the lines."""
    page = "\n".join(f"{line.label}\n{line.value}" for line in everything(resource))
    flat = " ".join(page.split())
    return [
        (name, value)
        for name, value in leaves(resource)
        if name != "div"
        and not any(
            form in page or form in flat or form.casefold() in page.casefold() for form in forms(name, value)
        )
    ]


@pytest.mark.parametrize(
    "resource",
    [allergy(), condition(), medication_request(), observation(), document_reference(), patient()],
    ids=lambda resource: resource["resourceType"],
)
def test_every_value_of_an_entry_is_told(resource: dict[str, Any]) -> None:
    assert missing(tree(json.dumps(resource).encode())) == []


def resources_of_others(shared: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Resources that nobody of this project wrote."""
    for path in sorted((shared / "data").rglob("*.json")):
        found = tree(path.read_bytes())
        if not isinstance(found, dict):
            continue
        if found.get("resourceType") == "Bundle":
            for number, entry in enumerate(found.get("entry", [])[:60]):
                yield f"{path.name} {number}", entry["resource"]
        elif "resourceType" in found:
            yield path.name, found


def test_every_value_of_the_records_of_others_is_told(shared: Path) -> None:
    lost = {name: gone for name, found in resources_of_others(shared) if (gone := missing(found))}

    assert lost == {}


def test_elements_have_names_that_a_person_understands() -> None:
    found = values(allergy(onsetDateTime="1994", lastOccurrence="2012-06", numberOfOddThings=3))

    assert found["Started"] == "1994"
    assert found["Last reaction"] == "June 2012"
    assert found["Number of odd things"] == "3"
    assert found["Recorded by"] == "Dr. Ana Flores (Practitioner/dr1)"


def test_a_choice_of_types_is_called_by_its_name_alone() -> None:
    found = values(
        {"occurrenceDateTime": "2020-01-05", "productCodeableConcept": {"text": "Tape"}, "birthDate": "1968"}
    )

    assert found == {"Occurrence": "January 5, 2020", "Product": "Tape", "Born": "1968"}


@pytest.mark.parametrize(
    ("element", "value"),
    [
        ({"text": "Penicillin"}, "Penicillin"),
        (
            {"text": "Hay fever", "coding": [{"system": SNOMED, "code": "21719001", "display": "Pollinosis"}]},
            "Hay fever\nPollinosis (21719001, SNOMED CT)",
        ),
        (
            {"text": "Hives", "coding": [{"system": "urn:x", "code": "h1", "display": "Hives", "userSelected": True}]},
            "Hives (h1, urn:x, chosen by a person)",
        ),
        ({"value": 7.20, "comparator": "<=", "unit": "kg", "code": "kg", "system": UCUM}, "≤ 7.2 kg (UCUM)"),
        ({"value": 5, "unit": "years", "code": "a", "system": "http://unitsofmeasure.org"}, "5 years (a, UCUM)"),
        ({"reference": "Practitioner/p1", "display": "Dr. Flores"}, "Dr. Flores (Practitioner/p1)"),
        ({"start": "2010", "end": "2012-05"}, "2010 to May 2012"),
        ({"start": "2010-01-05"}, "since January 5, 2010"),
        ({"low": {"value": 1, "unit": "mg"}, "high": {"value": 2, "unit": "mg"}}, "1 mg to 2 mg"),
        ({"numerator": {"value": 1}, "denominator": {"value": 128}}, "1 : 128"),
        ({"family": "Lindqvist", "given": ["Maja", "Rose"], "use": "official"}, "Maja Rose Lindqvist (official)"),
        ({"text": "Maja Lindqvist", "family": "Lindqvist", "given": ["Maja"]}, "Maja Lindqvist"),
        ({"text": "M. L.", "family": "Lindqvist"}, "Lindqvist (M. L.)"),
        ({"system": "phone", "value": "555-0142", "use": "home", "rank": 1}, "555-0142 (phone, home, choice 1)"),
        ({"system": "urn:x", "value": "4711", "type": {"text": "Record number"}}, "4711 (Record number, urn:x)"),
        (
            {"line": ["1 Elm St"], "city": "Salem", "state": "MA", "postalCode": "01970", "country": "US"},
            "1 Elm St\nSalem, MA 01970\nUS",
        ),
    ],
)  # fmt: skip
def test_a_small_datatype_stands_on_one_line(element: dict[str, Any], value: str) -> None:
    assert [line.value for line in said({"x": element})] == [value]


def test_what_a_small_datatype_holds_beyond_its_parts_follows_below_it() -> None:
    coding = {"code": "h1", "extension": [{"url": "https://agency.example/odd", "deep": [1, 2]}]}
    lines = said({"code": {"text": "Hives", "id": "c1", "coding": [coding]}})

    assert [(str(line.label), line.value, line.depth) for line in lines] == [
        ("What it is", "Hives", 0),
        ("Number in the system", "c1", 1),
        ("Code", "h1", 1),
        ("Odd", "", 2),
        ("Deep", "1\n2", 3),
        ("Defined at", "https://agency.example/odd", 3),
    ]


def test_a_time_keeps_its_seconds_and_its_offset() -> None:
    found = values({"issued": "2024-10-05T14:30:12.345-05:00", "authoredOn": "2024-10-05T14:30:00Z"})

    assert found["Made available"] == ("October 5, 2024, 2:30 PM (UTC−05:00) (2024-10-05T14:30:12.345-05:00)")
    assert found["Written on"] == (
        "October 5, 2024, 10:30 AM, agency time; recorded as October 5, 2024, 2:30 PM (UTC)"
    )


def test_what_merely_looks_like_a_date_is_left_as_it_is() -> None:
    found = values(
        {"identifier": {"value": "2024-10"}, "valueString": "2019-03-09", "recordedDate": "last spring"}
    )

    assert found == {"Number": "2024-10", "Value": "2019-03-09", "Recorded": "last spring"}


def test_numbers_keep_their_digits_and_yes_and_no_are_words() -> None:
    lines = everything(
        tree(b'{"size":7.20,"active":true,"multipleBirthBoolean":false,"count":12345678901234567890}')
    )

    assert [line.value for line in lines] == ["7.20", "Yes", "No", "12345678901234567890"]


@pytest.mark.parametrize("number", [b"1e999999999", b"-1e-999999999", b"1e99999999999999999999", b"9" * 5000])
def test_a_number_that_would_fill_the_memory_is_shown_as_it_is_written(number: bytes) -> None:
    [line] = everything(tree(b'{"size":' + number + b"}"))

    assert 0 < len(line.value) <= 5000


def test_a_file_within_is_told_by_its_size_and_its_sha_256() -> None:
    attachment = {"contentType": "text/plain", "data": base64.b64encode(b"Hello").decode()}
    found = values({"attachment": attachment})

    assert found["Data"] == f"5 bytes, SHA-256 {hashlib.sha256(b'Hello').hexdigest()}"
    assert values({"attachment": {"data": "no base64!"}})["Data"] == "no base64!"


def test_sampled_data_is_no_file() -> None:
    assert values({"valueSampledData": {"dimensions": 1, "data": "1200"}})["Data"] == "1200"


def test_narrative_is_text_without_markup_script_or_entities() -> None:
    div = (
        '<div xmlns="http://www.w3.org/1999/xhtml"><h2>Plan</h2><p>Rest &amp; water,<br/>daily</p>'
        "<script>alert(1)</script><table><tr><td>BP</td><td>120</td></tr></table></div>"
    )

    assert values({"text": {"status": "generated", "div": div}})["Text"].endswith(
        "Plan\nRest & water,\ndaily\nBP 120"
    )


def test_extensions_are_called_by_their_names_and_keep_their_address() -> None:
    race = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
    lines = said(
        {
            "extension": [
                {
                    "url": race,
                    "extension": [
                        {"url": "ombCategory", "valueCoding": {"code": "2106-3", "display": "White"}},
                        {"url": "text", "valueString": "White"},
                    ],
                },
                {"url": "https://agency.example/StructureDefinition/shoe-size", "valueDecimal": 9.5},
            ]
        }
    )

    assert [(str(line.label), line.value, line.depth) for line in lines] == [
        ("Race", "", 0),
        ("Category", "White (2106-3)", 1),
        ("Called", "ombCategory", 2),
        ("Text", "White", 1),
        ("Defined at", race, 1),
        ("Shoe size", "9.5", 0),
        ("Defined at", "https://agency.example/StructureDefinition/shoe-size", 1),
    ]


def test_an_extension_that_changes_the_meaning_says_so() -> None:
    [line, _] = said({"modifierExtension": [{"url": "https://agency.example/negated", "valueBoolean": True}]})

    assert (line.label, line.value) == ("Negated (changes what the entry means)", "Yes")


def test_why_a_value_is_not_there_is_told() -> None:
    absent = {
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
        "valueCode": "asked-declined",
    }
    found = values({"_birthDate": {"extension": [absent]}})

    assert "Born (about this value)" in found
    assert found["Why it is not there"] == "Asked, and not answered by choice (asked-declined)"


def test_a_resource_within_the_entry_is_told_whole() -> None:
    found = values(
        {"contained": [{"resourceType": "Practitioner", "id": "x", "name": [{"text": "Dr. Osei"}]}]}
    )

    assert found["Type of entry"] == "Practitioner"
    assert found["Name"] == "Dr. Osei"


def test_several_of_a_kind_are_numbered() -> None:
    labels = [
        str(line.label) for line in said(allergy(reaction=[{"severity": "mild"}, {"severity": "severe"}]))
    ]

    assert "Reaction (1 of 2)" in labels
    assert "Reaction (2 of 2)" in labels


def test_what_was_sent_empty_says_so() -> None:
    assert {line.value for line in said({"a": "", "b": None, "c": [], "d": {}, "e": [None]})} == {
        "Sent empty"
    }


def test_what_is_nested_beyond_reason_is_said_not_shown() -> None:
    deep: Any = "bottom"
    for _ in range(DEEPEST * 3):
        deep = {"item": deep}

    lines = everything(deep)

    assert len(lines) <= DEEPEST + 2
    assert "More is nested here" in lines[-1].value


def test_an_entry_with_more_parts_than_a_page_holds_says_so() -> None:
    lines = everything({f"element{n}": n for n in range(MOST_LINES * 2)})

    assert len(lines) == MOST_LINES + 1
    assert "more parts than this page shows" in lines[-1].value


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["url", "extension", "coding", "code", "system", "value", "unit", "start", "given", "text", "reference",
             "contained", "data", "div", "_x", "_", "", "low", "type", "period", "valueCode", "resourceType"]
        )
        | st.text(max_size=5),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(found=json_values)
def test_any_json_whatever_is_walked_without_an_error(found: Any) -> None:
    for line in everything(found):
        assert isinstance(line.value, str)
        assert str(line.label)


@settings(max_examples=300, deadline=None)
@given(
    found=st.dictionaries(
        st.sampled_from(["code", "period", "name", "note", "extension", "subject", "address", "contained"]),
        st.recursive(
            st.integers(0, 10**6) | st.text("abcdefg hij", min_size=1, max_size=8).map(str.strip).filter(bool),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["url", "extension", "coding", "code", "system", "value", "unit", "start", "end", "given", "text",
                     "reference", "display", "low", "high", "type", "use", "family", "line", "city", "valueString"]
                ),
                inner,
                max_size=6,
            ),
            max_leaves=20,
        ),
        max_size=4,
    )
)  # fmt: skip
def test_whatever_the_shape_no_value_is_lost(found: dict[str, Any]) -> None:
    assert missing(found) == []

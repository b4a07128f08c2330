"""Codes of closed sets have words in both languages, and never stand as codes where they come without a name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.utils.translation import override

from records.fhir.elements import CodeableConcept, Coding
from records.words import code_words, wording
from tests.conftest import ROOT
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, immunization, observation, patient, visit

SETS = Path(__file__).with_name("bound_sets.tsv")
DATA = ROOT.parent / "shared" / "data"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"
AS_A_WHOLE = {
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/icd-10-cm",
}
"""Code systems that are no closed sets."""
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])


def bound() -> list[tuple[str, str, str]]:
    """Every code of the sets that US Core binds: set, system, code."""
    lines = SETS.read_text().splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]  # type: ignore[misc]


def table() -> dict[tuple[str, str], tuple[str, str]]:
    """The table as it stands: English and Spanish by system and code."""
    found, system = {}, ""
    for line in code_words.TABLE.read_text().splitlines():
        cells = line.split("\t")
        if cells[0] == "@":
            system = cells[1]
            assert len(cells) == 4, line
            assert cells[3], f"no source: {line}"
        elif not line.startswith("#"):
            assert len(cells) == 3, line
            assert (system, cells[0]) not in found, f"twice: {line}"
            found[system, cells[0]] = (cells[1], cells[1] if cells[2] == code_words.SAME else cells[2])
    return found


def alone(system: str, code: str) -> str:
    """What a code without a display is called, in the page's language."""
    return wording.words_of(
        CodeableConcept(coding=[Coding(system=system, code=code)])
    ) or wording.coding_words(Coding(system=system, code=code))


# --- The table
@LANGUAGES
def test_every_code_of_every_set_that_us_core_binds_has_words(language: str) -> None:
    with override(language):
        bare = {
            (url, system, code)
            for url, system, code in bound()
            if not (said := alone(system, code))
            or (code in said.split() and len(code) > 1 and not code.isalpha())
            or re.search("without a name|sin nombre", said)
        }

    assert len({url for url, _system, _code in bound()}) > 50
    assert bare == set()


def test_every_word_of_the_table_is_there_in_both_languages_and_no_copy_of_its_code() -> None:
    wrong = {
        key: both
        for key, both in table().items()
        for said in both
        if not said.strip() or said != said.strip() or (said == key[1] and not said.istitle())
    }

    assert len(table()) > 3000
    assert wrong == {}


def test_words_made_for_machines_are_not_in_the_table() -> None:
    english = {said for (system, _code), (said, _spanish) in table().items() if not system.endswith("/cvx")}

    assert {said for said in english if re.search(r"[a-z][A-Z]|_", said)} <= {
        "MasterCard",
        "Fort McDermitt",
        "Heard & McDonald Islands",
    }


def test_the_spanish_differs_from_the_english_but_for_names() -> None:
    same = {
        system
        for (system, _code), (english, spanish) in table().items()
        if english == spanish and len(english) > 12 and " " in english
    }

    assert same <= {
        "urn:oid:2.16.840.1.113883.6.238",  # names of peoples
        "urn:ietf:bcp:47",
        "urn:iso:std:iso:3166",
        "http://hl7.org/fhir/sid/cvx",
    }


def test_the_table_stays_small() -> None:
    assert code_words.TABLE.stat().st_size <= 300_000


@pytest.mark.parametrize(
    ("system", "weigh"),
    [("http://snomed.info/sct", "verhoeff"), ("http://loinc.org", "luhn")],
)
def test_no_code_of_a_system_with_check_digits_was_made_up(system: str, weigh: str) -> None:
    codes = [code for one, code in table() if one == system and code[0].isdigit()]
    check = {"verhoeff": verhoeff, "luhn": luhn}[weigh]

    assert codes
    assert [code for code in codes if not check(code)] == []


def luhn(code: str) -> bool:
    """LOINC's check digit (mod 10)."""
    digits = [int(one) for one in re.sub(r"\D", "", code.rpartition("-")[0])]
    doubled = [d * 2 - 9 * (d > 4) if place % 2 == 0 else d for place, d in enumerate(reversed(digits))]
    return (10 - sum(doubled) % 10) % 10 == int(code[-1])


MULTIPLY = (
    *("0123456789", "1234067895", "2340178956", "3401289567", "4012395678"),
    *("5987604321", "6598710432", "7659821043", "8765932104", "9876543210"),
)
"""The table of Verhoeff's check digit."""


def verhoeff(code: str) -> bool:
    """SNOMED CT's check digit (Verhoeff)."""
    multiply = [[int(one) for one in row] for row in MULTIPLY]
    permute = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for row in range(2, 8):
        permute.append([permute[row - 1][permute[1][one]] for one in range(10)])
    left = 0
    for place, digit in enumerate(reversed(code)):
        left = multiply[left][permute[place % 8][int(digit)]]
    return left == 0


# --- Records of others
def codings(value: Any) -> Iterator[tuple[str, str]]:
    """System and code of every coding in a resource."""
    if isinstance(value, dict):
        system, code = value.get("system"), value.get("code")
        if isinstance(system, str) and isinstance(code, str) and "value" not in value:
            yield system, code
        for one in value.values():
            yield from codings(one)
    elif isinstance(value, list):
        for one in value:
            yield from codings(one)


def met() -> set[tuple[str, str]]:
    """Every coding in the records that others made, where they are at hand."""
    found: set[tuple[str, str]] = set()
    for path in DATA.glob("**/*.json"):
        found |= set(codings(json.loads(path.read_text())))
    return found


@pytest.mark.skipif(not DATA.is_dir(), reason="records made by others are not at hand")
@LANGUAGES
def test_every_code_of_these_sets_met_in_records_of_others_has_words(language: str) -> None:
    ours = {system for system, _code in table()} - AS_A_WHOLE
    with override(language):
        seen = {(system, code) for system, code in met() if system in ours and code}
        bare = {one for one in seen if not code_words.said(*one)}

    assert len(seen) > 60
    assert bare == set()


# --- One place
@pytest.mark.parametrize(
    ("system", "code", "english", "spanish"),
    [
        (TERMINOLOGY + "v2-0004", "I", "Hospital stay", "Estancia en el hospital"),
        ("urn:oid:2.16.840.1.113883.12.4", "E", "Emergency", "Emergencia"),
        ("urn:oid:2.16.840.1.113883.18.5", "R", "One of a series of visits", "Una de una serie de visitas"),
        (TERMINOLOGY + "v2-0074", "HM", "Blood cells", "Células de la sangre"),
        (
            "http://hl7.org/fhir/v3/ActCode",
            "VR",
            "Video or phone",
            "Video o teléfono",
        ),
        ("urn:ietf:bcp:47", "vi", "Vietnamese", "Vietnamita"),
        ("urn:ietf:bcp:47", "pt-AO", "Portuguese (Angola)", "Portugués (Angola)"),
        (
            "http://hl7.org/fhir/sid/cvx",
            "187",
            "Shingles, recombinant",
            "Herpes zóster (culebrilla), recombinante",
        ),
        ("urn:oid:2.16.840.1.113883.6.238", "2184-0", "Dominican", "Dominicano"),
        ("http://snomed.info/sct", "8517006", "Used to smoke", "Fumaba antes"),
        ("http://loinc.org", "LA6570-1", "More than half the days", "Más de la mitad de los días"),
        ("http://unitsofmeasure.org", "wk", "week", "semana"),
    ],
)
def test_a_code_without_a_name_is_said_in_plain_words_under_any_address_of_its_system(
    system: str, code: str, english: str, spanish: str
) -> None:
    coding = msgspec.convert({"system": system, "code": code}, Coding)
    copied = msgspec.convert({"system": system, "code": code, "display": code}, Coding)

    for language, expected in (("en", english), ("es", spanish)):
        with override(language):
            assert wording.coding_words(coding) == expected
            assert wording.words_of(CodeableConcept(coding=[coding])) == expected
            assert wording.words_of(CodeableConcept(coding=[coding], text=code)) == expected
            assert wording.words_of(CodeableConcept(coding=[copied])) == expected


def test_the_records_own_words_go_before_the_tables() -> None:
    coding = Coding(system=TERMINOLOGY + "v2-0004", code="O", display="Walk-in")

    assert wording.words_of(CodeableConcept(coding=[coding])) == "Walk-in"
    assert wording.words_of(CodeableConcept(coding=[coding], text="Saturday clinic")) == "Saturday clinic"


def test_of_two_codes_without_a_name_the_one_that_has_words_is_said() -> None:
    local = Coding(system="urn:oid:1.2.3.4", code="99213")
    known = Coding(system="http://hl7.org/fhir/sid/cvx", code="115")

    said = wording.words_of(CodeableConcept(coding=[local, known]))

    assert said == "Tetanus, diphtheria and whooping cough booster (Tdap)"


def test_a_code_of_another_system_is_not_taken_for_one_of_these() -> None:
    other = Coding(system="http://example.org/classes", code="O")

    assert "without a name" in wording.coding_words(other)


# --- Pages
CODED: list[tuple[str, str, Json, str]] = [
    (
        "immunizations",
        "Immunization",
        immunization(vaccineCode={"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "113"}]}),
        "Tetanus and diphtheria, for adults",
    ),
    (
        "visits",
        "Encounter",
        visit(**{"class": {"system": TERMINOLOGY + "v2-0004", "code": "B"}, "type": []}),
        "Childbirth (obstetrics)",
    ),
    (
        "life",
        "Observation",
        observation(
            category=[
                {"coding": [{"system": TERMINOLOGY + "observation-category", "code": "social-history"}]}
            ],
            code={"coding": [{"system": "http://loinc.org", "code": "72166-2"}]},
            valueQuantity=None,
            valueCodeableConcept={"coding": [{"system": "http://snomed.info/sct", "code": "449868002"}]},
        ),
        "Smokes every day",
    ),
]


@pytest.mark.parametrize(("slug", "kind", "resource", "expected"), CODED, ids=[one[0] for one in CODED])
def test_pages_say_codes_without_a_name_in_plain_words(
    slug: str, kind: str, resource: Json, expected: str, reader: Person, server: RecordServer
) -> None:
    server.arrange(kind, bundle(resource))

    page = words(reader.read(f"{slug}/"))

    assert expected in page
    assert "without a name" not in page


def test_a_language_by_its_tag_alone_is_named(reader: Person, server: RecordServer) -> None:
    spoken = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "ht"}]}}
    server.arrange("Patient", bundle(patient(communication=[spoken])))

    page = words(reader.read("about/"))

    assert "Haitian Creole" in page
    assert "without a name" not in page

"""Every sentence of the portal stands in the catalogue of each of its languages, and pages keep to one of them."""

from __future__ import annotations

import ast
import datetime
import functools
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from html import unescape

import pytest
import responses
from babel.messages.catalog import Message
from django.template.defaultfilters import floatformat
from django.test import Client
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

import records
from demo_server.people import resources as demo_resources
from insync_portal import catalogue
from records.fhir.elements import Period
from records.kinds import KINDS
from records.words import labels, wording
from records.words.element_names import NAMES
from records.words.rows import Flag, Status
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.resources import Json, bundle

PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
ALIKE = {
    "Cookies",
    "Factor",
    "Fax",
    "M",
    "No",
    "PDF",
    "Video",
    "%d byte",
    "%d bytes",
    "%s MB",
    "%s kB",
}
"""What Spanish says as English does. So does what is made of filled-in words alone."""


def _forms(message: Message) -> Iterator[tuple[str, str]]:
    """What is said and how it is translated, the plural beside the plural."""
    ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
    strings = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    yield from zip(ids, strings, strict=True)


@functools.cache
def _spanish() -> list[Message]:
    return [message for message in catalogue.translated("es") if message.id]


# ---------------------------------------------------------------- the catalogue


def test_every_sentence_that_the_portal_says_stands_in_spanish() -> None:
    assert len(catalogue.said()) > 100
    assert catalogue.missing("es") == []


def test_no_sentence_is_said_where_the_gathering_does_not_see_it() -> None:
    """Within an f-string it is text to Python 3.11, and would stay English for ever."""
    speaks = re.compile(r"(_|_now|n?p?gettext(_lazy)?)")
    places = [
        (path.name, call.lineno)
        for folder in catalogue.CODE
        for path in (catalogue.ROOT / folder).rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and speaks.fullmatch(call.func.id)
    ]

    assert places == []


def test_the_spanish_catalogue_holds_no_sentence_that_nobody_says() -> None:
    said = {(message.id, message.context) for message in catalogue.said() if message.id}
    kept = {(message.id, message.context) for message in _spanish()}

    assert kept - said == set()
    assert not catalogue.translated("es").obsolete


def test_no_translation_is_a_guess() -> None:
    assert [message.id for message in _spanish() if message.fuzzy] == []


def test_a_translation_fills_in_what_the_sentence_fills_in() -> None:
    wrong = []
    for message in _spanish():
        ids = [text for text, _words in _forms(message)]
        for _text, words in _forms(message):
            # The singular may spell the number out. What has no translation yet is the first test's to tell.
            if words and sorted(PLACES.findall(words)) not in [sorted(PLACES.findall(text)) for text in ids]:
                wrong.append((ids[0], words))

    assert wrong == []


def test_a_translation_keeps_the_links_and_marks_of_the_sentence() -> None:
    tag = re.compile(r"<[^>]+>")
    wrong = [
        (text, words)
        for message in _spanish()
        for text, words in _forms(message)
        if words and tag.findall(text) != tag.findall(words)
    ]

    assert wrong == []


def test_a_translation_ends_as_the_sentence_ends() -> None:
    end = re.compile(r"(\.|:|\?)$")
    wrong = [
        (text, words)
        for message in _spanish()
        for text, words in _forms(message)
        if words and end.findall(text) != end.findall(words)
    ]

    assert wrong == []


def test_nothing_is_left_in_english_but_what_spanish_says_alike() -> None:
    same = {text for message in _spanish() for text, words in _forms(message) if text == words}

    made_of_places = {text for text in same if not re.search(r"[A-Za-z]{3,}", PLACES.sub("", text))}
    assert same - made_of_places - {"%(size)s, SHA-256 %(hash)s"} == ALIKE - made_of_places


# ---------------------------------------------------------------- words that must stay apart


def _tables() -> Iterator[tuple[str, list[Status | Flag | str | Promise]]]:
    """The tables of codes and their words in all modules of the record."""
    for module in pkgutil.walk_packages(records.__path__, "records."):
        if "migrations" in module.name or module.name in {
            "records.words.labels",
            "records.words.element_names",
        }:
            continue
        for name, table in vars(importlib.import_module(module.name)).items():
            if isinstance(table, dict) and table:
                values = list(table.values())
                if all(isinstance(value, Status | Flag | Promise) for value in values):
                    yield f"{module.name}.{name}", values


def _words(value: Status | Flag | str | Promise) -> str:
    return str(value.words if isinstance(value, Status | Flag) else value)


def test_two_states_that_differ_in_english_differ_in_spanish() -> None:
    tables = dict(_tables())
    assert {"records.words.observing.STATUS", "records.kinds.medications.STATUS"} < set(tables)

    merged = {}
    for name, values in tables.items():
        with translation.override("en"):
            english = {_words(value) for value in values}
        with translation.override("es"):
            spanish = {_words(value) for value in values}
        if len(spanish) != len(english):
            merged[name] = (english, spanish)

    assert merged == {}


def test_an_element_that_is_said_in_the_singular_too_is_found_in_spanish() -> None:
    with translation.override("en"):
        known = {
            str(words): words
            for table in (labels.KNOWN, labels.EXTENSIONS, NAMES)
            for words in table.values()
        }
    alike = {text for message in _spanish() for text, words in _forms(message) if text == words}

    with translation.override("es"):
        left = {text for text, words in known.items() if str(words) == text}

    assert "Note" in known
    assert left - alike == set()


# ---------------------------------------------------------------- dates and numbers


def test_a_date_and_a_time_are_written_as_spanish_readers_in_the_united_states_write_them() -> None:
    with translation.override("es"):
        assert str(wording.day("2019-03-09")) == "9 de marzo de 2019"
        assert str(wording.day("2019-03")) == "marzo de 2019"
        assert str(wording.moment("2019-03-09T14:30:00-05:00")).startswith("9 de marzo de 2019, 2:30 p.m.")


def test_a_spanish_date_is_led_to_as_one_speaks() -> None:
    with translation.override("es"):
        led = wording.when("2019-03-09", gettext_lazy("Recorded"))
        assert led is not None
        assert (led.label, led.words) == ("Se registró:", "9 de marzo de 2019")
        assert wording.span(Period(start="2019-03-09")) == "desde el 9 de marzo de 2019"
        assert wording.span(Period(start="2019-03")) == "desde marzo de 2019"
        assert wording.span(Period(end="2019-03-09T10:00:00Z")) == "hasta el 9 de marzo de 2019"
    with translation.override("en"):
        plain = wording.when("2019-03-09", gettext_lazy("Recorded"))
        assert plain is not None
        assert plain.label == "Recorded"
        assert wording.span(Period(start="2019-03-09")) == "since March 9, 2019"


def test_a_count_has_the_same_marks_in_both_languages() -> None:
    with translation.override("es"):
        assert floatformat(12345, "g") == "12,345"
        assert floatformat(1.5, "1") == "1.5"


# ---------------------------------------------------------------- pages

PATIENT = "daniel-whitaker"


@functools.cache
def _recorded() -> tuple[Json, ...]:
    everything = demo_resources(datetime.date(2026, 11, 24))
    others = {one["id"] for one in everything if one["resourceType"] == "Patient"} - {PATIENT}
    return tuple(
        one
        for one in everything
        if one["id"] not in others and not any(f'"Patient/{other}"' in json.dumps(one) for other in others)
    )


@pytest.fixture
def record() -> tuple[Json, ...]:
    """Everything of one person of the demo, who has an entry of almost every kind, and what is nobody's."""
    return _recorded()


@pytest.fixture
def lector(db: None, record: tuple[Json, ...]) -> Iterator[Person]:
    """Somebody with a browser in Spanish who reads that record."""
    compiled, source = catalogue.path("es").with_suffix(".mo"), catalogue.path("es")
    assert compiled.exists(), "run `make catalogues`"
    assert compiled.stat().st_mtime >= source.stat().st_mtime, "run `make catalogues`"
    with responses.RequestsMock() as mock:
        server = RecordServer(mock)
        server.whole_record()
        for resource_type in {one["resourceType"] for one in record}:
            found = [one for one in record if one["resourceType"] == resource_type]
            if resource_type != "Patient":
                server.arrange(resource_type, bundle(*found))
            for one in found:
                server.arrange(f"{resource_type}/{one['id']}", one)
        yield sign_in(Client(headers={"accept-language": "es"}), patient=PATIENT)


def _text(page: str) -> str:
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    said = " ".join(re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', page))
    return re.sub(r"\s+", " ", unescape(f"{re.sub(r'<[^>]+>', ' ', page)} {said}"))


@functools.cache
def _pieces() -> dict[str, str]:
    """What is said in four or more English words at a stretch, between what is filled in, and the whole sentence."""
    found: dict[str, str] = {}
    for message in _spanish():
        for text, words in _forms(message):
            for piece in re.split(r"<[^>]+>|%\(\w+\)[sd]|%[sd]", text):
                piece = piece.strip(" .:;,")
                if len(re.findall(r"[^\W\d_]+", piece)) > 3 and piece not in words:
                    found[piece] = text
    return found


def _english(page: str, record: tuple[Json, ...]) -> list[str]:
    text = _text(page)
    recorded = json.dumps(record, ensure_ascii=False)
    return [sentence for piece, sentence in _pieces().items() if piece in text and piece not in recorded]


def test_the_search_for_english_finds_english(lector: Person, record: tuple[Json, ...]) -> None:
    page = lector.read("allergies/", headers={"accept-language": "en"})

    assert "What the patient reacts to, what happened, and how serious it could be." in _english(page, record)


@pytest.mark.parametrize("address", ["/", "/help/", "/privacy/", "/accessibility/", "/signed-out/"])
def test_a_page_outside_the_record_speaks_spanish_alone(
    lector: Person, record: tuple[Json, ...], address: str
) -> None:
    page = lector.read(address)

    assert '<html lang="es"' in page
    assert "Ayuda" in page
    assert _english(page, record) == []


@pytest.mark.parametrize(
    "section", ["", "timeline/", "search/", "receipt/", "people/", *(f"{k}/" for k in KINDS)]
)
def test_a_page_of_the_record_speaks_spanish_alone(
    lector: Person, record: tuple[Json, ...], section: str
) -> None:
    page = lector.read(section)

    assert '<html lang="es"' in page
    assert "Cerrar sesión" in page
    assert _english(page, record) == []

    entry = re.search(rf'href="({re.escape(lector.at(section))}[\w-]{{20,}}/)"', page)
    if entry:
        assert _english(lector.read(entry[1]), record) == []


def test_the_words_of_the_record_stay_as_they_were_written(lector: Person) -> None:
    page = lector.read("medications/")

    assert "Se toman ahora" in page
    assert "Take 1 tablet every morning with food" in page


def test_a_page_that_is_not_there_says_so_in_spanish(lector: Person, record: tuple[Json, ...]) -> None:
    page = lector.browser.get("/nothing-here/").content.decode()

    assert "No hay ninguna página en esta dirección" in page
    assert _english(page, record) == []

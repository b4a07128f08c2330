"""Pages that are kept as they were rendered: of just what they were made of, and of nothing else."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from records.fetching.source import Sharing
from records.lists.choosing import Look, Wish
from records.pages import made
from records.pages.menu import Banner
from records.pages.version import version
from records.service.opened import File
from records.service.timeline import TimelineLook
from records.words.sections import State
from records.words.units import cookie_name
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.sources import a_source
from tests.resources import allergy, bundle, medication_request, observation, patient

PAGES = ("", "allergies/", "vitals/", "timeline/", "receipt/")
RENDERED = ("records/overview.html", "records/section.html", "records/timeline.html", "records/receipt.html")

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(server: RecordServer) -> Person:
    """Somebody whose record is whole, and who has seen all of it once."""
    server.arrange("Patient/p1", patient(name=[{"text": "Ana Ruiz"}], birthDate="1968-03-09"))
    server.whole_record(AllergyIntolerance=[allergy()], Observation=[observation()])
    person = sign_in()
    for _ in range(2):
        for page in PAGES:
            person.read(page)
    return person


def was_rendered(person: Person, page: str, **how: Any) -> bool:
    """Whether a look at a page rendered it, and did not find it rendered."""
    answer: Any = person.get(page, **how)
    assert answer.status_code == 200
    return any(one.name in RENDERED for one in answer.templates)


def without_form_protection(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_asks_nothing_is_not_rendered_again_and_says_the_same(
    reader: Person, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = reader.read(page)
    assert not was_rendered(reader, page)

    monkeypatch.setattr(made, "version", lambda: "of tomorrow")
    assert was_rendered(reader, page)
    assert without_form_protection(reader.read(page)) == without_form_protection(kept)


def test_each_look_has_a_form_protection_of_its_own(reader: Person) -> None:
    def tokens(text: str) -> set[str]:
        return set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text))

    first, second = tokens(reader.read("allergies/")), tokens(reader.read("allergies/"))

    assert all(len(one) == 64 for one in first | second)
    assert not first & second


def test_a_form_of_a_kept_page_is_taken(server: RecordServer) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    person = sign_in(Client(enforce_csrf_checks=True))
    for _ in range(3):
        page = person.read("allergies/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None

    answer = person.browser.post(f"/auth/stay/{person.access}/", {"csrfmiddlewaretoken": token[1]})
    refused = person.browser.post(f"/auth/stay/{person.access}/", {"csrfmiddlewaretoken": "x" * 64})

    assert refused.status_code == 403
    assert answer.status_code != 403


def test_what_is_the_readers_own_choice_is_never_answered_with_anothers(reader: Person) -> None:
    spanish = reader.read("allergies/", headers={"Accept-Language": "es"})
    other_wish = reader.read("vitals/?sort=oldest")
    recorded = reader.read("vitals/")
    reader.browser.cookies[cookie_name()] = "us"

    assert was_rendered(reader, "vitals/")
    assert reader.read("vitals/") != recorded
    assert "Alergias" in spanish
    assert "Alergias" not in reader.read("allergies/")
    assert other_wish != reader.read("vitals/")
    assert was_rendered(reader, "vitals/?year=2024")


def test_a_second_reader_gets_a_page_of_their_own(reader: Person, server: RecordServer) -> None:
    server.arrange("Patient/p1", patient(name=[{"text": "Ana Ruiz"}], birthDate="1968-03-09"))
    second = sign_in()

    assert was_rendered(second, "allergies/")
    assert f"/record/{reader.access}/" not in second.read("allergies/")


def test_what_was_fetched_anew_is_made_anew(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Walnuts"})))

    assert "Walnuts" not in reader.read("allergies/")
    assert "Walnuts" in reader.read("allergies/?refresh=yes")
    assert "Walnuts" in reader.read("")


def test_a_kept_page_that_was_cut_or_changed_is_made_anew(
    reader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = cache.get

    def cut(name: str, *rest: Any, **named: Any) -> Any:
        value = whole(name, *rest, **named)
        return value[:-1] if isinstance(value, bytes) and name in stored else value

    stored = set(names_of_pages(reader, monkeypatch))
    monkeypatch.setattr(cache, "get", cut)

    assert stored
    assert was_rendered(reader, "allergies/")


def names_of_pages(reader: Person, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Under which names pages were looked for."""
    names: list[str] = []
    original = made._name

    def noting(page: Any, source: Any) -> str:
        names.append(original(page, source))
        return names[-1]

    with monkeypatch.context() as patched:
        patched.setattr(made, "_name", noting)
        reader.read("allergies/")
    return names


def test_after_signing_out_nothing_of_a_page_is_left(reader: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    names = names_of_pages(reader, monkeypatch)
    assert any(cache.get(name) for name in names)

    reader.browser.post("/auth/sign-out/")

    assert not any(cache.get(name) for name in names)


def test_a_page_with_trouble_is_made_anew_until_there_is_none(server: RecordServer) -> None:
    server.whole_record()
    server.arrange("AllergyIntolerance", status=503)
    person = sign_in()
    assert "could not" in person.read("allergies/")
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Walnuts"})))

    assert "Walnuts" in person.read("allergies/?refresh=yes")


def test_what_is_another_patients_is_told_to_the_log_at_each_look(
    server: RecordServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.whole_record()
    foreign = allergy(patient={"reference": "Patient/other"})
    server.arrange("AllergyIntolerance", bundle(allergy(id="mine"), foreign))
    person = sign_in()
    for _ in range(3):
        caplog.clear()
        person.read("allergies/")
        assert "security" in caplog.text


def test_a_name_that_comes_late_stands_at_the_next_look(server: RecordServer) -> None:
    server.whole_record()
    ordered = medication_request(requester={"reference": "Practitioner/dr"})
    server.arrange("MedicationRequest", bundle(ordered))
    server.arrange("Practitioner/dr", status=503)
    person = sign_in()
    assert "Dr. Bloom" not in person.read("medications/")
    server.arrange(
        "Practitioner/dr",
        {"resourceType": "Practitioner", "id": "dr", "name": [{"text": "Dr. Bloom"}]},
    )

    assert "Dr. Bloom" in person.read("medications/")


# ---------------------------------------------------------------- the name of a page

LOOKING = made.Looking(
    access="a",
    base="https://fhir.example/",
    patient="p1",
    granted=(("Patient", Sharing.FULL),),
    since=datetime(2026, 1, 1, tzinfo=UTC),
    units="",
    is_fresh=False,
    language="en",
    zone="UTC",
    today=date(2026, 1, 2),
    path="/record/a/",
    banner=Banner("Ana", "", "", "", "self", "Ana", "/", "/"),
    portal=("Clinic", "555"),
    version="1",
)
ANSWERS = (("question", b"told"),)
STATIONS: tuple[Any, ...] = (
    made.SectionPage(LOOKING, ANSWERS, "allergies", Look(), "1968-03-09"),
    made.OverviewPage(LOOKING, ANSWERS),
    made.Frame(LOOKING, "records/overview.html"),
    made.OverviewBlock(b"looking", ANSWERS, "allergies"),
    made.TimelinePage(LOOKING, ANSWERS, TimelineLook()),
    made.ReceiptPage(LOOKING, ANSWERS, (File("DocumentReference", "1", 1),)),
    made.Menu("a", (("Patient", Sharing.FULL),), "en", "1", "vitals", (("vitals", State.LOADED),)),
)


def changes(value: Any) -> list[Any]:
    """The same value with one thing changed, for each thing that it is made of."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [
            dataclasses.replace(value, **{field.name: other})
            for field in dataclasses.fields(value)
            for other in changes(getattr(value, field.name))
        ]
    match value:
        case None:
            return ["1"]
        case bool():
            return [not value]
        case Enum():
            return [other for other in type(value) if other is not value]
        case datetime():
            return [value.replace(year=1999), None]
        case date():
            return [value.replace(year=1999)]
        case tuple():
            inner = [
                (*value[:n], other, *value[n + 1 :]) for n, one in enumerate(value) for other in changes(one)
            ]
            return [*inner, (*value, "more")]
        case bytes():
            return [value + b"!"]
        case int():
            return [value + 1]
        case _:
            return [f"{value}!"]


@pytest.mark.parametrize("station", STATIONS, ids=lambda one: type(one).__name__)
def test_everything_that_a_page_depends_on_is_in_its_name(station: Any) -> None:
    source = a_source()
    others = changes(station)

    names = {made._name(other, source) for other in (station, *others)}

    assert len(others) >= len(dataclasses.fields(station))
    assert len(names) == len(others) + 1


@pytest.mark.parametrize("station", STATIONS, ids=lambda one: type(one).__name__)
def test_a_field_that_is_added_to_what_a_page_depends_on_is_in_its_name(station: Any) -> None:
    source, kind = a_source(), type(station)
    more = dataclasses.make_dataclass(kind.__name__, [("mood", str, "calm")], bases=(kind,), frozen=True)
    given = {field.name: getattr(station, field.name) for field in dataclasses.fields(station)}

    plain, calm = made._name(station, source), made._name(more(**given), source)
    merry = made._name(more(**given, mood="merry"), source)

    assert len({plain, calm, merry}) == 3


def test_a_page_cannot_depend_on_what_has_no_telling() -> None:
    page = dataclasses.replace(STATIONS[0], look=dataclasses.replace(Look(), wish=object()))  # type: ignore[arg-type]

    with pytest.raises(TypeError, match="cannot depend"):
        made._name(page, a_source())


def test_two_wishes_that_read_alike_have_two_names() -> None:
    source = a_source()

    def name(**wish: Any) -> str:
        return made._name(dataclasses.replace(STATIONS[0], look=Look(wish=Wish(**wish))), source)

    assert name(since="2020", until="") != name(since="", until="2020")


def test_the_version_is_of_what_stands_in_code_and_templates(settings: Settings, tmp_path: Any) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "templates").mkdir()
    page = tmp_path / "templates" / "page.html"
    found = set()
    for text in ("one", "two"):
        page.write_text(text)
        version.cache_clear()
        found.add(version())
    version.cache_clear()

    assert len(found) == 2

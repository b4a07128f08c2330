"""The page where a reader chooses what to take along, and the one that says how far it is. Without scripts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.test import Client

from records.fetching.cache import Keep
from records.fetching.source import Source
from records.kinds import KINDS
from records.service import making
from records.service.making import File, Stage, State, Wished
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.resources import allergy, immunization
from trail.entries import Entry

PART_2 = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"}]}


class Maker:
    """In the place of the thread that watches a process: makes what a test tells it to, at once."""

    def __init__(self) -> None:
        self.wished: list[Wished] = []
        self.source: Source | None = None
        self.content = b"Canary file of a record"
        self.does: Callable[[Wished, Keep], None] = self.finish

    def __call__(self, wished: Wished, source: Source) -> None:
        self.wished.append(wished)
        self.source = source
        self.does(wished, source.keep)

    def finish(self, wished: Wished, keep: Keep) -> None:
        """The whole file, in two pieces."""
        for number, piece in enumerate((self.content[:10], self.content[10:])):
            assert making.store_piece(keep, wished, number, piece)
        made = File("health-record.txt", "text/plain", len(self.content), [0, 1])
        self.tell(keep, State(wished.id, Stage.DONE, time.time(), files=[made], until=time.time() + 600))

    def nothing(self, wished: Wished, keep: Keep) -> None:
        """Nothing yet: it is being made."""
        self.tell(keep, State(wished.id, Stage.MAKING, time.time(), counts={"allergies": 1}))

    def tell(self, keep: Keep, state: State) -> None:
        keep.hold("state", msgspec.json.encode(state), 600)


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Maker:
    found = Maker()
    monkeypatch.setattr("records.pages.take.watch_of", lambda _reading: found)
    monkeypatch.setattr(making, "beside", lambda watch, wished, source: watch(wished, source))
    return found


def choose(reader: Person, **chosen: Any) -> Any:
    """What comes of the form, as its fields stand there unless a test says otherwise."""
    form = {
        "was": "self",
        "for": "self",
        "documents": "full",
        "protected": "in",
        "form": "text",
        "do": "make",
    }
    return reader.browser.post(
        reader.at("take/"), {**form, "section": ["allergies", "immunizations"], **chosen}
    )


def test_every_section_is_offered_with_how_much_there_is_of_it(reader: Person, server: RecordServer) -> None:
    server.whole_record(AllergyIntolerance=[allergy(), allergy(id="a2")])

    page = reader.read("take/")

    for slug in KINDS:
        assert f'value="{slug}" checked' in page
    assert "<b>Allergies and reactions</b> <small>2</small>" in page
    assert "Is this computer used by others?" in page


def test_what_is_chosen_stands_in_no_address(reader: Person, server: RecordServer, maker: Maker) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])

    answer = choose(reader, **{"from": "2019", "for": "other", "was": "other", "whom": "Amara Osei, MD"})

    assert answer.status_code == 302
    assert answer["Location"] == reader.at("take/progress/")
    order = maker.wished[0].order
    assert order.sections == ("allergies", "immunizations")
    assert (order.since, order.whom, order.is_for_other) == ("2019", "Amara Osei, MD", True)


def test_turning_to_somebody_else_leaves_out_what_is_protected_and_says_so_before_anything_is_made(
    reader: Person, server: RecordServer, maker: Maker
) -> None:
    server.whole_record(AllergyIntolerance=[allergy(), allergy(id="a2", meta=PART_2)])

    turned = choose(reader, **{"for": "other", "protected": "in"})

    assert turned.status_code == 200
    assert maker.wished == []
    page = turned.content.decode()
    assert "What carries extra protection is left out now" in page
    assert 'value="out" checked' in page
    assert "1 entry of this record is so marked." in page

    assert choose(reader, **{"for": "other", "was": "other", "protected": "out"}).status_code == 302
    assert not maker.wished[0].order.with_protected


@pytest.mark.parametrize(
    "chosen", [{"section": []}, {"from": "1900", "to": "1901", "section": ["immunizations"]}], ids=str
)
def test_nothing_is_made_of_nothing(
    chosen: dict[str, Any], reader: Person, server: RecordServer, maker: Maker
) -> None:
    server.whole_record(Immunization=[immunization()])

    answer = choose(reader, **chosen)

    assert answer.status_code == 200
    assert "Nothing would be in the file" in answer.content.decode()
    assert maker.wished == []


def test_a_date_that_is_none_is_told_and_nothing_is_made(
    reader: Person, server: RecordServer, maker: Maker
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])

    page = choose(reader, **{"from": "soon"}).content.decode()

    assert "“soon” was not understood as a date" in page
    assert maker.wished == []


def test_the_finished_file_is_handed_out_whole_and_until_it_is_deleted(
    reader: Person, server: RecordServer, maker: Maker
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    choose(reader)

    assert "The file is ready" in reader.read("take/progress/")
    answer = reader.browser.get(reader.at("take/file/1/"))
    assert b"".join(answer) == maker.content  # type: ignore[call-overload]
    assert answer["Content-Disposition"] == 'attachment; filename="health-record.txt"'
    assert "no-store" in answer["Cache-Control"]
    assert reader.get("take/file/2/").status_code == 404

    reader.browser.post(reader.at("take/stop/"))

    assert "There is no file here" in reader.read("take/progress/")
    assert reader.get("take/file/1/").status_code == 302


def test_the_trail_tells_which_sections_went_along(
    reader: Person, server: RecordServer, maker: Maker, trail: list[Entry]
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    choose(reader)

    reader.browser.get(reader.at("take/file/1/"))

    told = {entry.section for entry in trail if entry.page == "take-file"}
    assert told >= {"allergies", "immunizations"}


def test_only_one_is_made_at_a_time_for_a_sign_in(reader: Person, server: RecordServer, maker: Maker) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    maker.does = maker.nothing
    choose(reader)

    choose(reader)

    assert len(maker.wished) == 1
    page = reader.read("take/progress/")
    assert "See how far it is" in page
    assert "http-equiv" not in page
    assert "hx-get" not in page.split("<main")[1]


def test_one_that_was_not_heard_of_is_told_and_can_be_made_again(
    reader: Person, server: RecordServer, maker: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    maker.does = maker.nothing
    choose(reader)
    monkeypatch.setattr(making, "SILENT_SECONDS", -1)

    page = reader.read("take/progress/")
    assert "Making it stopped halfway" in page
    assert "The record is safe" in page

    maker.does = maker.finish
    reader.browser.post(reader.at("take/again/"))
    assert "The file is ready" in reader.read("take/progress/")


def test_it_is_gone_with_the_sign_in(reader: Person, server: RecordServer, maker: Maker) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    choose(reader)
    assert maker.source is not None
    keep = maker.source.keep
    assert making.look(keep) is not None

    reader.browser.post("/auth/sign-out/")

    assert making.look(keep) is None
    assert not any(keep.has(keep.held(what)) for what in ("wish", "state", "0", "1"))


def test_a_finished_file_that_lost_a_piece_is_never_handed_out_in_part(
    reader: Person, server: RecordServer, maker: Maker
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    choose(reader)
    assert maker.source is not None
    maker.source.keep.forget(maker.source.keep.held("1"))

    answer = reader.get("take/file/1/")

    assert answer.status_code == 302
    assert "There is no file here" in reader.read("take/progress/")


def test_what_is_kept_of_it_is_noise_to_whoever_reads_the_cache(
    reader: Person, server: RecordServer, maker: Maker
) -> None:
    from django.core.cache import cache

    server.whole_record(AllergyIntolerance=[allergy()])
    choose(reader, whom="Canary whom", **{"for": "other", "was": "other"})
    assert maker.source is not None
    keep = maker.source.keep

    for what in ("wish", "state", "0", "1"):
        assert b"anary" not in cache.get(keep.held(what))


def test_nobody_else_gets_it(reader: Person, server: RecordServer, maker: Maker) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    choose(reader)

    answer = Client().get(reader.at("take/file/1/"))

    assert answer.status_code != 200 or b"Canary" not in answer.content

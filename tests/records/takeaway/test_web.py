"""The web page that holds all of it: nothing of it runs, nothing of it asks anybody."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from records.takeaway import web
from tests.records.taking import demo_people, record_of, taken, written
from tests.resources import allergy


class Tags(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += ((name, value or "") for name, value in attrs)


def page(monkeypatch: pytest.MonkeyPatch, patient: str = "daniel-whitaker") -> str:
    source, _whole = record_of(demo_people()[patient], patient, monkeypatch)
    return written(web.write(taken(source))).decode()


def test_it_asks_nobody_and_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = page(monkeypatch, "omar-haddad")
    reader = Tags()
    reader.feed(found)

    assert any(value.startswith("default-src 'none'") for _name, value in reader.attributes)
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & reader.tags
    assert not [
        name for name, _value in reader.attributes if name.startswith("on") or name in {"src", "style"}
    ]
    style = found.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_what_a_record_says_is_never_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    source, _whole = record_of([allergy(code={"text": '<script>alert("x")</script>'})], "p1", monkeypatch)

    found = written(web.write(taken(source))).decode()

    assert "<script>" not in found
    assert "&lt;script&gt;" in found


def test_headings_go_down_one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", page(monkeypatch))]

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))

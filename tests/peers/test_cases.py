"""The cases of `../shared/cases`: small records that were once shown wrongly, each behind the real servers.

A case is an example of a rule; the tests of the rules themselves stand beside the code that keeps them.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SHARED
from tests.peers.visitor import Page, Visitor
from tests.servers import Servers, start_both

NAMES = sorted(path.stem for path in (SHARED / "cases").glob("*.json")) if SHARED.is_dir() else []
BLOCKS = re.compile(
    r"</?(?:p|div|li|tr|td|th|dt|dd|h\d|section|details|summary|ul|ol|table|article|br|pre)\b[^>]*>"
)
HIDDEN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
LONGEST_ID = 50
"""Longer ids stay as they are: their length is what the case is about."""


def _case(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return found


def _resources(case: dict[str, Any], number: int) -> list[Any]:
    """The resources with ids of the case's own, so that all cases can be served at once."""
    text = json.dumps(case["resources"])
    for kind, old in {(r["resourceType"], r["id"]) for r in case["resources"]}:
        new = (
            f"casey-{case['id']}"
            if kind == "Patient"
            else old
            if len(old) > LONGEST_ID
            else f"{old}-{number}"
        )
        text = text.replace(f'"{kind}/{old}"', f'"{kind}/{new}"').replace(f'"id": "{old}"', f'"id": "{new}"')
    found: list[Any] = json.loads(text)
    return found


@pytest.fixture(scope="module")
def served(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Every case's record behind the two servers."""
    folder = tmp_path_factory.mktemp("cases")
    for number, name in enumerate(NAMES):
        bundle = {"resourceType": "Bundle", "type": "collection"}
        entries = [{"resource": one} for one in _resources(_case(shared / "cases", name), number)]
        (folder / f"{name}.json").write_text(json.dumps({**bundle, "entry": entries}), "utf-8")
    with start_both(demo={"DEMO_DATA": str(folder)}) as servers:
        yield servers


def _lines(page: Page) -> str:
    """What stands on a page, a line for each block, up to "Everything in this entry"."""
    text = html.unescape(re.sub(r"<[^>]+>", "", BLOCKS.sub("\n", HIDDEN.sub("", page.main))))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(filter(None, lines)).split("Everything in this entry")[0]


def _page(case: dict[str, Any], visitor: Visitor) -> str:
    overview = case["page"] == "overview"
    page = visitor.overview() if overview else visitor.open(f"/record/{visitor.access}/{case['page']}/")
    if "entry" not in case:
        return _lines(page)
    opened = (_lines(visitor.open(path)) for path in page.entries)
    return next(words for words in opened if case["entry"] in words[:300])


@pytest.mark.parametrize("name", NAMES)
def test_a_record_that_was_shown_wrongly_is_read_rightly(name: str, served: Servers, shared: Path) -> None:
    case = _case(shared / "cases", name)
    said = _page(case, Visitor.signed_in(served, f"casey-{name}"))

    assert len(said) > 100
    assert [words for words in case.get("must_contain", []) if words not in said] == []
    assert [words for words in case.get("must_not_contain", []) if words in said] == []


def test_the_cases_are_there(shared: Path) -> None:
    assert len(NAMES) >= 50

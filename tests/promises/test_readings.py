"""docs/readings.md names a test for each behavior of real systems that it tells of."""

from __future__ import annotations

import re

from tests.conftest import ROOT

READINGS = ROOT / "docs" / "readings.md"
ROW = re.compile(r"^\|(?P<cells>.+)\|$", re.MULTILINE)
TEST = re.compile(r"(?P<file>tests/[\w/]+\.py)::(?P<name>test_\w+)")


def rows() -> list[list[str]]:
    """The lines of all tables, cell by cell, without heads."""
    found = [
        [cell.strip() for cell in match["cells"].split("|")] for match in ROW.finditer(READINGS.read_text())
    ]
    return [cells for cells in found if cells[0] != "What arrives" and set("".join(cells)) != {"-"}]


def test_each_reading_says_what_arrives_where_it_was_met_and_what_is_made_of_it() -> None:
    assert len(rows()) > 50
    assert [cells for cells in rows() if len(cells) != 4 or not all(cells)] == []


def test_each_reading_names_a_test_that_is_there() -> None:
    missing = []
    for cells in rows():
        named = [match.groups() for match in TEST.finditer(cells[-1])]
        missing += [
            f"{cells[0]}: {file}::{name}"
            for file, name in named
            if not (ROOT / file).is_file() or f"def {name}(" not in (ROOT / file).read_text()
        ]
        missing += [] if named else [f"{cells[0]}: no test"]

    assert missing == []

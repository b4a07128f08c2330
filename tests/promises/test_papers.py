"""What the papers say is so: commands exist, settings are read, links lead somewhere, code runs."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator

import pytest

from records.kinds.base import Kind
from tests.conftest import ROOT
from tests.promises.test_structs import culprits_of
from tests.promises.tree import texts
from tests.records.kinds.reading import place_of, row_of
from tests.resources import SUBJECT

PAPERS = {name: text for name, text in texts(".md") if not name.startswith("tests/")}
VACCINE = {
    "resourceType": "Immunization",
    "id": "vaccine-1",
    "status": "not-done",
    "statusReason": {"text": "Patient objection"},
    "vaccineCode": {"text": "Influenza, seasonal"},
    "patient": SUBJECT,
    "occurrenceDateTime": "2024-10",
}


@pytest.fixture
def example() -> Iterator[types.ModuleType]:
    """The kind that DEVELOPING.md writes step by step, as a module."""
    (code,) = [
        block
        for block in re.findall(r"^```python\n(.*?)^```", PAPERS["DEVELOPING.md"], re.MULTILINE | re.DOTALL)
        if "KIND = Kind(" in block
    ]
    module = types.ModuleType("example_of_developing")
    sys.modules[module.__name__] = module  # msgspec looks a struct's annotations up there
    exec(compile(code, "DEVELOPING.md", "exec"), vars(module))  # noqa: S102  (our own paper)
    yield module
    del sys.modules[module.__name__]


def test_the_kind_of_developing_md_works_as_it_stands(example: types.ModuleType) -> None:
    kind = example.KIND
    row = row_of(kind, VACCINE)

    assert isinstance(kind, Kind)
    assert culprits_of(kind) == []
    assert row.title == "Influenza, seasonal"
    assert row.line == "Patient objection"
    assert place_of(kind, VACCINE) == "Not given"
    assert place_of(kind, VACCINE | {"status": "completed"}) == "Given"


def test_every_make_target_that_a_paper_names_is_one() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = [
        part
        for text in PAPERS.values()
        for part in (*re.findall(r"`([^`\n]+)`", text), *re.findall(r"^    (.+)$", text, re.MULTILINE))
    ]
    named = {target for part in code for target in re.findall(r"(?:^|\s)make ([a-z]+)", part)}

    assert named >= {"demo", "test", "check", "serve", "bench", "lock", "messages"}
    assert named - targets == set()


def test_every_setting_that_the_readme_names_stands_in_the_example() -> None:
    explained = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    named = {
        name
        for code in re.findall(r"`([^`\n]+)`", PAPERS["README.md"])
        for name in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", code)
    }
    of_the_demo = {name for name in named if name.startswith("DEMO_")}

    assert len(named - of_the_demo) > 15
    assert named - of_the_demo - explained == set()


def test_every_link_and_picture_of_a_paper_is_there() -> None:
    linked = {
        (name, target)
        for name, text in PAPERS.items()
        for target in (*re.findall(r"\]\(([^)#:]+)\)", text), *re.findall(r'src="([^":]+)"', text))
    }

    assert ("README.md", "docs/pictures/overview.png") in linked
    assert [
        (name, target) for name, target in linked if not (ROOT / name).parent.joinpath(target).exists()
    ] == []

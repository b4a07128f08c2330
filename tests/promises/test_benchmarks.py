"""The benchmarks can be run: what they measure is theirs to say, and no test here looks at a clock."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from benchmarks import __main__ as command
from benchmarks import generated
from benchmarks.figures import Figure, middle
from benchmarks.fresh import fresh
from tests.conftest import ROOT


def modules_of_benchmarks() -> Iterator[str]:
    for path in sorted((ROOT / "benchmarks").glob("*.py")):
        if "BENCHMARK = " in path.read_text(encoding="utf-8"):
            yield path.stem


def test_every_benchmark_can_be_asked_for_and_has_a_limit() -> None:
    found = [importlib.import_module(f"benchmarks.{name}").BENCHMARK for name in modules_of_benchmarks()]

    assert len(found) >= 5
    assert sorted(command.BENCHMARKS.values(), key=id) == sorted(found, key=id)
    for benchmark in found:
        assert benchmark.says.endswith(".")
        assert benchmark.limits, benchmark.name
        assert all(limit >= 0 for limit in benchmark.limits.values()), benchmark.name


def test_a_broken_limit_is_printed_and_ends_the_run_with_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    figures: list[dict[str, Any]] = []
    monkeypatch.setattr(command, "fresh", lambda *_where, **_what: figures)

    figures[:] = [{"name": "a page", "figure": 12.0, "unit": "ms", "limit": 1.3, "floor": 10.0}]
    kept = command.main(["--only", "overview"])
    said_kept = capsys.readouterr().out
    figures[:] = [{"name": "a page", "figure": 14.0, "unit": "ms", "limit": 1.3, "floor": 10.0}]
    broken = command.main(["--only", "overview"])
    said_broken = capsys.readouterr().out

    assert (kept, broken) == (0, 1)
    assert "1.20" in said_kept
    assert "NOT" not in said_kept
    assert "1.40" in said_broken
    assert "NOT" in said_broken


def test_a_count_is_held_against_its_limit_from_the_right_side() -> None:
    rows = Figure(name="rows", figure=49, floor=50, unit="rows", limit=1, at_least=True)
    asked = Figure(name="asked", figure=1, unit="requests", limit=0)

    assert not rows.holds
    assert not asked.holds
    assert Figure(name="asked", figure=0, unit="requests", limit=0).holds
    assert Figure(name="rows", figure=50, floor=50, unit="rows", limit=1, at_least=True).holds


def test_the_middle_is_the_run_with_the_median_ratio() -> None:
    assert middle([(3, 1), (100, 200), (40, 20)]) == (40, 20)


def test_the_generated_record_is_valid_and_keeps_the_digits_of_its_numbers(tmp_path: Path) -> None:
    generated.write_long(tmp_path, many=20)

    text = (tmp_path / f"{generated.PATIENT}.json").read_text(encoding="utf-8")
    entries = json.loads(text, parse_float=Decimal)["entry"]
    values = [str(e["resource"]["valueQuantity"]["value"]) for e in entries[1:]]

    Bundle.model_validate(json.loads(text))
    assert values == [generated.written_value(number) for number in range(20)]
    assert all(value.endswith("0") and value[-3] == "." for value in values)
    assert 900 < len(text) / 20 < 1400


def test_each_wrong_entry_is_wrong_in_one_element(tmp_path: Path) -> None:
    generated.write_wrong(tmp_path, few=5)

    assert {path.stem for path in tmp_path.glob("*.json")} == {f"one-wrong-{n}" for n in generated.WRONG}
    for path in tmp_path.glob("*.json"):
        entries = json.loads(path.read_text(encoding="utf-8"))["entry"][1:]
        typed = [
            {name: type(value) for name, value in entry["resource"].items() if name != "id"}
            for entry in entries
        ]
        right = typed[0]
        assert sum(one != right for one in typed) == 1, path.stem


def test_a_benchmark_runs_in_a_process_of_its_own_against_a_real_demo_server() -> None:
    found = fresh("benchmarks.__main__", "measure", name="one-wrong", quick=True)

    figures = [Figure(**one) for one in found]
    assert len(figures) == len(generated.WRONG)
    assert all(figure.holds for figure in figures), figures

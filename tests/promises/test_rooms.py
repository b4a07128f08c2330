"""The rooms of the house: what may stand where, and how much one may hold."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from tests.promises.tree import texts

OURS = ("insync_portal", "smart_auth", "records", "upstream", "trail")
MOST_LINES = 350
MOST_OF_A_FUNCTION = 50
MOST_PARAMETERS = 6
TABLE = 8
"""Lines from which a literal counts as a table of data, which may be as long as it is."""
AT_THE_TOP = {"__init__.py", "apps.py", "models.py", "urls.py", "migrations"}


def modules() -> Iterator[tuple[str, str, ast.Module]]:
    """Name, text and tree of every module that is ours to keep small."""
    for name, text in texts(".py", under=OURS):
        if "/migrations/" not in name:
            yield name, text, ast.parse(text)


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function, those within others too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def lines_of_tables(node: ast.AST) -> int:
    """Lines of literals that are tables: the outermost ones alone."""
    if isinstance(node, ast.Dict | ast.Set | ast.List | ast.Tuple):
        lines = (node.end_lineno or node.lineno) - node.lineno
        if lines >= TABLE:
            return lines
    return sum(map(lines_of_tables, ast.iter_child_nodes(node)))


def rooms() -> list[str]:
    """The rooms of `records`, from the highest, as the import contract draws them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["name"] == "imports run downward in records")
    return [room.strip() for layer in layers for room in layer.split("|") if room.strip() != "urls"]


def test_no_module_holds_more_than_a_person_can_tables_aside() -> None:
    long = {
        name: lines
        for name, text, tree in modules()
        if (lines := text.count("\n") - lines_of_tables(tree)) >= MOST_LINES
    }

    assert long == {}


def test_no_function_is_longer_than_a_screen_tables_aside() -> None:
    long = {
        f"{name}:{one.name}": lines
        for name, _text, tree in modules()
        for one in functions(tree)
        if (lines := (one.end_lineno or 0) - one.lineno + 1 - lines_of_tables(one)) > MOST_OF_A_FUNCTION
    }

    assert long == {}


def test_no_function_takes_more_than_six_parameters() -> None:
    many = {}
    for name, _text, tree in modules():
        for one in functions(tree):
            taken = [*one.args.posonlyargs, *one.args.args, *one.args.kwonlyargs]
            count = len([argument for argument in taken if argument.arg not in {"self", "cls"}])
            if count > MOST_PARAMETERS:
                many[f"{name}:{one.name}"] = count

    assert many == {}


def test_records_holds_rooms_and_what_django_wants_there() -> None:
    here = {path.name for path in (ROOT / "records").iterdir() if path.name != "__pycache__"}
    here = {name for name in here if any((ROOT / "records" / name).rglob("*.py")) or name.endswith(".py")}

    assert here - AT_THE_TOP == set(rooms())


@pytest.mark.parametrize("room", rooms())
def test_each_room_says_in_two_or_three_sentences_what_lives_there(room: str) -> None:
    said = ast.get_docstring(ast.parse((ROOT / "records" / room / "__init__.py").read_text())) or ""
    sentences = re.findall(r"[.:?](?:\s|$)", said)

    assert 2 <= len(sentences) <= 4, said


def test_the_map_of_developing_names_every_room() -> None:
    said = (ROOT / "DEVELOPING.md").read_text()

    assert [room for room in rooms() if f"      {room}/" not in said] == []

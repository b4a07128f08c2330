"""What stands in the tree, for the rules of the house to look at."""

from __future__ import annotations

import os
import subprocess
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from tests.conftest import ROOT

LEFT_OUT = {
    ".venv",
    ".git",
    "var",
    "node_modules",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
}
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".pdf", ".ico", ".woff2", ".mo", ".gz", ".br", ".sqlite3"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the project: what git tracks, or, without git, what a copy of it holds."""
    found = tracked()
    if found is None:
        found = walked()
    return tuple(sorted(path for path in found if path.is_file()))


def tracked() -> list[Path] | None:
    """What git tracks; None where there is no git, or this is no repository of its."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607  (whichever git there is)
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return None
    if listed.returncode or not listed.stdout:
        return None
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def walked() -> list[Path]:
    """What stands in the folder and is not left out by `.gitignore`."""
    rules = [line for line in (ROOT / ".gitignore").read_text("utf-8").split("\n") if line and line[0] != "#"]
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        kept, others = (
            [
                name
                for name in some
                if name not in LEFT_OUT and not _is_ignored(here / name, rules, are_folders)
            ]
            for some, are_folders in ((folders, True), (names, False))
        )
        folders[:] = kept
        found += [Path(folder) / name for name in others]
    return found


def _is_ignored(path: Path, rules: list[str], is_folder: bool) -> bool:
    """Whether a rule of `.gitignore` leaves a path out. Of its grammar what the house's file uses: names, `*`, a slash
    at the end for folders, one at the start for the root."""
    for rule in rules:
        if rule.endswith("/") and not is_folder:
            continue
        if rule.startswith("!") or "/" in rule.strip("/") or "**" in rule:
            raise NotImplementedError(f"a rule of .gitignore that is not understood here: {rule}")
        said = path.as_posix() if rule.startswith("/") else path.name
        if fnmatchcase(said, rule.strip("/")):
            return True
    return False


def texts(*suffixes: str, under: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """(path from the root, text) of the files with one of these endings, all texts where none is given."""
    found = []
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in BINARY or (suffixes and path.suffix not in suffixes):
            continue
        if under and not name.startswith(tuple(f"{folder}/" for folder in under)):
            continue
        try:
            found.append((name, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def line_of(text: str, position: int) -> int:
    """The number of the line that a position stands on."""
    return text.count("\n", 0, position) + 1

"""What stands in the tree, for the rules of the house to look at."""

from __future__ import annotations

import subprocess
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
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607  (whichever git there is)
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        found = [
            path
            for path in ROOT.rglob("*")
            if not LEFT_OUT & set(path.relative_to(ROOT).parts) and path.name != ".env"
        ]
    return tuple(sorted(path for path in found if path.is_file()))


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

"""Lays the papers out for the site (mkdocs.yml): every .md of the root and of docs/, and each file that they link to,
as they stand beside each other here, so that a link means the same in both.

    python tools/site.py var/site-source
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

DECISIONS = Path("docs/decisions")
ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?P<target>[^)#:\s]+)(?P<anchor>#[^)\s]*)?\)|src=\"(?P<source>[^\":]+)\"")


def papers() -> list[Path]:
    """Every paper, by its place below the root."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(path.relative_to(ROOT) for path in found)


def linked(paper: Path) -> set[Path]:
    """The files that a paper links to, by their place below the root. One that is missing is for mkdocs to tell."""
    text = (ROOT / paper).read_text(encoding="utf-8")
    targets = {match["target"] or match["source"] for match in LINK.finditer(text)}
    found = {(ROOT / paper).parent.joinpath(target).resolve() for target in targets}
    return {path.relative_to(ROOT) for path in found if path.is_file() and path.is_relative_to(ROOT)}


def lay_out(place: Path) -> None:
    """Everything, afresh. A file whose name begins with a dot is left out by mkdocs, so it goes without."""
    shutil.rmtree(place, ignore_errors=True)
    names = papers()
    for name in {*names, *(file for paper in names for file in linked(paper))}:
        there = place / name.parent / name.name.removeprefix(".")
        there.parent.mkdir(parents=True, exist_ok=True)
        if name.suffix == ".md":
            text = (ROOT / name).read_text(encoding="utf-8")
            there.write_text(re.sub(r"\]\(((?:\.\./)*)\.(?=[a-z])", r"](\1", text), encoding="utf-8")
        else:
            shutil.copyfile(ROOT / name, there)
    with (place / DECISIONS / "README.md").open("a", encoding="utf-8") as index:
        index.write("\n" + "".join(f"- [{title}]({name})\n" for name, title in decisions()))


def decisions() -> list[tuple[str, str]]:
    """Each decision's file and its title: their folder lists them here, and on the site nobody does."""
    found = sorted((ROOT / DECISIONS).glob("[0-9]*.md"))
    return [(one.name, one.read_text(encoding="utf-8").split("\n", 1)[0].lstrip("# ")) for one in found]


if __name__ == "__main__":
    lay_out(Path(sys.argv[1]))

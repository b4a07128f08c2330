"""The papers as a site: each link leads to a page or file that comes along, each jump to a heading that is there."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tools import site

CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


@pytest.fixture
def laid_out(tmp_path: Path) -> Path:
    site.lay_out(tmp_path / "source")
    return tmp_path / "source"


def jumps(text: str) -> set[str]:
    """The names by which the headings of a paper are reached, as forges and mkdocs make them."""
    heads = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_no_link_of_the_site_leads_nowhere(laid_out: Path) -> None:
    broken, seen = [], 0
    for paper in laid_out.rglob("*.md"):
        text = CODE.sub("", paper.read_text())
        for target, anchor in re.findall(r"\]\(([^)#:\s]*)(#[^)\s]*)?\)", text):
            seen += 1
            there = paper.parent.joinpath(target).resolve() if target else paper
            is_there = there.is_file() and there.is_relative_to(laid_out)
            if not is_there or (anchor and anchor[1:] not in jumps(there.read_text())):
                broken.append(f"{paper.relative_to(laid_out)}: {target}{anchor}")

    assert seen > 50
    assert broken == []


def test_the_contents_name_papers_that_are_there_and_the_index_every_decision(laid_out: Path) -> None:
    contents = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    named = {
        page
        for part in contents["nav"]
        for pages in part.values()
        for page in (
            [pages] if isinstance(pages, str) else [one for entry in pages for one in entry.values()]
        )
    }
    papers = {path.as_posix() for path in site.papers()}
    decisions = {path for path in papers if re.match(r"docs/decisions/\d", path)}
    index = (laid_out / "docs/decisions/README.md").read_text()

    assert len(named) > 10
    assert named - papers == set()
    assert [path for path in decisions if Path(path).name not in index] == []


def test_mkdocs_builds_the_site_without_a_warning(laid_out: Path, tmp_path: Path) -> None:
    mkdocs = shutil.which("mkdocs")
    if mkdocs is None:
        pytest.skip("there is no mkdocs on this machine (make docs installs it for itself)")
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    config |= {"docs_dir": str(laid_out), "site_dir": str(tmp_path / "site")}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(config))

    ran = subprocess.run(
        [mkdocs, "build", "--strict", "--config-file", str(tmp_path / "mkdocs.yml")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "site/docs/operating.html").exists()


def test_the_accessibility_report_answers_every_criterion_of_wcag_2_2_a_and_aa() -> None:
    report = (ROOT / "docs/accessibility.md").read_text()
    rows = re.findall(r"^\| (\d\.\d\.\d+) [^|]+\| (AA?) \| ([^|]+) \| ([^|]*)\|", report, re.MULTILINE)
    levels = [level for _number, level, _answer, _how in rows]
    answers = {answer.strip() for _number, _level, answer, _how in rows}

    assert len({number for number, *_ in rows}) == len(rows) == 55
    assert (levels.count("A"), levels.count("AA")) == (31, 24)
    assert answers <= {"Met", "In part", "Does not arise", "Not ours"}
    assert [
        row[0] for row in rows if row[2].strip() in {"In part", "Not ours"} and len(row[3].strip()) < 30
    ] == []

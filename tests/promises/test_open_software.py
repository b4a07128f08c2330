"""What stands here for those who take the software up: its license, its checks elsewhere, what it is made of."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tools import sbom

LOCK = (ROOT / "requirements/runtime.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_the_license_stands_whole_and_the_project_names_it() -> None:
    text = (ROOT / "LICENSE").read_text()

    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert PROJECT["license"] == "Apache-2.0"


def test_every_source_of_the_table_of_codes_stands_in_the_notice() -> None:
    notice = (ROOT / "NOTICE").read_text()
    sources = [
        line.split("\t")[3]
        for line in (ROOT / "records/words/code_words.tsv").read_text().splitlines()
        if line.startswith("@")
    ]
    known = ("HL7", "US Core", "CDC", "CLDR", "LOINC", "SNOMED CT", "UCUM")

    assert len(sources) > 50
    assert [source for source in sources if not any(name in source for name in known)] == []
    assert [name for name in known if name not in notice] == []


def test_ci_elsewhere_runs_what_runs_here_and_takes_no_action_by_a_name_that_can_be_moved() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    (steps,) = [job["steps"] for job in workflow["jobs"].values()]
    actions = [step["uses"] for step in steps if "uses" in step]

    assert [step["run"] for step in steps if "run" in step] == ["bash .ci/run"]
    assert actions
    assert [action for action in actions if not re.search(r"@[0-9a-f]{40}$", action)] == []
    assert workflow["permissions"] == {"contents": "read"}


def test_each_hook_before_a_commit_is_a_tool_that_the_locks_bring() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]

    assert len(hooks) == 4
    assert [hook["id"] for hook in hooks if not (ROOT / hook["entry"].split()[0]).exists()] == []


def test_the_changelog_has_a_part_for_what_comes_and_the_version_that_the_project_has() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text()
    heads = re.findall(r"^## (.+)$", changes, re.MULTILINE)

    assert heads[0] == "Unreleased"
    assert [head for head in heads[1:] if not re.fullmatch(r"\d+\.\d+\.\d+ · \d{4}-\d\d-\d\d", head)] == []
    assert PROJECT["version"] in {"0.2.0", *(head.split(" ")[0] for head in heads[1:])}


def test_the_bill_of_materials_names_every_package_of_the_lock_with_its_hashes() -> None:
    bill = sbom.bom(LOCK, PROJECT)
    named = {(part["name"], part["version"]) for part in bill["components"]}
    locked = set(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[\w+\])?==([^\s;\\]+)", LOCK, re.MULTILINE))
    django = next(part for part in bill["components"] if part["name"] == "django")
    digests = [one["content"] for one in django["externalReferences"][0]["hashes"]]

    assert named == locked
    assert django["purl"] == f"pkg:pypi/django@{django['version']}"
    assert digests
    assert all(f"sha256:{digest}" in LOCK for digest in digests)
    assert all(part["externalReferences"][0]["hashes"] for part in bill["components"])


def test_the_bill_of_materials_says_what_brought_a_package_in() -> None:
    brings = {one["ref"]: one["dependsOn"] for one in sbom.bom(LOCK, PROJECT)["dependencies"]}
    ours = brings[f"pkg:generic/insync-portal@{PROJECT['version']}"]
    django = next(ref for ref in brings if ref.startswith("pkg:pypi/django@"))

    assert django in ours
    assert len(ours) == len(PROJECT["dependencies"]) + _twice(ours)
    assert any(ref.startswith("pkg:pypi/asgiref@") for ref in brings[django])
    assert {one for refs in brings.values() for one in refs} <= set(brings)


def _twice(refs: list[str]) -> int:
    """How many are there in a second version, for other machines."""
    return len(refs) - len({ref.rpartition("@")[0] for ref in refs})


def test_the_same_lock_gives_the_same_bill_to_the_byte() -> None:
    made = [
        subprocess.run(
            [sys.executable, "tools/sbom.py", "requirements/runtime.lock"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for _ in range(2)
    ]

    assert made[0] == made[1]
    assert json.loads(made[0])["bomFormat"] == "CycloneDX"


@pytest.mark.parametrize(
    ("answers", "status", "says"),
    [
        (
            [{"name": "django", "version": "5.2.1", "vulns": []}],
            0,
            "1 packages asked for, 0 with known weaknesses.",
        ),
        (
            [
                {"name": "django", "version": "5.2.1", "vulns": [{"id": "CVE-1", "fix_versions": ["5.2.2"]}]},
                {"name": "lxml", "version": "6.0", "vulns": []},
            ],
            1,
            "django 5.2.1: CVE-1, mended in 5.2.2",
        ),
        ([{"name": "django", "skip_reason": "not found"}], 2, "Not asked: django: not found"),
        (None, 2, "Not asked: the service that knows weaknesses did not answer."),
    ],
    ids=["none known", "one known", "not known there", "nobody answers"],
)
def test_an_audit_says_what_is_known_and_never_that_nothing_is_where_nobody_answered(
    tmp_path: Path, answers: list[dict[str, object]] | None, status: int, says: str
) -> None:
    asker = tmp_path / "var/audit/bin/pip-audit"
    asker.parent.mkdir(parents=True)
    told = "" if answers is None else json.dumps({"dependencies": answers})
    end = "exit 1" if answers is None or status == 1 else "exit 0"
    asker.write_text(f"#!/bin/sh\nprintf '%s' '{told}' >var/audit/said.json\n{end}\n")
    asker.chmod(0o755)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools/audit.sh").write_text((ROOT / "tools/audit.sh").read_text())

    ran = subprocess.run(
        ["sh", "tools/audit.sh"],  # noqa: S607
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ),
    )

    assert ran.returncode == status
    assert says in ran.stdout + ran.stderr
    assert ("0 with known" in ran.stdout) == (status == 0)

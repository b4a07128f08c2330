"""Every number that is a setting stands, with its default, where an operator looks for it."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

READ = re.compile(r'env\.integer\(\s*"(?P<name>[A-Z_]+)",\s*default=(?P<default>[^,]+?),')
SETTINGS = {
    found["name"]: found["default"]
    for path in ("insync_portal/settings.py", "gunicorn.conf.py")
    for found in READ.finditer((ROOT / path).read_text(encoding="utf-8"))
}
BOUNDS = {
    "INSYNC_CONNECT_TIMEOUT",
    "INSYNC_READ_TIMEOUT",
    "PAGES_WAITING",
    "PAGES_OF_ONE_SIGN_IN",
    "CIRCUIT_FAILURES",
    "CIRCUIT_SECONDS",
    "DATABASE_SECONDS",
    "DATABASE_WAITING",
    "SIGN_INS_FROM_ONE_ADDRESS",
    "SIGN_INS_IN_ALL",
    "REQUEST_SECONDS",
    "OWN_CACHE_MEBIBYTES",
    "SHARED_VALUE_MEBIBYTES",
    "REQUESTS_A_WORKER",
}
"""Who waits for whom, and how much."""


def test_the_bounds_are_settings() -> None:
    assert set(SETTINGS) >= BOUNDS


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_a_number_stands_in_env_example_with_its_default(name: str) -> None:
    written = (ROOT / ".env.example").read_text(encoding="utf-8")

    found = re.search(rf"^#?{name}=(?P<value>.*)$", written, re.MULTILINE)

    assert found is not None
    value, default = found["value"], SETTINGS[name].replace("_", "")
    assert not value or not default.isdigit() or value == default


@pytest.mark.parametrize("name", sorted(BOUNDS))
def test_a_bound_stands_with_default_and_reason_in_the_table(name: str) -> None:
    table = (ROOT / "docs" / "waiting.md").read_text(encoding="utf-8")

    row = next(line for line in table.splitlines() if line.startswith("|") and f"`{name}`" in line)
    _what, default, _where, reason = (cell.strip() for cell in row.strip("|").split("|"))

    assert f"{int(SETTINGS[name].replace('_', '')):,}".split(",")[0] in default
    assert len(reason) > 15

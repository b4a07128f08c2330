"""Rules of the house that hold for the whole tree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.promises.tree import files, line_of, texts, tracked, walked

PACKAGES = ("insync_portal", "smart_auth", "records", "upstream", "trail", "demo_server")
ROOM = 450
"""Lines: about 400 is a room, and a little more is still one. Tests, migrations and data may be longer."""

# Put together here, so that this file does not hold what it forbids.
REGISTRIES = ["python" + "hosted", "pypi" + ".org/simple", "npm" + "js", "artifact" + "ory"]
INDEX_LINES = re.compile(
    r"^\s*(?:-i|--index-url|--extra-index-url|--find-links|--trusted-host)\b", re.MULTILINE
)


def test_no_room_is_longer_than_a_person_can_hold_in_mind() -> None:
    long = {}
    for name, text in texts(".py", ".html", ".css", ".js", ".sh"):
        folder = name.split("/", 1)[0]
        if folder in {"tests", "benchmarks"} or "/migrations/" in name or "/people/" in name:
            continue
        limit = 3 * ROOM if name.endswith(".css") else ROOM
        if (lines := text.count("\n")) > limit:
            long[name] = lines

    assert long == {}


def test_without_git_the_same_files_are_looked_at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = tracked()
    monkeypatch.setenv("PATH", str(tmp_path))
    found = set(walked())

    assert tracked() is None
    assert ROOT / "pyproject.toml" in files.__wrapped__()
    assert {path for path in known or () if path.is_file()} <= found
    assert [
        path for path in found if {".venv", "var", "__pycache__"} & set(path.relative_to(ROOT).parts)
    ] == []
    assert [path for path in found if path.suffix in {".mo", ".pyc"} or path.name == ".env"] == []


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    homes = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+)/")
    parent = ROOT.parent.as_posix() + "/"
    generic = {"/", "/app/", "/src/", "/tmp/", "/opt/", "/srv/"}  # noqa: S108  (a clone may stand anywhere)

    found = [
        f"{name}:{line_of(text, match.start())}" for name, text in texts() for match in homes.finditer(text)
    ]
    if parent not in generic:
        found += [name for name, text in texts() if parent in text]

    assert found == []


def test_no_lock_and_no_other_file_names_a_package_registry() -> None:
    looked_at = texts()
    found = [
        f"{name}: {registry}"
        for name, text in looked_at
        for registry in REGISTRIES
        if registry in text.lower()
    ]

    assert "requirements/runtime.lock" in {name for name, _ in looked_at}
    assert found == []


def test_every_package_of_a_lock_has_its_hashes_and_no_lock_names_an_index() -> None:
    locks = texts(".lock", under=("requirements",))

    assert {name for name, _ in locks} >= {"requirements/runtime.lock", "requirements/dev.lock"}
    for name, text in locks:
        assert not INDEX_LINES.search(text), name
        packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
        assert len(packages) > 20, name
        assert [part.split()[0] for part in packages if "--hash=sha256:" not in part] == [], name


def test_a_larger_lock_holds_the_versions_of_the_smaller_one() -> None:
    # tools/venv.sh takes dev for runtime and bench for dev.
    locks = {
        Path(name).stem: set(re.findall(r"^[A-Za-z0-9_.\-\[\]]+==[^\s\\]+", text, re.MULTILINE))
        for name, text in texts(".lock", under=("requirements",))
    }

    assert locks["runtime"] < locks["dev"] < locks["bench"]


def test_env_example_explains_every_variable_that_the_portal_reads() -> None:
    readers = {
        "text",
        "choice",
        "words",
        "integer",
        "flag",
        "hosts",
        "scopes",
        "time_zone",
        "url",
        "base_url",
    }
    readers |= {
        "secret",
        "keys",
        "database",
        "cache",
        "proxy",
        "contact",
        "client_auth",
        "authorities",
        "readable_file",
    }
    read = set()
    for name in ("insync_portal/settings.py", "gunicorn.conf.py"):
        for node in ast.walk(ast.parse((ROOT / name).read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.func.attr in readers
                and isinstance(node.args[0], ast.Constant)
            ):
                read.add(node.args[0].value)
    example = (ROOT / ".env.example").read_text()
    explained = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))

    assert len(read) > 25
    assert read - explained == set()
    assert explained - read == {"PORTAL_HOST", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}, "compose.yaml's own"


def test_env_example_holds_no_secret() -> None:
    example = (ROOT / ".env.example").read_text()

    for name in ("SECRET_KEY", "SESSION_KEYS", "INSYNC_CLIENT_SECRET", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        assert re.search(rf"^{name}=$", example, re.MULTILINE), name


def test_nothing_turns_tls_verification_off_and_no_form_skips_the_csrf_check() -> None:
    forbidden = re.compile(r"verify\s*=\s*False|csrf_exempt|check_hostname\s*=\s*False|CERT_NONE")
    # The endpoints of an OAuth server are called by clients, which have no cookie to forge.
    clients_call = {"demo_server"}

    found = [
        f"{name}:{line_of(text, match.start())}"
        for name, text in texts(".py", under=PACKAGES)
        for match in forbidden.finditer(text)
        if not (match.group() == "csrf_exempt" and name.split("/", 1)[0] in clients_call)
    ]

    assert found == []


def test_no_type_or_lint_rule_is_switched_off_without_naming_it() -> None:
    blanket = re.compile(
        r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)|#\s*ruff:\s*noqa(?!:)|#\s*mypy:\s*ignore-errors"
    )

    found = [
        f"{name}:{line_of(text, match.start())}"
        for name, text in texts(".py")
        if name != "tests/promises/test_tree.py"
        for match in blanket.finditer(text)
    ]

    assert found == []


def test_the_tree_holds_no_built_thing_and_nothing_large() -> None:
    built = {".mo", ".pyc", ".sqlite3", ".log"}
    found = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.suffix in built or path.name == ".env" or path.stat().st_size > 1_500_000
    ]

    assert len(files()) > 50
    assert found == []


def test_no_test_is_put_off_without_a_condition() -> None:
    put_off = re.compile(r"pytest\.mark\.(?:skip|xfail)\b(?!if)")

    found = [
        f"{name}:{line_of(text, match.start())}"
        for name, text in texts(".py", under=("tests",))
        if name != "tests/promises/test_tree.py"
        for match in put_off.finditer(text)
    ]

    assert found == []

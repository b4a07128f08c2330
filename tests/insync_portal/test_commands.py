"""The words that one types: make, and what it says where something is missing."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.insync_portal.test_settings import DEMO, run

COMMANDS = ("demo", "test", "check", "serve", "bench", "lock", "messages", "help")


def shell(*command: str, cwd: Path, path: str) -> subprocess.CompletedProcess[str]:
    """A command with a PATH of its own."""
    return subprocess.run(
        command, cwd=cwd, env={"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a fresh clone as making a virtual environment needs."""
    shutil.copytree(ROOT / "tools", tmp_path / "tools")
    (tmp_path / "requirements").mkdir()
    for lock in ("runtime", "dev", "bench"):
        (tmp_path / "requirements" / f"{lock}.lock").write_text(f"# {lock}\n")
    return tmp_path


def python(clone: Path, name: str, script: str) -> str:
    """A PATH on which an interpreter of this name does what the script says, and no other one is found."""
    folder = clone / "bin"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    for tool in ("sh", "dirname", "cksum", "cat", "rm", "mkdir", "touch"):
        if not (folder / tool).exists():
            (folder / tool).symlink_to(shutil.which(tool) or "")
    return str(folder)


def test_make_alone_lists_every_command() -> None:
    listed = shell("make", cwd=ROOT, path=":".join(["/usr/bin", "/bin", "/usr/local/bin"]))

    assert listed.returncode == 0
    for command in COMMANDS:
        assert f"\n  {command} " in listed.stdout


def test_a_python_that_is_too_old_is_told_in_a_sentence(clone: Path) -> None:
    path = python(clone, "python3", '[ "$1" = --version ] && echo "Python 3.9.2" && exit 0; exit 1')

    refused = shell("sh", "tools/venv.sh", "runtime", cwd=clone, path=path)

    assert refused.returncode == 1
    assert "needs Python 3.11 or newer, and here is Python 3.9.2" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_python_without_its_venv_module_is_told_in_a_sentence(clone: Path) -> None:
    path = python(
        clone, "python3", 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.11 ;; *) exit 0 ;; esac'
    )

    refused = shell("sh", "tools/venv.sh", "runtime", cwd=clone, path=path)

    assert refused.returncode == 1
    assert "apt-get install python3.11-venv" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_another_interpreter_is_taken_where_python3_is_too_old(clone: Path) -> None:
    python(clone, "python3", "exit 1")
    path = python(clone, "python3.12", 'case "$2" in *ensurepip*) exit 1 ;; *print*) echo 3.12 ;; esac')

    refused = shell("sh", "tools/venv.sh", "runtime", cwd=clone, path=path)

    assert "Python 3.12 is here without its venv module" in refused.stderr


def test_a_second_run_installs_nothing_and_a_larger_lock_serves_for_a_smaller_one(clone: Path) -> None:
    # pip writes down that it was called, then does nothing.
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "pip").touch()
    called = clone / "called"
    interpreter = clone / ".venv" / "bin" / "python"
    interpreter.write_text(f'#!/bin/sh\n[ "$2" = pip ] && echo "$@" >> {called}\nexit 0\n')
    interpreter.chmod(0o755)
    path = ":".join(["/usr/bin", "/bin"])

    for lock in ("dev", "dev", "runtime", "dev"):
        assert shell("sh", "tools/venv.sh", lock, cwd=clone, path=path).returncode == 0
    once = called.read_text().splitlines()
    (clone / "requirements" / "dev.lock").write_text("# dev changed\n")
    shell("sh", "tools/venv.sh", "dev", cwd=clone, path=path)
    twice = called.read_text().splitlines()

    assert len(once) == 1
    assert "--require-hashes -r requirements/dev.lock" in once[0]
    assert len(twice) == 2


def test_a_busy_port_is_told_in_a_sentence() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]

        refused = run(
            "-c",
            "import runpy; runpy.run_path('gunicorn.conf.py')['on_starting'](None)",
            **DEMO | {"PORT": str(port)},
        )

    assert refused.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in refused.stderr
    assert "PORT=8080 make serve" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_containers_health_check_fails_where_nothing_answers() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))

        asked = run("tools/healthy.py", PORT=str(nobody.getsockname()[1]))

    assert asked.returncode == 1
    assert "does not answer" in asked.stderr


def test_the_dockerfile_is_clean() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    if not hadolint.exists():
        pytest.skip("hadolint is not installed (make check installs it)")

    linted = shell(str(hadolint), "Dockerfile", cwd=ROOT, path="/usr/bin")

    assert linted.returncode == 0, linted.stdout

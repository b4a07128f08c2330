"""How the portal is deployed: what each container may do, who reaches whom, and that no secret stands in a file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
MANIFESTS = {
    f"{one['kind']} {path.stem}": one
    for path in sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
    for one in yaml.safe_load_all(path.read_text())
}


def pods() -> dict[str, dict[str, Any]]:
    """The pod of each manifest that starts one."""
    found = {}
    for name, manifest in MANIFESTS.items():
        spec = manifest.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            found[name] = template["spec"]
    return found


def test_no_container_gains_a_privilege_or_takes_the_machine() -> None:
    services = COMPOSE["services"]
    assert len(services) == 6

    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["mem_limit"], name
        assert service["pids_limit"], name
        assert service.get("read_only") or name == "database", name


def test_the_proxy_reaches_the_portal_alone() -> None:
    networks = {name: set(service.get("networks", ())) for name, service in COMPOSE["services"].items()}

    for kept_apart in ("database", "cache", "migrate"):
        assert networks["proxy"] & networks[kept_apart] == set()
        assert networks[kept_apart] == {"inside"}
    assert networks["proxy"] & networks["portal"] == {"outside", "edge"}
    assert COMPOSE["networks"]["inside"] == COMPOSE["networks"]["edge"] == {"internal": True}
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]


def test_redis_asks_for_its_password_which_stands_in_no_command() -> None:
    cache = COMPOSE["services"]["cache"]
    script = cache["command"][-1]

    assert "requirepass" in script
    assert "$$REDISCLI_AUTH" in script
    assert "REDIS_PASSWORD" not in script
    assert "${REDIS_PASSWORD:-}" in COMPOSE["x-portal"]["environment"]["CACHE_URL"]


def test_redis_started_as_compose_starts_it_refuses_whoever_has_no_password(tmp_path: Path) -> None:
    if not (shutil.which("redis-server") and shutil.which("redis-cli")):
        pytest.skip("there is no Redis on this machine (apt-get install redis-server)")
    script = COMPOSE["services"]["cache"]["command"][-1].replace("$$", "$")
    socket = tmp_path / "redis.sock"
    server = subprocess.Popen(
        ["sh", "-c", script.replace(" - ", f" - --port 0 --unixsocket {socket} ")],  # noqa: S607
        env=os.environ | {"REDISCLI_AUTH": "a password of the test"},
        stdout=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    try:
        asked = [_ping(socket, password) for password in ("a password of the test", "another", "")]
    finally:
        server.terminate()
        server.wait(timeout=30)

    assert _ping(socket, "", tries=1).startswith("Could not connect"), (
        "it ends when it is told to, and not the shell alone"
    )
    assert asked[0] == "PONG"
    assert "WRONGPASS" in asked[1]
    assert "NOAUTH" in asked[2]


def _ping(socket: Path, password: str, *, tries: int = 100) -> str:
    """What Redis says, as soon as it listens."""
    environment = {name: value for name, value in os.environ.items() if name != "REDISCLI_AUTH"}
    if password:
        environment["REDISCLI_AUTH"] = password
    said = ""
    for _ in range(tries):
        ran = subprocess.run(
            ["redis-cli", "-s", str(socket), "ping"],  # noqa: S607
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        said = ran.stdout + ran.stderr
        if "Could not connect" not in said:
            return said.strip()
        os.sched_yield()
    return said.strip()


def test_no_secret_stands_in_a_manifest() -> None:
    assert "Secret" not in {manifest["kind"] for manifest in MANIFESTS.values()}
    settings = MANIFESTS["ConfigMap portal"]["data"]
    secret = {"SECRET_KEY", "SESSION_KEYS", "TRAIL_KEYS", "INSYNC_CLIENT_SECRET", "DATABASE_URL", "CACHE_URL"}

    assert settings["TRAIL"] == "table"
    assert secret & settings.keys() == set()
    assert all(
        {"secretRef": {"name": "insync-portal"}} in pod["containers"][0]["envFrom"] for pod in pods().values()
    )


def test_each_pod_runs_without_root_on_a_disk_that_it_cannot_write_and_within_limits() -> None:
    assert len(pods()) == 3

    for name, pod in pods().items():
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["automountServiceAccountToken"] is False, name
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert container["resources"]["limits"]["memory"], name
        assert not container["image"].endswith(":latest"), name


def test_two_replicas_are_asked_how_they_are_and_one_always_stays() -> None:
    deployment = MANIFESTS["Deployment portal"]["spec"]
    container = deployment["template"]["spec"]["containers"][0]

    assert deployment["replicas"] == 2
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert MANIFESTS["PodDisruptionBudget portal"]["spec"]["minAvailable"] == 1
    assert deployment["template"]["spec"]["terminationGracePeriodSeconds"] > 30


def test_each_setting_of_the_manifests_is_one_that_the_portal_reads() -> None:
    explained = set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert MANIFESTS["ConfigMap portal"]["data"].keys() - explained == set()


def test_kubernetes_takes_the_manifests() -> None:
    checker = shutil.which("kubernetes-validate") or shutil.which(
        "kubernetes-validate", path=str(Path(sys.executable).parent)
    )
    if checker is None:
        pytest.skip("there is no kubernetes-validate on this machine (pip install kubernetes-validate)")
    for path in sorted((ROOT / "deploy/kubernetes").glob("*.yaml")):
        ran = subprocess.run([checker, "--strict", str(path)], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd on this machine")
    unit = (ROOT / "deploy/insync-portal.service").read_text()
    # The programs are on the machine that runs it; here any will do.
    here = tmp_path / "insync-portal.service"
    here.write_text(re.sub(r"/opt/insync-portal/\.venv/bin/\w+", "/bin/true", unit))

    ran = subprocess.run(
        ["systemd-analyze", "verify", str(here)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line for line in ran.stderr.splitlines() if "insync-portal" in line] == []
    assert ran.returncode == 0, ran.stderr
    assert "ProtectSystem=strict" in unit


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        ("printf sha256:%064d 7", 0, "python:3.13-slim@sha256:000"),
        ("echo 'no such host' >&2; exit 1", 2, "Nothing was changed: caddy:2.10-alpine: no such host."),
    ],
    ids=["reached", "not reached"],
)
def test_images_are_pinned_all_or_none(tmp_path: Path, answer: str, status: int, says: str) -> None:
    (tmp_path / "tools").mkdir()
    before = {}
    for name in ("tools/pin_images.py", "Dockerfile", "compose.yaml"):
        before[name] = (ROOT / name).read_text()
        (tmp_path / name).write_text(before[name])
    skopeo = tmp_path / "bin/skopeo"
    skopeo.parent.mkdir()
    skopeo.write_text(f"#!/bin/sh\n{answer}\n")
    skopeo.chmod(0o755)

    ran = subprocess.run(
        [sys.executable, "tools/pin_images.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PATH": f"{skopeo.parent}:{os.environ['PATH']}"},
    )
    after = {name: (tmp_path / name).read_text() for name in before}

    assert ran.returncode == status, ran.stderr
    assert says in ran.stdout + ran.stderr
    if status:
        assert after == before
        return
    assert after["Dockerfile"].count("@sha256:") == 2
    assert after["compose.yaml"].count("@sha256:") == 3
    assert "image: insync-portal\n" in after["compose.yaml"], "our own has none"

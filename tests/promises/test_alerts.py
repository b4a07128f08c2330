"""The alerts: rules that Prometheus takes, each shown to fire and to be silent, each with a page of what to do."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from insync_portal import metrics_server
from tests.conftest import ROOT

ALERTS = ROOT / "deploy/prometheus"
RULES = yaml.safe_load((ALERTS / "alerts.yml").read_text())["groups"][0]["rules"]


@pytest.fixture
def promtool() -> str:
    path = shutil.which("promtool")
    if path is None:
        pytest.skip("there is no promtool on this machine (apt-get install prometheus)")
    return path


def test_prometheus_takes_the_rules_and_each_fires_and_is_silent_as_it_should(promtool: str) -> None:
    for command in (["check", "config", "prometheus.yml"], ["test", "rules", "alerts_test.yml"]):
        ran = subprocess.run([promtool, *command], cwd=ALERTS, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_each_alert_is_shown_to_fire_and_to_be_silent() -> None:
    tests = yaml.safe_load((ALERTS / "alerts_test.yml").read_text())["tests"]
    shown = {(one["alertname"], bool(one["exp_alerts"])) for test in tests for one in test["alert_rule_test"]}

    assert len(RULES) == 5
    assert {(rule["alert"], fires) for rule in RULES for fires in (True, False)} == shown


def test_each_alert_says_what_to_do_at_three_in_the_morning() -> None:
    guide = (ROOT / "docs/operating.md").read_text()

    assert [rule["alert"] for rule in RULES if f"**{rule['alert']}**" not in guide] == []


def test_each_number_that_an_alert_looks_at_is_one_that_the_portal_tells() -> None:
    written = (ROOT / "insync_portal/metrics.py").read_text() + Path(metrics_server.__file__).read_text()
    looked_at = {
        name for rule in RULES for name in re.findall(r"insync_portal_\w+?(?=_total|\{|\[)", rule["expr"])
    }

    assert len(looked_at) == 5
    assert [name for name in looked_at if f'"{name}"' not in written] == []

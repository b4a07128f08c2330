"""`manage.py registration_sheet`: what InSync's form asks for, from the settings, and blanks for the rest."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings


def printed(agency: str = "") -> tuple[str, str]:
    """The two forms."""
    out = io.StringIO()
    call_command("registration_sheet", *([agency] if agency else []), stdout=out)
    sandbox, production = out.getvalue().split("Registration of an app with InSync: production")
    return sandbox, production


def test_the_form_is_filled_in_from_the_settings(settings: Settings) -> None:
    settings.PORTAL_BASE_URL = "https://records.example.org/"

    sandbox, _ = printed()

    for words in (
        "Harbor Lane Behavioral Health",
        "617-555-0142",
        "Redirect URI (callback):          https://records.example.org/auth/callback/\n",
        "https://records.example.org/auth/launch/\n",
        "https://records.example.org/signed-out/\n",
        "client secret (HTTP Basic)",
        "launch/patient\n",
        "patient/AllergyIntolerance.read\n",
        "online_access\n",
        "It only reads.",
    ):
        assert words in sandbox
    for blank in ("Contact person", "E-mail", "Address"):
        line = next(line for line in sandbox.splitlines() if line.startswith(blank))
        assert line.endswith("____")


def test_addresses_of_the_other_environment_are_left_open(settings: Settings) -> None:
    settings.PORTAL_BASE_URL = "https://records.example.org/"

    _, production = printed()

    assert "records.example.org" not in production
    assert "____/auth/callback/" in production


def test_keys_take_the_place_of_the_secret_and_no_secret_is_printed(settings: Settings) -> None:
    settings.INSYNC_CLIENT_KEYS_FILE = "/etc/insync-portal/keys.json"

    sandbox, _ = printed()

    assert "JWKS URL:                         http://localhost:8000/auth/keys.json\n" in sandbox
    assert "private_key_jwt" in sandbox
    assert settings.INSYNC_CLIENT_SECRET not in sandbox
    assert "/etc/" not in sandbox


def test_scopes_of_the_settings_stand_in_full_and_launch_beside_them(settings: Settings) -> None:
    settings.INSYNC_SCOPES = ["openid", "fhirUser", "profile", "offline_access", "patient/*.read"]

    sandbox, _ = printed()

    asked = sandbox[sandbox.index("Scopes:") : sandbox.index("Purpose:")].replace("Scopes:", "").split()
    assert asked == [*settings.INSYNC_SCOPES, "launch"]


def test_an_agency_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CommandError, match="no agency elsewhere"):
        printed("elsewhere")

"""AGENCIES_FILE: what an operator writes is understood, and each mistake stops the start with a sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from insync_portal import agencies_file
from records.kinds import KINDS
from smart_auth.agency import Agency
from tests.conftest import ROOT
from tests.insync_portal.test_settings import SANDBOX, load

SECRET = "the-canary-of-an-agency"
ONE = {
    "slug": '"harbor"',
    "name": '"Harbor Lane"',
    "phone": '"617-555-0142"',
    "fhir_base_url": '"https://fhir.example/harbor/"',
    "client_id": '"portal"',
    "client_secret_env": '"HARBOR_SECRET"',
}
BESIDE = {name: text for name, text in SANDBOX.items() if not name.startswith(("AGENCY_", "INSYNC_CLIENT"))}


def table(**changes: str | None) -> str:
    """One [[agency]], with changes; None leaves a key out."""
    said = {**ONE, **changes}
    return "[[agency]]\n" + "".join(
        f"{name} = {value}\n" for name, value in said.items() if value is not None
    )


def start(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str, **environment: str) -> tuple[Agency, ...]:
    """The agencies of a portal that starts with such a file."""
    path = folder / "agencies.toml"
    path.write_text(text, "utf-8")
    known = {"AGENCIES_FILE": str(path), "HARBOR_SECRET": SECRET, "OTHER_SECRET": "another"}
    found = load(monkeypatch, {**BESIDE, **known, **environment})["AGENCIES"]
    assert isinstance(found, tuple)
    return found


def refusal(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str, **environment: str) -> str:
    """What stops the start."""
    with pytest.raises(ImproperlyConfigured) as refused:
        start(monkeypatch, folder, text, **environment)
    assert SECRET not in str(refused.value)
    assert str(refused.value).endswith(".")
    return str(refused.value)


def test_the_example_is_a_file_that_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "agencies.toml").read_text("utf-8")
    (tmp_path / "secret").write_text("from a file\n")
    text = text.replace("/run/secrets/prairie-star", "secret")

    harbor, prairie = start(monkeypatch, tmp_path, text, HARBOR_LANE_CLIENT_SECRET=SECRET)

    assert (harbor.name, harbor.server.client_id, harbor.server.client_secret) == (
        "Harbor Lane Behavioral Health",
        "portal",
        SECRET,
    )
    assert (prairie.server.client_id, prairie.server.client_secret) == (
        "portal-at-prairie-star",
        "from a file",
    )
    assert (harbor.is_listed, prairie.is_listed) == (True, False)
    assert harbor.server.own_base_urls == ("https://files.example.org/harborlane-294/",)
    agencies_file.sections_exist((harbor, prairie), KINDS)


def test_the_example_names_every_key(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "agencies.toml").read_text("utf-8")
    named = set(re.findall(r"^#?([a-z_]+) = ", text, re.MULTILINE))

    spoken = {
        name for name in agencies_file.KEYS if re.fullmatch(r"(hours|after_hours|address)_(en|es)", name)
    }
    assert agencies_file.KEYS - spoken <= named
    assert named <= agencies_file.KEYS


def test_each_agency_has_its_own_callback_and_none_of_the_published_addresses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (harbor,) = start(monkeypatch, tmp_path, table())

    assert harbor.server.redirect_uri == "https://records.example.org/auth/callback/harbor/"
    assert harbor.server.preset_authorize_url == harbor.server.preset_token_url == ""


def test_what_came_from_the_environment_may_keep_its_callback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (harbor,) = start(monkeypatch, tmp_path, table(plain_callback="true"))

    assert harbor.server.redirect_uri == "https://records.example.org/auth/callback/"
    assert harbor.callback_path == "auth/callback/"


def test_what_the_environment_says_of_all_holds_where_the_file_says_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = table() + table(
        slug='"b"', fhir_base_url='"https://fhir.example/b/"', scopes='["openid"]', auth_hosts='["a.example"]'
    )

    one, other = start(
        monkeypatch,
        tmp_path,
        text,
        INSYNC_SCOPES="openid fhirUser",
        INSYNC_AUTH_HOSTS="login.example",
        INSYNC_READ_TIMEOUT="7",
    )

    assert one.server.scopes == ("openid", "fhirUser")
    assert other.server.scopes == ("openid",)
    assert one.server.auth_hosts == {"login.example"}
    assert other.server.auth_hosts == {"a.example"}
    assert one.server.read_timeout == other.server.read_timeout == 7


def test_an_agency_speaks_in_the_readers_language_where_it_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (harbor,) = start(
        monkeypatch, tmp_path, table(hours='"All day"', hours_es='"Todo el día"', address='"12 Lane"')
    )

    with translation.override("es"):
        assert (str(harbor.hours), str(harbor.address)) == ("Todo el día", "12 Lane")
    with translation.override("en"):
        assert str(harbor.hours) == "All day"
    assert not harbor.after_hours


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slug": None}, "slug is missing"),
        ({"slug": '"Harbor Lane"'}, "slug must be small letters"),
        ({"slug": '"../admin"'}, "slug must be small letters"),
        ({"slug": '"choose"'}, "slug must be small letters"),
        ({"name": None}, "name is missing"),
        ({"name": '"  "'}, "name is missing"),
        ({"name": '"two\\nlines"'}, "name must be text of one line"),
        ({"phone": None}, "phone is missing"),
        ({"phone": '"call us"'}, "phone must be a telephone number"),
        ({"fhir_base_url": None}, "fhir_base_url is missing"),
        ({"fhir_base_url": '"http://fhir.example/harbor/"'}, "fhir_base_url must start with https://"),
        ({"fhir_base_url": '"https://user@fhir.example/"'}, "fhir_base_url must be an address"),
        ({"own_base_urls": '["ftp://files.example/"]'}, "own_base_urls must start with https://"),
        ({"own_base_urls": '"https://files.example/"'}, "own_base_urls must be a list"),
        ({"website": '"harborlane.example"'}, "website must be an address"),
        ({"time_zone": '"Eastern"'}, "time_zone must be the name of a time zone"),
        ({"client_id": None}, "client_id is missing"),
        ({"client_secret_env": None}, "client_secret_env or client_secret_file must say where its secret is"),
        ({"client_secret_env": '"NOT_THERE"'}, "names NOT_THERE, which the environment does not have"),
        ({"client_secret_file": '"secret"'}, "both there"),
        ({"client_secret_env": None, "client_secret_file": '"nowhere"'}, "names a file that cannot be read"),
        ({"client_secret": f'"{SECRET}"'}, "client_secret is no key of an agency; name client_secret_env"),
        ({"client_auth": '"magic"'}, "client_auth must be one of"),
        ({"client_auth": '"private_key_jwt"'}, "INSYNC_CLIENT_KEYS_FILE is not set"),
        ({"issuer": '"fhir.example"'}, "issuer must be an address"),
        ({"auth_hosts": '["*.example"]'}, "auth_hosts must name each host in full"),
        ({"scopes": '["patient/Patient.read openid"]'}, "scopes must hold OAuth scopes"),
        ({"listed": '"no"'}, "listed must be true or false"),
        ({"fone": '"617"'}, "fone is no key of an agency"),
        ({"logo": '"nothing.png"', "logo_text": '"A house"'}, "logo names a file that cannot be read"),
    ],
)  # fmt: skip
def test_a_mistake_stops_the_start_with_a_sentence_that_names_agency_and_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changes: dict[str, str | None], sentence: str
) -> None:
    told = refusal(monkeypatch, tmp_path, table(**changes))

    assert sentence in told
    assert "AGENCIES_FILE, agency 1" in told


def test_all_mistakes_are_told_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    told = refusal(
        monkeypatch,
        tmp_path,
        table(phone=None) + table(slug='"b"', time_zone='"Mars"', fhir_base_url='"https://b.example/"'),
    )

    assert len(told.splitlines()) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://fhir.example/harbor/", "https://fhir.example/harbor/"),
        ("https://fhir.example/harbor/", "https://FHIR.example/harbor"),
        ("https://fhir.example/", "https://fhir.example/harbor/"),
        ("https://fhir.example/harbor/two/", "https://fhir.example/harbor/"),
    ],
)
def test_no_agencys_base_may_lie_within_anothers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, one: str, other: str
) -> None:
    text = table(fhir_base_url=f'"{one}"') + table(slug='"b"', name='"Bay"', fhir_base_url=f'"{other}"')

    assert "the base of Bay and that of Harbor Lane" in refusal(monkeypatch, tmp_path, text)


def test_bases_that_only_begin_alike_are_two(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = table(fhir_base_url='"https://fhir.example/a-2/"') + table(
        slug='"b"', fhir_base_url='"https://fhir.example/a-29/"'
    )

    assert len(start(monkeypatch, tmp_path, text)) == 2


def test_no_agencys_files_may_lie_where_anothers_records_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = table() + table(
        slug='"b"',
        name='"Bay"',
        fhir_base_url='"https://b.example/"',
        own_base_urls='["https://fhir.example/"]',
    )

    assert "a token of one could reach the other's records" in refusal(monkeypatch, tmp_path, text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "needs one [[agency]] or more"),
        ("agency = 1", "needs one [[agency]] or more"),
        ("[[agency]\n", "is no TOML"),
        (table() + "[other]\nx = 1\n", "other is none of its parts"),
        ('[common]\nphone = "617-555-0142"\n' + table(phone=None), "phone cannot be common"),
        (table() + table(fhir_base_url='"https://b.example/"'), "two agencies have the slug harbor"),
        (
            table(plain_callback="true")
            + table(slug='"b"', fhir_base_url='"https://b.example/"', plain_callback="true"),
            "plain_callback can be of one agency alone",
        ),
    ],
)
def test_a_file_that_makes_no_sense_as_a_whole_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, sentence: str
) -> None:
    assert sentence in refusal(monkeypatch, tmp_path, text)


@pytest.mark.parametrize("name", ["AGENCY_NAME", "INSYNC_FHIR_BASE_URL", "INSYNC_CLIENT_ID", "INSYNC_ISSUER"])
def test_what_belongs_to_one_agency_cannot_stand_beside_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    told = refusal(monkeypatch, tmp_path, table(), **{name: "https://fhir.example/"})

    assert f"AGENCIES_FILE is set, and so is {name}" in told


def test_a_file_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="AGENCIES_FILE cannot be read"):
        load(monkeypatch, {**BESIDE, "AGENCIES_FILE": str(tmp_path / "nowhere.toml")})


@pytest.mark.parametrize(
    ("environment", "changes"),
    [
        ("production", {"client_id": '"insync-portal-demo"'}),
        ("production", {"fhir_base_url": '"https://127.0.0.1/fhir/"'}),
        ("demo", {"fhir_base_url": '"https://fhir.insynchcs.com/insync/midwest-294/"'}),
    ],
)
def test_the_demo_and_the_real_never_meet_in_a_file_either(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: str, changes: dict[str, str | None]
) -> None:
    told = refusal(monkeypatch, tmp_path, table(**changes), INSYNC_ENVIRONMENT=environment)

    assert "demo" in told


def test_a_section_that_is_none_is_told_with_those_that_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    agencies = start(monkeypatch, tmp_path, table(sections_off='["alergies"]'))

    with pytest.raises(
        ImproperlyConfigured, match=r"sections_off names alergies, which is none of .*allergies"
    ):
        agencies_file.sections_exist(agencies, KINDS)


def test_a_secret_shows_nowhere_in_what_an_agency_says_of_itself(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found: Any = start(monkeypatch, tmp_path, table())

    assert SECRET not in repr(found)

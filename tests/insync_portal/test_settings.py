"""The settings: a usable environment starts, each missing or unsafe value stops the start in a sentence."""

from __future__ import annotations

import base64
import os
import runpy
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.conftest import ROOT

KEY = base64.urlsafe_b64encode(bytes(range(100, 132))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
SECRET = "".join(chr(65 + n % 50) for n in range(60))

PRODUCTION = {
    "INSYNC_ENVIRONMENT": "production",
    "INSYNC_CLIENT_ID": "portal",
    "INSYNC_CLIENT_SECRET": "a-secret-of-the-agency",
    "AGENCY_NAME": "Harbor Lane Behavioral Health",
    "AGENCY_PHONE": "617-555-0142",
    "PORTAL_BASE_URL": "https://records.example.org",
    "SECRET_KEY": SECRET,
    "SESSION_KEYS": KEY,
}
SANDBOX = PRODUCTION | {"INSYNC_ENVIRONMENT": "sandbox"}
DEMO = SANDBOX | {"INSYNC_ENVIRONMENT": "demo", "PORTAL_BASE_URL": "http://localhost:8000/"}
OURS = (
    "INSYNC_",
    "AGENCY_",
    "PORTAL_",
    "SESSION_",
    "SECRET_",
    "DATABASE_",
    "CACHE_",
    "ALLOWED_",
    "PAGES_",
    "CIRCUIT_",
)


def load(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> dict[str, Any]:
    """The settings that an environment makes."""
    for name in list(os.environ):
        if name.startswith(OURS) or name in {"TIME_ZONE", "LOG_LEVEL", "TRUST_PROXY"}:
            monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "insync_portal" / "settings.py"))


@pytest.mark.parametrize("environment", [PRODUCTION, SANDBOX, DEMO], ids=["production", "sandbox", "demo"])
def test_each_environment_starts_with_what_env_example_asks_for(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    settings = load(monkeypatch, environment)

    assert environment["INSYNC_ENVIRONMENT"] == settings["INSYNC_ENVIRONMENT"]
    assert settings["INSYNC_FHIR_BASE_URL"].endswith("/fhir-request/")


@pytest.mark.parametrize(
    "name",
    [
        "INSYNC_ENVIRONMENT",
        "INSYNC_CLIENT_ID",
        "INSYNC_CLIENT_SECRET",
        "AGENCY_NAME",
        "AGENCY_PHONE",
        "PORTAL_BASE_URL",
        "SECRET_KEY",
        "SESSION_KEYS",
    ],
)
@pytest.mark.parametrize("value", [None, "", "   "], ids=["missing", "empty", "blank"])
def test_production_does_not_start_without_a_setting_that_has_no_default(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str | None
) -> None:
    environment = {key: text for key, text in PRODUCTION.items() if key != name}
    if value is not None:
        environment[name] = value

    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        load(monkeypatch, environment)

    assert str(refused.value).endswith(".")


UNSAFE = {
    "an unknown environment": {"INSYNC_ENVIRONMENT": "prod"},
    "a short secret key": {"SECRET_KEY": "abc123"},
    "a secret key of one letter": {"SECRET_KEY": "a" * 60},
    "a secret key that Django made for development": {"SECRET_KEY": "django-insecure-" + SECRET},
    "a session key that is too short": {"SESSION_KEYS": KEY[:20]},
    "a key of the trail that is too short": {"TRAIL_KEYS": KEY[:20]},
    "a file of the trail that is not there from everywhere": {"TRAIL_FILE": "trail.jsonl"},
    "a trail for a day less than one": {"TRAIL_DAYS": "0"},
    "a session key that is no base64": {"SESSION_KEYS": "!" * 43},
    "a session key of zeros": {"SESSION_KEYS": "A" * 43 + "="},
    "an empty key among the session keys": {"SESSION_KEYS": f"{KEY},"},
    "a record server over plain http": {"INSYNC_FHIR_BASE_URL": "http://fhir.example.org/r4/"},
    "a record server on this machine": {"INSYNC_FHIR_BASE_URL": "http://127.0.0.1:8001/fhir-request/"},
    "a record server on this machine over https": {"INSYNC_FHIR_BASE_URL": "https://localhost/fhir/"},
    "a record server with a password in its address": {
        "INSYNC_FHIR_BASE_URL": "https://a:b@fhir.example.org/"
    },
    "a record server with a query": {"INSYNC_FHIR_BASE_URL": "https://fhir.example.org/?a=b"},
    "a record server that is no address": {"INSYNC_FHIR_BASE_URL": "fhir.example.org"},
    "an authorize address over plain http": {"INSYNC_AUTHORIZE_URL": "http://auth.example.org/authorize"},
    "a token address over plain http": {"INSYNC_TOKEN_URL": "http://auth.example.org/token"},
    "a token address with an unreadable port": {"INSYNC_TOKEN_URL": "https://auth.example.org:port/token"},
    "keys over plain http": {"INSYNC_JWKS_URL": "http://auth.example.org/jwks"},
    "a revocation address over plain http": {"INSYNC_REVOCATION_URL": "http://auth.example.org/revoke"},
    "an issuer over plain http": {"INSYNC_ISSUER": "http://auth.example.org"},
    "an address for a host": {"INSYNC_AUTH_HOSTS": "https://auth.example.org/"},
    "a wildcard for a sign-in host": {"INSYNC_AUTH_HOSTS": "*.example.org"},
    "a scope that no server can read": {"INSYNC_SCOPES": 'patient/"Patient".rs'},
    "a way to say who it is that nobody knows": {"INSYNC_CLIENT_AUTH": "tls_client_auth"},
    "keys to sign with that are not named": {"INSYNC_CLIENT_AUTH": "private_key_jwt"},
    "authorities in a file that is not there": {"INSYNC_CA_FILE": "/nowhere/authorities.pem"},
    "authorities in a file of something else": {"INSYNC_CA_FILE": str(ROOT / "pyproject.toml")},
    "an authorization base over plain http": {"INSYNC_AUTH_BASE_URL": "http://auth.example.org/"},
    "the demo's client": {"INSYNC_CLIENT_ID": "insync-portal-demo"},
    "the demo's client secret": {"INSYNC_CLIENT_SECRET": "demo-secret-not-for-production"},
    "a portal over plain http": {"PORTAL_BASE_URL": "http://records.example.org/"},
    "a portal on this machine over plain http": {"PORTAL_BASE_URL": "http://localhost:8000/"},
    "a portal below a path": {"PORTAL_BASE_URL": "https://example.org/records/"},
    "any host": {"ALLOWED_HOSTS": "*"},
    "any host of a domain": {"ALLOWED_HOSTS": "records.example.org .example.org"},
    "a host with a scheme": {"ALLOWED_HOSTS": "https://records.example.org"},
    "hosts without the portal's own": {"ALLOWED_HOSTS": "www.example.org"},
    "a database of an unknown sort": {"DATABASE_URL": "oracle://u:p@db.example.org/portal"},
    "a database without a host": {"DATABASE_URL": "postgres:///portal"},
    "a database that is no address": {"DATABASE_URL": "portal.sqlite3"},
    "a cache of an unknown sort": {"CACHE_URL": "memcached://cache.example.org"},
    "a cache without a host": {"CACHE_URL": "redis:///0"},
    "a cache whose database is no number": {"CACHE_URL": "redis://cache.example.org:6379/first"},
    "a cache with an unknown option": {"CACHE_URL": "redis://cache.example.org:6379/0?sokcet_timeout=1"},
    "a cache with an option that is no number": {
        "CACHE_URL": "redis://cache.example.org/0?socket_timeout=soon"
    },
    "a cache with an unreadable port": {"CACHE_URL": "redis://cache.example.org:port/0"},
    "a proxy over TLS": {"INSYNC_PROXY_URL": "https://proxy.example.org:3128"},
    "a proxy without a port": {"INSYNC_PROXY_URL": "http://proxy.example.org"},
    "a proxy without a scheme": {"INSYNC_PROXY_URL": "proxy.example.org:3128"},
    "a proxy of another sort": {"INSYNC_PROXY_URL": "socks5://proxy.example.org:1080"},
    "a proxy with a path": {"INSYNC_PROXY_URL": "http://proxy.example.org:3128/out"},
    "a proxy with an unreadable port": {"INSYNC_PROXY_URL": "http://proxy.example.org:port"},
    "a proxy with port zero": {"INSYNC_PROXY_URL": "http://proxy.example.org:0"},
    "a proxy without a host": {"INSYNC_PROXY_URL": "http://:3128"},
    "a proxy with an unreadable address": {"INSYNC_PROXY_URL": "http://[::1:3128"},
    "two proxies": {"INSYNC_PROXY_URL": "http://one.example.org:3128 http://two.example.org:3128"},
    "a time zone that does not exist": {"TIME_ZONE": "Boston"},
    "words for search in a file that is not there": {"SEARCH_WORDS_FILE": "/nowhere/words.tsv"},
    "a time-out that is no number": {"INSYNC_READ_TIMEOUT": "20s"},
    "no time-out at all": {"INSYNC_CONNECT_TIMEOUT": "0"},
    "a session that hardly ends": {"SESSION_IDLE_SECONDS": "86400"},
    "a session of a year": {"SESSION_LIFE_SECONDS": "31536000"},
    "an unknown log level": {"LOG_LEVEL": "LOUD"},
    "a proxy that is perhaps trusted": {"TRUST_PROXY": "perhaps"},
}


@pytest.mark.parametrize("change", UNSAFE.values(), ids=UNSAFE.keys())
def test_production_does_not_start_with_an_unsafe_value(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, str]
) -> None:
    [(name, value)] = change.items()

    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        load(monkeypatch, PRODUCTION | change)

    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    if name in {"SECRET_KEY", "SESSION_KEYS", "TRAIL_KEYS", "DATABASE_URL", "INSYNC_CLIENT_SECRET"}:
        assert value not in sentence


def test_the_trail_goes_to_a_file_or_into_a_table_and_not_into_both(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="set one of the two"):
        load(monkeypatch, PRODUCTION | {"TRAIL_FILE": "/var/log/trail.jsonl", "TRAIL": "table"})


def test_the_demo_does_not_start_against_insyncs_own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="INSYNC_ENVIRONMENT is demo"):
        load(monkeypatch, DEMO | {"INSYNC_FHIR_BASE_URL": "https://api-cert.insynchcs.com/fhir-request/"})


def test_a_sandbox_may_be_read_over_plain_http_on_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    here = load(monkeypatch, SANDBOX | {"INSYNC_FHIR_BASE_URL": "http://127.0.0.1:9000/fhir"})
    assert here["INSYNC_FHIR_BASE_URL"] == "http://127.0.0.1:9000/fhir/"

    for elsewhere in (
        "http://10.0.0.1/fhir",
        "http://127.0.0.1.example.org/fhir",
        "http://localhost@example.org/",
    ):
        with pytest.raises(ImproperlyConfigured, match="INSYNC_FHIR_BASE_URL"):
            load(monkeypatch, SANDBOX | {"INSYNC_FHIR_BASE_URL": elsewhere})


@pytest.mark.parametrize(
    ("environment", "host"),
    [(PRODUCTION, "https://api-cert.insynchcs.com"), (SANDBOX, "https://api-cert-stage.insynchcs.com")],
)
def test_insyncs_published_addresses_stand_where_nothing_is_set(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], host: str
) -> None:
    settings = load(monkeypatch, environment)

    assert settings["INSYNC_FHIR_BASE_URL"] == f"{host}/fhir-request/"
    assert settings["INSYNC_PRESET_AUTHORIZE_URL"] == f"{host}/smartauth/oauth/authorize"
    assert settings["INSYNC_PRESET_TOKEN_URL"] == f"{host}/smartauth/oauth/token"


def test_a_code_for_another_server_is_never_sent_to_insync(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, PRODUCTION | {"INSYNC_FHIR_BASE_URL": "https://fhir.example.org/r4"})

    assert settings["INSYNC_FHIR_BASE_URL"] == "https://fhir.example.org/r4/"
    assert settings["INSYNC_PRESET_TOKEN_URL"] == ""


def test_session_keys_are_read_newest_first_with_or_without_padding(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, PRODUCTION | {"SESSION_KEYS": f"{KEY.rstrip('=')}, {OTHER_KEY}"})

    assert settings["SESSION_KEYS"] == [bytes(range(100, 132)), bytes(range(32))]


@pytest.mark.parametrize("environment", [PRODUCTION, DEMO], ids=["https", "http"])
def test_cookies_are_bound_to_the_host_wherever_the_portal_is_https(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    settings = load(monkeypatch, environment)
    https = environment["PORTAL_BASE_URL"].startswith("https")

    for cookie in ("SESSION", "CSRF", "LANGUAGE"):
        assert settings[f"{cookie}_COOKIE_NAME"].startswith("__Host-") is https
        assert settings[f"{cookie}_COOKIE_SECURE"] is https
        assert settings[f"{cookie}_COOKIE_HTTPONLY"] is True


def test_a_forwarded_scheme_counts_only_where_the_proxy_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, PRODUCTION)["SECURE_PROXY_SSL_HEADER"] is None
    assert load(monkeypatch, PRODUCTION | {"TRUST_PROXY": "1"})["SECURE_PROXY_SSL_HEADER"] == (
        "HTTP_X_FORWARDED_PROTO",
        "https",
    )


def test_a_password_of_the_cache_is_left_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch, PRODUCTION | {"CACHE_URL": "rediss://:p%40ss@cache.example.org:6380/1"})

    assert settings["CACHES"]["default"]["LOCATION"] == "rediss://:p%40ss@cache.example.org:6380/1"


@pytest.mark.parametrize(
    ("value", "used"),
    [
        ("", ""),
        ("http://proxy.example.org:3128/", "http://proxy.example.org:3128"),
        ("http://portal:p%40ss@10.0.0.7:8080", "http://portal:p%40ss@10.0.0.7:8080"),
        ("http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"),
    ],
)
def test_a_proxy_may_have_a_password(monkeypatch: pytest.MonkeyPatch, value: str, used: str) -> None:
    assert load(monkeypatch, PRODUCTION | {"INSYNC_PROXY_URL": value})["INSYNC_PROXY_URL"] == used


def test_a_refused_proxy_does_not_show_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ImproperlyConfigured, match="INSYNC_PROXY_URL") as refused:
        load(
            monkeypatch, PRODUCTION | {"INSYNC_PROXY_URL": "https://portal:s3cret-pw@proxy.example.org:3128"}
        )

    assert "s3cret-pw" not in str(refused.value)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with nothing but the given environment."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", ""), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_start_that_is_refused_prints_one_sentence_and_no_traceback() -> None:
    refused = run("manage.py", "migrate", **PRODUCTION | {"SECRET_KEY": "short"})

    assert refused.returncode == 1
    assert refused.stderr.strip().startswith("InSync Portal cannot start. SECRET_KEY")
    assert len(refused.stderr.strip().splitlines()) == 1


def test_several_workers_without_a_shared_cache_do_not_start() -> None:
    gunicorn = ("-m", "gunicorn", "--check-config", "--config", "gunicorn.conf.py", "insync_portal.wsgi")

    refused = run(*gunicorn, **DEMO | {"WEB_CONCURRENCY": "2"})

    assert refused.returncode != 0
    assert "CACHE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_one_worker_serves_where_the_cache_is_not_shared() -> None:
    started = run(
        "-c", "import runpy; print(runpy.run_path('gunicorn.conf.py')['workers'])", **DEMO | {"CACHE_URL": ""}
    )

    assert started.stdout.split() == ["1"], started.stderr


def test_several_workers_start_where_the_cache_is_shared() -> None:
    shared = DEMO | {"CACHE_URL": "redis://127.0.0.1:6379/0", "WEB_CONCURRENCY": "2"}

    started = run(
        "-c",
        "import runpy; conf = runpy.run_path('gunicorn.conf.py'); print(conf['workers'], conf['threads'])",
        **shared,
    )

    assert started.stdout.split() == ["2", "32"], started.stderr


def test_the_deployment_check_is_clean_with_complete_settings() -> None:
    complete = PRODUCTION | {
        "TRUST_PROXY": "1",
        "TRAIL_KEYS": OTHER_KEY,
        "CACHE_URL": "redis://cache.example.org:6379/0",
        "DATABASE_URL": "postgres://portal:portal@db.example.org:5432/portal",
        "TIME_ZONE": "America/Chicago",
    }

    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **complete)

    assert checked.returncode == 0, checked.stderr


def test_a_time_zone_that_nobody_chose_is_said_by_the_deployment_check_and_at_the_start() -> None:
    start = "import runpy; runpy.run_path('gunicorn.conf.py')['on_starting'](None)"
    production = PRODUCTION | {"GUNICORN_FD": "3"}

    checked = run("manage.py", "check", "--deploy", **PRODUCTION)
    unset, chosen, demo = (
        run("-c", start, **environment)
        for environment in (
            production,
            production | {"TIME_ZONE": "America/Denver"},
            DEMO | {"GUNICORN_FD": "3"},
        )
    )

    assert "insync_portal.W004" in checked.stderr
    assert "TIME_ZONE is not set" in unset.stderr
    assert "TIME_ZONE" not in chosen.stderr + demo.stderr
    assert (unset.returncode, chosen.returncode, demo.returncode) == (0, 0, 0)


def test_the_deployment_check_objects_to_a_demo_over_plain_http() -> None:
    checked = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **DEMO)

    assert checked.returncode == 1
    assert "insync_portal.E001" in checked.stderr
    assert "insync_portal.W001" in checked.stderr


def test_keys_take_the_place_of_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    named = {"INSYNC_CLIENT_SECRET": "", "INSYNC_CLIENT_KEYS_FILE": "/etc/insync-portal/keys.json"}

    settings = load(monkeypatch, PRODUCTION | named)

    assert settings["INSYNC_CLIENT_SECRET"] == ""
    for way in ("client_secret_basic", "client_secret_post"):
        with pytest.raises(ImproperlyConfigured, match="INSYNC_CLIENT_SECRET is not set"):
            load(monkeypatch, PRODUCTION | named | {"INSYNC_CLIENT_AUTH": way})

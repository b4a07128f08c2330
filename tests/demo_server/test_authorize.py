"""The authorization endpoint and its pages, over HTTP against the real process."""

from __future__ import annotations

import pytest
import requests

from tests.demo_server.app import CLIENT_ID, REDIRECT_URI, App, query_of
from tests.servers import Form, sign_in_over_http


def test_a_code_comes_back_with_the_apps_state_and_says_who_issued_it(app: App) -> None:
    back = sign_in_over_http(app.authorize_url(), "daniel")

    answer = query_of(back)
    assert back.startswith(f"{REDIRECT_URI}?")
    assert answer.keys() == {"code", "state", "iss"}
    assert answer["state"] == app.state
    assert answer["iss"] == app.issuer


def test_a_refusal_is_told_to_the_app_and_gives_no_code(app: App) -> None:
    back = sign_in_over_http(app.authorize_url(), "daniel", decision="refuse")

    answer = query_of(back)
    assert answer["error"] == "access_denied"
    assert answer["state"] == app.state
    assert answer["iss"] == app.issuer
    assert "code" not in answer


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"aud": "https://fhir.example/fhir-request/"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'c"ödé'}, "unsupported_response_type"),
        ({"scope": "openid user/*.read"}, "invalid_scope"),
        ({"scope": "openid patient/Observation.write"}, "invalid_scope"),
        ({"scope": "openid patient/Coverage.read launch/patient"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "openid patient/Observation.read"}, "invalid_scope"),
        ({"scope": "openid launch patient/Observation.read"}, "invalid_request"),
        ({"launch": "made-up", "scope": "openid launch patient/Observation.read"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_request_that_breaks_a_rule_goes_back_to_the_app_with_an_error(
    app: App, changes: dict[str, str | None], error: str
) -> None:
    good, answer = app.ask(), app.ask(**changes)

    assert good.status_code == 200
    assert answer.status_code == 302
    told = query_of(answer.headers["Location"])
    assert answer.headers["Location"].startswith(f"{REDIRECT_URI}?")
    assert (told["error"], told["state"], told["iss"]) == (error, app.state, app.issuer)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/auth/callback/"},
        {"redirect_uri": REDIRECT_URI.rstrip("/")},
        {"redirect_uri": f"{REDIRECT_URI}?more=1"},
        {"redirect_uri": 'https://evil.example/"ö'},
        {"client_id": None},
        {"client_id": "somebody-else"},
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    app: App, changes: dict[str, str | None]
) -> None:
    answer = app.ask(**changes)

    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "This cannot go on" in answer.text
    assert "evil.example" not in answer.text


def test_a_parameter_that_comes_twice_is_refused(app: App) -> None:
    answer = requests.get(f"{app.authorize_url()}&state=another", timeout=20, allow_redirects=False)

    assert answer.status_code == 400


def test_the_audience_may_leave_out_the_slash_at_its_end(app: App) -> None:
    assert app.ask(aud=app.fhir.rstrip("/")).status_code == 200


def test_a_hint_at_who_signs_in_leads_straight_to_consent(app: App) -> None:
    unhinted, hinted = app.ask(), app.ask(login_hint="daniel")

    assert "Who are you today?" in unhinted.text
    assert "Signed in as Daniel Whitaker" in hinted.text
    assert 'value="allow"' in hinted.text
    assert "Who are you today?" not in hinted.text


def test_a_hint_at_nobody_leads_to_the_choice_of_people(app: App) -> None:
    assert "Who are you today?" in app.ask(login_hint="nobody").text


def test_a_representative_chooses_whose_record_and_gets_no_other(app: App) -> None:
    tokens = app.tokens("elena", "mateo-ortiz")

    assert tokens["patient"] == "mateo-ortiz"
    assert app.status(tokens["access_token"], "Patient/mateo-ortiz") == 200
    assert app.status(tokens["access_token"], "Patient/maya-ortiz") == 403


def test_a_record_that_is_not_theirs_cannot_be_posted_into_the_form(app: App) -> None:
    browser = requests.Session()
    form = Form.first(browser.get(app.authorize_url(), timeout=20).text)
    fields = [*form.hidden, ("person", "elena"), ("patient", "daniel-whitaker"), ("decision", "allow")]

    answer = browser.post(app.authorize_url(), data=fields, timeout=20, allow_redirects=False)

    assert answer.status_code == 200
    assert "Whose record do you want to open?" in answer.text


def test_the_pages_forms_cannot_be_posted_from_elsewhere(app: App) -> None:
    fields = {"person": "daniel", "decision": "allow"}

    answer = requests.post(app.authorize_url(), data=fields, timeout=20, allow_redirects=False)

    assert answer.status_code == 403


def test_fields_of_a_form_do_not_change_what_the_app_asked(app: App) -> None:
    browser = requests.Session()
    form = Form.first(browser.get(app.authorize_url(), timeout=20).text)
    fields = [
        *form.hidden,
        ("person", "daniel"),
        ("decision", "allow"),
        ("state", "other"),
        ("scope", "openid"),
    ]

    answer = browser.post(app.authorize_url(), data=fields, timeout=20, allow_redirects=False)

    assert query_of(answer.headers["Location"])["state"] == app.state


def test_what_is_unticked_is_not_granted(app: App) -> None:
    tokens = app.tokens(untick=["Observation", "online_access"])

    assert "patient/AllergyIntolerance.read" in tokens["scope"].split()
    assert "patient/Observation.read" not in tokens["scope"].split()
    assert "refresh_token" not in tokens
    mine = "?patient=daniel-whitaker"
    assert app.status(tokens["access_token"], f"AllergyIntolerance{mine}") == 200
    assert app.status(tokens["access_token"], f"Observation{mine}&category=vital-signs") == 403


def test_a_wildcard_of_which_something_is_unticked_becomes_the_rest(app: App) -> None:
    asked = "openid launch/patient patient/*.read"

    whole, less = app.tokens(scope=asked), App(app.base).tokens(scope=asked, untick=["DocumentReference"])

    assert whole["scope"] == asked
    granted = less["scope"].split()
    assert "patient/Observation.read" in granted
    assert not {"patient/*.read", "patient/DocumentReference.read"} & set(granted)


def test_the_second_versions_spelling_of_scopes_is_understood(app: App) -> None:
    tokens = app.tokens(scope="launch/patient patient/AllergyIntolerance.rs patient/Observation.r")

    assert tokens["scope"] == "launch/patient patient/AllergyIntolerance.rs patient/Observation.r"
    mine = "?patient=daniel-whitaker"
    assert app.status(tokens["access_token"], f"AllergyIntolerance{mine}") == 200
    assert app.status(tokens["access_token"], f"Observation{mine}") == 403


def test_signing_in_alone_opens_no_record(app: App) -> None:
    tokens = app.tokens(scope="openid fhirUser")

    assert "id_token" in tokens
    assert "patient" not in tokens
    assert app.status(tokens["access_token"]) == 403


@pytest.mark.parametrize("path", ["/smartauth/oauth/authorize", "/demo/", "/nowhere"])
def test_every_page_says_that_it_is_a_demonstration_and_runs_no_script(app: App, path: str) -> None:
    query = app.authorize_url().partition("?")[2] if path.endswith("authorize") else ""

    answer = requests.get(f"{app.base}{path}", params=query, timeout=20)

    policy = answer.headers["Content-Security-Policy"]
    assert "Demonstration – every person here is invented" in answer.text
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "<script" not in answer.text
    assert "http://localhost:8000" in policy.partition("form-action")[2].partition(";")[0]


def launched(app: App, context: str) -> str:
    """The address to which the EHR page sends the browser."""
    browser = requests.Session()
    form = Form.first(browser.get(f"{app.base}/demo/", timeout=20).text)
    assert context in form.buttons["context"]
    fields = [*form.hidden, ("context", context)]
    answer = browser.post(f"{app.base}/demo/", data=fields, timeout=20, allow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_an_app_started_in_the_ehr_gets_the_record_that_was_open_there(app: App) -> None:
    address = launched(app, "elena maya-ortiz")
    started = query_of(address)
    assert address.startswith("http://localhost:8000/auth/launch/?")
    assert started["iss"] == app.fhir

    scope = "openid fhirUser launch patient/Patient.read"
    page = app.ask(scope=scope, launch=started["launch"]).text
    tokens = app.tokens("nobody is asked", scope=scope, launch=started["launch"])

    assert "Who are you today?" not in page
    assert "Whose record do you want to open?" not in page
    assert "Maya" in page
    assert tokens["patient"] == "maya-ortiz"


def test_the_ehr_opens_only_records_of_the_one_who_sits_there(app: App) -> None:
    browser = requests.Session()
    form = Form.first(browser.get(f"{app.base}/demo/", timeout=20).text)
    fields = [*form.hidden, ("context", "elena daniel-whitaker")]

    answer = browser.post(f"{app.base}/demo/", data=fields, timeout=20, allow_redirects=False)

    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_the_people_are_listed_for_the_portals_front_page(app: App) -> None:
    people = requests.get(f"{app.base}/demo/people", timeout=20).json()["people"]

    assert {"daniel", "elena", "walter", "ruth", "jordan", "lucia", "omar"} <= {one["slug"] for one in people}
    assert all(one.keys() == {"slug", "name", "says"} for one in people)


def test_the_smart_configuration_says_what_is_so(app: App) -> None:
    found = requests.get(f"{app.fhir}.well-known/smart-configuration", timeout=20).json()

    assert found["issuer"] == app.issuer
    assert found["authorization_endpoint"] == f"{app.issuer}/authorize"
    assert found["token_endpoint"] == f"{app.issuer}/token"
    assert found["revocation_endpoint"] == f"{app.issuer}/revoke"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True
    assert {"launch-ehr", "launch-standalone", "permission-v1", "sso-openid-connect"} <= set(
        found["capabilities"]
    )
    assert "permission-v2" not in found["capabilities"]
    assert app.ask(scope=" ".join(s for s in found["scopes_supported"] if s != "launch")).status_code == 200


def test_the_openid_configuration_stands_below_the_issuer_and_the_fhir_base(app: App) -> None:
    path = ".well-known/openid-configuration"

    one = requests.get(f"{app.issuer}/{path}", timeout=20).json()
    other = requests.get(f"{app.fhir}{path}", timeout=20).json()

    assert one == other
    assert one["issuer"] == app.issuer
    assert one["id_token_signing_alg_values_supported"] == ["RS256"]
    assert requests.get(one["jwks_uri"], timeout=20).json()["keys"]


def test_the_client_id_alone_is_no_secret(app: App) -> None:
    answer = app.redeem(app.code(), auth=None, client_id=CLIENT_ID)

    assert answer.status_code == 401

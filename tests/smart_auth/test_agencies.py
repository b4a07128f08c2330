"""Several agencies in one portal: each sign-in belongs to one, and nothing of it reaches another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
import responses
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from smart_auth import people
from smart_auth.agencies import only
from smart_auth.agency import Agency as AgencyValue
from smart_auth.servers import Server
from smart_auth.sessions import SessionStore
from tests.smart_auth.agency import KEY, OTHER_KEY, Agency
from tests.smart_auth.two_agencies import Side


@dataclass
class Both:
    """Two agencies under one host, whose patients have the same numbers, and whose keys have the same name."""

    harbor: Side
    prairie: Side


@pytest.fixture
def both(settings: Settings) -> Iterator[Both]:
    """A portal of two agencies."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        found = Both(
            Side("harbor", "Harbor Lane Behavioral Health", mock, KEY),
            Side("prairie", "Prairie Star Recovery", mock, OTHER_KEY, time_zone="America/Chicago"),
        )
        settings.AGENCIES = (found.harbor.agency, found.prairie.agency)
        yield found


def page(answer: HttpResponse) -> str:
    """What an answer says."""
    return " ".join(answer.content.decode().split())


def open_base(browser: Client) -> str | None:
    """The FHIR base of the record that a browser has open."""
    record = people.current(dict(SessionStore(browser.session.session_key).items()))
    return record.fhir_base_url if record else None


# ---------------------------------------------------------------- as ever, where there is one


def test_a_session_of_before_the_portal_knew_of_agencies_goes_on(reader: Client) -> None:
    """The row that a sign-in leaves has no word of an agency: it is the one that an older portal wrote, but for whether
    its reader confirmed whose it is."""
    session = SessionStore(reader.session.session_key)
    kept = dict(session.items())["access"]
    assert kept.pop("is_confirmed") is True
    session["access"] = kept
    session.save()

    assert set(kept) == {
        "id", "fhir_base_url", "patient", "scope", "name", "fhir_user", "issuer", "subject", "key", "signed_in_at"
    }  # fmt: skip
    assert reader.get(f"/record/{kept['id']}/").status_code == 200


def test_a_session_goes_on_when_its_agency_moves_into_the_file(
    reader: Client, agency: Agency, settings: Settings, server: object
) -> None:
    address = f"/record/{dict(SessionStore(reader.session.session_key).items())['access']['id']}/"
    settings.AGENCIES = (
        replace(_of_settings(), slug="harbor"),
        replace(
            _of_settings(),
            slug="other",
            server=replace(_of_settings().server, fhir_base_url="https://o.example/"),
        ),
    )

    assert reader.get(address).status_code == 200


def _of_settings() -> AgencyValue:
    found = only()
    assert found is not None
    return found


# ---------------------------------------------------------------- each its own


def test_each_agency_is_asked_by_its_own_client_with_its_own_callback_and_base(
    browser: Client, both: Both
) -> None:
    for side in (both.harbor, both.prairie):
        asked = side.launch(browser)

        assert asked["client_id"] == f"portal-at-{side.slug}"
        assert asked["redirect_uri"] == f"http://localhost:8000/auth/callback/{side.slug}/"
        assert asked["aud"] == side.base


def test_a_sign_in_opens_the_record_of_the_agency_it_was_made_at(browser: Client, both: Both) -> None:
    answer = both.prairie.sign_in(browser)

    assert answer.status_code == 302
    assert open_base(browser) == both.prairie.base
    assert both.harbor.asked("/token") == []


def test_opening_a_record_at_another_agency_closes_the_first_and_ends_its_tokens_there(
    browser: Client, both: Both
) -> None:
    former = both.harbor.sign_in(browser)["Location"]

    both.prairie.sign_in(browser)

    assert open_base(browser) == both.prairie.base
    assert browser.get(former).status_code == 409
    assert {form["token"] for form in both.harbor.forms("/revoke")} == {
        "access-canary-of-harbor",
        "refresh-canary-of-harbor",
    }
    assert both.prairie.forms("/revoke") == []


def test_signing_out_ends_the_tokens_at_the_agency_they_came_from(browser: Client, both: Both) -> None:
    both.prairie.sign_in(browser)

    browser.post("/auth/sign-out/")

    assert len(both.prairie.forms("/revoke")) == 2
    assert both.harbor.forms("/revoke") == []


def test_the_same_patient_number_at_two_agencies_has_nothing_in_common(browser: Client, both: Both) -> None:
    found = []
    for side in (both.harbor, both.prairie):
        side.sign_in(browser)
        record = people.current(dict(SessionStore(browser.session.session_key).items()))
        assert record is not None
        assert record.patient == "p1"
        found.append(record)

    assert found[0].reader_key != found[1].reader_key
    assert found[0].cache_id != found[1].cache_id
    assert found[0].key != found[1].key


def test_another_agencys_patient_of_the_same_number_is_not_called_the_same_record(
    browser: Client, both: Both
) -> None:
    both.harbor.sign_in(browser)

    answer = both.prairie.sign_in(browser, "?switch=1")

    assert answer["Location"].startswith("/record/")


def test_choosing_another_record_stays_at_the_agency_that_is_open(browser: Client, both: Both) -> None:
    both.prairie.sign_in(browser)

    sent = browser.get("/auth/launch/?switch=1")

    assert sent["Location"].startswith(f"{both.prairie.issuer}/authorize?")


# ---------------------------------------------------------------- confused on purpose


def test_an_answer_that_comes_to_another_agencys_callback_is_not_used(browser: Client, both: Both) -> None:
    """A sign-in page that sends its reader on to another one to steal the code. RFC 9700, section 4.4."""
    state = both.prairie.launch(browser)["state"]

    answer = both.harbor.come_back(browser, state)

    assert answer.status_code == 400
    assert "another sign-in page" in page(answer)
    assert both.harbor.asked("/token") == both.prairie.asked("/token") == []
    assert open_base(browser) is None


def test_an_answer_at_the_wrong_callback_cannot_be_used_at_the_right_one_afterwards(
    browser: Client, both: Both
) -> None:
    state = both.prairie.launch(browser)["state"]
    both.harbor.come_back(browser, state)

    assert both.prairie.come_back(browser, state).status_code == 400
    assert both.prairie.asked("/token") == []


def test_an_error_at_another_agencys_callback_ends_nothing_in_its_words(browser: Client, both: Both) -> None:
    state = both.prairie.launch(browser)["state"]

    answer = browser.get("/auth/callback/harbor/", {"error": "access_denied", "state": state})

    assert "You chose not to share" not in page(answer)
    assert answer.status_code == 400


def test_a_callback_without_an_agency_belongs_to_none_of_several(browser: Client, both: Both) -> None:
    state = both.harbor.launch(browser)["state"]

    answer = browser.get("/auth/callback/", {"code": "c", "state": state})

    assert answer.status_code == 400
    assert both.harbor.asked("/token") == []


@pytest.mark.parametrize("slug", ["nobody", "harbor-2", "HARBOR"])
def test_an_agency_that_is_not_there_is_asked_for_nothing(browser: Client, both: Both, slug: str) -> None:
    assert browser.get(f"/auth/callback/{slug}/", {"code": "c", "state": "s"}).status_code == 400
    assert browser.get(f"/auth/launch/{slug}/").status_code == 404


def test_who_signed_in_is_believed_only_by_the_agencys_own_key(browser: Client, both: Both) -> None:
    """Both keys have the same name, so only the key itself tells them apart."""
    state = both.harbor.launch(browser)["state"]
    both.harbor.answer = {"id_token": both.harbor.id_token(by=both.prairie.key)}

    assert "could not make sure who signed in" in page(both.harbor.come_back(browser, state))


def test_an_id_token_of_the_other_agency_signs_nobody_in(browser: Client, both: Both) -> None:
    state = both.harbor.launch(browser)["state"]
    both.prairie.nonce = both.harbor.nonce
    both.harbor.answer = {"id_token": both.prairie.id_token()}

    assert "could not make sure who signed in" in page(both.harbor.come_back(browser, state))
    assert open_base(browser) is None


def test_a_fhir_user_under_the_other_agencys_base_is_nobody_here(browser: Client, both: Both) -> None:
    state = both.harbor.launch(browser)["state"]
    both.harbor.answer = {"id_token": both.harbor.id_token(fhirUser=f"{both.prairie.base}Patient/p1")}

    both.harbor.come_back(browser, state)

    record = people.current(dict(SessionStore(browser.session.session_key).items()))
    assert record is not None
    assert record.fhir_user == ""


# ---------------------------------------------------------------- launched by the agency's own system


def test_a_launch_opens_the_agency_that_iss_names(browser: Client, both: Both) -> None:
    sent = browser.get("/auth/launch/", {"iss": both.prairie.base, "launch": "xyz"})

    assert sent["Location"].startswith(f"{both.prairie.issuer}/authorize?")
    assert "client_id=portal-at-prairie" in sent["Location"]


@pytest.mark.parametrize(
    "iss",
    [
        "https://fhir.example/insync/",
        "https://fhir.example/insync/nobody/",
        "https://fhir.example/insync/harbor/../prairie/",
        "http://fhir.example/insync/harbor/",
        "https://fhir.example@evil.example/insync/harbor/",
    ],
)
def test_a_launch_that_names_no_agency_of_ours_goes_nowhere(browser: Client, both: Both, iss: str) -> None:
    answer = browser.get("/auth/launch/", {"iss": iss, "launch": "xyz"})

    assert answer.status_code == 400
    assert not both.harbor.mock.calls


def test_a_launch_at_one_agencys_address_with_the_iss_of_another_is_refused(
    browser: Client, both: Both
) -> None:
    answer = browser.get("/auth/launch/harbor/", {"iss": both.prairie.base, "launch": "xyz"})

    assert answer.status_code == 400
    assert not both.harbor.mock.calls


# ---------------------------------------------------------------- what a page says


def test_a_record_is_read_by_its_own_agencys_clock_and_the_next_request_by_the_portals(
    browser: Client, both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(
        "tests.smart_auth.urls.meanwhile", lambda: seen.append(timezone.get_current_timezone_name())
    )

    for side in (both.harbor, both.prairie):
        browser.get(side.sign_in(browser)["Location"])

    assert seen == ["America/New_York", "America/Chicago"]
    assert timezone.get_current_timezone_name() == "America/New_York"


def test_a_page_around_signing_in_names_the_agency_it_is_about(browser: Client, both: Both) -> None:
    both.harbor.sign_in(browser)
    state = both.prairie.launch(browser)["state"]

    answer = browser.get("/auth/callback/prairie/", {"error": "server_error", "state": state})

    assert "Prairie Star Recovery" in page(answer)
    assert "Harbor Lane" not in page(answer)


def test_a_sign_in_that_ended_leads_back_to_its_own_agency(browser: Client, both: Both) -> None:
    address = both.prairie.sign_in(browser)["Location"]

    answer = browser.get(f"{address}?refused")

    assert "/auth/launch/prairie/?next=" in page(answer)
    assert "Prairie Star Recovery" in page(answer)


def test_without_a_record_the_way_in_leads_to_finding_the_agency_and_keeps_the_way_back(
    browser: Client, both: Both
) -> None:
    answer = browser.get("/auth/launch/", {"next": "/record/abc/medications/"})

    assert answer["Location"] == "/?next=%2Frecord%2Fabc%2Fmedications%2F"


def test_what_goes_on_behind_a_page_tells_times_by_its_agencys_clock() -> None:
    from records.fetching.source import THREADS

    with timezone.override("Asia/Tokyo"):
        told = [
            pool.submit(timezone.get_current_timezone_name) for pool in (THREADS.sections, THREADS.requests)
        ]

    assert [one.result() for one in told] == ["Asia/Tokyo", "Asia/Tokyo"]


# ---------------------------------------------------------------- an agency that left


def test_who_reads_at_an_agency_that_is_taken_off_the_list_is_told_with_its_name_and_telephone(
    browser: Client, both: Both, settings: Settings
) -> None:
    address = both.prairie.sign_in(browser)["Location"]
    settings.AGENCIES = (
        both.harbor.agency,
        replace(both.harbor.agency, slug="bay", name="Bay", server=_other()),
    )

    answer = browser.get(address)

    assert answer.status_code == 401
    assert "Prairie Star Recovery no longer gives records here" in page(answer)
    assert "tel:617-555-0142" in page(answer)
    assert SessionStore(browser.session.session_key).tokens is None
    assert "no longer gives records here" in page(browser.get(address)), "said once more to who comes again"
    assert both.harbor.asked("/revoke") == both.prairie.asked("/revoke") == []


def test_an_agency_that_left_leaves_nothing_that_its_neighbour_could_be_asked_with(
    browser: Client, both: Both, settings: Settings
) -> None:
    both.prairie.sign_in(browser)
    settings.AGENCIES = (both.harbor.agency,)

    assert browser.get("/auth/open/whatever/").status_code == 401
    browser.post("/auth/sign-out/")

    asked = [call.request.url for call in both.harbor.mock.calls]
    assert not [url for url in asked if str(url).startswith(both.harbor.base)]
    assert open_base(browser) is None


def test_who_signs_in_after_an_agency_left_reads_on_at_another(
    browser: Client, both: Both, settings: Settings
) -> None:
    address = both.prairie.sign_in(browser)["Location"]
    settings.AGENCIES = (both.harbor.agency,)
    browser.get(address)

    opened = both.harbor.sign_in(browser)

    assert browser.get(opened["Location"]).status_code == 200
    assert "no longer" not in page(browser.get(address))


def _other() -> Server:
    return Server("https://o.example/", "c", "s", "http://localhost:8000/auth/callback/bay/")

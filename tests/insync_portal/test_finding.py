"""Finding the agency: by a part of its name, its place or its web address; nothing of it in an address or on the device
unless wished."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from insync_portal import agency_search
from smart_auth.agency import Agency, Logo, Spoken
from smart_auth.servers import Server, configured_server

COOKIE = "portal_agencies"
VIEW = "253-555-0118"


def agency(slug: str, name: str, place: str = "", website: str = "", **more: object) -> Agency:
    """An agency of the list."""
    server = replace(configured_server(), fhir_base_url=f"https://fhir.example/{slug}/")
    return replace(Agency(slug, name, "617-555-0142", server, place=place, website=website), **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def several(settings: Settings, db: None) -> None:
    """A portal of several agencies."""
    settings.AGENCIES = (
        agency(
            "harbor",
            "Harbor Lane Behavioral Health",
            "Quincy, Massachusetts",
            "https://www.harborlane.example",
        ),
        agency(
            "harborview",
            "Harborview Counseling",
            "Tacoma, Washington",
            "https://harborview.example/",
            phone="253-555-0118",
        ),
        agency("pines", "Three Pines Clinic", "Harbor Springs, Michigan"),
        agency("penasco", "Peñasco Recovery", "Taos, New Mexico"),
        agency("hidden", "Harbor Secret House", "Boston, Massachusetts", is_listed=False),
    )


def page(answer: HttpResponse) -> str:
    """What an answer says."""
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        ("harbor", ["harbor", "harborview", "pines"]),
        ("HARBOR  lane", ["harbor"]),
        ("lane harbor", ["harbor"]),
        ("quincy", ["harbor"]),
        ("Harbor Springs", ["pines"]),
        ("harborlane.example", ["harbor"]),
        ("https://www.harborlane.example/patients", ["harbor"]),
        ("penasco", ["penasco"]),
        ("PEÑASCO", ["penasco"]),
        ("massachusetts", ["harbor"]),
    ],
)
def test_an_agency_is_found_by_a_part_of_its_name_place_or_web_address(
    client: Client, settings: Settings, words: str, slugs: list[str]
) -> None:
    assert [one.slug for one in agency_search.matching(settings.AGENCIES, words)] == slugs
    text = page(client.post("/agencies/", {"agency": words}))
    for slug in slugs:
        assert f'name="agency" value="{slug}"' in text


def test_an_agency_that_is_not_listed_is_found_by_nobody_and_opens_by_its_link(client: Client) -> None:
    assert "Secret House" not in page(client.post("/agencies/", {"agency": "harbor"}))
    assert "Secret House" not in page(client.get("/agencies/"))
    assert "Sign in at Harbor Secret House" in page(client.get("/agencies/hidden/"))


def test_what_was_looked_for_stands_in_no_address_of_the_page(client: Client) -> None:
    text = page(client.post("/agencies/", {"agency": "harbor canary"}))

    assert not [
        part
        for part in text.split('="')[1:]
        if part.startswith(("/", "http")) and "canary" in part.split('"')[0]
    ]


def test_a_search_by_address_is_no_search(client: Client) -> None:
    """What stands in an address stands in a proxy's log."""
    assert "agencies with" not in page(client.get("/agencies/?agency=harbor"))


def test_every_result_says_name_town_web_address_and_telephone(client: Client) -> None:
    text = page(client.post("/agencies/", {"agency": "harborview"}))

    for said in (
        "<mark>Harborview</mark> Counseling",
        "Tacoma, Washington",
        "<mark>harborview</mark>.example",
        "253-555-0118",
    ):
        assert said in text


def test_a_name_that_is_typed_almost_right_is_offered(client: Client) -> None:
    text = page(client.post("/agencies/", {"agency": "harber lane"}))

    assert "No agency with “harber lane”" in text
    assert 'name="agency" value="harbor lane"' in text


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><b>', "{{ 7|add:7 }}", "%s %(x)s"])
def test_what_was_typed_is_shown_as_it_was_typed_and_is_nothing_else(client: Client, words: str) -> None:
    text = page(client.post("/agencies/", {"agency": words}))

    assert "<script>alert" not in text
    assert "<b>”" not in text
    assert "No agency with" in text


def test_an_empty_search_is_the_front_page(client: Client) -> None:
    answer = client.post("/agencies/", {"agency": "   "})

    assert answer.status_code == 200
    assert "Which agency cares for you?" in page(answer)


def test_all_agencies_stand_by_their_place(client: Client) -> None:
    text = page(client.get("/agencies/"))

    assert text.index("Massachusetts</h2>") < text.index("Michigan</h2>") < text.index("Washington</h2>")
    assert text.index("Michigan</h2>") < text.index("Three Pines Clinic")


def test_the_front_page_asks_for_the_agency_and_names_none(client: Client) -> None:
    text = page(client.get("/"))

    assert "Which agency cares for you?" in text
    assert "Harbor" not in text
    assert "Your agency answers them" in text


def test_the_way_back_comes_along_to_the_sign_in(client: Client) -> None:
    text = page(client.post("/agencies/", {"agency": "quincy", "next": "/record/abc/visits/"}))
    assert 'name="next" value="/record/abc/visits/"' in text

    chosen = client.post("/agencies/choose/", {"agency": "harbor", "next": "/record/abc/visits/"})
    assert chosen["Location"] == "/agencies/harbor/?next=%2Frecord%2Fabc%2Fvisits%2F"
    assert "/auth/launch/harbor/?next=%2Frecord%2Fabc%2Fvisits%2F" in page(client.get(chosen["Location"]))


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_way_back_that_leads_elsewhere_is_dropped(client: Client, path: str) -> None:
    chosen = client.post("/agencies/choose/", {"agency": "harbor", "next": path})

    assert chosen["Location"] == "/agencies/harbor/"


@pytest.mark.parametrize("slug", ["nobody", "", "../help"])
def test_an_agency_that_is_not_there_is_not_chosen(client: Client, slug: str) -> None:
    assert client.post("/agencies/choose/", {"agency": slug}).status_code == 404


# ---------------------------------------------------------------- remembered only if wished


def test_nothing_is_kept_on_the_device_unless_it_was_ticked(client: Client) -> None:
    client.post("/agencies/choose/", {"agency": "harbor"})

    assert COOKIE not in client.cookies


def test_what_is_remembered_stands_first_and_can_be_forgotten(client: Client) -> None:
    kept = client.post("/agencies/choose/", {"agency": "harbor", "remember": "1"}).cookies[COOKIE]
    assert kept.value == "harbor"
    assert kept["httponly"]
    assert kept["samesite"] == "Lax"

    text = page(client.get("/"))
    assert "Chosen on this device before" in text
    assert text.index("Harbor Lane Behavioral Health") < text.index("A part of its name")

    client.post("/agencies/forget/", {"agency": "harbor"})
    assert "Harbor" not in page(client.get("/"))


def test_pages_about_the_portal_name_the_agency_that_is_remembered(client: Client) -> None:
    client.post("/agencies/choose/", {"agency": "harborview", "remember": "1"})

    assert "253-555-0118" in page(client.get("/help/"))


def test_two_may_be_remembered_and_then_no_page_takes_one_for_the_other(client: Client) -> None:
    for slug in ("harbor", "harborview"):
        client.post("/agencies/choose/", {"agency": slug, "remember": "1"})

    assert client.cookies[COOKIE].value == "harborview.harbor"
    assert "Records at two agencies are kept apart" in page(client.get("/"))
    assert "Harbor" not in page(client.get("/help/"))


def test_a_remembered_agency_that_left_is_not_shown(client: Client, settings: Settings) -> None:
    client.post("/agencies/choose/", {"agency": "harbor", "remember": "1"})
    settings.AGENCIES = settings.AGENCIES[1:]

    assert "Chosen on this device before" not in page(client.get("/"))


def test_what_is_remembered_outlives_signing_out_and_nothing_else_does(client: Client) -> None:
    client.post("/agencies/choose/", {"agency": "harbor", "remember": "1"})
    client.cookies["portal_language"] = "es"

    answer = client.post("/auth/sign-out/")

    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.cookies["portal_language"]["max-age"] == 0
    assert COOKIE not in answer.cookies


def test_without_a_wish_signing_out_clears_every_cookie(client: Client) -> None:
    assert '"cookies"' in client.post("/auth/sign-out/")["Clear-Site-Data"]


# ---------------------------------------------------------------- an agency's own page


def test_an_agencys_own_page_says_its_own_words(client: Client, settings: Settings) -> None:
    settings.AGENCIES = (
        replace(
            settings.AGENCIES[0],
            hours=Spoken.of("Monday to Friday", {"es": "De lunes a viernes"}),
            after_hours=Spoken.of("Nights: 617-555-0190", {}),
            address=Spoken.of("12 Harbor Lane", {}),
            languages=("English", "Español"),
        ),
        *settings.AGENCIES[1:],
    )

    text = page(client.get("/agencies/harbor/"))

    for said in (
        "Monday to Friday",
        "Nights: 617-555-0190",
        "12 Harbor Lane",
        "English, Español",
        "617-555-0142",
    ):
        assert said in text
    assert "De lunes a viernes" in page(client.get("/agencies/harbor/", headers={"Accept-Language": "es"}))


def test_a_logo_is_shown_with_its_text_and_may_do_nothing_by_itself(
    client: Client, settings: Settings
) -> None:
    logo = Logo(content=b"<svg/>", media_type="image/svg+xml", text="A lighthouse")
    settings.AGENCIES = (replace(settings.AGENCIES[0], logo=logo), *settings.AGENCIES[1:])

    assert '<img class="logo" src="/agencies/harbor/logo" alt="A lighthouse">' in page(
        client.get("/agencies/harbor/")
    )
    answer = client.get("/agencies/harbor/logo")
    assert (answer.content, answer["Content-Type"]) == (b"<svg/>", "image/svg+xml")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get("/agencies/harborview/logo").status_code == 404


@pytest.mark.parametrize("address", ["/agencies/harbor/", "/agencies/harbor/logo"])
def test_a_portal_of_one_agency_has_no_page_of_agencies(
    client: Client, settings: Settings, address: str
) -> None:
    settings.AGENCIES = ()

    assert client.get(address).status_code == 404
    assert client.get("/agencies/")["Location"] == "/"
    assert "Sign in with your agency" in page(client.get("/"))


def test_the_form_that_signs_out_at_an_agency_may_lead_there_and_other_pages_may_not() -> None:
    from smart_auth.signing_out import Farewell

    assert Farewell("https://login.example:8443/end?x=1", ()).origin == "https://login.example:8443"
    assert isinstance(configured_server(), Server)

"""The pages of a record: who may see them, what stands in their addresses and titles, what is asked and how often."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.core.cache import cache

from records.kinds import KINDS
from tests.people import BASE, Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import (
    Json,
    allergy,
    allergy_verification,
    bundle,
    condition,
    document_reference,
    medication_request,
    observation,
    patient,
)

CANARY = "canary"


def full_record(server: RecordServer) -> None:
    """A record whose every value, id and name is a canary."""
    who = {"reference": "Practitioner/canary-dr", "display": "Dr. Canary"}
    server.arrange("Patient/p1", patient(name=[{"text": "Canary Patient"}], birthDate="1968-03-09"))
    entries: list[Json] = [
        allergy(id="canary-a", code={"text": "Canary allergy"}, recorder=who),
        condition(id="canary-c", code={"text": "Canary condition"}, recorder=who),
        medication_request(id="canary-m", medicationCodeableConcept={"text": "Canary pill"}, requester=who),
        document_reference(id="canary-d", author=[who], description="Canary note"),
        observation(id="canary-o"),
        observation(id="canary-p", code={"text": "canarymeasure"}),
    ]
    by_type: dict[str, list[Json]] = {}
    for entry in entries:
        by_type.setdefault(entry["resourceType"], []).append(entry)
        server.arrange(f"{entry['resourceType']}/{entry['id']}", entry)
    server.whole_record(**by_type)


def hrefs(page: str) -> list[str]:
    """Every address that a page names."""
    return [unescape(found) for found in re.findall(r'(?:href|src|action|hx-get)="([^"]*)"', page)]


def walk(reader: Person, start: str = "") -> dict[str, str]:
    """Every page of the record that links lead to, by address."""
    found: dict[str, str] = {}
    waiting = [reader.at(start)]
    while waiting:
        place = waiting.pop().split("#")[0]
        if place in found or "refresh" in place or not place.startswith(f"/record/{reader.access}/"):
            continue
        answer = reader.browser.get(place)
        assert answer.status_code in {200, 302}, place
        found[place] = answer.getvalue().decode("utf-8", "replace")
        if "text/html" in answer["Content-Type"]:
            waiting += hrefs(found[place])
    return found


# --- Addresses, titles, headers
def test_no_address_names_a_patient_an_entry_or_a_value(reader: Person, server: RecordServer) -> None:
    full_record(server)

    pages = walk(reader)

    assert len(pages) > 14
    assert any("Canary pill" in page for page in pages.values())
    for place, page in pages.items():
        for address in [place, *hrefs(page)]:
            assert CANARY not in address.lower()
            assert not re.search(r"Patient|1968-03|access-", address)
            # Keys are noise, in which "p1" can stand by chance.
            assert "p1" not in re.split(r"[/?&=,#]", address)


def test_no_title_holds_anything_of_the_record(reader: Person, server: RecordServer) -> None:
    full_record(server)

    pages = walk(reader)

    titles = {match[1] for page in pages.values() if (match := re.search(r"<title>(.*?)</title>", page))}
    assert any("Medications" in title for title in titles)
    assert [
        title for title in titles if re.search(r"canary|1968|Body weight|72\.5", title, re.IGNORECASE)
    ] == []


def test_every_page_of_a_record_forbids_keeping_it(reader: Person, server: RecordServer) -> None:
    full_record(server)

    for place in walk(reader):
        answer = reader.browser.get(place)
        assert "no-store" in answer["Cache-Control"], place
        assert "private" in answer["Cache-Control"], place


@pytest.mark.parametrize("place", ["", "allergies/", "allergies/rest/", "allergies/block/", "nothing/"])
def test_without_a_session_every_page_is_the_sign_in_page(
    reader: Person, server: RecordServer, place: str
) -> None:
    reader.browser.cookies.clear()

    answer = reader.get(place)

    if place == "nothing/":
        assert answer.status_code == 404
    else:
        assert answer.status_code == 401
        assert "Sign in" in answer.content.decode()
    assert server.asked() == []


@pytest.mark.parametrize("place", ["", "allergies/", "allergies/rest/", "allergies/block/"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_a_page_is_only_read(reader: Person, server: RecordServer, place: str, method: str) -> None:
    answer = getattr(reader.browser, method)(reader.at(place))

    assert answer.status_code == 405
    assert "no-store" in answer["Cache-Control"]
    assert server.asked() == []


def test_a_kind_that_is_not_there_is_not_found(reader: Person, server: RecordServer) -> None:
    assert reader.get("nothing/").status_code == 404
    assert reader.get("allergies/measure/pulse/").status_code == 404


def test_a_measure_that_is_not_there_is_not_found(reader: Person, server: RecordServer) -> None:
    server.arrange("Observation", bundle(observation()))

    assert reader.get("vitals/measure/pulse/").status_code == 404
    assert reader.get("vitals/measure/weight/").status_code == 200


def test_the_bare_record_leads_to_the_one_that_is_open(reader: Person, server: RecordServer) -> None:
    assert reader.get("/record/")["Location"] == f"/record/{reader.access}/"
    reader.browser.cookies.clear()
    assert reader.get("/record/")["Location"] == "/"


# --- Asked once
def test_within_five_minutes_no_page_asks_twice(reader: Person, server: RecordServer) -> None:
    full_record(server)
    reader.read()
    for slug in KINDS:
        reader.read(f"{slug}/")
    asked = sorted(request.url or "" for request in server.asked())

    reader.read()
    for slug in KINDS:
        reader.read(f"{slug}/")

    assert sorted(request.url or "" for request in server.asked()) == asked
    assert len(set(asked)) == len(asked)


def test_after_five_minutes_it_is_asked_again(
    reader: Person, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    reader.read("allergies/")
    import time

    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + 301)

    reader.read("allergies/")

    assert len(server.asked("AllergyIntolerance")) == 2


def test_refreshing_asks_again_and_leads_back(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    reader.read("allergies/")
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Latex"})))

    answer = reader.get("allergies/?refresh=yes")

    assert answer["Location"] == f"/record/{reader.access}/allergies/"
    assert "Latex" in reader.read("allergies/")
    assert len(server.asked("AllergyIntolerance")) == 2


def test_refreshing_the_overview_asks_for_all_of_it_again(reader: Person, server: RecordServer) -> None:
    full_record(server)
    reader.read()

    assert reader.get("?refresh=yes")["Location"] == f"/record/{reader.access}/"
    reader.read()

    assert len(server.asked("AllergyIntolerance")) == 2
    asked = [tuple(query.items()) for query in server.queries("Observation")]
    assert all(asked.count(query) == 2 for query in asked)


# --- Parts of a page
def test_htmx_gets_the_list_alone_and_a_browser_the_whole_page(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(), next=f"{BASE}more?n=2"))
    server.arrange("more", bundle(allergy(id="a2", code={"text": "Latex"})))
    whole = reader.read("allergies/")
    assert f'hx-get="/record/{reader.access}/allergies/rest/"' in whole

    part = reader.part("allergies/rest/")

    assert part.strip().startswith('<div id="list">')
    assert "Latex" in part
    assert "<html" not in part
    assert "<html" in reader.read("allergies/rest/")


def test_the_rest_of_a_measure_is_the_rest_of_that_measure(reader: Person, server: RecordServer) -> None:
    server.by("Observation", lambda _query: bundle(observation(), next=f"{BASE}more?n=2"))
    server.arrange("more", status=500)

    page = reader.read("vitals/measure/weight/")

    rest = [href for href in hrefs(page) if "/rest/" in href]
    assert rest == []
    assert any(f"/record/{reader.access}/vitals/measure/" in href for href in hrefs(page))


def test_the_rest_of_a_second_page_is_a_second_page(reader: Person, server: RecordServer) -> None:
    entries = [allergy(id=f"a{n}", code={"text": f"Thing {n}"}) for n in range(60)]
    server.arrange("AllergyIntolerance", bundle(*entries, next=f"{BASE}more?n=2"))

    assert f"/record/{reader.access}/allergies/rest/?page=2" in hrefs(reader.read("allergies/?page=2"))


def test_a_block_is_for_htmx_and_leads_a_browser_to_its_section(reader: Person, server: RecordServer) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])

    assert "Penicillin" in reader.part("allergies/block/")
    assert reader.get("allergies/block/")["Location"] == f"/record/{reader.access}/allergies/"


# --- Entries
def entry_href(reader: Person, section: str) -> str:
    found = [href for href in hrefs(reader.read(section)) if re.search(r"/[A-Za-z0-9_-]{24,}/$", href)]
    assert found
    return found[0]


def test_an_entry_has_the_same_address_all_through_a_session(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))

    first = entry_href(reader, "allergies/")
    cache.clear()

    assert entry_href(reader, "allergies/") == first
    assert entry_href(sign_in(), "allergies/").split("/")[-2] != first.split("/")[-2]


def test_an_entrys_key_of_another_session_leads_to_its_section(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    key = entry_href(reader, "allergies/").split("/")[-2]
    later = sign_in()

    assert later.get(f"allergies/{key}/")["Location"] == f"/record/{later.access}/allergies/?lost=yes"
    assert reader.get(f"conditions/{key}/")["Location"] == f"/record/{reader.access}/conditions/?lost=yes"
    assert "That entry could not be found" in later.read(f"allergies/{key}/")
    assert server.asked("AllergyIntolerance/allergy-1") == []


def test_an_entrys_page_reads_it_by_id_once(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    server.arrange("AllergyIntolerance/allergy-1", allergy(note=[{"text": "Since childhood"}]))
    place = entry_href(reader, "allergies/")

    assert "Since childhood" in reader.read(place)
    assert "Since childhood" in reader.read(place)

    assert len(server.asked("AllergyIntolerance/allergy-1")) == 1


@pytest.mark.parametrize(
    "theirs",
    [
        allergy(code={"text": "Foreign Canary"}, patient={"reference": "Patient/p2"}),
        allergy(code={"text": "Foreign Canary"}, patient=None),
        allergy(code={"text": "Foreign Canary"}, patient={"reference": "Patient/p2"})
        | {"meta": {"security": [5] * 80}},
        {"resourceType": "Condition", "id": "allergy-1", "code": {"text": "Foreign Canary"}},
    ],
)
def test_an_entry_of_another_patient_is_withheld(reader: Person, server: RecordServer, theirs: Json) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    server.arrange("AllergyIntolerance/allergy-1", theirs)
    place = entry_href(reader, "allergies/")

    page = reader.read(place)

    assert "Foreign Canary" not in page
    assert re.search("did not match this record|could not read", page)
    reader.read(place)
    assert len(server.asked("AllergyIntolerance/allergy-1")) == 2


def test_another_entry_than_the_one_that_was_asked_for_is_never_shown(
    reader: Person, server: RecordServer
) -> None:
    """Even of this very patient: its words would stand under an address that leads to something else."""
    server.arrange("AllergyIntolerance", bundle(allergy()))
    server.arrange("AllergyIntolerance/allergy-1", allergy(id="a2", code={"text": "Other Canary"}))
    place = entry_href(reader, "allergies/")

    page = reader.read(place)

    assert "Other Canary" not in page
    assert "sent an answer that this page could not read" in page
    reader.read(place)
    assert len(server.asked("AllergyIntolerance/allergy-1")) == 2


def test_an_entry_that_was_taken_back_says_so_and_nothing_else(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    server.arrange(
        "AllergyIntolerance/allergy-1",
        allergy(
            clinicalStatus=None,
            verificationStatus=allergy_verification("entered-in-error"),
            code={"text": "Mistaken Canary"},
        ),
    )

    page = reader.read(entry_href(reader, "allergies/"))

    assert "This entry was removed by the clinic as a mistake" in page
    assert "Mistaken Canary" not in page


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "This entry: not available"),
        (410, "This entry: not available"),
        (403, "not shared with this app"),
        (500, "could not be loaded"),
        (429, "Too many requests"),
    ],
)
def test_an_entry_that_cannot_be_had_says_why(
    reader: Person, server: RecordServer, status: int, said: str
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    server.arrange("AllergyIntolerance/allergy-1", status=status)

    page = words(reader.read(entry_href(reader, "allergies/")))

    assert said in page
    assert not re.search(r"\b(no|none)\b", page, re.IGNORECASE)


@pytest.mark.parametrize("trouble", [400, 500, 403, b"{"])
def test_an_entry_stands_without_its_provenance(
    reader: Person, server: RecordServer, trouble: int | bytes
) -> None:
    server.by("AllergyIntolerance", lambda query: 500 if "_revinclude" in query else bundle(allergy()))
    server.arrange("AllergyIntolerance/allergy-1", allergy())

    page = words(reader.read(entry_href(reader, "allergies/")))

    assert "Penicillin" in page
    assert "Could not be loaded just now" in page


# --- Whose it is
def test_a_representatives_pages_never_say_your(relative: Person, server: RecordServer) -> None:
    full_record(server)

    for place, page in walk(relative).items():
        if "<main" in page:
            assert "Canary Patient" in page, place
            assert not re.search(r"\byour\b", words(page), re.IGNORECASE), place


def test_after_the_record_was_switched_an_old_tab_is_refused(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "First Canary"})))
    reader.read("allergies/")
    from smart_auth import people

    with reader.session.locked() as held:
        record = people.current(held.payload)
        assert record is not None
        people.close(held.payload)
    other = reader.get("allergies/")

    assert other.status_code in {401, 403, 409, 410}
    assert "First Canary" not in other.content.decode()


def test_a_list_does_not_repeat_in_each_row_what_its_heading_says_and_the_entry_itself_does(
    reader: Person, server: RecordServer
) -> None:
    past = {"coding": [{"code": "resolved"}]}
    server.arrange("Condition", bundle(condition(id="now"), condition(id="past", clinicalStatus=past)))
    server.arrange("Condition/now", condition(id="now"))

    page = reader.read("conditions/")
    entry = reader.read(re.search(r'href="[^"]*?(conditions/[^/"]{20,}/)"', page)[1])  # type: ignore[index]

    assert 'id="current">Current</h2>' in page
    assert statuses(page) == ["Resolved"]
    assert statuses(entry) == ["Current"]


def statuses(page: str) -> list[str]:
    """The states that a page tells, in its order."""
    return re.findall(r'<span class="status.*?<span>(.*?)</span>', page, re.S)

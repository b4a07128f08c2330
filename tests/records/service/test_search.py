"""Search over the whole record: what is found, where it is said to stand, and what is not kept of the words."""

from __future__ import annotations

import base64
import json
import logging
import re
import time
from typing import Any

import pytest
from django.utils.translation import override

from records.fhir.elements import Attachment
from records.kinds import KINDS, stated
from records.lists.whole import Part, Whole
from records.reading.kept import sifted
from records.service import search as searching
from records.service import search_matching as matching
from records.service import searched_text
from records.service.search import Searched, search
from records.service.searched_text import fold
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.sources import Places, a_source
from tests.records.wholes import whole_of
from tests.resources import (
    Json,
    allergy,
    bundle,
    coded,
    condition,
    condition_verification,
    document_reference,
    immunization,
    laboratory_result,
    location,
    medication_request,
    observation,
    visit,
)


def found(words: str, *resources: Json) -> Searched:
    """What a search finds in a record of these entries."""
    source = a_source()
    return search(whole_of(resources, source), words, source=source, addresses=Places())


def titles(words: str, *resources: Json) -> list[str]:
    return [str(row.title) for hits in found(words, *resources).hits for row in hits.rows]


def note(text: str | bytes, content_type: str = "text/plain", **odd: Any) -> Json:
    """A document whose file came inside its entry."""
    content = text if isinstance(text, bytes) else text.encode()
    data = base64.b64encode(content).decode()
    attachment = {"contentType": content_type, "data": data} | odd
    return document_reference(type={"text": "Visit note"}, content=[{"attachment": attachment}])


@pytest.mark.parametrize("words", ["sertraline", "SERTRALINE", "Sertra", "tablet oral", '"sertraline 50"'])
def test_a_name_is_found_whatever_the_case_and_the_order_of_the_words(words: str) -> None:
    assert titles(words, medication_request(), allergy()) == ["Sertraline 50 MG Oral Tablet"]


@pytest.mark.parametrize("words", ["jose", "José", "JOSÉ", "jose\u0301"])
@pytest.mark.parametrize("recorded", ["Clínica San José", "Clinica San Jose", "Cli\u0301nica San Jose\u0301"])
def test_diacritics_do_not_matter_on_either_side(words: str, recorded: str) -> None:
    assert titles(words, condition(code={"text": recorded}), allergy()) == [recorded]


def test_all_words_must_stand_in_the_entry() -> None:
    record = (
        medication_request(),
        medication_request(id="m2", medicationCodeableConcept={"text": "Lithium"}),
    )

    assert len(titles("tablet", *record)) == 2 or titles("tablet morning", *record)
    assert titles("lithium morning", *record) == ["Lithium"]
    assert titles("lithium sertraline", *record) == []


def test_a_fact_and_a_note_are_found_and_shown_with_the_words_around_them() -> None:
    record = allergy(note=[{"text": "Told at the pharmacy on Elm Street."}])

    hits = found("elm street", record, medication_request()).hits

    (row,) = hits[0].rows
    assert row.title == "Penicillin"
    assert "pharmacy on Elm Street" in row.verbatim


def test_the_text_of_a_document_that_came_inside_its_entry_is_found() -> None:
    assert titles("walks daily", note("She walks her dog daily."), medication_request()) == ["Visit note"]


def test_the_text_of_a_document_and_its_title_together_hold_the_words() -> None:
    assert titles("visit daily", note("She walks her dog daily.")) == ["Visit note"]


def test_a_document_in_lines_of_base64_is_found_too() -> None:
    text = "A long line about weather. " * 20 + "The lighthouse."
    data = re.sub("(.{76})", "\\1\r\n", base64.b64encode(text.encode()).decode())

    assert titles("lighthouse", note("", data=data)) == ["Visit note"]


def test_a_document_in_another_charset_is_found() -> None:
    assert titles("sueño", note("El sueño mejoró".encode("cp1252"), "text/plain; charset=iso-8859-1")) == [
        "Visit note"
    ]


def test_marks_of_html_are_no_words_of_a_document() -> None:
    record = note(
        "<div class='blockquote'><p>Rest &amp; water</p><style>p{color:red}</style></div>", "text/html"
    )

    assert titles("rest & water", record) == ["Visit note"]
    assert titles("blockquote", record) == []
    assert titles("color", record) == []


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        (
            '<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><p>lighthouse</p></ClinicalDocument>',
            "text/xml",
        ),
        (
            '<c:ClinicalDocument xmlns:c="urn:hl7-org:v3"><p>lighthouse</p></c:ClinicalDocument>',
            "application/hl7-v3+xml",
        ),
        ('<Bundle xmlns="http://hl7.org/fhir"><p>lighthouse</p></Bundle>', "application/fhir+xml"),
    ],
)
def test_no_word_is_quoted_of_a_document_that_may_be_another_patients(text: str, content_type: str) -> None:
    assert titles("lighthouse", note(text, content_type)) == []
    assert titles("lighthouse", note("<p>lighthouse</p>", content_type.replace("fhir+", ""))) == [
        "Visit note"
    ]


def test_letters_written_as_escapes_are_found() -> None:
    source = a_source()
    whole = whole_of([], source)
    body = json.dumps(bundle(condition(code={"text": "Depresión 120/80"})), ensure_ascii=True)
    assert "\\u00f3" in body
    part = next(part for part in whole.parts if part.kind.resource_type == "Condition" and part.collected)
    assert part.collected is not None
    source.keep.store(part.collected.pages[0], body.replace("/80", "\\/80").encode())
    again = Part(part.kind, part.sharing, part.collected, sifted(part.kind, source, part.collected))

    def search_for(words: str) -> list[str]:
        answer = search(Whole((again,)), words, source=source, addresses=Places())
        return [str(row.title) for hits in answer.hits for row in hits.rows]

    assert search_for("depresión") == ["Depresión 120/80"]
    assert search_for("depresion") == ["Depresión 120/80"]
    assert search_for("120/80") == ["Depresión 120/80"]
    assert search_for("u00f3") == []


@pytest.mark.parametrize("words", ["http", "observation-category", "resourceType", "Practitioner/dr1"])
def test_what_stands_only_in_the_wiring_of_an_entry_is_not_found(words: str) -> None:
    assert found(words, allergy(), medication_request(), observation()).total == 0
    assert found("penicillin", allergy()).total == 1


@pytest.mark.parametrize(
    ("words", "slug"),
    [("vacunas", "immunizations"), ("alergias", "allergies"), ("vaccines", "immunizations")],
)
def test_a_section_is_found_by_its_name_in_any_language_of_the_portal(words: str, slug: str) -> None:
    with override("es"):
        if words == "vacunas" and "vacuna" not in fold(str(KINDS[slug].title)):
            pytest.skip("the Spanish catalogue is not filled yet")
        if words == "alergias" and "alergia" not in fold(str(KINDS[slug].title)):
            pytest.skip("the Spanish catalogue is not filled yet")

    hits = found(words, immunization(), allergy()).hits

    assert [hit.kind.slug for hit in hits if hit.by_name] == [slug]


def test_a_section_is_found_by_its_name_where_its_entries_do_not_hold_it() -> None:
    (hit,) = found("vaccines", immunization()).hits

    assert (hit.kind.slug, hit.by_name, hit.rows) == ("immunizations", True, ())
    assert hit.href == "/immunizations/"


def test_a_measure_is_found_by_the_plain_name_that_the_page_gives_it() -> None:
    pulse = observation(
        id="p",
        code=coded("http://loinc.org", "8867-4", "Heart rate"),
        valueQuantity={"value": 61, "unit": "/min"},
    )

    assert titles("pulse", pulse, observation()) == ["Pulse"]


@pytest.mark.parametrize(
    ("words", "title", "status"),
    [
        ("ruled out", "Epilepsy", "Ruled out"),
        ("ruled out epilepsy", "Epilepsy", "Ruled out"),
        ("stopped early", "Lithium", "Stopped early"),
        ("not given", "Flu", "Not given"),
        ("may change", "Potassium", "Early result, may change"),
        ("still applies", "Ibuprofen", "Still applies"),
        ("reported", "Aspirin", "Reported, not prescribed here"),
    ],
)
def test_an_entry_is_found_by_the_words_that_the_page_has_for_its_state(
    words: str, title: str, status: str
) -> None:
    record = (
        condition(id="c1", code={"text": "Epilepsy"}, verificationStatus=condition_verification("refuted")),
        condition(),
        medication_request(),
        medication_request(id="m2", status="stopped", medicationCodeableConcept={"text": "Lithium"}),
        medication_request(id="m3", doNotPerform=True, medicationCodeableConcept={"text": "Ibuprofen"}),
        medication_request(id="m4", reportedBoolean=True, medicationCodeableConcept={"text": "Aspirin"}),
        immunization(),
        immunization(id="i2", status="not-done", vaccineCode={"text": "Flu"}),
        laboratory_result(),
        laboratory_result(id="l2", status="preliminary", code={"text": "Potassium"}),
    )

    rows = [row for hits in found(words, *record).hits for row in hits.rows]

    assert [row.title for row in rows] == [title]
    assert rows[0].status is not None
    assert rows[0].status.words == status
    assert rows[0].verbatim == "", "the row says it already"


def test_a_state_that_an_element_beside_the_status_tells_is_found() -> None:
    subpotent = immunization(id="i3", isSubpotent=True, vaccineCode={"text": "Tetanus"})

    assert titles("does not count", subpotent, immunization()) == ["Tetanus"]


def test_a_state_is_found_by_the_words_of_the_readers_language() -> None:
    record = (
        condition(id="c1", code={"text": "Epilepsy"}, verificationStatus=condition_verification("refuted")),
        condition(),
    )
    with override("es"):
        words = str(stated.RULED_OUT.words)
        assert words != "Ruled out"
        assert titles(words.upper(), *record) == ["Epilepsy"]


def test_a_word_of_the_wiring_is_not_taken_for_a_state() -> None:
    """ "refuted" and "not-done" stand in no page."""
    refuted = condition(verificationStatus=condition_verification("refuted"))

    assert found("refuted", refuted).total == 0
    assert found("not-done", immunization(status="not-done")).total == 0
    assert found("ruled out", refuted).total == 1


def test_a_state_and_a_note_together_hold_the_words_and_only_the_note_is_quoted() -> None:
    record = medication_request(status="stopped", note=[{"text": "Dizzy in the morning light."}])

    (hit,) = found("stopped dizzy", record).hits

    assert "Dizzy in the morning" in hit.rows[0].verbatim


@pytest.mark.parametrize("words", ["J45.909", "j45.909", "J45", "asthma j45.909", '"J45.909"'])
def test_a_code_is_found_as_it_is_typed_off_a_paper(words: str) -> None:
    asthma = condition(code=coded("http://hl7.org/fhir/sid/icd-10-cm", "J45.909", "Asthma"))

    (hit,) = found(words, asthma, medication_request()).hits

    assert [row.title for row in hit.rows] == ["Asthma"]
    assert hit.rows[0].verbatim == "Code: J45.909"


def test_a_code_of_a_test_and_of_one_of_its_parts_is_found() -> None:
    hemoglobin = laboratory_result(
        code=coded("http://loinc.org", "718-7", "Hemoglobin"),
        component=[{"code": coded("http://loinc.org", "4544-3", "Hematocrit")}],
    )

    assert titles("718-7", hemoglobin, observation()) == ["Hemoglobin"]
    assert titles("4544-3", hemoglobin, observation()) == ["Hemoglobin"]


@pytest.mark.parametrize("words", ["718", "18-7", "J4", "45.909", "2024-01", "p1", "c1", ".909", "[0-9]+"])
def test_a_piece_of_a_code_or_of_an_address_is_no_code(words: str) -> None:
    record = (
        condition(id="c1", code=coded("http://hl7.org/fhir/sid/icd-10-cm", "J45.909", "Asthma")),
        laboratory_result(code=coded("http://loinc.org", "718-7", "Hemoglobin")),
    )

    assert found(words, *record).total == 0
    assert found("718-7", *record).total == 1


def test_results_are_grouped_by_section_in_the_order_of_the_menu() -> None:
    hits = found("flores", allergy(), condition(), medication_request()).hits

    assert [hit.kind.slug for hit in hits] == [
        kind for kind in KINDS if kind in {hit.kind.slug for hit in hits}
    ]
    assert len(hits) == 3


def test_more_than_are_looked_through_is_said_in_each_section() -> None:
    """Only the entry read in full tells whether our words for a code stand on its page, and not all are read."""
    drugs = [medication_request(id=f"m{n}") for n in range(matching.MOST_READ + 40)]

    hits = found("prescribed now", *drugs, allergy(note=[{"text": "Prescribed by mistake, now gone."}])).hits

    said = {hit.kind.slug: (hit.total, hit.at_least, len(hit.rows)) for hit in hits}
    assert said["allergies"] == (1, False, 1)
    assert said["medications"] == (matching.MOST_READ, True, searching.FEW_SHOWN)


def test_what_holds_the_words_as_they_were_typed_is_counted_to_the_last_entry() -> None:
    drugs = [medication_request(id=f"m{n}") for n in range(matching.MOST_READ + 40)]

    (hit,) = found("sertraline", *drugs).hits

    assert (hit.total, hit.at_least, len(hit.rows)) == (matching.MOST_READ + 40, False, searching.MOST_SHOWN)


def test_of_a_section_that_is_asked_for_more_is_shown() -> None:
    source = a_source()
    drugs = [medication_request(id=f"m{n}") for n in range(30)]
    whole = whole_of([*drugs, allergy(note=[{"text": "Not to sertraline."}])], source)

    def shown(section: str) -> list[int]:
        answer = search(whole, "sertraline", source=source, addresses=Places(), section=section)
        return [len(hits.rows) for hits in answer.hits]

    assert shown("") == [1, searching.FEW_SHOWN]
    assert shown("medications") == [1, 30]


@pytest.mark.parametrize("language", ["en", "es"])
def test_where_nothing_is_found_the_page_says_where_it_would_stand(
    reader: Person, server: RecordServer, language: str
) -> None:
    server.whole_record(Immunization=[immunization(vaccineCode={"text": "Tetanus"})])
    reader.browser.cookies["language"] = language

    page = reader.browser.post(reader.at("search/"), {"words": "flu shot"}).content.decode()

    assert reader.at("immunizations/") in page.partition('id="looked"')[2]
    if language == "en":
        assert "That does not mean that there is none" in page
        assert "It would most likely stand under" in page
        assert "555-0142" in page or "Or ask the agency" in page


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("penicilin", ["penicillin"]),
        ("sertralne", ["sertraline"]),
        ("penicillin", []),
        ("pen", []),
        ("flores penicilin", ["flores penicillin"]),
    ],
)
def test_a_word_that_is_a_letter_off_is_suggested_and_not_applied(typed: str, meant: list[str]) -> None:
    answer = found(typed, allergy(), medication_request())

    assert [one.words for one in answer.meant.suggestions] == meant
    assert bool(answer.total) != bool(meant) or typed == "pen"


@pytest.mark.parametrize(
    "odd",
    [
        {"patient": {"reference": "Patient/somebody-else"}},
        {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}},
    ],
)
def test_no_word_is_suggested_of_what_is_another_patients_or_a_mistake(odd: Json) -> None:
    """Such an entry is set aside, but its words came in the same answer."""
    withheld = allergy(id="a9", code={"text": "Zanthorrhiza"}, **odd)

    assert found("zanthoriza", allergy(), withheld).meant.suggestions == ()
    assert found("zanthoriza", allergy(code={"text": "Zanthorrhiza"})).meant.suggestions != ()


def test_a_medicine_that_is_not_there_is_told_from_one_whose_name_looks_like_it() -> None:
    vistaril = medication_request(medicationCodeableConcept={"text": "Vistaril 25 mg"})

    assert [one.typed for one in found("hydralazine", vistaril).meant.alike] == ["hydralazine"]
    assert found("hydralazine", medication_request()).meant.alike == ()


@pytest.mark.parametrize("typed", ["hydralzaine", "hydroxyzne", "hidralazyne"])
def test_between_medicines_with_names_alike_none_is_chosen(typed: str) -> None:
    record = medication_request(medicationCodeableConcept={"text": "Lithium 300 mg"})

    answer = found(typed, record)

    assert answer.total == 0
    assert answer.meant.suggestions == ()
    (alike,) = answer.meant.alike
    named = {one.name: one.what_for for one in alike.medicines}
    assert {"hydralazine", "hydroxyzine"} <= named.keys()
    assert all(named.values())


def test_what_is_called_so_comes_before_what_only_mentions_it() -> None:
    mentions = [
        medication_request(
            id=f"m{n}",
            authoredOn=f"2026-0{n}-01",
            medicationCodeableConcept={"text": "Lithium"},
            note=[{"text": "Instead of sertraline."}],
        )
        for n in range(1, 4)
    ]

    assert titles("sertraline", *mentions, medication_request(authoredOn="2001-01-01"))[0].startswith(
        "Sertraline"
    )


def test_a_section_whose_entries_could_not_be_looked_through_is_named_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "MOST_READ", 0)

    (hit,) = found("prescribed now", medication_request()).hits

    assert (hit.rows, hit.total, hit.at_least) == ((), 0, True)


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("Zoloft", "Sertraline 50 MG Oral Tablet"),
        ("sertralina", "Sertraline 50 MG Oral Tablet"),
        ("Tylenol", "acetaminophen 325 MG"),
        ("acetaminophen", "Tylenol Extra Strength"),
        ("Adderall", "Dextroamphetamine and amphetamine 10 mg"),
        ("Synthroid", "levothyroxine sodium 75 mcg"),
    ],
)
def test_a_medicine_is_found_under_its_other_names(typed: str, recorded: str) -> None:
    assert titles(typed, medication_request(medicationCodeableConcept={"text": recorded})) == [recorded]


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("HbA1c", "Hemoglobin A1c/Hemoglobin.total in Blood"),
        ("average blood sugar", "HbA1c"),
        ("CBC", "Complete blood count (hemogram) panel"),
        ("kidney function", "Creatinine [Mass/volume] in Serum or Plasma"),
        ("colesterol", "Cholesterol, total"),
        ("TSH", "Thyrotropin [Units/volume] in Serum"),
    ],
)
def test_a_test_is_found_under_its_other_names(typed: str, recorded: str) -> None:
    assert titles(typed, laboratory_result(code={"text": recorded})) == [recorded]


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("high blood pressure", "Essential hypertension"),
        ("presión alta", "Essential hypertension"),
        ("PTSD", "Post-traumatic stress disorder, chronic"),
        ("migraines", "Migraine without aura"),
        ("alcoholism", "Alcohol use disorder, moderate"),
    ],
)
def test_a_problem_is_found_under_its_other_names(typed: str, recorded: str) -> None:
    assert titles(typed, condition(code={"text": recorded})) == [recorded]


@pytest.mark.parametrize(
    ("typed", "recorded"),
    [
        ("ALT", "Difficulty walking in salty water"),  # not in the middle of a word
        ("heart attack", "Mild cognitive impairment"),  # MI is too short to be looked for
        ("hypertension", "Pressure ulcer of heel"),
        ("ADHD", "Additional support at school"),
    ],
)
def test_another_name_is_found_only_as_a_word_of_its_own(typed: str, recorded: str) -> None:
    assert titles(typed, condition(code={"text": recorded})) == (
        [recorded] if typed.lower() in recorded else []
    )


def test_a_flu_shot_is_found_in_english_and_spanish() -> None:
    shot = immunization(vaccineCode={"text": "Influenza, seasonal, injectable"})

    for typed in ("flu shot", "vacuna contra la gripe", "influenza"):
        assert titles(typed, shot, allergy()) == ["Influenza, seasonal, injectable"]


@pytest.mark.parametrize("words", ["", " ", "a", '"', "´"])
def test_less_than_two_letters_are_not_looked_for(words: str) -> None:
    assert found(words, allergy()).too_short


@pytest.mark.parametrize("words", ["\\u00e9", "\\", '{"', "%", "İstanbul", "\ud83d", "(.*"])
def test_odd_words_find_nothing_and_raise_nothing(words: str) -> None:
    assert found(words, allergy(), note("text")).total == 0


def test_the_words_around_a_match_are_right_where_letters_fold_into_several() -> None:
    text = "ﬁﬁﬁ ßßß ÄÖÜ " * 30 + "the needle " + "ﬁﬁﬁ " * 60

    (hit,) = found("needle", allergy(note=[{"text": text}])).hits

    assert "the needle" in hit.rows[0].verbatim


# --- The page
def arranged(server: RecordServer) -> None:
    server.whole_record(MedicationRequest=[medication_request()], AllergyIntolerance=[allergy()])


def test_the_words_come_by_post_and_stand_in_no_address_and_no_line_of_the_log(
    reader: Person, server: RecordServer, caplog: pytest.LogCaptureFixture
) -> None:
    arranged(server)
    caplog.set_level(logging.DEBUG)

    answer = reader.browser.post(reader.at("search/"), {"words": "canary sertraline"})
    page = answer.content.decode()

    assert answer.status_code == 200
    assert 'value="canary sertraline"' in page
    for address in re.findall(r'(?:href|src|action|hx-[a-z]+)="([^"]*)"', page):
        assert "canary" not in address.lower()
    assert all("canary" not in (request.url or "").lower() for request in server.asked())
    assert "no-store" in answer["Cache-Control"]


def test_words_in_an_address_are_not_looked_for(reader: Person, server: RecordServer) -> None:
    arranged(server)

    page = reader.read("search/?words=sertraline")

    assert 'method="post"' in page
    assert "Sertraline" not in page
    assert 'value="sertraline"' not in page


def test_a_search_shows_what_was_found_by_section_and_how_many(reader: Person, server: RecordServer) -> None:
    arranged(server)

    page = reader.browser.post(reader.at("search/"), {"words": "flores"}).content.decode()

    assert "2 entries found" in page
    assert page.index("Penicillin") < page.index("Sertraline") or "Penicillin" in page


def test_what_is_found_says_where_and_what_it_adds_up_to_as_its_own_list_does(
    reader: Person, server: RecordServer
) -> None:
    """What an entry points to is read along; else a search would say that it is not available."""
    ward = location(id="ward", name="Bayview, ward 4")
    stay = visit(
        location=[{"location": {"reference": "Location/ward"}}],
        participant=[{"individual": {"display": "Dr. Sam Kessler"}}],
    )
    survey = [coded("http://terminology.hl7.org/CodeSystem/observation-category", "survey")]
    by = [{"display": "Dr. Sam Kessler"}]
    panel = observation(
        id="panel",
        category=survey,
        code=coded("http://loinc.org", "44249-1", "The PHQ-9"),
        hasMember=[{"reference": "Observation/total"}],
        performer=by,
        valueQuantity=None,
    )
    total = observation(
        id="total",
        category=survey,
        code=coded("http://loinc.org", "44261-6", "Its total"),
        valueQuantity={"value": 12},
    )
    server.whole_record(Encounter=[stay], Observation=[panel, total])
    server.arrange("Location/ward", ward)

    page = reader.browser.post(reader.at("search/"), {"words": "kessler"}).content.decode()

    assert "Bayview, ward 4" in page
    assert "details not available" not in page
    assert "12" in page
    assert "10 to 14 of 27: moderate" in page


def test_a_search_in_half_a_record_says_that_something_may_be_missing(
    reader: Person, server: RecordServer
) -> None:
    arranged(server)
    server.arrange("Condition", status=503)

    page = reader.browser.post(reader.at("search/"), {"words": "sertraline"}).content.decode()

    assert "1 entry found" in page
    assert "Not everything could be loaded" in page


def test_nothing_found_is_never_nothing_there(reader: Person, server: RecordServer) -> None:
    arranged(server)

    page = reader.browser.post(reader.at("search/"), {"words": "zebra"}).content.decode()

    assert "All entries were looked through. That does not mean that there is none" in page


def test_where_a_part_is_missing_nothing_found_speaks_of_the_rest_alone(
    reader: Person, server: RecordServer
) -> None:
    arranged(server)
    server.by("Procedure", lambda _query: 503)

    page = reader.browser.post(reader.at("search/"), {"words": "zebra"}).content.decode()

    assert "What has been loaded was looked through, and that is not all of the record." in page
    assert "Not everything could be loaded. See what is missing." in page
    assert "All entries were looked through" not in page


@pytest.mark.parametrize("opening", ["<!--", "<script ", "<", "<style>", "<a "])
def test_a_document_of_openings_alone_costs_no_more_than_another(opening: str) -> None:
    content = "Canary " + opening * (100_000 // len(opening))
    data = base64.b64encode(content.encode()).decode()
    started = time.process_time()

    found = searched_text._text(Attachment(contentType="text/html", data=data))

    assert "Canary" in found
    assert time.process_time() - started < 1


def test_what_a_web_page_hides_is_not_searched() -> None:
    page = "<p>One</p><!-- Canary --><script>Canary</script ><STYLE>Canary</style>Two<b>Three"
    data = base64.b64encode(page.encode()).decode()

    found = searched_text._text(Attachment(contentType="text/html", data=data))

    assert found.split() == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 entry could not be read and was not searched."), (2, "2 entries could not be read and were not")],
)
def test_a_search_says_how_many_entries_could_not_be_read_and_does_not_claim_to_have_seen_all(
    reader: Person, server: RecordServer, count: int, said: str
) -> None:
    unread = [condition(id=f"c{number}", meta={"profile": [1] * 200}) for number in range(count)]
    server.whole_record(Condition=[condition(), *unread])

    page = reader.browser.post(reader.at("search/"), {"words": "lighthouse"}).content.decode()

    assert said in page
    assert "What has been loaded was looked through, and that is not all of the record." in page
    assert "All entries were looked through" not in page


def test_a_search_over_what_can_all_be_read_says_nothing_of_what_cannot(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(Condition=[condition()])

    page = reader.browser.post(reader.at("search/"), {"words": "lighthouse"}).content.decode()

    assert "All entries were looked through" in page
    assert "could not be read" not in page


def test_an_entry_that_holds_the_words_and_cannot_be_read_in_full_is_counted_as_not_searched() -> None:
    unread = condition(id="c2", code={"text": "Asthma"}, note=[1] * 200)

    answer = found("asthma", condition(code={"text": "Asthma"}), unread)

    assert (answer.total, answer.unread) == (1, 1)

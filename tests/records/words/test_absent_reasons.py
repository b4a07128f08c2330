"""Why an element is not there is told in its place: in lists, on the entry's page, in every shape that it comes in.

That no element is forgotten is held by `tests/promises/test_absent_reasons.py`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.fhir.gaps import OPEN
from records.fhir.reading import NotReadable
from records.kinds import KINDS
from records.words.rows import Row, Telling
from tests.conftest import ROOT
from tests.people import Person
from tests.promises.test_absent_reasons import MODELS, masked, places, texts, told
from tests.records.conftest import RecordServer
from tests.records.fhir.test_reading import BUILT, garbage
from tests.records.kinds.reading import asides_of, facts_of, row_of
from tests.records.pages.test_pages import entry_href
from tests.records.service.test_overview import block_of
from tests.records.test_additions import SAYS, served
from tests.records.test_failure_matrix import words
from tests.resources import (
    TERMINOLOGY,
    Json,
    allergy,
    bundle,
    coded,
    condition,
    document_reference,
    goal,
    immunization,
    laboratory_result,
    medication_request,
    observation,
    patient,
    procedure,
    visit,
)

URL = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
CODES = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def why(code: str, **value: Any) -> Json:
    """An element in whose place stands why it is not there."""
    return {"extension": [{"url": URL, **(value or {"valueCode": code})}]}


MASKED = why("masked")


def medicine(**odd: Any) -> Row:
    return row_of(KINDS["medications"], medication_request(**odd))


def test_a_name_that_was_hidden_is_the_title_everywhere_and_not_called_unnamed(
    server: RecordServer, reader: Person
) -> None:
    hidden = medication_request(
        medicationCodeableConcept=why("not-permitted"), encounter={"reference": "Encounter/v9"}
    )
    served(server, hidden, visit(id="v9"))
    pages = [
        reader.read("medications/"),
        block_of(reader.read(""), "medications"),
        reader.read("timeline/"),
        reader.read(entry_href(reader, "medications/")),
    ]

    for page in pages:
        assert "Name: not allowed to be shared" in words(page)
        assert "Unnamed" not in words(page).split("Everything in this entry")[0]


@pytest.mark.parametrize(
    "concept",
    [
        why("masked"),
        {"coding": [MASKED]},
        {"coding": [{"system": CODES, "code": "masked"}]},
        coded("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "MSK"),
        coded("urn:oid:2.16.840.1.113883.5.1008", "MSK"),
        {"coding": [{"_code": MASKED, "system": "http://snomed.info/sct"}]},
        {"coding": [{"_display": MASKED}]},
        {"_text": MASKED},
        {
            "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-nullFlavor", "valueCode": "MSK"}
            ]
        },
        why("", valueCoding={"system": CODES, "code": "masked"}),
        why("", valueCodeableConcept={"coding": [{"system": CODES, "code": "masked"}]}),
        {"extension": [{"url": "http://x.example/other", "valueCode": "unknown"}, *MASKED["extension"]]},
    ],
)
def test_a_reason_is_read_in_every_shape_that_it_comes_in(concept: Json) -> None:
    row = row_of(KINDS["procedures"], procedure(code=concept, bodySite=[concept]))

    assert (row.title, row.title_missing) == ("Name: hidden by the clinic", True)
    assert facts_of(row)["Part of the body"] == "Hidden by the clinic"


@pytest.mark.parametrize(
    "concept",
    [
        {"text": "Appendectomy", **MASKED},
        {"coding": [{"system": CODES, "code": "masked"}], "text": "Appendectomy"},
        {"coding": [MASKED, {"display": "Appendectomy"}]},
        {
            "coding": [
                {"system": CODES, "code": "masked"},
                {"code": "80146002", "display": "Appendectomy"},
            ]
        },
    ],
)
def test_a_name_that_is_there_stands_whatever_reason_is_given_beside_it(concept: Json) -> None:
    row = row_of(KINDS["procedures"], procedure(code=concept))

    assert (row.title, row.title_missing) == ("Appendectomy", False)


def test_an_unknown_name_keeps_the_kinds_own_word_and_says_so_beside_it() -> None:
    row = row_of(KINDS["conditions"], condition(code=why("asked-unknown")))

    assert row.title == "Unnamed condition entry"
    assert "Not known: the question was asked, the answer was not known" in asides_of(row)


@pytest.mark.parametrize(
    ("slug", "resource", "label"),
    [
        ("medications", medication_request(authoredOn=None, _authoredOn=MASKED), "Written on"),
        ("medications", medication_request(requester=MASKED), "Prescribed by"),
        (
            "medications",
            medication_request(requester={"_reference": MASKED, "type": "Practitioner"}),
            "Prescribed by",
        ),
        (
            "medications",
            medication_request(dispenseRequest={"quantity": {"unit": "mL", "_value": MASKED}}),
            "Amount given out",
        ),
        ("allergies", allergy(lastOccurrence=None, _lastOccurrence=MASKED), "Last reaction"),
        ("allergies", allergy(reaction=[{"manifestation": [MASKED]}]), "What happened"),
        ("immunizations", immunization(_lotNumber=MASKED), "Lot number"),
        (
            "immunizations",
            immunization(primarySource=None, _primarySource=MASKED),
            "Where this information comes from",
        ),
        ("laboratory", laboratory_result(effectiveDateTime=None, effectivePeriod=MASKED), "Taken"),
        (
            "laboratory",
            laboratory_result(component=[{"code": {"text": "Ratio"}, "valueQuantity": MASKED}]),
            "Ratio",
        ),
        (
            "laboratory",
            laboratory_result(component=[{"code": {"text": "Seen"}, "_valueBoolean": MASKED}]),
            "Seen",
        ),
        ("visits", visit(period={"_start": MASKED, "_end": MASKED}), "When"),
        ("goals", goal(target=[{"_dueDate": MASKED, "measure": {"text": "Sleep"}}]), "By when"),
        ("about", patient(_deceasedDateTime=MASKED), "Has died"),
        ("about", patient(telecom=[{"system": "phone", "_value": MASKED}]), "Phone"),
    ],
)
def test_the_reason_stands_at_the_label_of_the_element_and_is_told_as_absent(
    slug: str, resource: Json, label: str
) -> None:
    row = row_of(KINDS[slug], resource)
    [fact] = [one for one in row.facts if str(one.label) == label]

    assert (str(fact.value), fact.telling, fact.iso) == ("Hidden by the clinic", Telling.ABSENT, "")


def test_a_value_that_was_hidden_is_no_number_and_no_unit(server: RecordServer, reader: Person) -> None:
    served(
        server,
        observation(valueQuantity={"unit": "kg", "_value": MASKED}),
        observation(id="w2", valueQuantity=why("asked-declined"), effectiveDateTime="2024-09-05"),
    )

    page = words(reader.read("vitals/"))

    assert "Hidden by the clinic" in page
    assert "Asked, and not answered by choice" in page
    assert "Value not recorded" not in page


def test_a_date_that_was_hidden_is_said_in_the_list_with_what_it_is_the_date_of() -> None:
    row = medicine(authoredOn=None, _authoredOn=MASKED)

    assert row.when is not None
    assert (row.when.words, row.when.iso, row.when.sort_key) == ("Prescribed: hidden by the clinic", "", "")


def test_another_date_stands_for_one_that_was_hidden() -> None:
    row = row_of(
        KINDS["laboratory"],
        laboratory_result(effectiveDateTime=None, _effectiveDateTime=MASKED, issued="2025-02-03T10:00:00Z"),
    )

    assert row.when is not None
    assert "2025" in str(row.when.words)
    assert facts_of(row)["Taken"] == "Hidden by the clinic"


def test_half_of_a_span_that_was_hidden_is_said_beside_the_other_half() -> None:
    row = row_of(KINDS["visits"], visit(period={"start": "2024-03-09", "_end": MASKED}))

    assert facts_of(row)["When"] == "March 9, 2024 to (hidden by the clinic)"


def test_what_no_fact_of_a_kind_tells_of_has_a_fact_of_its_own() -> None:
    row = medicine(dispenseRequest={"_numberOfRepeatsAllowed": why("temp-unknown")})

    assert facts_of(row)["Dispense request, Number of repeats allowed"] == "Not known yet"


@pytest.mark.parametrize("said", ["sealed-by-court", "Sealed by order of a court"])
def test_a_reason_without_a_word_of_ours_stands_as_recorded(said: str) -> None:
    assert facts_of(medicine(requester=why("", valueString=said)))["Prescribed by"] == said


@pytest.mark.parametrize(
    "odd", [why(""), why("x" * 500), {"extension": [{"url": URL}]}, {"extension": "x"}, {"extension": [5]}]
)
def test_an_extension_that_gives_no_reason_is_none(odd: Json) -> None:
    assert (
        facts_of(medicine(requester=None, _authoredOn=odd, authoredOn=None))["Written on"] == "Not recorded"
    )


def test_a_reason_does_not_say_that_somebody_died() -> None:
    row = row_of(KINDS["about"], patient(_deceasedDateTime=why("not-applicable")))

    assert "Died on" not in facts_of(row)
    assert facts_of(row)["Has died"] == "Does not apply"


def test_a_flag_that_was_hidden_marks_nothing() -> None:
    row = row_of(KINDS["laboratory"], laboratory_result(interpretation=[MASKED], referenceRange=None))

    assert row.measure is not None
    assert row.measure.flag is None


ODD = [
    entry["resource"] for entry in json.loads((ROOT / "tests/odd_records/missing.json").read_text())["entry"]
]


@pytest.mark.parametrize("odd", ODD[1:], ids=lambda odd: odd["id"])
def test_reasons_and_additions_in_unlawful_shapes_are_told_too(
    server: RecordServer, reader: Person, odd: Json
) -> None:
    mine = odd | {"subject": {"reference": "Patient/p1"}}
    slug = next(slug for slug, kind in KINDS.items() if kind.resource_type == odd["resourceType"])
    served(server, mine)

    page = words(reader.read(f"{slug}/"))

    assert ("hidden by the clinic" in page.casefold()) == odd["id"].startswith("reason")
    assert (SAYS in page) == odd["id"].startswith("addition")
    assert SAYS not in page or 'id="addition"' in reader.read(entry_href(reader, f"{slug}/"))


def test_what_is_hidden_is_found_by_the_words_for_it(server: RecordServer, reader: Person) -> None:
    served(server, medication_request(medicationCodeableConcept=MASKED), medication_request(id="m2"))

    page = reader.browser.post(reader.at("search/"), {"words": "hidden by the clinic"}).content.decode()

    assert "1 entry found" in words(page)


@pytest.mark.parametrize("slug", MODELS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_no_mark_is_left_in_a_row_whatever_is_missing_and_however_it_is_spoilt(
    slug: str, data: st.DataObject
) -> None:
    resource_type, model, to_row = MODELS[slug]
    spoilt = BUILT[resource_type]
    every = list(places(model))
    for path, is_object in data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=5)):
        spoilt = masked(spoilt, path, is_object=is_object)
    if data.draw(st.booleans()):
        spoilt[data.draw(st.sampled_from([name for name in spoilt if name != "resourceType"]))] = data.draw(
            garbage
        )
    try:
        row = told(spoilt, model, to_row)
    except NotReadable:
        return

    assert OPEN not in "\n".join(texts(row))


def test_it_is_told_in_spanish(server: RecordServer, reader: Person) -> None:
    served(server, immunization(_lotNumber=MASKED, vaccineCode=MASKED))
    href = entry_href(reader, "immunizations/")

    page = words(reader.browser.get(href, headers={"accept-language": "es"}).content.decode())

    assert "Nombre: la clínica lo ocultó" in page
    assert "La clínica lo ocultó" in page


def test_what_the_record_shows_in_the_place_of_a_number_is_shown() -> None:
    rendered = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/rendered-value", "valueString": "xxx-xx-1234"}
        ]
    }
    number = {"system": "http://hl7.org/fhir/sid/us-ssn", "_value": rendered}

    assert "xxx-xx-1234" in facts_of(row_of(KINDS["about"], patient(identifier=[number])))["Number"]


def test_the_hidden_name_of_a_medicine_that_is_pointed_to_is_told(
    server: RecordServer, reader: Person
) -> None:
    pill: Json = {"resourceType": "Medication", "id": "pill", "code": MASKED}
    pointing = {"medicationCodeableConcept": None, "medicationReference": {"reference": "Medication/pill"}}
    within = {
        "medicationCodeableConcept": None,
        "medicationReference": {"reference": "#pill"},
        "contained": [pill],
    }
    served(server, medication_request(**pointing), medication_request(id="m2", **within))
    server.arrange("Medication/pill", pill)

    page = words(reader.read("medications/"))

    assert page.count("Name: hidden by the clinic") == 2
    assert "Unnamed" not in page


def test_an_answer_within_a_questionnaire_that_was_hidden_says_so(
    server: RecordServer, reader: Person
) -> None:
    survey = {"category": [coded(f"{TERMINOLOGY}observation-category", "survey")], "valueQuantity": None}
    hidden = [{"_valueString": MASKED}, {"valueCodeableConcept": MASKED}, {"_valueInteger": MASKED}]
    answers = [
        observation(id=f"a{number}", code={"text": f"Question {number}"}, **survey, **one)
        for number, one in enumerate(hidden)
    ]
    members = [{"reference": f"Observation/{one['id']}"} for one in answers]
    served(server, observation(id="q", code={"text": "Own form"}, hasMember=members, **survey), *answers)

    page = words(reader.read(entry_href(reader, "questionnaires/")))

    assert [f"Question {number} Hidden by the clinic" in page for number in range(3)] == [True, True, True]


def test_who_recorded_an_entry_is_told_to_be_hidden_where_it_is(server: RecordServer, reader: Person) -> None:
    served(server, allergy())
    told: Json = {
        "resourceType": "Provenance",
        "id": "v1",
        "target": [{"reference": "AllergyIntolerance/allergy-1"}],
        "_recorded": MASKED,
        "agent": [{"who": MASKED}],
    }
    answer = bundle(allergy())
    answer["entry"].append({"resource": told, "search": {"mode": "include"}})
    server.by("AllergyIntolerance", lambda query: answer if "_revinclude" in query else bundle(allergy()))

    page = words(reader.read(entry_href(reader, "allergies/")))

    assert "Taken part in by Hidden by the clinic Put into the record Hidden by the clinic" in page


@pytest.mark.parametrize("name", [[MASKED], [{"_family": MASKED}], [{"_text": MASKED}]])
def test_the_banner_says_that_a_name_was_hidden(
    server: RecordServer, reader: Person, name: list[Json]
) -> None:
    server.whole_record()
    server.arrange("Patient/p1", patient(name=name))

    page = reader.read("")

    assert "Name: hidden by the clinic" in page
    assert "Name not recorded" not in page


def test_a_note_that_was_hidden_says_so_in_its_place(server: RecordServer, reader: Person) -> None:
    note = document_reference(content=[{"attachment": MASKED}])
    served(server, note)

    page = words(reader.read(entry_href(reader, "documents/")))

    assert "nothing is attached: hidden by the clinic" in page.casefold()

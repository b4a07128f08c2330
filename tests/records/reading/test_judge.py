"""The judge: where an entry departs from the standard, in places and never in values."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.reading.judge import MOST, departures
from tests.resources import (
    allergy,
    condition,
    document_reference,
    immunization,
    medication_request,
    observation,
    patient,
)

SECRET = "Klebsiella-4711"


def judged(resource: Any) -> list[str]:
    """The sentences about a resource."""
    return [str(words) for words in departures(json.dumps(resource).encode())]


@pytest.mark.parametrize(
    "resource",
    [allergy(), condition(), medication_request(), observation(), document_reference(), patient()],
    ids=lambda resource: resource["resourceType"],
)
def test_what_keeps_the_standard_is_not_talked_about(resource: dict[str, Any]) -> None:
    assert judged(resource) == []


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        (allergy(patient=None), "patient is required, and was not sent"),
        (observation(status=None), "status is required, and was not sent"),
        (allergy(reaction=[{"severity": "mild"}]), "reaction[0].manifestation is required, and was not sent"),
        (allergy(colour=SECRET), "colour is not an element of the standard"),
        (allergy(onsetDateTime=SECRET), "onsetDateTime is not in the form that the standard asks for"),
        (
            allergy(recordedDate="2024-10-05T14:30"),
            "recordedDate is not in the form that the standard asks for",
        ),
        (allergy(onsetDateTime="2020", onsetString=SECRET), "onset[x] was sent in more than one form"),
        (medication_request(medicationCodeableConcept=None), "medication[x] is required, and was not sent"),
        (
            condition(code={"coding": [{"code": ""}]}),
            "code.coding[0].code is not in the form that the standard asks for",
        ),
    ],
)
def test_a_departure_is_told_by_its_place(resource: dict[str, Any], sentence: str) -> None:
    assert judged(resource) == [sentence]


WHY = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}


@pytest.mark.parametrize(
    "resource",
    [
        immunization(occurrenceDateTime=None, _occurrenceDateTime=WHY),
        immunization(occurrenceDateTime=None, _occurrenceString=WHY),
        immunization(protocolApplied=[{"_doseNumberPositiveInt": WHY}]),
        medication_request(medicationCodeableConcept=WHY),
        medication_request(medicationCodeableConcept=None, medicationReference=WHY),
        observation(status=None, _status=WHY),
        observation(code=WHY, effectiveDateTime=None, _effectiveDateTime=WHY),
        allergy(reaction=[{"manifestation": [WHY]}]),
        allergy(note=[{"_text": WHY}]),
        patient(
            birthDate=None,
            _birthDate=WHY,
            name=[{"family": "Lee", "given": [None, "Ann"], "_given": [WHY, None]}],
        ),
        patient(extension=[{"url": "http://x.example/a", "_valueString": WHY}]),
    ],
)
def test_a_reason_in_the_place_of_a_required_value_is_no_departure(resource: dict[str, Any]) -> None:
    assert judged(resource) == []


@pytest.mark.parametrize("beside", [{"id": "a"}, {"extension": []}, None])
def test_what_stands_beside_a_required_choice_without_saying_anything_does_not_take_its_place(
    beside: Any,
) -> None:
    found = judged(immunization(occurrenceDateTime=None, _occurrenceDateTime=beside))

    assert "occurrence[x] is required, and was not sent" in found


def test_a_reason_beside_another_choice_excuses_neither_that_nor_two_forms_of_one() -> None:
    dosed = immunization(protocolApplied=[{"_seriesDosesString": WHY}])
    both = immunization(occurrenceString="in 2019", _occurrenceString=WHY)

    assert judged(dosed) == ["protocolApplied[0].doseNumber[x] is required, and was not sent"]
    assert judged(both) == ["occurrence[x] was sent in more than one form"]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"{", "The entry is not written in the form that the standard asks for"),
        (b"[]", "The entry does not say which type it is of"),
        (b'{"resourceType": 5}', "The entry does not say which type it is of"),
        (b'{"resourceType": "Nope"}', "The entry is of a type that the standard does not have"),
    ],
)
def test_what_cannot_be_judged_is_said(raw: bytes, sentence: str) -> None:
    assert [str(words) for words in departures(raw)] == [sentence]


def test_an_unknown_type_within_an_entry_is_said_and_stops_nothing() -> None:
    found = judged(allergy(contained=[{"resourceType": "Nope", "id": "n"}]))

    assert found == [
        "The entry could not be checked: a part of it is of a type that the standard does not have"
    ]


def test_neither_a_sentence_nor_a_log_line_holds_a_value_of_the_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = allergy(
        onsetDateTime=SECRET,
        criticality={"text": SECRET},
        recordedDate=SECRET,
        contained=[{"resourceType": "Practitioner", "name": SECRET}],
        **{f"{SECRET} is what the patient has": 1},
    )

    found = judged(wrong)
    judged(allergy(contained=[{"resourceType": SECRET}]))

    assert len(found) >= 4
    assert SECRET not in " ".join(found)
    assert "not judged" in caplog.text
    assert SECRET not in caplog.text


def test_a_long_list_is_cut_and_the_rest_counted() -> None:
    found = judged(allergy(**{f"odd{'x' * n}": n for n in range(MOST + 12)}))

    assert len(found) == MOST + 1
    assert found[-1] == "And 12 more places"


@settings(max_examples=60, deadline=None)
@given(element=st.sampled_from(sorted(allergy())), value=st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
))  # fmt: skip
def test_whatever_is_sent_is_judged_without_an_error(element: str, value: Any) -> None:
    assert all(judged(allergy(**{element: value})))

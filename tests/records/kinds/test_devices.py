"""Implants and devices: the numbers a recall asks for, and no date that says more than it means."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.devices import ENTRY_TYPE, KIND, NAME_TYPE, STATUS, STATUS_REASON
from records.words.rows import Telling
from tests.records.kinds.reading import asides_of, facts_of, head_of, place_of, row_of
from tests.resources import TERMINOLOGY, coded, device

UNKNOWN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}


def test_a_device_says_what_it_is_whether_it_is_in_use_and_its_serial_number() -> None:
    row = row_of(KIND, device(manufacturer="Example Hearts", deviceName=[{"name": "Pacer 3"}]))

    assert row.title == "Cardiac pacemaker"
    assert row.status is not None
    assert row.status.words == "In use"
    assert row.line == "Pacer 3, Example Hearts"
    assert asides_of(row) == ["Serial number S4711"]


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        ("active", "In use"),
        ("inactive", "No longer in use"),
        ("unknown", "Other"),
        ("lost", "Other"),
        (None, "Other"),
    ],
)
def test_a_device_stands_where_its_status_puts_it(status: str | None, heading: str) -> None:
    assert place_of(KIND, device(status=status)) == heading


@pytest.mark.parametrize(("code", "status"), STATUS.items())
def test_every_status_has_words(code: str, status: Any) -> None:
    shown = row_of(KIND, device(status=code)).status

    assert shown is not None
    assert shown.words == status.words


def test_an_unknown_or_missing_status_is_said_to_be_so() -> None:
    unknown = row_of(KIND, device(status="lost")).status
    missing = row_of(KIND, device(status=None)).status

    assert unknown is not None
    assert unknown.words == "lost (status not known to this page)"
    assert missing is not None
    assert missing.words == "Status not recorded"


def test_every_part_of_the_udi_stands_on_its_page() -> None:
    facts = facts_of(row_of(KIND, device()))

    assert facts["Unique device identifier (UDI), as on the label"] == (
        "(01)00844588003288(17)281109(10)L4711(21)S4711"
    )
    assert facts["Device identifier (DI)"] == "00844588003288"
    assert facts["Given out by"] == "GS1"
    assert facts["Registered with"] == "FDA"
    assert facts["How the number was taken down"] == "Read from a barcode"
    assert facts["Number of this one device"] == "D4711"
    assert facts["Lot number"] == "L4711"
    assert facts["Serial number"] == "S4711"
    assert facts["Made on"] == "November 9, 2018"
    assert facts["Use-by date on the label"] == "November 9, 2028"
    assert facts["Kind of device"] == "Cardiac pacemaker"


def test_two_labels_are_both_told() -> None:
    carriers = [{"deviceIdentifier": "1", "carrierHRF": "(01)1"}, {"deviceIdentifier": "2"}]
    facts = facts_of(row_of(KIND, device(udiCarrier=carriers)))

    assert facts["Device identifier (DI)"] == "1 | 2"
    assert facts["Unique device identifier (UDI), as on the label"] == "(01)1 | Not recorded"


def test_what_is_missing_is_said_to_be_with_its_reason() -> None:
    row = row_of(
        KIND,
        device(
            udiCarrier=None,
            expirationDate=None,
            _expirationDate=UNKNOWN,
            manufactureDate=None,
            lotNumber=None,
            serialNumber=None,
            distinctIdentifier=None,
        ),
    )
    facts = facts_of(row)

    assert facts["Use-by date on the label"] == "Not known"
    for label in ("Made on", "Lot number", "Serial number", "Number of this one device"):
        assert facts[label] == "Not recorded"
    assert facts["Unique device identifier (UDI)"] == "Not recorded"
    assert {f.telling for f in row.facts if f.value == "Not recorded"} == {Telling.ABSENT}


def test_a_device_is_not_dated_by_the_day_of_its_making() -> None:
    assert KIND.date_of(head_of(KIND, device())) is None
    assert row_of(KIND, device()).when is None


def test_a_device_without_a_kind_is_called_by_its_best_name_then_its_model() -> None:
    named = device(
        type=None,
        deviceName=[
            {"name": "PCR-3", "type": "model-name"},
            {"name": "My heart helper", "type": "user-friendly-name"},
        ],
    )

    row = row_of(KIND, named)
    assert row.title == "My heart helper"
    assert row.line == "PCR-3"
    assert row_of(KIND, device(type=None, modelNumber="X-200")).title == "X-200"
    nameless = row_of(KIND, device(type=None))
    assert nameless.title == "Unnamed device"
    assert nameless.title_missing


def test_every_name_is_told_with_what_kind_of_name_it_is() -> None:
    for code, label in [*NAME_TYPE.items(), ("odd", "Also called")]:
        facts = facts_of(row_of(KIND, device(deviceName=[{"name": "Pacer", "type": code}])))
        assert facts[str(label)] == "Pacer"


@pytest.mark.parametrize(("code", "words"), STATUS_REASON.items())
def test_every_reason_for_a_status_has_words(code: str, words: Any) -> None:
    row = row_of(KIND, device(statusReason=[coded(f"{TERMINOLOGY}device-status-reason", code)]))

    assert facts_of(row)["Why it has this status"] == words
    assert str(words) in asides_of(row)


@pytest.mark.parametrize(("code", "words"), [*ENTRY_TYPE.items(), ("guessed", "guessed")])
def test_how_a_number_was_taken_down_is_in_words_and_an_unknown_way_as_it_stands(
    code: str, words: Any
) -> None:
    carrier = [{"deviceIdentifier": "1", "entryType": code}]

    assert facts_of(row_of(KIND, device(udiCarrier=carrier)))["How the number was taken down"] == words


def test_everything_else_that_was_recorded_of_it_stands_on_its_page() -> None:
    facts = facts_of(
        row_of(
            KIND,
            device(
                identifier=[{"type": {"text": "Inventory number"}, "value": "INV-1"}, {"value": "77"}],
                modelNumber="X-200",
                partNumber="P-5",
                safety=[{"text": "No MRI"}],
                specialization=[{"systemType": {"text": "IEEE 11073"}, "version": "1.0"}],
                version=[{"type": {"text": "Software"}, "value": "2.1"}],
                property=[
                    {"type": {"text": "Lower rate"}, "valueQuantity": [{"value": 60, "unit": "/min"}]},
                    {"valueCode": [{"text": "DDD"}]},
                ],
                owner={"display": "Tidewater Hospital"},
                location={"display": "Clinic store"},
                parent={"display": "Pacing system"},
                contact=[{"system": "phone", "value": "555-0100"}],
                url="https://device.example/1",
            ),
        )
    )

    assert facts["Inventory number"] == "INV-1"
    assert facts["Other number"] == "77"
    assert facts["Model"] == "X-200"
    assert facts["Part number"] == "P-5"
    assert facts["What to know for safety"] == "No MRI"
    assert facts["Meets the standard"] == "IEEE 11073, 1.0"
    assert facts["Version"] == "Software, 2.1"
    assert facts["Lower rate"] == "60 /min"
    assert facts["Setting"] == "DDD"
    assert facts["Owned by"] == "Tidewater Hospital"
    assert facts["Where it is"] == "Clinic store"
    assert facts["Part of"] == "Pacing system"
    assert facts["Whom to ask about it"] == "555-0100"
    assert facts["Address on the network"] == "https://device.example/1"


def test_notes_are_told_as_written() -> None:
    [note] = row_of(KIND, device(note=[{"text": "Check the battery in May."}])).notes

    assert note.text == "Check the battery in May."


def test_an_empty_list_never_says_that_there_are_none() -> None:
    assert "does not always mean" in str(KIND.nothing_came_back)

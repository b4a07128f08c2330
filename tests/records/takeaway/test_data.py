"""Data to take along: read back by others, with every value as it was sent."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from records.takeaway import bundle, tables
from records.takeaway.tables import safe
from tests.peers.records_by_others import encode
from tests.records.taking import demo_people, record_of, taken, written
from tests.resources import Json, allergy, immunization, laboratory_result


def data(monkeypatch: pytest.MonkeyPatch, *resources: Json, patient: str = "p1", **order: Any) -> Json:
    source, _whole = record_of(resources, patient, monkeypatch)
    found: Json = json.loads(written(bundle.write(taken(source, **order))), parse_float=Decimal)
    return found


def sheets(monkeypatch: pytest.MonkeyPatch, *resources: Json) -> dict[str, list[dict[str, str]]]:
    source, _whole = record_of(resources, "p1", monkeypatch)
    packed = zipfile.ZipFile(io.BytesIO(written(tables.write(taken(source)))))
    return {
        name: list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
        for name in packed.namelist()
    }


@pytest.mark.parametrize("patient", ["daniel-whitaker", "omar-haddad", "mateo-ortiz"])
def test_the_bundle_holds_every_entry_that_the_pages_show_as_it_was_sent(
    patient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = demo_people()[patient]
    source, whole = record_of(sent, patient, monkeypatch)
    found = json.loads(written(bundle.write(taken(source))))

    resources = [entry["resource"] for entry in found["entry"]]
    by_name = {(one["resourceType"], one.get("id")): one for one in resources}
    assert len(by_name) == len(resources)
    shown = {
        (part.kind.resource_type, logical_id)
        for part in whole.parts
        if part.sifted is not None
        for logical_id in part.sifted.by_id
        if "#" not in logical_id
    }
    assert shown <= by_name.keys()
    as_sent = {(one["resourceType"], one["id"]): one for one in sent}
    assert all(by_name[name] == json.loads(json.dumps(as_sent[name], default=float)) for name in shown)
    others = {name for name in by_name if name not in shown and name[0] != "Basic"}
    assert all(as_sent[name].get("status") != "entered-in-error" for name in others)
    assert len(others) <= sum(len(part.sifted.statements) for part in whole.parts if part.sifted is not None)


def test_a_judge_that_we_did_not_write_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    source, _whole = record_of(demo_people()["daniel-whitaker"], "daniel-whitaker", monkeypatch)

    judged = Bundle.model_validate_json(written(bundle.write(taken(source))))

    assert judged.type == "collection"
    assert len(judged.entry) > 300


def test_a_number_keeps_its_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    source, _whole = record_of([laboratory_result(id="r1")], "p1", monkeypatch)
    content = written(bundle.write(taken(source)))

    assert encode(laboratory_result(id="r1")) in content


def test_what_is_taken_back_and_anothers_stays_out_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = data(
        monkeypatch,
        immunization(),
        immunization(id="i2", status="entered-in-error"),
        immunization(id="i3", patient={"reference": "Patient/p2"}),
    )

    assert [entry["resource"]["resourceType"] for entry in found["entry"]] == ["Immunization", "Basic"]
    note = found["entry"][-1]["resource"]["text"]["div"]
    assert "1 removed by the clinic as a mistake" in note
    assert "1 not clearly about this patient" in note


def test_a_table_has_dates_codes_and_units_as_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    found = sheets(
        monkeypatch,
        laboratory_result(
            id="w1",
            effectiveDateTime="2026-11-12T08:15:00-05:00",
            valueQuantity={"value": 7.25, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
        ),
        immunization(occurrenceDateTime="2019"),
    )

    vaccines = found["immunizations.csv"]
    assert vaccines[0]["Date as recorded"] == "2019"
    assert vaccines[0]["Name"] == "Influenza, seasonal"
    measured = [row for rows in found.values() for row in rows if row.get("Unit") == "kg"]
    assert measured[0]["Value"] == "7.25"
    assert measured[0]["Date as recorded"] == "2026-11-12T08:15:00-05:00"
    assert "|" in measured[0]["Codes"]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+49 HYPERLINK", "-2+3", "@SUM(A1)", "\t=1", " =1", '=cmd|" /C calc"!A0']
)
def test_no_spreadsheet_calculates_what_a_record_says(cell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sheets(monkeypatch, allergy(code={"text": cell}))

    name = found["allergies.csv"][0]["Name"]
    assert name.startswith("'")
    assert name.endswith(cell.strip())


@pytest.mark.parametrize("number", ["-7.20", "+3", "-0"])
def test_a_plain_number_stays_one(number: str) -> None:
    assert safe(number) == number

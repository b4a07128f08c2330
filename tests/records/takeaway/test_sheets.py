"""Single sheets, and everything in one file."""

from __future__ import annotations

import io
import zipfile

import pytest
from pypdf import PdfReader

from records.takeaway import emergency, packed
from tests.records.taking import demo_people, record_of, taken, written
from tests.resources import allergy, condition, condition_clinical


def words(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_the_emergency_sheet_has_what_is_dangerous_and_what_is_current_and_a_card_for_the_wallet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, _whole = record_of(demo_people()["daniel-whitaker"], "daniel-whitaker", monkeypatch)
    sheet, card = words(written(emergency.write(taken(source, sections=emergency.SECTIONS))))

    assert "Penicillin: Could be serious or life-threatening" in sheet
    assert "Do not take" in sheet
    assert "Sertraline 100 mg tablet" in sheet
    assert "Type 2 diabetes" in sheet
    assert "Imani Cole, MD" in sheet or "care team" in sheet
    assert "Latex" not in sheet  # ruled out
    assert "Eggs" not in sheet  # past
    assert "Call first" in sheet
    assert "617-555-0142" in sheet
    assert "988" in card
    assert "Penicillin" in card
    assert "Sertraline 100 mg tablet" in card


def test_nothing_of_a_long_list_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [condition(id=f"c{n}", code={"text": f"Condition number {n}."}) for n in range(120)]
    past = condition(id="past", code={"text": "Chickenpox"}, clinicalStatus=condition_clinical("resolved"))
    source, _whole = record_of([*many, past, allergy()], "p1", monkeypatch)

    said = " ".join(words(written(emergency.write(taken(source, sections=emergency.SECTIONS)))))

    assert all(f"Condition number {n}." in said for n in range(120))
    assert "all 120 that are current" in said
    assert "Chickenpox" not in said


def test_everything_in_one_file_holds_every_form_and_the_original_documents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, _whole = record_of(demo_people()["lucia-ferrer"], "lucia-ferrer", monkeypatch)
    made = taken(source, documents="originals")
    held = zipfile.ZipFile(io.BytesIO(written(packed.write(made))))

    names = held.namelist()
    assert held.testzip() is None
    assert {
        "health-record.pdf",
        "health-record-page.html",
        "health-record-text.txt",
        "health-record-data.json",
    } <= set(names)
    assert "csv/allergies.csv" in names
    originals = [name for name in names if name.startswith("original-documents/")]
    assert len(originals) == len(set(originals)) > 0
    assert all(held.read(name) for name in originals)
    assert sum(one.count for one in made.outcomes) > 50

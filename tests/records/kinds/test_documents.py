"""Notes and documents: what they are, who wrote them, in which state they are, and which files they hold."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from records.documents.view import look_at, open_attachment
from records.fhir.fetched import Fetched
from records.fhir.reading import read
from records.kinds.attachments import AS_ITS_KIND
from records.kinds.base import Known
from records.kinds.documents import (
    DOC_STATUS,
    KIND,
    DocumentReference,
    attachments,
    file_title,
    reason_absent,
)
from records.words.rows import Telling
from tests.records.kinds.reading import asides_of, facts_of, head_of, place_of, row_of
from tests.resources import TERMINOLOGY, coded, document_reference

LOINC = "http://loinc.org"
HELLO = base64.b64encode(b"Hello").decode()
HIDDEN = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"},
    ]
}


def content(*found: dict[str, Any]) -> list[dict[str, Any]]:
    """A document's content of these attachments."""
    return [{"attachment": attachment} for attachment in found]


def document(**odd: Any) -> DocumentReference:
    """A document as it is read."""
    found, _set_aside = read(json.dumps(document_reference(**odd)).encode(), DocumentReference)
    return found


def test_a_document_says_its_kind_author_date_and_format() -> None:
    row = row_of(KIND, document_reference())

    assert row.title == "Progress note"
    assert row.who == "Dr. Ana Flores"
    assert row.when is not None
    assert (row.when.words, row.when.label) == ("October 5, 2024", "Recorded")
    assert asides_of(row) == ["Text, 5 bytes"]
    assert row.status is None
    assert row.line == ""


# ---------------------------------------------------------------- its name


@pytest.mark.parametrize(
    ("odd", "title"),
    [
        (
            {
                "type": {
                    "text": "Visit note",
                    "coding": [{"system": LOINC, "code": "11506-3", "display": "x"}],
                }
            },
            "Visit note",
        ),
        ({"type": coded(LOINC, "11506-3"), "description": "Seen at the clinic"}, "Seen at the clinic"),
        (
            {"type": None, "description": " ", "content": content({"title": "Letter", "data": HELLO})},
            "Letter",
        ),
        ({"type": coded(LOINC, "11506-3")}, "Progress note"),
        ({"type": coded(LOINC, "99999-9")}, "LOINC code 99999-9, without a name"),
        ({"type": coded(f"{TERMINOLOGY}v3-NullFlavor", "UNK", "unknown"), "description": "Letter"}, "Letter"),
    ],
)
def test_a_document_is_called_what_the_record_calls_it(odd: dict[str, Any], title: str) -> None:
    row = row_of(KIND, document_reference(**odd))

    assert row.title == title
    assert not row.title_missing


@pytest.mark.parametrize("type_", [None, coded(f"{TERMINOLOGY}v3-NullFlavor", "UNK", "unknown")])
def test_a_document_without_any_name_is_said_to_be_unnamed(type_: Any) -> None:
    row = row_of(KIND, document_reference(type=type_))

    assert row.title == "Unnamed document"
    assert row.title_missing


def test_the_name_of_a_downloaded_file_holds_no_words_that_could_be_a_persons() -> None:
    named = document(
        type=None, description="Maja Lindqvist", content=content({"title": "Lindqvist.pdf", "data": HELLO})
    )

    assert file_title(document()) == "Progress note 2024-10-05"
    assert file_title(named) == "Document 2024-10-05"


def test_a_description_stands_as_written_and_is_not_said_twice() -> None:
    assert (
        row_of(KIND, document_reference(description="Seen with her brother.")).verbatim
        == "Seen with her brother."
    )
    assert row_of(KIND, document_reference(type=None, description="Seen.")).verbatim == ""


# ---------------------------------------------------------------- its state


@pytest.mark.parametrize(
    ("odd", "heading", "status"),
    [
        ({}, "Current", None),
        ({"docStatus": "final"}, "Current", "Signed and final"),
        ({"docStatus": "amended"}, "Current", "Changed after signing"),
        ({"docStatus": "preliminary"}, "Drafts", "Draft, not signed"),
        ({"docStatus": "dictated"}, "Current", "dictated (status not known to this page)"),
        ({"status": "superseded"}, "Older versions", "A newer version exists"),
        ({"status": "superseded", "docStatus": "preliminary"}, "Older versions", "A newer version exists"),
        ({"status": "resting"}, "Other", "resting (status not known to this page)"),
        ({"status": None}, "Other", "Status not recorded"),
        ({"status": None, "_status": HIDDEN}, "Other", "Hidden by the clinic"),
    ],
)
def test_a_document_stands_where_its_state_puts_it(
    odd: dict[str, Any], heading: str, status: str | None
) -> None:
    row = row_of(KIND, document_reference(**odd))

    assert place_of(KIND, document_reference(**odd)) == heading
    assert (str(row.status.words) if row.status else None) == status


@pytest.mark.parametrize(
    ("odd", "taken_back"),
    [
        ({}, False),
        ({"docStatus": "final"}, False),
        ({"status": "entered-in-error"}, True),
        ({"docStatus": "entered-in-error"}, True),
    ],
)
def test_a_document_that_was_taken_back_is_told_from_one_that_was_not(
    odd: dict[str, Any], taken_back: bool
) -> None:
    assert head_of(KIND, document_reference(**odd)).is_entered_in_error is taken_back


def test_an_older_version_still_says_whether_it_was_signed() -> None:
    row = row_of(KIND, document_reference(status="superseded", docStatus="final"))

    assert facts_of(row)["This version"] == str(DOC_STATUS["final"].words)


def test_what_a_document_replaces_adds_to_or_signs_is_in_words() -> None:
    relations = [
        {"code": "replaces", "target": {"reference": "DocumentReference/d0", "display": "Note of October 1"}},
        {"code": "appends", "target": {"reference": "DocumentReference/d1"}},
        {"code": "signs", "target": {"display": "Consent"}},
        {"code": "transforms", "target": {"display": "Letter"}},
        {"code": "mirrors", "target": {"display": "Plan"}},
    ]

    facts = facts_of(row_of(KIND, document_reference(relatesTo=relations)))

    assert facts["Replaces"] == "Note of October 1"
    assert facts["Adds to"] == "Another document"
    assert facts["Signs"] == "Consent"
    assert facts["Is another form of"] == "Letter"
    assert facts["Goes with"] == "Plan (mirrors)"


# ---------------------------------------------------------------- who and when


def test_several_authors_are_all_named_and_looked_up_where_only_pointed_to() -> None:
    authors = [
        {"reference": "Practitioner/dr2"},
        {"reference": "Organization/o1", "display": "Harbor Clinic"},
    ]
    along = {
        ("Practitioner", "dr2"): {
            "resourceType": "Practitioner",
            "id": "dr2",
            "name": [{"text": "Tom Reyes"}],
        }
    }

    assert row_of(KIND, document_reference(author=authors), along).who == "Tom Reyes, Harbor Clinic"


def test_a_document_by_the_patient_says_so() -> None:
    assert row_of(KIND, document_reference(author=[{"reference": "Patient/p1"}])).who == "The patient"


def test_a_missing_author_and_date_are_said_to_be_missing() -> None:
    row = row_of(KIND, document_reference(author=None, date=None, _date=HIDDEN))

    assert row.who == "Author not recorded"
    assert row.when is not None
    assert (row.when.words, row.when.iso) == ("Recorded: hidden by the clinic", "")
    facts = facts_of(row)
    assert (facts["Written by"], facts["Recorded on"]) == ("Not recorded", "Hidden by the clinic")


def test_a_document_without_a_date_goes_by_its_visit() -> None:
    visit = {"period": {"start": "2024-09", "end": "2024-10"}}
    undated = document_reference(date=None, context=visit)

    row = row_of(KIND, undated)

    assert row.when is not None
    assert (row.when.words, row.when.label) == ("September 2024", "Visit")
    assert KIND.date_of(head_of(KIND, undated)) == "2024-09"  # type: ignore[arg-type]  # this kind's own head
    assert facts_of(row)["Time of the visit"] == "September 2024 to October 2024"


def test_where_it_belongs_and_who_keeps_it_is_told() -> None:
    found = document_reference(
        authenticator={"display": "Imani Cole, MD"},
        custodian={"display": "Harbor Clinic"},
        securityLabel=[coded(f"{TERMINOLOGY}v3-Confidentiality", "R")],
        masterIdentifier={"value": "D-1"},
        identifier=[{"value": "D-1"}, {"value": "D-2"}],
        context={
            "encounter": [{"reference": "Encounter/e1", "display": "Visit of October 5"}],
            "event": [{"text": "Psychotherapy"}],
            "facilityType": {"text": "Outpatient clinic"},
            "practiceSetting": {"text": "Psychiatry"},
            "related": [{"reference": "CarePlan/c1"}],
        },
    )

    facts = facts_of(row_of(KIND, found))

    assert facts["Group of documents"] == "Clinical Note"
    assert facts["Checked by"] == "Imani Cole, MD"
    assert facts["Kept by"] == "Harbor Clinic"
    assert facts["Kind of place"] == "Outpatient clinic"
    assert facts["Field of care"] == "Psychiatry"
    assert facts["What it is about"] == "Psychotherapy"
    assert facts["Visit"] == "Visit of October 5"
    assert facts["Belongs together with"] == "Recorded, details not available"
    assert facts["Confidentiality"] == "Restricted: more sensitive than usual"
    assert facts["Document number"] == "D-1, D-2"


# ---------------------------------------------------------------- its files


def test_each_file_has_a_number_a_format_and_a_size() -> None:
    found = document_reference(
        content=content(
            {"contentType": "application/pdf", "url": "Binary/1", "size": 84_210, "title": "Letter"},
            {"contentType": "text/html; charset=utf-8", "data": HELLO},
            {"contentType": "image/jpeg", "url": "Binary/2"},
            {"contentType": "application/x-odd", "url": "Binary/3"},
            {"url": "Binary/4"},
        )
    )

    row = row_of(KIND, found)

    assert [(f.number, str(f.title), str(f.format_words), str(f.size_words)) for f in row.files] == [
        (1, "Letter", "PDF", "84 kB"),
        (2, "Progress note", "Web page", "5 bytes"),
        (3, "Progress note", "Image", ""),
        (4, "Progress note", "File of an unknown kind", ""),
        (5, "Progress note", "File of an unknown kind", ""),
    ]
    assert asides_of(row) == ["PDF, Web page, Image, File of an unknown kind"]


def test_file_n_is_attachment_n_even_where_one_between_is_missing() -> None:
    found = document(content=[{"attachment": {"url": "Binary/1"}}, {}, {"attachment": {"url": "Binary/3"}}])

    assert [attachment.url for attachment in attachments(found)] == ["Binary/1", None, "Binary/3"]
    assert [file.number for file in KIND.to_row(found, _nobody()).files] == [1, 2, 3]


def test_a_file_that_says_nothing_of_its_format_is_looked_at() -> None:
    data = base64.b64encode(b"%PDF-1.4\n1 0 obj").decode()

    assert asides_of(row_of(KIND, document_reference(content=content({"data": data})))) == ["PDF, 16 bytes"]


def test_xml_laid_out_as_c_cda_is_called_so() -> None:
    layout = {"code": "urn:hl7-org:sdwg:ccda-structuredBody:2.1"}
    found = [{"attachment": {"contentType": "text/xml", "url": "Binary/1"}, "format": layout}]

    assert asides_of(row_of(KIND, document_reference(content=found))) == ["C-CDA document"]


def test_xml_that_begins_as_c_cda_is_called_so() -> None:
    data = base64.b64encode(b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">').decode()
    found = document_reference(content=content({"contentType": "text/xml", "data": data}))

    assert asides_of(row_of(KIND, found)) == ["C-CDA document, 62 bytes"]


def test_an_attachment_of_nothing_is_a_problem_with_its_reason() -> None:
    row = row_of(
        KIND, document_reference(content=content({"contentType": "application/pdf", "_data": HIDDEN}))
    )

    assert (row.line, row.line_telling) == ("Nothing is attached", Telling.ABSENT)
    assert [str(file.problem) for file in row.files] == ["Nothing is attached: hidden by the clinic"]


def test_a_document_without_content_says_that_nothing_is_attached() -> None:
    row = row_of(KIND, document_reference(content=None))

    assert row.files == ()
    assert (row.line, row.line_telling) == ("Nothing is attached", Telling.ABSENT)


def test_every_document_of_others_becomes_a_row_whose_files_open(shared: Path) -> None:
    """Every DocumentReference of the shared data, by its own bytes."""

    def binary(_url: str, content_type: str | None) -> Fetched:
        return Fetched(content=b"Hello", content_type=content_type or "")

    opened = 0
    for resource in documents_of(shared / "data"):
        found, set_aside = read(json.dumps(resource).encode(), DocumentReference)
        row = KIND.to_row(found, _nobody())
        assert set_aside == ()
        assert row.title
        assert len(row.files) == len(resource["content"])
        for attachment in attachments(found):
            view = open_attachment(
                attachment, binary, file_title(found), reason=reason_absent(attachment)
            ).view
            assert view.kind != "none" or view.notice is not None
            opened += 1
    if not opened:
        pytest.skip("there are no documents in the shared data")


def documents_of(folder: Path) -> list[dict[str, Any]]:
    """Every DocumentReference in the bundles and files of a folder."""
    found: list[dict[str, Any]] = []
    for path in sorted(folder.rglob("*.json")):
        whole = json.loads(path.read_bytes())
        inside = (
            [entry.get("resource", {}) for entry in whole.get("entry", [])] if isinstance(whole, dict) else []
        )
        found += [
            r
            for r in [whole, *inside]
            if isinstance(r, dict) and r.get("resourceType") == "DocumentReference"
        ]
    return found


def test_what_is_attached_inline_is_what_is_opened() -> None:
    attached = attachments(document())[0]

    view = open_attachment(attached, lambda _url, _type: Fetched(b"", ""), file_title(document())).view

    assert (view.text, view.file_name) == ("Hello", "Progress note 2024-10-05.txt")
    assert look_at(b"Hello", attached.contentType, "Note").kind == "text"


def _nobody() -> Known:
    return Known(patient="p1", base="https://fhir.example/fhir-request/")


def test_a_layout_that_says_nothing_beyond_the_kind_of_file_is_put_in_words() -> None:
    plain = {
        "system": "urn:oid:1.3.6.1.4.1.19376.1.2.3",
        "code": AS_ITS_KIND,
        "display": "mimeType Sufficient",
    }
    other = {**plain, "code": "urn:ihe:pcc:apr:handp:2008", "display": "APR"}

    def told(layout: dict[str, str]) -> str:
        content = [{"attachment": {"contentType": "text/plain", "data": "aGk="}, "format": layout}]
        return facts_of(row_of(KIND, document_reference(content=content)))["How the file is laid out"]

    assert told(plain) == "As other files of its kind"
    assert told(other) == "APR"

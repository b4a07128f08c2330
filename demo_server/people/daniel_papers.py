"""Papers that other places sent about Daniel, one of each format that an office receives."""

from __future__ import annotations

import io
import zipfile

from PIL import Image, ImageDraw, ImageFont

from demo_server.people.base import Resource
from demo_server.people.building import concept, document
from demo_server.people.days import Days
from demo_server.people.files import attachment
from demo_server.people.places import BAYVIEW, IMANI, PRIYA

STAY = 1597

DISCHARGE = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <realmCode code="US"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.8" extension="2015-08-01"/>
  <id root="2.16.840.1.113883.19.5" extension="bayview-77120"/>
  <code code="18842-5" codeSystem="2.16.840.1.113883.6.1" displayName="Discharge summary"/>
  <title>Discharge summary</title>
  <effectiveTime value="{written}"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="en-US"/>
  <recordTarget><patientRole>
    <id root="2.16.840.1.113883.19.5.99" extension="BV-5512908"/>
    <patient>
      <name><given>Daniel</given><given>J.</given><family>Whitaker</family><suffix>Jr.</suffix></name>
      <administrativeGenderCode code="M" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="{born}"/>
    </patient>
  </patientRole></recordTarget>
  <author><time value="{written}"/><assignedAuthor><id nullFlavor="NI"/>
    <assignedPerson><name><given>Arthur</given><family>Kessler</family><suffix>MD</suffix></name></assignedPerson>
    <representedOrganization><name>Bayview Community Hospital</name></representedOrganization>
  </assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization>
    <id nullFlavor="NI"/><name>Bayview Community Hospital</name>
  </representedCustodianOrganization></assignedCustodian></custodian>
  <informationRecipient><intendedRecipient>
    <receivedOrganization><name>Harbor Lane Behavioral Health</name></receivedOrganization>
  </intendedRecipient></informationRecipient>
  <componentOf><encompassingEncounter>
    <effectiveTime><low value="{admitted}"/><high value="{left}"/></effectiveTime>
  </encompassingEncounter></componentOf>
  <component><structuredBody>
    <component><section>
      <code code="8648-8" codeSystem="2.16.840.1.113883.6.1"/><title>Hospital course</title>
      <text>
        <paragraph>Mr. Whitaker came through the emergency department with pain in the left flank
          since the night before. An ultrasound showed a stone of 7 mm. It was crushed with sound waves on the
          second day, without trouble.</paragraph>
        <paragraph>He was <content styleCode="Bold">free of pain</content> when he went home, and passed fragments
          of the stone.<footnoteRef IDREF="fn1"/></paragraph>
        <footnote ID="fn1">Sent to the laboratory: calcium oxalate.</footnote>
      </text>
    </section></component>
    <component><section>
      <code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/><title>Allergies and adverse reactions</title>
      <text><table>
        <thead><tr><th>Substance</th><th>Reaction</th><th>Severity</th><th>Noted</th></tr></thead>
        <tbody>
          <tr><td>Penicillin G</td><td>Swelling of throat, difficulty breathing</td><td>Severe</td><td>1994</td></tr>
          <tr><td>Adhesive tape</td><td>Rash</td><td/><td/></tr>
        </tbody>
      </table></text>
    </section></component>
    <component><section>
      <code code="10183-2" codeSystem="2.16.840.1.113883.6.1"/><title>Medications at discharge</title>
      <text><paragraph>Home medications were continued. One was added and has an end.</paragraph><table>
        <thead><tr><th>Medication</th><th>Dose</th><th>Route</th><th>How often</th><th>Start</th><th>End</th>
          <th>Instructions</th></tr></thead>
        <tbody>
          <tr><td>lisinopril 10 mg oral tablet</td><td>10 mg</td><td>By mouth</td><td>Once a day</td><td>2016</td>
            <td/><td/></tr>
          <tr><td>tamsulosin 0.4 mg oral capsule</td><td>0.4 mg</td><td>By mouth</td><td>At bedtime</td>
            <td>{left_us}</td><td>{end_us}</td><td>Stand up slowly. Stop after four weeks.</td></tr>
        </tbody>
      </table></text>
    </section></component>
    <component><section>
      <code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/><title>Results</title>
      <text><table>
        <caption>Blood count</caption>
        <thead>
          <tr><th rowspan="2">Test</th><th colspan="2">At admission</th><th colspan="2">At discharge</th>
            <th rowspan="2">Reference range</th></tr>
          <tr><th>Value</th><th>Flag</th><th>Value</th><th>Flag</th></tr>
        </thead>
        <tbody>
          <tr><th>Hemoglobin</th><td>13.8 g/dL</td><td/><td>13.9 g/dL</td><td/><td>13.5–17.5</td></tr>
          <tr><th>White cells</th><td>12.4 10*3/uL<sup>1</sup></td><td>H</td><td>9.1 10*3/uL</td><td/>
            <td>4.5–11.0</td></tr>
        </tbody>
      </table><paragraph><sup>1</sup> Counted by hand.</paragraph></text>
    </section></component>
    <component><section>
      <code code="18776-5" codeSystem="2.16.840.1.113883.6.1"/><title>Plan of treatment</title>
      <text><list><item>Drink two liters of water a day.</item><item>See Priya Raman, NP, within two weeks.</item>
      </list></text>
    </section></component>
    <component><section>
      <code code="8716-3" codeSystem="2.16.840.1.113883.6.1"/><title>Vital signs</title>
      <text>Blood pressure 142/86, pulse 88<br/>Temperature 98.4 °F</text>
    </section></component>
    <component><section nullFlavor="NASK">
      <code code="11369-6" codeSystem="2.16.840.1.113883.6.1"/><title>Immunizations</title><text/>
    </section></component>
    <component><section>
      <code code="46264-8" codeSystem="2.16.840.1.113883.6.1"/><title>Medical equipment</title>
      <entry><supply classCode="SPLY" moodCode="EVN">
        <code code="303619009" codeSystem="2.16.840.1.113883.6.96" displayName="Ureteric stent"/>
        <effectiveTime value="{admitted}"/><statusCode code="completed"/>
      </supply></entry>
    </section></component>
  </structuredBody></component>
</ClinicalDocument>
"""


REFERRAL = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Helvetica;}}\f0\fs24 {\b Referral to the sleep clinic}\par\par "
    r"Dear colleagues,\par\par Mr. Whitaker wakes at four each night. Please see him for a sleep study.\par "
    r"He takes sertraline 100 mg in the morning.\par\par Priya Raman, NP\par}"
)

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org"


def word_letter(*paragraphs: str) -> bytes:
    """A Word document; the first paragraph is bold."""
    lines = "".join(
        f"<w:p><w:r>{'' if number else '<w:rPr><w:b/></w:rPr>'}<w:t>{words}</w:t></w:r></w:p>"
        for number, words in enumerate(paragraphs)
    )
    types = (
        f'<Types xmlns="{_OFFICE}/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    links = (
        f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1" Type='
        f'"{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as held:
        for name, text in (
            ("[Content_Types].xml", types),
            ("_rels/.rels", links),
            ("word/document.xml", f'<w:document xmlns:w="{_WORD}"><w:body>{lines}</w:body></w:document>'),
        ):
            # Without the clock's time, so that the same demo is the same bytes.
            held.writestr(zipfile.ZipInfo(name), text)
    return out.getvalue()


def fax(*pages: str) -> bytes:
    """A TIFF of black and white pages, as a fax machine sends them. `pages`: the words of each, lines ended by \\n."""
    sheets = []
    for words in pages:
        sheet = Image.new("1", (1275, 1650), 1)
        ImageDraw.Draw(sheet).multiline_text(
            (120, 140), words, fill=0, font=ImageFont.load_default(36), spacing=18
        )
        sheets.append(sheet)
    out = io.BytesIO()
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:], compression="group4")
    return out.getvalue()


def papers(me: str, days: Days) -> list[Resource]:
    """DocumentReferences for what came from elsewhere."""

    def hl7(ago: int) -> str:
        return days.day(ago).replace("-", "")

    def american(ago: int) -> str:
        year, month, day = days.day(ago).split("-")
        return f"{month}/{day}/{year}"

    discharge = DISCHARGE.format(
        written=hl7(STAY - 1),
        born=days.born(58, 3, 9).replace("-", ""),
        admitted=hl7(STAY + 3),
        left=hl7(STAY),
        left_us=american(STAY),
        end_us=american(STAY - 28),
    )
    return [
        document(
            me,
            "daniel-paper-discharge",
            "18842-5",
            [attachment(discharge.encode(), "application/hl7-cda+xml", title="Discharge summary")],
            when=days.moment(STAY - 1, "14:05"),
            authors=[BAYVIEW],
            encounter="daniel-visit-hospital-1600",
        ),
        document(
            me,
            "daniel-paper-referral",
            concept(text="Referral"),
            [attachment(REFERRAL.encode("latin-1"), "application/rtf", title="Referral")],
            when=days.moment(40, "09:20"),
            authors=[PRIYA],
        ),
        document(
            me,
            "daniel-paper-fax",
            concept(text="Laboratory fax"),
            [
                attachment(
                    fax(
                        "Bayview Community Hospital\nLaboratory, by fax\n\nHemoglobin A1c   6.9 %\nLipids: see page 2",
                        "Page 2\n\nTotal cholesterol   188 mg/dL\nLDL                 112 mg/dL",
                    ),
                    "image/tiff",
                    title="Laboratory fax",
                )
            ],
            when=days.moment(70, "15:45"),
            authors=[BAYVIEW],
            description="Laboratory fax",
        ),
        document(
            me,
            "daniel-paper-letter",
            "68609-7",
            [
                attachment(
                    word_letter(
                        "Letter for the employer",
                        "Mr. Whitaker is in treatment here and can work.",
                        "Please let him begin at nine on Tuesdays, when he has his session.",
                        "Imani Cole, MD",
                    ),
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    title="Letter for the employer",
                )
            ],
            when=days.moment(26, "12:10"),
            authors=[IMANI],
            description="Letter for the employer",
        ),
    ]

"""What a document costs on the page of its entry, where everything is fetched: processor time of whole requests.

A C-CDA document of 900 kB beside lxml's bare parse of its bytes, and a note of 10 kB beside the same page without one.
"""

from __future__ import annotations

import base64
import re
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import generated
from benchmarks.figures import Benchmark, Figure, settle, timed
from benchmarks.portal import Reader, portal

LIMITS = {"c-cda": 6.0, "note": 1.1}
C_CDA_BYTES = 900_000
NOTE_BYTES = 10_000
MEDICINE = (
    "<entry typeCode='DRIV'><substanceAdministration classCode='SBADM' moodCode='EVN'>"
    "<templateId root='2.16.840.1.113883.10.20.22.4.16'/>"
    "<templateId root='2.16.840.1.113883.10.20.22.4.16' extension='2014-06-09'/><id root='{number}'/>"
    "<code code='CONC' codeSystem='2.16.840.1.113883.5.6'/><text><reference value='#m{number}'/></text>"
    "<statusCode code='active'/><effectiveTime xsi:type='IVL_TS'><low value='20230105'/><high nullFlavor='UNK'/>"
    "</effectiveTime><effectiveTime xsi:type='PIVL_TS' institutionSpecified='true' operator='A'><period value='24'"
    " unit='h'/></effectiveTime><routeCode code='C38288' codeSystem='2.16.840.1.113883.3.26.1.1' displayName='ORAL'/>"
    "<doseQuantity value='1' unit='{{tbl}}'/><consumable><manufacturedProduct classCode='MANU'>"
    "<templateId root='2.16.840.1.113883.10.20.22.4.23' extension='2014-06-09'/><id root='{number}'/>"
    "<manufacturedMaterial><code code='197361' codeSystem='2.16.840.1.113883.6.88' displayName='Invented 5 mg'>"
    "<originalText><reference value='#m{number}'/></originalText><translation code='329528'"
    " codeSystem='2.16.840.1.113883.6.88' displayName='Invented 5 MG Oral Tablet'/></code></manufacturedMaterial>"
    "<manufacturerOrganization><name>Invented</name></manufacturerOrganization></manufacturedProduct></consumable>"
    "<author><templateId root='2.16.840.1.113883.10.20.22.4.119'/><time value='202301051000-0500'/><assignedAuthor>"
    "<id root='2.16.840.1.113883.4.6' extension='0000000000'/><code code='207Q00000X' displayName='Family Medicine'/>"
    "<assignedPerson><name><given>Invented</given><family>Clinician</family></name></assignedPerson></assignedAuthor>"
    "</author><entryRelationship typeCode='SUBJ' inversionInd='true'><act classCode='ACT' moodCode='INT'>"
    "<templateId root='2.16.840.1.113883.10.20.22.4.20' extension='2014-06-09'/><code code='171044003'"
    " codeSystem='2.16.840.1.113883.6.96'/><text><reference value='#m{number}'/></text><statusCode code='completed'/>"
    "</act></entryRelationship></substanceAdministration></entry>"
)
"""As large, beside its row of the narrative, as vendors write it: the words are a tenth of a file."""
ROW = (
    "<tr ID='m{number}'><td><content styleCode='Bold'>Invented {number}</content></td><td>5 mg by mouth<br/>every"
    " morning</td><td>2023-01-05</td><td>active</td><td>Invented Clinician, MD</td></tr>"
)
TABLE = (
    "<component><section><code code='{code}'/><title>Part {part}</title><text><table><thead><tr><th>Name</th><th>How"
    "</th><th>Since</th><th>Status</th><th>By</th></tr></thead><tbody>{rows}</tbody></table><paragraph>As told by the"
    " patient &amp; the family.</paragraph></text>{entries}</section></component>"
)
DOCUMENT = (
    "<?xml version='1.0' encoding='UTF-8'?><ClinicalDocument xmlns='urn:hl7-org:v3'"
    " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'><title>Summary</title><effectiveTime value='20240105'/>"
    "<recordTarget><patientRole><patient><name>{name}</name></patient></patientRole></recordTarget>"
    "<component><structuredBody>{body}</structuredBody></component></ClinicalDocument>"
)
PARTS = 12


def c_cda() -> bytes:
    """A document of the size: parts of tables, with codes beside each row, as vendors write them."""
    one = len(MEDICINE) + len(ROW)
    rows = C_CDA_BYTES // (one * PARTS)
    parts = (
        TABLE.format(
            code="10160-0" if part == 0 else "8716-3",
            part=part,
            rows="".join(ROW.format(number=f"{part}-{row}") for row in range(rows)),
            entries="".join(MEDICINE.format(number=f"{part}-{row}") for row in range(rows)),
        )
        for part in range(PARTS)
    )
    return DOCUMENT.format(name=generated.PATIENT_NAME, body="".join(parts)).encode()


def note() -> bytes:
    """Plain text of the size, in lines."""
    line = "She slept well and went for a walk; the plan stays as it is.\n"
    return (line * (NOTE_BYTES // len(line))).encode()


def write(folder: Path) -> None:
    """A person with three documents: the C-CDA, apart as servers keep them, the note, and a file that does not stand in
    a page."""
    summary = base64.b64encode(c_cda()).decode()
    files = {
        "summary": {"contentType": "text/xml", "url": "Binary/summary"},
        "note": {"contentType": "text/plain", "data": base64.b64encode(note()).decode()},
        "scan": {"contentType": "application/pdf", "url": "Binary/scan"},
    }
    documents = [
        {
            "resourceType": "DocumentReference",
            "id": name,
            "status": "current",
            "type": {"text": name.title()},
            "subject": {"reference": f"Patient/{generated.PATIENT}"},
            "date": "2024-01-05T10:00:00Z",
            "content": [{"attachment": attachment}],
        }
        for name, attachment in files.items()
    ]
    binary = {"resourceType": "Binary", "id": "summary", "contentType": "text/xml", "data": summary}
    generated.write_person(folder, [*documents, binary])


def address(reader: Reader, name: str) -> str:
    """Where a document's own page is, below the overview."""
    page = reader.get("documents/").content.decode()
    found = re.search(
        rf'href="{re.escape(reader.overview)}(documents/[A-Za-z0-9_-]{{24,}}/)"[^>]*><bdi[^>]*>{name}', page
    )
    assert found is not None, f"{name} is not in the list"
    return found[1]


def run(quick: bool) -> list[Figure]:
    """Each page several times in turn with what stands beside it."""
    from lxml import etree

    runs = 5 if quick else 15
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder))
        with portal(DEMO_DATA=folder) as here:
            reader = here.sign_in(generated.PATIENT)
            pages = {name: partial(reader.get, address(reader, name)) for name in ("Summary", "Note", "Scan")}
            for page in (*pages.values(), *pages.values()):
                page()
            assert b"As told by the" in pages["Summary"]().content
            assert b"went for a walk" in pages["Note"]().content
            settle()
            content = c_cda()
            parse = partial(etree.fromstring, content)
            opened = [(spent(pages["Summary"]), spent(parse)) for _ in range(runs)]
            noted = [(spent(pages["Note"], 5), spent(pages["Scan"], 5)) for _ in range(runs)]
    return [
        timed(
            f"a C-CDA of {len(content) / 1000:,.0f} kB on its page: CPU",
            opened,
            beside="lxml.etree.fromstring",
            limit=LIMITS["c-cda"],
        ),
        timed("a page with a note of 10 kB: CPU", noted, beside="without", limit=LIMITS["note"]),
    ]


def spent(call: Callable[[], object], times: int = 1) -> float:
    """Seconds of processor time of a call."""
    started = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - started) / times


BENCHMARK = Benchmark(
    name="documents",
    says="A document on its page costs little more than reading it.",
    limits=LIMITS,
    run=run,
)

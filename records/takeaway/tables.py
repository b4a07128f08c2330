"""Spreadsheets: one table (CSV, RFC 4180) for each section, in one zip. Codes, units and dates as recorded.

Safe against formulas: what a spreadsheet would calculate begins with an apostrophe. UTF-8 with the sign at its start
by which Excel knows it.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _now

from records.takeaway import told, wordings
from records.takeaway.taken import Entry, Part, Taken

MARK = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
RATHER_NUMBERS = frozenset("0123456789.,-+ ")
DATES: tuple[str, ...] = (
    "effectiveDateTime",
    "occurrenceDateTime",
    "onsetDateTime",
    "performedDateTime",
    "authoredOn",
    "recordedDate",
)
DATES += ("date", "created", "issued", "startDate", "birthDate")
PERIODS = ("effectivePeriod", "period", "performedPeriod", "onsetPeriod")
CODES = ("code", "medicationCodeableConcept", "vaccineCode", "type", "category", "description")


def write(taken: Taken) -> Iterator[bytes]:
    """A zip with a table for each section and one that says what is in and what is not."""
    with tempfile.SpooledTemporaryFile(max_size=16 * 1024 * 1024) as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for part in taken.parts:
                packed.writestr(f"{part.slug.replace('/', '-')}.csv", table(part))
            packed.writestr(wordings.about_name() + ".csv", about(taken))
        out.seek(0)
        while piece := out.read(1 << 20):
            yield piece


def table(part: Part) -> bytes:
    """The table of a section: what is asked of every entry, then a column for each label that its entries have."""
    first = [
        _now("Name"),
        _now("Heading"),
        _now("Date as recorded"),
        _now("Date"),
        _now("Status"),
        _now("Value"),
        _now("Unit"),
        _now("Mark"),
        _now("Usual range"),
        _now("Codes"),
        _now("Further"),
    ]
    rows: list[tuple[list[str], dict[str, str]]] = []
    labels: dict[str, None] = {}
    for group in part.groups():
        heading = group.title
        for entry in (*((group.report,) if group.report is not None else ()), *group.entries):
            plain, more = _row(entry, heading)
            # A column that is there already is named apart, so that none stands twice.
            more = {
                _now("%s, as told") % label if label in first else label: said for label, said in more.items()
            }
            labels.update(dict.fromkeys(more))
            rows.append((plain, more))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([safe(one) for one in (*first, *labels)])
    for plain, more in rows:
        writer.writerow([safe(one) for one in (*plain, *(more.get(label, "") for label in labels))])
    return (MARK + out.getvalue()).encode("utf-8", "replace")


def safe(cell: str) -> str:
    """A cell that no spreadsheet calculates. A plain number stays one, a negative one too."""
    if not cell.lstrip().startswith(FORMULA) or (set(cell) <= RATHER_NUMBERS and _is_number(cell)):
        return cell
    return f"'{cell}"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _row(entry: Entry, heading: str) -> tuple[list[str], dict[str, str]]:
    row, tree = entry.row, _tree(entry.raw)
    measure = row.measure
    said = {
        str(row.title),
        str(row.status.words) if row.status is not None else "",
        str(row.when.words) if row.when is not None else "",
    }
    value, further = _now("Value"), list[str]()
    more: dict[str, str] = {}
    for line in told.lines(entry):
        label = _now("Value as shown") if line.label == value else line.label
        if label:
            more[label] = f"{more[label]}\n{line.value}" if label in more else line.value
        elif line.value not in said:
            further.append(line.value)
    for document in entry.documents:
        words = "\n".join(filter(None, (document.title, document.about, document.why_not)))
        further.append(words)
    plain = [
        str(row.title),
        heading,
        recorded(tree),
        str(row.when.words) if row.when is not None else "",
        str(row.status.words) if row.status is not None else "",
        *quantity(tree, str(measure.value) if measure is not None else ""),
        str(measure.flag.words) if measure is not None and measure.flag is not None else "",
        str(measure.usual_range) if measure is not None else "",
        codes(tree),
        "\n".join(further),
    ]
    return plain, more


def _tree(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw, parse_float=str, parse_int=str) if raw else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def quantity(tree: dict[str, Any], said: str) -> tuple[str, str]:
    """A value and its unit as they were sent; where it is no quantity, what is said of it."""
    sent = tree.get("valueQuantity")
    if not isinstance(sent, dict) or not isinstance(sent.get("value"), str):
        return said, ""
    return f"{sent.get('comparator') or ''}{sent['value']}", str(sent.get("unit") or sent.get("code") or "")


def recorded(tree: dict[str, Any]) -> str:
    """The date of an entry, sign by sign as it was sent."""
    for name in DATES:
        if isinstance(tree.get(name), str):
            return str(tree[name])
    for name in PERIODS:
        period = tree.get(name)
        if isinstance(period, dict):
            return "/".join(str(period.get(end) or "") for end in ("start", "end"))
    return ""


def codes(tree: dict[str, Any]) -> str:
    """The codes of an entry with their systems, each once."""
    found: dict[str, None] = {}
    for name in CODES:
        for concept in tree[name] if isinstance(tree.get(name), list) else [tree.get(name)]:
            coding = concept.get("coding") if isinstance(concept, dict) else None
            for one in coding if isinstance(coding, list) else ():
                if isinstance(one, dict) and one.get("code"):
                    found[f"{one.get('system') or ''}|{one['code']}"] = None
    return "\n".join(found)


def about(taken: Taken) -> bytes:
    """What is in, what is not, and why."""
    out = io.StringIO()
    writer = csv.writer(out)
    for label, value in wordings.cover(taken.cover):
        writer.writerow([safe(label), safe(value)])
    for sentence in wordings.cautions(taken.cover):
        writer.writerow([safe(sentence)])
    writer.writerow([_now("Section"), _now("In it"), _now("Of"), _now("Not in it, and why")])
    for one in taken.outcomes:
        total = "" if one.total is None else str(one.total)
        writer.writerow([safe(one.title), str(one.count), total, safe("; ".join(one.reasons))])
    return (MARK + out.getvalue()).encode("utf-8", "replace")

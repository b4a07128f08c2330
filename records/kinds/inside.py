"""Results that stand inside their report, read as results. FHIR R4 DiagnosticReport.result; references, 2.3.0.4.

What is contained has no existence of its own: whose it is, and mostly when it was and of what kind, its report says. It
is called by both ids, "report#local", which no entry of a server can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from django.utils import timezone

from records.fhir.bundle import Entry, Page
from records.fhir.compartment import is_id
from records.fhir.elements import CodeableConcept, Coding, Reference
from records.fhir.reading import NotReadable, read, tree
from records.kinds import observed, reports
from records.words.wording import placed

OBSERVATION = "Observation"
CATEGORIES = {
    reports.LABORATORY: "laboratory",
    reports.PATHOLOGY: "laboratory",
    reports.IMAGING: "imaging",
    reports.CLINICAL_TESTS: "clinical-test",
}
"""By the heading of a report, the category of a result in it that has none of its own."""

OWN = frozenset({observed.LABORATORY, observed.IMAGING, observed.CLINICAL_TESTS})
"""Sections in which results stand under their reports. What is inside a report never stands in another one."""

_encode = msgspec.json.Encoder(decimal_format="number").encode
Json = dict[str, Any]


class Inside(NamedTuple):
    """One result inside a report.

    `raw`: as it can be read by itself, with what its report says for it; `sent`: as it was sent. `head` for its place:
    its date is the report's where it has none.
    """

    id: str
    raw: bytes
    sent: bytes
    head: observed.ObservedHead

    @property
    def section(self) -> str:
        """The section where it stands."""
        return observed.section_of(self.head)


class Listed(NamedTuple):
    """The results inside the reports of one page, as a page of their own; `owners`: the place of the report of each."""

    page: Page
    results: tuple[Inside, ...]
    owners: tuple[int, ...]


def holder(logical_id: str | None, page: int, entry: int) -> str:
    """What a report is called in the ids of its results: its id; where it has none, its place."""
    return logical_id or f"?{page}.{entry}"


def parted(logical_id: str) -> tuple[str, str] | None:
    """The report's id and the local one, of a result inside a report that can be read by its id; else None."""
    report, sign, local_id = logical_id.partition("#")
    return (report, local_id) if sign and is_id(report) and is_id(local_id) else None


def pointed(reference: Reference, within: str) -> Reference:
    """A reference to a contained resource as one that leads there from outside, "Observation/report#local"."""
    if reference.reference is None or not reference.reference.startswith("#"):
        return reference
    return Reference(reference=f"{OBSERVATION}/{within}{reference.reference}")


def listed(answer: Page, number: int) -> Listed:
    """The results inside the reports of a page, whosever they are: that is looked at where they are placed."""
    return answer.once(("inside", number), lambda: _listed(answer, number))


def _listed(answer: Page, number: int) -> Listed:
    found: list[tuple[Entry, Inside, int]] = []
    for place, first in enumerate(answer.heads(reports.ReportHead)):
        if first is not None and reports.contains(first):
            entry = answer.entries[place]
            for one in inside(entry.raw, holder(first.id, number, place)):
                found.append((Entry(raw=msgspec.Raw(one.raw), mode=entry.mode, home=entry.home), one, place))
    page = Page(entries=tuple(entry for entry, _one, _place in found), next=None, total=None)
    return Listed(page, tuple(one for _e, one, _p in found), tuple(place for _e, _o, place in found))


def inside(raw: bytes | msgspec.Raw, within: str) -> list[Inside]:
    """The results inside one report, in their order there; empty where it cannot be read.

    Args:
        within: what the report is called, as `holder` says.
    """
    try:
        report, first = tree(raw), read(raw, reports.ReportHead)[0]
    except NotReadable:
        return []
    contained = report.get("contained") if isinstance(report, dict) else None
    every = [one for one in contained if isinstance(one, dict)] if isinstance(contained, list) else []
    return list(_results(every, report, first, within))


def _results(
    contained: Sequence[Json], report: Json, first: reports.ReportHead, within: str
) -> Iterator[Inside]:
    date = reports.date_of(first)
    category = CATEGORIES.get(reports.place(first))
    for number, one in enumerate(contained):
        if one.get("resourceType") != OBSERVATION:
            continue
        logical_id = f"{within}#{local_name(one, number)}"
        raw = _encode(_by_itself(one, report, contained, date) | {"id": logical_id})
        try:
            head = read(raw, observed.ObservedHead)[0]
        except NotReadable:
            continue
        if observed.section_of(head) not in OWN:
            coded = [Coding(code=category)] if category else []
            head = msgspec.structs.replace(head, category=[CodeableConcept(coding=coded)])
        if not observed.date_of(head):
            head = msgspec.structs.replace(head, issued=date)
        members = [pointed(member, within) for member in head.hasMember]
        yield Inside(logical_id, raw, _encode(one), msgspec.structs.replace(head, hasMember=members))


def local_name(one: Mapping[str, Any], number: int) -> str:
    """A contained resource's own id, without the sign that some write before it; its number where it has none."""
    own = one.get("id")
    said = own.removeprefix("#") if isinstance(own, str) else ""
    return said if is_id(said) else f"n.{number}"


def _by_itself(one: Json, report: Json, contained: Sequence[Json], date: str | None) -> Json:
    """A contained result with what its report says for it: whose it is, labels, additions, who stands beside it."""
    found = dict(one)
    own = found.get("subject")
    named = own.get("reference") if isinstance(own, dict) else None
    if not isinstance(named, str) or named.startswith("#"):
        found["subject"] = report.get("subject") or report.get("patient")
    found["meta"] = _both(report.get("meta"), one.get("meta"))
    found["contained"] = [_beside(other) for other in contained if other is not one]
    for name in ("modifierExtension", "extension"):
        more = report.get(name) if name == "modifierExtension" else [_date(date)] if date else []
        found[name] = [*_list(one.get(name)), *_list(more)]
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def _date(date: str) -> Json:
    return {"url": observed.REPORT_DATE, "valueDateTime": date}


def _both(outer: Any, inner: Any) -> Json:
    return {**(outer if isinstance(outer, dict) else {}), **(inner if isinstance(inner, dict) else {})}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _beside(other: Json) -> Json:
    """What else the report contains; of other results only what names them."""
    if other.get("resourceType") != OBSERVATION:
        return other
    return {name: other[name] for name in ("resourceType", "id", "code") if name in other}


def dated(head: observed.ObservedHead) -> tuple[str, str]:
    """Its day, or its report's, and the date as text that compares; both empty where there is none."""
    recorded = observed.date_of(head)
    return placed(recorded, timezone.get_current_timezone()) if recorded else ("", "")

"""What long lists stand on: whether a server does what a search asks, or answers 200 and ignores it.

FHIR R4 lets a server ignore a parameter that it does not know (3.1.1.2); one answers everything then, another nothing.
So each parameter is proved by what comes, and by what no longer comes. Nothing of the record is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from records.fhir import errors
from records.fhir.bundle import Mode, Page
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from records.fhir.reading import NotReadable, tree
from records.golive.conformance import SECONDS, how

LONG_BEFORE, SINCE_EVER = "lt1800-01-01", "ge1800-01-01"
NO_CATEGORY = "http://example.org/no-such-system|no-such-category"
MOST_FOLLOWED = 3

DATED: dict[str, tuple[str, ...]] = {
    "Observation": ("effectiveDateTime", "effectivePeriod", "effectiveInstant"),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod"),
    "DocumentReference": ("date",),
    "Encounter": ("period",),
    "Immunization": ("occurrenceDateTime",),
    "Procedure": ("performedDateTime", "performedPeriod"),
}
"""The types whose lists grow long, and the elements that `date` searches in. FHIR R4, search parameters."""

CATEGORIZED = ("Observation", "DiagnosticReport", "DocumentReference")


class Obeyed(Enum):
    """Whether a parameter does what it asks."""

    OBEYED = "obeyed"
    IGNORED = "IGNORED"
    REFUSED = "refused"
    NOT_TRIED = "not tried"


@dataclass(frozen=True, slots=True)
class Proof:
    """One parameter of one type. `means`: for the reader, where it is not obeyed. `is_grave`: a list may lie then."""

    resource_type: str
    parameter: str
    state: Obeyed
    came: str
    means: str = ""
    is_grave: bool = False


MEANS = {
    "_count": "Pages have the size that the server likes: more requests, and nothing is lost.",
    "_sort": "What is newest is only known when all of a list is there; the page says so.",
    "date": "A long list is loaded in one chain instead of several at once, and its entries come more than once.",
    "category": "A section asks for its own entries and gets all or none: it may look empty though it is not.",
    "paging": "A list ends after its first page, and nothing says that there is more.",
}
GRAVE = frozenset({"category", "paging"})


@dataclass
class _Prover:
    client: FhirClient
    patient: str
    resource_type: str

    def page(self, *parameters: tuple[str, str]) -> Page:
        self.client = replace(self.client, deadline=Deadline(SECONDS))
        return self.client.search(self.resource_type, [("patient", self.patient), *parameters])[1]

    def next(self, page: Page) -> Page:
        self.client = replace(self.client, deadline=Deadline(SECONDS))
        return self.client.follow(page.next or "", self.resource_type)[1]

    def proof(self, parameter: str, state: Obeyed, came: str) -> Proof:
        means = "" if state in {Obeyed.OBEYED, Obeyed.NOT_TRIED} else MEANS[parameter]
        is_grave = state is Obeyed.IGNORED and parameter in GRAVE
        return Proof(self.resource_type, parameter, state, came, means, is_grave)

    def attempt(self, parameter: str, prove: Callable[[], Proof]) -> Proof:
        if self.client.gate.seconds_shut():
            return self.proof(parameter, Obeyed.NOT_TRIED, "the server asked for a pause; run again later")
        try:
            return prove()
        except errors.UpstreamError as error:
            return self.proof(parameter, Obeyed.REFUSED, how(error))


def _matches(page: Page) -> list[dict[str, Any]]:
    found = []
    for entry in page.entries:
        if entry.mode is Mode.MATCH:
            try:
                one = tree(bytes(entry.raw))
            except NotReadable:
                continue
            if isinstance(one, dict):
                found.append(one)
    return found


def prove(client: FhirClient, patient: str) -> Iterator[Proof]:
    """Try each parameter with each type whose lists grow long.

    Args:
        client, patient: as of `conformance.run`.

    Yields:
        one proof for each. It never raises for what a server answers.
    """
    for resource_type in DATED:
        asking = _Prover(client, patient, resource_type)
        try:
            whole = asking.page()
        except errors.UpstreamError as error:
            yield asking.proof("date", Obeyed.REFUSED, f"the list itself: {how(error)}")
            continue
        entries = _matches(whole)
        more = len(entries) > 1 or whole.next is not None
        yield asking.attempt("_count", lambda: _count(asking, more))  # noqa: B023  (called at once)
        yield asking.attempt("paging", lambda: _paging(asking, more))  # noqa: B023
        yield asking.attempt("_sort", lambda: _sort(asking))  # noqa: B023
        yield asking.attempt("date", lambda: _date(asking, entries))  # noqa: B023
        if resource_type in CATEGORIZED:
            yield asking.attempt("category", lambda: _category(asking, entries))  # noqa: B023


def _count(asking: _Prover, more: bool) -> Proof:
    if not more:
        return asking.proof("_count", Obeyed.NOT_TRIED, "the record holds one at most")
    came = len(_matches(asking.page(("_count", "1"))))
    state = Obeyed.OBEYED if came == 1 else Obeyed.IGNORED
    return asking.proof("_count", state, f"asked for pages of 1, got {came}")


def _paging(asking: _Prover, more: bool) -> Proof:
    """Pages that lead on, to others: `next` follows until a second entry is seen."""
    if not more:
        return asking.proof("paging", Obeyed.NOT_TRIED, "the record holds one at most")
    page = asking.page(("_count", "1"))
    seen = {one.get("id") for one in _matches(page)}
    if len(seen) > 1 and page.next is None:
        return asking.proof("paging", Obeyed.NOT_TRIED, "all came on one page")
    for _ in range(MOST_FOLLOWED):
        if page.next is None:
            break
        page = asking.next(page)
        if {one.get("id") for one in _matches(page)} - seen:
            return asking.proof("paging", Obeyed.OBEYED, "the next page brings others")
    came = (
        "no link to a next page, though there are more"
        if page.next is None
        else "next pages bring nothing new"
    )
    return asking.proof("paging", Obeyed.IGNORED, came)


def _dates(entries: list[dict[str, Any]], resource_type: str) -> list[str]:
    """The first ten characters of each date: enough to compare, whatever the zone."""
    found = []
    for one in entries:
        for name in DATED[resource_type]:
            value = one.get(name)
            if isinstance(value, dict):
                value = value.get("start")
            if isinstance(value, str) and len(value) >= 10:
                found.append(value[:10])
    return found


def _sort(asking: _Prover) -> Proof:
    down = _dates(_matches(asking.page(("_sort", "-date"))), asking.resource_type)
    up = _dates(_matches(asking.page(("_sort", "date"))), asking.resource_type)
    if len(set(down)) < 2:
        return asking.proof("_sort", Obeyed.NOT_TRIED, "the record holds no two different dates")
    # Neighbouring days may change places: a server orders by the instant, whatever the zone says.
    obeyed = down[0] >= down[-1] and up[0] <= up[-1] and down[0] > up[0]
    state = Obeyed.OBEYED if obeyed else Obeyed.IGNORED
    return asking.proof(
        "_sort", state, "newest first and oldest first differ" if obeyed else "the order stays"
    )


def _date(asking: _Prover, entries: list[dict[str, Any]]) -> Proof:
    if not _dates(entries, asking.resource_type):
        return asking.proof("date", Obeyed.NOT_TRIED, "the record holds none with a date")
    before = len(_matches(asking.page(("date", LONG_BEFORE))))
    since = len(_matches(asking.page(("date", SINCE_EVER))))
    if before:
        return asking.proof("date", Obeyed.IGNORED, "a time before all of them brings entries")
    if not since:
        return asking.proof("date", Obeyed.IGNORED, "a time that holds all of them brings none")
    return asking.proof(
        "date", Obeyed.OBEYED, "a time before all brings none, one that holds all brings some"
    )


def _category(asking: _Prover, entries: list[dict[str, Any]]) -> Proof:
    known = next(filter(None, map(_category_of, entries)), "")
    if not known:
        return asking.proof("category", Obeyed.NOT_TRIED, "the record holds none with a category")
    if _matches(asking.page(("category", NO_CATEGORY))):
        return asking.proof("category", Obeyed.IGNORED, "a category that there is not brings entries")
    if not _matches(asking.page(("category", known))):
        return asking.proof("category", Obeyed.IGNORED, "the category of an entry brings none")
    return asking.proof("category", Obeyed.OBEYED, "its own brings entries, another none")


def _category_of(one: dict[str, Any]) -> str:
    for concept in one.get("category") or []:
        for coding in (concept.get("coding") or []) if isinstance(concept, dict) else []:
            if isinstance(coding, dict) and isinstance(coding.get("code"), str):
                code, system = coding["code"], coding.get("system")
                if not set(code) & set(",$|\\"):
                    return f"{system}|{code}" if isinstance(system, str) else code
    return ""


def proofs_table(proofs: list[Proof]) -> str:
    """All proofs as lines of text, with what each means for the reader, and a sum."""
    lines = ["", "What long lists stand on: obeyed, or answered and ignored"]
    for proof in proofs:
        name = f"{proof.resource_type}: {proof.parameter}"
        lines.append(f"  {name:28}{proof.state.value:10}{proof.came}")
        if proof.means:
            lines.append(f"  {'':28}for the reader: {proof.means}")
    counted = ", ".join(
        f"{number} {state.value.lower()}"
        for state in Obeyed
        if (number := sum(p.state is state for p in proofs))
    )
    return "\n".join([*lines, "", f"{counted}."])

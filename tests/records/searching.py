"""A small FHIR search in memory, for tests of following a list: dates with precision, order, pages, refusals.

FHIR R4 search 3.1.1.4.6 (date prefixes work on the range that a value stands for) and 3.1.1.3 (paging).
"""

from __future__ import annotations

import calendar
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.people import BASE
from tests.resources import Json, bundle

Span = tuple[datetime, datetime]
Answer = tuple[int, dict[str, str], str]


def span(recorded: str, zone: timezone = UTC) -> Span:
    """First and last moment that a date may mean; a date without an offset is one of the server's own zone."""
    parts = recorded.split("T")[0].split("-")
    year = int(parts[0])
    month = int(parts[1]) if len(parts) > 1 else None
    day = int(parts[2]) if len(parts) > 2 else None
    if "T" in recorded:
        moment = datetime.fromisoformat(recorded)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        return moment, moment
    last_day = day or calendar.monthrange(year, month or 12)[1]
    first = datetime(year, month or 1, day or 1, tzinfo=zone)
    last = datetime(year, month or 12, last_day, tzinfo=zone) + timedelta(days=1) - timedelta(microseconds=1)
    return first, last


def matches(recorded: str | None, bound: str, zone: timezone = UTC) -> bool:
    """Whether a date is within a bound such as `ge2024-03-01`."""
    if recorded is None:
        return False
    (low, high), (first, last) = span(recorded, zone), span(bound[2:], zone)
    match bound[:2]:
        case "ge":
            return high >= first
        case "gt":
            return high > last
        case "le":
            return low <= last
        case "lt":
            return low < first
    raise AssertionError(bound)


@dataclass
class Search:
    """The entries of one type, searched by patient and date, on pages of at most `most` entries."""

    resources: list[Json]
    dated: str = "effectiveDateTime"
    most: int = 500
    zone: timezone = UTC
    sorts: bool = True
    counts: bool = True
    refuses: Callable[[dict[str, list[str]]], int] = lambda _query: 0
    asked: list[str] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    _results: dict[str, list[Json]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request: requests.PreparedRequest) -> Answer:
        """The answer to a request, as `responses` wants it."""
        url = request.url or ""
        query: dict[str, list[str]] = {}
        for name, value in parse_qsl(urlsplit(url).query):
            query.setdefault(name, []).append(value)
        with self._lock:
            self.asked.append(urlsplit(url).query)
            status = self.refuses(query)
            if status:
                return status, {}, "{}"
            if "page" in query:
                name, start, size = query["page"][0].split(".")
                return self._page(name, int(start), int(size))
            found = self._found(query)
            name = f"r{len(self._results)}"
            self._results[name] = found
            return self._page(name, 0, min(self.most, int(query.get("_count", ["50"])[0])))

    def _found(self, query: dict[str, list[str]]) -> list[Json]:
        found = list(self.resources)
        for bound in query.get("date", []):
            found = [r for r in found if matches(r.get(self.dated), bound, self.zone)]
        if query.get("date:missing") == ["true"]:
            found = [r for r in found if r.get(self.dated) is None]
        sort = query.get("_sort", [""])[0]
        if sort and self.sorts:
            dated = [r for r in found if r.get(self.dated)]
            undated = [r for r in found if not r.get(self.dated)]
            dated.sort(key=lambda r: span(r[self.dated], self.zone)[0], reverse=sort.startswith("-"))
            found = dated + undated
        return found

    def _page(self, name: str, start: int, size: int) -> Answer:
        found = self._results[name]
        here = found[start : start + size]
        self.sent.update(str(r.get("id")) for r in here)
        more = f"{BASE}Observation?page={name}.{start + size}.{size}" if start + size < len(found) else None
        answer = bundle(*here, next=more, total=len(found) if self.counts else None)
        return 200, {"Content-Type": "application/fhir+json"}, json.dumps(answer)

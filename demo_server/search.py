"""A FHIR search: the query read and checked, then run over one patient's compartment.

Source: FHIR R4 3.1.1 (search), US Core 5.0.1 (which searches there are), Smile CDR's ways where the
specification leaves a choice: pages of 20, at most 500; `_count=0` counts only; an empty parameter is
passed over; a parameter nobody knows is a mistake.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from demo_server.catalogue import CATALOGUE, EVERYWHERE, NOBODYS, REVINCLUDES, Kind, Parameter, Served
from demo_server.matching import END, START, Span, Test, local, matcher, pieces, unescape, walk
from demo_server.outcomes import forbidden, invalid, not_supported
from demo_server.world import Stored, World

PAGE = 20
"""How many matches a page has where `_count` does not say."""
LARGEST_PAGE = 500
"""A larger `_count` is lowered to this, as FHIR allows."""

_PASSED_OVER = frozenset({"_format", "_pretty", "_total"})
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Search:
    """A query that was understood: `tests` are all to be passed, `sort` is (parameter, descending)."""

    served: Served
    patient: str
    tests: tuple[tuple[Parameter, Test], ...]
    sort: tuple[tuple[Parameter, bool], ...]
    count: int
    count_only: bool
    include: tuple[tuple[str, str], ...]
    """Paths of references to follow, each with the type that is wanted, or empty for any."""
    with_provenance: bool
    key: tuple[Any, ...]
    """What the matches depend on; two searches with the same key find the same."""


def understand(resource_type: str, query: Pairs, *, patient: str, world: World) -> Search:
    """Read a search on behalf of a token that is good for one patient.

    Args:
        resource_type: one of the catalogue's.
        query: names and values as asked, percent-decoded, in order.
        patient: the logical id of the token's patient.
        world: gives the base URL and the instant that `ap` measures from.

    Raises:
        Refusal: 400 for a parameter or value that cannot be used, 403 for a search that reaches out of
            the patient's compartment, 404 for a type that cannot be searched.
    """
    served = CATALOGUE[resource_type]
    if not served.searchable:
        raise not_supported(f"This server does not search {resource_type}; it can be read by its id.")
    asked = [(name, value) for name, value in query if value]
    tests: list[tuple[Parameter, Test]] = []
    sort: tuple[tuple[Parameter, bool], ...] = ()
    count, count_only, include, with_provenance = PAGE, False, [], False
    for name, value in asked:
        match name.partition(":"):
            case "_count", "", _:
                count = _count(value)
                count_only |= count == 0
            case "_sort", "", _:
                sort = _sort(served, value)
            case "_summary", "", _:
                count_only |= _summary(value)
            case "_include", "", _:
                include.append(_include(served, value))
            case "_revinclude", "", _:
                with_provenance |= _revinclude(value)
            case bare, _, _ if bare in _PASSED_OVER:
                continue
            case "patient", _, "" | "Patient" if served.patient:
                continue  # `_stay_inside` holds it against the token; what is searched is that record alone
            case bare, _, modifier:
                parameter = _parameter(served, bare)
                test = matcher(parameter, modifier, value, base=world.base, now=world.built)
                tests.append((parameter, test))
    _stay_inside(served, asked, patient=patient, world=world)
    significant = frozenset(
        pair for pair in asked if pair[0] not in ("_count", "_include", "_revinclude", "_sort")
    )
    return Search(
        served=served,
        patient=patient,
        tests=tuple(tests),
        sort=sort,
        count=min(count, LARGEST_PAGE),
        count_only=count_only,
        include=tuple(include),
        with_provenance=with_provenance,
        key=(resource_type, patient, significant, tuple((parameter.name, down) for parameter, down in sort)),
    )


def _parameter(served: Served, name: str) -> Parameter:
    parameter = served.parameters.get(name) or EVERYWHERE.get(name)
    if parameter is None:
        known = ", ".join(sorted((*served.parameters, *EVERYWHERE)))
        raise invalid(
            f"Unknown search parameter '{name[:40]}' for {served.name}. Known are: {known}.",
            code="not-supported",
        )
    return parameter


def _count(value: str) -> int:
    if not value.isascii() or not value.isdigit():
        raise invalid("The value of '_count' must be a whole number.")
    return int(value[:9])


def _summary(value: str) -> bool:
    if value not in ("count", "false"):
        raise invalid("Of '_summary' only count and false are supported.", code="not-supported")
    return value == "count"


def _sort(served: Served, value: str) -> tuple[tuple[Parameter, bool], ...]:
    found = []
    for one in value.split(","):
        parameter = _parameter(served, one.removeprefix("-"))
        if parameter.kind is Kind.REFERENCE:
            raise invalid(f"{served.name} cannot be sorted by '{parameter.name}'.", code="not-supported")
        found.append((parameter, one.startswith("-")))
    return tuple(found)


def _include(served: Served, value: str) -> tuple[str, str]:
    source, _, rest = value.partition(":")
    name, _, wanted = rest.partition(":")
    if source != served.name or name not in served.includes:
        known = ", ".join(f"{served.name}:{one}" for one in sorted(served.includes)) or "none"
        raise invalid(
            f"That '_include' is not supported. For {served.name} these are: {known}.", code="not-supported"
        )
    return served.includes[name], wanted


def _revinclude(value: str) -> bool:
    if value not in REVINCLUDES:
        raise invalid("Of '_revinclude' only Provenance:target is supported.", code="not-supported")
    return True


def _stay_inside(served: Served, asked: Pairs, *, patient: str, world: World) -> None:
    """A search must name the token's patient, and nobody else, or be one that US Core lets stand alone."""
    if served.name in NOBODYS:
        return
    named = False
    for name, value in asked:
        bare, _, modifier = name.partition(":")
        if served.name == "Patient" and bare == "_id" and not modifier:
            wanted = [unescape(one) for one in pieces(value, ",") if one]
        elif bare == "patient" and modifier in ("", "Patient"):
            ids = (local(unescape(one), world.base) for one in pieces(value, ",") if one)
            wanted = [one.removeprefix("Patient/") for one in ids]
            named = True
        else:
            continue
        if any(one != patient for one in wanted):
            raise forbidden("The access token is not good for this patient.")
    if named or served.name == "Patient":
        return
    if not any(name.partition(":")[0] in served.alone for name, _ in asked):
        raise forbidden(f"A search of {served.name} with this access token must name its patient.")


class Finder:
    """Runs searches over a world that never changes, and remembers what the latest ones found."""

    _REMEMBERED = 512

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = Lock()
        self._found: OrderedDict[tuple[Any, ...], tuple[Stored, ...]] = OrderedDict()

    def matches(self, search: Search) -> tuple[Stored, ...]:
        """All matches in the order that was asked for; without one, as they were recorded."""
        with self._lock:
            if (known := self._found.get(search.key)) is not None:
                self._found.move_to_end(search.key)
                return known
        found = self._run(search)
        with self._lock:
            self._found[search.key] = found
            while len(self._found) > self._REMEMBERED:
                self._found.popitem(last=False)
        return found

    def _run(self, search: Search) -> tuple[Stored, ...]:
        base = self._world.base
        found: Iterable[Stored] = self._world.of_patient(search.served.name, search.patient)
        for parameter, test in search.tests:
            found = [one for one in found if test(one.values(parameter, base))]
        # Sorting is stable: the last key first, so that the first one decides.
        for parameter, down in reversed(search.sort):
            found = self._sorted(found, parameter, down)
        return tuple(found)

    def _sorted(self, found: Iterable[Stored], parameter: Parameter, down: bool) -> list[Stored]:
        """In order of one parameter; what has no value stands last in either direction."""
        key = _lowest(down)
        with_value, without = [], []
        for one in found:
            values = one.values(parameter, self._world.base)
            if values:
                with_value.append((key(values), one))
            else:
                without.append(one)
        with_value.sort(key=lambda pair: pair[0], reverse=down)
        return [one for _, one in with_value] + without

    def included(self, search: Search, page: Iterable[Stored], *, may: Callable[[str], bool]) -> list[Stored]:
        """What comes along with a page: each resource once, of the patient or of nobody, if it may be read.

        Args:
            may: whether the token's scopes reach a resource type.
        """
        on_page = list(page)
        seen = {one.address for one in on_page}
        along: list[Stored] = []
        for one in on_page:
            candidates = [self._at(reference) for reference in _references(search, one, self._world.base)]
            if search.with_provenance:
                candidates += self._world.provenance_of(one.address)
            for candidate in candidates:
                if candidate is None or candidate.address in seen or not may(candidate.type):
                    continue
                if candidate.type in NOBODYS or search.patient in candidate.patients:
                    seen.add(candidate.address)
                    along.append(candidate)
        return along

    def _at(self, address: str) -> Stored | None:
        kind, _, id_ = address.partition("/")
        return self._world.get(kind, id_) if kind in CATALOGUE else None


def _references(search: Search, one: Stored, base: str) -> Iterable[str]:
    for path, wanted in search.include:
        for node in walk(one.resource, path):
            if isinstance(node, dict) and isinstance(node.get("reference"), str):
                address = local(node["reference"], base)
                if not wanted or address.startswith(f"{wanted}/"):
                    yield address


def _lowest(down: bool) -> Callable[[tuple[Any, ...]], Any]:
    """The value that decides: the earliest upward, the latest downward, a Period by its known end."""

    def key(values: tuple[Any, ...]) -> Any:
        first = values[0] if len(values) == 1 else (max if down else min)(values, key=_plain)
        return _plain(first)

    return key


def _plain(value: Any) -> Any:
    if isinstance(value, Span):
        return value.high if value.low == START and value.high != END else value.low
    return tuple(part or "" for part in value) if isinstance(value, tuple) else value


def shuffled(found: Iterable[Stored]) -> tuple[Stored, ...]:
    """The same in an order that has nothing to do with any date, always the same one."""
    return tuple(sorted(found, key=lambda one: zlib.crc32(one.address.encode())))

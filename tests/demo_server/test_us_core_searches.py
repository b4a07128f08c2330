"""Every search that US Core 5.0.1 names, on the demo people's own records and on others': one hit and one miss each.

The values asked for are read by the paths of that list, not by the server's own table, so that a wrong
path there shows.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest

from demo_server import people
from demo_server.catalogue import CATALOGUE
from demo_server.folder import resources_in
from demo_server.world import Stored, World
from tests.demo_server.fhir_side import BASE, Fhir, body_of, next_of

SHARED = Path(__file__).parents[3] / "shared"
LIST = SHARED / "facts" / "us-core-5.0.1.json"

NOBODYS = ("Location", "Organization", "Practitioner")
MISSES = {
    "date": "lt1850-01-01",
    "string": "zzzzzz",
    "token": "no-such-code",
    "reference": "no-such-id",
}


class Case(NamedTuple):
    """One search of one type; `parameters` maps each name to its type and paths in the list."""

    resource_type: str
    names: tuple[str, ...]
    parameters: dict[str, dict[str, Any]]

    def __str__(self) -> str:
        return f"{self.resource_type}?{'&'.join(self.names)}"


def cases() -> Iterator[Case]:
    """Each search once, though several profiles of a type may name it."""
    if not LIST.exists():
        return
    seen = set()
    for profile in json.loads(LIST.read_text())["profiles"]:
        for search in profile["searches"]:
            names = tuple(sorted(search["params"]))
            if (profile["resource"], names) not in seen:
                seen.add((profile["resource"], names))
                yield Case(profile["resource"], names, profile["search_params"])


CASES = list(cases())
pytestmark = pytest.mark.skipif(not CASES, reason="../shared/facts/us-core-5.0.1.json is not here")


@functools.cache
def demo_people() -> World:
    return World(people.people(), people.resources(dt.datetime.now(dt.UTC).date()), base=BASE)


@functools.cache
def records_by_others() -> World:
    return World((), resources_in(SHARED / "data"), base=BASE)


def at(node: Any, path: str) -> Iterator[Any]:
    """What stands at a path of the list, its one `extension.where(url='…')` and choice elements included."""
    if isinstance(node, list):
        for one in node:
            yield from at(one, path)
    elif not path:
        yield node
    elif path.startswith("extension.where("):
        url = path.partition("url='")[2].partition("'")[0]
        rest = path.partition(").")[2]
        yield from at([one for one in node.get("extension", []) if one.get("url") == url], rest)
    elif isinstance(node, dict):
        head, _, rest = path.partition(".")
        for name in (head, f"{head}DateTime", f"{head}Period", f"{head}Instant"):
            if name in node:
                yield from at(node[name], rest)


def asked(kind: str, node: Any) -> str | None:
    """A value to ask for that the element at hand answers; None where it says nothing that can be asked."""
    match kind, node:
        case ("Reference", {"reference": str(reference)}):
            return reference
        case ("CodeableConcept", {"coding": [{"system": str(system), "code": str(code)}, *_]}):
            return f"{system}|{code}"
        case (("Coding" | "Identifier"), {"system": str(system)}):
            return f"{system}|{node.get('code', node.get('value'))}"
        case (("HumanName" | "Address"), dict()):
            return node.get("family") or node.get("city") or node.get("text")
        case (_, {"start": str(start)}):
            return f"ge{start}"
        case (("date" | "dateTime" | "instant"), str()):
            return node[:10]
        case (_, str()):
            return node
    return None


def search_type(kind: str) -> str:
    """The search parameter type that goes with an element's type."""
    if kind in ("date", "dateTime", "instant", "Period"):
        return "date"
    if kind in ("string", "HumanName", "Address"):
        return "string"
    return "reference" if kind == "Reference" else "token"


def values(case: Case, one: Stored) -> dict[str, str] | None:
    """A value of the resource's own for each parameter; None where it has none for one of them."""
    found = {}
    for name in case.names:
        parameter = case.parameters[name]
        nodes = (node for path in parameter["paths"] for node in at(one.resource, path))
        value = next((value for node in nodes if (value := asked(parameter["type"], node))), None)
        if value is None:
            return None
        found[name] = value
    return found


def an_example(case: Case, world: World) -> tuple[Stored, dict[str, str], str] | None:
    """A resource that has all the values, with them and with the patient whose token can reach it."""
    for one in world.every(case.resource_type):
        patient = next(iter(one.patients), "") or (case.resource_type in NOBODYS and "anyone")
        if patient and (query := values(case, one)):
            return one, query, patient
    return None


def address(case: Case, query: dict[str, str], **more: str) -> str:
    return f"{case.resource_type}?{urlencode({**query, **more})}"


def missed(case: Case, name: str, one: Stored) -> str:
    """A value for one parameter that the resource does not have, and that may be asked for."""
    parameter = case.parameters[name]
    if parameter["type"] == "code":
        others: set[str] = set(parameter.get("values") or ("male", "female", "other", "unknown"))
        return min(others - {str(node) for path in parameter["paths"] for node in at(one.resource, path)})
    return MISSES[search_type(parameter["type"])]


@pytest.mark.parametrize("world", [demo_people, records_by_others])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_us_core_search_finds_what_it_should_and_nothing_else(
    serve: Callable[..., Fhir], case: Case, world: Callable[[], World]
) -> None:
    example = an_example(case, world())
    assert example is not None, "each search needs a resource that it can find, on either side"
    one, query, patient = example
    server = serve(world())
    server.patient = patient

    hit = server.ids(address(case, query, _count="500"))

    assert one.id in hit
    for name in (name for name in case.names if name != "patient"):
        if case.resource_type == "Patient" and name == "_id":
            continue  # somebody else's id is not a miss but forbidden
        assert one.id not in server.ids(address(case, {**query, name: missed(case, name, one)}, _count="500"))
    if "patient" in case.names:
        server.patient = "somebody-without-a-record"
        assert server.ids(address(case, {**query, "patient": server.patient})) == []


PATIENTS = sorted({patient for person in people.people() for patient in person.patients})


@pytest.mark.parametrize("patient", PATIENTS)
def test_a_whole_record_is_found_by_its_patient_alone(serve: Callable[..., Fhir], patient: str) -> None:
    server = serve(demo_people())
    server.patient = patient
    searched = [one for one in CATALOGUE.values() if one.searchable and one.patient]

    found = set()
    for served in searched:
        address: str | None = f"{served.name}?patient={patient}&_count=500"
        while address:
            page = json.loads(body_of(server.get(address)))
            found |= {f"{served.name}/{entry['resource']['id']}" for entry in page.get("entry", ())}
            address = next_of(page)

    everything = (one for served in searched for one in demo_people().every(served.name))
    assert found == {one.address for one in everything if patient in one.patients}
    assert found

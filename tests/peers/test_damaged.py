"""Elements that are missing, absent for a reason or of the wrong shape stop no page and cost no other element."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo_server import people as demo_people
from tests.conftest import SHARED
from tests.peers.entries import TODAY, Shown, World, kind_of, shown
from tests.peers.profiles import NINETEEN, Resource, read_profiles, slug_of
from tests.peers.test_fidelity import complaints_of_everything, complaints_of_must_support
from tests.peers.test_reading import is_entered_in_error
from tests.records.fhir.test_reading import garbage

RICHEST = 3
UNTOUCHED = frozenset({"resourceType", "id", "subject", "patient"})
"""Without these it is nobody's entry, or none."""

REASON = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
CODED_REASON = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}]
}


def _richest() -> tuple[World, dict[str, list[Resource]]]:
    """Of each kind, and of each type without one, the demo entries that say most."""
    world = World(demo_people.resources(TODAY))
    found: dict[str, list[Resource]] = {}
    for one in world.resources:
        if one["resourceType"] in NINETEEN and not is_entered_in_error(one):
            kind = kind_of(one)
            found.setdefault(kind.slug if kind else one["resourceType"], []).append(one)
    return world, {
        slug: sorted(those, key=lambda one: -len(str(one)))[:RICHEST] for slug, those in found.items()
    }


WORLD, RICH = _richest()
PROFILES = read_profiles(SHARED / "facts") if (SHARED / "facts").is_dir() else {}


def _damage(resource: Resource, name: str, data: st.DataObject) -> None:
    """One element taken out, replaced by why it is not there, or by anything at all."""
    match data.draw(st.sampled_from(("removed", "absent", "garbage"))):
        case "removed":
            del resource[name]
        case "absent":
            value = resource.pop(name)
            first = value[0] if isinstance(value, list) and value else value
            if not isinstance(first, dict):
                resource[f"_{name}"] = {"extension": [REASON]}
            else:
                absent: Any = (
                    CODED_REASON if "coding" in first or "text" in first else {"extension": [REASON]}
                )
                resource[name] = [absent] if isinstance(value, list) else absent
        case _:
            resource[name] = data.draw(garbage)


def _others(resource: Resource, damaged: set[str]) -> Resource:
    """The resource without what was damaged."""
    return {name: value for name, value in resource.items() if name.removeprefix("_") not in damaged}


@pytest.mark.parametrize("slug", RICH)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damage_to_some_elements_costs_no_other_and_stops_no_page(slug: str, data: st.DataObject) -> None:
    whole = data.draw(st.sampled_from(RICH[slug]))
    resource = copy.deepcopy(whole)
    names = sorted(name for name in set(resource) - UNTOUCHED if not name.startswith("_"))
    damaged = set(data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)))
    for name in sorted(damaged):
        _damage(resource, name, data)

    page = shown(resource, WORLD)

    intact = _others(resource, damaged)
    assert [one for one in complaints_of_everything(intact, page) if one] == []
    assert page.row is None or str(page.row.title).strip()
    assert lost_must_support(intact, page) == []


def lost_must_support(intact: Resource, page: Shown) -> list[str]:
    """What the intact part of a resource must show and the page does not."""
    if not PROFILES:
        return []
    profile = PROFILES[slug_of(intact, PROFILES)]
    return [one for one in complaints_of_must_support(profile, intact, page) if one]

"""A section as an address asks for it: narrowed and sorted."""

from __future__ import annotations

from typing import Any

from records.kinds import KINDS
from records.lists.choosing import Look, wished
from records.lists.entries import Wanted
from records.service.section import load_section
from records.words.sections import Choices, Section
from tests.records.conftest import RecordServer
from tests.records.sources import Places, a_source
from tests.resources import Json, bundle


def look(slug: str, number: int = 1, **asked: str) -> Look:
    """What an address with this query looks at; `since` and `until` are its "from" and "to"."""
    query = {{"since": "from", "until": "to"}.get(name, name): value for name, value in asked.items()}
    return Look(number=number, wish=wished(query, kind=KINDS[slug]))


def section(server: RecordServer, slug: str, *entries: Json, **asked: Any) -> Section:
    """A section of these entries under a choice."""
    server.whole_record(**{kind.resource_type: [] for kind in KINDS.values()})
    for resource_type in {entry["resourceType"] for entry in entries}:
        server.arrange(resource_type, bundle(*(e for e in entries if e["resourceType"] == resource_type)))
    return load_section(Wanted(KINDS[slug], a_source(), Places(), look(slug, **asked)))


def choices(found: Section) -> Choices:
    """What there is to choose from, which must be there."""
    assert found.choices is not None
    return found.choices

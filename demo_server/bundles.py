"""A searchset Bundle, joined from bytes that are there already. FHIR R4 Bundle."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable, Mapping

import msgspec

from demo_server.catalogue import CATALOGUE
from demo_server.people.base import Resource
from demo_server.world import Stored, World


def bundle(
    matches: Iterable[Stored], along: Iterable[Stored], *, total: int, links: Mapping[str, str], base: str
) -> bytes:
    """The Bundle of one page, as JSON.

    Args:
        matches: the page's matches, in order (`search.mode` match).
        along: what was asked to come along (`search.mode` include).
        total: how many matches there are on all pages.
        links: relation → absolute URL.
        base: the FHIR base URL with its slash.
    """
    head = {
        "resourceType": "Bundle",
        "id": str(uuid.uuid4()),
        "type": "searchset",
        "total": total,
        "link": [{"relation": relation, "url": url} for relation, url in links.items()],
    }
    entries = b",".join((*_entries(matches, b"match", base), *_entries(along, b"include", base)))
    written = msgspec.json.encode(head)
    # An empty array is not valid FHIR: no entries, no element.
    return b'%b,"entry":[%b]}' % (written[:-1], entries) if entries else written


def _entries(found: Iterable[Stored], mode: bytes, base: str) -> Iterable[bytes]:
    for one in found:
        url = msgspec.json.encode(base + one.address)
        yield b'{"fullUrl":%b,"resource":%b,"search":{"mode":"%b"}}' % (url, one.body, mode)


def somebody_elses(resource_type: str, patient: str, world: World) -> Stored:
    """A resource of the type that belongs to another patient, for the trouble of that name.

    Where nobody else has one, one of the patient's own is sent again under another name.
    """
    for one in world.every(resource_type):
        if one.patients and patient not in one.patients:
            return one
    stranger = "somebody-else"
    mine = next(iter(world.of_patient(resource_type, patient)), None)
    resource: Resource = copy.deepcopy(mine.resource) if mine else {"resourceType": resource_type}
    resource["id"] = stranger
    if element := CATALOGUE[resource_type].patient:
        resource[element] = {"reference": f"Patient/{stranger}"}
    return Stored(resource, frozenset({stranger}))

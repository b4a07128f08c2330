"""Resources out of a folder of anybody's FHIR JSON: bundles of every type, and single resources.

Only what a server must do on taking them in is done: a resource without an id gets one, and references
that a transaction resolves (`urn:uuid:…`, another server's full URL, a conditional reference) point to
the resource's own address. All else stays byte for byte as its author wrote it, numbers included.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from demo_server.matching import walk
from demo_server.people.base import Person, Resource

log = logging.getLogger(__name__)

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def resources_in(folder: Path) -> list[Resource]:
    """Every resource below `folder`, in the order of the file names. What is no FHIR JSON is passed over."""
    found: list[tuple[Resource, dict[str, str]]] = []
    for file in sorted(folder.rglob("*.json")):
        try:
            document = _decode(file.read_bytes())
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            log.warning("a file in DEMO_DATA is not JSON and was passed over: %s", file.name)
            continue
        found += _taken_in(document)
    by_identifier = {
        (str(resource["resourceType"]), *key): f"{resource['resourceType']}/{resource['id']}"
        for resource, _ in found
        for key in _identifiers(resource)
    }
    for resource, addresses in found:
        _rewrite(resource, addresses, by_identifier)
    return [resource for resource, _ in found]


def _taken_in(document: Any) -> list[tuple[Resource, dict[str, str]]]:
    """The resources of one document, each with the addresses that its bundle gives."""
    entries = list(_entries(document))
    addresses: dict[str, str] = {}
    for number, (full_url, resource) in enumerate(entries):
        if not isinstance(resource.get("id"), str):
            named = full_url.rpartition(":")[2] if full_url.startswith("urn:uuid:") else ""
            resource["id"] = named or str(uuid.uuid5(uuid.NAMESPACE_URL, f"{full_url}#{number}"))
        if full_url:
            addresses[full_url] = f"{resource['resourceType']}/{resource['id']}"
    return [(resource, addresses) for _, resource in entries]


def _entries(document: Any, full_url: str = "") -> Iterator[tuple[str, Resource]]:
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        return
    if document["resourceType"] != "Bundle":
        yield full_url, document
        return
    for entry in walk(document, "entry"):
        if isinstance(entry, dict):
            yield from _entries(entry.get("resource"), str(entry.get("fullUrl") or ""))


def _identifiers(resource: Resource) -> Iterator[tuple[str, str]]:
    for one in walk(resource, "identifier"):
        if isinstance(one, dict) and isinstance(one.get("value"), str):
            yield str(one.get("system") or ""), one["value"]


def _rewrite(node: Any, addresses: dict[str, str], by_identifier: dict[tuple[str, str, str], str]) -> None:
    """Resolve the references below `node`, in place. `url` counts too: an attachment may name its Binary."""
    if isinstance(node, list):
        for one in node:
            _rewrite(one, addresses, by_identifier)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not isinstance(value, str):
                _rewrite(value, addresses, by_identifier)
            elif key == "reference" or (key == "url" and value.startswith("urn:")):
                node[key] = addresses.get(value) or _conditional(value, by_identifier) or value


def _conditional(reference: str, by_identifier: dict[tuple[str, str, str], str]) -> str | None:
    """`Practitioner?identifier=system|value`, as transaction bundles write it. FHIR R4 3.1.0.11.3."""
    kind, mark, query = reference.partition("?")
    if not mark:
        return None
    system, _, value = dict(parse_qsl(query)).get("identifier", "").rpartition("|")
    return by_identifier.get((kind, system, value))


def people_among(resources: Iterable[Resource]) -> tuple[Person, ...]:
    """One person for each Patient, reading their own record; the slug is the patient's id."""
    patients = {str(one["id"]): one for one in resources if one["resourceType"] == "Patient"}
    return tuple(
        Person(
            slug=id_,
            name=_name(patient) or id_,
            says="A record from the folder that DEMO_DATA names.",
            fhir_user=f"Patient/{id_}",
            patients=(id_,),
        )
        for id_, patient in patients.items()
    )


def _name(patient: Resource) -> str:
    """The first name that is in use today, else the first."""
    names = [name for name in walk(patient, "name") if isinstance(name, dict)]
    for name in sorted(names, key=lambda name: not _is_in_use(name.get("period"))):
        if isinstance(name.get("text"), str):
            return str(name["text"])
        parts = [*walk(name, "given"), *walk(name, "family")]
        if parts:
            return " ".join(str(part) for part in parts)
    return ""


def _is_in_use(period: Any) -> bool:
    if not isinstance(period, dict):
        return True
    start, end = (str(period.get(name) or "")[:10] for name in ("start", "end"))
    today = dt.date.today().isoformat()  # noqa: DTZ011 (a demo's day)
    return start <= today[: len(start)] and (not end or end >= today[: len(end)])

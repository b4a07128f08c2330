"""Data for another app: a FHIR R4 `collection` Bundle of what was received, each entry byte for byte as it was sent.

7.20 stays 7.20: nothing is read and written again. What was entered in error, another patient's, or left out by choice
is not in it, and counted in the Bundle's own note (`meta.tag` holds the notice of extra protection). FHIR R4 Bundle.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils.html import escape

from records.fhir.elements import Head
from records.fhir.reading import NotReadable, read
from records.takeaway import wordings
from records.takeaway.taken import Taken

COUNTED = "urn:insync-portal:what-is-in-and-what-is-not"
"""The name of the note that says in words what is in and what is not."""
REDISCLOSURE = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "code": "NORDSCLCD",
    "display": "no redisclosure without consent directive",
}


def write(taken: Taken) -> Iterator[bytes]:
    """The Bundle, entry by entry: no more of it is held than one."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    meta = {"security": [REDISCLOSURE]} if taken.cover.with_protected else {}
    head = {"resourceType": "Bundle", "id": str(uuid.uuid4()), **({"meta": meta} if meta else {})}
    begun = json.dumps({**head, "type": "collection", "timestamp": when})[:-1]
    yield f'{begun}, "entry": ['.encode()
    seen: set[str] = set()
    for part in taken.parts:
        for raw in part.raws():
            name = _name(raw)
            if name is None or name in seen:
                continue
            url = f'"fullUrl": {json.dumps(taken.base + name)}, '.encode() if taken.base else b""
            yield b'%s{%s"resource": %s}' % (b",\n" if seen else b"\n", url, raw)
            seen.add(name)
    note = json.dumps(_note(taken), ensure_ascii=False).encode()
    yield b'%s{"fullUrl": "urn:uuid:%s", "resource": %s}\n]}\n' % (
        b",\n" if seen else b"\n",
        str(uuid.uuid4()).encode(),
        note,
    )


def _name(raw: bytes) -> str | None:
    """Type and id; a name of its own where it has no id; None where it is no resource at all."""
    try:
        found = read(raw, Head)[0]
    except NotReadable:
        return None
    if not found.resourceType:
        return None
    return f"{found.resourceType}/{found.id or uuid.uuid4()}"


def _note(taken: Taken) -> dict[str, object]:
    """What is in, what is not and why, as a resource that every FHIR reader knows: a Basic with its words as narrative.

    FHIR R4 Basic, Narrative.
    """
    lines = [f"{label}: {value}" for label, value in wordings.cover(taken.cover)]
    lines += wordings.cautions(taken.cover)
    for one in taken.outcomes:
        lines.append("; ".join((f"{one.title}: {wordings.counted(one)}", *one.reasons)))
    words = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return {
        "resourceType": "Basic",
        "language": taken.cover.language,
        "text": {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'},
        "code": {"coding": [{"system": COUNTED, "code": "receipt"}], "text": wordings.title(taken.cover)},
    }

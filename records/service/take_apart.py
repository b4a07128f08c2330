"""The process in which a file is made: started for one order, gone after it. `python -m records.service.take_apart`.

It is told everything on standard input and answers on standard output: lines of JSON, a piece of the file behind its
line. Whose record it is, the key of the sign-in and every token come by that pipe alone. The end of its input ends it.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import sys
import threading
from queue import SimpleQueue
from typing import IO, Any

MEBIBYTE = 1024 * 1024
PIECE = 1 * MEBIBYTE
"""Bytes that go to the worker at once; what it keeps are pieces of at most four of these."""

log = logging.getLogger("records.service.take_apart")


class Line:
    """The pipe to the worker. Any thread may write or ask."""

    def __init__(self, ours: IO[bytes], theirs: IO[bytes]) -> None:
        self._ours, self._theirs = ours, theirs
        self._writing, self._asking = threading.Lock(), threading.Lock()
        self._answers: SimpleQueue[dict[str, Any]] = SimpleQueue()

    def listen(self) -> None:
        """Takes answers until the worker is gone; then nobody waits for the file any more."""
        for line in self._theirs:
            self._answers.put(json.loads(line))
        os._exit(1)

    def tell(self, what: str, content: bytes = b"", **more: Any) -> None:
        """A message, with bytes behind it."""
        said = {"what": what, "size": len(content), **more}
        with self._writing:
            self._ours.write(json.dumps(said).encode() + b"\n" + content)
            self._ours.flush()

    def ask(self, what: str, **more: Any) -> str:
        """A token, or what `_refused` makes of the answer."""
        with self._asking:
            self.tell(what, **more)
            answer = self._answers.get()
        if "token" in answer:
            return str(answer["token"])
        raise _refused(answer)


def _refused(answer: dict[str, Any]) -> Exception:
    from records.fetching.source import AccessOver
    from records.fhir import errors

    if answer.get("is_over"):
        return AccessOver()
    return errors.Maintenance(status=None, resource_type="token", retry_after=answer.get("retry_after"))


def main() -> int:
    """One order from beginning to end. Whatever goes wrong is a word: a trace may quote the record."""
    threading.stack_size(512 * 1024)
    ours = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no part of the file
    line = Line(ours, sys.stdin.buffer)
    order = json.loads(sys.stdin.buffer.readline())
    os.nice(10)
    import django

    django.setup()
    threading.Thread(target=line.listen, daemon=True).start()
    try:
        _make(order, line)
    except BaseException as error:
        line.tell("bad", why=_why(error))
    line.tell("end")
    return 0


def _why(error: BaseException) -> str:
    from records.fetching.source import AccessOver

    if isinstance(error, AccessOver):
        return "over"
    if isinstance(error, MemoryError):
        return "large"
    log.error("a file could not be made", exc_info=error)
    return "failed"


def _make(told: dict[str, Any], line: Line) -> None:
    from zoneinfo import ZoneInfo

    from django.utils import timezone, translation

    timezone.activate(ZoneInfo(told["zone"]))
    translation.activate(told["language"])
    from records.takeaway.forms import EVERY
    from records.takeaway.taken import NextFile

    form = EVERY[told["order"]["form"]]
    taken, waiting = _taken(told, line), bytearray()
    name = told["file_name"]
    line.tell("file", name=f"{name}.{form.extension}", media_type=form.media_type)
    for one in form.write(taken):
        if isinstance(one, NextFile):
            line.tell("piece", bytes(waiting))
            waiting.clear()
            line.tell("file", name=f"{name}-{one.number}.{form.extension}", media_type=form.media_type)
            continue
        waiting += one
        while len(waiting) >= PIECE:
            line.tell("piece", bytes(waiting[:PIECE]))
            del waiting[:PIECE]
    line.tell("piece", bytes(waiting))
    line.tell(
        "outcomes",
        outcomes=[
            {
                "title": one.title,
                "count": one.count,
                "total": one.total,
                "reasons": one.reasons,
                "is_missing": one.is_missing,
            }
            for one in taken.outcomes
        ],
    )


def _taken(told: dict[str, Any], line: Line) -> Any:
    import msgspec

    from records.service import patient
    from records.service.take import Gathering, Order
    from records.service.take_cover import cover_of

    source = _source(told["source"], line)
    fetched = patient.fetch_person(source)
    gathering = Gathering(
        order=msgspec.convert(told["order"], Order),
        source=source,
        told=lambda slug, count: line.tell("in", slug=slug, count=count),
        whose=lambda: patient.whose(fetched, source),
    )
    return gathering.taken(cover_of(gathering.order, fetched, source, told["cover"]))


def _source(told: dict[str, Any], line: Line) -> Any:
    """The record, read as the pages read it, with tokens that the worker gives."""
    from datetime import datetime

    from django.core.cache import cache

    from records.fetching.cache import CachedGate, CachedRefusals, Keep, ServerMemory, ServerNames
    from records.fetching.source import Sharing, Source
    from records.fhir.client import FhirClient
    from records.fhir.deadline import Deadline
    from upstream.circuit import Circuit

    base, cache_id = told["base"], told["cache_id"]
    client = FhirClient(
        base=base,
        bearer=lambda: line.ask("bearer"),
        renew=lambda seen: line.ask("renew", seen=seen),
        gate=CachedGate(cache_id),
        deadline=Deadline(told["seconds"]),
        connect_timeout=told["connect_timeout"],
        read_timeout=told["read_timeout"],
        page_id=told["page_id"],
        proxy_url=told["proxy_url"],
        circuit=Circuit(store=cache, **told["circuit"]) if told["circuit"] else None,
        names=ServerNames(base),
        own=told["own"],
        can_renew=told["can_renew"],
        refusals=CachedRefusals(cache_id),
    )
    shares = {name: Sharing(said) for name, said in told["shares"].items()}
    return Source(
        client=client,
        patient=told["patient"],
        shares=lambda resource_type: shares.get(resource_type, Sharing.NONE),
        keep=Keep(cache_id, base64.b64decode(told["key"])),
        memory=ServerMemory(base),
        since=datetime.fromisoformat(told["since"]) if told["since"] else None,
        units=told["units"],
    )


if __name__ == "__main__":
    sys.exit(main())

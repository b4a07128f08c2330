"""What the trail says of one event, and in which words."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Event(StrEnum):
    """What happened."""

    SIGN_IN = "sign-in"
    """A record was opened."""
    SIGN_IN_REFUSED = "sign-in refused"
    """A sign-in came to nothing; the reason is that of the page that said so."""
    LOOK = "look"
    """A page or file of a record was asked for; the outcome is the answer's status."""
    LOOK_REFUSED = "look refused"
    """An address of another record than the open one."""
    SIGN_OUT = "sign-out"
    """A record was closed; the reason is a `Closed`."""
    GAP = "gap"
    """Here entries are missing; the outcome is how many, the reason why."""


class Closed(StrEnum):
    """By whom or what a record was closed."""

    READER = "reader"
    AGENCY = "agency"
    ANOTHER_SIGN_IN = "another sign-in"
    IDLE = "idle"
    AGE = "age"


@dataclass(frozen=True)
class Who:
    """One reader of one record, by the names that stand in no entry: they become pseudonyms before.

    `server` is the FHIR base, `patient` a logical id, `reader` the fhirUser (`Practitioner/7`) or, where the sign-in
    does not say it, the subject of the id_token; `relation` a word of `smart_auth.reader.Relation`, `access` the opaque
    part of the addresses of this sign-in, `agency` the slug of one of several. What is not known is empty.
    """

    server: str = ""
    patient: str = ""
    reader: str = ""
    relation: str = ""
    access: str = ""
    agency: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether neither reader nor patient is known."""
        return not (self.patient or self.reader)


@dataclass(frozen=True)
class Look:
    """At what: a page by the name of its address, a kind by its slug, an entry as `Type/id` (it becomes a pseudonym),
    and how it was answered."""

    page: str = ""
    section: str = ""
    entry: str = ""
    outcome: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the trail. `key` names the key that `patient`, `reader` and `entry` are pseudonyms under."""

    at: datetime
    event: str
    agency: str = ""
    key: str = ""
    patient: str = ""
    reader: str = ""
    relation: str = ""
    access: str = ""
    page: str = ""
    section: str = ""
    entry: str = ""
    outcome: str = ""
    reason: str = ""
    request: str = ""
    address: str = ""

    def fields(self) -> dict[str, Any]:
        """Every field by its name. (`dataclasses.asdict` copies each deeply, which takes as long as all the rest.)"""
        return {name: getattr(self, name) for name in NAMES}

    def line(self) -> str:
        """The entry as a line of JSON (RFC 8259) with its end; what is empty is left out. The time is in UTC."""
        said = {name: value for name, value in self.fields().items() if value}
        said["at"] = self.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return json.dumps(said, ensure_ascii=True, separators=(",", ":")) + "\n"


NAMES = tuple(one.name for one in fields(Entry))


def read_line(line: str) -> Entry | None:
    """The entry that a line holds; None where it is none of ours."""
    try:
        said: Any = json.loads(line)
        at = datetime.fromisoformat(said["at"])
    except (ValueError, KeyError, TypeError):
        return None
    words = {name: said[name] for name in NAMES[1:] if isinstance(said.get(name), str)}
    return Entry(at=at, **words) if "event" in words and at.tzinfo else None

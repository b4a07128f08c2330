"""The lines of `connection_check`: what was sent, what came, whether it is right, and who can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What a line says of its subject. UNKNOWN: it cannot be told from here, which is no reason to stop."""

    RIGHT = "right"
    WRONG = "WRONG"
    UNKNOWN = "unknown"


YOU = "you, in the portal's settings"
NETWORK = "whoever runs the network that this machine is in"
SERVER = "InSync's FHIR coordinator (or whoever runs the record server)"


@dataclass(frozen=True)
class Line:
    """One finding. `mend` is empty where there is nothing to mend."""

    subject: str
    verdict: Verdict
    sent: str
    came: str
    mend: str = ""


def right(subject: str, sent: str, came: str) -> Line:
    """As it should be."""
    return Line(subject, Verdict.RIGHT, sent, came)


def wrong(subject: str, sent: str, came: str, mend: str) -> Line:
    """So nobody, or not everybody, can sign in and read."""
    return Line(subject, Verdict.WRONG, sent, came, mend)


def unknown(subject: str, sent: str, came: str, mend: str = "") -> Line:
    """Cannot be told from here."""
    return Line(subject, Verdict.UNKNOWN, sent, came, mend)


def table(lines: list[Line]) -> str:
    """All lines as text, and a sum."""
    told = []
    for line in lines:
        told.append(f"{line.verdict.value:8}{line.subject}")
        told.append(f"        sent: {line.sent}")
        told.append(f"        came: {line.came}")
        if line.mend:
            told.append(f"        who can mend it: {line.mend}")
    counted = ", ".join(
        f"{number} {verdict.value.lower()}"
        for verdict in Verdict
        if (number := sum(line.verdict is verdict for line in lines))
    )
    return "\n".join([*told, "", f"{counted}."])

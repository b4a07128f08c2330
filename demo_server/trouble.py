"""Trouble on demand: switches that make the server misbehave, for tests and for demonstrations.

They live in the memory of the process; a restart forgets them. A switch bites on requests for one
resource type or for all, on all interactions or one, and may let the first ones pass or wear out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Condition
from typing import Any

from demo_server.catalogue import CATALOGUE
from demo_server.outcomes import STATUS_ISSUES

KINDS: dict[str, str] = {
    "slow": "Answers, but late",
    "hang": "Does not answer for a long time",
    "status": "Answers with an error status",
    "broken-json": "Sends JSON that breaks off in the middle",
    "foreign-next": "The link to the next page leads to another server",
    "looping-next": "The link to the next page leads to the same page again",
    "foreign-patient": "Another patient's entry stands among the results",
    "refused-binary": "Refuses to hand out files",
    "ignored-sort": "Sends results in no particular order",
    "token-status": "The token endpoint answers with an error status",
}
"""Every kind of trouble, and what it does in plain words."""

INTERACTIONS: dict[str, str] = {
    "any": "always",
    "search": "on the first page of a list",
    "next": "on the further pages of a list",
    "read": "when one entry is read",
}
"""Which requests a switch is for, and that in plain words."""
STATUSES = tuple(STATUS_ISSUES)
EVERYTHING = "*"
TARGETS = (EVERYTHING, *sorted((*CATALOGUE, "Binary")))
FOREIGN_NEXT = "https://elsewhere.example/fhir-request?_getpages=of-another-server"

_DEFAULT_SECONDS = {"slow": 5.0, "hang": 120.0}
_MOST_SECONDS = 600.0


class BadSwitch(ValueError):
    """A switch that cannot be set; the message says which part and why."""


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One trouble.

    `on` is a resource type or `*`; `interaction` narrows it to first pages (search), further pages
    (next) or reads. `after` requests pass untouched, then `times` are bitten (None: until it is
    cleared). `seconds` belongs to slow and hang, `status` and `retry_after` (seconds) to status,
    refused-binary and token-status, `url` to foreign-next.
    """

    kind: str
    on: str = EVERYTHING
    interaction: str = "any"
    status: int = 503
    retry_after: int | None = None
    seconds: float = 0.0
    after: int = 0
    times: int | None = None
    url: str = FOREIGN_NEXT

    def bites(self, kind: str, resource_type: str, interaction: str) -> bool:
        """Whether this switch is for such a request."""
        return (
            self.kind == kind
            and self.on in (EVERYTHING, resource_type)
            and self.interaction in ("any", interaction)
        )


def switch_from(given: Any) -> Switch:
    """A switch from a JSON object with the fields of `Switch`; only `kind` is required.

    Raises:
        BadSwitch: a field is unknown, of the wrong type or out of range.
    """
    if not isinstance(given, dict):
        raise BadSwitch("A switch must be a JSON object.")
    unknown = set(given) - {field.name for field in dataclasses.fields(Switch)}
    if unknown:
        raise BadSwitch(f"Unknown in a switch: {', '.join(sorted(unknown))}.")
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise BadSwitch(f"kind must be one of: {', '.join(KINDS)}.")
    default_status = 403 if kind == "refused-binary" else 503
    return Switch(
        kind=kind,
        on=_among("on", given.get("on", EVERYTHING), TARGETS),
        interaction=_among("interaction", given.get("interaction", "any"), INTERACTIONS),
        status=int(_number("status", given.get("status", default_status), 400, 599)),
        retry_after=_optional("retry_after", given.get("retry_after"), 86_400),
        seconds=_number("seconds", given.get("seconds", _DEFAULT_SECONDS.get(kind, 0)), 0, _MOST_SECONDS),
        after=int(_number("after", given.get("after", 0), 0, 1_000_000)),
        times=_optional("times", given.get("times"), 1_000_000),
        url=str(given.get("url", FOREIGN_NEXT)),
    )


def _among(name: str, value: Any, allowed: Iterable[str]) -> str:
    if value not in allowed:
        raise BadSwitch(f"{name} must be one of: {', '.join(allowed)}.")
    return str(value)


def _number(name: str, value: Any, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadSwitch(f"{name} must be a number from {least:g} to {most:g}.")
    return value


def _optional(name: str, value: Any, most: int) -> int | None:
    return None if value is None else int(_number(name, value, 0, most))


class Switches:
    """The switches that are set. Thread safe: each request counts once."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._set: list[Switch] = []

    def replace(self, switches: Iterable[Switch]) -> None:
        """Set exactly these; whoever waits in a slow or hanging answer is let go."""
        with self._changed:
            self._set = list(switches)
            self._changed.notify_all()

    def add(self, switch: Switch) -> None:
        """Set one more."""
        with self._changed:
            self._set.append(switch)

    def clear(self) -> None:
        """Set none."""
        self.replace(())

    def all(self) -> list[dict[str, Any]]:
        """The switches as JSON objects, `after` and `times` counted down to what is left."""
        with self._changed:
            return [dataclasses.asdict(one) for one in self._set]

    def take(self, kind: str, resource_type: str, interaction: str = "any") -> Switch | None:
        """The first switch of a kind that bites this request, used once; None if there is none."""
        with self._changed:
            for place, one in enumerate(self._set):
                if not one.bites(kind, resource_type, interaction) or one.times == 0:
                    continue
                if one.after:
                    self._set[place] = dataclasses.replace(one, after=one.after - 1)
                    continue
                if one.times is not None:
                    self._set[place] = dataclasses.replace(one, times=one.times - 1)
                return one
        return None

    def wait(self, switch: Switch) -> None:
        """Wait as long as the switch says, or until the switches are set anew."""
        with self._changed:
            self._changed.wait_for(lambda: switch.kind not in {one.kind for one in self._set}, switch.seconds)


SWITCHES = Switches()
"""The switches of this process."""


def token_trouble() -> Switch | None:
    """What the token endpoint should answer instead (`status`, `retry_after`); None for nothing."""
    return SWITCHES.take("token-status", EVERYTHING)

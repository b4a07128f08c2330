"""Whether calls of an access may go out at all, as its record server last said."""

from __future__ import annotations

from typing import Protocol


class Gate(Protocol):
    """Whether calls of this access may go out at all. Shut by a 429 or 503 for the time that the server asked for."""

    def seconds_shut(self) -> int:
        """Seconds until it opens again; 0 when open."""

    def shut_by(self) -> int:
        """The status that shut it, 429 or 503."""

    def shut(self, seconds: int, status: int) -> None:
        """Lets nothing through for so long."""


class Refusals(Protocol):
    """For which types the server refused a token that it takes for the patient (`errors.RefusedHere`)."""

    def known(self, resource_type: str) -> bool:
        """Whether it was so a moment ago."""

    def learn(self, resource_type: str) -> None:
        """Remembers it for some minutes."""


class NoRefusals:
    """Remembers none."""

    def known(self, resource_type: str) -> bool:
        return False

    def learn(self, resource_type: str) -> None:
        pass

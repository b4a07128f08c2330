"""Where entries stand: the values that sifting gives. See `records.reading.sifting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from records.fhir.elements import Named, Reference
from records.kinds.base import Same
from records.kinds.claims import Claim
from records.words.sections import Tally


class Spot(NamedTuple):
    """Where one entry was found, and how it compares: greater is later within its rank."""

    when: str
    rank: int
    page: int
    entry: int


@dataclass(slots=True)
class Sifted:
    """All entries of a kind in their places.

    `statements`: entries that state that there is none, or that nothing is known; those of none at all are
    `none_at_all` too, and `is_gainsaid` says whether entries contradict them. `at_odds`: entries that have one thing in
    two ways, by the words for it (`kinds.claims`). `by_id`: where each entry that is shown stands. `members`: what
    those that hold others together name.
    For kinds that fold: `held`, what is told in each entry that holds others; `folded`, all that have no row of their
    own because of it; `alike`, those of each questionnaire, and which of them are `totals`; `before`, the one of the
    same questionnaire before each. `same`: by a name that they share, those that stand folded under the newest of them,
    newest first; of `told_same` it is made.
    """

    tally: Tally = field(default_factory=Tally)
    groups: dict[str, list[Spot]] = field(default_factory=dict)
    series: dict[str, list[Spot]] = field(default_factory=dict)
    statements: list[Spot] = field(default_factory=list)
    none_at_all: list[Spot] = field(default_factory=list)
    none_of: list[tuple[Spot, str]] = field(default_factory=list)
    is_gainsaid: bool = False
    claimed: list[tuple[Spot, Claim]] = field(default_factory=list)
    at_odds: dict[Spot, list[str]] = field(default_factory=dict)
    unreadable: list[Spot] = field(default_factory=list)
    elsewhere: int = 0
    included: dict[tuple[str, str], Named] = field(default_factory=dict)
    by_id: dict[str, Spot] = field(default_factory=dict)
    members: dict[Spot, Sequence[Reference]] = field(default_factory=dict)
    held: dict[Spot, list[Spot]] = field(default_factory=dict)
    folded: list[Spot] = field(default_factory=list)
    alike: dict[str, list[Spot]] = field(default_factory=dict)
    totals: list[Spot] = field(default_factory=list)
    before: dict[Spot, Spot] = field(default_factory=dict)
    same: dict[str, list[Spot]] = field(default_factory=dict)
    told_same: list[tuple[Spot, Same]] = field(default_factory=list)
    has_warning: bool = False
    foreign: int = 0
    """How many of another patient's name no other one, but are at home on another server (`Entry.is_foreign`)."""
    containing: list[Spot] = field(default_factory=list)
    """Those inside of which entries of another kind stand."""
    inside: dict[str, list[Spot]] = field(default_factory=dict)
    """What stands inside an entry of another kind, by what that is called (`kinds.inside.holder`)."""
    own_days: dict[Spot, str] = field(default_factory=dict)
    """The day that is shown, where the same moment is on another one by UTC: an evening in America."""

    def year(self, spot: Spot) -> str:
        """The year of an entry's date as it is shown; empty where it has none."""
        return (self.own_days.get(spot) or spot.when)[:4]

    def day(self, spot: Spot) -> str:
        """An entry's date as it is shown, of a day, a month or a year, without the time; empty where it has none."""
        return self.own_days.get(spot) or spot.when[:10]

    def ordered(self, group: str) -> list[Spot]:
        """One group's spots: rank first, then newest first, undated last."""
        spots = self.groups.get(group, [])
        spots.sort(key=_newest_first, reverse=True)
        return spots

    def ordered_statements(self) -> list[Spot]:
        """What is stated in the place of entries: that there is none at all first, then the newest first."""
        none = set(self.none_at_all)
        return sorted(self.statements, key=lambda spot: (spot in none, spot.when), reverse=True)


def _newest_first(spot: Spot) -> tuple[int, str]:
    return -spot.rank, spot.when

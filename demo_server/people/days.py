"""Dates of care, told from today, so that a demo never looks stale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Days:
    """Turns "so many days ago" into the strings that FHIR writes. `today` is the only clock."""

    today: date

    def on(self, ago: int) -> date:
        """The calendar day `ago` days before today; a negative number lies ahead."""
        return self.today - timedelta(days=ago)

    def day(self, ago: int) -> str:
        """A FHIR `date`, e.g. "2026-03-09"."""
        return self.on(ago).isoformat()

    def moment(self, ago: int, clock: str = "09:00") -> str:
        """A FHIR `dateTime` or `instant` with the Eastern offset of that very day."""
        return self.moment_of(self.on(ago), clock)

    @staticmethod
    def moment_of(day: date, clock: str = "09:00") -> str:
        """Like `moment`, for a calendar day that is already known."""
        return datetime.combine(day, time.fromisoformat(clock), EASTERN).isoformat(timespec="seconds")

    def month(self, ago: int) -> str:
        """A FHIR `date` that knows its month only, e.g. "2024-10"."""
        return self.day(ago)[:7]

    def year(self, ago: int) -> str:
        """A FHIR `date` that knows its year only."""
        return self.day(ago)[:4]

    def born(self, age: int, month: int, day: int) -> str:
        """The birth date of someone who is `age` today and whose birthday is on that day of the year."""
        had_it = (month, day) <= (self.today.month, self.today.day)
        return date(self.today.year - age - (0 if had_it else 1), month, day).isoformat()

    @staticmethod
    def aged(born: str, months: int) -> date:
        """The day on which someone born on `born` was about so many months old (of 30.4 days)."""
        return date.fromisoformat(born) + timedelta(days=round(months * 30.4))

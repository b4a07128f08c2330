"""How old a child was: on the day of a reading or of a vaccine, where the age is half of what it says."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.words.rows import Row, replace
from records.words.sections import Section

GROWN_UP = 18
"""Years from which an age is not said."""

MONTHS_ALONE = 24
"""Months below which they are said as months, as for small children everywhere."""


def age_at(born: str | None, recorded: str | None) -> str:
    """A child's age on a day: "at 12 days", "at 15 months", "at 2 years 3 months".

    Args:
        born, recorded: FHIR dates; a time is taken as the day that it names.

    Returns:
        Words; empty where either day is not known exactly, before birth, and for a grown-up.
    """
    birth, day = _day(born), _day(recorded)
    if birth is None or day is None or day < birth:
        return ""
    months = (day.year - birth.year) * 12 + day.month - birth.month - (day.day < birth.day)
    if months >= GROWN_UP * 12:
        return ""
    if months < 1:
        days = (day - birth).days
        if not days:
            return _now("on the day of birth")
        return ngettext("at %(days)s day", "at %(days)s days", days) % {"days": days}
    if months < MONTHS_ALONE:
        return ngettext("at %(months)s month", "at %(months)s months", months) % {"months": months}
    years, left = divmod(months, 12)
    in_years = ngettext("%(years)s year", "%(years)s years", years) % {"years": years}
    if not left:
        return _now("at %(years)s") % {"years": in_years}
    in_months = ngettext("%(months)s month", "%(months)s months", left) % {"months": left}
    return _now("at %(years)s %(months)s") % {"years": in_years, "months": in_months}


def _day(recorded: str | None) -> date | None:
    try:
        return date.fromisoformat((recorded or "")[:10])
    except ValueError:
        return None


def with_age(row: Row, born: str | None) -> Row:
    """A row with the patient's age on its day, where that is worth saying."""
    age = age_at(born, row.when.iso) if row.when is not None else ""
    return replace(row, age=age) if age else row


def with_ages(section: Section, born: str | None) -> Section:
    """The same for every row of a section."""
    if _day(born) is None:
        return section
    return replace(
        section,
        groups=tuple(
            replace(group, rows=tuple(with_age(row, born) for row in group.rows)) for group in section.groups
        ),
        latest=tuple(replace(latest, row=with_age(latest.row, born)) for latest in section.latest),
    )

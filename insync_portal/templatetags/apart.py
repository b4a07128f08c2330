"""`{{ group|apart_from:groups }}`: which of several groups of one name and day it is, for who hears only names."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _now

from records.words.sections import RowGroup

register = template.Library()


@register.filter
def apart_from(group: RowGroup, groups: Iterable[RowGroup]) -> str:
    """Words like "2 of 3 of this name and day"; empty where no other has both."""
    same = [one.slug for one in groups if _name(one) == _name(group)]
    if len(same) < 2:
        return ""
    return _now("%(number)d of %(count)d of this name and day") % {
        "number": same.index(group.slug) + 1,
        "count": len(same),
    }


def _name(group: RowGroup) -> tuple[str, str]:
    day = group.report.when if group.report is not None else None
    return str(group.title), str(day.words) if day is not None else ""

"""The page of who opened this record here: from the audit trail, where the operator keeps it as a table."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from records.kinds import KINDS
from records.pages.door import PAGE_SECONDS, Reading, record_page
from records.words.rows import Row, When, Words
from records.words.sections import Pages
from smart_auth.access import Relation
from trail.asking import kept_since
from trail.visits import Looked, Visit, gaps, visits

TITLE = gettext_lazy("Who opened this record here")
SLUG = "looks"
A_PAGE = 50
MOST_GAPS = 5

WHO: dict[str, Words] = {
    Relation.SELF.value: gettext_lazy("The patient"),
    Relation.REPRESENTATIVE.value: gettext_lazy("A representative"),
    Relation.STAFF.value: gettext_lazy("Somebody who works at the agency"),
    Relation.UNKNOWN.value: gettext_lazy("Somebody of whom the sign-in does not say who it was"),
}

PAGES: dict[str, Words] = {
    **dict.fromkeys(("overview", "block", "whose", "units"), gettext_lazy("Overview")),
    "timeline": gettext_lazy("Timeline"),
    "search": gettext_lazy("Search"),
    "receipt": gettext_lazy("What could be loaded"),
    **dict.fromkeys(("people", "person"), gettext_lazy("People and places")),
    "belonging": gettext_lazy("What belongs to a visit"),
    "confirm": gettext_lazy("Name and birth date, to find the right record"),
    "growth": gettext_lazy("Growth"),
    **dict.fromkeys(
        ("take", "take-progress", "take-stop", "take-again"), gettext_lazy("Take the record along")
    ),
    "take-file": gettext_lazy("The record was saved as a file"),
    "looks": TITLE,
}
"""Pages that are no section's own. A part of the overview is the overview."""


@record_page(PAGE_SECONDS)
def looks(reading: Reading) -> HttpResponse:
    """Every visit for the patient; for everybody else their own."""
    if settings.TRAIL != "table":
        raise Http404
    access, first = reading.request.access, (reading.page_number - 1) * A_PAGE
    is_patient = access.relation is Relation.SELF
    found = visits(access.who, of_all=is_patient, first=first, many=A_PAGE + 1)
    context = {
        "title": TITLE,
        "is_patient": is_patient,
        "is_known": is_patient or bool(access.who.reader),
        "days": _by_day(found[:A_PAGE], access.id),
        "since": kept_since(),
        "kept_days": settings.TRAIL_DAYS,
        "gaps": "; ".join(map(_moment, gaps(MOST_GAPS))),
        "pages": _pages(reading, first, len(found)),
    }
    return reading.page("records/looks.html", context, current=SLUG)


def _pages(reading: Reading, first: int, found: int) -> Pages:
    """The pages around this one; how many there are in all is not counted."""
    number, shown = reading.page_number, min(found, A_PAGE)
    said = _("Visits %(first)d to %(last)d") % {"first": first + 1, "last": first + shown} if shown else ""
    return Pages(
        newer_href=reading.addresses.looks(number - 1) if number > 1 else "",
        older_href=reading.addresses.looks(number + 1) if found > A_PAGE else "",
        words=said,
    )


def _by_day(found: list[Visit], current: str) -> list[tuple[date, list[Row]]]:
    """Visits under the day on which each ended, as the agency's clock has it."""
    days: dict[date, list[Row]] = {}
    for visit in found:
        days.setdefault(timezone.localtime(visit.ended).date(), []).append(_row(visit, current))
    return list(days.items())


def _row(visit: Visit, current: str) -> Row:
    began, ended = _clock(visit.began), _clock(visit.ended)
    words = began if began == ended else _("%(first)s to %(last)s") % {"first": began, "last": ended}
    return Row(
        title=WHO.get(visit.relation, WHO[Relation.UNKNOWN.value]),
        line="; ".join(dict.fromkeys(map(_what, sorted(visit.looked, key=_place)))),
        when=When(words=words, iso=timezone.localtime(visit.began).isoformat(timespec="minutes")),
        asides=(_("This sign-in"),) if visit.access == current else (),
    )


def _moment(at: datetime) -> str:
    day = dateformat.format(timezone.localtime(at), pgettext("day, a Django date format", "F j, Y"))
    return _("%(day)s, %(time)s") % {"day": day, "time": _clock(at)}


def _clock(at: datetime) -> str:
    """A time as the agency's clock has it."""
    return dateformat.format(timezone.localtime(at), pgettext("clock time, a Django date format", "g:i A"))


def _place(looked: Looked) -> int:
    """Where it stands among the others: the overview, sections as in the menu, the rest."""
    if looked.page in PAGES:
        return 0 if PAGES[looked.page] is PAGES["overview"] else len(KINDS) + list(PAGES).index(looked.page)
    return list(KINDS).index(looked.section) if looked.section in KINDS else len(KINDS) + len(PAGES)


def _what(looked: Looked) -> str:
    if looked.page in PAGES:
        return str(PAGES[looked.page])
    return str(KINDS[looked.section].title) if looked.section in KINDS else _("Other pages")

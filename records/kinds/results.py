"""A section of test results: what laboratory, imaging, clinical tests and other results have in common.

Results stand in a table, newest first, under the reports that hold them; each test has a page of its own with all
its readings. A section says what it asks for, which reports are its own, and its few sentences. FHIR R4 Observation;
US Core 5.0.1 Laboratory Result, Observation Imaging Result, Observation Clinical Test Result.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from records.fhir.elements import Observation
from records.kinds import observed, reports
from records.kinds.base import Group, Heading, Kind, OnOverview, Panels, Search, by_code
from records.words import observing, plain_names
from records.words.rows import Words

EVERY = _("Every result")
LOOSE = _("Results without a report")
NOT_PUT_TOGETHER = _("The results below are therefore not put together by report.")


@dataclass(frozen=True, kw_only=True)
class Results:
    """What a section of results says for itself.

    Attributes:
        slug, title, plain, nothing_came_back, order, searches, overview: as of any kind.
        section: whose Observations these are, as `observed.section_of` tells.
        own_reports: the headings of the reports that are shown here even where none of what they hold is.
        every: the heading over all rows.
        loose: the heading over rows that no report holds.
        not_put_together: what to say where the reports could not be had.
    """

    slug: str
    section: str
    title: Words
    plain: Words
    nothing_came_back: Words
    order: int
    searches: tuple[Search, ...]
    own_reports: tuple[str, ...]
    every: Words = EVERY
    loose: Words = LOOSE
    not_put_together: Words = NOT_PUT_TOGETHER
    overview: OnOverview | None = None


def results_kind(own: Results) -> Kind[Observation, observed.ObservedHead]:
    """A kind whose entries are results of tests."""
    return Kind(
        slug=own.slug,
        title=own.title,
        plain=own.plain,
        nothing_came_back=own.nothing_came_back,
        group=Group.MEASURES,
        order=own.order,
        resource_type="Observation",
        searches=own.searches,
        model=Observation,
        head=observed.ObservedHead,
        to_row=observed.to_row,
        said=by_code(observing.STATUS),
        date_of=observed.date_of,
        place=observed.only(own.section),
        references=observed.references,
        details=observed.details,
        sort="-date",
        date_parameter="date",
        series=observed.series_by_code,
        to_point=observed.to_point,
        series_names=plain_names.OF_SERIES,
        as_table=True,
        members=lambda head: head.hasMember,
        panels=Panels(
            kind=reports.KIND,
            own=own.own_reports,
            loose=Heading("all", own.loose, now=True),
            missing=own.not_put_together,
        ),
        headings=(Heading("all", own.every, _("Newest first"), now=True),),
        overview=own.overview,
    )

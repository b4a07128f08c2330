"""Other results: Observations whose category is missing or unknown, so that none falls through. FHIR R4 Observation.

Asks for all Observations: what another section claims is counted as shown there. Where the server does not answer
without a category (400), nothing tells what else there is, and the page says why.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records import observing, plain_names
from records.fhir.elements import Observation
from records.kinds import observed, reports
from records.kinds.base import Group, Heading, Kind, Panels, Search, by_code

LOOSE = Heading("all", _("Results without a report"), now=True)

KIND = Kind(
    slug="other-results",
    title=_("Other results"),
    plain=_("Results of a kind that the record does not name, or that this page does not know."),
    nothing_came_back=_(
        "The agency’s system sent no results of other kinds. That does not always mean there are none."
    ),
    group=Group.MEASURES,
    order=60,
    resource_type="Observation",
    searches=(Search(),),
    model=Observation,
    head=observed.ObservedHead,
    to_row=observed.to_row,
    said=by_code(observing.STATUS),
    date_of=observed.date_of,
    place=observed.only(observed.OTHER),
    references=observed.references,
    details=observed.details,
    sort="-date",
    date_parameter="date",
    series=observed.series_by_code,
    series_names=plain_names.OF_SERIES,
    as_table=True,
    members=lambda head: head.hasMember,
    panels=Panels(
        kind=reports.KIND,
        own=(),
        loose=LOOSE,
        missing=_("The results below are therefore not put together by report."),
    ),
    headings=(Heading("all", _("Every result"), _("Newest first"), now=True),),
)

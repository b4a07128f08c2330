"""Laboratory: results of blood, urine and other samples, under their reports. FHIR R4 Observation; US Core 5.0.1."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records import observing, plain_names
from records.fhir.elements import Observation
from records.kinds import observed, reports
from records.kinds.base import Group, Heading, Kind, OnOverview, Panels, Search, by_code

LOOSE = Heading("all", _("Results without a report"), now=True)

KIND = Kind(
    slug=observed.LABORATORY,
    title=_("Laboratory results"),
    plain=_(
        "What laboratories found in blood, urine and other samples. A result outside the usual range is not always"
        " a problem: the agency can say what it means."
    ),
    nothing_came_back=_(
        "The agency’s system sent no laboratory results. That does not always mean that nothing was tested."
    ),
    group=Group.MEASURES,
    order=10,
    resource_type="Observation",
    searches=(Search(parameters=(("category", "laboratory"),)),),
    model=Observation,
    head=observed.ObservedHead,
    to_row=observed.to_row,
    said=by_code(observing.STATUS),
    date_of=observed.date_of,
    place=observed.only(observed.LABORATORY),
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
        own=(reports.LABORATORY,),
        loose=LOOSE,
        missing=_("The results below are therefore not put together by report."),
    ),
    headings=(Heading("all", _("Every result"), _("Newest first"), now=True),),
    overview=OnOverview(title=_("Latest results"), rows=3, order=40, more=_("All laboratory results")),
)

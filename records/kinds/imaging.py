"""Imaging: what X-rays, scans and ultrasounds showed. FHIR R4 Observation; US Core 5.0.1 Imaging Result."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records import observing, plain_names
from records.fhir.elements import Observation
from records.kinds import observed, reports
from records.kinds.base import Group, Heading, Kind, Panels, Search, by_code

LOOSE = Heading("all", _("Findings without a report"), now=True)

KIND = Kind(
    slug=observed.IMAGING,
    title=_("Imaging"),
    plain=_(
        "What X-rays, scans, ultrasounds and other pictures showed. The pictures themselves are not here."
    ),
    nothing_came_back=_(
        "The agency’s system sent no imaging results. That does not always mean that no pictures were taken."
    ),
    group=Group.MEASURES,
    order=15,
    resource_type="Observation",
    searches=(Search(parameters=(("category", "imaging"),)),),
    model=Observation,
    head=observed.ObservedHead,
    to_row=observed.to_row,
    said=by_code(observing.STATUS),
    date_of=observed.date_of,
    place=observed.only(observed.IMAGING),
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
        own=(reports.IMAGING,),
        loose=LOOSE,
        missing=_("The findings below are therefore not put together by report."),
    ),
    headings=(Heading("all", _("Every finding"), _("Newest first"), now=True),),
)

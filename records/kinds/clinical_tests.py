"""Clinical tests: heart tracings, breathing tests and their like. FHIR R4 Observation; US Core 5.0.1 Clinical Test."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records import observing, plain_names
from records.fhir.elements import Observation
from records.kinds import observed, reports
from records.kinds.base import Group, Heading, Kind, Panels, Search, by_code

LOOSE = Heading("all", _("Results without a report"), now=True)
CODES = observed.CATEGORIES[observed.CLINICAL_TESTS]

KIND = Kind(
    slug=observed.CLINICAL_TESTS,
    title=_("Clinical tests"),
    plain=_(
        "Results of tests and examinations other than laboratory tests and pictures, such as heart tracings."
    ),
    nothing_came_back=_(
        "The agency’s system sent no results of clinical tests. That does not always mean that none were done."
    ),
    group=Group.MEASURES,
    order=20,
    resource_type="Observation",
    searches=(
        Search(
            parameters=(("category", ",".join(CODES)),),
            fallbacks=(tuple((("category", code),) for code in CODES), ((("category", CODES[0]),),)),
        ),
    ),
    model=Observation,
    head=observed.ObservedHead,
    to_row=observed.to_row,
    said=by_code(observing.STATUS),
    date_of=observed.date_of,
    place=observed.only(observed.CLINICAL_TESTS),
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
        own=(reports.CLINICAL_TESTS,),
        loose=LOOSE,
        missing=_("The results below are therefore not put together by report."),
    ),
    headings=(Heading("all", _("Every result"), _("Newest first"), now=True),),
)

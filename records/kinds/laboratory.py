"""Laboratory: results of blood, urine and other samples, under their reports. FHIR R4 Observation; US Core 5.0.1."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records.kinds import observed, reports
from records.kinds.base import OnOverview, Search
from records.kinds.results import Results, results_kind

KIND = results_kind(
    Results(
        slug=observed.LABORATORY,
        section=observed.LABORATORY,
        title=_("Laboratory results"),
        plain=_(
            "What laboratories found in blood, urine and other samples. A result outside the usual range is not always"
            " a problem: the agency can say what it means."
        ),
        nothing_came_back=_(
            "The agency’s system sent no laboratory results. That does not always mean that nothing was tested."
        ),
        order=10,
        searches=(Search(parameters=(("category", "laboratory"),)),),
        own_reports=(reports.LABORATORY,),
        overview=OnOverview(title=_("Latest results"), rows=3, order=40, more=_("All laboratory results")),
    )
)

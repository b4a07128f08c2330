"""Clinical tests: heart tracings, breathing tests and their like. FHIR R4 Observation; US Core 5.0.1 Clinical Test."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records.kinds import observed, reports
from records.kinds.base import Search
from records.kinds.results import Results, results_kind

CODES = observed.CATEGORIES[observed.CLINICAL_TESTS]

KIND = results_kind(
    Results(
        slug=observed.CLINICAL_TESTS,
        section=observed.CLINICAL_TESTS,
        title=_("Clinical tests"),
        plain=_(
            "Results of tests and examinations other than laboratory tests and pictures, such as heart tracings."
        ),
        nothing_came_back=_(
            "The agency’s system sent no results of clinical tests. That does not always mean that none were done."
        ),
        order=20,
        searches=(
            Search(
                parameters=(("category", ",".join(CODES)),),
                fallbacks=(tuple((("category", code),) for code in CODES), ((("category", CODES[0]),),)),
            ),
        ),
        own_reports=(reports.CLINICAL_TESTS,),
    )
)

"""Other results: Observations whose category is missing or unknown, so that none falls through. FHIR R4 Observation.

Asks for all Observations: what another section claims is counted as shown there. Where the server does not answer
without a category (400), nothing tells what else there is, and the page says why.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records.kinds import observed
from records.kinds.base import Search
from records.kinds.results import Results, results_kind

KIND = results_kind(
    Results(
        slug="other-results",
        section=observed.OTHER,
        title=_("Other results"),
        plain=_("Results of a kind that the record does not name, or that this page does not know."),
        nothing_came_back=_(
            "The agency’s system sent no results of other kinds. That does not always mean there are none."
        ),
        order=60,
        searches=(Search(),),
        own_reports=(),
    )
)

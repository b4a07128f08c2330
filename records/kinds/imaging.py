"""Imaging: what X-rays, scans and ultrasounds showed. FHIR R4 Observation; US Core 5.0.1 Imaging Result."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records.kinds import observed, reports
from records.kinds.base import Search
from records.kinds.results import Results, results_kind

KIND = results_kind(
    Results(
        slug=observed.IMAGING,
        section=observed.IMAGING,
        title=_("Imaging"),
        plain=_(
            "What X-rays, scans, ultrasounds and other pictures showed. The pictures themselves are not here."
        ),
        nothing_came_back=_(
            "The agency’s system sent no imaging results. That does not always mean that no pictures were taken."
        ),
        order=15,
        searches=(Search(parameters=(("category", "imaging"),)),),
        own_reports=(reports.IMAGING,),
        every=_("Every finding"),
        loose=_("Findings without a report"),
        not_put_together=_("The findings below are therefore not put together by report."),
    )
)

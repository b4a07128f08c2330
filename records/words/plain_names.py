"""Plain names for common tests, panels and questionnaires, by LOINC code, for what lists and facts call them.

The names stand in `wording.loinc_names`, when they go before the record's own in `wording.called`. The name in the
record stays among an entry's facts.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from records.fhir.codes import LOINC
from records.fhir.elements import CodeableConcept
from records.words import wording
from records.words.called import named
from records.words.loinc_names import NAMES
from records.words.rows import Fact, Words

__all__ = ["NAMES", "OF_SERIES", "named", "recorded_name"]

OF_SERIES: Mapping[str, Words] = {f"{LOINC}|{code}": name for code, name in NAMES.items()}
"""The same by the names of series of tests (`kinds.observed.series_by_code`)."""


def recorded_name(code: CodeableConcept | None) -> Fact | None:
    """The name in the record as a fact, where another one is shown."""
    return wording.maybe(_("Name in the record"), named(code)[1])

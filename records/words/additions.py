"""What is said of an addition that may change the meaning of what bears it. FHIR R4 modifierExtension."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.words.rows import Fact, Words

MAY_MEAN_OTHER = _("This entry carries an addition that may change what it means")
"""In a row and above an entry's facts; it leads to the addition itself. What that means is never guessed."""

ADDITION = "addition"
"""The fragment of an entry's page where its first addition stands; those behind it are numbered from 2."""


def addition_facts(places: Iterable[str], group: Words = "") -> tuple[Fact, ...]:
    """That an entry bears additions, and on which of its elements, named in words; "" is the entry as a whole."""
    return tuple(
        Fact(
            label=_("An addition"),
            value=_now("This entry carries an addition that may change what it means. It stands at: %s")
            % place
            if place
            else MAY_MEAN_OTHER,
            group=group,
            href=f"#{ADDITION}",
        )
        for place in dict.fromkeys(places)
    )

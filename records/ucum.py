"""Units that a record gives as a UCUM code alone, as one reads them: "10³/µL" for 10*3/uL. UCUM, revision 2.1.

Only the writing changes, never the value: nothing is converted here (see `records.units`).
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.rows import Words

NAMES: dict[str, Words] = {
    "1": "",
    "{score}": "",
    "{#}": "",
    "{#}/a": _("per year"),
    "{#}/mo": _("per month"),
    "{#}/wk": _("per week"),
    "{#}/d": _("per day"),
    "/min": _("per minute"),
    "/h": _("per hour"),
    "/d": _("per day"),
    "Cel": "°C",
    "[degF]": "°F",
    "[lb_av]": "lb",
    "[oz_av]": "oz",
    "[in_i]": "in",
    "[ft_i]": "ft",
    "mm[Hg]": "mmHg",
    "kg/m2": "kg/m²",
}
"""Codes whose signs are no words. A score and a count are plain numbers."""

_ANNOTATION = re.compile(r"\{([^{}]*)\}")
_POWER = re.compile(r"10[*^](-?\d+)")
_MICRO = re.compile(r"(?<![A-Za-z])u(?=(?:L|l|g|m|mol|kat|U|s)(?![A-Za-z]))")
_ABOVE = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def unit_words(code: str) -> str:
    """A UCUM code as one reads it; the code itself where there is nothing to make plainer."""
    if code in NAMES:
        return str(NAMES[code])
    said = _ANNOTATION.sub(lambda found: found[1].replace("_", " "), code)
    said = _POWER.sub(lambda found: "10" + found[1].translate(_ABOVE), said)
    said = _MICRO.sub("µ", said).rstrip("/ ").lstrip()
    # "72 min" would be a length of time, and "5 µL" an amount.
    return _now("per %s") % said[1:] if said.startswith("/") and said[1:] else said or code

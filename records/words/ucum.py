"""Units that a record gives as a UCUM code alone, as one reads them: "10³/µL" for 10*3/uL. UCUM, revision 2.1.

Only the writing changes, never the value: nothing is converted here (see `records.words.units`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.words.rows import Words

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

CUSTOMARY: dict[str, Callable[[int], str]] = {
    "[tsp_us]": lambda n: ngettext("teaspoon", "teaspoons", n),
    "[tbs_us]": lambda n: ngettext("tablespoon", "tablespoons", n),
    "[foz_us]": lambda n: ngettext("fluid ounce", "fluid ounces", n),
    "[cup_us]": lambda n: ngettext("cup", "cups", n),
    "[pt_us]": lambda n: ngettext("pint", "pints", n),
    "[qt_us]": lambda n: ngettext("quart", "quarts", n),
    "[gal_us]": lambda n: ngettext("gallon", "gallons", n),
    "[tsp_m]": lambda n: ngettext("teaspoon (5 mL)", "teaspoons (5 mL)", n),
    "[tbs_m]": lambda n: ngettext("tablespoon (15 mL)", "tablespoons (15 mL)", n),
    "[foz_m]": lambda n: ngettext("fluid ounce (30 mL)", "fluid ounces (30 mL)", n),
    "[cup_m]": lambda n: ngettext("cup (240 mL)", "cups (240 mL)", n),
    "[drp]": lambda n: ngettext("drop", "drops", n),
}
"""Units of kitchen and pharmacy, in words. UCUM, tables of US volumes and of apothecaries' units."""

ATOMS = {
    **{"[degF]": "°F", "[lb_av]": "lb", "[oz_av]": "oz", "[in_i]": "in", "[ft_i]": "ft", "[yd_i]": "yd"},
    **{"[IU]": "IU", "[iU]": "IU", "[Hg]": "Hg", "[H2O]": "H₂O", "[HPF]": "HPF", "[LPF]": "LPF"},
    **{"[pH]": "pH", "[ppm]": "ppm", "[ppb]": "ppb", "[ppth]": "ppth", "[CFU]": "CFU", "[cfu]": "CFU"},
    **{"[arb'U]": "arb. U", "[GPL'U]": "GPL", "[MPL'U]": "MPL", "[APL'U]": "APL", "[beth'U]": "Bethesda U"},
}
"""UCUM's units in brackets as laboratories write them. Any other keeps its brackets, and every sign within them."""

_PARTS = re.compile(r"(\[[^\[\]]*\])|\{([^{}]*)\}|([^\[\]{}]+|.)", re.DOTALL)
_POWER = re.compile(r"10[*^](-?\d+)")
_MICRO = re.compile(
    r"(?<![A-Za-z])u(?=(?:L|l|g|m|mol|kat|U|s|eq|Eq|osm|Ci|Bq|Gy|Sv|Pa|V|A|W|N|J|F|Ohm|S)(?![A-Za-z]))"
)
_is_odd = re.compile(r"[\[\]{}*^u]|\A/|/\Z").search
"""Whether anything in a code is to be written otherwise: most, "mg/dL", are written as they are read."""

_ABOVE = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def unit_words(code: str, count: int = 2) -> str:
    """A UCUM code as one reads it; the code itself where there is nothing to make plainer.

    Args:
        count: of how many it is said: 1 of exactly one.
    """
    if code in CUSTOMARY:
        return CUSTOMARY[code](count)
    if code in NAMES:
        return str(NAMES[code])
    return _written(code) if _is_odd(code) else code


def _written(code: str) -> str:
    said = ""
    for bracket, annotation, plain in _PARTS.findall(code):
        if bracket:
            if said == "u" or said.endswith((".u", "/u")):  # a millionth of what stands in brackets
                said = said[:-1] + "µ"
            said += ATOMS.get(bracket, bracket)
        elif plain:
            said += _MICRO.sub("µ", _POWER.sub(lambda found: "10" + found[1].translate(_ABOVE), plain))
        elif annotation:
            # It may change what the number means, so it is set apart: "ng/mL FEU" is half of "ng/mL DDU".
            apart = " " if said and (said[-1].isalnum() or said[-1] in "])%³²") else ""
            said += apart + annotation.replace("_", " ")
    said = said.rstrip("/ ").lstrip()
    # "72 min" would be a length of time, and "5 µL" an amount.
    return _now("per %s") % said[1:] if said.startswith("/") and said[1:] else said or code

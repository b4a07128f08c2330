"""Questionnaires whose scoring is published: their codes, what each answer counts, and what their authors call a total.

Nothing here was written from memory. The LOINC codes of panels, items, answers and totals were looked up in published
FHIR questionnaires and in LOINC's answer lists (PHQ LL358-3, AUDIT-C LL2179-1, LL2180-9 and LL2181-7); the
ranges stand in the papers that `published` names. What could not be looked up is not here, and is shown without a
range: a score is never judged by this page itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import LOINC
from records.fhir.elements import CodeableConcept
from records.words.rows import Words

Points = Mapping[str, int]
"""What an answer counts, by the LOINC code of the answer."""


@dataclass(frozen=True, slots=True)
class Band:
    """One range of totals, both ends included, and what the authors call it; `short` where that is long."""

    low: int
    high: int
    words: Words
    short: Words = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A total from which on the authors see more, and what."""

    value: int
    words: Words


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire by the LOINC codes of its panel, its total and its items.

    Attributes:
        name: what people call it; a name, untranslated.
        total: of the total score; empty where there is none.
        most: the highest total; the lowest is 0.
        items: those that are added up, each with what its answers count. Empty where that could not be looked up.
        instead: questions that a published form asks in the place of an item, with that item. Their answers are
            counted by nobody's table, but they are no missing answer.
        bands: the authors' ranges, without a hole between them.
        marks: the totals that they single out, where they name no ranges.
        published: where the ranges were published.
    """

    name: str
    panel: str
    total: str = ""
    most: int = 0
    items: Mapping[str, Points] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    published: str = ""

    def band(self, total: Decimal) -> Band | None:
        """The range that a total falls into; None where it is none of the totals that there can be."""
        return next((band for band in self.bands if band.low <= total <= band.high), None)


def band_words(instrument: Instrument, band: Band) -> str:
    """A range in words, said to be the authors': "15 to 19 of 27: moderately severe, by the authors’ …"."""
    said = {"low": band.low, "high": band.high, "most": instrument.most, "words": band.words}
    if band.low == band.high:
        return _now("%(low)d of %(most)d: %(words)s, by the authors’ published ranges") % said
    return _now("%(low)d to %(high)d of %(most)d: %(words)s, by the authors’ published ranges") % said


ORDINAL_VALUE = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
ITEM_WEIGHT = "http://hl7.org/fhir/StructureDefinition/itemWeight"

HOW_OFTEN: Points = {"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}
"""Not at all, several days, more than half the days, nearly every day."""

_PHQ_FIRST_TWO = ("44250-9", "44255-8")
SELF_HARM_OF_PHQ = "44260-8"

PHQ_9 = Instrument(
    name="PHQ-9",
    panel="44249-1",
    total="44261-6",
    most=27,
    items=dict.fromkeys(
        (
            *_PHQ_FIRST_TWO,
            "44259-0",
            "44254-1",
            "44251-7",
            "44258-2",
            "44252-5",
            "44253-3",
            SELF_HARM_OF_PHQ,
        ),
        HOW_OFTEN,
    ),
    bands=(
        Band(0, 4, _("none or minimal")),
        Band(5, 9, _("mild")),
        Band(10, 14, _("moderate")),
        Band(15, 19, _("moderately severe")),
        Band(20, 27, _("severe")),
    ),
    published="Kroenke K, Spitzer RL, Williams JBW. The PHQ-9. J Gen Intern Med 2001;16:606–613",
)

PHQ_9_TEENS = Instrument(
    name="PHQ-9 for teens",
    panel="89206-7",
    total="89204-2",
    most=27,
    bands=PHQ_9.bands,
    published="Johnson JG, et al. The Patient Health Questionnaire for Adolescents. J Adolesc Health 2002;30:196–204",
)

PHQ_2 = Instrument(
    name="PHQ-2",
    panel="55757-9",
    total="55758-7",
    most=6,
    items=dict.fromkeys(_PHQ_FIRST_TWO, HOW_OFTEN),
    bands=(
        Band(0, 2, _("below 3, from which on more questions are asked")),
        Band(3, 6, _("3 or more, from which on more questions are asked")),
    ),
    marks=(Mark(3, _("more questions are asked")),),
    published="Kroenke K, Spitzer RL, Williams JBW. The Patient Health Questionnaire-2. Med Care 2003;41:1284–1292",
)

GAD_7 = Instrument(
    name="GAD-7",
    panel="69737-5",
    total="70274-6",
    most=21,
    items=dict.fromkeys(
        ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"), HOW_OFTEN
    ),
    bands=(
        Band(0, 4, _("minimal")),
        Band(5, 9, _("mild")),
        Band(10, 14, _("moderate")),
        Band(15, 21, _("severe")),
    ),
    published="Spitzer RL, Kroenke K, Williams JBW, Löwe B. The GAD-7. Arch Intern Med 2006;166:1092–1097",
)

AUDIT_C = Instrument(
    name="AUDIT-C",
    panel="72109-2",
    total="75626-2",
    most=12,
    items={
        "68518-0": {"LA6270-8": 0, "LA18926-8": 1, "LA18927-6": 2, "LA18928-4": 3, "LA18929-2": 4},
        "68519-8": {"LA15694-5": 0, "LA15695-2": 1, "LA18930-0": 2, "LA18931-8": 3, "LA18932-6": 4},
        "68520-6": {"LA6270-8": 0, "LA18933-4": 1, "LA18876-5": 2, "LA18891-4": 3, "LA18934-2": 4},
    },
    instead={
        "68517-2": "68518-0"
    },  # US Core, Questionnaire AUDIT-C: a number of times, not one of five answers
    bands=(
        Band(0, 2, _("below the mark for women (3) and for men (4)")),
        Band(3, 3, _("at the mark for women (3), below the one for men (4)")),
        Band(4, 12, _("at or above the mark for women (3) and for men (4)")),
    ),
    marks=(Mark(3, _("the authors’ mark for women")), Mark(4, _("the authors’ mark for men"))),
    published="Bush K, et al. The AUDIT-C. Arch Intern Med 1998;158:1789–1795; "
    "Bradley KA, et al. Arch Intern Med 2003;163:821–829",
)

DAST_10 = Instrument(
    name="DAST-10",
    panel="82666-9",
    total="82667-7",
    most=10,
    bands=(
        Band(0, 0, _("no problems reported")),
        Band(1, 2, _("low level")),
        Band(3, 5, _("moderate level")),
        Band(6, 8, _("substantial level")),
        Band(9, 10, _("severe level")),
    ),
    published="Skinner HA. The Drug Abuse Screening Test, 1982; ranges: NIDA Common Data Elements, 3254089",
)

AUDIT = Instrument(
    name="AUDIT",
    panel="72110-0",
    total="75624-7",
    most=40,
    bands=(
        Band(0, 7, _("zone I, low-risk drinking or none"), _("zone I")),
        Band(8, 15, _("zone II, above low-risk guidelines"), _("zone II")),
        Band(16, 19, _("zone III, harmful and hazardous drinking"), _("zone III")),
        Band(20, 40, _("zone IV, where a closer look is advised"), _("zone IV")),
    ),
    published="Babor TF, et al. AUDIT: Guidelines for Use in Primary Care, 2nd ed. World Health Organization 2001",
)

EPDS = Instrument(
    name="EPDS",
    panel="99046-5",
    total="71354-5",
    most=30,
    bands=(
        Band(0, 9, _("below 10, from which on the authors see a possible depression")),
        Band(10, 12, _("10 or more, from which on the authors see a possible depression")),
        Band(13, 30, _("13 or more, from which on the authors see a probable depression")),
    ),
    marks=(Mark(10, _("possible depression")), Mark(13, _("probable depression"))),
    published="Cox JL, Holden JM, Sagovsky R. Edinburgh Postnatal Depression Scale. Br J Psychiatry 1987;150:782–786",
)

PCL_5 = Instrument(
    name="PCL-5",
    panel="101697-1",
    total="101698-9",
    most=80,
    bands=(
        Band(0, 30, _("below the mark of 31 to 33")),
        Band(31, 33, _("at the mark of 31 to 33")),
        Band(34, 80, _("above the mark of 31 to 33")),
    ),
    marks=(Mark(31, _("31 to 33, from where on a closer look is advised")),),
    published="Weathers FW, et al. The PTSD Checklist for DSM-5. National Center for PTSD 2013; "
    "Bovin MJ, et al. Psychol Assess 2016;28:1379–1391",
)

PRAPARE = Instrument(name="PRAPARE", panel="93025-5")
AHC_HRSN = Instrument(name="AHC-HRSN", panel="96777-8")
C_SSRS = Instrument(name="C-SSRS", panel="93373-9")
C_SSRS_LIFETIME = Instrument(name="C-SSRS, lifetime", panel="93245-9")

INSTRUMENTS = (
    *(PHQ_9, PHQ_9_TEENS, PHQ_2, GAD_7, AUDIT_C, AUDIT, DAST_10, EPDS, PCL_5),
    *(PRAPARE, AHC_HRSN, C_SSRS, C_SSRS_LIFETIME),
)

_BY_PANEL = {one.panel: one for one in INSTRUMENTS}
_BY_TOTAL = {one.total: one for one in INSTRUMENTS if one.total}


def by_panel(panel: str) -> Instrument | None:
    """The questionnaire whose panel has this LOINC code."""
    return _BY_PANEL.get(panel)


def instrument_of(code: CodeableConcept | None) -> Instrument | None:
    """The questionnaire that a panel or a total is of."""
    for loinc in loinc_codes(code):
        found = _BY_PANEL.get(loinc) or _BY_TOTAL.get(loinc)
        if found is not None:
            return found
    return None


def is_total(code: CodeableConcept | None) -> bool:
    """Whether it is the total of a questionnaire, and not the questionnaire."""
    return any(loinc in _BY_TOTAL for loinc in loinc_codes(code))


def loinc_codes(code: CodeableConcept | None) -> list[str]:
    """The LOINC codes of a concept."""
    return [c.code for c in code.coding if c.system == LOINC and c.code] if code is not None else []

"""Words for the codes of a visit. FHIR R4 encounter-status, HL7 v3-ActCode and v3-ParticipationType; US Core 5.0.1."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import NAMES
from records.fhir.elements import Coding, Identifier
from records.words import wording
from records.words.rows import Status, Words

STATUS: dict[str, Status] = {
    "planned": Status(words=_("Planned"), icon="calendar-clock"),
    "arrived": Status(words=_("Under way"), icon="circle-dot", now=True),
    "triaged": Status(words=_("Under way"), icon="circle-dot", now=True),
    "in-progress": Status(words=_("Under way"), icon="circle-dot", now=True),
    "onleave": Status(words=_("Away for now"), icon="door-open", now=True),
    "finished": Status(words=_("Finished"), icon="check"),
    "cancelled": Status(words=_("Cancelled"), icon="circle-x"),
    "unknown": Status(words=_("Status not known"), icon="circle-dashed"),
}
"""Every code of Encounter.status but entered-in-error, which is set aside."""

UNDER_WAY = frozenset({"arrived", "triaged", "in-progress", "onleave"})

OVER: dict[str, Status] = {
    "arrived": Status(words=_("Past; the record still says “arrived”"), icon="history"),
    "triaged": Status(words=_("Past; the record still says “first assessed”"), icon="history"),
    "in-progress": Status(words=_("Past; the record still says “under way”"), icon="history"),
    "onleave": Status(words=_("Past; the record still says “away for now”"), icon="history"),
}
"""What is said of a visit whose time is over, and whose status was never brought up to date."""

NOT_BEGUN: dict[str, Status] = {
    "arrived": Status(words=_("To come; the record says “arrived” already"), icon="calendar-clock"),
    "triaged": Status(words=_("To come; the record says “first assessed” already"), icon="calendar-clock"),
    "in-progress": Status(words=_("To come; the record says “under way” already"), icon="calendar-clock"),
    "onleave": Status(words=_("To come; the record says “away for now” already"), icon="calendar-clock"),
}

SETTING: dict[str, Words] = {
    "AMB": _("Office visit"),
    "VR": _("Video or phone"),
    "IMP": _("Hospital stay"),
    "ACUTE": _("Hospital stay for an acute illness"),
    "NONAC": _("Hospital stay, not for an acute illness"),
    "OBSENC": _("Hospital stay to be watched"),
    "SS": _("Short hospital stay"),
    "PRENC": _("Preparation for a hospital stay"),
    "EMER": _("Emergency"),
    "HH": _("Home visit"),
    "FLD": _("Where the patient was, outside a clinic"),
}
"""Every code of HL7's ActEncounterCode, the values of Encounter.class."""

USUAL_DISPLAY = {
    "AMB": "ambulatory",
    "VR": "virtual",
    "IMP": "inpatient encounter",
    "ACUTE": "inpatient acute",
    "NONAC": "inpatient non-acute",
    "OBSENC": "observation encounter",
    "SS": "short stay",
    "PRENC": "pre-admission",
    "EMER": "emergency",
    "HH": "home health",
    "FLD": "field",
}
"""What the system itself calls these codes; whatever else a record says is shown too."""

ROLE: dict[str, Words] = {
    "PPRF": _("mainly responsible"),
    "SPRF": _("helped"),
    "PRF": _("took part"),
    "PART": _("took part"),
    "ATND": _("in charge of the care"),
    "ADM": _("admitted the patient"),
    "DIS": _("discharged the patient"),
    "CON": _("gave advice"),
    "REF": _("referred the patient"),
    "CALLBCK": _("to be called back"),
    "ESC": _("came along"),
    "translator": _("interpreter"),
    "emergency": _("emergency contact"),
}
"""Codes of Encounter.participant.type, for those that come without words."""

ROLE_DISPLAYS = frozenset({"primary performer", "secondary performer", "performer", "attender", "escort"})
"""What the code system calls some of them, which says little to a patient."""

PLACE_STATUS: dict[str, Words] = {
    "planned": _("planned"),
    "active": _("there now"),
    "reserved": _("reserved"),
    "completed": "",
}
"""Every code of Encounter.location.status. That somebody was there, as is usual, needs no word."""

DIAGNOSIS_USE: dict[str, Words] = {
    "AD": _("when admitted"),
    "DD": _("when discharged"),
    "CC": _("main complaint"),
    "CM": _("beside the main one"),
    "pre-op": _("before the operation"),
    "post-op": _("after the operation"),
    "billing": _("for billing"),
}
"""Every code of the diagnosis-role system, for those that come without words."""

DISCHARGE: dict[str, Words] = {
    "home": _("Home"),
    "alt-home": _("To another home than before"),
    "other-hcf": _("To another health care facility"),
    "hosp": _("To a hospice"),
    "long": _("To long-term care"),
    "aadvice": _("Left against advice"),
    "exp": _("Died"),
    "psy": _("To a psychiatric hospital"),
    "rehab": _("To rehabilitation"),
    "snf": _("To a skilled nursing facility"),
    "oth": _("Elsewhere"),
}
"""Every code of the discharge-disposition system, for those that come without words."""


def class_code(setting: Coding | None) -> str:
    """The code of Encounter.class, or empty."""
    return (setting.code or "") if setting is not None else ""


def class_words(setting: Coding | None) -> Words:
    """The setting in plain words, and the record's own where they say more; a code unknown to us as it stands."""
    words = SETTING.get(class_code(setting))
    if words is None or setting is None:
        return wording.coding_words(setting)
    said = (setting.display or "").strip()
    if said and said.casefold() not in {USUAL_DISPLAY[class_code(setting)], str(words).casefold()}:
        return _now("%(setting)s, recorded as “%(said)s”") % {"setting": words, "said": said}
    return words


def beside(said: Words, *more: Words) -> str:
    """Words, and what belongs to them in brackets."""
    extra = "; ".join(str(words) for words in more if words)
    return f"{said} ({extra})" if said and extra else str(said or extra)


def identifier_words(identifier: Identifier | None) -> str:
    """A visit's number with what it is and whose it is."""
    if identifier is None:
        return ""
    system = NAMES.get(identifier.system or "", identifier.system or "")
    return beside(identifier.value or "", wording.words_of(identifier.type), system)

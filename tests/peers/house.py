"""How the house puts a value: through its own formatters, and a small table of what it replaces by words.

`said` gives, for one must-support value, what has to stand on the page. Several ways count as one where a page may
choose: a day where the time is nothing, a name instead of a reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from records.documents import formats
from records.documents.content import inline_size
from records.fhir import absence
from records.fhir.codes import NAMES, system_name
from records.fhir.elements import (
    CodeableConcept,
    Coding,
    Named,
    Observation,
    Period,
    Quantity,
    Range,
    Ratio,
    Reference,
    ReferenceRange,
)
from records.kinds import (
    about,
    allergies,
    attachments,
    care_plans,
    care_team,
    conditions,
    devices,
    goals,
    immunizations,
    medications,
    nothing,
    observed,
    people,
    procedures,
    visit_words,
)
from records.service import entry_page
from records.words import absent_reasons, flags, labels, leaves, observing, personal, plain_names, wording
from records.words.rows import Status
from tests.peers.entries import Shown, encoded, number_words
from tests.peers.profiles import Node, Resource

Ways = list[str]
Table = dict[str, Any]

REPLACED: dict[tuple[str, str], Table] = {
    ("AllergyIntolerance", "clinicalStatus"): allergies.CLINICAL,
    ("AllergyIntolerance", "verificationStatus"): allergies.VERIFICATION,
    ("CarePlan", "status"): care_plans.STATUS,
    ("CarePlan", "intent"): care_plans.INTENT,
    ("CarePlan", "text.status"): care_plans.NARRATIVE,
    ("CarePlan", "category"): {"assess-plan": "Assessment and plan"},
    ("CareTeam", "status"): care_team.STATUS,
    ("Condition", "clinicalStatus"): conditions.CLINICAL,
    ("Condition", "verificationStatus"): conditions.VERIFICATION,
    ("Condition", "category"): conditions.CATEGORY,
    ("Device", "status"): devices.STATUS,
    ("DiagnosticReport", "status"): observing.STATUS,
    ("Observation", "category"): observed.CATEGORY_WORDS,
    ("Encounter", "status"): visit_words.STATUS,
    ("Encounter", "participant.type"): visit_words.ROLE,
    ("Encounter", "hospitalization.dischargeDisposition"): visit_words.DISCHARGE,
    ("Goal", "lifecycleStatus"): goals.LIFECYCLE,
    ("Immunization", "status"): immunizations.STATUS,
    ("Immunization", "statusReason"): immunizations.STATUS_REASON,
    ("Location", "status"): people.LOCATION_STATUS,
    ("MedicationRequest", "category"): medications.CATEGORY,
    ("MedicationRequest", "status"): medications.STATUS,
    ("MedicationRequest", "intent"): medications.INTENT,
    ("Observation", "status"): observing.STATUS,
    ("Observation", "interpretation"): {**flags.FLAGS, **flags.IN_ORDER},
    ("Observation", "dataAbsentReason"): wording.ABSENT,
    ("Observation", "component.dataAbsentReason"): wording.ABSENT,
    ("Patient", "gender"): personal.GENDER,
    ("Patient", "extension"): about.BIRTH_SEX,
    ("Patient", "name.use"): personal.NAME_USE,
    ("Patient", "address.use"): personal.ADDRESS_USE,
    ("Patient", "telecom.use"): personal.CONTACT_USE,
    ("Patient", "telecom.system"): personal.CONTACT_SYSTEM,
    ("Practitioner", "telecom.system"): personal.CONTACT_SYSTEM,
    ("Organization", "telecom.system"): personal.CONTACT_SYSTEM,
    ("Procedure", "status"): procedures.STATUS,
    ("Provenance", "agent.type"): entry_page.AGENTS,
}
"""Codes that pages say in words of the house. Only these; a code that is in no table must stand as it is."""

STATED = (nothing.STATED_NONE, nothing.NO_LONGER_NONE, nothing.NOTHING_KNOWN)

OTHERWISE: dict[tuple[str, str], tuple[Any, ...]] = {
    ("AllergyIntolerance", "clinicalStatus"): STATED,
    ("Condition", "clinicalStatus"): STATED,
    ("Procedure", "status"): STATED,
    ("Device", "status"): STATED,
    ("CarePlan", "status"): (care_plans.ONLY_SUGGESTED, care_plans.TIME_OVER, care_plans.NOT_BEGUN),
    ("MedicationRequest", "status"): (
        *STATED,
        medications.SUGGESTED,
        medications.PLANNED,
        medications.REPORTED,
        medications.IN_FORCE,
    ),
    ("MedicationRequest", "intent"): (medications.PLANNED,),
    ("Immunization", "status"): (*STATED, immunizations.DOES_NOT_COUNT),
    ("Encounter", "status"): (
        "Planned; whether it took place is not recorded",
        *visit_words.OVER.values(),
        *visit_words.NOT_BEGUN.values(),
    ),
    ("CareTeam", "status"): (care_team.TIME_OVER, care_team.NOT_BEGUN),
}
"""What a status is called instead, where the rest of the entry says more than it."""

SMALL_PRINT = frozenset(
    {
        "value[x].system",
        "value[x].code",
        "component.value[x].system",
        "component.value[x].code",
        "category.coding.system",
        "identifier.system",
    }
)
"""Parts for machines: the address of a code system, the UCUM code beside a unit in words. They may stand under
"Everything in this entry" alone."""

HOLDERS = frozenset(
    {
        "reaction",
        "participant",
        "target",
        "context",
        "content",
        "hospitalization",
        "location",
        "component",
        "media",
        "agent",
        "text",
        "udiCarrier",
        "dosageInstruction",
        "communication",
        "name",
        "telecom",
        "address",
        "content.attachment",
        "category.coding",
        "code.coding",
    }
)
"""Elements that say nothing by themselves: what they hold has paths of its own."""


def said(node: Node, resource: Resource, shown: Shown) -> Ways | None:
    """What has to stand on the page for a value, in one of these ways; None where it says nothing by itself."""
    path, value = node.path, node.value
    if (path in HOLDERS and isinstance(value, dict)) or value in (None, "", [], {}):
        return None
    try:
        return _ways(node, resource, shown)
    except msgspec.ValidationError:
        # It has the wrong shape, so the page says that it could not be read. Its words stand below with everything.
        return [labels.element_words(path)]


def _ways(node: Node, resource: Resource, shown: Shown) -> Ways | None:
    kind, path, value = resource["resourceType"], node.path, node.value
    rule = RULES.get((kind, path)) or RULES.get(("", path))
    if rule is not None:
        return rule(node, resource, shown)
    if (kind, path) in REPLACED and (path != "extension" or isinstance(value, str)):
        return _replaced(kind, path, value)
    return _by_shape(path, value, resource, shown)


# ---------------------------------------------------------------- words for codes


def _words(entry: Any) -> str:
    return str(entry.words) if isinstance(entry, Status) or hasattr(entry, "words") else str(entry)


def _replaced(kind: str, path: str, value: Any) -> Ways:
    table = REPLACED[kind, path]
    others = [_words(one) for one in OTHERWISE.get((kind, path), ())]
    if isinstance(value, str):
        return [_words(table[value]), *others] if value in table else [value]
    concept = _as(value, CodeableConcept) if "coding" in value or "text" in value else None
    if concept is None:
        return _coded(value)
    if not wording.words_of(concept):
        return [str(wording.absent_words(concept))]
    ours = [_words(table[c.code]) for c in concept.coding if c.code in table]
    written = wording.words_of(concept)
    # Words that somebody wrote may stand instead of ours; a bare code that we have words for may not.
    has_words = bool(concept.text or any(c.display for c in concept.coding))
    return [*ours, *others, *([written] if has_words or not ours else [])]


def _coded(value: Any) -> Ways:
    return [wording.coding_words(_as(value, Coding))]


def _as(value: Any, element: Any) -> Any:
    return msgspec.json.decode(encoded(value), type=element, strict=False)


# ---------------------------------------------------------------- values by their shape


def _by_shape(path: str, value: Any, resource: Resource, shown: Shown) -> Ways | None:
    match value:
        case bool():
            return ["Yes" if value else "No"]
        case str():
            return [leaves.moment(value), wording.moment(value), value] if _is_date(path) else [value]
        case {"coding": _} | {"text": str()}:
            return _concept(value)
        case {"start": _} | {"end": _}:
            return [_span(value)]
        case {"reference": _}:
            return _reference(path, value, resource, shown)
        case {"numerator": _} | {"denominator": _}:
            return [wording.ratio_words(_as(value, Ratio))]
        case {"low": _} | {"high": _}:
            return [wording.range_words(_as(value, Range))]
        case {"value": str()}:
            return [str(value["value"])]
        case {"value": _} | {"unit": _}:
            return [_quantity(value)]
        case {"code": _} | {"display": _}:
            return _coded(value)
        case dict():
            return _reference(path, value, resource, shown)
    return [number_words(value)]


def _concept(value: Any) -> Ways | None:
    concept = _as(value, CodeableConcept)
    words = wording.words_of(concept) or str(wording.absent_words(concept))
    return [words] if words else None


def _is_date(path: str) -> bool:
    return path.rpartition(".")[2] not in {"reference", "value", "system"}


def _span(value: Any) -> str:
    return wording.span(_as(value, Period), words=False)


def _quantity(value: Any) -> str:
    return wording.quantity(_as(value, Quantity))


def _reference(path: str, value: Any, resource: Resource, shown: Shown) -> Ways:
    if absence.reason(value):
        why = absent_reasons.reason(absence.reason(value))
        return [str(why), wording.lowered(why)]
    reference = _as(value, Reference)
    name = shown.known.name(reference, _contained(resource))
    patient = "patient" if shown.known.is_patient(reference) else ""
    if name or patient:
        return [name or patient]
    return [str(shown.known.unnamed(reference)), "another, details not available"]


def _contained(resource: Resource) -> list[Any]:
    return [_as(one, Named) for one in resource.get("contained") or ()]


# ---------------------------------------------------------------- one rule for each exception

Rule = Callable[[Node, Resource, Shown], Ways | None]


def _banner(_node: Node, _resource: Resource, shown: Shown) -> Ways | None:
    """Whose record it is stands in the banner of every page, where the Patient is there to be named."""
    return [shown.banner] if shown.banner else None


def _nothing(*_: Any) -> None:
    return None


def _result(node: Node, resource: Resource, shown: Shown) -> Ways:
    reference = _as(node.value, Reference)
    words = observed.result_words(reference, shown.known, _contained(resource))
    ways = [words] if words else []
    for one in (known for held in shown.known.held.values() for known in held):
        if str(node.value.get("reference", "")).endswith(f"Observation/{one.id}"):
            answer = observing.value_words(one) or str(observing.absence(one, bool(one.hasMember)))
            ways.append(f"{wording.words_of(one.code)}: {answer}")
            ways.append(wording.words_of(one.code))
            ways.append(str(plain_names.named(one.code)[0]))
    return ways or [str(shown.known.unnamed(reference))]


def _system(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    value = str(node.value)
    return [value, value.split("://", 1)[-1], NAMES.get(value, value), system_name(value)]


def _identifier(node: Node, _resource: Resource, _shown: Shown) -> Ways | None:
    return [str(node.value["value"])] if node.value.get("value") else None


def _value(node: Node, resource: Resource, shown: Shown) -> Ways | None:
    """value[x], whatever it is. A value is one thing; of a Quantity the parts have paths of their own too."""
    holder = {name: value for name, value in node.holder.items() if name.startswith("value")}
    observation = _as({**holder, "resourceType": "Observation"}, Observation)
    words = observing.value_words(observation)
    if not words:
        return _by_shape(node.path, node.value, resource, shown) if node.value else None
    bare = words.removesuffix(" {score}")
    ways = [words, f"{bare} of", bare] if bare != words else [words]
    quantity = observation.valueQuantity
    if quantity is not None and quantity.value is not None:
        # Large type sets every unit apart; a pressure's two numbers stand together before their one unit.
        ways.append(
            f"{wording.comparator(quantity)}{wording.number(quantity.value)} {wording.unit(quantity)}"
        )
    return ways


def _number(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    return [number_words(node.value)]


def _unit_code(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    return [str(node.value)]


def _unit(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    """A unit as recorded; one that is its own UCUM code may be written as one reads it."""
    return [str(node.value), wording.unit(_as(node.holder, Quantity))]


def _component_words(node: Node, _resource: Resource, _shown: Shown) -> Ways | None:
    return _concept(node.value)


def _range(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    words = str(flags.usual_range([_as(node.value, ReferenceRange)]))
    return [words.partition(": ")[2]] if words else []


def _note(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    return [str(node.value.get("text", ""))]


def _narrative(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    return [leaves.narrative(node.value)]


def _class(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    return [str(visit_words.class_words(_as(node.value, Coding)))]


def _active(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    return [str((people.ACTIVE if node.value else people.NOT_ACTIVE).words)]


def _first_hand(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    return [str(immunizations.FIRST_HAND if node.value else immunizations.TOLD)]


def _reported(node: Node, resource: Resource, shown: Shown) -> Ways | None:
    """That it was told, and by whom; that it was not, by what it is instead, where the record says what it is."""
    if node.value is False:
        intent = resource.get("intent")
        if not isinstance(intent, str) or intent not in medications.INTENT:
            return None
        ways = [medications.INTENT[intent], *([medications.PLANNED.words] if intent == "plan" else [])]
        return [f"Kind of entry: {words}" for words in ways]
    if node.value is True:
        return [str(medications.REPORTED.words), "Reported by"]
    return _reference(node.path, node.value, resource, shown)


def _medication(node: Node, resource: Resource, shown: Shown) -> Ways | None:
    concept = "coding" in node.value or "text" in node.value
    return _concept(node.value) if concept else _reference(node.path, node.value, resource, shown)


def _due(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    if isinstance(node.value, str):
        return [wording.day(node.value)]
    return [wording.duration(_as(node.value, Quantity))]


def _beginning(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    """onset[x], abatement[x], occurrence[x], performed[x]: a date, a period, an age, a sentence."""
    match node.value:
        case str():
            return [wording.moment(node.value)]
        case {"start": _} | {"end": _}:
            return [_span(node.value), wording.span(_as(node.value, Period))]
        case {"low": _} | {"high": _}:
            return [wording.beginning(None, None, None, _as(node.value, Range), None)]
    return [wording.duration(_as(node.value, Quantity))]


def _taken(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    """effective[x]: a date, a period, or a timing in words."""
    match node.value:
        case str():
            return [wording.moment(node.value)]
        case {"start": _} | {"end": _}:
            return [_span(node.value)]
    return [wording.words_of(_as(node.value.get("code") or {}, CodeableConcept))]


def _period(node: Node, resource: Resource, _shown: Shown) -> Ways:
    """A period; that of a participant may be the visit's own, which stands there once."""
    start = wording.moment(node.value.get("start"))
    ways = [_span(node.value)]
    return [*ways, f"{start}; its end is not recorded", start] if not node.value.get("end") else ways


def _content_type(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    """The format in the words of the house."""
    declared = formats.declared(str(node.value))
    more = [str(formats.C_CDA.words)] if declared is formats.XML else []
    return (
        [str(declared.words), *more] if declared is not None else [str(formats.kind_words(str(node.value)))]
    )


def _data(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    attachment = _as(node.holder, attachments.Attachment)
    return [str(formats.size_words(inline_size(attachment)))]


def _file(node: Node, resource: Resource, shown: Shown) -> Ways:
    """A file that is told by its address: it stands among the files, and can be opened."""
    files = shown.row.files if shown.row is not None else ()
    return [str(file.title) for file in files if not file.problem] or ["a file to open"]


def _format(node: Node, _resource: Resource, _shown: Shown) -> Ways:
    as_its_kind = node.value.get("code") == attachments.AS_ITS_KIND
    return [str(attachments.LIKE_OTHERS)] if as_its_kind else _coded(node.value)


RULES: dict[tuple[str, str], Rule] = {
    ("", "subject"): _banner,
    ("", "patient"): _banner,
    ("Provenance", "target"): _nothing,
    ("Provenance", "target.reference"): _nothing,
    ("", "value[x]"): _value,
    ("", "component.value[x]"): _value,
    ("", "value[x].value"): _number,
    ("", "component.value[x].value"): _number,
    ("", "value[x].unit"): _unit,
    ("", "component.value[x].unit"): _unit,
    ("", "value[x].system"): _system,
    ("", "component.value[x].system"): _system,
    ("", "value[x].code"): _unit_code,
    ("", "component.value[x].code"): _unit_code,
    ("", "category.coding.system"): _system,
    ("", "category.coding.code"): _unit_code,
    ("", "code.coding.code"): _unit_code,
    ("", "component"): _nothing,
    ("", "component.code"): _component_words,
    ("", "referenceRange"): _range,
    ("", "note"): _note,
    ("", "hasMember"): _result,
    ("", "derivedFrom"): _result,
    ("", "result"): _result,
    ("", "identifier"): _identifier,
    ("", "identifier.system"): _system,
    ("", "text.div"): _narrative,
    ("", "class"): _class,
    ("", "active"): _active,
    ("Immunization", "primarySource"): _first_hand,
    ("MedicationRequest", "reported[x]"): _reported,
    ("MedicationRequest", "medication[x]"): _medication,
    ("Goal", "target.due[x]"): _due,
    ("Observation", "effective[x]"): _taken,
    ("Condition", "onset[x]"): _beginning,
    ("Condition", "abatement[x]"): _beginning,
    ("Immunization", "occurrence[x]"): _beginning,
    ("Procedure", "performed[x]"): _beginning,
    ("", "period"): _period,
    ("", "participant.period"): _period,
    ("", "content.attachment.contentType"): _content_type,
    ("", "content.attachment.data"): _data,
    ("", "content.attachment.url"): _file,
    ("", "content.format"): _format,
    ("DiagnosticReport", "presentedForm"): _file,
}

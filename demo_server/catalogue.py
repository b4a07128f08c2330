"""What the server serves: the resource types, their searches and what can be read along with them.

One table, and everything asks it: the search matches by it, the CapabilityStatement is written from
it, the world indexes by it. The types are those that InSync lists; the search parameters are those of
US Core 5.0.1 (SHALL and SHOULD), with the paths of FHIR R4 that the profiles search on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The search parameter types of FHIR R4 (3.1.1.5) that this server knows."""

    TOKEN = "token"  # noqa: S105  # a search parameter type, not a secret
    REFERENCE = "reference"
    STRING = "string"
    DATE = "date"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One search parameter of one type.

    `paths` are dotted element names without the type; a list is walked through. With `extension`, the
    path starts at the extensions of that url. `codes` is the required value set of a `code` element:
    a value outside it is a mistake of the asker, where an unknown code elsewhere just finds nothing.
    """

    name: str
    kind: Kind
    paths: tuple[str, ...]
    codes: frozenset[str] = frozenset()
    extension: str = ""


@dataclass(frozen=True, kw_only=True)
class Served:
    """One resource type: how it belongs to a patient, what it can be searched by, what comes along.

    `patient` is the element that names the patient; empty where the type belongs to nobody
    (Practitioner) or needs a rule of its own (Patient, Provenance). `alone` are the parameters that US
    Core lets stand without `patient`. `includes` maps what `_include` may name to the path of the
    reference.
    """

    name: str
    patient: str = ""
    parameters: dict[str, Parameter] = field(default_factory=dict)
    alone: frozenset[str] = frozenset({"_id"})
    includes: dict[str, str] = field(default_factory=dict)
    profiles: tuple[str, ...] = ()
    searchable: bool = True


def _token(name: str, *paths: str, codes: str = "") -> Parameter:
    return Parameter(name=name, kind=Kind.TOKEN, paths=paths, codes=frozenset(codes.split()))


def _reference(name: str, *paths: str) -> Parameter:
    return Parameter(name=name, kind=Kind.REFERENCE, paths=paths)


def _string(name: str, *paths: str) -> Parameter:
    return Parameter(name=name, kind=Kind.STRING, paths=paths)


def _date(name: str, *paths: str, extension: str = "") -> Parameter:
    return Parameter(name=name, kind=Kind.DATE, paths=paths, extension=extension)


def _served(
    name: str,
    *parameters: Parameter,
    patient: str = "",
    alone: str = "",
    includes: dict[str, str] | None = None,
    profiles: str,
    searchable: bool = True,
) -> Served:
    own = (_reference("patient", patient), *parameters) if patient else parameters
    return Served(
        name=name,
        patient=patient,
        parameters={parameter.name: parameter for parameter in own},
        alone=frozenset({"_id", *alone.split()}),
        includes=includes or {},
        profiles=tuple(f"http://hl7.org/fhir/us/core/StructureDefinition/{one}" for one in profiles.split()),
        searchable=searchable,
    )


EVERYWHERE: dict[str, Parameter] = {
    "_id": _token("_id", "id"),
    "_lastUpdated": _date("_lastUpdated", "meta.lastUpdated"),
}
"""The parameters that every searchable type has."""

_EVENT_STATUS = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
_EFFECTIVE = ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "effectiveTiming.event")

_ALL = (
    _served(
        "AllergyIntolerance",
        _token("clinical-status", "clinicalStatus"),
        patient="patient",
        includes={"recorder": "recorder", "asserter": "asserter"},
        profiles="us-core-allergyintolerance",
    ),
    _served(
        "CarePlan",
        _token("category", "category"),
        _token("status", "status", codes="draft active on-hold revoked completed entered-in-error unknown"),
        _date("date", "period"),
        patient="subject",
        includes={"encounter": "encounter", "care-team": "careTeam", "condition": "addresses"},
        profiles="us-core-careplan",
    ),
    _served(
        "CareTeam",
        _token("role", "participant.role"),
        _token("status", "status", codes="proposed active suspended inactive entered-in-error"),
        patient="subject",
        alone="role",
        includes={"participant": "participant.member", "encounter": "encounter"},
        profiles="us-core-careteam",
    ),
    _served(
        "Condition",
        _token("category", "category"),
        _token("clinical-status", "clinicalStatus"),
        _token("code", "code"),
        _date("onset-date", "onsetDateTime", "onsetPeriod"),
        _date("abatement-date", "abatementDateTime", "abatementPeriod"),
        _date("recorded-date", "recordedDate"),
        _date(
            "asserted-date",
            "valueDateTime",
            extension="http://hl7.org/fhir/StructureDefinition/condition-assertedDate",
        ),
        _reference("encounter", "encounter"),
        patient="subject",
        includes={"encounter": "encounter", "asserter": "asserter"},
        profiles="us-core-condition-encounter-diagnosis us-core-condition-problems-health-concerns",
    ),
    _served(
        "Device",
        _token("type", "type"),
        patient="patient",
        includes={"location": "location", "organization": "owner"},
        profiles="us-core-implantable-device",
    ),
    _served(
        "DiagnosticReport",
        _token(
            "status",
            "status",
            codes="registered partial preliminary final amended corrected appended cancelled "
            "entered-in-error unknown",
        ),
        _token("category", "category"),
        _token("code", "code"),
        _date("date", "effectiveDateTime", "effectivePeriod"),
        patient="subject",
        includes={"encounter": "encounter", "performer": "performer", "result": "result"},
        profiles="us-core-diagnosticreport-note us-core-diagnosticreport-lab",
    ),
    _served(
        "DocumentReference",
        _token("status", "status", codes="current superseded entered-in-error"),
        _token("category", "category"),
        _token("type", "type"),
        _date("date", "date"),
        _date("period", "context.period"),
        patient="subject",
        includes={"author": "author", "custodian": "custodian", "encounter": "context.encounter"},
        profiles="us-core-documentreference",
    ),
    _served(
        "Encounter",
        _token(
            "status",
            "status",
            codes="planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown",
        ),
        _token("identifier", "identifier"),
        _token("class", "class"),
        _token("type", "type"),
        _token("discharge-disposition", "hospitalization.dischargeDisposition"),
        _date("date", "period"),
        _reference("location", "location.location"),
        patient="subject",
        alone="identifier",
        includes={
            "location": "location.location",
            "practitioner": "participant.individual",
            "service-provider": "serviceProvider",
        },
        profiles="us-core-encounter",
    ),
    _served(
        "Goal",
        _token(
            "lifecycle-status",
            "lifecycleStatus",
            codes="proposed planned accepted active on-hold completed cancelled entered-in-error rejected",
        ),
        _token("description", "description"),
        _date("target-date", "target.dueDate"),
        patient="subject",
        profiles="us-core-goal",
    ),
    _served(
        "Immunization",
        _token("status", "status", codes="completed entered-in-error not-done"),
        _date("date", "occurrenceDateTime"),
        patient="patient",
        includes={"location": "location", "performer": "performer.actor", "manufacturer": "manufacturer"},
        profiles="us-core-immunization",
    ),
    _served(
        "Location",
        _string("name", "name", "alias"),
        _string("address", "address"),
        _string("address-city", "address.city"),
        _string("address-state", "address.state"),
        _string("address-postalcode", "address.postalCode"),
        includes={"organization": "managingOrganization"},
        profiles="us-core-location",
    ),
    _served("Medication", profiles="us-core-medication", searchable=False),
    _served(
        "MedicationRequest",
        _token(
            "status",
            "status",
            codes="active on-hold cancelled completed entered-in-error stopped draft unknown",
        ),
        _token(
            "intent",
            "intent",
            codes="proposal plan order original-order reflex-order filler-order instance-order option",
        ),
        _date("authoredon", "authoredOn"),
        _reference("encounter", "encounter"),
        patient="subject",
        includes={"medication": "medicationReference", "requester": "requester", "encounter": "encounter"},
        profiles="us-core-medicationrequest",
    ),
    _served(
        "Observation",
        _token(
            "status",
            "status",
            codes="registered preliminary final amended corrected cancelled entered-in-error unknown",
        ),
        _token("category", "category"),
        _token("code", "code"),
        _date("date", *_EFFECTIVE),
        patient="subject",
        includes={"encounter": "encounter", "has-member": "hasMember", "performer": "performer"},
        profiles="us-core-observation-lab us-core-observation-sdoh-assessment us-core-observation-survey "
        "us-core-observation-social-history us-core-observation-imaging us-core-observation-clinical-test "
        "us-core-observation-sexual-orientation us-core-smokingstatus us-core-vital-signs "
        "us-core-blood-pressure us-core-bmi us-core-body-height us-core-body-temperature "
        "us-core-body-weight us-core-head-circumference us-core-heart-rate us-core-pulse-oximetry "
        "us-core-respiratory-rate pediatric-bmi-for-age pediatric-weight-for-height "
        "head-occipital-frontal-circumference-percentile",
    ),
    _served(
        "Organization",
        _string("name", "name", "alias"),
        _string("address", "address"),
        profiles="us-core-organization",
    ),
    _served(
        "Patient",
        _token("identifier", "identifier"),
        _string("name", "name"),
        _string("family", "name.family"),
        _date("birthdate", "birthDate"),
        _token("gender", "gender", codes="male female other unknown"),
        includes={"general-practitioner": "generalPractitioner", "organization": "managingOrganization"},
        profiles="us-core-patient",
    ),
    _served(
        "Practitioner",
        _string("name", "name"),
        _token("identifier", "identifier"),
        profiles="us-core-practitioner",
    ),
    _served(
        "Procedure",
        _token("status", "status", codes=_EVENT_STATUS),
        _token("code", "code"),
        _date("date", "performedDateTime", "performedPeriod"),
        patient="subject",
        includes={"encounter": "encounter", "location": "location", "performer": "performer.actor"},
        profiles="us-core-procedure",
    ),
    _served("Provenance", profiles="us-core-provenance", searchable=False),
)

CATALOGUE: dict[str, Served] = {served.name: served for served in _ALL}
"""The nineteen types by name."""

NOBODYS = frozenset({"Location", "Medication", "Organization", "Practitioner"})
"""Types outside every patient's compartment: whoever may read one may read them all."""

REVINCLUDES = frozenset({"Provenance:target"})
"""What `_revinclude` may name, on every searchable type."""

"""About the patient: names, personal details, how to reach them, who cares for them. FHIR R4 Patient; US Core 5.0.1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from msgspec import field

from records.fhir.elements import (
    Address,
    CodeableConcept,
    ContactPoint,
    Element,
    Extension,
    Head,
    HumanName,
    Identifier,
    Named,
    Period,
    PrimitiveElement,
    Reference,
    Resource,
)
from records.kinds.base import Group, Heading, Kind, Known, Search
from records.words import personal, wording
from records.words.rows import Fact, Row, Status, Words, replace

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/"
STANDARD = "http://hl7.org/fhir/StructureDefinition/"


class Communication(Element, frozen=True, kw_only=True):
    """FHIR R4 Patient.communication."""

    language: CodeableConcept | None = None
    preferred: bool | None = None


class Contact(Element, frozen=True, kw_only=True):
    """FHIR R4 Patient.contact."""

    relationship: list[CodeableConcept] = []
    name: HumanName | None = None
    telecom: list[ContactPoint] = []
    address: Address | None = None
    gender: str | None = None
    organization: Reference | None = None
    period: Period | None = None


class Link(Element, frozen=True, kw_only=True):
    """FHIR R4 Patient.link."""

    other: Reference | None = None
    type: str | None = None


class Patient(Resource, frozen=True, kw_only=True):
    """The elements of a Patient that we show."""

    contained: list[Named] = []
    identifier: list[Identifier] = []
    active: bool | None = None
    name: list[HumanName] = []
    telecom: list[ContactPoint] = []
    gender: str | None = None
    gender_element: PrimitiveElement | None = field(name="_gender", default=None)
    birthDate: str | None = None
    birthDate_element: PrimitiveElement | None = field(name="_birthDate", default=None)
    deceasedBoolean: bool | None = None
    deceasedDateTime: str | None = None
    address: list[Address] = []
    maritalStatus: CodeableConcept | None = None
    multipleBirthBoolean: bool | None = None
    multipleBirthInteger: int | None = None
    contact: list[Contact] = []
    communication: list[Communication] = []
    generalPractitioner: list[Reference] = []
    managingOrganization: Reference | None = None
    link: list[Link] = []


BIRTH_SEX: dict[str, Words] = {
    "F": _("Female"),
    "M": _("Male"),
    "OTH": pgettext_lazy("gender", "Other"),
    "UNK": _("Not known"),
    "ASKU": _("Asked, the answer was not known"),
}
"""Every code of US Core's birth sex."""

LINK: dict[str, Words] = {
    "replaced-by": _("Replaced by another record"),
    "replaces": _("Replaces another record"),
    "refer": _("More is in another record"),
    "seealso": _("Another record of the same person"),
}
"""Every code of Patient.link.type."""

NAME_MISSING = _("Name not recorded")
NOT_IN_USE = Status(words=_("This record is no longer in use"), icon="circle-minus")

NAMES = _("Names")
DETAILS = _("Personal details")
REACH = _("How to reach the patient")
CONTACTS = _("People to contact")
CARE = _("Care")
NUMBERS = _("Numbers of the record")


# ---------------------------------------------------------------- extensions


def _named(extensions: Iterable[Extension], *urls: str) -> Iterator[Extension]:
    return (extension for extension in extensions if extension.url in urls)


def extension_words(extension: Extension) -> str:
    """The value of a simple extension as recorded."""
    said = wording.words_of(extension.valueCodeableConcept) or wording.coding_words(extension.valueCoding)
    return said or (extension.valueString or extension.valueCode or "").strip()


def group_words(extension: Extension) -> str:
    """Race or ethnicity: its text, then the categories and the detail that the text leaves out.

    US Core Race and Ethnicity Extensions.
    """
    parts = [words for one in _named(extension.extension, "text") if (words := extension_words(one))]
    for one in _named(extension.extension, "ombCategory", "detailed"):
        words = extension_words(one)
        # By whole words: "Mexican" is not said by "mexicana".
        if words and not any(re.search(rf"\b{re.escape(words)}\b", part, re.IGNORECASE) for part in parts):
            parts.append(words)
    return "\n".join(parts)


def _extension_facts(patient: Patient) -> Iterator[Fact | None]:
    for extension in _named(patient.extension, f"{US_CORE}us-core-birthsex"):
        yield wording.maybe(_("Sex recorded at birth"), personal.in_words(BIRTH_SEX, extension.valueCode))
    for extension in _named(
        patient.extension, f"{US_CORE}us-core-genderIdentity", f"{STANDARD}patient-genderIdentity"
    ):
        yield wording.maybe(_("Gender identity"), extension_words(extension))
    for extension in _named(patient.extension, f"{US_CORE}us-core-race"):
        yield wording.maybe(_("Race"), group_words(extension))
    for extension in _named(patient.extension, f"{US_CORE}us-core-ethnicity"):
        yield wording.maybe(_("Ethnicity"), group_words(extension))


def _interpreter(patient: Patient) -> Iterator[Fact]:
    for extension in _named(patient.extension, f"{STANDARD}patient-interpreterRequired"):
        if extension.valueBoolean is not None:
            yield Fact(label=_("Interpreter needed"), value=_("Yes") if extension.valueBoolean else _("No"))


# ---------------------------------------------------------------- facts, group by group


def _name_facts(patient: Patient) -> Iterator[Fact | None]:
    found = [fact for name in patient.name if (fact := personal.name_fact(name)) is not None]
    yield from found
    if not found:
        yield wording.fact(_("Name"), "")


def _personal_facts(patient: Patient) -> Iterator[Fact | None]:
    yield _birth_fact(patient)
    for extension in _named(
        patient.birthDate_element.extension if patient.birthDate_element else (),
        f"{STANDARD}patient-birthTime",
    ):
        yield wording.dated(_("Time of birth"), extension.valueDateTime)
    yield wording.dated(_("Died on"), patient.deceasedDateTime)
    if patient.deceasedBoolean:
        yield Fact(label=_("Has died"), value=_("Yes"))
    yield wording.fact(
        _("Gender in the record"),
        personal.in_words(personal.GENDER, patient.gender),
        absent=wording.absent_reason(patient.gender_element),
    )
    yield from _extension_facts(patient)
    for spoken in patient.communication:
        words = personal.language_words(spoken.language)
        yield wording.maybe(_("Preferred language") if spoken.preferred else _("Language"), words)
    yield from _interpreter(patient)
    yield wording.maybe(_("Marital status"), wording.words_of(patient.maritalStatus))
    if patient.multipleBirthInteger is not None:
        yield Fact(
            label=_("Twin or other multiple birth"),
            value=_now("Born as number %d") % patient.multipleBirthInteger,
        )
    elif patient.multipleBirthBoolean is not None:
        yield Fact(
            label=_("Twin or other multiple birth"),
            value=_("Yes") if patient.multipleBirthBoolean else _("No"),
        )


def _birth_fact(patient: Patient) -> Fact:
    said = personal.birth_words(patient.birthDate)
    has_died = patient.deceasedBoolean or personal.has_died(patient.deceasedDateTime)
    age = "" if has_died else personal.age(patient.birthDate, timezone.localdate())
    return wording.fact(
        _("Born"),
        _now("%(date)s (%(age)s)") % {"date": said, "age": age} if said and age else said,
        iso=patient.birthDate or "",
        absent=wording.absent_reason(patient.birthDate_element) or wording.moment(patient.birthDate),
    )


def _reach_facts(patient: Patient) -> Iterator[Fact | None]:
    ranked = sorted(patient.telecom, key=lambda one: (not personal.is_usable(one), one.rank or 1_000))
    addresses = sorted(patient.address, key=lambda one: not wording.in_force(one.period))
    found = [*map(personal.contact_fact, ranked), *map(personal.address_fact, addresses)]
    yield from found
    if not any(found):
        yield wording.fact(_("Phone or address"), "")


def _contact_facts(patient: Patient, known: Known) -> Iterator[Fact | None]:
    for contact in patient.contact:
        parts = (
            wording.human_name(contact.name),
            known.name(contact.organization, patient.contained),
            personal.contact_lines(contact.telecom),
            personal.address_words(contact.address) if contact.address is not None else "",
            wording.span(contact.period),
        )
        label = wording.all_words_of(contact.relationship) or _("Contact")
        yield personal.reachable(wording.maybe(label, "\n".join(filter(None, parts))), contact.telecom)


def _care_facts(patient: Patient, known: Known) -> Iterator[Fact | None]:
    for doctor in patient.generalPractitioner:
        yield _reached(_("General practitioner"), doctor, known, patient.contained)
    if patient.managingOrganization is not None:
        yield _reached(
            _("Organization that keeps this record"), patient.managingOrganization, known, patient.contained
        )
    for link in patient.link:
        other = known.name(link.other, patient.contained)
        label = personal.in_words(LINK, link.type) or _("Another record")
        yield wording.fact(label, other, absent=known.unnamed(link.other))


def _reached(label: Words, reference: Reference, known: Known, contained: list[Named]) -> Fact:
    found = known.resource(reference, contained)
    name = known.name(reference, contained)
    reach = personal.contact_lines(found.telecom) if found is not None else ""
    fact = wording.fact(label, "\n".join(filter(None, (name, reach))), absent=known.unnamed(reference))
    return replace(fact, phones=personal.phones(found.telecom)) if found is not None else fact


def _facts(patient: Patient, known: Known) -> Iterator[Fact]:
    groups: tuple[tuple[Words, Iterable[Fact | None]], ...] = (
        (NAMES, _name_facts(patient)),
        (DETAILS, _personal_facts(patient)),
        (REACH, _reach_facts(patient)),
        (CONTACTS, _contact_facts(patient, known)),
        (CARE, _care_facts(patient, known)),
        (NUMBERS, map(personal.identifier_fact, patient.identifier)),
    )
    for title, found in groups:
        yield from (replace(fact, group=title) for fact in found if fact is not None)


# ---------------------------------------------------------------- the row


def to_row(patient: Patient, known: Known) -> Row:
    """The patient. Their facts stand on the section's own page, so they are always worked out."""
    name = wording.best_name(patient.name)
    return Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=NOT_IN_USE if patient.active is False else None,
        facts=tuple(_facts(patient, known)),
    )


def references(patient: Patient) -> Iterable[Reference]:
    """Who cares for the patient, read for how to reach them whatever the names that are written."""
    found = (*patient.generalPractitioner, patient.managingOrganization)
    yield from (Reference(reference=one.reference) for one in found if one is not None)
    yield from (one.organization for one in patient.contact if one.organization is not None)


KIND = Kind(
    slug="about",
    title=_("About the patient"),
    plain=_(
        "Who the record says the patient is, and how to reach them. Ask the agency to correct what is wrong."
    ),
    nothing_came_back=_("The agency’s system sent nothing about who the patient is."),
    group=Group.ABOUT,
    order=10,
    resource_type="Patient",
    searches=(Search(),),
    patient_parameter="_id",
    model=Patient,
    head=Head,
    to_row=to_row,
    date_of=lambda _head: None,
    place=lambda _head: "all",
    references=references,
    headings=(Heading("all", "", now=True),),
    template="records/about.html",
)

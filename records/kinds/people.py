"""Practitioners, organizations and places that entries point to.

FHIR R4 Practitioner, Organization, Location; US Core 5.0.1. They belong to no one patient and are not searched for:
`records.service.people` lists those that were met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _
from msgspec import field

from records.fhir.elements import (
    Address,
    CodeableConcept,
    Coding,
    ContactPoint,
    Element,
    HumanName,
    Identifier,
    Period,
    PrimitiveElement,
    Reference,
    Resource,
)
from records.kinds.base import Known, pointed
from records.words import personal, wording
from records.words.rows import Fact, Row, Status, Words


class Qualification(Element, frozen=True, kw_only=True):
    """FHIR R4 Practitioner.qualification."""

    identifier: list[Identifier] = []
    code: CodeableConcept | None = None
    period: Period | None = None
    issuer: Reference | None = None


class Practitioner(Resource, frozen=True, kw_only=True):
    """The elements of a Practitioner that we show."""

    identifier: list[Identifier] = []
    active: bool | None = None
    name: list[HumanName] = []
    telecom: list[ContactPoint] = []
    address: list[Address] = []
    gender: str | None = None
    qualification: list[Qualification] = []
    communication: list[CodeableConcept] = []


class OrganizationContact(Element, frozen=True, kw_only=True):
    """FHIR R4 Organization.contact."""

    purpose: CodeableConcept | None = None
    name: HumanName | None = None
    telecom: list[ContactPoint] = []
    address: Address | None = None


class Organization(Resource, frozen=True, kw_only=True):
    """The elements of an Organization that we show."""

    identifier: list[Identifier] = []
    active: bool | None = None
    type: list[CodeableConcept] = []
    name: str | None = None
    alias: list[str | None] = []
    telecom: list[ContactPoint] = []
    address: list[Address] = []
    partOf: Reference | None = None
    contact: list[OrganizationContact] = []


class HoursOfOperation(Element, frozen=True, kw_only=True):
    """FHIR R4 Location.hoursOfOperation."""

    daysOfWeek: list[str | None] = []
    allDay: bool | None = None
    openingTime: str | None = None
    closingTime: str | None = None


class Location(Resource, frozen=True, kw_only=True):
    """The elements of a Location that we show."""

    identifier: list[Identifier] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    operationalStatus: Coding | None = None
    name: str | None = None
    alias: list[str | None] = []
    description: str | None = None
    type: list[CodeableConcept] = []
    telecom: list[ContactPoint] = []
    address: Address | None = None
    physicalType: CodeableConcept | None = None
    managingOrganization: Reference | None = None
    partOf: Reference | None = None
    hoursOfOperation: list[HoursOfOperation] = []
    availabilityExceptions: str | None = None


MODELS: dict[str, type[Resource]] = {
    "Practitioner": Practitioner,
    "Organization": Organization,
    "Location": Location,
}
"""What is read of each type."""

LOCATION_STATUS: dict[str, Status] = {
    "active": Status(words=_("In use"), icon="circle-check", now=True),
    "suspended": Status(words=_("Closed for now"), icon="circle-pause"),
    "inactive": Status(words=_("No longer in use"), icon="circle-minus"),
}
"""Every code of Location.status."""

NOT_ACTIVE = Status(words=_("No longer active"), icon="circle-minus")
ACTIVE = Status(words=_("Active"), icon="circle-check", now=True)

DAYS: dict[str, Words] = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
"""Every code of the days of the week."""

UNNAMED = _("Recorded, details not available")


# ---------------------------------------------------------------- rows


def to_row(resource: Any, known: Known) -> Row:
    """One practitioner, organization or place: what it is, how to reach it, and on its own page all of it."""
    match resource:
        case Practitioner():
            name = wording.best_name(resource.name)
            what = qualifications(resource)
            status = _activity(resource.active)
            facts = _practitioner(resource, known)
        case Organization():
            name = (resource.name or "").strip()
            what = wording.all_words_of(resource.type)
            status = _activity(resource.active)
            facts = _organization(resource, known)
        case Location():
            name = (resource.name or "").strip()
            what = wording.all_words_of(resource.type)
            status = wording.status(
                LOCATION_STATUS, resource.status, absent=wording.absent_reason(resource.status_element)
            )
            facts = _location(resource, known)
        case _:
            raise TypeError(type(resource).__name__)
    return Row(
        title=name or UNNAMED,
        title_missing=not name,
        status=status if known.whole else None,
        line="" if known.whole else _first_contact(resource.telecom),
        who=what,
        facts=known.facts(facts),
    )


def _activity(active: bool | None) -> Status | None:
    return None if active is None else ACTIVE if active else NOT_ACTIVE


def _first_contact(contacts: Iterable[ContactPoint]) -> str:
    return personal.contact_lines(contacts).split("\n", 1)[0]


def qualifications(practitioner: Practitioner) -> str:
    """What a practitioner is trained as."""
    return wording.listed(wording.words_of(one.code) for one in practitioner.qualification)


def _practitioner(practitioner: Practitioner, known: Known) -> Iterator[Fact | None]:
    yield from map(personal.name_fact, practitioner.name)
    for one in practitioner.qualification:
        issuer = known.name(one.issuer)
        parts = (wording.words_of(one.code), issuer, wording.span(one.period))
        yield wording.maybe(_("Trained as"), "\n".join(filter(None, parts)))
        yield from map(personal.identifier_fact, one.identifier)
    yield from _reach(practitioner.telecom, practitioner.address)
    yield wording.maybe(_("Gender in the record"), personal.in_words(personal.GENDER, practitioner.gender))
    yield wording.maybe(_("Languages"), wording.all_words_of(practitioner.communication))
    yield from map(personal.identifier_fact, practitioner.identifier)


def _organization(organization: Organization, known: Known) -> Iterator[Fact | None]:
    yield wording.maybe(_("Name"), (organization.name or "").strip())
    yield wording.maybe(_("Also called"), ", ".join(filter(None, organization.alias)))
    yield wording.maybe(_("Kind of organization"), wording.all_words_of(organization.type))
    yield from _reach(organization.telecom, organization.address)
    for contact in organization.contact:
        parts = (
            wording.human_name(contact.name),
            personal.contact_lines(contact.telecom),
            personal.address_words(contact.address) if contact.address is not None else "",
        )
        label = wording.words_of(contact.purpose) or _("Contact")
        yield personal.reachable(wording.maybe(label, "\n".join(filter(None, parts))), contact.telecom)
    yield _pointed(_("Part of"), organization.partOf, known)
    yield from map(personal.identifier_fact, organization.identifier)


def _location(location: Location, known: Known) -> Iterator[Fact | None]:
    yield wording.maybe(_("Name"), (location.name or "").strip())
    yield wording.maybe(_("Also called"), ", ".join(filter(None, location.alias)))
    yield wording.maybe(_("Description"), (location.description or "").strip(), verbatim=True)
    yield wording.maybe(_("Kind of place"), wording.all_words_of(location.type))
    yield wording.maybe(_("What it is"), wording.words_of(location.physicalType))
    yield from _reach(location.telecom, [location.address] if location.address is not None else [])
    for hours in location.hoursOfOperation:
        yield wording.maybe(_("Open"), hours_words(hours))
    yield wording.maybe(
        _("When it is closed"), (location.availabilityExceptions or "").strip(), verbatim=True
    )
    yield wording.maybe(_("State of the place"), wording.coding_words(location.operationalStatus))
    yield _pointed(_("Organization in charge"), location.managingOrganization, known)
    yield _pointed(_("Part of"), location.partOf, known)
    yield from map(personal.identifier_fact, location.identifier)


def hours_words(hours: HoursOfOperation) -> str:
    """When a place is open: "Monday, Tuesday, 08:30–17:00"."""
    days = [str(personal.in_words(DAYS, day)) for day in hours.daysOfWeek if day]
    times = "–".join(time[:5] for time in (hours.openingTime, hours.closingTime) if time)
    return ", ".join(filter(None, (*days, str(_("all day")) if hours.allDay else "", times)))


def _pointed(label: Words, reference: Reference | None, known: Known) -> Fact | None:
    if reference is None:
        return None
    return known.fact(label, reference)


def _reach(telecom: list[ContactPoint], addresses: list[Address]) -> Iterator[Fact | None]:
    found = [*map(personal.contact_fact, telecom), *map(personal.address_fact, addresses)]
    yield from found
    if not any(found):
        yield wording.fact(_("Phone or address"), "")


# ---------------------------------------------------------------- what they point to

POINTING: dict[type[Resource], Callable[[Any], tuple[Reference | None, ...]]] = {
    Practitioner: lambda one: tuple(trained.issuer for trained in one.qualification),
    Organization: lambda one: (one.partOf,),
    Location: lambda one: (one.managingOrganization, one.partOf),
}


def references(resource: Resource) -> Iterable[Reference]:
    """The organizations and places that belong to one."""
    return pointed(*POINTING[type(resource)](resource))

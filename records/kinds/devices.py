"""Implants and devices, with the numbers by which a recall finds them. FHIR R4 Device; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from msgspec import field

from records.fhir.elements import (
    Annotation,
    CodeableConcept,
    Element,
    Head,
    Identifier,
    Named,
    PrimitiveElement,
    Quantity,
    Reference,
    Resource,
)
from records.fhir.stated_none import Statement, Subject, told
from records.kinds import nothing
from records.kinds.base import NONE, OTHERS, Group, Heading, Kind, Known, Search, by_code, pointed
from records.words import wording
from records.words.rows import Fact, Row, Status, Words


class UdiCarrier(Element, frozen=True, kw_only=True):
    """FHIR R4 Device.udiCarrier."""

    deviceIdentifier: str | None = None
    deviceIdentifier_element: PrimitiveElement | None = field(name="_deviceIdentifier", default=None)
    issuer: str | None = None
    jurisdiction: str | None = None
    carrierHRF: str | None = None
    carrierHRF_element: PrimitiveElement | None = field(name="_carrierHRF", default=None)
    entryType: str | None = None


class DeviceName(Element, frozen=True, kw_only=True):
    """FHIR R4 Device.deviceName."""

    name: str | None = None
    type: str | None = None


class Specialization(Element, frozen=True, kw_only=True):
    """FHIR R4 Device.specialization."""

    systemType: CodeableConcept | None = None
    version: str | None = None


class Version(Element, frozen=True, kw_only=True):
    """FHIR R4 Device.version."""

    type: CodeableConcept | None = None
    component: Identifier | None = None
    value: str | None = None


class Property(Element, frozen=True, kw_only=True):
    """FHIR R4 Device.property."""

    type: CodeableConcept | None = None
    valueQuantity: list[Quantity] = []
    valueCode: list[CodeableConcept] = []


class ContactPoint(Element, frozen=True, kw_only=True):
    """FHIR R4 ContactPoint, of which the way to reach somebody is read."""

    system: str | None = None
    value: str | None = None


class Device(Resource, frozen=True, kw_only=True):
    """The elements of a Device that we show."""

    contained: list[Named] = []
    identifier: list[Identifier] = []
    udiCarrier: list[UdiCarrier] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    statusReason: list[CodeableConcept] = []
    distinctIdentifier: str | None = None
    distinctIdentifier_element: PrimitiveElement | None = field(name="_distinctIdentifier", default=None)
    manufacturer: str | None = None
    manufactureDate: str | None = None
    manufactureDate_element: PrimitiveElement | None = field(name="_manufactureDate", default=None)
    expirationDate: str | None = None
    expirationDate_element: PrimitiveElement | None = field(name="_expirationDate", default=None)
    lotNumber: str | None = None
    lotNumber_element: PrimitiveElement | None = field(name="_lotNumber", default=None)
    serialNumber: str | None = None
    serialNumber_element: PrimitiveElement | None = field(name="_serialNumber", default=None)
    deviceName: list[DeviceName] = []
    modelNumber: str | None = None
    partNumber: str | None = None
    type: CodeableConcept | None = None
    specialization: list[Specialization] = []
    version: list[Version] = []
    property: list[Property] = []
    owner: Reference | None = None
    contact: list[ContactPoint] = []
    location: Reference | None = None
    url: str | None = None
    note: list[Annotation] = []
    safety: list[CodeableConcept] = []
    parent: Reference | None = None


STATUS: dict[str, Status] = {
    "active": Status(words=_("In use"), icon="circle-check", now=True),
    "inactive": Status(words=_("No longer in use"), icon="circle-minus"),
    "unknown": Status(words=_("Status not known"), icon="circle-dashed"),
}
"""Every code of Device.status but entered-in-error, which is set aside."""

STATUS_REASON: dict[str, Words] = {
    "online": _("Switched on and connected"),
    "paused": _("Paused"),
    "standby": _("Waiting to be used"),
    "offline": _("Not connected"),
    "not-ready": _("Not ready"),
    "transduc-discon": _("A sensor is not connected"),
    "hw-discon": _("A part is not connected"),
    "off": _("Switched off"),
}
"""Every code of the device-status-reason system, for those that come without words."""

NAME_TYPE: dict[str, Words] = {
    "udi-label-name": _("Name on the label"),
    "user-friendly-name": _("Called"),
    "patient-reported-name": _("Called by the patient"),
    "manufacturer-name": _("Called by its maker"),
    "model-name": _("Name of the model"),
    "other": _("Also called"),
}
"""Every code of Device.deviceName.type, the most telling name first but for the label's."""

BEST_NAMES = (
    "user-friendly-name",
    "patient-reported-name",
    "udi-label-name",
    "manufacturer-name",
    "model-name",
)

ENTRY_TYPE: dict[str, Words] = {
    "barcode": _("Read from a barcode"),
    "rfid": _("Read from a radio tag"),
    "manual": _("Typed in by hand"),
    "card": _("From the patient’s implant card"),
    "self-reported": _("Told by the patient"),
    "unknown": _("Not known"),
}
"""Every code of Device.udiCarrier.entryType."""

ISSUER = {
    "http://hl7.org/fhir/NamingSystem/gs1-di": "GS1",
    "http://hl7.org/fhir/NamingSystem/gs1": "GS1",
    "http://hl7.org/fhir/NamingSystem/hibcc-diI": "HIBCC",
    "http://hl7.org/fhir/NamingSystem/hibcc": "HIBCC",
    "http://hl7.org/fhir/NamingSystem/iccbba-blood-di": "ICCBBA",
    "http://hl7.org/fhir/NamingSystem/iccbba-other-di": "ICCBBA",
    "http://hl7.org/fhir/NamingSystem/fda-udi": "FDA",
}
"""Who gives out device identifiers, and which authority keeps them. Names, and untranslated."""

NAME_MISSING = _("Unnamed device")


class DeviceHead(Head, frozen=True, kw_only=True):
    """What grouping needs."""

    type: CodeableConcept | None = None


def place(head: DeviceHead) -> str:
    """Which group an entry stands in."""
    if told(head.type, Subject.DEVICES):
        return NONE
    return {"active": "in-use", "inactive": "past"}.get(head.status or "", "other")


def states(head: DeviceHead) -> Statement | None:
    """What the record states instead of naming a device: that there is none, or that nothing is known."""
    return None if head.is_entered_in_error else told(head.type, Subject.DEVICES)


def names(device: Device) -> list[str]:
    """The names of a device, the one that people use first, each once."""
    order = {kind: number for number, kind in enumerate(BEST_NAMES)}
    ranked = sorted(device.deviceName, key=lambda n: order.get(n.type or "", len(order)))
    return list(dict.fromkeys(n.name.strip() for n in ranked if n.name and n.name.strip()))


def called(device: Device) -> str:
    """What to call it: its kind, else a name of its own, else its model; else empty."""
    return (
        wording.plain_name(device.type)
        or next(iter(names(device)), "")
        or (device.modelNumber or "").strip()
        or wording.words_of(device.type)
    )


def why_status(device: Device) -> str:
    """Why it has the status that it has."""
    return wording.listed(wording.named_or(STATUS_REASON, reason) for reason in device.statusReason)


# ---------------------------------------------------------------- the row


def to_row(device: Device, known: Known) -> Row:
    """One device. Its dates are those of its making: on which day it was put in, this entry does not say."""
    title = called(device)
    own = next((name for name in names(device) if name != title), "")
    made_by = (device.manufacturer or "").strip()
    row = Row(
        title=title or NAME_MISSING,
        title_missing=not title,
        status=wording.status(STATUS, device.status, absent=wording.absent_reason(device.status_element)),
        line=", ".join(filter(None, (own, made_by))),
        asides=tuple(
            filter(
                None,
                (
                    why_status(device),
                    _now("Serial number %s") % device.serialNumber if device.serialNumber else "",
                    "" if title else wording.absent_reason(device.type),
                ),
            )
        ),
        facts=known.facts(_facts(device, known)),
        notes=known.notes(device.note),
    )
    statement = told(device.type, Subject.DEVICES)
    return nothing.row(row, statement, device.type) if statement is not None else row


def _facts(device: Device, known: Known) -> Iterable[Fact | None]:
    yield wording.fact(
        _("Kind of device"), wording.words_of(device.type), absent=wording.absent_reason(device.type)
    )
    for name in device.deviceName:
        yield wording.maybe(NAME_TYPE.get(name.type or "", NAME_TYPE["other"]), name.name)
    yield wording.maybe(_("Why it has this status"), why_status(device))
    yield wording.maybe(_("What to know for safety"), wording.all_words_of(device.safety))
    yield wording.maybe(_("Made by"), device.manufacturer)
    yield wording.maybe(_("Model"), device.modelNumber)
    yield wording.maybe(_("Part number"), device.partNumber)
    yield wording.fact(
        _("Serial number"), device.serialNumber, absent=wording.absent_reason(device.serialNumber_element)
    )
    yield wording.fact(
        _("Lot number"), device.lotNumber, absent=wording.absent_reason(device.lotNumber_element)
    )
    yield _day(_("Made on"), device.manufactureDate, device.manufactureDate_element)
    yield _day(_("Use-by date on the label"), device.expirationDate, device.expirationDate_element)
    yield from _udi_facts(device)
    yield wording.fact(
        _("Number of this one device"),
        device.distinctIdentifier,
        absent=wording.absent_reason(device.distinctIdentifier_element),
    )
    yield from _property_facts(device)
    yield known.maybe(_("Owned by"), device.owner, device.contained)
    yield known.maybe(_("Where it is"), device.location, device.contained)
    yield known.maybe(_("Part of"), device.parent, device.contained)
    yield wording.maybe(
        _("Whom to ask about it"), ", ".join(c.value.strip() for c in device.contact if c.value)
    )
    yield wording.maybe(_("Address on the network"), device.url)
    for identifier in device.identifier:
        label = wording.words_of(identifier.type) or _("Other number")
        yield wording.maybe(label, identifier.value)


def _day(label: Words, recorded: str | None, element: PrimitiveElement | None) -> Fact:
    return wording.dated(label, recorded) or wording.fact(label, "", absent=wording.absent_reason(element))


def _udi_facts(device: Device) -> Iterable[Fact | None]:
    """The unique device identifier, part by part. FDA: the device identifier names the model, the rest the piece."""
    if not device.udiCarrier:
        yield wording.fact(_("Unique device identifier (UDI)"), "")
    for carrier in device.udiCarrier:
        yield wording.fact(
            _("Unique device identifier (UDI), as on the label"),
            carrier.carrierHRF,
            absent=wording.absent_reason(carrier.carrierHRF_element),
        )
        yield wording.fact(
            _("Device identifier (DI)"),
            carrier.deviceIdentifier,
            absent=wording.absent_reason(carrier.deviceIdentifier_element),
        )
        yield wording.maybe(_("Given out by"), ISSUER.get(carrier.issuer or "", carrier.issuer))
        yield wording.maybe(
            _("Registered with"), ISSUER.get(carrier.jurisdiction or "", carrier.jurisdiction)
        )
        yield wording.maybe(
            _("How the number was taken down"), ENTRY_TYPE.get(carrier.entryType or "", carrier.entryType)
        )


def _property_facts(device: Device) -> Iterable[Fact | None]:
    for special in device.specialization:
        said = filter(None, (wording.words_of(special.systemType), (special.version or "").strip()))
        yield wording.maybe(_("Meets the standard"), ", ".join(said))
    for version in device.version:
        said = filter(None, (wording.words_of(version.type), (version.value or "").strip()))
        yield wording.maybe(_("Version"), ", ".join(said))
    for setting in device.property:
        values = [wording.quantity(quantity) for quantity in setting.valueQuantity]
        values.append(wording.all_words_of(setting.valueCode))
        yield wording.maybe(
            wording.words_of(setting.type) or pgettext("of a device", "Setting"),
            ", ".join(filter(None, values)),
        )


def details(device: Device) -> Iterable[Reference]:
    """Whose it is and where."""
    return pointed(device.owner, device.location)


KIND = Kind(
    slug="devices",
    title=_("Implants and devices"),
    plain=_(
        "Implants and other devices, with the numbers that are asked for when one is called back by its maker."
        " The day an implant was put in stands with its procedure, where that is recorded."
    ),
    nothing_came_back=_(
        "The agency’s system sent no implants or devices. That does not always mean there are none."
    ),
    group=Group.CARE,
    order=40,
    resource_type="Device",
    searches=(Search(),),
    model=Device,
    head=DeviceHead,
    to_row=to_row,
    said=by_code(STATUS),
    # When it was made says nothing of when the patient got it: a device has no day of its own.
    date_of=lambda head: None,
    place=place,
    states=states,
    gainsaid_by=("in-use",),
    details=details,
    headings=(
        Heading(NONE, _("Recorded as none")),
        Heading("in-use", _("In use"), says=(STATUS["active"],)),
        Heading(
            "past", pgettext_lazy("a heading over several", "No longer in use"), says=(STATUS["inactive"],)
        ),
        Heading("other", OTHERS, _("Whether these are in use is not recorded")),
    ),
)

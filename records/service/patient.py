"""Whose record it is, in the few words that stand on every page. FHIR R4 Patient; US Core 5.0.1."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from msgspec import field

from records.documents.whose import Whose, of_record
from records.fetching.source import Sharing, Source
from records.fetching.under_way import FLIGHTS, at_hand
from records.fhir import errors, gaps
from records.fhir.elements import HumanName, Identifier, PrimitiveElement, Resource
from records.fhir.reading import NotReadable, read
from records.words import absent_reasons, wording
from records.words.personal import age, birth_words, has_died
from records.words.rows import Words

log = logging.getLogger("records.service.patient")

NAME_NOT_SHARED = _("Name not shared with this app")
NAME_NOT_RECORDED = _("Name not recorded")
NAME_NOT_LOADED = _("The name could not be loaded")
NAME_LATE = _("The name has not come yet")


class Patient(Resource, frozen=True, kw_only=True):
    """The elements of a Patient that the banner shows."""

    name: list[HumanName] = []
    birthDate: str | None = None
    birthDate_element: PrimitiveElement | None = field(name="_birthDate", default=None)
    deceasedBoolean: bool | None = None
    deceasedDateTime: str | None = None
    identifier: list[Identifier] = []
    gender: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Name, birth date and age in words; each empty where it is not known."""

    name: Words
    born: Words = ""
    age_words: Words = ""
    deceased: Words = ""


Fetched = bytes | errors.UpstreamError
"""The Patient's own bytes, or why there are none."""


def fetch_person(source: Source) -> Fetched | None:
    """The Patient of this access as sent, kept for five minutes; None where it was not granted. Any thread may call.

    Raises:
        AccessOver: the sign-in ended.
    """
    if source.shares("Patient") is Sharing.NONE:
        return None
    name = source.keep.name("person")
    raw = source.keep.load(name)
    if raw is not None:
        return raw
    try:
        raw = source.client.read("Patient", source.patient)
    except errors.UpstreamError as error:
        log.warning("person: %s", error)
        return error
    source.keep.store(name, raw)
    return raw


def ask_person(source: Source) -> Future[Fetched | None]:
    """The same, on its way."""
    name = source.keep.name("person")
    kept = source.keep.load(name)
    return at_hand(kept) if kept is not None else FLIGHTS.single(name, fetch_person, source)


def person_of(fetched: Fetched | None, source: Source, *, today: date) -> Person:
    """The patient of this access in words. Trouble is said in the name's place; it never takes a page down."""
    match fetched:
        case None | errors.NotShared():
            return Person(name=NAME_NOT_SHARED)
        case errors.UpstreamError():
            return Person(name=NAME_NOT_LOADED)
    try:
        patient, _set_aside = read(fetched, Patient)
    except NotReadable:
        return Person(name=NAME_NOT_LOADED)
    if patient.resourceType != "Patient" or patient.id != source.patient:
        log.warning("security: the Patient that was read is not this access's and was withheld")
        source.keep.forget(source.keep.name("person"))
        return Person(name=NAME_NOT_LOADED)
    found = told(patient, today)
    return replace(found, name=_withheld(fetched) or found.name) if found.name is NAME_NOT_RECORDED else found


def _withheld(fetched: bytes) -> Words:
    """Why a patient has no name, where the record says so."""
    filled = gaps.filled(fetched, Patient)
    codes = (gap.code for gap in filled.gaps.values() if gap.path.startswith("name")) if filled else ()
    code = next(iter(codes), "")
    return wording.labelled(_("Name"), absent_reasons.reason(code)) if code else ""


def birth_date(fetched: Fetched | None, source: Source) -> str | None:
    """The birth date of the patient of this access as recorded; None where it could not be had."""
    if not isinstance(fetched, bytes):
        return None
    try:
        patient, _set_aside = read(fetched, Patient)
    except NotReadable:
        return None
    return patient.birthDate if patient.id == source.patient else None


BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
SEXES = {"F": "female", "M": "male"}


def birth_sex(fetched: Fetched | None, source: Source) -> tuple[str, bool]:
    """The sex that growth is held against, "female" or "male", empty where it is not known; and whether it is the one
    recorded at birth, and not the administrative one. US Core birthsex."""
    if not isinstance(fetched, bytes):
        return "", False
    try:
        patient, _set_aside = read(fetched, Patient)
    except NotReadable:
        return "", False
    if patient.id != source.patient:
        return "", False
    at_birth = next((one.valueCode for one in patient.extension if one.url == BIRTH_SEX), None)
    if at_birth is not None:
        return SEXES.get(at_birth, ""), True
    return (patient.gender or "") if patient.gender in SEXES.values() else "", False


def whose(fetched: Fetched | None, source: Source) -> Whose | None:
    """The patient of this access, for comparing documents with; None where the Patient could not be had."""
    if not isinstance(fetched, bytes):
        return None
    try:
        patient, _set_aside = read(fetched, Patient)
    except NotReadable:
        return None
    if patient.id != source.patient:
        return None
    return of_record(patient.name, patient.birthDate, patient.identifier)


def told(patient: Patient, today: date) -> Person:
    """A Patient in the banner's words."""
    born: Words = ""
    if patient.birthDate:
        words = birth_words(patient.birthDate)
        born = _now("Born %s") % words if words else _("Birth date not given")
    else:
        reason = wording.absent_reason(patient.birthDate_element)
        if reason:
            born = _now("Birth date: %s") % reason
    deceased: Words = ""
    if has_died(patient.deceasedDateTime):
        deceased = _now("Died %s") % wording.day(patient.deceasedDateTime)
    elif patient.deceasedBoolean:
        deceased = _("Has died")
    return Person(
        name=wording.best_name(patient.name) or NAME_NOT_RECORDED,
        born=born,
        age_words="" if deceased else age(patient.birthDate, today),
        deceased=deceased,
    )

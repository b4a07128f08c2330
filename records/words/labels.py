"""What elements and extensions are called: known ones by our words, others by their own names taken apart."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from records.words.element_names import NAMES
from records.words.rows import Words

KNOWN: dict[str, Words] = {
    "": _("Without a name"),
    "abatementDateTime": _("Ended"),
    "abatementPeriod": _("Ended"),
    "abatementAge": _("Ended"),
    "abatementRange": _("Ended"),
    "abatementString": _("Ended"),
    "address": _("Address"),
    "asserter": _("Source of the information"),
    "attachment": _("File"),
    "author": _("Author"),
    "authoredOn": _("Written on"),
    "authorReference": _("Author"),
    "authorString": _("Author"),
    "basedOn": _("Follows from"),
    "birthDate": _("Born"),
    "bodySite": _("Where in the body"),
    "category": _("Category"),
    "clinicalStatus": _("State"),
    "code": _("What it is"),
    "coding": _("Code"),
    "communication": _("Language"),
    "component": _("Part"),
    "contact": _("Contact"),
    "contained": _("Told within this entry"),
    "contentType": _("Format"),
    "criticality": _("How serious it could be"),
    "data": _("Data"),
    "dataAbsentReason": _("Why there is no value"),
    "date": _("Date"),
    "deceasedBoolean": _("Has died"),
    "deceasedDateTime": _("Died on"),
    "description": _("Description"),
    "display": _("Name"),
    "div": _("Text"),
    "docStatus": _("State of the document"),
    "doNotPerform": _("Do not take or do"),
    "dosageInstruction": _("How to take it"),
    "doseAndRate": _("Dose"),
    "effectiveDateTime": _("When it was measured"),
    "effectiveInstant": _("When it was measured"),
    "effectivePeriod": _("When it was measured"),
    "encounter": _("Visit"),
    "end": _("Until"),
    "evidence": _("Signs of it"),
    "exposureRoute": _("How it came into contact"),
    "extension": _("Addition"),
    "gender": _("Gender"),
    "given": _("First names"),
    "hash": _("Check sum (SHA-1)"),
    "id": _("Number in the system"),
    "identifier": _("Number"),
    "implicitRules": _("Rules it was made by"),
    "intent": _("Kind of entry"),
    "interpretation": _("Compared with the usual range"),
    "issued": _("Made available"),
    "language": _("Language"),
    "lastOccurrence": _("Last reaction"),
    "lastUpdated": _("Last changed in the system"),
    "link": _("Link"),
    "manifestation": _("What happened"),
    "meta": _("About this record entry"),
    "modifierExtension": _("Addition that changes what the entry means"),
    "name": _("Name"),
    "note": _("Note"),
    "onset": _("Started"),
    "onsetAge": _("Started"),
    "onsetDateTime": _("Started"),
    "onsetPeriod": _("Started"),
    "onsetRange": _("Started"),
    "onsetString": _("Started"),
    "patient": _("Patient"),
    "performer": _("Done by"),
    "period": _("Time"),
    "profile": _("Made after"),
    "reaction": _("Reaction"),
    "recordedDate": _("Recorded"),
    "recorder": _("Recorded by"),
    "referenceRange": _("Usual range"),
    "requester": _("Ordered by"),
    "resourceType": _("Type of entry"),
    "security": _("Sensitivity label"),
    "severity": _("How severe"),
    "size": _("Size in bytes"),
    "source": _("Source"),
    "start": _("From"),
    "status": _("State"),
    "statusReason": _("Why this state"),
    "subject": _("Patient"),
    "substance": _("Substance"),
    "system": _("System"),
    "tag": _("Tag"),
    "telecom": _("Phone, e-mail"),
    "text": _("Text"),
    "title": _("Title"),
    "type": _("Kind"),
    "unit": _("Unit"),
    "url": _("Address on the web"),
    "use": _("Use"),
    "valueQuantity": _("Value"),
    "verificationStatus": _("How sure it is"),
    "versionId": _("Version"),
}
"""Elements that many entries have. Others are called by their own names (`element_names`)."""

EXTENSIONS: dict[str, Words] = {
    "us-core-race": _("Race"),
    "us-core-ethnicity": _("Ethnicity"),
    "us-core-birthsex": _("Sex assigned at birth"),
    "us-core-sex": _("Sex"),
    "us-core-genderIdentity": _("Gender identity"),
    "us-core-tribal-affiliation": _("Tribal affiliation"),
    "us-core-direct": _("Direct address"),
    "ombCategory": _("Category"),
    "detailed": _("In detail"),
    "text": _("Text"),
    "data-absent-reason": _("Why it is not there"),
    "condition-assertedDate": _("First stated"),
    "patient-birthTime": _("Time of birth"),
    "patient-birthPlace": _("Place of birth"),
    "patient-mothersMaidenName": _("Mother’s maiden name"),
    "patient-nationality": _("Nationality"),
    "patient-religion": _("Religion"),
    "patient-interpreterRequired": _("Interpreter needed"),
    "patient-genderIdentity": _("Gender identity"),
    "geolocation": _("Place on the map"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
}
"""Extensions by the last part of their address. US Core 5.0.1; FHIR R4."""

_CHOICE = re.compile(
    r"(?<=[a-z])(Address|Age|Annotation|Attachment|Base64Binary|Boolean|Canonical|Code|CodeableConcept|Coding"
    r"|ContactPoint|Count|DateTime|Decimal|Distance|Duration|HumanName|Id|Identifier|Instant|Integer|Markdown"
    r"|Money|Oid|Period|PositiveInt|Quantity|Range|Ratio|Reference|SampledData|Signature|String|Timing"
    r"|UnsignedInt|Uri|Url|Uuid)$"
)
"""The type at the end of the name of a choice element: valueQuantity, reasonCode. FHIR R4 JSON, 2.6.2.5."""

_SEAM = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[-_.\s]+")


def label(name: str) -> Words:
    """What an element is called: "recordedDate" is "Recorded", "numberOfSeries" is "Number of series"."""
    plain = _CHOICE.sub("", name)
    for called in (KNOWN.get(name), NAMES.get(name), NAMES.get(plain)):
        if called is not None:
            return called
    return _apart(plain)


def element_words(path: str) -> str:
    """The place of an element in words: "dosageInstruction[0].text" is "How to take it, Text"."""
    names = filter(None, re.sub(r"\[\d+\]", "", path).replace("_", "").split("."))
    return ", ".join(str(label(name)) for name in names)


def extension_label(url: str) -> Words:
    """What an extension is called, by the last part of its address."""
    last = re.split(r"[/#:]", url.rstrip("/#:"))[-1]
    known = EXTENSIONS.get(last)
    return known if known is not None else _apart(last.removeprefix("us-core-")) or KNOWN["extension"]


def _apart(name: str) -> str:
    words = [word if word.isupper() else word.lower() for word in _SEAM.split(name) if word]
    said = " ".join(words)
    return said[:1].upper() + said[1:] or name

"""Which record a sign-in without a patient is for, where the server lets it be found: never a guess.

Who signed in is a Patient (`fhirUser`), and the server gives exactly that one; or one search for Patients brings
exactly one, and says of no more.
"""

from __future__ import annotations

from dataclasses import dataclass

from records.fhir import errors
from records.fhir.bundle import Mode
from records.fhir.client import FhirClient
from records.fhir.compartment import is_id
from records.fhir.reading import NotReadable, read
from records.service.patient import Patient
from records.words import wording
from records.words.personal import birth_words


@dataclass(frozen=True)
class Candidate:
    """A record that may be meant: `patient` is its logical id, name and birth date are in words."""

    patient: str
    name: str
    born: str


def find(client: FhirClient, patient: str) -> Candidate | None:
    """The one record that may be meant, or None.

    Args:
        client: of the server, with the token of the sign-in.
        patient: the id of who signed in, or empty: then a search has to bring exactly one.

    Raises:
        errors.UpstreamError: the server is in trouble, so that nothing is known.
    """
    try:
        raw = client.read("Patient", patient) if patient else _only_one(client)
    except (errors.NotThere, errors.NotShared, errors.NotUnderstood):
        return None
    if raw is None:
        return None
    try:
        found, _set_aside = read(raw, Patient)
    except NotReadable:
        return None
    if found.resourceType != "Patient" or not is_id(found.id or "") or (patient and found.id != patient):
        return None
    name, born = str(wording.best_name(found.name)), str(birth_words(found.birthDate))
    # Whom nobody could recognize is not shown to be recognized.
    return Candidate(str(found.id), name, born) if name and born else None


def _only_one(client: FhirClient) -> bytes | None:
    _body, page = client.search("Patient", [("_count", "2")])
    matches = [entry for entry in page.entries if entry.mode is Mode.MATCH]
    if len(matches) != 1 or page.next is not None or page.missing or page.total not in {None, 1}:
        return None
    return None if matches[0].is_foreign else bytes(matches[0].raw)

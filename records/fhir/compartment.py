"""Whose a resource is, and what a reference leads to. FHIR R4 compartments; references 2.3.0."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from records.fhir.elements import Coding, Head, Reference
from records.fhir.reading import NotReadable, tree

NOT_OF_ONE_PATIENT = frozenset(
    {
        "Location",
        "Medication",
        "Organization",
        "Practitioner",
        "PractitionerRole",
        "Provenance",
        "OperationOutcome",
    }
)
"""Types that name no patient. Everything else must be the access's own patient's."""


def is_of(head: Head, *, patient: str, base: str, is_foreign: bool = False) -> bool:
    """Whether a resource is about this patient: `subject` or `patient` says so in so many words.

    A reference may be relative, absolute under the server's own base, or name a version. Anything else,
    an identifier alone, a contained or a foreign one, is not taken for this patient; nor is a relative one of an
    entry that is at home elsewhere (`Entry.is_foreign`), nor another server's Patient of the same id.
    """
    if is_foreign:
        named = [reference.reference or "" for reference in (head.subject, head.patient) if reference]
        if head.resourceType == "Patient" or not all(one.startswith(base) for one in named):
            return False
    if head.resourceType == "Patient":
        return head.id == patient
    subject = head.subject or head.patient
    if (
        subject is not None
        and subject.reference == f"Patient/{patient}"
        and (head.patient is None or head.subject is None)
    ):
        return True  # as nearly all are
    references = [reference for reference in (head.subject, head.patient) if reference is not None]
    return bool(references) and all(points_to(r, "Patient", patient, base=base) for r in references)


def may_be_of(raw: bytes | msgspec.Raw, *, patient: str, base: str, is_foreign: bool = False) -> bool:
    """Whether an entry that cannot be read names this patient all the same, so that it may be shown as it was sent."""
    try:
        whole = tree(raw)
        least = {name: whole[name] for name in ("resourceType", "id", "subject", "patient") if name in whole}
        return is_of(msgspec.convert(least, Head), patient=patient, base=base, is_foreign=is_foreign)
    except (NotReadable, TypeError, KeyError, msgspec.ValidationError):
        return False


def points_to(reference: Reference, resource_type: str, logical_id: str, *, base: str) -> bool:
    """Whether a reference leads to this very resource of this server."""
    target = local(reference, base=base)
    return target is not None and target == (resource_type, logical_id)


def local(reference: Reference | None, *, base: str) -> tuple[str, str] | None:
    """Type and id of a reference to this server's own resources, else None. FHIR R4 references 2.3.0."""
    if reference is None or not reference.reference:
        return None
    resource_type, _, logical_id = reference.reference.removeprefix(base).partition("/")
    if "/" in logical_id:
        logical_id, _, version = logical_id.partition("/_history/")
        if "/" in version:
            return None
    return (resource_type, logical_id) if resource_type.isalpha() and is_id(logical_id) else None


MOST_ID = 128

_ID = re.compile(rf"[A-Za-z0-9._-]{{1,{MOST_ID}}}\Z", re.ASCII)


def is_id(value: str) -> bool:
    """Whether a string has the form of a FHIR id, or of the slightly longer ones that servers give out."""
    return _ID.match(value) is not None and value not in {".", ".."}


def labels(head: Head) -> Iterator[Coding]:
    """The security labels of an entry. FHIR R4 Resource.meta.security."""
    if head.meta is not None:
        yield from head.meta.security

"""The people one can sign in as at the demo server, and what each of them may open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Resource = dict[str, Any]
"""One FHIR R4 resource as the JSON object that the demo server sends."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone who can sign in. Invented, like everybody here.

    `fhir_user` is a relative reference: `Patient/…` for someone reading their own record,
    `RelatedPerson/…` for a representative, `Practitioner/…` for staff. `patients` are the
    logical ids of the Patient resources that this person may open, in the order of choice.
    """

    slug: str
    name: str
    says: str
    fhir_user: str
    patients: tuple[str, ...]

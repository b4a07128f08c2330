"""Scopes: which we ask for, and what was granted. SMART App Launch 2.2, "Scopes for requesting FHIR resources"."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

Interaction = Literal["read", "search"]


class Granted(Enum):
    """Whether an interaction with a resource type was granted.

    PARTIAL: only under a condition (`patient/Observation.rs?category=…`), so some results may be hidden.
    """

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


SEARCHED = (
    "AllergyIntolerance",
    "CarePlan",
    "CareTeam",
    "Condition",
    "Device",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Goal",
    "Immunization",
    "Location",
    "MedicationRequest",
    "Observation",
    "Organization",
    "Patient",
    "Practitioner",
    "Procedure",
)
"""The resource types that InSync FHIR lists with search and read."""

READ_ONLY = ("Medication", "Provenance")
"""Those that it lists with read alone."""

_RESOURCE_SCOPE = re.compile(
    r"patient/(?P<type>\*|[A-Z][A-Za-z]{1,63})\."
    r"(?:(?P<v1>read|write|\*)|(?P<v2>(?=[cruds])c?r?u?d?s?))(?P<query>\?.+)?",
    re.ASCII,
)


@dataclass(frozen=True)
class GrantedScopes:
    """The scopes of a token response, asked by resource type and interaction."""

    scopes: frozenset[str]

    @classmethod
    def parse(cls, scope: str) -> GrantedScopes:
        """From the `scope` string of RFC 6749, section 3.3: words parted by spaces, in any order."""
        return cls(frozenset(scope.split()))

    def allows(self, resource_type: str, interaction: Interaction) -> Granted:
        """What was granted for one type: all scopes together count, the widest wins.

        `.read` of SMART v1 is read and search, as `.rs` of v2 is; `*` stands for every type. `user/` and
        `system/` scopes are not counted: we ask for none, and what they reach is not this patient's alone.
        """
        found = Granted.NONE
        for scope in self.scopes:
            match = _RESOURCE_SCOPE.fullmatch(scope)
            if match is None or match["type"] not in {"*", resource_type}:
                continue
            if not _covers(match["v1"], match["v2"], interaction):
                continue
            if match["query"] is None:
                return Granted.FULL
            found = Granted.PARTIAL
        return found

    def __contains__(self, scope: object) -> bool:
        return scope in self.scopes

    def __str__(self) -> str:
        return " ".join(sorted(self.scopes))


def _covers(v1: str | None, v2: str | None, interaction: Interaction) -> bool:
    if v2 is not None:
        return ("r" if interaction == "read" else "s") in v2
    return v1 in {"read", "*"}


def requested(
    *,
    ehr_launch: bool,
    capabilities: Collection[str] = (),
    scopes_supported: Collection[str] = (),
    configured: Iterable[str] = (),
) -> tuple[str, ...]:
    """The scopes of one authorization request: ours are explicit, read-only, without a wildcard.

    Args:
        ehr_launch: ask for `launch` (the EHR said which patient) instead of `launch/patient`.
        capabilities, scopes_supported: as the server's smart-configuration lists them.
        configured: INSYNC_SCOPES. Where it names any scope it stands in full in the place of ours: a server that does
            not know `launch/patient` is not asked for it. Only `launch` is ours to say: it belongs to an EHR launch,
            where it stands for `launch/patient`, and to no other. SMART App Launch 2.2, "Scopes for requesting context
            data".

    SMART v1 syntax (`.read`) unless the server offers v2 alone: InSync registers scopes by form, and its page
    does not say which syntax. `online_access` only where it is advertised; `offline_access` never of ourselves, because
    the portal is used with the patient present, but an operator may ask for it.
    """
    launch = "launch" if ehr_launch else "launch/patient"
    if chosen := tuple(configured):
        context = {"launch", "launch/patient"} if ehr_launch else {"launch"}
        kept = [scope for scope in chosen if scope not in context]
        return (*dict.fromkeys([*kept, "launch"] if ehr_launch else kept),)
    search, read = (".rs", ".r") if _only_v2(capabilities, scopes_supported) else (".read", ".read")
    scopes = ["openid", "fhirUser", launch]
    scopes += [f"patient/{name}{search}" for name in SEARCHED]
    scopes += [f"patient/{name}{read}" for name in READ_ONLY]
    if "online_access" in scopes_supported or "permission-online" in capabilities:
        scopes.append("online_access")
    return tuple(scopes)


def _only_v2(capabilities: Collection[str], scopes_supported: Collection[str]) -> bool:
    if "permission-v1" in capabilities or any(scope.endswith(".read") for scope in scopes_supported):
        return False
    return "permission-v2" in capabilities or any(scope.endswith((".rs", ".r")) for scope in scopes_supported)

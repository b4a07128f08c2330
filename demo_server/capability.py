"""The CapabilityStatement, written from the same table that the search uses. FHIR R4 CapabilityStatement."""

from __future__ import annotations

from typing import Any

from demo_server.catalogue import CATALOGUE, EVERYWHERE, REVINCLUDES, Served

SOFTWARE = "InSync FHIR look-alike (demonstration)"


def capability_statement(*, fhir_base: str, authorization: str) -> dict[str, Any]:
    """What this server can do, as a JSON object.

    Args:
        fhir_base: the FHIR base URL with its slash.
        authorization: the URL that authorize, token and revoke stand below, without a slash at its end.
    """
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-24",
        "publisher": "InSync Portal",
        "kind": "instance",
        "instantiates": ["http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"],
        "software": {"name": SOFTWARE},
        "implementation": {
            "description": "A look-alike of InSync FHIR with invented people. It holds nobody's record.",
            "url": fhir_base.rstrip("/"),
        },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "security": _security(authorization),
                "resource": [*(_resource(served) for served in CATALOGUE.values()), _BINARY],
            }
        ],
    }


_BINARY = {
    "type": "Binary",
    "documentation": "Only what an attachment of the patient's own record points to.",
    "interaction": [{"code": "read"}],
}


def _security(authorization: str) -> dict[str, Any]:
    """The SMART service with the addresses in their (older) extension. SMART App Launch, oauth-uris."""
    return {
        "extension": [
            {
                "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                "extension": [
                    {"url": name, "valueUri": f"{authorization}/{name}"}
                    for name in ("authorize", "token", "revoke")
                ],
            }
        ],
        "service": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                        "code": "SMART-on-FHIR",
                    }
                ]
            }
        ],
    }


def _resource(served: Served) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": served.name,
        "supportedProfile": list(served.profiles),
        "interaction": [{"code": "read"}],
        "versioning": "no-version",
        "readHistory": False,
    }
    if served.searchable:
        described["interaction"].append({"code": "search-type"})
        described["searchRevInclude"] = sorted(REVINCLUDES)
        described["searchParam"] = [
            {"name": parameter.name, "type": str(parameter.kind)}
            for parameter in (*EVERYWHERE.values(), *served.parameters.values())
        ]
        if served.includes:
            described["searchInclude"] = [f"{served.name}:{name}" for name in sorted(served.includes)]
    return described

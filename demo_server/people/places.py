"""The agency, its people and its places, and the laboratory. All invented."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import reference, resource
from demo_server.people.days import Days

NPI = "http://hl7.org/fhir/sid/us-npi"
CLIA = "urn:oid:2.16.840.1.113883.4.7"

IMANI = {"reference": "Practitioner/imani-cole", "display": "Imani Cole, MD"}
TOM = {"reference": "Practitioner/tomas-okafor", "display": "Tomas Okafor, LCSW"}
PRIYA = {"reference": "Practitioner/priya-raman", "display": "Priya Raman, MD"}
HANNAH = {"reference": "Practitioner/hannah-lindqvist", "display": "Hannah Lindqvist, RN"}
SOFIA = {"reference": "Practitioner/sofia-benitez", "display": "Sofía Benítez, LMFT"}
AGENCY = {"reference": "Organization/harbor-lane", "display": "Harbor Lane Behavioral Health"}
TIDEWATER = {"reference": "Organization/tidewater-lab", "display": "Tidewater Reference Laboratory"}
BAYVIEW = {"reference": "Organization/bayview-hospital", "display": "Bayview Community Hospital"}


def phone(number: str, use: str = "work") -> dict[str, str]:
    return {"system": "phone", "value": number, "use": use}


def address(line: str, city: str, state: str, postal: str, **more: Any) -> dict[str, Any]:
    return {"line": [line], "city": city, "state": state, "postalCode": postal, "country": "US", **more}


MAIN_STREET = address("410 Harbor Lane", "Port Ellery", "VA", "23100")
LAB_STREET = address("77 Ebb Street, Suite 3", "Port Ellery", "VA", "23101")
HOSPITAL_STREET = address("9 Lookout Road", "Port Ellery", "VA", "23104")


def places(days: Days) -> list[Resource]:
    """Organizations, locations and practitioners that every record points to."""
    updated = days.moment(400, "08:00")

    def organization(
        logical_id: str, name: str, npi: str, number: str, where: dict[str, Any], *more: dict[str, str]
    ) -> Resource:
        return resource(
            "Organization",
            logical_id,
            profile="us-core-organization",
            updated=updated,
            identifier=[{"system": NPI, "value": npi}, *more],
            active=True,
            name=name,
            telecom=[phone(number)],
            address=[where],
        )

    def location(logical_id: str, name: str, number: str, where: dict[str, Any], owner: str) -> Resource:
        return resource(
            "Location",
            logical_id,
            profile="us-core-location",
            updated=updated,
            status="active",
            name=name,
            telecom=[phone(number)],
            address=where,
            managingOrganization=reference(f"Organization/{owner}"),
        )

    def practitioner(
        logical_id: str,
        family: str,
        given: str,
        letters: str,
        npi: str,
        number: str,
        where: dict[str, Any] = MAIN_STREET,
    ) -> Resource:
        return resource(
            "Practitioner",
            logical_id,
            profile="us-core-practitioner",
            updated=updated,
            identifier=[{"system": NPI, "value": npi}],
            active=True,
            name=[
                {
                    "family": family,
                    "given": [given],
                    "suffix": [letters],
                    "text": f"{given} {family}, {letters}",
                }
            ],
            telecom=[phone(number)],
            address=[where],
            qualification=[{"code": {"text": letters}}],
        )

    clia = {"system": CLIA, "value": "49D5550199"}
    return [
        organization("harbor-lane", AGENCY["display"], "1555501990", "804-555-0100", MAIN_STREET),
        organization("tidewater-lab", TIDEWATER["display"], "1555501982", "804-555-0130", LAB_STREET, clia),
        organization("bayview-hospital", BAYVIEW["display"], "1555501974", "804-555-0140", HOSPITAL_STREET),
        location("harbor-lane-main", "Harbor Lane, main clinic", "804-555-0101", MAIN_STREET, "harbor-lane"),
        location(
            "harbor-lane-children",
            "Harbor Lane, children's rooms",
            "804-555-0102",
            MAIN_STREET,
            "harbor-lane",
        ),
        location("bayview-ward-4", "Bayview, ward 4", "804-555-0141", HOSPITAL_STREET, "bayview-hospital"),
        practitioner("imani-cole", "Cole", "Imani", "MD", "1555501001", "804-555-0110"),
        practitioner("tomas-okafor", "Okafor", "Tomas", "LCSW", "1555501019", "804-555-0111"),
        practitioner("priya-raman", "Raman", "Priya", "MD", "1555501027", "804-555-0112"),
        practitioner("hannah-lindqvist", "Lindqvist", "Hannah", "RN", "1555501035", "804-555-0113"),
        practitioner("sofia-benitez", "Benítez", "Sofía", "LMFT", "1555501043", "804-555-0114"),
        practitioner(
            "arthur-kessler", "Kessler", "Arthur", "MD", "1555501050", "804-555-0142", HOSPITAL_STREET
        ),
    ]

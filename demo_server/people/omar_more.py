"""The rest of Omar's record: visits, reports, plans and others in the odd shapes that remain."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, encounter, reference, resource
from demo_server.people.care import care_plan, care_team, goal, procedure
from demo_server.people.codes import loinc
from demo_server.people.days import Days
from demo_server.people.places import TIDEWATER, TOM

Json = dict[str, Any]

SCRIPT = "<script>alert(1)</script>"


def more(me: str, days: Days) -> list[Resource]:
    """Encounters, DiagnosticReports, Procedures, Immunizations, Goals, CarePlans, CareTeams, Devices."""
    return [*_visits(me, days), *_reports(me, days), *_done(me, days), *_planned(me, days)]


def _visits(me: str, days: Days) -> list[Resource]:
    subject = reference(f"Patient/{me}")
    # `class` is a word of Python's own.
    pier: Json = {"class": {"system": "https://harborlane.example/fhir/classes", "code": "PIER"}}
    hospital: Json = {"class": {"code": "IMP"}}
    return [
        encounter(
            me,
            "omar-visit-unknown-class",
            {"text": f"Walk on the pier {SCRIPT}"},
            start=days.day(20),
            end=None,
            status="unknown",
            where=None,
            **pier,
        ),
        encounter(
            me,
            "omar-visit-entered-in-error",
            {"text": "Visit of another person"},
            start=days.day(22),
            end=days.day(22),
            status="entered-in-error",
        ),
        encounter(
            me,
            "omar-visit-cancelled",
            {"text": "Group therapy"},
            start=days.moment(18, "17:00"),
            end=None,
            practitioner=reference("PractitionerRole/not-served", "Group leader"),
            status="cancelled",
        ),
        resource(
            "Encounter",
            "omar-visit-undated",
            updated=days.moment(23),
            status="onleave",
            **hospital,
            subject=subject,
            serviceProvider={"display": "A hospital abroad"},
        ),
    ]


def _reports(me: str, days: Days) -> list[Resource]:
    subject = reference(f"Patient/{me}")
    return [
        resource(
            "DiagnosticReport",
            "omar-report-unknown-category",
            updated=days.moment(33),
            status="partial",
            category=[{"text": "Tea leaves"}],
            code={"text": f"Reading {SCRIPT}"},
            subject=subject,
            effectivePeriod={"start": days.month(70), "end": days.month(33)},
            conclusion="Some results are in.\nOthers are not.",
            result=[reference("Observation/omar-value-ratio"), reference("Observation/that-is-gone")],
            performer=[TIDEWATER, reference("PractitionerRole/not-served")],
        ),
        resource(
            "DiagnosticReport",
            "omar-report-entered-in-error",
            updated=days.moment(34),
            status="entered-in-error",
            code=concept(loinc("58410-2")),
            subject=subject,
            effectiveDateTime=days.day(34),
        ),
    ]


def _done(me: str, days: Days) -> list[Resource]:
    subject = reference(f"Patient/{me}")
    return [
        procedure(
            me,
            "omar-procedure-not-done",
            {"text": "Tattoo removal"},
            when=days.day(60),
            status="not-done",
            statusReason={"text": "Changed his mind"},
        ),
        resource(
            "Procedure",
            "omar-procedure-when-in-words",
            updated=days.moment(61),
            profile="us-core-procedure",
            status="unknown",
            code={"text": "Tonsils out"},
            subject=subject,
            performedString="before school",
        ),
        resource(
            "Procedure",
            "omar-procedure-age",
            updated=days.moment(62),
            status="completed",
            subject=subject,
            performedAge={"value": 7, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"},
        ),
        resource(
            "Immunization",
            "omar-vaccine-when-in-words",
            updated=days.moment(63),
            profile="us-core-immunization",
            status="completed",
            primarySource=False,
            vaccineCode={"text": "Smallpox"},
            patient=subject,
            occurrenceString="as a baby, abroad",
        ),
        resource(
            "Immunization",
            "omar-vaccine-entered-in-error",
            updated=days.moment(64),
            status="entered-in-error",
            vaccineCode={"text": "Yellow fever, wrong person"},
            patient=subject,
            occurrenceDateTime=days.year(64),
        ),
        resource(
            "Device",
            "omar-device-nameless",
            updated=days.moment(65),
            status="unknown",
            type={"text": "Something in the left ear"},
            patient=subject,
            _expirationDate={
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                        "valueCode": "unknown",
                    }
                ]
            },
        ),
    ]


def _planned(me: str, days: Days) -> list[Resource]:
    subject = reference(f"Patient/{me}")
    return [
        goal(
            me,
            "omar-goal-unknown-unit",
            f"Play the saxophone 🎷 {SCRIPT}",
            started=days.year(90),
            lifecycleStatus="proposed",
            target=[
                {
                    "measure": {"text": "Songs"},
                    "detailRange": {"low": {"value": 3, "unit": "songs"}},
                    "dueDuration": {
                        "value": 6,
                        "unit": "weeks",
                        "system": "http://unitsofmeasure.org",
                        "code": "wk",
                    },
                }
            ],
        ),
        care_plan(
            me,
            "omar-plan-revoked",
            "A plan that was withdrawn",
            "No longer in use.",
            created=days.day(300),
            status="revoked",
        ),
        resource(
            "Provenance",
            "omar-provenance-odd",
            updated=days.moment(60),
            target=[reference("AllergyIntolerance/omar-allergy-many-reactions")],
            recorded=f"{days.day(61)}T00:30:00.250+13:45",
            agent=[
                {
                    "who": reference("PractitionerRole/not-served", f"Night nurse {SCRIPT}"),
                    "onBehalfOf": {"display": "A clinic abroad"},
                },
                {"type": {"text": "Interpreter"}, "who": {"identifier": {"value": "77"}}},
            ],
        ),
        resource(
            "CarePlan",
            "omar-plan-hostile-narrative",
            updated=days.moment(66),
            text={
                "status": "additional",
                "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>Plan with <b>markup</b> and '
                '<a href="https://tracker.example/">a link</a>.</p></div>',
            },
            status="draft",
            intent="option",
            category=[{"text": "Home-made"}],
            subject=subject,
            description=f"Rest {SCRIPT}",
        ),
        care_team(
            me,
            "omar-team",
            "Whoever helps",
            [
                (concept(text="Therapist"), TOM),
                ({"text": "Friend"}, {"display": "Sam from the pier"}),
                ({"text": "Night nurse"}, reference("PractitionerRole/not-served")),
            ],
            updated=days.day(67),
            status="proposed",
        ),
    ]

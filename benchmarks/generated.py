"""Records made for measuring: one person with thirty years of vital signs, and lists in which one entry is wrong.

Written as text, so that every number keeps its digits ("72.20"). The codes are US Core's vital signs; everything else
is invented.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

PATIENT = "thirty-years"
PATIENT_NAME = "Generated Person"
MANY = 10_000
DAYS = 30 * 365
FEW = 50
WRONG_ENTRY = 16
"""Which of the fifty is the wrong one, counted from the oldest."""

MEASURES = (
    # LOINC code, display, UCUM unit, unit, base value in hundredths
    ("29463-7", "Body weight", "kg", "kg", 7220),
    ("8867-4", "Heart rate", "/min", "beats/minute", 6810),
    ("8310-5", "Body temperature", "Cel", "°C", 3650),
    ("9279-1", "Respiratory rate", "/min", "breaths/minute", 1410),
    ("8302-2", "Body height", "cm", "cm", 17150),
)

WRONG: dict[str, str] = {
    "value": '"valueQuantity": "seventy"',
    "code": '"code": [{"text": "Body weight"}]',
    "status": '"status": {"value": "final"}',
    "range": '"referenceRange": {"low": 3}',
    "performer": '"performer": "Maria Alvarez"',
    "meta": '"meta": "2024"',
}
"""Elements in a shape that FHIR does not allow, each as it stands in the JSON, by a word of its own."""


def written_value(number: int) -> str:
    """The value of the entry of this number as the record writes it: always two decimals, the last one zero."""
    hundredths = MEASURES[number % len(MEASURES)][4] + 10 * (number * 7 % 40)
    return f"{hundredths // 100}.{hundredths % 100:02}"


def observation(number: int, patient: str, when: dt.datetime, wrong: str = "") -> str:
    """One vital sign of about 1 kB, as JSON text.

    Args:
        number: gives the measure and the value.
        wrong: an element that takes the place of the right one of its name (`WRONG`).
    """
    code, display, ucum, unit, _base = MEASURES[number % len(MEASURES)]
    moment = when.isoformat(timespec="seconds")
    quantity = json.dumps({"unit": unit, "system": "http://unitsofmeasure.org", "code": ucum})
    elements = {
        "meta": {
            "versionId": "1",
            "lastUpdated": moment,
            "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-vital-signs"],
        },
        "identifier": [{"system": "https://records.example/observations", "value": f"{patient}-{number:06}"}],
        "status": "final",
        "category": [
            {
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                        "code": "vital-signs",
                        "display": "Vital Signs",
                    }
                ],
                "text": "Vital Signs",
            }
        ],
        "code": {
            "coding": [{"system": "http://loinc.org", "code": code, "display": display}],
            "text": display,
        },
        "subject": {"reference": f"Patient/{patient}", "display": PATIENT_NAME},
        "effectiveDateTime": moment,
        "issued": moment,
        "performer": [{"display": "Maria Alvarez, RN"}],
        "note": [{"text": "Taken at rest, seated, before the visit began."}],
    }
    parts = {name: f'"{name}": {json.dumps(value)}' for name, value in elements.items()}
    parts["valueQuantity"] = f'"valueQuantity": {{"value": {written_value(number)}, {quantity[1:]}'
    if wrong:
        parts[json.loads(f"{{{wrong}}}").popitem()[0]] = wrong
    return f'{{"resourceType": "Observation", "id": "{patient}-{number}", {", ".join(parts.values())}}}'


def patient_json(patient: str) -> str:
    """The Patient, as JSON text."""
    return json.dumps(
        {
            "resourceType": "Patient",
            "id": patient,
            "identifier": [{"system": "https://records.example/patients", "value": patient}],
            "name": [{"text": PATIENT_NAME, "family": "Person", "given": ["Generated"]}],
            "gender": "unknown",
            "birthDate": "1950-01-01",
        }
    )


def write_long(folder: Path, many: int = MANY) -> None:
    """A `DEMO_DATA` folder with `PATIENT` and so many vital signs over thirty years, ending today."""
    moments = _moments(many)
    entries = (observation(number, PATIENT, when) for number, when in enumerate(moments))
    _write(folder / f"{PATIENT}.json", [patient_json(PATIENT), *entries])


def write_person(folder: Path, resources: Iterable[object]) -> None:
    """A `DEMO_DATA` folder with `PATIENT` and these resources."""
    _write(folder / f"{PATIENT}.json", [patient_json(PATIENT), *map(json.dumps, resources)])


def write_wrong(folder: Path, few: int = FEW) -> None:
    """A `DEMO_DATA` folder with a patient for each of `WRONG`: so many vital signs, one of them wrong in that way."""
    for name, wrong in WRONG.items():
        patient = f"one-wrong-{name}"
        entries = (
            observation(number, patient, when, wrong if number == WRONG_ENTRY % few else "")
            for number, when in enumerate(_moments(few))
        )
        _write(folder / f"{patient}.json", [patient_json(patient), *entries])


def _moments(many: int) -> Iterator[dt.datetime]:
    """So many moments over thirty years, oldest first, all different, none in the future."""
    start = dt.datetime.now(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(
        days=DAYS
    )
    return (start + dt.timedelta(seconds=DAYS * 86_400 * number // many) for number in range(many))


def _write(path: Path, resources: list[str]) -> None:
    entries = ",\n".join(f'{{"resource": {resource}}}' for resource in resources)
    path.write_text(
        f'{{"resourceType": "Bundle", "type": "collection", "entry": [\n{entries}\n]}}', encoding="utf-8"
    )

#!/usr/bin/env bash
# A vaccine whose date is lawfully unknown is called invalid.
#
# What:     fhir.resources 8.3.0 (Python, its R4B models).
# Input:    an Immunization that has no occurrenceDateTime, but _occurrenceDateTime with a data-absent-reason. US Core
#           5.0.1 names this as the way to say that a required element is not known ("Missing Data"); FHIR R4 JSON,
#           2.6.2.2, counts an element as present that has an extension and no value.
# Expected: taken, as a required element that is no choice is: an Observation with _status alone is taken.
# Seen:     "Expect any of field value from this list ['occurrenceDateTime', 'occurrenceString']".
# Matters:  a program that validates on reading loses the whole entry. Old vaccines often come with an unknown date, so
#           a patient's list of vaccines lacks just those, and looks complete.
#
# Exits 0 while the behavior is as seen, 1 when it has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fhir.resources==8.3.0

"$folder/venv/bin/python" - <<'PYTHON'
import sys

from fhir.resources.R4B import get_fhir_model_class

REASON = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
VACCINE = {
    "resourceType": "Immunization",
    "status": "completed",
    "vaccineCode": {"text": "Influenza, seasonal"},
    "patient": {"reference": "Patient/example"},
}
RESULT = {"resourceType": "Observation", "code": {"text": "Lithium"}}


def taken(resource):
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValueError as error:
        print(f"refused: {error.errors()[0]['msg']}")
        return False
    print("taken")
    return True


print("Immunization with occurrenceDateTime 2024-10: ", end="")
dated = taken({**VACCINE, "occurrenceDateTime": "2024-10"})
print("Observation with _status and a reason, no status: ", end="")
plain = taken({**RESULT, "_status": REASON})
print("Immunization with _occurrenceDateTime and a reason: ", end="")
choice = taken({**VACCINE, "_occurrenceDateTime": REASON})
sys.exit(0 if (dated, plain, choice) == (True, True, False) else 1)
PYTHON

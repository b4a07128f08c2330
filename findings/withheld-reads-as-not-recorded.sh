#!/usr/bin/env bash
# What an agency withholds reads as if nobody had ever recorded it.
#
# What:     fhirclient 4.4.0 (Python, the SMART project's own client).
# Input:    a Patient whose birth date is withheld: no birthDate, but _birthDate with the data-absent-reason "masked".
#           FHIR R4 JSON, 2.6.2.2; US Core 5.0.1, "Missing Data".
# Expected: the reason can be read, and is there when the resource is written again.
# Seen:     it is read without an error, birthDate is None, no attribute holds the reason, and as_json() has lost it. A
#           date that is there loses its extensions in the same way.
# Matters:  "Hidden by the agency" and "not recorded" are two answers to a patient who asks why their own record lacks
#           something. Through this client they are one, and a copy of the record that it writes says the wrong one.
#
# Exits 0 while the behavior is as seen, 1 when it has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check fhirclient==4.4.0

"$folder/venv/bin/python" - <<'PYTHON'
import json
import sys

from fhirclient.models.patient import Patient

REASON = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    ]
}
TIME_OF_BIRTH = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
            "valueDateTime": "1980-02-03T04:05:00Z",
        }
    ]
}
SENT = {"resourceType": "Patient", "id": "example", "gender": "female"}

withheld = Patient({**SENT, "_birthDate": REASON})
print("sent:   ", json.dumps({**SENT, "_birthDate": REASON}))
print("written:", json.dumps(withheld.as_json()))
print("attributes that hold the reason:", [name for name, value in vars(withheld).items() if "masked" in str(value)])
dated = Patient({**SENT, "birthDate": "1980-02-03", "_birthDate": TIME_OF_BIRTH})
print("written with a date and its time of birth:", json.dumps(dated.as_json()))
is_as_seen = "masked" not in json.dumps(withheld.as_json()) and "birthTime" not in json.dumps(dated.as_json())
sys.exit(0 if is_as_seen and withheld.birthDate is None else 1)
PYTHON

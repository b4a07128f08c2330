#!/usr/bin/env bash
# A kidney's 60 mL/min per 1.73 m² becomes 4,380 as soon as its unit is read as UCUM.
#
# What:     the unit text "mL/min/1.73.m2", read by ucumvert 0.3.2 (Python) and @lhncbc/ucum-lhc 7.1.10 (JavaScript).
# Input:    the usual unit of an estimated kidney function (eGFR, LOINC 98979-8), as systems write it that put a point
#           between number and unit. UCUM's own way is an annotation: "mL/min/{1.73_m2}".
# Seen:     both take it without a word, one calls it "valid". In UCUM a point multiplies, numbers are whole, and a
#           slash divides by the next factor alone: (mL/min)/1 · 73 · m². Both give 73 mL·m²/min for one of it.
#           The annotated form is 1 mL/min to ucumvert, and to both of another dimension than the first.
# Matters:  eGFR decides doses. A program that converts or compares by it draws a normal kidney as 73 times itself, or
#           calls two readings of one patient incomparable. A unit is to be converted only where it is listed as known.
#
# Exits 0 while the behavior is as seen, 1 when it has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ucumvert==0.3.2
npm install --silent --no-audit --no-fund --prefix "$folder" @lhncbc/ucum-lhc@7.1.10 >/dev/null

"$folder/venv/bin/python" - <<'PYTHON' && in_python=as_seen || in_python=changed
import sys

from ucumvert import PintUcumRegistry

units = PintUcumRegistry()
pointed, annotated = (units.from_ucum(text) for text in ("mL/min/1.73.m2", "mL/min/{1.73_m2}"))
print(f"ucumvert: 60 mL/min/1.73.m2   = {60 * pointed}")
print(f"ucumvert: 60 mL/min/{{1.73_m2}} = {60 * annotated}")
is_as_seen = round((60 * pointed).to("mL*m**2/min").magnitude) == 4380 and annotated.check("[volume]/[time]")
sys.exit(0 if is_as_seen else 1)
PYTHON

cd "$folder"
node - <<'JAVASCRIPT' && in_javascript=as_seen || in_javascript=changed
const { UcumLhcUtils } = require("@lhncbc/ucum-lhc");
const units = UcumLhcUtils.getInstance();
const { status, unit } = units.validateUnitString("mL/min/1.73.m2");
const { toVal } = units.convertUnitTo("mL/min/1.73.m2", 60, "mL.m2/min");
console.log(`ucum-lhc: mL/min/1.73.m2 is ${status}: ${unit.name}`);
console.log(`ucum-lhc: 60 mL/min/1.73.m2   = ${toVal} mL.m2/min`);
process.exit(status === "valid" && Math.round(toVal) === 4380 ? 0 : 1);
JAVASCRIPT

echo "in Python: $in_python; in JavaScript: $in_javascript"
[ "$in_python $in_javascript" = "as_seen as_seen" ]

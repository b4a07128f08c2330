#!/usr/bin/env bash
# What a clinician wrote into the foot of a rich-text note is gone, and nothing says so.
#
# What:     striprtf 0.0.29 (Python, rtf_to_text) on an RTF note with a footnote and a head line.
# Input:    lawful RTF 1.9: text, a footnote (\footnote) behind a word, and the line that stands on each sheet (\header).
# Seen:     the text comes, footnote and head line are left out, without an error or a mark in their place.
# Matters:  letters of hospitals carry whose they are in the head line and doses or warnings in footnotes. A reader of the
#           text alone, a search over it, or a model that is fed with it, takes the note for whole.
#
# Exits 0 while the behavior is as seen, 1 when it has changed.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check striprtf==0.0.29

"$folder/venv/bin/python" - <<'PYTHON'
import sys

from striprtf.striprtf import rtf_to_text

note = (
    r"{\rtf1\ansi{\header Memory clinic, for Ida Berg\par}"
    r"Lithium 300 mg{\footnote Not with ibuprofen.} twice a day.\par}"
)
text = rtf_to_text(note)
print(f"striprtf 0.0.29: {text.strip()!r}")
is_as_seen = "Lithium 300 mg" in text and "ibuprofen" not in text and "Ida Berg" not in text
print("as seen" if is_as_seen else "changed")
sys.exit(0 if is_as_seen else 1)
PYTHON

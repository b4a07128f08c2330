#!/bin/sh
# The papers as a site in var/site, by mkdocs in a virtual environment of its own. A link that leads nowhere is an error.
set -eu
cd "$(dirname "$0")/.."
if [ ! -x var/mkdocs/bin/mkdocs ]; then
	.venv/bin/python -m venv var/mkdocs
	var/mkdocs/bin/python -m pip install --quiet --disable-pip-version-check "mkdocs>=1.6,<2"
fi
.venv/bin/python tools/site.py var/site-source
var/mkdocs/bin/mkdocs build --quiet --strict
echo "var/site/index.html is its first page."

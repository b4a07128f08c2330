#!/bin/sh
# Asks the packages' index which of those of requirements/runtime.lock have known weaknesses (pip-audit, in a virtual
# environment of its own). 0: none is known. 1: some are, and they are named. 2: nobody could be asked, which is said.
set -eu
cd "$(dirname "$0")/.."
if [ ! -x var/audit/bin/pip-audit ]; then
	.venv/bin/python -m venv var/audit
	if ! var/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit; then
		echo "Not asked: pip-audit could not be installed; the lines above say why. Nothing is known of the packages." >&2
		exit 2
	fi
fi
said=var/audit/said.json
rm -f "$said"
status=0
timeout 300 var/audit/bin/pip-audit --requirement requirements/runtime.lock --require-hashes --disable-pip \
	--progress-spinner off --timeout 15 --format json --output "$said" 2>var/audit/trouble || status=$?
if [ ! -s "$said" ]; then
	tail -n 3 var/audit/trouble >&2
	echo "Not asked: the service that knows weaknesses did not answer. Nothing is known of the packages." >&2
	exit 2
fi
.venv/bin/python - "$said" <<'PYTHON'
import json
import sys

with open(sys.argv[1], encoding="utf-8") as told:
    packages = json.load(told)["dependencies"]
skipped = [package for package in packages if "skip_reason" in package]
for package in packages:
    for weakness in package.get("vulns", ()):
        newer = ", ".join(weakness["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {weakness['id']}, mended in {newer}")
for package in skipped:
    print(f"Not asked: {package['name']}: {package['skip_reason']}")
if len(skipped) == len(packages):
    print("Nothing is known of the packages.")
    sys.exit(2)
weak = sum(bool(package.get("vulns")) for package in packages)
print(f"{len(packages) - len(skipped)} packages asked for, {weak} with known weaknesses.")
sys.exit(bool(weak))
PYTHON

"""Writes what the portal is made of, as CycloneDX 1.6 (ECMA-424): every package of a lock with version, hashes, license
where it is installed here, and what brought it in. Of two versions each says on which machines it is installed.

    python tools/sbom.py requirements/runtime.lock > sbom.cdx.json

The same lock gives the same bytes: serial number and order come from what it holds, and there is no time in it.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys
import tomllib
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = re.compile(
    r"^(?P<name>[A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)(?: *; *(?P<where>[^\\]+))?"
)
HASH = re.compile(r"--hash=sha256:(?P<digest>[0-9a-f]{64})")
VIA = re.compile(r"^ +# (?: *via )? *(?!via$)(?P<name>[A-Za-z0-9_.-]+)")


def normal(name: str) -> str:
    """A package's name as PEP 503 writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def packages(lock: str) -> list[dict[str, Any]]:
    """Every package of a lock: name, version, SHA-256 digests, and who asked for it."""
    found: list[dict[str, Any]] = []
    for line in lock.splitlines():
        if match := PACKAGE.match(line):
            where = (match["where"] or "").strip()
            found.append(
                {"name": match["name"], "version": match["version"], "where": where, "hashes": [], "via": []}
            )
        elif match := HASH.search(line):
            found[-1]["hashes"].append(match["digest"])
        elif found and (match := VIA.match(line)):
            found[-1]["via"].append(normal(match["name"]))
    return found


def purl(package: dict[str, Any]) -> str:
    """A package's name for machines: https://github.com/package-url/purl-spec, type pypi."""
    return f"pkg:pypi/{normal(package['name'])}@{package['version']}"


def license_of(name: str, version: str) -> str:
    """What an installed package says of its license, in a line; empty where it says nothing or is another version."""
    try:
        told = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    if told["Version"] != version:
        return ""
    named = [
        line.rpartition("::")[2].strip()
        for line in told.get_all("Classifier") or ()
        if line.startswith("License ::")
    ]
    said = told.get("License-Expression") or "; ".join(named) or (told.get("License") or "").strip()
    return said.splitlines()[0][:120] if said else ""


def component(package: dict[str, Any]) -> dict[str, Any]:
    """One package, as CycloneDX writes a component. The lock holds the hashes of all its files, for every platform."""
    found: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl(package),
        "name": package["name"],
        "version": package["version"],
        "purl": purl(package),
        "externalReferences": [
            {
                "type": "distribution",
                "url": purl(package),
                "hashes": [{"alg": "SHA-256", "content": digest} for digest in sorted(package["hashes"])],
            }
        ],
    }
    if package["where"]:
        found["properties"] = [{"name": "installed where", "value": package["where"]}]
    if said := license_of(package["name"], package["version"]):
        found["licenses"] = [{"license": {"name": said}}]
    return found


def bom(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """The whole bill of materials of one lock."""
    found = sorted(packages(lock), key=purl)
    root = f"pkg:generic/{project['name']}@{project['version']}"
    refs: dict[str, list[str]] = {normal(project["name"]): [root]}
    for package in found:  # two versions of one, where the environments differ
        refs.setdefault(normal(package["name"]), []).append(purl(package))
    brings: dict[str, list[str]] = {ref: [] for named in refs.values() for ref in named}
    for package in found:
        for ref in (ref for name in package["via"] for ref in refs[name]):
            brings[ref].append(purl(package))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, root + lock)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": project["name"],
                "version": project["version"],
                "description": project["description"],
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": [component(package) for package in found],
        "dependencies": [{"ref": ref, "dependsOn": sorted(set(names))} for ref, names in brings.items()],
    }


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: python tools/sbom.py requirements/runtime.lock", file=sys.stderr)
        return 2
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    json.dump(bom(Path(sys.argv[1]).read_text(encoding="utf-8"), project), sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())

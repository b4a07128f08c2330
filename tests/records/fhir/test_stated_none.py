"""What a code or a text states: none, none of one sort, nothing known; or that it names something."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.fhir.codes import ICD_10_CM, RXNORM, SNOMED_CT
from records.fhir.elements import CodeableConcept, Coding
from records.fhir.stated_none import CODES, Said, Subject, told
from records.fhir.stated_texts import said_in

NONE, OF_A_SORT, NO_INFORMATION = Said.NONE, Said.OF_A_SORT, Said.NO_INFORMATION
ALLERGIES, PROBLEMS, MEDICATIONS = Subject.ALLERGIES, Subject.PROBLEMS, Subject.MEDICATIONS
VACCINES, PROCEDURES, DEVICES = Subject.VACCINES, Subject.PROCEDURES, Subject.DEVICES
IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
LOCAL = "urn:oid:1.2.840.114350.1.13.0.1.7.2.768076"

TEXTS = [
    (
        ALLERGIES,
        NONE,
        "No known allergy",
        "NO KNOWN ALLERGIES.",
        "nka",
        "Patient denies any allergies",
        "None known",
    ),
    (ALLERGIES, NONE, "Allergies: none", "No known allergies at this time", "No known allergy (situation)"),
    (
        ALLERGIES,
        NONE,
        "Sin alergias conocidas",
        "Niega alergias",
        "No se le conocen alergias",
        "Alergias: ninguna",
    ),
    (ALLERGIES, NONE, "No refiere alergias", "Ninguna conocida", "El paciente no tiene alergias"),
    (ALLERGIES, OF_A_SORT, "NKDA", "nkfa", "No known drug allergies", "No Known Allergies (Other Types)"),
    (ALLERGIES, OF_A_SORT, "No known contrast media allergy (situation)", "No known allergy to penicillin"),
    (ALLERGIES, OF_A_SORT, "No known drug, food, or environmental allergies", "NKDA/NKFA"),
    (ALLERGIES, OF_A_SORT, "Sin alergias a medicamentos", "No alergias medicamentosas conocidas", "NAMC"),
    (
        ALLERGIES,
        NO_INFORMATION,
        "Allergies not on file",
        "Not on File",
        "No allergies recorded",
        "Allergies unknown",
    ),
    (ALLERGIES, NO_INFORMATION, "Patient not asked", "No information about allergies", "Unable to obtain"),
    (ALLERGIES, NO_INFORMATION, "Sin información sobre alergias", "Alergias desconocidas", "No preguntado"),
    (
        PROBLEMS,
        NONE,
        "No known problems",
        "No current problems or disability",
        "No diagnosis",
        "No medical problems",
    ),
    (PROBLEMS, NONE, "Sin problemas de salud conocidos", "Ninguna enfermedad actual", "None"),
    (
        PROBLEMS,
        OF_A_SORT,
        "No history of seizures",
        "No known chronic conditions",
        "NKDA",
        "No known allergies",
    ),
    (PROBLEMS, OF_A_SORT, "Sin antecedentes de importancia", "No evidence of disease"),
    (PROBLEMS, NO_INFORMATION, "No problem information", "Problem list not reviewed", "No problems on file"),
    (MEDICATIONS, NONE, "No known medications", "Patient takes no medications", "Not taking any medications"),
    (
        MEDICATIONS,
        NONE,
        "Sin medicamentos actuales",
        "No toma medicamentos",
        "Ningún medicamento",
        "Sin medicación",
    ),
    (MEDICATIONS, OF_A_SORT, "Patient not on self-medications", "No medications prescribed"),
    (
        MEDICATIONS,
        NO_INFORMATION,
        "No medication information",
        "Medications unknown",
        "Medications not on file",
    ),
    (VACCINES, NONE, "No known immunizations", "No known vaccines", "Sin vacunas"),
    (VACCINES, OF_A_SORT, "no vaccine administered", "No vaccine given", "No se aplicó ninguna vacuna"),
    (VACCINES, NO_INFORMATION, "No immunization information", "Immunization status unknown"),
    (PROCEDURES, NONE, "No past surgical history", "No known procedures", "Sin cirugías previas"),
    (PROCEDURES, OF_A_SORT, "No procedure performed"),
    (PROCEDURES, NO_INFORMATION, "Surgical history unknown", "No procedures on file"),
    (DEVICES, NONE, "No known devices in use", "No implants", "Sin implantes"),
    (DEVICES, NO_INFORMATION, "No device information"),
]


@pytest.mark.parametrize(
    ("subject", "said", "text"), [(subject, said, text) for subject, said, *texts in TEXTS for text in texts]
)
def test_a_text_states_what_it_says_as_a_whole(subject: Subject, said: Said, text: str) -> None:
    found = told(CodeableConcept(text=text), subject)

    assert found is not None
    assert found.said is said
    in_a_local_code = CodeableConcept(coding=[Coding(system=LOCAL, code="99", display=text)])
    assert told(in_a_local_code, subject) == found


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (ALLERGIES, "No known allergies to food; hives from latex"),
        (ALLERGIES, "No known allergies except penicillin"),
        (ALLERGIES, "Sin alergias salvo penicilina"),
        (ALLERGIES, "Allergy not verified: penicillin"),
        (ALLERGIES, "Unable to verify allergy to penicillin"),
        (ALLERGIES, "Nonoxynol-9"),
        (ALLERGIES, "No-Ad sunscreen"),
        (ALLERGIES, "Unknown"),
        (PROBLEMS, "No insight into illness"),
        (PROBLEMS, "No improvement in condition"),
        (PROBLEMS, "No show"),
        (PROBLEMS, "Not otherwise specified psychosis"),
        (PROBLEMS, "Problem with relationship"),
        (PROBLEMS, "Drug dependence"),
        (MEDICATIONS, "No-Doz 200 mg"),
        (MEDICATIONS, "Norco 5 mg/325 mg"),
        (VACCINES, "Vaccine refused"),
        (PROCEDURES, "Procedure not done"),
        (DEVICES, "Device for sleep apnea"),
    ],
)
def test_a_text_that_names_something_is_no_statement(subject: Subject, text: str) -> None:
    assert told(CodeableConcept(text=text), subject) is None


def test_each_code_of_the_tables_states_what_it_says_about_its_own_subject() -> None:
    for code, known in CODES.items():
        subject = known.subject or ALLERGIES
        found = told(CodeableConcept(coding=[Coding(system=known.system or IPS, code=code)]), subject)

        assert found is not None, code
        assert (found.said, found.sort) == (known.said, known.sort)


def test_a_code_is_known_under_the_oid_of_its_system() -> None:
    for oid in ("urn:oid:2.16.840.1.113883.6.96", "2.16.840.1.113883.6.96", "https://snomed.info/sct"):
        found = told(CodeableConcept(coding=[Coding(system=oid, code="716186003")]), ALLERGIES)

        assert found is not None
        assert found.said is NONE
    assert told(CodeableConcept(coding=[Coding(system=RXNORM, code="716186003")]), ALLERGIES) is None


def test_a_statement_about_something_else_says_nothing_of_the_whole_of_this() -> None:
    found = told(CodeableConcept(coding=[Coding(system=SNOMED_CT, code="716186003")]), PROBLEMS)

    assert found is not None
    assert found.said is OF_A_SORT


@pytest.mark.parametrize(
    ("codings", "text"),
    [
        ([Coding(system=SNOMED_CT, code="91930004", display="Allergy to eggs")], "No known allergies"),
        ([Coding(system=RXNORM, code="7980")], "No known allergies"),
        ([Coding(system=SNOMED_CT, code="716186003", display="No known allergy")], "Penicillin"),
        (
            [
                Coding(system=SNOMED_CT, code="716186003"),
                Coding(system=LOCAL, code="5", display="PENICILLINS"),
            ],
            None,
        ),
        ([Coding(system=ICD_10_CM, code="Z88.0", display="Allergy status to penicillin")], "NKA"),
    ],
)
def test_what_names_something_beside_a_statement_is_an_entry(codings: list[Coding], text: str | None) -> None:
    assert told(CodeableConcept(coding=codings, text=text), ALLERGIES) is None


def test_a_code_is_not_gainsaid_by_words_that_say_no_in_another_language() -> None:
    for text in ("Aucune allergie connue", "Keine Allergien bekannt", "Not on File"):
        found = told(
            CodeableConcept(coding=[Coding(system=SNOMED_CT, code="716186003")], text=text), ALLERGIES
        )

        assert found is not None


def test_of_two_statements_in_one_entry_the_one_that_says_less_holds() -> None:
    code = Coding(system=SNOMED_CT, code="716186003", display="No known allergy")
    for text, said in (("No known drug allergies", OF_A_SORT), ("Allergies not on file", NO_INFORMATION)):
        found = told(CodeableConcept(coding=[code], text=text), ALLERGIES)

        assert found is not None
        assert found.said is said


@settings(max_examples=200)
@given(st.text(max_size=200), st.sampled_from(Subject))
def test_any_text_is_read_without_trouble(text: str, subject: Subject) -> None:
    found = said_in(text, subject)

    assert found is None or found[0] in Said


@given(st.sampled_from([(s, t) for s, _said, *texts in TEXTS for t in texts]), st.data())
def test_capitals_blanks_and_a_full_stop_change_no_statement(
    case: tuple[Subject, str], data: st.DataObject
) -> None:
    subject, text = case
    written = data.draw(st.sampled_from((text.upper(), text.lower(), text.title())))
    written = (
        data.draw(st.sampled_from((" ", "", "\t")))
        + written.replace(" ", "  ")
        + data.draw(st.sampled_from(("", ".", " ")))
    )
    assert said_in(written, subject) == said_in(text, subject)

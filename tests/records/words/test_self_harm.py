"""The way to help stands beside every answer on suicide or self-harm that is not a plain no, in either language."""

from __future__ import annotations

import msgspec
import pytest

from records.fhir.elements import Observation
from records.words import self_harm
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, coded, observation

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
HELP = "Help is there at any hour"

ASKED = [
    # the forms' own words
    "Thoughts that you would be better off dead, or of hurting yourself in some way",
    "Thoughts that you would be better off dead or thoughts of hurting yourself in some way?",
    "Has there been a time in the past month when you have had serious thoughts about ending your life?",
    "Have you EVER, in your WHOLE LIFE, tried to kill yourself or made a suicide attempt?",
    "The thought of harming myself has occurred to me",
    "Wish to be dead 1 month",
    "Have you wished you were dead or wished you could go to sleep and not wake up?",
    "Have you been thinking about how you might do this?",
    "Have you had these thoughts and had some intention of acting on them?",
    "Have you felt that you or your family would be better off if you were dead?",
    "States life isn't worth living, wishes for death, or attempts to harm self",
    "Preparatory acts or behavior",
    "Interrupted attempt",
    # short names of agencies' own forms
    "Suicidality",
    "SI/HI",
    "SI",
    "Self-injurious behavior",
    "Self Harm",
    "NSSI",
    "Risk of harm to self",
    "Danger to self or others",
    "Intent to die (0–10)",
    "Passive death wish: thinking about dying",
    "Doesn't want to live",
    "Cutting or burning self",
    # Spanish
    "Pensamientos de que estaría mejor muerto/a o de lastimarse de alguna manera",
    "La idea de hacerme daño me ha venido a la mente",
    "¿Ha deseado estar muerto(a) o poder dormirse y no despertarse?",
    "¿Ha tenido realmente la idea de suicidarse?",
    "¿Ha tenido estas ideas y en cierto grado la intención de llevarlas a cabo?",
    "¿Ha hecho algo para terminar con su vida?",
    "¿Ha pensado en quitarse la vida?",
    "Ideación suicida",
    "Autolesiones",
    "Riesgo autolítico",
    "Deseos de morir",
    "Daño a sí mismo",
    "¿Ha intentado matarse alguna vez?",
]

NOT_ASKED = [
    "Little interest or pleasure in doing things",
    "Feeling bad about yourself — or that you are a failure",
    "Self-esteem",
    "Do you feel safe at home?",
    "Thoughts of hurting others",
    "Patient Health Questionnaire 9 item total score",
    "Cause of death of the mother",
    "¿Se siente seguro en su casa?",
    "Dificultad para dormir",
    "Self-care",
]

NO = [
    *(
        "No",
        "no.",
        "NO",
        "Never",
        "Not at all",
        "Not at all (0)",
        "0 - Not at all",
        "0=Not at all",
        "No, never",
        "None",
    ),
    *(
        "Denies",
        "Patient denies",
        "Denies suicidal ideation",
        "No suicidal thoughts",
        "Negative",
        "Absent",
        "No risk",
    ),
    *("0", "N", "false", "No, not at all", "Denies SI/HI"),
    *(
        "Nunca",
        "No, nunca",
        "Para nada",
        "Ningún día",
        "En absoluto",
        "Niega",
        "Niega ideación suicida",
        "Jamás",
    ),
    *("Ninguno", "Negativo", "Sin riesgo", "No, para nada", "0 puntos"),
]

NOT_NO = [
    *(
        "Yes",
        "Yes, quite often",
        "Sometimes",
        "Hardly ever",
        "Several days",
        "Present",
        "Low",
        "Moderate",
        "High",
    ),
    *(
        "No longer",
        "Not now",
        "No, but yesterday",
        "Not sure",
        "Don't know",
        "No plan",
        "No intent",
        "1",
        "0-1",
    ),
    *(
        "No suicidal plan",
        "No attempts",
        "Declined to answer",
        "N/A",
        "Low risk",
        "Not recently",
        "No change",
    ),
    *(
        "Sí",
        "Si",
        "Sí, bastante a menudo",
        "A veces",
        "Casi nunca",
        "Varios días",
        "No lo sé",
        "Ya no",
        "No sabe",
    ),
    *("No siempre", "Presente", "Bajo", "Sin plan", "No mucho"),
]


def speaks(code: Json, **value: object) -> bool:
    made = observation(code=code, **({"valueQuantity": None} | value))
    return self_harm.speaks([msgspec.convert(made, Observation)])


@pytest.mark.parametrize("question", ASKED)
def test_a_question_on_self_harm_is_known_by_its_words(question: str) -> None:
    assert speaks({"text": question}, valueString="Yes")
    assert speaks(
        {"coding": [{"system": "urn:oid:1.2.3", "code": "q", "display": question}]}, valueBoolean=True
    )


@pytest.mark.parametrize("question", NOT_ASKED)
def test_other_questions_bring_no_line_of_help(question: str) -> None:
    assert not speaks({"text": question}, valueString="Yes")


@pytest.mark.parametrize("answer", NO)
def test_a_plain_no_in_either_language_brings_no_line_of_help(answer: str) -> None:
    assert not speaks({"text": "Suicidal ideation"}, valueString=answer)
    assert not speaks({"text": "Ideación suicida"}, valueCodeableConcept={"text": answer})


@pytest.mark.parametrize("answer", NOT_NO)
def test_whatever_is_not_a_plain_no_brings_the_line_of_help(answer: str) -> None:
    assert speaks({"text": "Suicidal ideation"}, valueString=answer)
    assert speaks({"text": "Ideación suicida"}, valueCodeableConcept={"text": answer})


@pytest.mark.parametrize(
    "code",
    [
        (LOINC, "44260-8"),
        (LOINC, "93374-7"),
        (LOINC, "93248-3"),
        (LOINC, "93271-5"),
        ("urn:oid:2.16.840.1.113883.6.1", "93246-7"),
        (SNOMED, "225444004"),
        (SNOMED, "6471006"),
    ],
)
def test_a_question_on_self_harm_is_known_by_its_code_alone(code: tuple[str, str]) -> None:
    bare = {"coding": [{"system": code[0], "code": code[1]}]}

    assert speaks(bare, valueCodeableConcept={"text": "Low"})
    assert not speaks(bare, valueCodeableConcept={"coding": [{"system": LOINC, "code": "LA32-8"}]})
    assert speaks(bare, valueCodeableConcept={"coding": [{"system": LOINC, "code": "LA33-6"}]})


@pytest.mark.parametrize(
    ("code", "helps"),
    [
        *(
            (code, True)
            for code in ("R45.851", "R45851", "R45.88", "T14.91XA", "T1491XD", "Z91.51", "X78.1XXA")
        ),
        *((code, True) for code in ("T39.1X2A", "T40.412D", "T36.92XA", "T63.302S", "T71.162A")),
        # By accident, by somebody else, undetermined; and codes that only look alike
        *((code, False) for code in ("T39.1X1A", "T39.1X3A", "T39.1X4A", "T40.721A", "X70", "X84", "Z91.49")),
        *((code, False) for code in ("R45.85", "R45.89", "T14.90XA", "72166-2")),
    ],
)
def test_a_finding_of_icd_10_cm_brings_help_where_it_was_meant(code: str, helps: bool) -> None:
    question = {"text": "Reason for the visit"}

    assert (
        speaks(question, valueCodeableConcept=coded("http://hl7.org/fhir/sid/icd-10-cm", code, "")) is helps
    )


@pytest.mark.parametrize(
    ("value", "helps"),
    [
        ({"valueInteger": 0}, False),
        ({"valueInteger": 1}, True),
        ({"valueQuantity": {"value": 0}}, False),
        ({"valueQuantity": {"value": 0, "comparator": ">"}}, True),
        ({"valueBoolean": False}, False),
        ({"valueBoolean": True}, True),
        ({"valueDateTime": "2024-05"}, True),
        ({}, False),
        ({"dataAbsentReason": {"coding": [{"code": "not-asked"}]}}, False),
        ({"dataAbsentReason": {"coding": [{"code": "asked-declined"}]}}, True),
        ({"interpretation": [{"coding": [{"code": "POS"}]}]}, True),
        ({"interpretation": [{"text": "High risk"}]}, True),
        ({"interpretation": [{"coding": [{"code": "NEG"}]}]}, False),
        ({"valueString": "No", "interpretation": [{"coding": [{"code": "A"}]}]}, True),
        # The words count, not the code behind them.
        ({"valueCodeableConcept": coded(LOINC, "LA32-8", "No") | {"text": "No, but last week"}}, True),
        ({"valueCodeableConcept": {"coding": [{"code": "0"}]}}, False),
        ({"valueCodeableConcept": coded(SNOMED, "373067005", "No (qualifier value)")}, False),
    ],
)
def test_an_answer_of_any_type_brings_help_unless_it_is_no(value: Json, helps: bool) -> None:
    assert speaks({"text": "Thoughts of suicide"}, **value) is helps


@pytest.mark.parametrize(
    "question",
    [
        "Denies suicidal ideation",
        "No thoughts of self-harm",
        "Can stay safe, without suicide",
        "Niega autolesiones",
    ],
)
def test_a_question_put_the_other_way_round_brings_help_for_a_no_too(question: str) -> None:
    assert speaks({"text": question}, valueBoolean=False)


def test_an_answer_may_speak_of_self_harm_where_its_question_does_not() -> None:
    question = {"text": "Reason for the visit"}

    assert speaks(question, valueString="Thoughts of ending his life")
    assert speaks(question, valueCodeableConcept={"coding": [{"system": SNOMED, "code": "82313006"}]})
    assert not speaks(question, valueString="Denies suicidal ideation")
    assert not speaks(question, valueString="Sí")


@pytest.mark.parametrize("category", ["survey", "social-history", "clinical-test", "laboratory", None])
def test_the_way_to_help_stands_on_list_and_page_whatever_section_the_answer_is_in(
    category: str | None, reader: Person, server: RecordServer
) -> None:
    answer = observation(
        id="asked",
        category=[{"coding": [{"code": category}]}] if category else [],
        code={"text": "Ganas de morir"},
        valueQuantity=None,
        valueString="Algunas veces",
    )
    server.arrange("Observation", bundle(answer))
    slug = {
        "survey": "questionnaires",
        "social-history": "life",
        "clinical-test": "clinical-tests",
        "laboratory": "laboratory",
        None: "other-results",
    }[category]

    listed = reader.read(f"{slug}/")

    assert "Ganas de morir" in words(listed)
    assert listed.count(HELP) == 1

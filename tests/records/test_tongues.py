"""Words in another language than the page say so, as far as that is known (WCAG 2.2, 3.1.2). Nothing is guessed."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from records.fhir.elements import CodeableConcept, Coding
from records.fhir.reading import read
from records.words import wording
from records.words.tongues import Told, joined, reading_in
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.pages.test_pages import entry_href
from tests.resources import Json, allergy, bundle, coded, condition, document_reference, medication_request

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED_CT = "http://snomed.info/sct"
TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def translation_to(lang: str, content: str) -> Json:
    parts = [{"url": "lang", "valueCode": lang}, {"url": "content", "valueString": content}]
    return {"extension": [{"url": TRANSLATION, "extension": parts}]}


def lang_of(words: object) -> str:
    return words.lang if isinstance(words, Told) else ""


def said_in(page: str, words: str) -> str | None:
    """The `lang` of the innermost element that begins with these words; None where it has none."""
    found = re.search(rf"<(\w+)([^>]*)>\s*(?:<p>)?{re.escape(words)}", page)
    assert found, f"“{words}” is not on the page"
    lang = re.search(r'\blang="([^"]*)"', found[2])
    return lang[1] if lang else None


@pytest.fixture
def lector(db: None) -> Person:
    """Somebody who reads the same record in Spanish."""
    return sign_in(Client(headers={"accept-language": "es"}))


# ---------------------------------------------------------------- what is known


@pytest.mark.parametrize(
    ("coding", "lang"),
    [
        (Coding(system=ICD_10_CM, code="F33.1", display="Major depressive disorder, recurrent"), "en"),
        (Coding(system=RXNORM, code="312940", display="sertraline 25 MG Oral Tablet"), "en"),
        (Coding(system=SNOMED_CT, code="195967001", display="Asthma (disorder)"), "en"),
        (Coding(system=SNOMED_CT, code="195967001", display="Asma (trastorno)"), ""),
        (Coding(system=SNOMED_CT, code="195967001", display="Asthma"), ""),
        (Coding(system=ICD_10_CM, code="F33.1", display="Depresión mayor"), ""),
        (Coding(system="https://agency.example/codes", code="1", display="Sleep"), ""),
        (Coding(display="Sleep"), ""),
    ],
)
def test_a_display_is_in_the_language_of_its_system_where_that_has_but_one(coding: Coding, lang: str) -> None:
    assert lang_of(wording.coding_words(coding)) == lang
    assert lang_of(wording.words_of(CodeableConcept(coding=[coding]))) == lang


def test_a_text_that_repeats_a_display_is_in_its_language_and_another_is_not() -> None:
    coding = Coding(system=ICD_10_CM, code="F41.1", display="Generalized anxiety disorder")

    assert (
        lang_of(wording.words_of(CodeableConcept(coding=[coding], text="Generalized anxiety disorder")))
        == "en"
    )
    assert lang_of(wording.words_of(CodeableConcept(coding=[coding], text="Ansiedad"))) == ""


def test_a_display_that_is_the_english_one_of_its_code_is_english_on_a_spanish_page() -> None:
    english = Coding(system="http://loinc.org", code="11506-3", display="Progress note")
    other = Coding(system="http://loinc.org", code="11506-3", display="Nota de hoy")

    with override("es"):
        assert lang_of(wording.coding_words(english)) == "en"
        assert lang_of(wording.coding_words(other)) == ""


def test_our_own_words_for_a_code_have_no_language_of_the_record() -> None:
    with reading_in("es"):
        assert lang_of(wording.coding_words(Coding(system=ICD_10_CM, code="Z00"))) == ""


@pytest.mark.parametrize("language", ["es", " es-US ", "pt-BR", "zh-Hans-CN"])
def test_what_stands_in_a_resource_is_in_its_language(language: str) -> None:
    with reading_in(language):
        assert lang_of(wording.words_of(CodeableConcept(text="Palabras"))) == language.strip()

    assert lang_of(wording.words_of(CodeableConcept(text="Palabras"))) == ""


@pytest.mark.parametrize("language", ["", None, 'es" onclick="', "Spanish language", "e", "-"])
def test_what_is_no_language_is_not_said_to_be_one(language: str | None) -> None:
    with reading_in(language):
        assert lang_of(wording.words_of(CodeableConcept(text="Palabras"))) == ""


def test_words_put_together_keep_a_language_that_all_of_them_have() -> None:
    assert lang_of(joined([Told("uno", "es"), Told("dos", "es")])) == "es"
    assert lang_of(joined([Told("uno", "es"), "two"])) == ""
    assert joined(["", "one"]) == "one"


def test_the_records_own_translation_is_read_by_whoever_reads_that_language() -> None:
    concept, _aside = read(
        b'{"text": "High blood pressure", "_text": {"extension": [{"url": "%s", "extension": ['
        b'{"url": "lang", "valueCode": "es-MX"}, {"url": "content", "valueString": "Tensi\xc3\xb3n alta"}]}]}}'
        % TRANSLATION.encode(),
        CodeableConcept,
    )

    with override("es"):
        assert wording.words_of(concept) == "Tensión alta"
        assert lang_of(wording.words_of(concept)) == "es-MX"
    with override("en"):
        assert wording.words_of(concept) == "High blood pressure"


# ---------------------------------------------------------------- pages


def test_an_english_display_on_a_spanish_page_says_that_it_is_english(
    lector: Person, server: RecordServer
) -> None:
    code = coded(ICD_10_CM, "F33.1", "Major depressive disorder, recurrent, moderate")
    server.arrange("Condition", bundle(condition(code=code), condition(id="c2", code={"text": "Insomnia"})))

    page = lector.read("conditions/")

    assert said_in(page, "Major depressive disorder, recurrent, moderate") == "en"
    assert said_in(page, "Insomnia") is None


def test_the_same_display_on_an_english_page_says_nothing(reader: Person, server: RecordServer) -> None:
    code = coded(ICD_10_CM, "F33.1", "Major depressive disorder, recurrent, moderate")
    server.arrange("Condition", bundle(condition(code=code)))

    assert said_in(reader.read("conditions/"), "Major depressive disorder, recurrent, moderate") is None


def of_spanish(**odd: Any) -> Json:
    return allergy(
        language="es",
        code={"text": "Mariscos"},
        note=[{"text": "Se le hincha la lengua."}],
        reaction=[{"manifestation": [{"text": "Ronchas"}], "description": "Ronchas en los brazos"}],
        **odd,
    )


def test_an_entry_in_spanish_is_read_out_in_spanish_on_an_english_page(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("AllergyIntolerance", bundle(of_spanish()))
    server.arrange("AllergyIntolerance/allergy-1", of_spanish())

    assert said_in(reader.read("allergies/"), "Mariscos") == "es"
    page = reader.read(entry_href(reader, "allergies/"))

    for words in ("Mariscos", "Se le hincha la lengua.", "Ronchas en los brazos"):
        assert said_in(page, words) == "es"
    assert '<span lang="es">Ronchas en los brazos</span>' in page, "under everything in this entry"
    assert '<html lang="en"' in page


def test_an_entry_in_spanish_needs_no_word_of_it_on_a_spanish_page(
    lector: Person, server: RecordServer
) -> None:
    server.arrange("AllergyIntolerance", bundle(of_spanish()))

    assert said_in(lector.read("allergies/"), "Mariscos") is None


def test_an_instruction_as_written_is_in_the_language_of_its_prescription(
    reader: Person, server: RecordServer
) -> None:
    dosage = [{"text": "Take 1 tablet", "patientInstruction": "Con el desayuno"}]
    prescription = medication_request(language="es", dosageInstruction=dosage)
    server.whole_record(MedicationRequest=[prescription])
    server.arrange("MedicationRequest/medication-1", prescription)

    assert said_in(reader.read(entry_href(reader, "medications/")), "Con el desayuno") == "es"


def test_a_document_is_in_the_language_that_its_attachment_says(reader: Person, server: RecordServer) -> None:
    attachment = {
        "contentType": "text/plain",
        "language": "es-PR",
        "data": base64.b64encode(b"Nos vemos el martes.").decode(),
    }
    document = document_reference(content=[{"attachment": attachment}])
    server.arrange("DocumentReference", bundle(document))
    server.arrange(f"DocumentReference/{document['id']}", document)

    page = reader.read(entry_href(reader, "documents/") + "file/1/")

    assert said_in(page, "Nos vemos el martes.") == "es-PR"

"""In which language words of the record are, where that is known, so that a page can say so (WCAG 2.2, 3.1.2).

Known it is from the resource (FHIR R4 Resource.language, BCP 47), from a translation that the record brings along
(the extension "translation"), or from the code system: one that is published in English alone has English displays.
Of all other words nothing is known, and nothing is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils.translation import get_language

from records.fhir.codes import ICD_10_CM, RXNORM, SNOMED_CT
from records.fhir.elements import Coding, PrimitiveElement
from records.words import code_words
from records.words.rows import Words
from records.words.snomed import without_tag

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"

ENGLISH_ALONE = frozenset(
    {
        RXNORM,
        ICD_10_CM,
        "http://hl7.org/fhir/sid/icd-9-cm",
        "http://www.cms.gov/Medicare/Coding/ICD10",
        "http://www.ama-assn.org/go/cpt",
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
        "http://hl7.org/fhir/sid/cvx",
        "http://hl7.org/fhir/sid/ndc",
        "http://hl7.org/fhir/ndfrt",
        "http://fdasis.nlm.nih.gov",
        "http://nucc.org/provider-taxonomy",
        "urn:oid:2.16.840.1.113883.6.238",
    }
)
"""Systems of the United States that no one has published in another language."""
_ENGLISH_HOMES = ("http://terminology.hl7.org/CodeSystem/", "http://hl7.org/fhir/us/")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*\Z")

_of_the_resource: ContextVar[str] = ContextVar("language of the resource that is put in words", default="")


class Told(str):
    """Words of the record in a known language, `lang` (BCP 47). Whatever is made of them is plain text again."""

    __slots__ = ("lang",)
    lang: str

    def __new__(cls, words: str, lang: str) -> Told:
        """The words with their language."""
        made = super().__new__(cls, words)
        made.lang = lang
        return made


def of_language(language: str | None) -> Told:
    """No words, of a language: for what stands in a page as it is, such as a document."""
    said = (language or "").strip()
    return Told("", said if _TAG.match(said) else "")


@contextmanager
def reading_in(language: str | None) -> Iterator[None]:
    """While a resource is put in words: its language, where it says one that can be one."""
    said = (language or "").strip()
    token = _of_the_resource.set(said if _TAG.match(said) else "")
    try:
        yield
    finally:
        _of_the_resource.reset(token)


def told(words: str) -> str:
    """Words as the resource has them, in its language where it says which."""
    lang = _of_the_resource.get()
    return Told(words, lang) if lang and words and not isinstance(words, Told) else words


def told_as_sent(words: Words, raw: bytes) -> Words:
    """Words that may be ours or the resource's: its language where they stand in it as they are.

    Args:
        raw: the resource, JSON.
    """
    if not _of_the_resource.get() or not isinstance(words, str):
        return words
    written = (json.dumps(words, ensure_ascii=is_ascii).encode() for is_ascii in (False, True))
    return told(words) if any(one in raw for one in written) else words


def told_by_system(display: str, coding: Coding, words: str = "") -> str:
    """A display, as `words` where they are not all of it: in the language of its system, else in the resource's.

    A display with letters that English has not is somebody's own translation, of which nothing is known.
    """
    words = words or display
    return Told(words, "en") if display.isascii() and _is_english(display, coding) else told(words)


def _is_english(display: str, coding: Coding) -> bool:
    system = coding.system
    if system is None:
        return False
    if system in ENGLISH_ALONE or system.startswith(_ENGLISH_HOMES):
        return True
    if system == SNOMED_CT and display.endswith(")") and without_tag(display) != display:
        return True
    if primary(get_language() or "") == "en":
        return False  # it would make no difference
    return display.casefold() == code_words.english(system, coding.code).casefold()


def translated(element: PrimitiveElement | None) -> str:
    """The record's own translation of a primitive into the reader's language; empty where it brings none."""
    if element is None or not element.extension:
        return ""
    wished = primary(get_language() or "")
    for extension in element.extension:
        if extension.url != TRANSLATION:
            continue
        parts = {part.url: part for part in extension.extension}
        lang = parts["lang"].valueCode if "lang" in parts else None
        content = parts["content"].valueString if "content" in parts else None
        if lang and content and content.strip() and primary(lang) == wished and _TAG.match(lang.strip()):
            return Told(content.strip(), lang.strip())
    return ""


def joined(parts: Iterable[str], between: str = ", ") -> str:
    """Several words as one, in their language where all have the same."""
    found = [part for part in parts if part]
    langs = {getattr(part, "lang", "") for part in found}
    words = between.join(found)
    lang = langs.pop() if len(langs) == 1 else ""
    return Told(words, lang) if lang else words


def primary(lang: str) -> str:
    """The language itself, without script or country: "es" of "es-US"."""
    return lang.strip().partition("-")[0].casefold()

"""By what a long list of documents is parted: kind, and who wrote it. FHIR R4 DocumentReference.type, author."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from records.fhir.elements import CodeableConcept, Element, Named, Reference
from records.kinds.base import Facet, Known
from records.words import wording


class Typed(Protocol):
    """What has a kind."""

    @property
    def type(self) -> CodeableConcept | None:
        """Its kind."""


class Written(Element, frozen=True, kw_only=True):
    """The elements of a DocumentReference by which a list of them is parted."""

    contained: list[Named] = []
    type: CodeableConcept | None = None
    author: list[Reference] = []


def kind_words(document: Typed) -> str:
    """What kind of document it is, in the record's words; empty where it says so by no words. Holds no names.

    A coding that only says "unknown" is no kind.
    """
    concept = document.type
    if concept is None:
        return ""
    return wording.plain_name(concept)


def authors(document: Written, known: Known) -> Iterable[str]:
    """Each of those who wrote it."""
    return dict.fromkeys(str(known.names([one], document.contained)) for one in document.author)


FACETS = (
    Facet(
        "type",
        _("Kind of document"),
        _("All kinds"),
        lambda document, _known: (kind_words(document),),
        _("Kind not recorded"),
    ),
    Facet("author", _("Written by"), _("Everybody"), authors, _("Author not recorded")),
)

"""The kinds of file, each by the word for it in an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from records.takeaway import bundle, emergency, packed, pdf, tables, text, web
from records.takeaway.taken import NextFile, Taken
from records.words.rows import Words


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file. `hint`: what it is good for. `make`, `save`: what the buttons say. `write`: the file, piece by
    piece. `bytes_an_entry` and `entries_a_sheet` are for saying beforehand about how much it will be; 0 sheets where it
    is no paper."""

    slug: str
    title: Words
    hint: Words
    make: Words
    save: Words
    media_type: str
    extension: str
    write: Callable[[Taken], Iterator[bytes | NextFile]] | Callable[[Taken], Iterator[bytes]]
    bytes_an_entry: int
    entries_a_sheet: int = 0


FORMS = {
    form.slug: form
    for form in (
        Form(
            "pdf",
            _("PDF"),
            _("To print, or to hand to a doctor. Looks the same everywhere."),
            _("Make the PDF"),
            _("Save the PDF"),
            "application/pdf",
            "pdf",
            pdf.write,
            1200,
            14,
        ),
        Form(
            "text",
            _("Plain text"),
            _("Opens on anything, old devices too."),
            _("Make the text"),
            _("Save the text"),
            "text/plain; charset=utf-8",
            "txt",
            text.write,
            600,
        ),
        Form(
            "web",
            _("Web page"),
            _("To read on a phone, or have read aloud. Opens without the internet."),
            _("Make the page"),
            _("Save the page"),
            "text/html; charset=utf-8",
            "html",
            web.write,
            1500,
        ),
        Form(
            "tables",
            _("Spreadsheets"),
            _("To sort and count results yourself. One table (CSV) for each section, in one file (zip)."),
            _("Make the tables"),
            _("Save the tables"),
            "application/zip",
            "zip",
            tables.write,
            150,
        ),
        Form(
            "fhir",
            _("Data for another app"),
            _("For an app or a clinic’s computer (FHIR). Not for reading."),
            _("Make the data"),
            _("Save the data"),
            "application/fhir+json",
            "json",
            bundle.write,
            1200,
        ),
        Form(
            "all",
            _("Everything in one file"),
            _("All of these and the original documents (zip). To keep for good."),
            _("Make the file"),
            _("Save the file"),
            "application/zip",
            "zip",
            packed.write,
            6000,
        ),
    )
}

SHEETS = {
    form.slug: form
    for form in (
        Form(
            "emergency",
            _("Emergency sheet and wallet card"),
            _("Dangers, medications, conditions, devices and who knows the patient, on one page."),
            _("Make the sheet"),
            _("Save the sheet"),
            "application/pdf",
            "pdf",
            emergency.write,
            2500,
        ),
    )
}
"""Single sheets: made of sections of their own (`emergency.SECTIONS`), whatever else is chosen."""

EVERY = {**FORMS, **SHEETS}

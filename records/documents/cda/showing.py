"""A C-CDA document on a page: opened, or why it is not."""

from __future__ import annotations

import logging

from django.utils.translation import gettext_lazy as _

from records.documents import beyond, office, remarks
from records.documents.cda import parsing, reading
from records.documents.shown import Asked, Shown
from records.words.rows import Words

log = logging.getLogger("records.documents.cda")

NO_WORDS: tuple[Words, Words] = (
    _("There is nothing to read in this file"),
    _("It says whose document it is and who made it, but holds no words of its own."),
)


def _read(asked: Asked) -> reading.Read:
    """In the worker, where it is of a usual size; a larger one in a process of its own."""
    record = asked.around.record()
    try:
        return reading.read(asked.content, record, asked.around.raw_href)
    except parsing.TooMuch:
        return beyond.read_c_cda(asked, record)


def show(asked: Asked) -> Shown:
    """A document of parts; where it is only the envelope of another file, its head, and that file within."""
    try:
        read = _read(asked)
    except reading.Other:
        log.warning("security: a document of this record is about somebody else and was not opened")
        return Shown(notice=remarks.not_opened(), is_closed=True)
    except parsing.NotXml:
        return Shown(
            why_not=(_("This document is damaged"), _("It is no faultless XML, so it cannot be taken apart."))
        )
    except parsing.TooMuch:
        return Shown(why_not=(_("This file is too long to be shown on a page"), ""))
    except beyond.NotMade as not_made:
        return Shown(why_not=office.BAD[not_made.why])
    except parsing.OwnRules:
        rules = _(
            "It brings rules of its own for reading it (a document type with entities), which are not followed here."
        )
        return Shown(why_not=(_("This document is not opened here"), rules))
    except reading.NoDocument:
        return Shown(why_not=(_("This page cannot show an XML file yet"), ""))
    paper = read.paper
    if read.within is not None or any(part.html or part.lines or part.says for part in paper.parts):
        return Shown(kind="paper", paper=paper, pictures=paper.pictures, envelope=read.within)
    return Shown(paper=paper, why_not=NO_WORDS)

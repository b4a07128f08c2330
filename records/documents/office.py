"""Word, rich text and scans on a page: what a child made of them (`apart.py`), or why nothing came of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.documents import apart, html
from records.documents.apart import Made
from records.documents.parts import Picture
from records.documents.shown import Asked, Shown
from records.words.rows import Words

BAD: dict[str, tuple[Words, Words]] = {
    "damaged": (_("This file is damaged"), _("It is cut off, or not what it says it is.")),
    "password": (
        _("This file is locked with a password"),
        _("Only a program that asks for the password can open it."),
    ),
    "large": (_("This file is too long to be shown on a page"), ""),
    "old": (
        _("This page cannot show this kind of Word file"),
        _("It is in an older format of Word, or one of another program."),
    ),
    "slow": (
        _("This file takes too long to be made ready"),
        _("It was given up so that the rest of the page does not wait."),
    ),
    "busy": (
        _("This file could not be made ready now"),
        _("Other files are being made ready at the moment. Open this page again in a minute."),
    ),
}
NOTHING: tuple[Words, Words] = (_("There is nothing to read in this file"), _("It holds only blanks."))


def show_word(asked: Asked) -> Shown:
    """A Word document as a web page, cleaned as every web page is."""
    return _as_page("word", asked)


def show_rtf(asked: Asked) -> Shown:
    """Rich text as a web page, the same."""
    return _as_page("rtf", asked)


def _as_page(what: str, asked: Asked) -> Shown:
    made = apart.make(what, asked.content, asked.around)
    if made.bad or not made.pieces:
        return _bad(made)
    try:
        found = html.cleaned(made.pieces[0].decode("utf-8", "replace"))
    except html.TooMuch:
        return Shown(why_not=BAD["large"])
    if found.is_empty:
        return Shown(why_not=NOTHING)
    left_out = _("Pictures of the document are left out here.")
    return Shown(kind="html", html=found.html, remarks=(left_out,) if made.said.get("pictures") else ())


def show_tiff(asked: Asked) -> Shown:
    """The pages of a scan or fax."""
    made = apart.make("tiff", asked.content, asked.around)
    if made.bad or not made.pieces:
        return _bad(made)
    pictures = tuple(Picture(piece, "image/png") for piece in made.pieces)
    left_out = int(made.said.get("total", len(pictures))) - len(pictures)
    remarks: list[Words] = []
    if left_out > 0:
        said = ngettext(
            "%d more page of it is not shown here.", "%d more pages of it are not shown here.", left_out
        )
        remarks.append(said % left_out)
    elif made.said.get("cut"):
        remarks.append(_("The file is cut off: there may be more pages."))
    return Shown(kind="pictures", pictures=pictures, remarks=tuple(remarks))


def _bad(made: Made) -> Shown:
    return Shown(why_not=BAD.get(made.bad, BAD["damaged"]))

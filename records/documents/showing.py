"""Which format is shown how: one table, and the formats that need but a few lines."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from records.documents import beyond, bundle, formats, html, office, pdf, text
from records.documents.cda.showing import show as show_c_cda
from records.documents.formats import Format
from records.documents.shown import Around, Asked, Shown
from records.words.rows import Words

MOST_CHARACTERS = 1_000_000
"""A page with more text than this helps nobody."""


GUESSED = _(
    "The file does not say in which character set it is written. The one that fits best was taken, so letters may be"
    " wrong."
)


def show(asked: Asked, found: Format | None) -> Shown:
    """A file of the format that its bytes are found to be; None where they are of none."""
    if found is None:
        return Shown(
            why_not=(_("This page cannot show this file"), _("Its bytes are of no kind that is known here."))
        )
    by = BY_FORMAT.get(found)
    return by(asked) if by is not None else Shown(why_not=(_("This page cannot show %s yet") % found.a, ""))


def _image(_asked: Asked) -> Shown:
    return Shown(kind="image")


def _pdf(asked: Asked) -> Shown:
    if pdf.is_whole(asked.content):
        return Shown(kind="pdf")
    return Shown(why_not=(_("This PDF is damaged"), _("It ends before anything that could be shown.")))


def _svg(_asked: Asked) -> Shown:
    why = _("Such a file can hold a program, so it is not opened here.")
    return Shown(why_not=(_("This page does not show SVG drawings"), why))


def _text(asked: Asked) -> Shown:
    if asked.said is formats.HTML and b"<" in asked.content:
        return _page(asked)
    document = bundle.show(asked)
    if document is not None:
        return document
    decoded = text.decoded(asked.content, asked.charset)
    if len(decoded.text) > MOST_CHARACTERS:
        return Shown(why_not=too_long())
    readable = text.readable(decoded.text)
    if not readable.strip():
        return Shown(why_not=(_("There is nothing to read in this file"), _("It holds only blanks.")))
    return Shown(kind="text", text=readable, remarks=_gaps(decoded))


def _page(asked: Asked) -> Shown:
    decoded = text.decoded(asked.content, asked.charset or html.charset(asked.content))
    return cleaned(decoded.text, _gaps(decoded), asked.around)


def cleaned(source: str, remarks: tuple[Words, ...] = (), around: Around | None = None) -> Shown:
    """A web page of these characters; one of unusual size in a process of its own."""
    try:
        found = html.cleaned(source)
    except html.TooMuch:
        try:
            found = beyond.clean_page(source, around or Around())
        except beyond.NotMade as not_made:
            return Shown(why_not=office.BAD[not_made.why])
    if found.is_empty:
        nothing = _("It holds no words, only pictures, programs or the like.")
        return Shown(why_not=(_("There is nothing to read in this file"), nothing))
    left_out = _("Pictures, fields and other parts that are no text are left out here.")
    told = (*remarks, *((left_out,) if found.is_incomplete else ()))
    return Shown(kind="html", html=found.html, remarks=told, found=formats.HTML)


def _gaps(decoded: text.Decoded) -> tuple[Words, ...]:
    if decoded.is_guessed:
        return (GUESSED,)
    if not decoded.is_lossy:
        return ()
    return (_("Some characters could not be read. A � stands in the place of each."),)


def too_long() -> tuple[Words, Words]:
    """Why a file is not shown that is longer than a page should be."""
    return _("This file is too long to be shown on a page"), ""


BY_FORMAT: dict[Format, Callable[[Asked], Shown]] = {
    **dict.fromkeys(formats.PICTURES, _image),
    formats.PDF: _pdf,
    formats.TEXT: _text,
    formats.HTML: _page,
    formats.SVG: _svg,
    formats.C_CDA: show_c_cda,
    formats.WORD: office.show_word,
    formats.RTF: office.show_rtf,
    formats.TIFF: office.show_tiff,
}
"""Adding a format is a file of its own that takes an `Asked` and gives a `Shown`, its line here, and its test."""

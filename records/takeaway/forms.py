"""The kinds of file, each by the word for it in an order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from records.takeaway import text
from records.takeaway.taken import Taken
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
    write: Callable[[Taken], Iterator[bytes]]
    bytes_an_entry: int
    entries_a_sheet: int = 0


FORMS = {
    form.slug: form
    for form in (
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
    )
}

"""What is said above a document of whose it is."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.documents.whose import Match, Whose
from records.words.personal import birth_words
from records.words.rows import Notice, Words

IF_NOT = _("If it is not about the patient, tell the agency.")


def of_match(match: Match, document: Whose, record: Whose | None) -> Words:
    """A calm line where the document's person is not written as the record's is; empty where it is."""
    match match:
        case Match.NAME_DIFFERS:
            names = {"document": document.spoken, "record": record.spoken if record else ""}
            said = _now(
                "The name is written differently: this document says %(document)s, the record says %(record)s."
            )
            return f"{said % names} {IF_NOT}"
        case Match.BIRTH_DIFFERS:
            dates = {
                "document": birth_words(document.born) or document.born,
                "record": birth_words(record.born if record else "") or "",
            }
            said = _now(
                "The birth date differs: this document says %(document)s, the record says %(record)s."
            )
            return f"{said % dates} {IF_NOT}"
        case Match.UNTOLD:
            return _("The document does not say by name or birth date whose it is.")
        case Match.UNKNOWN:
            return _("Whose it is could not be compared: the patient of the record could not be loaded.")
        case _:
            return ""


def not_opened() -> Notice:
    """What stands in place of a document about somebody else."""
    return Notice(
        title=_("This document was not opened"),
        what_happened=_(
            "The name and birth date in it, or a number in it, are not those of this record. It may have been filed"
            " here by mistake, so its words are not shown to anybody."
        ),
        safe=_("Nothing else in the record is affected."),
        action=_("Please tell the agency which document it is, by its title and its date."),
        icon="lock",
    )

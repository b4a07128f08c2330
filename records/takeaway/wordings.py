"""What every form says on its first and last page, in whole sentences."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.takeaway.taken import Cover, Outcome

CRISIS = "988"


def title(cover: Cover) -> str:
    """What the file is called."""
    if cover.for_whom:
        return _now("Health record of %(name)s, for %(whom)s") % {"name": cover.name, "whom": cover.for_whom}
    return _now("Health record of %s") % cover.name


def cover(cover: Cover) -> Iterator[tuple[str, str]]:
    """Whose it is, for whom, by whom, from where, and what it covers."""
    yield _now("Name"), cover.name
    if cover.born:
        yield _now("Birth date"), cover.born
    yield from cover.identity
    if cover.for_whom:
        yield _now("For"), cover.for_whom
    yield _now("Taken by"), _now("%(who)s, on %(when)s") % {"who": cover.taken_by, "when": cover.taken_at}
    yield _now("From"), _now("%s, as recorded there") % cover.agency
    if cover.phone:
        yield _now("Telephone of the agency"), cover.phone
    yield _now("Covers"), cover.covers
    yield _now("In a crisis"), crisis()


def crisis() -> str:
    """The line that stands on every sheet."""
    return _now("Crisis line: call or text 988. In danger: 911")


def cautions(cover: Cover) -> Iterator[str]:
    """What to know before reading it."""
    if cover.is_demo:
        yield _now("Demonstration: this person is invented.")
    yield copy_sentence()
    yield protection(cover)


def copy_sentence() -> str:
    """What kind of paper it is."""
    return _now(
        "A copy, made by a program from what the agency’s system gave out. No clinician has checked or signed it. It"
        " may have changed there since."
    )


def protection(cover: Cover) -> str:
    """What is said of entries with extra protection. For somebody else the same sentence stands in every file that
    leaves them out, whether there are any or not."""
    if cover.is_for_other and not cover.with_protected:
        return _now(
            "Parts that have extra protection by law may have been left out. Every record made for somebody else says"
            " so, whether there are any or not."
        )
    if not cover.with_protected:
        return _now("Entries that carry extra protection were left out, as was chosen.")
    return _now(
        "Entries that carry extra protection are in it, and each is marked. Where 42 CFR Part 2 applies: this record is"
        " protected by federal confidentiality rules, which prohibit passing it on unless the patient’s written consent"
        " or the rules permit it."
    )


def counted(outcome: Outcome) -> str:
    """How many entries of a section are in the file, of how many."""
    if outcome.is_missing:
        return _now("not in this file")
    number = number_format(outcome.count, force_grouping=True)
    if outcome.total is None or outcome.total == outcome.count:
        return ngettext("%s entry, all of it", "%s entries, all of them", outcome.count) % number
    total = number_format(outcome.total, force_grouping=True)
    return ngettext("%(count)s entry of %(total)s", "%(count)s entries of %(total)s", outcome.count) % {
        "count": number,
        "total": total,
    }


def last() -> str:
    """The title of the last page."""
    return _now("What is in, what is not, and why")


def about_name() -> str:
    """What the file beside data is called that says the same."""
    return _now("about-this-record")


def originals_name() -> str:
    """What the folder of original documents is called."""
    return _now("original-documents")


def file_name(form: str) -> str:
    """What the file of a form is called among others."""
    names = {
        "pdf": _now("health-record"),
        "web": _now("health-record-page"),
        "text": _now("health-record-text"),
        "fhir": _now("health-record-data"),
    }
    return names[form]


def closing(cover: Cover) -> Iterator[str]:
    """The last sentences of a file."""
    yield _now("“High” and “Low” are the laboratory’s own words, or follow from the range that it gave.")
    yield _now("Scores of questionnaires are not a diagnosis.")
    if cover.phone:
        yield _now(
            "Something wrong, or not yours? Call %(agency)s, %(phone)s. A patient may ask for a correction"
            " (45 CFR 164.526)."
        ) % {"agency": cover.agency, "phone": cover.phone}
    else:
        yield _now(
            "Something wrong, or not yours? Call %s. A patient may ask for a correction (45 CFR 164.526)."
        ) % (cover.agency)
    if cover.request_id:
        yield _now("Number to read out: %s") % cover.request_id

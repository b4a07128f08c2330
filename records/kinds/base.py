"""What a kind of record is. One file in this folder for each, collected by itself (`records.kinds.KINDS`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.charts import NO_SCORE, Score
from records.fhir.codes import RXNORM, UNSAID
from records.fhir.elements import (
    Attachment,
    CodeableConcept,
    Element,
    Head,
    Reference,
)
from records.fhir.stated_none import Said, Statement
from records.kinds.claims import Claim
from records.kinds.known import Known as Known
from records.words.points import Point, PointReader
from records.words.rows import Row, Status, Words

Model = TypeVar("Model", bound=Element)
HeadModel = TypeVar("HeadModel", bound=Head)

Parameters = tuple[tuple[str, str], ...]


class Group(Enum):
    """The groups of the menu, in order."""

    NOW = _("Health now")
    MEASURES = _("Results and measures")
    VISITS = _("Visits and notes")
    CARE = _("Care")
    ABOUT = _("People")


@dataclass(frozen=True, slots=True)
class Search:
    """One question to the server, without the patient, and how to ask more plainly where it is refused (400).

    `fallbacks` are tried in order; each is a tuple of searches that together ask the same.
    """

    parameters: Parameters = ()
    fallbacks: tuple[tuple[Parameters, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A group of rows within a section: "Taking now". `now` groups are what the overview shows.

    `says`: states that the title says already, in the same word, so that no row below it need repeat them. `apart`: on
    the overview it is a block of its own, before the kind's block.
    """

    slug: str
    title: Words
    sentence: Words = ""
    now: bool = False
    says: tuple[Status, ...] = ()
    apart: bool = False


OTHERS = pgettext_lazy("a heading over several", "Other")
"""The title over entries that belong under no other heading of their kind."""


@dataclass(frozen=True, slots=True)
class OnOverview:
    """How a kind stands on the overview: under which title, how many rows, in which order among the blocks.

    `afterwards`: its block comes by itself after the page, so that the page waits for none of its questions.
    `all_on_paper`: whoever treats the patient by a printed sheet must find all of what is current, however much it is.
    """

    title: Words
    rows: int
    order: int
    more: Words
    afterwards: bool = False
    all_on_paper: bool = False


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment of an entry. `reason`: why the record says that nothing is there. `title`: the kind of document,
    for its file name; never a person's name. `kept_apart`: its path in the resource, where the server keeps its bytes
    in a store of its own (`records.fhir.binaries`)."""

    attachment: Attachment
    title: Words
    reason: Words = ""
    kept_apart: str = ""


def no_attachments(_resource: Any) -> Sequence[Attached]:
    """For kinds whose entries hold no files."""
    return ()


def by_code(*tables: Mapping[str, Status | Words]) -> Mapping[str, tuple[Words, ...]]:
    """For `Kind.said`: what several tables say of each code."""
    found: dict[str, tuple[Words, ...]] = {}
    for table in tables:
        for code, words in table.items():
            found[code] = (*found.get(code, ()), words.words if isinstance(words, Status) else words)
    return found


NONE = "none"
"""The heading of what states that there is none, or that nothing is known: it stands above the list."""


def no_references(_resource: Any) -> Iterable[Reference]:
    """Nothing to read along."""
    return ()


def pointed(*references: Reference | None) -> tuple[Reference, ...]:
    """Those references that are there, for `Kind.references` and `Kind.details`."""
    return tuple(reference for reference in references if reference is not None)


def no_members(_head: Any) -> Sequence[Reference]:
    """For kinds whose entries hold no others together."""
    return ()


def alike(_head: Any) -> int:
    """For kinds whose entries stand by date alone."""
    return 0


def never(_head: Any) -> bool:
    """For kinds of which no entry holds others inside itself."""
    return False


def nothing_stated(_head: Any) -> Statement | None:
    """For kinds in which no entry can say "none"."""
    return None


class Folding(NamedTuple):
    """Of which questionnaire an entry is, by a name that those of the same share, and whether it is only its total."""

    name: str
    is_total: bool = False


class Same(NamedTuple):
    """What an entry is of, by a name that all entries of the same share: a medicine in one state.

    Where the entry only points to it, `reference` leads there, and `name` is the part of the name that is known.
    """

    name: str
    reference: Reference | None = None


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*", re.ASCII)


def code_name(concept: CodeableConcept | None) -> str:
    """What a concept names: its code, RxNorm's first, else its text; empty where neither says what it is.

    With a code stand the numbers of its name: the code may be that of a medicine of any strength.
    """
    if concept is None:
        return ""
    coded = [one for one in concept.coding if one.system and one.code and one.system not in UNSAID]
    if coded:
        best = min(coded, key=lambda one: one.system != RXNORM)
        numbers = _NUMBER.findall(concept.text or best.display or "")
        return " ".join([f"{best.system}|{best.code}", *numbers])
    if any(one.system in UNSAID for one in concept.coding):
        return ""
    displays = (one.display for one in concept.coding)
    text = " ".join((concept.text or next(filter(None, displays), "")).split())
    return f"|{text.casefold()}" if text else ""


@dataclass(frozen=True, slots=True)
class Panels:
    """That entries of another kind hold this kind's entries together, as a report holds its results.

    Attributes:
        kind: the other kind; its `members` say what an entry of it holds.
        own: the headings of that kind whose entries are shown here even where none of what they hold is.
        loose: the heading of the entries that nothing holds.
        missing: what to say where the other kind could not be had, so that nothing is held together.
    """

    kind: AnyKind
    own: tuple[str, ...]
    loose: Heading
    missing: Words


@dataclass(frozen=True, slots=True)
class Facet:
    """What a long list can be parted by besides state and date.

    Attributes:
        name: the word for it in an address.
        title, every: what a reader calls it, and all of it: "Written by", "Everybody".
        of: what an entry says of it, in the record's words; one of several may be enough to find it.
        missing: the part of the entries that say nothing of it.
    """

    name: str
    title: Words
    every: Words
    of: Callable[[Any, Known], Iterable[str]]
    missing: Words


class Grouping(Enum):
    """How the entries of a kind stand together in a list. `records.lists` has an implementation of each."""

    HEADINGS = "under the headings of the kind"
    REPORTS = "under the entries of another kind that hold them: results under their reports"
    ANSWERS = "in the entry that holds them: answers in their questionnaire"
    RENEWALS = "under the newest of the same: renewals of one medicine"


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[Model, HeadModel]):
    """One kind of record: what to ask for, how to read it, and the few sentences that belong to it alone.

    Attributes:
        slug: its address, plural; may hold a slash ("conditions/visit-diagnoses").
        title, plain: its name, and one plain sentence below it.
        nothing_came_back: what an empty list says; never that there is none.
        group, order: where it stands in the menu.
        resource_type, searches: what is asked. The patient is added, as `patient_parameter`.
        head, date_of, place: the little that sorting and grouping need, for every entry. `place` names one of
            `headings`, or None where the entry belongs to another kind of the same search.
        rank: within a heading, lower stands first, before any date.
        states: what an entry states instead of naming something (No known allergies), as long as it holds; such an
            entry stands among no rows, and is counted nowhere as one of them.
        claim: what an entry claims of what it is of, where another one may be at odds with it, or None.
        gainsaid_by: the headings whose rows contradict the statement that there is none; by default those of `now`.
        model, to_row: one resource → one row, pure.
        references: what to read along for a row in a list.
        details: what to read along besides, for an entry's own page.
        attached: the files of an entry, in the order of `Row.files`.
        same_files: the slug of a kind whose entries may hold the very same files.
        sort, date_parameter: the server's search parameters for newest first and for date windows, if any.
        series: for readings of a measure: which measure, as a word for an address ("blood-pressure"), or None. The
            newest of each series stand first on the section's page, and each series has a page of its own.
        to_point: what a drawing of a series needs of one resource.
        score: what is published of the numbers of a series, by its name.
        series_names: what entries of a series are called by us where the record has no plain name for them.
        as_table: whether its rows are readings that stand best in a table.
        in_chosen_units: whether a reader may choose the units of its values.
        with_ages: whether it matters how old a child was on the day of an entry.
        said: what a list says in words of ours where an entry has this code, or an element of this name, so that
            search finds it by them.
        members: what an entry holds together, as a report its results, or a set of results those in it.
        contains: whether entries of another kind stand inside an entry, as results inside their report.
        folds: for kinds whose `members` are told in the entry that holds them, and have no row of their own: which
            questionnaire an entry is, so that the time before can be told, or None.
        panels: which entries of another kind hold this kind's together.
        same: of what an entry is, or None; those of the same stand folded under the newest of them.
        facets, facets_model: what a long list can be parted by, and the elements that this takes; `references` are
            asked of them too.
        overview: how it stands there, if it does.
        template: of its section page.
    """

    slug: str
    title: Words
    plain: Words
    nothing_came_back: Words
    group: Group
    order: int
    resource_type: str
    searches: tuple[Search, ...]
    model: type[Model]
    head: type[HeadModel]
    to_row: Callable[[Model, Known], Row]
    date_of: Callable[[HeadModel], str | None]
    place: Callable[[HeadModel], str | None]
    headings: tuple[Heading, ...]
    rank: Callable[[HeadModel], int] = alike
    states: Callable[[HeadModel], Statement | None] = nothing_stated
    gainsaid_by: tuple[str, ...] = ()
    claim: Callable[[HeadModel], Claim | None] | None = None
    references: Callable[[Model], Iterable[Reference]] = no_references
    details: Callable[[Model], Iterable[Reference]] = no_references
    attached: Callable[[Model], Sequence[Attached]] = no_attachments
    same_files: str = ""
    patient_parameter: str = "patient"
    sort: str | None = None
    date_parameter: str | None = None
    series: Callable[[HeadModel], str | None] | None = None
    to_point: Callable[[Model, PointReader, Known], Point] = lambda _model, _reader, _known: Point()
    score: Callable[[str], Score] = lambda _series: NO_SCORE
    series_names: Mapping[str, Words] = field(default_factory=dict)
    said: Mapping[str, tuple[Words, ...]] = field(default_factory=dict)
    as_table: bool = False
    in_chosen_units: bool = False
    with_ages: bool = False
    members: Callable[[HeadModel], Sequence[Reference]] = no_members
    contains: Callable[[HeadModel], bool] = never
    folds: Callable[[HeadModel], Folding | None] | None = None
    panels: Panels | None = None
    same: Callable[[HeadModel], Same | None] | None = None
    facets: tuple[Facet, ...] = ()
    facets_model: type[Element] = Element
    overview: OnOverview | None = None
    template: str = "records/section.html"

    @property
    def grouping(self) -> Grouping:
        """How its entries stand together: what else is said of them here tells it."""
        if self.panels is not None:
            return Grouping.REPORTS
        if self.folds is not None:
            return Grouping.ANSWERS
        return Grouping.RENEWALS if self.same is not None else Grouping.HEADINGS

    @property
    def contradicting(self) -> tuple[str, ...]:
        """The headings whose rows contradict a statement that there is nothing."""
        now = (heading.slug for heading in self.headings if heading.now and heading.slug != NONE)
        return self.gainsaid_by or tuple(now)

    def says_none(self, head: HeadModel) -> bool:
        """Whether an entry states, now, that there is none at all."""
        statement = self.states(head)
        return statement is not None and statement.said is Said.NONE


AnyKind = Kind[Any, Any]

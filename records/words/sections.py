"""What a page is made of above its rows: sections, groups, pages, the choices of a list. See `records.words.rows`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import msgspec

from records.words.points import Point
from records.words.rows import Notice, Row, Shown, Spark, Words


class State(Enum):
    """What is known of a section after asking. Each of the empty ones has its own words."""

    LOADED = "loaded"
    RECORDED_AS_NONE = "recorded as none"
    NOTHING_CAME_BACK = "nothing came back"
    NOT_SHARED = "not shared"
    SWITCHED_OFF = "switched off"
    FAILED = "failed"
    LATE = "late"


@dataclass(slots=True)
class Tally:
    """What became of everything that arrived. `received` is always the sum of the others, `pages` apart.

    `elsewhere`: shown in another section that asks the same question (diagnoses made at visits).
    """

    received: int = 0
    shown: int = 0
    elsewhere: int = 0
    entered_in_error: int = 0
    another_patient: int = 0
    unreadable: int = 0
    duplicate: int = 0
    other_type: int = 0
    pages: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether that is so. It is, whatever a server sends; tests ask it of every record there is."""
        aside = (
            self.entered_in_error + self.another_patient + self.unreadable + self.duplicate + self.other_type
        )
        return self.received == self.shown + self.elsewhere + aside


class RowGroup(Shown, frozen=True):
    """Rows under a heading of their own, such as "Taking now". `total` counts those on other pages too.

    `report`: the entry that holds them together, a report of these results, where the heading is one. `are_results`:
    rows are results of different tests. `hidden`: how many more it holds that the reader's choice leaves out.
    """

    slug: str
    title: Words
    sentence: Words = ""
    rows: tuple[Row, ...] = ()
    total: int = 0
    report: Row | None = None
    are_results: bool = False
    hidden: int = 0

    @property
    def here(self) -> int:
        """How many entries stand on this page, those that are folded under another included."""
        return sum(1 + len(row.others) for row in self.rows)

    @property
    def has_measures(self) -> bool:
        """Whether there is a reading among the rows, so that a table of readings makes sense."""
        return any(row.measure is not None for row in self.rows)

    @property
    def has_words(self) -> bool:
        """Whether anything is said of any value, so that a column for it makes sense."""
        measures = [row.measure for row in self.rows if row.measure is not None]
        return any(m.flag is not None or m.in_words or m.usual_range for m in measures)

    @property
    def one_range(self) -> Words:
        """The usual range, where every reading comes with the same one, so that it need be said but once."""
        given = {str(row.measure.usual_range) for row in self.rows if row.measure is not None}
        return given.pop() if len(given) == 1 else ""

    @property
    def has_who(self) -> bool:
        """Whether it is said of any row who took it."""
        return any(row.who for row in self.rows)


class Latest(Shown, frozen=True):
    """A measure's newest reading, and the readings before it, oldest first, it included. `href`: all of them.

    `spark` is their line, where there is one to draw.
    """

    row: Row
    readings: tuple[Row, ...] = ()
    count: int = 0
    at_least: bool = False
    href: str = ""
    spark: Spark | None = None

    @property
    def before(self) -> Row | None:
        """The reading before the newest."""
        return self.readings[-2] if len(self.readings) > 1 else None


class Reach(Shown, frozen=True):
    """A link to a part of a series by how far back it goes; `is_here`: it is the one that is looked at."""

    words: Words
    href: str
    is_here: bool = False


class Item(Shown, frozen=True):
    """One question of a questionnaire, and what was answered each time."""

    question: Words
    answers: tuple[Words, ...]


class Questions(Shown, frozen=True):
    """The questions of a questionnaire over time: `days` are the columns, oldest first. `apart`: those on self-harm.
    `are_points`: answers are told as what they count."""

    days: tuple[Words, ...]
    items: tuple[Item, ...] = ()
    apart: tuple[Item, ...] = ()
    are_points: bool = False


class Pages(Shown, frozen=True):
    """Where a long list stands: rows `first` to `last` of `total`; `at_least` when more may still arrive.

    `newer_href` leads to the page before, `older_href` to the one behind it, whatever the order. `words` say where it
    stands and in which `order`: "oldest", "name", or empty for newest first.
    """

    first: int = 0
    last: int = 0
    total: int = 0
    at_least: bool = False
    newer_href: str = ""
    older_href: str = ""
    words: Words = ""
    order: str = ""


class Choice(Shown, frozen=True):
    """One of several parts of a list, by the word for it in an address, with how many entries it has."""

    name: str
    words: Words
    count: int


class FacetChoices(Shown, frozen=True):
    """The parts of a list by one thing that its entries say. `name`: of its field; `every`: all of them; `chosen`: a
    part's word, with what it is called."""

    name: str
    title: Words
    every: Words
    choices: tuple[Choice, ...]
    chosen: str = ""
    chosen_words: str = ""


class DateRange(Shown, frozen=True):
    """A range of dates as typed. `words`: how it was understood; `problem`: why it was not, and which end is wrong."""

    since: str = ""
    until: str = ""
    words: Words = ""
    problem: Words = ""
    wrong_since: bool = False
    wrong_until: bool = False


NO_RANGE = DateRange()


class Choices(Shown, frozen=True):
    """Which part of a long list is shown, and which parts there are. `status` and `year` are chosen, empty for all.

    `facets`: other parts, as the kind has them. `dates`: a range of them. `can_be_marked`: entries may be outside a
    usual range; `marked`: only such ones are shown.
    `orders` are those that there are, `order` the chosen one, empty for the usual one.
    `outside`: how many entries the choice leaves out, among them `undated` because a range of dates is chosen, and
    `untold` of which nothing says whether they are marked; `at_least` when more may still arrive. `is_made`: anything
    was chosen or typed. `href`: the whole list.
    """

    statuses: tuple[Choice, ...] = ()
    years: tuple[Choice, ...] = ()
    status: str = ""
    year: str = ""
    facets: tuple[FacetChoices, ...] = ()
    dates: DateRange = NO_RANGE
    can_be_marked: bool = False
    marked: bool = False
    orders: tuple[tuple[str, Words], ...] = ()
    order: str = ""
    outside: int = 0
    undated: int = 0
    untold: int = 0
    at_least: bool = False
    is_made: bool = False
    href: str = ""

    @property
    def is_part(self) -> bool:
        """Whether the choice may leave something out."""
        chosen = any(one.chosen for one in self.facets)
        return bool(self.status or self.year or chosen or self.dates.words or self.marked)


class Section(Shown, frozen=True):
    """One kind of record as loaded for one patient: rows in groups, and everything that went otherwise.

    `statements` are the rows that say "none", or that nothing is known, where the record itself does (No known
    allergies), `stated` how many such entries came; `gainsaid` says so where entries contradict them. `latest` are the
    newest readings of each measure, with a few before them. `notices` come with rows (partial) or instead of them
    (failed). `rest_href` leads to the rest of a list of which the first rows are shown. `choices` are there for a long
    list alone. `points`: on the page of one measure, all readings that are chosen, for a drawing; `reaches`: how far
    back it may go; `questions`: of a questionnaire, its questions over time. `as_of` is when the server answered
    (aware). `as_table`: rows are readings.
    """

    slug: str
    title: Words
    plain: Words
    state: State
    groups: tuple[RowGroup, ...] = ()
    statements: tuple[Row, ...] = ()
    stated: int = 0
    gainsaid: Words = ""
    latest: tuple[Latest, ...] = ()
    empty_words: Words = ""
    notices: tuple[Notice, ...] = ()
    set_aside: tuple[Words, ...] = ()
    tally: Tally = msgspec.field(default_factory=Tally)
    pages: Pages = msgspec.field(default_factory=Pages)
    choices: Choices | None = None
    points: tuple[Point, ...] = ()
    reaches: tuple[Reach, ...] = ()
    questions: Questions | None = None
    rest_href: str = ""
    href: str = ""
    as_of: datetime | None = None
    as_table: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows of the page, across groups, those that are folded under others too."""
        return tuple(one for group in self.groups for row in group.rows for one in (row, *row.others))

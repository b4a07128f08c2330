"""What a page is made of. Templates see these and nothing else of the record: words, finished for reading.

Section ── RowGroup ── Row ── Fact, When, Status, Measure, Note
   └── Tally, Notice
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

import msgspec
from django.utils.functional import Promise

Words = str | Promise
"""A sentence or a word for the reader, translated now or when it is shown."""


class Shown(msgspec.Struct, frozen=True, gc=False):
    """What all of these are: made and changed ten times as quickly as dataclasses, of which a page has hundreds."""

    # A template asks for `row["title"]` before it asks for `row.title`; a refusal would cost more than the answer.
    __getitem__ = object.__getattribute__


ShownType = TypeVar("ShownType", bound=Shown)


def replace(shown: ShownType, **changes: Any) -> ShownType:
    """The same with other values, as `dataclasses.replace` does.

    Raises:
        TypeError: it has no such field.
    """
    return msgspec.structs.replace(shown, **changes)


class Telling(Enum):
    """How much is known of a value: the record says it, it says that it is absent, or we could not read it."""

    SAID = "said"
    ABSENT = "absent"
    UNREAD = "unread"


class When(Shown, frozen=True):
    """A date or time of the record, as precise as recorded.

    `iso` is the day or time that is shown where it can stand in `<time datetime>` (`wording.machine`), else empty.
    `sort_key` compares as text, greater is later; empty means undated. `label` says which date it is ("Recorded").
    """

    words: Words
    iso: str = ""
    sort_key: str = ""
    label: Words = ""


class Fact(Shown, frozen=True):
    """A label and what the record says about it. `verbatim`: a clinician's own words, set in the record's voice.
    `group`: the heading that it stands under, on a page whose facts stand under several. `target`: type and id of the
    entry that it speaks of, where that has a page of its own; `href`: that page. `phones`: the numbers in
    the value that a phone can call, as they stand there."""

    label: Words
    value: Words
    telling: Telling = Telling.SAID
    iso: str = ""
    verbatim: bool = False
    group: Words = ""
    target: tuple[str, str] | None = None
    href: str = ""
    phones: tuple[str, ...] = ()


class Status(Shown, frozen=True):
    """A state in words with a shape of its own. `icon` is a lucide name; `now`: it is so at present.

    `plain`: what every entry of a list of current things is expected to be, so that the overview need not repeat it.
    """

    words: Words
    icon: str = ""
    now: bool = False
    plain: bool = False


class Flag(Shown, frozen=True):
    """That a value is out of the ordinary. `arrow` is "up", "down" or empty; `computed`: worked out by this page."""

    words: Words
    arrow: str = ""
    critical: bool = False
    computed: bool = False


class Number(Shown, frozen=True):
    """A number exactly as recorded, for drawing. `value` is None where the record has none.

    `comparator` is a sign (<, ≤, >, ≥) where only a bound is known. `low` and `high` are the bounds of the one usual
    range given, in the number's own unit. `flagged`: the record, or its range, marks it.
    """

    value: Decimal | None = None
    comparator: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    flagged: bool = False


class Spark(Shown, frozen=True):
    """A small line of the last readings: points for SVG's `polyline`, where it ends, and what it says in words."""

    points: str
    last_x: str
    last_y: str
    words: Words


class Measure(Shown, frozen=True):
    """A value as large type: number and unit apart, or words (`is_words`) where the value is no number.

    `in_words`: what the record says of a value that is not out of the ordinary. `numbers`: one, or upper and lower
    of a blood pressure; none where the value is no number. `recorded`: the value and unit of the record, where the
    reader chose other units.
    """

    value: Words
    unit: str = ""
    flag: Flag | None = None
    usual_range: Words = ""
    is_words: bool = False
    telling: Telling = Telling.SAID
    in_words: Words = ""
    numbers: tuple[Number, ...] = ()
    recorded: Words = ""


class Note(Shown, frozen=True):
    """A note as written, with who wrote it and when."""

    text: str
    who: str = ""
    when: When | None = None


class File(Shown, frozen=True):
    """One attachment of an entry. `number` counts from 1 and stands in its address. `start`: its first lines, where
    it came inside the entry; `goes_on`: that there is more of it; `start_href`: where they come from by themselves, of
    a file that is kept apart."""

    number: int
    title: Words
    format_words: Words
    size_words: Words = ""
    href: str = ""
    original_href: str = ""
    problem: Words = ""
    start: str = ""
    goes_on: bool = False
    start_href: str = ""


class Answer(Shown, frozen=True):
    """One question of a questionnaire and its answer, both as recorded. `points`: what the answer counts, in words,
    where that is known, `count` the number alone. `id` is that of its own entry, if it has one, and `href` its address.
    `addition`: see `Row`. `is_total`: it is what the record gives as the total. `on_self_harm`: its question is."""

    question: Words
    answer: Words
    telling: Telling = Telling.SAID
    points: Words = ""
    id: str = ""
    href: str = ""
    addition: Words = ""
    count: str = ""
    is_total: bool = False
    on_self_harm: bool = False


class Row(Shown, frozen=True):
    """One entry of a record, finished for reading.

    `title` is the name as recorded; `title_missing` says that it is our own words for a missing one. `danger` is
    a line of red words (life-threatening, do not take). `line` is the fact under the name (dose, reaction), whose
    `line_telling` says whether it is known. `asides` stand beside it: dates, who. `caveats` are those of them without
    which the entry would be taken for more than it is, also where little room is. `facts` and `notes` are for
    the entry's own page. `unread` names the elements that could not be read. `series_href` leads to every result of
    the same test, in `series_words`. `answers` are those of a questionnaire, with what is to be said of all of them.
    `crisis`: an answer speaks of self-harm, so the way to help stands beside it. `covered`: a value that is shown only
    when asked for. `new`: that it came or changed since the reader was last here. `age`: how
    old the patient was, a child, on its day. `addition`: that the record adds what may change its meaning.
    `others` are further entries of the same, folded under this one: `others_say` how many and of when, `others_differ`
    what is not the same in all of them.
    """

    title: str | Promise
    id: str = ""
    href: str = ""
    title_missing: bool = False
    status: Status | None = None
    danger: Words = ""
    danger_icon: str = "triangle-alert"
    line: Words = ""
    line_telling: Telling = Telling.SAID
    verbatim: str = ""
    measure: Measure | None = None
    when: When | None = None
    who: Words = ""
    asides: tuple[Words, ...] = ()
    caveats: tuple[Words, ...] = ()
    facts: tuple[Fact, ...] = ()
    notes: tuple[Note, ...] = ()
    files: tuple[File, ...] = ()
    unread: tuple[Words, ...] = ()
    explanation: Words = ""
    series_href: str = ""
    series_words: Words = ""
    answers: tuple[Answer, ...] = ()
    answers_say: tuple[Words, ...] = ()
    crisis: bool = False
    covered: Words = ""
    new: Words = ""
    age: Words = ""
    addition: Words = ""
    others: tuple[Row, ...] = ()
    others_say: Words = ""
    others_differ: Words = ""

    @property
    def has_new_others(self) -> bool:
        """Whether one of those folded under it came or changed since the reader was last here."""
        return any(one.new for one in self.others)


class Notice(Shown, frozen=True):
    """What a reader is told when something is not as it should be.

    `title`: what happened; `safe`: that the record is safe; `action`: what to do now. `retry_href` is where "Try
    again" leads. `request_id` is the short number to read out, that of the page where empty; `server_id` the server's
    own, and `staff` a sentence, both for staff. `icon` is a lucide name. `stays`: what was
    shown before is still shown. `is_remark`: nothing went wrong, so there is no number to read out.
    """

    title: Words
    what_happened: Words = ""
    safe: Words = ""
    action: Words = ""
    retry_href: str = ""
    retry_words: Words = ""
    sign_in: bool = False
    request_id: str = ""
    server_id: str = ""
    staff: Words = ""
    icon: str = "unplug"
    stays: bool = False
    is_remark: bool = False

"""Words that two kinds share: dates, names, values, absent reasons, statuses. No more certain than the record.

Everything here is called while a page is being made, so the language is the reader's. A kind's own sentences
stand beside its mapping. `facts/pages-and-words.md` is where the words were settled.

A kind imports `wording` and nothing of its rooms: `wording.when`, `wording.maybe`.
"""

from __future__ import annotations

from records.wording.absent import ABSENT, NOT_RECORDED, NULL_FLAVORS, absent_reason, absent_words
from records.wording.additions import ADDITION, MAY_MEAN_OTHER, addition_facts
from records.wording.amounts import (
    TIME_UNITS,
    age_range_words,
    beside,
    comparator,
    duration,
    number,
    quantity,
    range_words,
    ratio_words,
    time_unit,
    unit,
)
from records.wording.dates import (
    before,
    beginning,
    clock,
    day,
    is_after,
    machine,
    moment,
    sort_key,
    span,
    when,
)
from records.wording.facts import annotation_text, dated, fact, maybe, status, why_unnamed
from records.wording.instructions import (
    Part,
    Said,
    contains,
    contradicts,
    holds,
    is_as_needed,
    is_only_as_needed,
    parted,
    said_in,
)
from records.wording.names import (
    all_words_of,
    best,
    best_name,
    coding_words,
    concept_code,
    human_name,
    is_unknown,
    named_or,
    plain_name,
    reference_display,
    reference_words,
    words_of,
)

__all__ = [
    "ABSENT",
    "ADDITION",
    "MAY_MEAN_OTHER",
    "NOT_RECORDED",
    "NULL_FLAVORS",
    "TIME_UNITS",
    "Part",
    "Said",
    "absent_reason",
    "absent_words",
    "addition_facts",
    "age_range_words",
    "all_words_of",
    "annotation_text",
    "before",
    "beginning",
    "beside",
    "best",
    "best_name",
    "clock",
    "coding_words",
    "comparator",
    "concept_code",
    "contains",
    "contradicts",
    "dated",
    "day",
    "duration",
    "fact",
    "holds",
    "human_name",
    "is_after",
    "is_as_needed",
    "is_only_as_needed",
    "is_unknown",
    "machine",
    "maybe",
    "moment",
    "named_or",
    "number",
    "parted",
    "plain_name",
    "quantity",
    "range_words",
    "ratio_words",
    "reference_display",
    "reference_words",
    "said_in",
    "sort_key",
    "span",
    "status",
    "time_unit",
    "unit",
    "when",
    "why_unnamed",
    "words_of",
]

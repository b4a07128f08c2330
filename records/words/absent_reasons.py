"""A finished row whose gaps were filled with marks (`records.fhir.gaps`), with the reasons in words in their place.

"Not recorded" is untrue of what was withheld, so the reason stands wherever the element would: as the title, in the
line, beside a label. What no part of a row told of becomes a fact of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records.fhir.gaps import MARK, OPEN, Gap
from records.words import labels, wording
from records.words.rows import (
    Answer,
    Fact,
    Flag,
    Measure,
    Note,
    Row,
    Shown,
    Status,
    Telling,
    When,
    Words,
    replace,
)

_DATE, _NAME = _("Date"), _("Name")

_BETWEEN = " \n,;·"
"""What stands between several values. A text of nothing but marks and these says only why nothing is there."""

WITHHELD = frozenset({"masked", "not-permitted", "asked-declined", "MSK"})
"""Reasons for which a name is not missing but kept back, so that an entry is not called "unnamed"."""

_BESIDES = re.compile(r" \([^()]*\)$")
"""What is told of a value that is not there: "Hidden by the clinic (home)"."""

_AT_HEAD = re.compile(rf"^{MARK.pattern}(?=\s*(?:$|[,;·(]))", re.MULTILINE)

_ANYWHERE = re.compile(rf"(?P<colon>: )?\(?(?P<mark>{MARK.pattern})\)?(?P<end>$|(?=[\n,;]))?", re.MULTILINE)

_SAYS: dict[type[Shown], tuple[str, dict[str, Any]]] = {
    Fact: ("value", {"telling": Telling.ABSENT, "iso": "", "verbatim": False, "phones": ()}),
    Answer: ("answer", {"telling": Telling.ABSENT}),
    Measure: ("value", {"telling": Telling.ABSENT, "is_words": True, "unit": ""}),
    Note: ("text", {}),
    Status: ("words", {"icon": "circle-dashed"}),
    When: ("words", {"iso": "", "sort_key": "", "label": ""}),
}
"""What each of these says, and how it looks where that is only why nothing is there."""


def settled(row: Row, plain: Row, gaps: Mapping[str, Gap], *, whole: bool) -> Row:
    """A row with each mark in words; where it is `whole`, with a fact for each gap that nothing in it told of.

    `plain`: the same entry as its kind puts it without marks.
    """
    return _Settling(gaps).row(row, plain, whole=whole)


class _Settling:
    """Puts words in the place of marks, and remembers which."""

    def __init__(self, gaps: Mapping[str, Gap]) -> None:
        self.gaps = gaps
        self.seen: set[str] = set()

    def row(self, row: Row, plain: Row, *, whole: bool) -> Row:
        found: Row = self._put(self._with_others(row, plain))
        if not whole:
            return found
        group = found.facts[-1].group if found.facts else ""
        untold = (gap for mark, gap in self.gaps.items() if mark not in self.seen)
        more = (
            Fact(label=_label(gap), value=reason(gap.code), telling=Telling.ABSENT, group=group)
            for gap in untold
        )
        return replace(found, facts=(*found.facts, *more))

    def _with_others(self, row: Row, plain: Row) -> Row:
        """A row with what its kind says without marks, where one thing may stand for another: a second name or date."""
        changes: dict[str, Any] = {}
        title = self.gaps.get(str(row.title).strip())
        if title is not None and (not plain.title_missing or title.code not in WITHHELD):
            changes = {"title": plain.title, "title_missing": plain.title_missing}
            # Where another element gives the name, what is said of that stands beside it.
            others = (reason(title.code),) if plain.title_missing else plain.asides
            said = set(map(str, row.asides))
            changes["asides"] = (*row.asides, *(one for one in others if str(one) not in said))
        if row.when is not None and plain.when is not None and OPEN in str(row.when.words):
            changes["when"] = plain.when
        if plain.line and plain.line_telling is Telling.SAID and str(row.line).strip() in self.gaps:
            changes["line"] = plain.line
        return replace(row, **changes) if changes else row

    def _put(self, shown: Any) -> Any:
        """The same with its marks put in words; most have none and stay what they are."""
        changes: dict[str, Any] = {}
        for name in shown.__struct_fields__:
            value = getattr(shown, name)
            if isinstance(value, Flag) and str(value.words).strip() in self.gaps:
                put: Any = None  # a flag that was withheld marks nothing
            elif isinstance(value, str | Promise):
                put = self._words(shown, name, value, changes)
            elif isinstance(value, Shown):
                put = self._put(value)
            elif isinstance(value, tuple):
                put = tuple(self._item(shown, name, one) for one in value)
                put = value if all(one is other for one, other in zip(put, value, strict=True)) else put
            else:
                continue
            if put is not value:
                changes[name] = put
        return replace(shown, **changes) if changes else shown

    def _item(self, shown: Any, name: str, one: Any) -> Any:
        if isinstance(one, Shown):
            return self._put(one)
        return self._words(shown, name, one, {}) if isinstance(one, str | Promise) else one

    def _words(self, shown: Any, name: str, value: Words, changes: dict[str, Any]) -> Words:
        """A text with its marks in words; what else changes with it is added to `changes`."""
        text = str(value)
        if OPEN not in text:
            return value
        marks = [mark[0] for mark in MARK.finditer(text) if mark[0] in self.gaps]
        self.seen.update(marks)
        said, besides = _SAYS.get(type(shown), ("", {}))
        if not marks or (
            MARK.sub("", text).strip(_BETWEEN) and not (isinstance(shown, Status) and name == said)
        ):
            if name == said and not MARK.sub("", _BESIDES.sub("", text)).strip():
                changes |= besides
            put = _ANYWHERE.sub(self._within, _AT_HEAD.sub(lambda mark: self._why(mark[0]), text))
            return put.replace(OPEN, "")
        why = ", ".join(dict.fromkeys(map(self._why, marks)))
        if name == said:
            changes |= besides
            return (
                why
                if not isinstance(shown, When)
                else wording.labelled(str(shown.label).rstrip(":") or _DATE, why)
            )
        if isinstance(shown, Fact):
            return why
        if isinstance(shown, Row):
            if name == "title":
                changes["title_missing"] = True
                return wording.labelled(_NAME, why)
            if name == "line":
                changes["line_telling"] = Telling.ABSENT
            return wording.labelled(labels.label(self.gaps[marks[0]].path.split(".")[0]), why)
        return f"({wording.lowered(why)})"

    def _why(self, mark: str) -> str:
        gap = self.gaps.get(mark)
        return str(reason(gap.code)) if gap is not None else ""

    def _within(self, found: re.Match[str]) -> str:
        """A mark within a text, in brackets, but behind a colon."""
        why = wording.lowered(self._why(found["mark"]))
        return f": {why}" if found["colon"] and found["end"] is not None else f"{found['colon'] or ''}({why})"


def _label(gap: Gap) -> Words:
    """What the element of a gap is called; of a date of death, what that says of whether there was one."""
    return (
        labels.label("deceasedBoolean") if gap.path == "deceasedDateTime" else labels.element_words(gap.path)
    )


def reason(code: str) -> Words:
    """Why something is not there, by its code; an unknown one as recorded."""
    return wording.ABSENT.get(code) or wording.NULL_FLAVORS.get(code, code)

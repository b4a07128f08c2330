"""A part that has no words but entries: their names, codes, values and dates as they stand. CDA Release 2.0, 4.3.6."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _now

from records.documents.cda.header import code_words, date, time_words
from records.documents.cda.parsing import Element, children, first, local, plain

STATEMENTS = frozenset(
    {"act", "observation", "substanceAdministration", "supply", "procedure", "encounter", "organizer"}
)
MOST = 500


def lines(section: Element) -> tuple[str, ...]:
    """One line for each statement that names anything."""
    found: list[str] = []
    for entry in children(section, "entry"):
        for element in entry.iter():
            if local(element) in STATEMENTS:
                said = _line(element)
                if said:
                    found.append(said)
            if len(found) > MOST:
                return (*found[:MOST], _now("There is more in the original."))
    return tuple(found)


def _line(statement: Element) -> str:
    named = dict.fromkeys(filter(None, _names(statement)))
    if not named:
        return ""
    time = first(statement, "effectiveTime")
    when = ""
    if time is not None:
        start = first(time, "low")
        end = first(time, "high")
        when = time_words(
            date(time.get("value") or (start.get("value") if start is not None else "")),
            date(end.get("value") if end is not None else ""),
        )
    status = first(statement, "statusCode")
    state = (status.get("code") or "") if status is not None else ""
    said = ", ".join(filter(None, (": ".join(named), when, state)))
    return (
        _now("The document says that this is not so: %s") % said
        if statement.get("negationInd") == "true"
        else said
    )


def _names(statement: Element) -> Iterator[str]:
    yield _coded(first(statement, "code"))
    for value in children(statement, "value"):
        yield _value(value)
    yield _coded(first(statement, "consumable", "manufacturedProduct", "manufacturedMaterial", "code"))
    yield plain(first(statement, "consumable", "manufacturedProduct", "manufacturedMaterial", "name"))
    for participant in children(statement, "participant"):
        yield _coded(first(participant, "participantRole", "playingEntity", "code"))
        yield plain(first(participant, "participantRole", "playingEntity", "name"))
    yield plain(first(statement, "text"))


def _coded(element: Element | None) -> str:
    words = code_words(element)
    code = (element.get("code") or "").strip() if element is not None else ""
    return f"{words} ({code})" if words and code else words or code


def _value(value: Element) -> str:
    if value.get("value") is not None:
        return " ".join(filter(None, (value.get("value"), value.get("unit"))))
    low, high = first(value, "low"), first(value, "high")
    if low is not None or high is not None:
        ends = (one.get("value") for one in (low, high) if one is not None)
        return " – ".join(filter(None, ends))
    return _coded(value) or plain(value)

"""What a search compares: dates as spans, codes as tokens, names as folded text, references as addresses.

`values_of` reads one parameter's values out of a resource in comparable form; `matcher` turns what the
asker wrote into a test of such values. Source: FHIR R4 section 3.1.1.5, search parameter types.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from demo_server.catalogue import Kind, Parameter
from demo_server.outcomes import invalid

START = dt.datetime.min.replace(tzinfo=dt.UTC)
END = dt.datetime.max.replace(tzinfo=dt.UTC)

PREFIXES = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})


class Span(NamedTuple):
    """From `low` up to, and without, `high`. Both are instants in UTC."""

    low: dt.datetime
    high: dt.datetime


class Token(NamedTuple):
    """A code and its system. The system is None for a `code` element, which is matched by any."""

    system: str | None
    code: str


Value = Span | Token | str
Test = Callable[[Any], bool]

_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?"
)


def span(text: str) -> Span | None:
    """The span that a date, a partial date or an instant covers; None if it is none of them.

    A year covers the whole year, a minute the whole minute, an instant its smallest written unit. What
    has no offset is read as UTC, the server's own zone. FHIR R4 3.1.1.5.6.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        low = dt.datetime(int(year), int(month or 1), int(day or 1), tzinfo=dt.UTC)
        if month is None:
            return Span(low, END if low.year == 9999 else low.replace(year=low.year + 1))
        if day is None:
            return Span(low, (low + dt.timedelta(days=31)).replace(day=1))
        if hour is None:
            return Span(low, low + dt.timedelta(days=1))
        low += _time(int(hour), int(minute), int(second or 0), fraction or "") - _offset(zone)
        if second is None:
            return Span(low, low + dt.timedelta(minutes=1))
        digits = min(len(fraction or ""), 6)
        return Span(low, low + dt.timedelta(microseconds=10 ** (6 - digits)))
    except (ValueError, OverflowError):
        return None


def _time(hour: int, minute: int, second: int, fraction: str) -> dt.timedelta:
    # 60 is a leap second, which FHIR allows; 24:00 it does not.
    if hour > 23 or minute > 59 or second > 60:
        raise ValueError
    micro = int(fraction[:6].ljust(6, "0")) if fraction else 0
    return dt.timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micro)


def _offset(zone: str | None) -> dt.timedelta:
    if zone is None or zone == "Z":
        return dt.timedelta()
    ahead = dt.timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return ahead if zone[0] == "+" else -ahead


def _compare(prefix: str, asked: Span, now: dt.datetime) -> Callable[[Span], bool]:
    """The test of one recorded span. FHIR R4 3.1.1.5.5 and 3.1.1.5.6, prefixes over ranges."""
    low, high = asked
    match prefix:
        case "eq":
            return lambda have: low <= have.low and have.high <= high
        case "ne":
            return lambda have: have.low < low or high < have.high
        case "gt":
            return lambda have: have.high > high
        case "lt":
            return lambda have: have.low < low
        case "ge":
            return lambda have: have.high > high or (low <= have.low and have.high <= high)
        case "le":
            return lambda have: have.low < low or (low <= have.low and have.high <= high)
        case "sa":
            return lambda have: have.low >= high
        case "eb":
            return lambda have: have.high <= low
        case _:  # ap: a tenth of the distance from now, as the specification recommends
            slack = abs(now - low) / 10
            return lambda have: have.high > low - slack and have.low < high + slack


def fold(text: str) -> str:
    """Without case and diacritics, so that `nunez` finds Núñez."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in spread if not unicodedata.combining(one))


def walk(node: Any, path: str) -> Iterator[Any]:
    """Everything that stands at a dotted path, lists walked through, odd shapes passed over."""
    head, _, rest = path.partition(".")
    if isinstance(node, list):
        for one in node:
            yield from walk(one, path)
    elif isinstance(node, dict) and head in node:
        found = node[head]
        if rest:
            yield from walk(found, rest)
        elif isinstance(found, list):
            yield from found
        else:
            yield found


def values_of(resource: dict[str, Any], parameter: Parameter, base: str) -> tuple[Value, ...]:
    """The values that a search of `parameter` compares, in comparable form. Unreadable ones are left out."""
    roots: list[Any] = [resource]
    if parameter.extension:
        roots = [one for one in walk(resource, "extension") if _is(one, url=parameter.extension)]
    read = _READERS[parameter.kind]
    return tuple(
        value
        for root in roots
        for path in parameter.paths
        for one in walk(root, path)
        for value in read(one, base)
    )


def _is(node: Any, *, url: str) -> bool:
    return isinstance(node, dict) and node.get("url") == url


def _spans(node: Any, base: str) -> Iterator[Span]:
    if isinstance(node, str):
        one = span(node)
        if one is not None:
            yield one
    elif isinstance(node, dict):
        # A Period. An open end reaches to the end of time; a Period with neither end says nothing.
        start, end = (span(str(node[key])) if key in node else None for key in ("start", "end"))
        if start is not None or end is not None:
            yield Span(start.low if start else START, end.high if end else END)


def _tokens(node: Any, base: str) -> Iterator[Token]:
    if isinstance(node, bool):
        yield Token(None, "true" if node else "false")
    elif isinstance(node, str):
        yield Token(None, node)
    elif isinstance(node, dict):
        if isinstance(node.get("coding"), list):  # CodeableConcept
            for coding in node["coding"]:
                yield from _tokens(coding, base)
        elif isinstance(code := node.get("code", node.get("value")), str):  # Coding, Identifier
            yield Token(str(node.get("system") or ""), code)


def _strings(node: Any, base: str) -> Iterator[str]:
    if isinstance(node, str):
        yield fold(node)
    elif isinstance(node, list):
        for one in node:
            yield from _strings(one, base)
    elif isinstance(node, dict):  # HumanName, Address: any of their parts
        for key, part in node.items():
            if key in _PARTS:
                yield from _strings(part, base)


_PARTS = frozenset(
    "text family given prefix suffix line city district state postalCode country".split()  # noqa: SIM905
)


def _references(node: Any, base: str) -> Iterator[str]:
    if isinstance(node, dict) and isinstance(node.get("reference"), str):
        yield local(node["reference"], base)


def local(reference: str, base: str) -> str:
    """`Type/id` where the reference, relative or absolute, points into this server; else as it stands."""
    bare = reference.removeprefix(base)
    return bare.partition("/_history/")[0]


_READERS: dict[Kind, Callable[[Any, str], Iterator[Value]]] = {
    Kind.DATE: _spans,
    Kind.TOKEN: _tokens,
    Kind.STRING: _strings,
    Kind.REFERENCE: _references,
}


def pieces(text: str, mark: str) -> list[str]:
    """The parts between unescaped marks, escapes still in place. FHIR R4 3.1.1.5.7."""
    found, start, at = [], 0, 0
    while at < len(text):
        if text[at] == "\\":
            at += 1
        elif text[at] == mark:
            found.append(text[start:at])
            start = at + 1
        at += 1
    return [*found, text[start:]]


def unescape(text: str) -> str:
    r"""What `\,` `\|` `\$` and `\\` stand for."""
    return re.sub(r"\\([,|$\\])", r"\1", text)


def matcher(parameter: Parameter, modifier: str, text: str, *, base: str, now: dt.datetime) -> Test:
    """A test of one resource's values for one `name[:modifier]=value` of the query.

    Args:
        parameter: what is searched by.
        modifier: without its colon; empty for none.
        text: the value, percent-decoded; commas separate alternatives.
        base: the FHIR base URL with its slash, for absolute references.
        now: the instant that `ap` measures from.

    Raises:
        Refusal: 400, the modifier or the value cannot be used with this parameter.
    """
    if modifier == "missing":
        if text not in ("true", "false"):
            raise invalid(f"The value of '{parameter.name}:missing' must be true or false.")
        return (lambda have: not have) if text == "true" else bool
    tests = [_one(parameter, modifier, one, base, now) for one in pieces(text, ",") if one]
    if modifier == "not":
        return lambda have: not any(test(value) for value in have for test in tests)
    if len(tests) == 1:
        only = tests[0]
        return lambda have: any(only(value) for value in have)
    return lambda have: any(test(value) for value in have for test in tests)


def _one(parameter: Parameter, modifier: str, text: str, base: str, now: dt.datetime) -> Test:
    match parameter.kind:
        case Kind.DATE if not modifier:
            prefix, rest = (text[:2], text[2:]) if text[:2] in PREFIXES else ("eq", text)
            # An unencoded plus sign arrives as a space.
            asked = span(rest.replace(" ", "+"))
            if asked is None:
                raise invalid(f"The value of '{parameter.name}' is not a date that FHIR knows.")
            return _compare(prefix, asked, now)
        case Kind.TOKEN if modifier in ("", "not"):
            return _token_test(parameter, text)
        case Kind.STRING if modifier in ("", "contains"):
            return _string_test(modifier, text)
        case Kind.REFERENCE if not modifier or modifier.isalpha():
            return _reference_test(modifier, text, base)
    raise invalid(
        f"The modifier ':{modifier}' is not supported for '{parameter.name}'.", code="not-supported"
    )


def _token_test(parameter: Parameter, text: str) -> Test:
    system, *more = (unescape(one) for one in pieces(text, "|"))
    if len(more) > 1:
        raise invalid(f"The value of '{parameter.name}' must be code or system|code.")
    code = more[0] if more else system
    if parameter.codes and code and code not in parameter.codes:
        raise invalid(f"The value of '{parameter.name}' is not in its value set.", code="code-invalid")
    if not more:
        return lambda have: bool(have.code == code)
    if not code:
        return lambda have: have.system is None or have.system == system
    return lambda have: have.code == code and (have.system is None or have.system == system)


def _string_test(modifier: str, text: str) -> Test:
    asked = fold(unescape(text))
    if modifier == "contains":
        return lambda have: asked in have
    return lambda have: bool(have.startswith(asked))


def _reference_test(resource_type: str, text: str, base: str) -> Test:
    asked = local(unescape(text), base)
    if "/" in asked:
        return lambda have: bool(have == asked)
    if resource_type:
        return lambda have: bool(have == f"{resource_type}/{asked}")
    ending = f"/{asked}"
    return lambda have: bool(have.endswith(ending)) and have.count("/") == 1

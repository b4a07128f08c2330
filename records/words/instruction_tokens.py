"""An instruction as a row of tokens: words as what they stand for, numbers as one writes them, and where it pauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal

from records.words.instruction_vocabulary import AND_HALF, PHRASES, TO, UNITS, WORDS

_TOKEN = re.compile(
    r"(?P<clock>\d{1,2}:\d\d(?::\d\d)?(?:\s*[ap]\.?\s?m\b\.?)?)"
    r"|(?P<short>(?:[^\W\d_]\.){2,})"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<plural>\((?:s|es)\))"
    r"|(?P<word>[½¼¾]|[^\W\d_]+)"
    r"|(?P<end>[.;:!?](?=\s|\Z)|\n)"
    r"|(?P<sign>[/–-])"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::\d\d)?\s*([ap]?)")
END, DASH, SLASH = "|", "-", "/"
_FRACTIONS = {("1", "2"): "0.5", ("1", "4"): "0.25", ("3", "4"): "0.75", ("1", "3"): "1/3"}


def tokens_of(text: str) -> list[str]:
    """The tokens of a text; a clock time begins with "@", the end of a sentence is `END`."""
    folded = text.casefold()
    if not folded.isascii():
        apart = unicodedata.normalize("NFD", folded)
        folded = "".join(sign for sign in apart if not unicodedata.combining(sign))
    raw = [found for match in _TOKEN.finditer(folded) if (found := _raw(match))]
    return list(_joined(list(_named(raw))))


def _raw(match: re.Match[str]) -> str:
    found, kind = match[0], match.lastgroup
    if kind == "clock":
        parts = _CLOCK.match(found)
        if parts is None:
            return ""
        hour = int(parts[1]) % 12 + (12 if parts[3] == "p" else 0) if parts[3] else int(parts[1])
        return f"@{hour:02}:{parts[2]}"
    if kind == "number":
        return _number(found)
    if kind == "plural":
        return ""
    if kind == "short":
        return found.replace(".", "")
    if kind == "end":
        return END
    return {"–": DASH}.get(found, found)


def _number(written: str) -> str:
    """A number without what does not change it: "2.50" and "2,5" are 2.5, "1,000" is 1000."""
    whole = re.sub(r",(?=\d{3}\b)", "", written).replace(",", ".")
    try:
        return format(Decimal(whole).normalize(), "f")
    except ArithmeticError:
        return written


def _named(raw: Sequence[str]) -> Iterator[str]:
    """Each word, or several that are one thing, as what it stands for."""
    at = 0
    while at < len(raw):
        for words, tokens in PHRASES.get(raw[at], ()):
            if tuple(raw[at : at + len(words)]) == words:
                yield from tokens
                at += len(words)
                break
        else:
            yield from WORDS.get(raw[at], (raw[at],))
            at += 1


def is_number(token: str) -> bool:
    return token[0].isdigit()


def _joined(tokens: list[str]) -> Iterator[str]:
    """Fractions, ranges and a number that is written twice ("1 (one)") as one number each."""
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1 : at + 4]
        if not is_number(token):
            yield token
            at += 1
            continue
        at += 1
        if len(after) > 1 and after[0] == SLASH and (token, after[1]) in _FRACTIONS:
            token, at = _FRACTIONS[token, after[1]], at + 2
        while at < len(tokens) and (tokens[at] == token or tokens[at] in {"0.5", AND_HALF}):
            if tokens[at] != token and "/" not in token and "." not in token:
                token += ".5"
            at += 1
        joint = at
        if joint < len(tokens) and tokens[joint] in UNITS:  # "1 tablet to 2 tablets"
            joint += 1
        if joint + 1 < len(tokens) and tokens[joint] in {TO, DASH, "a"} and is_number(tokens[joint + 1]):
            token, at = f"{token}-{tokens[joint + 1]}", joint + 2
        yield token

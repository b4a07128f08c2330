"""In which characters a text is written that does not say so, and that is no UTF-8.

Nearly all such files here are Western: Windows 1252. Whether one is of an old Mac or DOS, or Central European, shows in
the signs that would stand within words. Where a quarter of it is beyond ASCII it is of another script, and
charset-normalizer tells which, if it is clear.
"""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

WESTERN = "cp1252"
_NEAR_WESTERN = (WESTERN, "cp1250", "mac-roman", "cp850")
_OTHER_SCRIPTS = [
    "cp1251",
    "koi8_r",
    "iso8859_5",
    "cp1253",
    "cp1255",
    "cp1256",
    "shift_jis",
    "euc_jp",
    "gb18030",
    "big5",
    "euc_kr",
]
SAMPLE = 32 * 1024
OTHER_SCRIPT = 0.25
FEWEST = 8
"""Bytes beyond ASCII, below which nothing can be told."""
CLEAR_CHAOS, CLEAR_COHERENCE = 0.03, 0.1
"""How much worse the second best must be in one or the other."""

AT_LEAST = 2
"""So many signs within words fewer than Windows 1252 would have: one may be a slip of the writer's."""

_WITHIN_WORDS = re.compile(
    r"(?<=[^\W\d_])[^\w\s'’‘“”–—…,.;:()/&+%\"-]+(?=[^\W\d_])"  # what is neither letter nor ever stands there
    r"|(?<=[a-z])[^\W\d_A-Za-z\u00df-\u024f](?=[a-z])"  # capitals amid small letters, but not A to Z
)


def charset(content: bytes) -> tuple[str, bool]:
    """Python's name of the charset, and whether it is only a guess, which a reader should know."""
    sample = content[:SAMPLE]
    written = sample.translate(None, b" \t\r\n")
    beyond = len(written) - len(written.translate(None, bytes(range(128, 256))))
    if beyond < max(FEWEST, len(written) * OTHER_SCRIPT):
        found_near = _near_western(sample)
        return found_near, found_near != WESTERN
    found = list(from_bytes(sample, cp_isolation=_OTHER_SCRIPTS, preemptive_behaviour=False))
    if not found:
        return WESTERN, True
    best, *others = found
    is_clear = all(
        other.chaos >= best.chaos + CLEAR_CHAOS or other.coherence <= best.coherence - CLEAR_COHERENCE
        for other in others
    )
    return (best.encoding, True) if is_clear else (WESTERN, True)


def _near_western(sample: bytes) -> str:
    usual = _strange(sample, WESTERN)
    if usual < AT_LEAST:
        return WESTERN
    strange = {name: _strange(sample, name) for name in _NEAR_WESTERN}
    best = min(strange, key=strange.__getitem__)
    return best if strange[best] <= usual - AT_LEAST else WESTERN


def _strange(sample: bytes, name: str) -> int:
    """How many signs stand within words that are no part of any."""
    return len(_WITHIN_WORDS.findall(sample.decode(name, "replace")))

"""Rich text as a web page: bold, italics, underlines, lists and tables. Runs in a child alone (`child.py`).

No kept library makes them (decision 13). striprtf makes the words; before it reads, signs of the private use area are
written among them that say how what follows is set, and afterwards they become markup. Where a sign is wrong the words
are still there. Words that striprtf leaves out as no part of the text (head and foot lines, footnotes, numbers of old
lists) are made a part of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

STYLE, CELL, ROW, NEW_ROW, NOTE, NOTE_END = 0xE000, 0xE010, 0xE011, 0xE012, 0xE013, 0xE014
"""STYLE and the seven signs after it: 1 bold, 2 italic, 4 underlined."""

_FLAGS = {"b": 1, "i": 2, "ul": 4, "uldb": 4, "ulw": 4}
_SIGNS = {"cell": CELL, "row": ROW, "trowd": NEW_ROW}
_TAGS = ((1, "strong"), (2, "em"), (4, "u"))
_LINES = re.compile(r"(?:header|footer)[lrf]?")
_TOKEN = re.compile(
    r"\\bin(\d{1,9}) ?|\\([a-z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[^\\{}]+",
    re.IGNORECASE | re.DOTALL,
)
_MARKS = re.compile(f"([{chr(CELL)}]\\|?|{chr(ROW)}\n?|{chr(NEW_ROW)})")
_STYLES = re.compile(f"([{chr(STYLE)}-{chr(STYLE + 7)}])")
_BULLET = re.compile(
    f"[{chr(STYLE)}-{chr(STYLE + 7)}]*[·•▪◦§\uf0b7\uf0a7-][{chr(STYLE)}-{chr(STYLE + 7)}]*\t"
)
_PRIVATE = re.compile("[\ue000-\ue01f]")


def page(rtf: str) -> str:
    """Rich text as markup that is cleaned afterwards. `rtf`: its bytes as Latin 1."""
    from striprtf.striprtf import rtf_to_text

    words: str = rtf_to_text(_marked(rtf), errors="replace")  # type: ignore[no-untyped-call]
    return _Page().of(words)


def _marked(rtf: str) -> str:
    """The same with signs among the words."""
    marking, out, at = _Marking(), [], 0
    while at < len(rtf):
        found = _TOKEN.match(rtf, at)
        if found is None:  # a backslash at the very end
            out.append(rtf[at])
            at += 1
        elif found[1]:  # bytes of a picture: no words
            at = found.end() + int(found[1])
        else:
            at = found.end()
            out.append(marking.piece(found[0], (found[2] or "").lower(), found[3]))
    return "".join(out)


@dataclass
class _Marking:
    """How what comes next is set. `skipped`: characters in the place of one beyond ASCII; `told`: the style of the last
    sign, which holds for the group that it stands in; `ending`: what stands at the end of the group."""

    style: int = 0
    skipped: int = 1
    told: int = -1
    ending: str = ""
    groups: list[tuple[int, int, str]] = field(default_factory=list)

    def piece(self, piece: str, name: str, number: str | None) -> str:
        """A piece of the file with the signs that belong to it. `name`, `number`: of a control word."""
        if piece == "{":
            self.groups.append((self.style, self.skipped, self.ending))
            self.ending, self.told = "", -1
        elif piece == "}":
            piece = self.ending + piece
            self.style, self.skipped, self.ending = self.groups.pop() if self.groups else (0, 1, "")
            self.told = -1
        elif name in _SIGNS:
            piece = self._sign(_SIGNS[name]) + piece
        elif name == "footnote":
            piece, self.ending = self._sign(NOTE), self._sign(NOTE_END)
        elif _LINES.fullmatch(name):
            piece, self.ending = "\\par ", "\\par "
        elif name == "pntext":
            piece = ""
        elif not name or name == "u":
            if name and STYLE <= int(number or 0) % 0x10000 < STYLE + 0x20:
                piece = f"\\u{ord('�')}"  # no sign of ours may come from the file
            if self.style != self.told:
                self.told = self.style
                piece = self._sign(STYLE + self.style) + piece
        else:
            self._set(name, number)
        return piece

    def _set(self, name: str, number: str | None) -> None:
        if name in _FLAGS:
            self.style = self.style & ~_FLAGS[name] if number == "0" else self.style | _FLAGS[name]
        elif name in {"plain", "ulnone"}:
            self.style = 0 if name == "plain" else self.style & ~_FLAGS["ul"]
        elif name == "uc":
            self.skipped = max(0, int(number or 1))

    def _sign(self, code: int) -> str:
        """A character in RTF, with as many in its place as programs skip."""
        return f"\\u{code} " if self.skipped == 0 else f"\\u{code}" + "?" * min(self.skipped, 9)


class _Page:
    """Makes markup of words with signs among them, from the first to the last."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._open = ""
        self._flags = 0

    def of(self, words: str) -> str:
        """The whole of it."""
        cells: list[str] | None = None
        for piece in _MARKS.split(words):
            sign = ord(piece[0]) if piece else 0
            if sign == NEW_ROW:
                cells = cells if cells is not None else []
            elif sign == CELL:
                continue
            elif sign == ROW:
                self._row(cells or [])
                cells = None
            elif cells is not None:
                cells.append(piece)
            else:
                self._lines(piece)
        if cells:
            self._row(cells)
        self._close("")
        return "".join(self._out)

    def _lines(self, words: str) -> None:
        for line in words.split("\n"):
            if not _PRIVATE.sub("", line).strip():
                self._flags = _last(line, self._flags)
            elif bullet := _BULLET.match(line):
                self._close("ul")
                self._flags = _last(bullet[0], self._flags)
                self._out.append(f"<li>{self._styled(line[bullet.end() :])}</li>")
            else:
                self._close("")
                self._out.append(f"<p>{self._styled(line)}</p>")

    def _row(self, cells: list[str]) -> None:
        if not any(_PRIVATE.sub("", cell).strip() for cell in cells):
            return
        while len(cells) > 1 and not _PRIVATE.sub("", cells[-1]).strip():
            cells = cells[:-1]
        self._close("table")
        made = ("<br>".join(map(self._styled, cell.strip("\n").split("\n"))) for cell in cells)
        self._out.append("<tr>" + "".join(f"<td>{one}</td>" for one in made) + "</tr>")

    def _close(self, opens: str) -> None:
        """Ends the list or table that is open, unless it goes on, and begins another."""
        if self._open != opens:
            self._out.append((f"</{self._open}>" if self._open else "") + (f"<{opens}>" if opens else ""))
            self._open = opens

    def _styled(self, words: str) -> str:
        made: list[str] = []
        for piece in _STYLES.split(words):
            if _STYLES.fullmatch(piece):
                self._flags = ord(piece) - STYLE
            elif piece:
                tags = [tag for flag, tag in _TAGS if self._flags & flag and piece.strip()]
                opened = "".join(f"<{tag}>" for tag in tags)
                closed = "".join(f"</{tag}>" for tag in reversed(tags))
                made.append(f"{opened}{_plain(piece)}{closed}")
        return "".join(made)


def _plain(words: str) -> str:
    noted = words.replace(chr(NOTE), " [").replace(chr(NOTE_END), "]")
    spaced = escape(_PRIVATE.sub("", noted)).replace("\t", "\u2003").replace("  ", " \u00a0")
    return spaced


def _last(words: str, flags: int) -> int:
    """How what follows is set."""
    found = _STYLES.findall(words)
    return ord(found[-1]) - STYLE if found else flags

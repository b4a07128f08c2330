"""The words of clean markup as plain values: paragraphs, headings, lists and tables, as they nest. For the PDF."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

Block = dict[str, Any]

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STYLES = {"b": "b", "strong": "b", "em": "i", "i": "i", "cite": "i"}
_APART = frozenset(
    {
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "blockquote",
        "dl",
        "dt",
        "dd",
        "pre",
        "figure",
        "main",
    }
    | {"figcaption", "address", "hr"}
)
MOST_SPAN = 60


def blocks_of(html: str) -> list[Block]:
    """What the markup says, every word of it.

    Returns:
        `{"k": "p" | "h", "r": runs}`, where a run is words and "", "b" or "i"; `{"k": "ul" | "ol", "i": items}`, each a
        list of blocks; `{"k": "t", …}` with `head` and `rows` of cells (`s`: how many columns, `b`: blocks).
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.finished()


def paragraphs(text: str) -> list[Block]:
    """Text as typed: its lines stay lines."""
    return [{"k": "p", "r": [[part.strip("\n"), ""]]} for part in text.split("\n\n") if part.strip()]


class _Level:
    """What is being filled: blocks, and the runs that are no block yet."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.blocks: list[Block] = []
        self.runs: list[list[str]] = []
        self.items: list[list[Block]] = []
        self.rows: list[tuple[bool, list[Block]]] = []
        self.caption: str | None = None
        self.span = 1
        self.is_head = False

    def end_of_words(self, kind: str = "p") -> None:
        """What was said so far is a block."""
        if any(words.strip() for words, _style in self.runs):
            self.runs[0][0] = self.runs[0][0].lstrip()
            self.runs[-1][0] = self.runs[-1][0].rstrip()
            self.blocks.append({"k": kind, "r": self.runs})
        self.runs = []


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._levels = [_Level("root")]
        self._styles: list[str] = []
        self._as_typed = 0

    @property
    def _here(self) -> _Level:
        return self._levels[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _STYLES:
            self._styles.append(_STYLES[tag])
        elif tag == "br":
            self._here.runs.append(["\n", ""])
        elif tag in _HEADINGS or tag in _APART:
            self._here.end_of_words()
            self._as_typed += tag == "pre"
        elif tag in {"ul", "ol", "table"}:
            self._here.end_of_words()
            self._levels.append(_Level(tag))
        elif tag in {"li", "tr", "td", "th", "caption"}:
            self._open(tag, dict(attrs))

    def _open(self, tag: str, attrs: dict[str, str | None]) -> None:
        level = _Level(tag)
        if tag in {"td", "th"}:
            said = attrs.get("colspan") or "1"
            level.span = min(MOST_SPAN, max(1, int(said))) if said.isascii() and said.isdigit() else 1
            level.is_head = tag == "th"
        self._levels.append(level)

    def handle_endtag(self, tag: str) -> None:
        if tag in _STYLES and self._styles:
            self._styles.pop()
        elif tag in _HEADINGS:
            self._here.end_of_words("h" if self._here.kind in {"root", "li"} else "p")
        elif tag in _APART:
            self._here.end_of_words()
            self._as_typed -= tag == "pre" and self._as_typed > 0
        elif any(level.kind == tag for level in self._levels[1:]):
            while self._close() != tag:
                pass

    def handle_data(self, data: str) -> None:
        words = data if self._as_typed else " ".join(data.split())
        if not self._as_typed:
            words = (
                (" " if data[:1].isspace() else "") + words + (" " if data[-1:].isspace() and words else "")
            )
        self._here.runs.append([words, self._styles[-1] if self._styles else ""])

    def _close(self) -> str:
        """Puts what was filled last into what is around it."""
        level, outer = self._levels.pop(), self._levels[-1]
        level.end_of_words()
        match level.kind:
            case "ul" | "ol":
                outer.blocks += [
                    *level.blocks,
                    *([{"k": level.kind, "i": level.items}] if level.items else []),
                ]
            case "li" if outer.kind in {"ul", "ol"}:
                outer.items.append(level.blocks)
            case "td" | "th" if outer.kind == "tr":
                outer.blocks.append({"s": level.span, "b": level.blocks, "th": level.is_head})
            case "tr" if outer.kind == "table":
                cells = [one for one in level.blocks if "s" in one]
                outer.rows.append((bool(cells) and all(cell["th"] for cell in cells), cells))
            case "caption" if outer.kind == "table":
                outer.caption = " ".join(words for one in level.blocks for words, _style in one.get("r", ()))
            case "table":
                outer.blocks += [*level.blocks, *_table(level)]
            case _:
                outer.blocks += level.blocks
        return level.kind

    def finished(self) -> list[Block]:
        while len(self._levels) > 1:
            self._close()
        self._here.end_of_words()
        return self._here.blocks


def _table(level: _Level) -> list[Block]:
    """A table whose rows all have as many columns. Its head are the rows at its top that hold headings alone."""
    rows = [(is_head, cells) for is_head, cells in level.rows if cells]
    columns = max((sum(cell["s"] for cell in cells) for _head, cells in rows), default=0)
    if not columns:
        return []
    for _head, cells in rows:
        short = columns - sum(cell["s"] for cell in cells)
        cells += [{"s": 1, "b": [], "th": False} for _ in range(short)]
    at = next((number for number, (is_head, _cells) in enumerate(rows) if not is_head), len(rows))
    head = [cells for _is_head, cells in rows[:at]] if at < len(rows) else []
    body = [cells for _is_head, cells in rows[len(head) :]]
    return [{"k": "t", "columns": columns, "head": head, "rows": body, "caption": level.caption}]

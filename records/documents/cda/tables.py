"""Tables of a narrative, by shape: those that can fold on a phone, those that move sideways, those that hold others.

Labels of a folded row and "Left empty" are attributes, which the style sheet shows: the words of the page stay the
words of the file. Folded rows keep the roles of a table for screen readers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _now

from records.documents.cda.narrative import Narrative
from records.documents.cda.parsing import Element, local, plain
from records.documents.cda.writing import escaped, written

MANY = 5
"""Columns from which a table folds early."""
FEW = 3
"""Columns from which it folds at all."""
LONGEST_LABEL = 60

_GROUPS = {"thead": "thead", "tbody": "tbody", "tfoot": "tfoot"}
_CELLS = frozenset({"td", "th"})


@dataclass(slots=True)
class _Cell:
    """`element`: a cell, or what stands in the place of one; None for bare words, which are `words`."""

    element: Element | None
    words: str = ""
    is_head: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class _Row:
    cells: list[_Cell]

    @property
    def width(self) -> int:
        return sum(cell.columns for cell in self.cells)

    @property
    def is_heads(self) -> bool:
        return len(self.cells) > 1 and all(cell.is_head for cell in self.cells)


@dataclass(slots=True)
class _Group:
    tag: str
    rows: list[_Row] = field(default_factory=list)


def table(narrative: Narrative, element: Element) -> None:
    """A table of the document, with its captions, in the order of the file."""
    captions, groups = _read(element)
    out = narrative.out
    rows = [row for group in groups for row in group.rows]
    if not any(piece.strip() for piece in element.itertext()) and not _has_pictures(element):
        said = escaped(_now("A table of empty cells"))
        out.append(f'<p class="ours fine">{said}</p>')
        return
    shape, labels = _shape(element, groups, rows)
    name = escaped(plain(captions[0]) if captions else narrative.title)
    if shape == "moves":
        said = escaped(_now("This table is wider than the page. It moves sideways."))
        out.append(f'<p class="ours fine sideways">{said}</p>')
        region = escaped(_now("%s, a wide table: it moves sideways")) % name
        out.append(f'<div class="asis moves" tabindex="0" role="region" aria-label="{region}">')
    else:
        out.append(f'<div class="asis {shape}">')
    folds = shape != "moves"
    named = f' aria-label="{name}"' if name and not captions else ""
    out.append(f'<table role="table"{named}>' if folds else f"<table{named}>")
    if captions:
        out.append("<caption>")
        for number, caption in enumerate(captions):
            out.append("<br>" if number else "")
            narrative.within(caption)
        out.append("</caption>")
    for group in groups:
        _group(narrative, group, labels, folds)
    out.append("</table></div>")


def _has_pictures(element: Element) -> bool:
    return next(element.iter("{*}renderMultiMedia"), None) is not None


# ---------------------------------------------------------------- reading


def _read(element: Element) -> tuple[list[Element], list[_Group]]:
    """Captions, and groups of rows as they come; bare words between them stand in a row of their own."""
    captions: list[Element] = []
    groups: list[_Group] = []

    def add(row: _Row, tag: str = "tbody", *, anew: bool = False) -> None:
        if anew or not groups or groups[-1].tag != tag:
            groups.append(_Group(tag))
        groups[-1].rows.append(row)

    def loose(words: str | None) -> None:
        if words and words.strip():
            add(_Row([_Cell(None, words)]))

    loose(element.text)
    for child in element:
        name = local(child)
        if name == "caption" and not groups:
            captions.append(child)
        elif name in _GROUPS:
            group = _Group(_GROUPS[name], _rows(child))
            if group.rows:
                groups.append(group)
        elif name == "tr":
            add(_Row(_cells(child)))
        elif name and (name not in {"col", "colgroup"} or plain(child)):
            add(_Row([_Cell(child, is_head=name == "th")]))
        loose(child.tail)
    _promote(groups)
    return captions, groups


def _rows(group: Element) -> list[_Row]:
    rows: list[_Row] = []
    if group.text and group.text.strip():
        rows.append(_Row([_Cell(None, group.text)]))
    for child in group:
        if local(child) == "tr":
            rows.append(_Row(_cells(child)))
        elif local(child):
            rows.append(_Row([_Cell(child)]))
        if child.tail and child.tail.strip():
            rows.append(_Row([_Cell(None, child.tail)]))
    return [row for row in rows if row.cells]


def _cells(row: Element) -> list[_Cell]:
    cells: list[_Cell] = []
    if row.text and row.text.strip():
        cells.append(_Cell(None, row.text))
    for child in row:
        name = local(child)
        if name in _CELLS:
            cells.append(_Cell(child, "", name == "th", _span(child, "colspan"), _span(child, "rowspan")))
        elif name:
            cells.append(_Cell(child))
        if child.tail and child.tail.strip():
            cells.append(_Cell(None, child.tail))
    return cells


def _span(cell: Element, name: str) -> int:
    value = cell.get(name)
    if value is None:
        return 1
    value = value.strip()
    return min(int(value), 100) if value.isascii() and value.isdigit() and int(value[:4]) > 0 else 1


def _promote(groups: list[_Group]) -> None:
    """A first row of heads alone is the table's head, where it has no other."""
    if any(group.tag == "thead" for group in groups) or not groups:
        return
    at = next((number for number, group in enumerate(groups) if group.tag == "tbody"), None)
    if at is None or not groups[at].rows[0].is_heads or len(groups[at].rows) < 2:
        return
    head = _Group("thead", [groups[at].rows.pop(0)])
    groups.insert(at, head)


# ---------------------------------------------------------------- shape


def _shape(element: Element, groups: list[_Group], rows: list[_Row]) -> tuple[str, list[str]]:
    """How the table is laid out, and the label of each column; no labels where rows cannot fold."""
    labels = _labels(groups)
    nested = element.iter("{*}table")
    next(nested)
    if next(nested, None) is not None:
        return "nests", labels
    width = max((row.width for row in rows), default=0)
    body = [row for group in groups if group.tag != "thead" for row in group.rows]
    joins = any(
        cell.rows > 1 or (cell.columns > 1 and len(row.cells) > 1) for row in body for cell in row.cells
    )
    can_fold = (
        bool(labels) and not joins and all(row.width <= len(labels) or len(row.cells) == 1 for row in body)
    )
    if can_fold and width >= FEW:
        return ("many" if width >= MANY else "few"), labels
    return ("moves" if width >= FEW + 1 else "plain"), []


def _labels(groups: list[_Group]) -> list[str]:
    """What each column is called, of a head without joined cells; empty where that cannot be said."""
    heads = [row for group in groups if group.tag == "thead" for row in group.rows]
    heads = [row for row in heads if len(row.cells) > 1] or heads
    if not heads or any(cell.columns > 1 or cell.rows > 1 for row in heads for cell in row.cells):
        return []
    if len({len(row.cells) for row in heads}) > 1:
        return []
    columns = zip(*(row.cells for row in heads), strict=True)
    return [" ".join(filter(None, map(_words, column)))[:LONGEST_LABEL] for column in columns]


def _words(cell: _Cell) -> str:
    return plain(cell.element) if cell.element is not None else " ".join(cell.words.split())


# ---------------------------------------------------------------- writing


def _group(narrative: Narrative, group: _Group, labels: list[str], folds: bool) -> None:
    out = narrative.out
    role = ' role="rowgroup"' if folds else ""
    row_role = ' role="row"' if folds else ""
    attributes = [f' data-label="{escaped(label)}"' if label else "" for label in labels]
    is_head = group.tag == "thead"
    empty = escaped(_now("Left empty"))
    left_empty = f' data-empty="{empty}"'
    plain_cell = ("td", ' role="cell"' if folds else "")
    out.append(f"<{group.tag}{role}>")
    for row in group.rows:
        out.append(f"<tr{row_role}>")
        column = 0
        for number, cell in enumerate(row.cells):
            label = ""
            if not is_head and number and column < len(attributes):
                label = attributes[column]
            head = _head_of(cell, row, number, is_head, folds) if is_head or cell.is_head else plain_cell
            _cell(narrative, cell, head, label, left_empty if label else "")
            column += cell.columns
        out.append("</tr>")
    out.append(f"</{group.tag}>")


def _head_of(cell: _Cell, row: _Row, number: int, in_head: bool, folds: bool) -> tuple[str, str]:
    """The tag of a cell and what says of which cells it is the head."""
    if in_head or (cell.is_head and row.is_heads):
        scope = "colgroup" if cell.columns > 1 else "col"
        return "th", f' scope="{scope}"' + (' role="columnheader"' if folds else "")
    if cell.is_head and number == 0:
        return "th", ' scope="row"' + (' role="rowheader"' if folds else "")
    return "td", ' role="cell"' if folds else ""


def _cell(narrative: Narrative, cell: _Cell, head: tuple[str, str], label: str, left_empty: str) -> None:
    out = narrative.out
    tag, attributes = head
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    if cell.rows > 1:
        spans += f' rowspan="{cell.rows}"'
    element = cell.element
    if element is not None and not len(element) and local(element) in _CELLS:  # most of them
        narrative.count()
        words = written(element.text) if element.text else ""
        if words.strip():
            out.append(f"<{tag}{attributes}{spans}{label}>{words}</{tag}>")
        else:
            out.append(f"<{tag}{attributes}{spans}{label}{left_empty}></{tag}>")
        return
    at = len(out)
    out.append("")
    if element is None:
        out.append(written(cell.words))
    elif local(element) in _CELLS:
        narrative.count()
        narrative.within(element)
    else:
        narrative.one(element)
    is_empty = not any(map(str.strip, out[at + 1 :]))
    if is_empty:
        del out[at + 1 :]
    out[at] = f"<{tag}{attributes}{spans}{label}{left_empty if is_empty else ''}>"
    out.append(f"</{tag}>")

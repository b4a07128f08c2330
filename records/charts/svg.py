"""A chart written as SVG. By hand and not by a template: a drawing has hundreds of elements, each a few letters.

On a page a style sheet gives the classes their looks, in light and dark, forced colors and print. For paper the same
drawing carries them itself, as attributes: `on_paper`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from records.charts.shapes import WIDTH, Chart, Mark, Panel, at

SHAPES = {
    "up": '<path class="bound" d="M-5 0 0-7 5 0M0-7V6"/>',
    "down": '<path class="bound" d="M-5 0 0 7 5 0M0 7V-6"/>',
}
"""Shapes about their place, drawn by a move to it."""

DIAMOND = "M{x} {top}l5.4 5.4-5.4 5.4-5.4-5.4z"


def svg(chart: Chart) -> SafeString:
    """The drawing. All words of the record in it are escaped here."""
    return mark_safe("".join(_parts(chart)))  # noqa: S308  (numbers of ours, and words that are escaped one by one)


def _parts(chart: Chart) -> Iterator[str]:
    yield f'<svg viewBox="0 0 {WIDTH} {at(chart.height)}" role="img" aria-label="{escape(chart.label)}">'
    left, right = at(chart.left), at(chart.right)
    for panel in chart.panels:
        yield from _behind(panel, left, right)
    axis = at(chart.axis_y)
    yield f'<path class="axis" d="M{left} {axis}H{right}"/>'
    for tick in chart.times:
        yield f'<path class="axis" d="M{tick.at} {axis}v4"/>{_text(tick.at, axis, tick.words, "1.35em", "middle")}'
        if tick.below:
            yield _text(tick.at, axis, tick.below, "2.5em", "middle")
    for rule in chart.rules:
        yield from _rule(rule.at, rule.words, rule.below, chart)
    for panel in chart.panels:
        yield from _front(panel, left, len(chart.marks))
    for event in chart.events:
        yield f'<path class="tick" d="M{event.x} {axis}v-9"><title>{escape(event.words)}</title></path>'
    yield "</svg>"


def _behind(panel: Panel, left: str, right: str) -> Iterator[str]:
    for band in panel.bands:
        if band.is_tinted:
            yield f'<rect class="within" x="{band.x}" y="{band.y}" width="{band.width}" height="{band.height}"/>'
        end = at(float(band.x) + float(band.width))
        for y in band.edges:
            yield f'<path class="edge" d="M{band.x} {y}H{end}"/>'
    for name in panel.names:
        yield _name(name.y, name.words, name.lines)
    for tick in panel.values:
        yield f'<path class="grid" d="M{left} {tick.at}H{right}"/>'
        if tick.words:
            yield _text(left, tick.at, tick.words, "0.35em", "end", "-7")
    if panel.is_cut:
        yield f'<path class="axis" d="M{left} {at(panel.bottom)}v-4l-4-3 8-4-4-3v-4"/>'
    if panel.title:
        yield f'<text class="head-of" x="0" y="{at(panel.top)}" dy="-1.1em">{escape(panel.title)}</text>'
    for curve in panel.curves:
        middle = " mid" if curve.is_middle else ""
        yield f'<polyline class="curve{middle}" points="{curve.points}"/>'
        if curve.words:
            yield _text(curve.x, curve.y, curve.words, "0.35em", "start", "5")


def _front(panel: Panel, left: str, count: int) -> Iterator[str]:
    for one in panel.stretches:
        yield (
            f'<rect class="spread" x="{one.x}" y="{one.y}" width="{one.width}" height="{one.height}">'
            f"<title>{escape(one.words)}</title></rect>"
        )
    for points in panel.solid:
        yield f'<polyline class="trace" points="{points}"/>'
    for points in panel.dashed:
        yield f'<polyline class="missing" points="{points}"/>'
    radius = "3.4" if count <= 30 else "3" if count <= 100 else "2"
    for mark in panel.marks:
        yield _mark(mark, radius)
    for label in panel.labels:
        place = f'x="{label.x}" y="{label.y}" text-anchor="{label.anchor}"'
        yield f'<text class="named" {place}>{escape(label.words)}</text>'
    for label in panel.beside:
        yield (
            f'<text class="band-name" x="{label.x}" y="{label.y}" dy="0.35em" text-anchor="{label.anchor}">'
            f"{escape(label.words)}</text>"
        )


def _mark(mark: Mark, radius: str) -> str:
    """A reading, with its words for whoever points at it."""
    x, y, title = mark.x, mark.y, f"<title>{escape(mark.words)}</title>"
    match mark.shape:
        case "dot":
            return f'<circle class="point" cx="{x}" cy="{y}" r="{radius}">{title}</circle>'
        case "changed":
            ring = f'<circle class="ring" cx="{x}" cy="{y}" r="5.2"/>'
            return f'{ring}<circle class="point" cx="{x}" cy="{y}" r="2.2">{title}</circle>'
        case "unsure":
            return f'<circle class="ring unsure" cx="{x}" cy="{y}" r="4.2">{title}</circle>'
        case "diamond":
            shape = DIAMOND.format(x=x, top=at(float(y) - 5.4))
            return f'<path class="outside" d="{shape}">{title}</path>'
    stem = f'<path class="stem" d="M0 {mark.stem}V0"/>' if mark.stem else ""
    return f'<g transform="translate({x} {y})">{title}{stem}{SHAPES[mark.shape]}</g>'


def _text(x: str, y: str, words: str, dy: str, anchor: str, dx: str = "") -> str:
    moved = f' dx="{dx}"' if dx else ""
    return f'<text x="{x}" y="{y}"{moved} dy="{dy}" text-anchor="{anchor}">{escape(words)}</text>'


def _name(y: str, words: str, lines: tuple[str, ...]) -> str:
    if len(lines) == 1:
        return f'<text class="band-name" x="4" y="{y}" dy="0.35em">{escape(words)}</text>'
    both = "".join(
        f'<tspan x="4" dy="{dy}">{escape(line)}</tspan>'
        for line, dy in zip(lines, ("-0.1em", "0.95em"), strict=True)
    )
    wide = f'<text class="band-name roomy" x="4" y="{y}" dy="0.35em">{escape(words)}</text>'
    return f'{wide}<text class="band-name narrow" x="4" y="{y}">{both}</text>'


def _rule(x: str, before: str, after: str, chart: Chart) -> Iterator[str]:
    top, bottom = at(chart.panels[0].top - 12), at(chart.axis_y)
    yield f'<path class="change" d="M{x} {top}V{bottom}"/>'
    yield _text(x, top, before, "0.7em", "end", "-5")
    yield _text(x, top, after, "0.7em", "start", "5")


# ---------------------------------------------------------------- paper

LOOKS = {
    "within": 'fill="#e4e4e4"',
    "spread": 'fill="#bbb"',
    "edge": 'fill="none" stroke="#666" stroke-width="0.7"',
    "grid": 'fill="none" stroke="#ccc" stroke-width="0.5"',
    "axis": 'fill="none" stroke="#333" stroke-width="0.7"',
    "change": 'fill="none" stroke="#333" stroke-width="0.7"',
    "curve": 'fill="none" stroke="#777" stroke-width="0.6"',
    "curve mid": 'fill="none" stroke="#777" stroke-width="1.1"',
    "trace": 'fill="none" stroke="#000" stroke-width="1.3"',
    "missing": 'fill="none" stroke="#333" stroke-width="1" stroke-dasharray="4 4"',
    "stem": 'fill="none" stroke="#000" stroke-width="1" stroke-dasharray="2 3"',
    "tick": 'fill="none" stroke="#000" stroke-width="1.4"',
    "point": 'fill="#000"',
    "ring": 'fill="#fff" stroke="#000" stroke-width="1"',
    "ring unsure": 'fill="#fff" stroke="#000" stroke-width="1" stroke-dasharray="2 2"',
    "outside": 'fill="#fff" stroke="#000" stroke-width="1.4"',
    "bound": 'fill="none" stroke="#000" stroke-width="1.4"',
    "named": 'fill="#000" font-weight="bold"',
    "head-of": 'fill="#000"',
    "band-name": 'fill="#000"',
    "band-name roomy": 'fill="#000"',
}
"""What the style sheet says of each class, for a sheet of paper."""

_CLASS = re.compile(r'class="([a-z -]+)"')
_NARROW = re.compile(r'<text class="band-name narrow".*?</text>')


def on_paper(chart: Chart) -> SafeString:
    """The drawing as a file of its own. Times to point at are left out: nobody points at paper."""
    drawn = _NARROW.sub("", re.sub(r"<title>.*?</title>", "", svg(chart)))
    drawn = _CLASS.sub(lambda found: LOOKS[found[1]], drawn)
    head = '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" font-size="10.5" fill="#333" '
    return mark_safe(drawn.replace("<svg ", head, 1))  # noqa: S308  (the drawing above with names of looks in the place of classes)

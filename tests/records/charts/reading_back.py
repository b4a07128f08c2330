"""A drawing read back from its SVG alone: what stands where, by the numbers that its own axes name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from xml.etree import ElementTree

from records.charts import Chart


@dataclass
class Drawn:
    """Everything of an SVG with a place: `points` and `stretches` by their words, lines, bands, texts."""

    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    stretches: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    lines: list[list[tuple[float, float]]] = field(default_factory=list)
    dashed: list[list[tuple[float, float]]] = field(default_factory=list)
    bands: list[tuple[float, float, float, float]] = field(default_factory=list)
    edges: list[float] = field(default_factory=list)
    grid: list[float] = field(default_factory=list)
    numbers: list[tuple[float, Decimal]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    size: tuple[float, float] = (0, 0)
    axis: tuple[float, float, float] = (0, 0, 0)
    labels: list[tuple[float, float, str]] = field(default_factory=list)

    def value_at(self, y: float) -> float:
        """What a height means, by the two numbers of the axis that stand farthest apart."""
        (y1, v1), (y2, v2) = min(self.numbers), max(self.numbers)
        return float(v1) + (y - y1) / (y2 - y1) * float(v2 - v1)

    def everything(self) -> list[tuple[float, float]]:
        """Every place of the drawing that is no text."""
        corners = [(x, y) for x, y, w, h in [*self.stretches.values(), *self.bands]]
        corners += [(x + w, y + h) for x, y, w, h in [*self.stretches.values(), *self.bands]]
        return [
            *self.points.values(),
            *corners,
            *(one for line in [*self.lines, *self.dashed] for one in line),
        ]


def read_back(chart: Chart) -> Drawn:
    """The SVG of a chart, parsed as a browser would."""
    root = ElementTree.fromstring(str(chart.svg))  # noqa: S314 (our own)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    found = Drawn(size=(width, height))
    for one in root.iter():
        shape, at = one.attrib.get("class", ""), one.attrib
        title = one.findtext("title") or ""
        if one.tag == "circle" and title:
            found.points[title] = float(at["cx"]), float(at["cy"])
        elif shape == "outside":
            x, y = _numbers(at["d"])[:2]
            found.points[title] = x, y + 5.4
        elif one.tag == "g":
            x, y = _numbers(at["transform"])
            found.points[title] = x, y
        elif one.tag == "rect":
            box = float(at["x"]), float(at["y"]), float(at["width"]), float(at["height"])
            if shape == "spread":
                found.stretches[title] = box
            else:
                found.bands.append(box)
        elif one.tag == "polyline":
            numbers = _numbers(at["points"])
            line = list(zip(numbers[::2], numbers[1::2], strict=True))
            (found.lines if shape == "trace" else found.dashed).append(line)
        elif shape == "edge":
            found.edges.append(_numbers(at["d"])[1])
        elif shape == "grid":
            found.grid.append(_numbers(at["d"])[1])
        elif shape == "axis" and "H" in at["d"]:
            left, y, right = _numbers(at["d"])
            found.axis = left, right, y
        elif shape == "axis" and at["d"].endswith("v4"):
            found.times.append(_numbers(at["d"])[0])
        elif one.tag == "text" and shape == "named":
            found.labels.append((float(at["x"]), float(at["y"]), one.text or ""))
        elif (
            (
                one.tag == "text"
                and re.fullmatch(r"-?\d+(\.\d+)?", one.text or "")
                and at.get("dy") == "0.35em"
            )
            and at["text-anchor"] == "end"
            and not shape
        ):
            found.numbers.append((float(at["y"]), Decimal(one.text or "")))
    return found


def _numbers(written: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", written)]

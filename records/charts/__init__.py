"""Series of readings as drawings (SVG), each beside a table that says the same. A drawing works nothing out that the
record does not say, and nothing here fetches or asks for a reading. `series_charts` is the one way in: points of one
measure (`words.points`) become charts, each with its `svg` for a page, `for_paper` as a file of its own, its table.
"""

from records.charts.drawing import Around, series_charts
from records.charts.scores import NO_SCORE, CutMark, NamedRange, Score
from records.charts.shapes import Chart
from records.charts.spark import sparkline

__all__ = [
    "NO_SCORE",
    "Around",
    "Chart",
    "CutMark",
    "NamedRange",
    "Score",
    "series_charts",
    "sparkline",
]

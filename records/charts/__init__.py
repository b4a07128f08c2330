"""Series of readings as drawings (SVG by templates), each beside a table that says the same. A drawing works nothing
out that the record does not say, and nothing here fetches or asks for a reading."""

from records.charts.drawing import series_charts
from records.charts.shapes import Chart
from records.charts.spark import sparkline

__all__ = ["Chart", "series_charts", "sparkline"]

"""Series of readings as drawings (SVG by templates), each beside a table that says the same."""

from records.charts.drawing import series_charts
from records.charts.shapes import Chart
from records.charts.spark import sparkline

__all__ = ["Chart", "series_charts", "sparkline"]

"""Who wants to see what goes out: nobody, outside a demonstration. What is seen is the request line, and never a body,
a header field or an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seen:
    """One exchange: `status` is 0 where no answer came, `seconds` those until its head was there, `page_id` the short
    number of the page that it was for, or empty."""

    method: str
    url: str
    status: int
    seconds: float
    page_id: str


listeners: list[Callable[[Seen], None]] = []

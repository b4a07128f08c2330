"""The look that every journey takes at a page sees what is wrong with one."""

from __future__ import annotations

import re

import pytest

from tests.journeys.reader import Reader

pytestmark = pytest.mark.journey

PAGE = "<!doctype html><html lang=en><title>Page</title><main><h1>Page</h1>{}</main>"


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("<img src='data:,'>", "image-alt"),
        ("<div style='width: 360px'>x</div>", "320px: scrolls sideways"),
        (
            "<p style='color: light-dark(black, #222); background: light-dark(white, black)'>Words</p>",
            "dark: color-contrast",
        ),
        ("<details><summary>More</summary><button></button></details>", "button-name"),
    ],
)
def test_a_page_with_a_defect_is_seen_through(reader: Reader, part: str, says: str) -> None:
    head = (
        "<meta name=viewport content='width=device-width'><style>:root { color-scheme: light dark }</style>"
    )
    reader.page.set_content(PAGE.format(head + part))

    with pytest.raises(AssertionError, match=re.escape(says)):
        reader.look()
    reader.complaints.clear()


def test_a_dialog_an_error_and_a_stranger_are_noticed(reader: Reader) -> None:
    reader.page.set_content("<script>alert('hello'); undefined.nothing;</script>")
    reader.page.evaluate("fetch('https://stranger.invalid/').catch(() => null)")

    found = " | ".join(reader.complaints)
    reader.complaints.clear()

    assert "dialog: hello" in found
    assert "script: " in found
    assert "request to a stranger: https://stranger.invalid/" in found

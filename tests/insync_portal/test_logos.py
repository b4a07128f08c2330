"""An agency's logo: a picture is drawn anew, and of an SVG only shapes are left."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from insync_portal import logos

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SVG = f'<svg {NAMES} viewBox="0 0 9 9"{{0}}>{{1}}</svg>'
DAMAGED = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SHAPE = '<path d="M0 0h9" fill="#123456"/>'


def cleaned(within: str = "", attributes: str = "") -> str:
    """A picture of one shape, with something hostile in it, after cleaning."""
    return logos.clean_svg(SVG.format(attributes, SHAPE + within).encode()).decode()


def test_a_picture_of_shapes_stays_what_it_is() -> None:
    text = cleaned(
        '<g transform="scale(2)"><circle cx="1" cy="1" r="1" clip-path="url(#a)"/></g><text x="1">Harbor</text>'
    )

    for part in (
        'd="M0 0h9"',
        'fill="#123456"',
        'transform="scale(2)"',
        "<circle",
        'clip-path="url(#a)"',
        ">Harbor</text>",
    ):
        assert part in text


@pytest.mark.parametrize(
    "within",
    [
        "<script>canary()</script>",
        "<style>@import url(https://canary.example/)</style>",
        '<image href="https://canary.example/x.png"/>',
        '<use href="https://canary.example/#x"/>',
        '<a href="javascript:canary()"><path d="M1 1"/></a>',
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml' onload='canary()'/></foreignObject>",
        '<set attributeName="href" to="javascript:canary()"/>',
        '<animate attributeName="d" onbegin="canary()"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">canary()</x:script>',
        '<path d="M1 1" onclick="canary()"/>',
        '<path d="M1 1" style="background:url(https://canary.example/)"/>',
        '<path d="M1 1" fill="url(https://canary.example/#a)"/>',
        '<path d="M1 1" fill="url( \'https://canary.example/#a\')"/>',
        '<path d="M1 1" mask="url(//canary.example/#a)"/>',
        '<path d="M1 1" filter="url(#canary)"/>',
        "<!-- canary --><?canary x?>",
        '<path d="M1 1" xlink:href="https://canary.example/"/>',
    ],
)
def test_nothing_is_left_that_acts_or_leads_elsewhere(within: str) -> None:
    assert "canary" not in cleaned(within)


def test_the_picture_itself_has_no_events_either() -> None:
    assert "canary" not in cleaned(attributes=' onload="canary()" style="x:url(canary)"')


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg",
        b"<html/>",
        b"<svg/>",
        SVG.format("", "<script/>").encode(),
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("", "<text>&a;</text>").encode(),
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + SVG.format("", "<text>&a;</text>").encode(),
    ],
)
def test_what_is_no_picture_of_shapes_is_refused(content: bytes) -> None:
    with pytest.raises(logos.Unusable):
        logos.clean_svg(content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_photograph_is_drawn_anew_small_and_without_what_it_carried(tmp_path: Path, kind: str) -> None:
    picture = Image.new("RGB", (1200, 900), "teal")
    out = io.BytesIO()
    picture.save(out, kind, comment=b"canary", exif=b"Exif\0\0canary")
    path = tmp_path / "logo.any"
    path.write_bytes(out.getvalue() + b"canary<script>")

    content, media_type = logos.read(path)

    assert media_type == "image/png"
    assert b"canary" not in content
    with Image.open(io.BytesIO(content)) as drawn:
        assert drawn.height <= logos.TALLEST


@pytest.mark.parametrize("content", [b"", b"GIF89a", DAMAGED, b"%PDF-1.7", b"0" * (logos.MOST_BYTES + 1)])
def test_what_is_no_picture_or_too_large_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(content)

    with pytest.raises(logos.Unusable):
        logos.read(path)

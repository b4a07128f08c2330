"""Files whose readers are not trusted with the worker: run in a process of its own, under limits, by `apart.py`.

Takes what is to be made as its argument and the file's bytes on standard input; gives a line of JSON and then bytes on
standard output. Knows nothing of Django or of the rest of the portal.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MEGABYTE = 1024 * 1024
MOST_MEMORY = 768 * MEGABYTE
MOST_SECONDS = 10
MOST_MADE = 24 * MEGABYTE
MOST_UNPACKED = 64 * MEGABYTE
MOST_PAGES = 60
MOST_PIXELS = 40_000_000
"""Of one page: a sheet of A3 at 400 dots an inch has 31 million."""
WIDEST = 1800
"""Pixels across, as pages are handed on."""


class Bad(Exception):
    """Why a file cannot be made anything of: "damaged", "password", "large" or "old"."""


def limited() -> None:
    """No more memory or time than this, and no files written."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def word(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """A Word document as a web page, its pictures left out and counted."""
    import mammoth

    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Bad("password" if "EncryptedPackage".encode("utf-16-le") in content else "old")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as held:
            if sum(one.file_size for one in held.infolist()) > MOST_UNPACKED:
                raise Bad("large")
            if any(one.flag_bits & 1 for one in held.infolist()):
                raise Bad("password")
            if "word/document.xml" not in held.namelist():
                raise Bad("old")
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Bad("damaged") from None
    pictures = 0

    def left_out(_image: Any) -> dict[str, str]:
        nonlocal pictures
        pictures += 1
        return {}

    made = mammoth.convert_to_html(
        io.BytesIO(content),
        convert_image=mammoth.images.img_element(left_out),
        include_embedded_style_map=False,
    )
    return {"pictures": pictures}, [made.value.encode()]


def rtf(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Rich text as a web page, its pictures left out."""
    from records.documents import rich_text

    made = rich_text.page(content.decode("latin-1"))
    return {"pictures": int(b"\\pict" in content)}, [made.encode("utf-8", "replace")]


def tiff(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The pages of a scan as PNG, each no wider than a screen needs."""
    from PIL import Image, ImageSequence

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS

    def pages() -> Iterator[bytes]:
        with Image.open(io.BytesIO(content), formats=("TIFF",)) as image:
            for number, page in enumerate(ImageSequence.Iterator(image)):
                if number >= MOST_PAGES:
                    return
                if page.width * page.height > MOST_PIXELS:
                    raise Bad("large")
                yield _page(page)

    def _page(page: Any) -> bytes:
        plain = page.convert("L" if page.mode in {"1", "L", "I;16", "I"} else "RGB")
        if plain.width > WIDEST:
            plain = plain.resize(
                (WIDEST, max(1, plain.height * WIDEST // plain.width)), Image.Resampling.LANCZOS
            )
        if page.mode == "1":
            plain = plain.quantize(16)
        out = io.BytesIO()
        plain.save(out, "PNG", optimize=False)
        return out.getvalue()

    made: list[bytes] = []
    try:
        with Image.open(io.BytesIO(content), formats=("TIFF",)) as image:
            total = int(getattr(image, "n_frames", 1))
        for one in pages():
            made.append(one)
            if sum(map(len, made)) > MOST_MADE:
                made.pop()
                break
    except Image.DecompressionBombError:
        raise Bad("large") from None
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError):
        if not made:
            raise Bad("damaged") from None
        return {"pages": len(made), "total": total, "cut": True}, made
    return {"pages": len(made), "total": total, "cut": False}, made


MAKERS: dict[str, Callable[[bytes], tuple[dict[str, Any], list[bytes]]]] = {
    "word": word,
    "rtf": rtf,
    "tiff": tiff,
}


def _make(what: str, content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    return MAKERS[what](content)


def main(make: Callable[[str, bytes], tuple[dict[str, Any], list[bytes]]] = _make) -> int:
    """Reads, makes, writes. Whatever goes wrong is a word, never a trace: a trace may quote the file."""
    limited()
    content = sys.stdin.buffer.read()
    try:
        said, made = make(sys.argv[1], content)
    except Bad as bad:
        said, made = {"bad": str(bad)}, []
    except MemoryError:
        said, made = {"bad": "large"}, []
    except BaseException:  # whatever a reader of files stumbles over
        said, made = {"bad": "damaged"}, []
    if sum(map(len, made)) > MOST_MADE:
        said, made = {"bad": "large"}, []
    said["sizes"] = [len(one) for one in made]
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + b"".join(made))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())

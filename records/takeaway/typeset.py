"""Sets one PDF in a process of its own, run by `pdf.py`: what typesetting remembers from one to the next goes with it.

Takes the page and the folders of the fonts as its arguments, the record as JSON on standard input; gives the PDF on
standard output. Knows nothing of Django or of the rest of the portal.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

MOST_MEMORY = 1024 * 1024 * 1024
"""Bytes of data of its own; beyond, it ends."""


def main() -> int:
    """Reads, sets, writes. 1 where the page cannot be set: nothing is said of why, for that may quote the record."""
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import typst

    page, *folders = sys.argv[1:]
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))
    try:
        made = typst.compile(
            Path(page).read_bytes(),
            font_paths=fonts,
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"data": sys.stdin.buffer.read().decode()},
        )
    except (typst.TypstError, MemoryError):
        return 1
    sys.stdout.buffer.write(made if isinstance(made, bytes) else b"")
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

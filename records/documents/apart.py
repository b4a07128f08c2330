"""Word, rich text and scans, and C-CDA documents and web pages of unusual size: made readable in a process of its own,
under limits of time and memory, two at a time.

What was made is kept for a few minutes, as what was fetched is: a scan's page asks for its pictures one by one.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from records.documents.shown import Around

log = logging.getLogger("records.documents.apart")

CHILD = Path(__file__).with_name("child.py")
BEYOND = Path(__file__).with_name("beyond_child.py")
OF_OURS = frozenset({"c-cda", "html"})
"""What is made by our own code, which the worker runs for files of a usual size."""
AT_ONCE = 2
"""Children of one worker."""
PATIENCE = 12
"""Seconds until one of them is free; and so many again until it is done."""
MOST_BYTES = 32 * 1024 * 1024
MOST_KEPT = 8 * 1024 * 1024
_FREE = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a file. `bad`: why nothing did: "damaged", "password", "large", "old", "slow" or "busy"."""

    pieces: tuple[bytes, ...] = ()
    bad: str = ""
    said: dict[str, Any] = field(default_factory=dict)


class Later(Exception):
    """It has to be made first, which the page that asks does not wait for."""


def make(what: str, content: bytes, around: Around, told: bytes = b"") -> Made:
    """What a child makes of a file. Whatever the file is, it raises nothing but Later.

    Args:
        what: "word", "rtf" or "tiff"; "c-cda" or "html", of those too large for the worker.
        told: what the child has to know besides, a line of JSON. Nothing of it stands in its arguments, which others
            on the machine may see.

    Raises:
        Later: it was not made before, and `around` does not wait.
    """
    keep = around.keep
    if len(content) > MOST_BYTES:
        return Made(bad="large")
    digest = hashlib.sha256(told + b"\n" + content).hexdigest()
    name = keep.name("made of a file", what, digest) if keep else ""
    kept = keep.load(name) if keep else None
    if kept is not None:
        return _parted(kept)
    if not around.waits:
        raise Later
    if not _FREE.acquire(timeout=PATIENCE):
        return Made(bad="busy")
    try:
        answer = _ask(what, told + b"\n" + content if told else content)
    finally:
        _FREE.release()
    if answer is None:
        return Made(bad="slow")
    made = _parted(answer)
    if keep and len(answer) <= MOST_KEPT:
        keep.store(name, answer)
    return made


def _ask(what: str, content: bytes) -> bytes | None:
    """The child's answer; None where it took too long."""
    # -I: neither this folder nor the environment leads the child anywhere; it is given no secrets.
    command = [sys.executable, "-I", str(BEYOND if what in OF_OURS else CHILD), what]
    environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  (our own program; the file goes in as bytes)
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        log.warning("a %s file took too long and was given up", what)
        return None
    if done.returncode == -signal.SIGXCPU:
        log.warning("a %s file took too long and was given up", what)
        return None
    if not done.stdout:
        log.warning("a %s file ended its reader: %s", what, done.returncode)
        return b'{"bad": "damaged", "sizes": []}\n'
    return done.stdout


def _parted(answer: bytes) -> Made:
    line, _, rest = answer.partition(b"\n")
    try:
        said = json.loads(line)
        sizes = [int(size) for size in said["sizes"]]
    except (ValueError, KeyError, TypeError):
        return Made(bad="damaged")
    pieces, at = [], 0
    for size in sizes:
        pieces.append(rest[at : at + size])
        at += size
    return Made(tuple(pieces), str(said.get("bad", "")), said)

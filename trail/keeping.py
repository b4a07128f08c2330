"""Where the trail is kept: as lines on standard output or in a file, or as a table."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.utils import timezone

from trail.entries import Entry
from trail.models import TrailEntry

STANDARD_OUTPUT, STANDARD_ERROR = 1, 2

AT_ONCE = 5_000
"""Rows that are taken away in one statement: a table of years is not locked for minutes."""


class NotKept(Exception):
    """An entry could not be written. The text says why, and nothing of the entry."""


class File:
    """A file that lines are added to. Another one under its name (logrotate) is taken at the next line."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self._lock = threading.Lock()
        self._open: int | None = None
        self._is_torn = False

    def write(self, line: str) -> None:
        """Add a line, whole.

        Raises:
            OSError: the disk is full, the folder gone, or the like.
        """
        with self._lock:
            descriptor = self._descriptor()
            # What a full disk cut off is no part of the next line.
            text = ("\n" if self._is_torn else "") + line
            written = os.write(descriptor, text.encode("ascii"))
            self._is_torn = written < len(text) and (written > 0 or self._is_torn)
            if written < len(text):
                raise OSError(28, "No space left on device")

    def _descriptor(self) -> int:
        if self._open is not None:
            here = os.fstat(self._open)
            with suppress(FileNotFoundError):
                there = self.path.stat()
                if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
                    return self._open
            os.close(self._open)
            self._open = None
        self._open = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._open


_files: dict[str, File] = {}


def keep(entry: Entry) -> None:
    """Write an entry to where the trail is kept.

    Raises:
        NotKept: it is not there.
    """
    try:
        if settings.TRAIL == "table":
            TrailEntry(**entry.fields()).save(force_insert=True)
        elif settings.TRAIL_FILE:
            _files.setdefault(settings.TRAIL_FILE, File(settings.TRAIL_FILE)).write(entry.line())
        else:
            put(STANDARD_OUTPUT, entry.line())
    except (OSError, DatabaseTrouble) as error:
        raise NotKept(type(error).__name__) from error


def put(descriptor: int, line: str) -> None:
    """Write a line to an open stream in one go, so that lines of several processes do not mix.

    Raises:
        OSError: nobody reads it, or the disk behind it is full.
    """
    data = line.encode("ascii")
    while data:
        data = data[os.write(descriptor, data) :]


def forget_old() -> int:
    """Take away rows older than TRAIL_DAYS, so many at once. Returns how many went."""
    before = timezone.now() - timedelta(days=settings.TRAIL_DAYS)
    old = TrailEntry.objects.filter(at__lt=before).order_by("at").values("pk")[:AT_ONCE]
    gone, _ = TrailEntry.objects.filter(pk__in=[row["pk"] for row in old]).delete()
    return gone

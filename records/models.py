"""The one table of a record's pages: when a reader was last here, so that what came since can be marked."""

from __future__ import annotations

from django.db import models


class Visit(models.Model):
    """One reader of one record. Nobody can tell from a row who that is, or whose record.

    `reader` is a keyed hash (`Access.reader_key`). `began` is when the latest visit began, `before` when the one
    before it did; null where there was none.
    """

    reader = models.CharField("keyed hash of reader and record", max_length=64, primary_key=True)
    began = models.DateTimeField(db_index=True)
    before = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.reader[:8]

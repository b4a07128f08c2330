"""The trail as a table, for those who set TRAIL=table."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models


class OnlyAddedTo(Exception):
    """Somebody tried to change what was written."""


class TrailEntry(models.Model):
    """One entry, as `trail.entries.Entry` has it. Rows are added, and taken away when they are too old; a trigger of
    the database refuses to change one."""

    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=20)
    agency = models.CharField(max_length=80, blank=True)
    key = models.CharField(max_length=8, blank=True)
    patient = models.CharField(max_length=20, blank=True)
    reader = models.CharField(max_length=20, blank=True)
    relation = models.CharField(max_length=20, blank=True)
    access = models.CharField(max_length=40, blank=True)
    page = models.CharField(max_length=40, blank=True)
    section = models.CharField(max_length=80, blank=True)
    entry = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=80, blank=True)
    request = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["patient", "at"], name="trail_patient"),
            models.Index(fields=["reader", "at"], name="trail_reader"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ} {self.event}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add it."""
        if self.pk is not None:
            self._refuse()
        super().save(*args, **kwargs)

    def _refuse(self) -> NoReturn:
        raise OnlyAddedTo

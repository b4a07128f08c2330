"""The application of the audit trail."""

from __future__ import annotations

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """Has the table, for those who keep the trail in one."""

    name = "trail"

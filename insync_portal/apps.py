"""The application that puts the parts together."""

from __future__ import annotations

from django.apps import AppConfig


class InsyncPortalConfig(AppConfig):
    """Registers the deployment checks once Django is set up."""

    name = "insync_portal"

    def ready(self) -> None:
        from insync_portal import checks  # noqa: F401  (importing registers them)

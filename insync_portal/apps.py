"""The application that puts the parts together."""

from __future__ import annotations

from django.apps import AppConfig


class InsyncPortalConfig(AppConfig):
    """Registers the deployment checks and the network's own certificate authorities once Django is set up."""

    name = "insync_portal"

    def ready(self) -> None:
        from django.conf import settings

        from insync_portal import checks  # noqa: F401  (importing registers them)
        from upstream import tls

        tls.believe(settings.INSYNC_CA_FILE)

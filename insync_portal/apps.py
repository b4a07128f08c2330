"""The application that puts the parts together."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class InsyncPortalConfig(AppConfig):
    """Registers the deployment checks and the network's own certificate authorities once Django is set up."""

    name = "insync_portal"

    def ready(self) -> None:
        from insync_portal import (
            agencies_file,
            checks,  # noqa: F401  (importing registers them)
        )
        from records.kinds import KINDS
        from upstream import tls

        agencies_file.sections_exist(settings.AGENCIES, KINDS)
        tls.believe(settings.INSYNC_CA_FILE)
        if settings.IS_DEMO:
            from insync_portal import behind

            behind.listen()

        if settings.SEARCH_WORDS_FILE is not None:
            from records.words.vocabulary import vocabulary

            try:
                vocabulary(settings.SEARCH_WORDS_FILE)
            except (ValueError, OSError) as mistake:
                raise ImproperlyConfigured(f"SEARCH_WORDS_FILE cannot be read: {mistake}.") from None

        if settings.METRICS_PORT:
            from insync_portal import metrics
            from trail import writing
            from upstream import meter

            meter.listen(metrics.Sums())
            writing.heard[:] = [metrics.heard]

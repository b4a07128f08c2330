"""The app of a record's pages."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Empties what was kept of an access as soon as it is over."""

    name = "records"

    def ready(self) -> None:
        """Listens for the end of accesses."""
        from records.fetching.cache import forget_access
        from smart_auth.access import access_ended

        def empty(*, cache_id: str, **_signal: Any) -> None:
            if cache_id:
                forget_access(cache_id)

        access_ended.connect(empty, weak=False, dispatch_uid="records.fetching.cache")

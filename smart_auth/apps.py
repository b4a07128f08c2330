"""The application's start."""

from __future__ import annotations

import logging
from typing import Any

from django.apps import AppConfig
from django.core.signals import request_finished
from django.utils import timezone


class SmartAuthConfig(AppConfig):
    """From "sign in" to an Access."""

    name = "smart_auth"

    def ready(self) -> None:
        """Hold Authlib's logger at WARNING whatever LOG_LEVEL says: at DEBUG it prints the code_verifier."""
        logging.getLogger("authlib").setLevel(logging.WARNING)
        request_finished.connect(_by_the_portals_clock)


def _by_the_portals_clock(**_sent: Any) -> None:
    """The next request of this thread begins without the clock of an agency (`Agency.tell_times`)."""
    timezone.deactivate()

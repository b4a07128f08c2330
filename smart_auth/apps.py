"""The application's start."""

from __future__ import annotations

import logging

from django.apps import AppConfig


class SmartAuthConfig(AppConfig):
    """From "sign in" to an Access."""

    name = "smart_auth"

    def ready(self) -> None:
        """Hold Authlib's logger at WARNING whatever LOG_LEVEL says: at DEBUG it prints the code_verifier."""
        logging.getLogger("authlib").setLevel(logging.WARNING)

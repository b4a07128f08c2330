"""`manage.py client_keys`: the keys with which the portal says who it is (`private_key_jwt`), made and rotated."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from smart_auth import client_keys


class Command(BaseCommand):
    """Writes INSYNC_CLIENT_KEYS_FILE. Nothing private is printed."""

    help = (
        "Makes, rotates and lists the signing keys in INSYNC_CLIENT_KEYS_FILE. A rotation lets those sign that were"
        " published by the one before, publishes new ones for the next, and drops those that are two rotations old."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One word: what to do."""
        parser.add_argument(
            "action",
            choices=("rotate", "replace", "show"),
            help=(
                "rotate: one step, also the first. replace: new keys alone and at once, where the old ones may be in"
                " wrong hands. show: which there are."
            ),
        )

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        """Do it, and say what is there now.

        Raises:
            CommandError: no file is set, or it cannot be read or written.
        """
        path = settings.INSYNC_CLIENT_KEYS_FILE
        if not path:
            raise CommandError(
                "INSYNC_CLIENT_KEYS_FILE is not set: it names the file that the keys stand in."
            )
        try:
            keys = self._after(action, path)
        except (client_keys.Unreadable, OSError) as error:
            reason = str(error) if isinstance(error, client_keys.Unreadable) else type(error).__name__
            raise CommandError(f"The keys were not changed. {reason}") from None
        for jwk in keys:
            self.stdout.write(f"{jwk['alg']}  {jwk[client_keys.STAGE]:8}{jwk['kid']}")
        address = urljoin(settings.PORTAL_BASE_URL, reverse("smart_auth:keys"))
        self.stdout.write(f"Their public halves are at {address}")

    def _after(self, action: str, path: str) -> list[client_keys.Jwk]:
        if action == "show":
            return client_keys.load(path)
        if action == "replace":
            keys = client_keys.replaced()
        else:
            keys = client_keys.rotated(client_keys.load(path) if Path(path).exists() else [])
        client_keys.save(path, keys)
        return keys

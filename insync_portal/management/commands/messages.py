"""`manage.py messages`: bring the catalogues to what the code and the templates say today."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from insync_portal import catalogue


class Command(BaseCommand):
    """Updates insync_portal/locale/*/LC_MESSAGES/django.po and says how much waits for a translation."""

    help = "Gathers every sentence of code and templates into the catalogues, keeping their translations."

    def handle(self, *args: Any, **options: Any) -> None:
        """Update each language but English, in which the sentences themselves are written."""
        for locale, _name in settings.LANGUAGES:
            if locale != "en":
                sentences, waiting = catalogue.update(locale)
                self.stdout.write(f"{locale}: {sentences} sentences, {waiting} without a translation")

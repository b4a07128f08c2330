"""`manage.py registration_sheet`: what InSync's registration form asks for, as far as the settings know it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insync_portal.golive.sheet import sheet
from smart_auth.agencies import all_agencies, named


class Command(BaseCommand):
    """Prints the form twice, for the sandbox and for production. No secret is in it."""

    help = (
        "Prints what InSync's form for registering an app asks for, filled in from the settings, with blanks for the"
        " rest: once for the sandbox, once for production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The agency, where there are several."""
        parser.add_argument(
            "agency", nargs="?", default="", help="its name in addresses; all of them on one sheet without it"
        )

    def handle(self, *args: Any, agency: str, **options: Any) -> None:
        """Print it.

        Raises:
            CommandError: no such agency.
        """
        one = named(agency) if agency else None
        if agency and one is None:
            raise CommandError(f"There is no agency {agency} in AGENCIES_FILE.")
        self.stdout.write(sheet((one,) if one else all_agencies()))

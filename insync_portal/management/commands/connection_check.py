"""`manage.py connection_check`: what stands between the portal and a sign-in, before patients come."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insync_portal.golive import check, registered
from insync_portal.golive.lines import Line, Verdict, table
from smart_auth.agencies import all_agencies, named
from smart_auth.agency import Agency


def lines_of(agency: Agency) -> list[Line]:
    """Everything that is asked for one agency, in its order."""
    found = check.Found(agency.server)
    return [
        *check.documents(found),
        *check.endpoints(found),
        *check.statement(found),
        *registered.registered(found),
        *check.clock(found),
    ]


class Command(BaseCommand):
    """Asks the agency's servers what a sign-in will ask them, and prints what is right, wrong or unknown."""

    help = (
        "Asks what a sign-in will ask an agency's servers (names, TLS, descriptions, issuer, keys, scopes,"
        " callback, client, clock) and prints of each what was sent, what came, whether it is right, and who can mend"
        " it. Nobody signs in, and no secret is printed. The exit status is 1 where something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The agency, where there are several."""
        parser.add_argument(
            "agency", nargs="?", default="", help="its name in addresses; all of them without it"
        )

    def handle(self, *args: Any, agency: str, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: no such agency; or something is wrong.
        """
        one = named(agency) if agency else None
        if agency and one is None:
            raise CommandError(f"There is no agency {agency} in AGENCIES_FILE.")
        is_wrong = False
        for each in (one,) if one else all_agencies():
            lines = lines_of(each)
            self.stdout.write(f"\n{each.name}: {each.server.fhir_base_url}\n\n{table(lines)}")
            is_wrong |= any(line.verdict is Verdict.WRONG for line in lines)
        if is_wrong:
            raise CommandError("Something is wrong: see the lines above.")

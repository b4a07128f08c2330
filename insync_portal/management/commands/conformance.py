"""`manage.py conformance`: what the configured record server answers, before patients come."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from records.fhir.compartment import MOST_ID, is_id
from records.golive import conformance, obeyed
from smart_auth.agencies import named, only
from smart_auth.agency import Agency


class Command(BaseCommand):
    """Asks the server all that US Core makes it answer, and prints a table. No value of the record is printed."""

    help = (
        "Asks the configured record server everything that US Core 5.0.1 makes it answer, with a test patient's access"
        " token, and prints what it answers, what it refuses and how, and what that means for the reader."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The token is named, never given: arguments stand in the list of processes and in the shell's history."""
        parser.add_argument(
            "--token-env",
            default="CONFORMANCE_TOKEN",
            metavar="NAME",
            help="the environment variable that holds the access token (default: CONFORMANCE_TOKEN)",
        )
        parser.add_argument(
            "--patient", required=True, metavar="ID", help="the id of the patient whose token it is"
        )
        parser.add_argument(
            "--agency", default="", metavar="NAME", help="which agency, by its name in addresses, of several"
        )

    def _agency(self, slug: str) -> Agency:
        one = named(slug) if slug else only()
        if one is None:
            told = f"There is no agency {slug}" if slug else "--agency says which of the agencies"
            raise CommandError(f"{told} in AGENCIES_FILE.")
        return one

    def handle(self, *args: Any, token_env: str, patient: str, agency: str, **options: Any) -> None:
        """Run it.

        Raises:
            CommandError: there is no token or no id to ask with; or something that US Core makes a server answer
                was refused, or what lists stand on is ignored.
        """
        token = os.environ.get(token_env, "").strip()
        if not token:
            raise CommandError(f"The environment variable {token_env} holds no access token.")
        if not is_id(patient):
            raise CommandError(
                "--patient is not an id as servers give them out: letters, digits, hyphens, underscores and points,"
                f" at most {MOST_ID}."
            )
        server = self._agency(agency).server
        client = conformance.client_for(server.fhir_base_url, token, proxy_url=server.proxy_url)
        outcomes = list(conformance.run(client, patient))
        self.stdout.write(conformance.table(outcomes))
        proofs = list(obeyed.prove(client, patient))
        self.stdout.write(obeyed.proofs_table(proofs))
        if any(proof.is_grave for proof in proofs):
            raise CommandError("The server ignores something that lists stand on: see the second table.")
        if any(outcome.is_failure for outcome in outcomes):
            raise CommandError("The server refuses something that US Core makes it answer: see the table.")

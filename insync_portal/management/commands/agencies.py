"""`manage.py agencies import FILE`: a draft of AGENCIES_FILE from a list that somebody publishes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from insync_portal import agency_lists


class Command(BaseCommand):
    """Reads InSync's list of organizations, or a FHIR Bundle of Endpoint and Organization. Asks no server."""

    help = "Drafts the file of agencies from a published list."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The list, and where the draft goes."""
        parser.add_argument("what", choices=["import"])
        parser.add_argument("file", help="the list: JSON, or - for standard input")
        parser.add_argument("--output", help="where the draft goes; a file that is there is not overwritten")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the draft; say how many rows it has, and how many were left out and why."""
        try:
            content = Path("/dev/stdin" if options["file"] == "-" else options["file"]).read_text("utf-8")
            draft = agency_lists.read(content)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        except (agency_lists.NoList, UnicodeDecodeError) as error:
            said = str(error) if isinstance(error, agency_lists.NoList) else "It is not UTF-8."
            raise CommandError(f"{options['file']} is no list of agencies. {said}") from None
        if not draft.rows:
            raise CommandError(
                f"{options['file']} has no agency with a base. {self._left_out(draft)}".strip()
            )
        text = agency_lists.toml(draft)
        if options["output"]:
            try:
                with Path(options["output"]).open("x", encoding="utf-8") as out:
                    out.write(text)
            except OSError as error:
                raise CommandError(f"{options['output']} cannot be written: {error.strerror}.") from None
        else:
            self.stdout.write(text)
        self.stderr.write(f"{len(draft.rows)} agencies drafted. {self._left_out(draft)}".strip())

    def _left_out(self, draft: agency_lists.Draft) -> str:
        told = [f"{count} {why}" for why, count in draft.left_out.items()]
        return f"Left out: {', '.join(told)}." if told else ""

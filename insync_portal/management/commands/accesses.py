"""Who looked: `manage.py accesses --patient ID`, `--reader Practitioner/7`, `--since 2026-11-01`.

Reads the table (TRAIL=table) or, with `--read`, lines of the stream. It finds people by the pseudonyms under every key
of TRAIL_KEYS; it prints pseudonyms, no names, for none stand in the trail.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from smart_auth.agencies import all_agencies
from trail import asking
from trail.entries import NAMES, Entry

COLUMNS = ("at", "event", "relation", "reader", "what", "outcome", "request")


class Command(BaseCommand):
    """Lists who opened whose record, as far as the audit trail is kept."""

    help = "Lists accesses from the audit trail: of a patient's record, by a reader, or all of a time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--patient", action="append", default=[], metavar="ID", help="the patient's FHIR id"
        )
        parser.add_argument(
            "--reader",
            action="append",
            default=[],
            metavar="WHO",
            help="who looked: Practitioner/ID, RelatedPerson/ID, Patient/ID, or the subject of their id_token",
        )
        parser.add_argument("--entry", action="append", default=[], metavar="TYPE/ID", help="one entry")
        parser.add_argument("--agency", metavar="SLUG", help="which one, in a portal of several")
        parser.add_argument("--since", metavar="DAY", help="from this day on, or from 2026-11-30T14:00")
        parser.add_argument(
            "--until", metavar="DAY", help="to the end of this day, or until 2026-11-30T14:00"
        )
        parser.add_argument("--csv", action="store_true", help="every field, as CSV")
        parser.add_argument(
            "--read",
            action="append",
            default=[],
            metavar="FILE",
            help="lines of the stream instead of the table; - for standard input",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["patient"] or options["reader"] or options["entry"] or options["since"]):
            raise CommandError(
                "Say whose accesses: --patient ID, --reader WHO, --entry TYPE/ID, or --since DAY."
            )
        question = self._question(options)
        if options["read"]:
            lines = asking.Lines(question)
            self._print(lines.among(_lines(options["read"])), as_csv=options["csv"])
            if lines.strange:
                self.stderr.write(f"{lines.strange} lines are no entries of the trail, and were passed over.")
        elif settings.TRAIL != "table":
            where = settings.TRAIL_FILE or "standard output"
            raise CommandError(
                f"TRAIL is stream: the trail goes to {where}. Name its files with --read FILE."
            )
        else:
            self._print(asking.in_table(question), as_csv=options["csv"])
            since = asking.kept_since()
            kept = f"since {_local(since)}" if since else "not yet"
            self.stderr.write(f"The table holds people who can be found by the keys listed {kept}.")

    def _question(self, options: dict[str, Any]) -> asking.Question:
        named = options["patient"] or options["reader"] or options["entry"] or options["agency"]
        server = self._server(options) if named else ""
        patients = [one.removeprefix("Patient/") for one in options["patient"]]
        return asking.Question(
            patients=tuple((server, one) for one in patients),
            readers=tuple((server, one) for one in options["reader"]),
            entries=tuple((server, one) for one in options["entry"]),
            agency=options["agency"] or "",
            since=_moment("--since", options["since"]),
            until=_moment("--until", options["until"], is_end=True),
        )

    def _server(self, options: dict[str, Any]) -> str:
        """The FHIR base of the agency that is asked for: numbers of patients are each agency's own."""
        known = {agency.slug: agency for agency in all_agencies()}
        slug = options["agency"] or (next(iter(known)) if len(known) == 1 else "")
        if slug not in known:
            raise CommandError(f"Say at which agency: --agency, one of {', '.join(known)}.")
        return known[slug].server.fhir_base_url

    def _print(self, entries: Iterable[Entry], *, as_csv: bool) -> None:
        if as_csv:
            writer = csv.DictWriter(self.stdout, NAMES, lineterminator="\n")
            writer.writeheader()
            writer.writerows(entry.fields() | {"at": entry.at.isoformat()} for entry in entries)
            return
        rows = [COLUMNS, *map(_row, entries)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.stdout.write(line.rstrip())
        self.stderr.write(f"{len(rows) - 1} entries.")


def _row(entry: Entry) -> tuple[str, ...]:
    what = " ".join(filter(None, (entry.page, entry.section, entry.entry, entry.reason)))
    reader = entry.reader or ("not known" if entry.patient else "-")
    return (
        _local(entry.at),
        entry.event,
        entry.relation or "-",
        reader,
        what or "-",
        entry.outcome or "-",
        entry.request or "-",
    )


def _local(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S %Z")


def _moment(option: str, value: str | None, *, is_end: bool = False) -> datetime | None:
    """A day or a time in the agency's zone; the end of a day is the beginning of the next."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise CommandError(
            f"{option} is a day such as 2026-11-30, or a time such as 2026-11-30T14:00."
        ) from None
    if is_end and len(value) <= len("2026-11-30"):
        found += timedelta(days=1)
    return found if found.tzinfo else timezone.make_aware(found)


def _lines(names: list[str]) -> Iterator[str]:
    for name in names:
        if name == "-":
            yield from sys.stdin
            continue
        try:
            with Path(name).open(encoding="utf-8", errors="replace") as lines:
                yield from lines
        except OSError as error:
            raise CommandError(f"{name} cannot be read: {error.strerror}.") from None

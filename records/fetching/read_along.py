"""Resources that entries point to, each read once by its id and kept. FHIR R4 `read`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import wait
from functools import partial

from records.fetching.source import Source
from records.fetching.under_way import FLIGHTS
from records.fhir import errors
from records.fhir.compartment import NOT_OF_ONE_PATIENT, is_of
from records.fhir.elements import Head, Named, Observation
from records.fhir.reading import NotReadable, read

log = logging.getLogger("records.fetching.read_along")

MOST_READ_ALONG = 24

NAMES_SECONDS = 6
"""How long a list waits for names that are no titles. It stands without them, and its next look has them."""

READ_ALONG = frozenset(
    {
        "CareTeam",
        "Condition",
        "Encounter",
        "Goal",
        "Location",
        "Medication",
        "Observation",
        "Organization",
        "Practitioner",
        "Procedure",
    }
)
"""Types that InSync serves and whose names rows speak of. Others are shown by what the reference says itself."""

TITLES = frozenset({"Medication"})
"""Types whose name is the title of an entry that points to them."""


def read_along(
    targets: Sequence[tuple[str, str]], source: Source, *, patience: float | None = None
) -> dict[tuple[str, str], bytes]:
    """Resources by type and id as they were sent: each read once and kept; what cannot be had is not there.

    `patience`: seconds after which what is late is left out; it is kept when it comes.
    """
    found: dict[tuple[str, str], bytes] = {}
    missing: list[tuple[str, str]] = []
    for target in targets:
        kept = source.keep.load(source.keep.name("along", *target))
        if kept is None:
            missing.append(target)
        elif kept:
            found[target] = kept
    futures = {
        FLIGHTS.single(source.keep.name("along", *target), partial(_read_checked, target), source): target
        for target in missing
    }
    left = source.client.deadline.left
    done, _late = wait(futures, timeout=left if patience is None else min(patience, left))
    for future in done:
        raw = future.result()
        if raw is not None:
            found[futures[future]] = raw
    if any(target not in found and is_outstanding(target, source) for target in missing):
        source.made_of.miss()
    return found


def is_outstanding(target: tuple[str, str], source: Source) -> bool:
    """Whether what was to be read along has not come, and has not been said to be out of reach either."""
    return source.keep.load(source.keep.name("along", *target)) is None


def _read_checked(target: tuple[str, str], source: Source) -> bytes | None:
    """One resource, if it can be had, be read, and be shown to this reader."""
    name = source.keep.name("along", *target)
    try:
        raw = source.client.as_ours(source.client.read(*target))
        first = read(raw, Head)[0]
        if target[0] not in NOT_OF_ONE_PATIENT and not is_of(first, patient=source.patient, base=source.base):
            log.warning(
                "security: a %s that was pointed to is not this patient's and was withheld", target[0]
            )
            return None
        read(raw, Named)
        if target[0] == "Observation":
            read(raw, Observation)
    except (errors.NotThere, errors.NotShared, NotReadable):
        source.keep.store(name, b"")  # it will not be there in a minute either
        return None
    except errors.UpstreamError as error:
        log.info("read along: %s", error)
        return None
    source.keep.store(name, raw)
    return raw

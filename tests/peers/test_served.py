"""Records by others behind the real demo server: signed in over HTTP, every page and every entry is opened."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from records.kinds import KINDS
from records.reading.sifting import sift
from tests.peers.records_by_others import BASE, FOLDERS, Records, records_in, searchset
from tests.peers.visitor import Page, Visitor
from tests.servers import Servers, start_both

AT_ONCE = 6
NEVER = (
    "could not be read",
    "could not be loaded",
    "could not load",
    "something went wrong",
    "did not match this record",
    "this list is not complete",
    "some entries may be missing",
)
"""What no page about these records has a reason to say."""
SLUGS = tuple(slug for slug in KINDS if slug != "about")


@dataclass(frozen=True)
class Served:
    """One folder behind the two servers."""

    records: Records
    servers: Servers


@pytest.fixture(scope="module", params=FOLDERS)
def served(request: pytest.FixtureRequest, shared: Path) -> Iterator[Served]:
    """One folder after the other."""
    folder = shared / "data" / str(request.param)
    if not folder.is_dir():
        pytest.skip(f"the shared data holds no {request.param}")
    with start_both(demo={"DEMO_DATA": str(folder)}) as servers:
        yield Served(records=records_in(folder), servers=servers)


def test_every_patient_opens_every_page_and_every_entry(served: Served) -> None:
    wrong: list[str] = []
    opened = entries = 0
    for patient in served.records.patients:
        visitor = Visitor.signed_in(served.servers, patient)
        wrong += complaints(visitor.overview())
        for slug in SLUGS:
            pages = visitor.section(slug)
            # A laboratory list also leads to the reports that hold its results; those are another section's.
            listed = list(dict.fromkeys(p for page in pages for p in page.entries if f"/{slug}/" in p))
            expected = shown(served.records, slug, patient)
            if len(listed) != expected:
                wrong.append(f"{patient}, {slug}: {len(listed)} entries are listed, {expected} were sent")
            with ThreadPoolExecutor(AT_ONCE) as readers:
                pages += readers.map(visitor.open, listed)
            entries += len(listed)
            wrong += [f"{patient}, {slug}: {one}" for page in pages for one in complaints(page)]
        opened += visitor.opened

    assert wrong == []
    assert entries > 0
    print(f"\n  {len(served.records.patients)} patients, {opened} pages, {entries} entries")


def test_every_file_of_a_document_opens_or_says_why_not(served: Served) -> None:
    for patient in served.records.patients:
        visitor = Visitor.signed_in(served.servers, patient)
        for page in visitor.section("documents"):
            for entry in page.entries:
                for file in visitor.open(entry).links(r"/file/\d+/$"):
                    main = visitor.open(file).main
                    assert any(part in main for part in ('class="sheet', 'class="paper', 'class="gap')), file


def shown(records: Records, slug: str, patient: str) -> int:
    """How many entries of a patient a section has to list: all but those that are told within another of them."""
    sent = records.of_kind(KINDS[slug], patient)
    found = sift(KINDS[slug], [(0, searchset(sent))], patient=patient, base=BASE)
    return found.tally.shown - len(found.folded)


def complaints(page: Page) -> list[str]:
    """What a page says that it has no reason to say."""
    words = page.words.lower()
    return [words[max(0, words.index(one) - 120) :][:300] for one in NEVER if one in words]

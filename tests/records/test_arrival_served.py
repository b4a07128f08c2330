"""What arrives oddly, over HTTP: a folder of other people's data behind both servers."""

from __future__ import annotations

from tests.peers.visitor import Visitor
from tests.servers import Servers


def test_a_record_of_long_ids_opens_entry_by_entry_and_says_where_a_file_is_kept(
    odd_records_served: Servers,
) -> None:
    reader = Visitor.signed_in(odd_records_served, "odd-arrives")

    results = [reader.open(path).words for page in reader.section("laboratory") for path in page.entries]
    [letter] = [path for page in reader.section("documents") for path in page.entries]
    file = reader.open(f"{letter}file/1/").words

    assert sorted("Ferritin of 66" in page for page in results) == [False, True]
    assert all("41 ng/mL" in page and "Mia Longacre" in page for page in results)
    assert "The agency’s system keeps this document in another place" in file

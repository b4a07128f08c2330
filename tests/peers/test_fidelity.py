"""Nothing is lost between the record and the page, for every resource of others and of the demo people.

What must be supported stands on the entry's page, above "Everything in this entry"; under that stands every value
there is. A type without pages is held to what shows it: `tests.peers.entries.shown`.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from demo_server import people as demo_people
from records.fhir.codes import NAMES
from records.fhir.reading import tree
from records.words import wording
from records.words.labels import label
from tests.peers.entries import TODAY, Shown, World, encoded, plain, shown, words_of_row
from tests.peers.house import SMALL_PRINT, said
from tests.peers.profiles import NINETEEN, Profile, Resource, must_support, read_profiles, slug_of
from tests.peers.records_by_others import FOLDERS, records_in
from tests.peers.test_reading import is_entered_in_error
from tests.records.test_failure_matrix import words as words_of_page

DEMO = "the demo people"
SHOWN_IN_A_MESSAGE = 6
NAME_AND_PATIENT = 3
"""Must-support values that a bare page may tell: whose it is, and the name, which may be its kind too."""

Entries = list[tuple[Resource, Shown]]

MARKUP = re.compile(r"<[^>]*>")


@dataclass
class Count:
    """How many values there were, and which of them a page did not show."""

    values: Counter[str] = field(default_factory=Counter)
    lost: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, complaint: str) -> None:
        """Counts one value; an empty complaint says that it was shown."""
        self.values[name] += 1
        if complaint:
            self.lost[name].append(complaint)

    def table(self) -> str:
        """The percentage for each name, and what was lost."""
        lines = []
        for name, number in sorted(self.values.items()):
            share = Decimal(number - len(self.lost.get(name, ()))) / number * 100
            lines.append(f"  {share:6.2f} %  {number:7} values  {name}")
        lost = [f"  {name}: {one}" for name, found in self.lost.items() for one in found[:SHOWN_IN_A_MESSAGE]]
        return "\n".join([*lines, *lost])


@pytest.fixture(scope="module", params=[*FOLDERS, DEMO])
def entries(request: pytest.FixtureRequest) -> Entries:
    """Every resource of the nineteen types of one folder that is not taken back, with its page."""
    if request.param == DEMO:
        resources = demo_people.resources(TODAY)
    else:
        folder: Path = request.getfixturevalue("shared") / "data" / str(request.param)
        if not folder.is_dir():
            pytest.skip(f"the shared data holds no {request.param}")
        resources = records_in(folder).resources
    world = World(resources)
    kept = [one for one in resources if one["resourceType"] in NINETEEN and not is_entered_in_error(one)]
    return [(one, shown(one, world)) for one in kept]


@pytest.fixture(scope="module")
def profiles(shared: Path) -> dict[str, Profile]:
    """The profiles of US Core 5.0.1, by the last part of their address."""
    return read_profiles(shared / "facts")


def times(text: str, wanted: str) -> int:
    """How often words, made plain, stand in a plain text by themselves, not as a part of longer ones."""
    found = 0
    start = text.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        before, after = text[start - 1 : start], text[end : end + 1]
        found += not (
            (before.isalnum() and wanted[:1].isalnum()) or (after.isalnum() and wanted[-1:].isalnum())
        )
        start = text.find(wanted, start + 1)
    return found


def holds(text: str, words: str) -> bool:
    """Whether words stand in a plain text by themselves."""
    return times(text, plain(words)) > 0


def place(resource: Resource, path: str) -> str:
    return f"{resource['resourceType']}/{resource['id']} {path}"


# ---------------------------------------------------------------- must-support


def complaints_of_must_support(profile: Profile, resource: Resource, page: Shown) -> Iterator[str]:
    """For each value that a profile must support: what was looked for in vain, or nothing."""
    with_small_print = f"{page.said}\n{page.whole}"
    for node in must_support(profile, resource):
        ways = said(node, resource, page)
        if ways is None:
            continue
        text = with_small_print if node.path in SMALL_PRINT else page.said
        is_there = any(holds(text, way) for way in ways if way)
        yield "" if is_there else f"{place(resource, node.path)}: {ways}"


def test_what_a_profile_must_support_stands_on_the_page(
    entries: Entries, profiles: dict[str, Profile]
) -> None:
    count = Count()
    for resource, page in entries:
        profile = profiles[slug_of(resource, profiles)]
        for complaint in complaints_of_must_support(profile, resource, page):
            count.add(profile.name, complaint)

    assert count.values
    print(f"\n{count.table()}")
    assert not count.lost, f"\n{count.table()}"


def test_a_page_that_tells_nothing_but_the_name_is_found_out(
    entries: Entries, profiles: dict[str, Profile]
) -> None:
    seen = set()
    for resource, page in entries:
        profile = profiles[slug_of(resource, profiles)]
        if page.row is None or profile.name in seen:
            continue
        bare = replace(page, said=plain(f"{page.row.title}\n{page.banner}"))
        complaints = list(complaints_of_must_support(profile, resource, bare))
        if len(complaints) > NAME_AND_PATIENT:
            seen.add(profile.name)
            assert any(complaints), place(resource, "")

    assert seen


# ---------------------------------------------------------------- everything


def every_leaf(
    value: Any, name: str = "", holder: Resource | None = None
) -> Iterator[tuple[str, Any, Resource]]:
    """Every value of a resource that holds no others, with its element's name and the object that it stands in."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from every_leaf(inner, key, value)
    elif isinstance(value, list):
        for inner in value:
            yield from every_leaf(inner, name, holder)
    elif value is not None:
        yield name, value, holder or {}


def ways_of_leaf(name: str, value: Any, holder: Resource) -> list[str]:
    """How a value may stand under "Everything in this entry": as it is, or as the house writes its like."""
    match value:
        case "":
            return ["Sent empty"]
        case bool():
            words = {
                ("userSelected", True): "chosen by a person",
                ("userSelected", False): "not chosen by a person",
            }
            return [words.get((name, value), "Yes" if value else "No")]
        case str() if name == "data" and "origin" not in holder:
            content = base64.b64decode("".join(value.split()))
            return [hashlib.sha256(content).hexdigest()]
        case str() if name == "div":
            return narrative_ways(value)
        case str():
            moment = wording.moment(value)
            ways = [value, *([moment] if moment != value else [])]
            ways += [NAMES[value]] if value in NAMES else []
            ways += [{"<=": "≤", ">=": "≥"}.get(value, value)] if name == "comparator" else []
            if name == "valueCode" and value in wording.ABSENT:
                ways.append(str(wording.ABSENT[value]))
            return ways
        case Decimal():
            return [wording.number(value)]
    return [str(value)]


def narrative_ways(markup: str) -> list[str]:
    """The text of a narrative, with the markup taken out by other means than the house's."""
    parted = re.sub(
        r"</?(?:p|div|li|tr|br|h[1-6]|table|ul|ol|dl|dt|dd|td|th|thead|tbody|hr|pre)\b[^>]*>", " ", markup
    )
    return [html.unescape(MARKUP.sub("", parted))]


def complaints_of_everything(resource: Resource, page: Shown) -> Iterator[str]:
    """For each value of a resource: what was looked for in vain, or nothing.

    What stands in an entry several times has to be found as often, whatever it is.
    """
    text = page.whole
    answers = Counter((str(line.label), line.value) for line in page.lines)
    wanted: Counter[tuple[str, ...]] = Counter()
    for name, value, holder in every_leaf(tree(encoded(resource))):
        ways = ways_of_leaf(name, value, holder)
        if isinstance(value, bool) and name != "userSelected" and not name.startswith("value"):
            is_there = answers[str(label(name)), ways[0]] > 0
        else:
            wanted[tuple(ways)] += not said_beside(name, value, holder)
            is_there = sum(times(text, way) for way in dict.fromkeys(map(plain, ways))) >= wanted[tuple(ways)]
        yield "" if is_there else f"{place(resource, name)}: {ways}"[:300]


def said_beside(name: str, value: Any, holder: Resource) -> bool:
    """Whether a value is said already by the one that stands beside it: a text that is its code's own display."""
    if name == "text" and "coding" in holder:
        return any(coding.get("display") == value for coding in holder["coding"])
    if name == "text" and "family" in holder:
        return True
    return name == "code" and "value" in holder and holder.get("unit") == value


def test_every_value_of_every_entry_stands_under_everything_in_this_entry(entries: Entries) -> None:
    count = Count()
    for resource, page in entries:
        for complaint in complaints_of_everything(resource, page):
            count.add(resource["resourceType"], complaint)

    assert count.values
    print(f"\n{count.table()}")
    assert not count.lost, f"\n{count.table()}"


def test_a_value_that_a_page_does_not_know_is_found_out(entries: Entries) -> None:
    seen: set[str] = set()
    for resource, page in entries:
        if resource["resourceType"] in seen:
            continue
        seen.add(resource["resourceType"])
        more = {**resource, "code": {**resource.get("code", {}), "text": "canary"}, "again": resource["id"]}
        complaints = [one for one in complaints_of_everything(more, page) if one]
        assert any("canary" in one for one in complaints)
        assert any(resource["id"] in one for one in complaints), place(resource, "")

    assert seen


# ---------------------------------------------------------------- the template


def test_the_template_of_an_entry_leaves_out_nothing_of_its_row_and_its_lines(
    entries: Entries,
) -> None:
    seen: Counter[str] = Counter()
    for resource, page in entries:
        if page.page is None or page.row is None:
            continue
        sample = f"{resource['resourceType']} {sorted(resource)}"
        seen[sample] += 1
        if seen[sample] > 1:
            continue
        context = {
            "row": page.row,
            "section_title": "Section",
            "everything": page.page.everything,
            "technical": page.page.technical,
        }
        sent = render_to_string("records/entry.html", context, RequestFactory().get("/record/a/b/c/"))
        text = plain(words_of_page(sent))
        told = [*words_of_row(page.row), *(f"{line.label} {line.value}" for line in page.lines)]
        missing = [
            one for one in told if not all(holds(text, part) for part in re.split(r": |\n", one) if part)
        ]
        assert missing == [], place(resource, "")

    assert seen

"""How often one reads on in another file: one request of a section's page, followed through our own code.

    python tools/road.py [CHECKOUT …]       this tree, and others beside it (the version before a change)

A *move*: the next call or return stands in another file. A *climb*: a move to a room that is higher in the column of
rooms, as the checkout's own import contract draws it. Only the thread that answers the request is followed, and a
stretch
of road that is walked again, for the next of several like entries, is walked once. Prints a line for each checkout: its
moves, its climbs, and both as parts of those of the last one named.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

PAGE = "immunizations/"
PACKAGES = ("insync_portal", "smart_auth", "records", "upstream")
CONTRACT = "imports run downward in records"
"""The contract of `pyproject.toml` whose layers are the floors."""


def floors(root: Path) -> dict[str, int]:
    """The floor of each room of `records`, 0 the highest."""
    contracts = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["name"] == CONTRACT)
    return {
        room.strip("() ").removeprefix("records."): floor
        for floor, layer in enumerate(layers)
        for room in layer.replace(":", "|").split("|")
    }


def floor_of(file: str, known: dict[str, int]) -> int:
    """The floor of a file: what puts the parts together stands above all rooms, what they share below."""
    package, _, rest = file.partition("/")
    if package != "records":
        return {"insync_portal": -2, "smart_auth": -1}.get(package, len(known))
    return known.get(rest.partition("/")[0].removesuffix(".py"), -1)


def walked(root: Path, ask: Callable[[], Any]) -> list[tuple[str, str]]:
    """The files that a call leads through, each with the function: at each call, and at each return to it."""
    here: list[tuple[str, str]] = []
    prefix = f"{root}{os.sep}"

    def place(frame: FrameType | None) -> tuple[str, str] | None:
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(prefix):
                file = name.removeprefix(prefix)
                if file.split(os.sep, 1)[0] in PACKAGES:
                    return file, frame.f_code.co_qualname
            frame = frame.f_back
        return None

    def follow(frame: FrameType, event: str, _argument: object) -> None:
        if event not in {"call", "return"}:
            return
        found = place(frame) if event == "call" else place(frame.f_back)
        if found is not None and (not here or here[-1] != found):
            here.append(found)

    sys.setprofile(follow)
    try:
        ask()
    finally:
        sys.setprofile(None)
    return here


def once(road: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The road without what is walked again: each step from one function to another is told the first time."""
    seen: set[tuple[tuple[str, str], tuple[str, str]]] = set()
    told = road[:1]
    for before, after in itertools.pairwise(road):
        if (before, after) not in seen:
            seen.add((before, after))
            told += [before, after] if told[-1] != before else [after]
    return told


def count(root: Path) -> tuple[int, int]:
    """Moves and climbs of one request in this tree, which must be the working directory."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    sys.path.insert(0, str(root))
    import django
    import responses

    django.setup()
    from django.test.utils import setup_databases, setup_test_environment

    setup_test_environment()
    setup_databases(verbosity=0, interactive=False)
    from tests.people import sign_in
    from tests.records.conftest import RecordServer
    from tests.resources import bundle, immunization

    with responses.RequestsMock() as mock:
        server = RecordServer(mock)
        server.whole_record(Immunization=[])
        server.arrange("Immunization", bundle(immunization()))
        reader = sign_in()
        reader.read("allergies/")  # so that what is made once is made
        road = walked(root, lambda: reader.read(PAGE))
    known = floors(root)
    pairs = [(a[0], b[0]) for a, b in itertools.pairwise(once(road)) if a[0] != b[0]]
    return len(pairs), sum(floor_of(b, known) < floor_of(a, known) for a, b in pairs)


def main(checkouts: list[str]) -> None:
    """Count each checkout in a process of its own, and print what came of it."""
    roots = [Path(__file__).resolve().parent.parent, *map(Path, checkouts)]
    counted = []
    for root in roots:
        said = subprocess.run(  # noqa: S603  (ourselves)
            [sys.executable, __file__, "--count"], cwd=root, check=True, capture_output=True, text=True
        )
        counted.append((root, *json.loads(said.stdout.splitlines()[-1])))
    _root, most_moves, most_climbs = counted[-1]
    for root, moves, climbs in counted:
        print(
            f"{root.name}: {moves} moves ({moves / most_moves:.2f}), {climbs} climbs ({climbs / most_climbs:.2f})"
        )


if __name__ == "__main__":
    if sys.argv[1:] == ["--count"]:
        print(json.dumps(count(Path.cwd())))
    else:
        main(sys.argv[1:])

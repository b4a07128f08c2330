"""Every sentence of the portal stands in the catalogue of each of its languages."""

from __future__ import annotations

import re

import pytest

from insync_portal import catalogue

SPANISH = catalogue.path("es")
once_there = pytest.mark.skipif(
    not SPANISH.exists(), reason="there is no Spanish catalogue yet (make messages)"
)


@once_there
def test_every_sentence_that_the_portal_says_stands_in_spanish() -> None:
    assert len(catalogue.said()) > 100
    assert catalogue.missing("es") == []


@once_there
def test_the_spanish_catalogue_holds_no_sentence_that_nobody_says() -> None:
    said = {(message.id, message.context) for message in catalogue.said() if message.id}
    kept = {(message.id, message.context) for message in catalogue.translated("es") if message.id}

    assert kept - said == set()


@once_there
def test_a_translation_fills_in_what_the_sentence_fills_in() -> None:
    places = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
    wrong = []
    for message in catalogue.translated("es"):
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        for words in strings:
            # The singular may spell the number out. What has no translation yet is the first test's to tell.
            if words and sorted(places.findall(words)) not in [sorted(places.findall(text)) for text in ids]:
                wrong.append((ids[0], words))

    assert wrong == []

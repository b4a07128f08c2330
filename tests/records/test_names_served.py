"""Names, codes and "none" as other systems write them, unlawful ones too, through the real servers."""

from __future__ import annotations

import pytest

from tests.peers.visitor import Visitor
from tests.servers import Servers


@pytest.mark.parametrize(
    ("slug", "stands", "stands_not"),
    [
        (
            "allergies",
            (
                "No known drug allergy",
                "As recorded: NKDA",
                "codeine",
                "Wheezing (severe)",
                "say otherwise",
            ),
            ("Kiwi", "Could not be read", "NullFlavor", "Unnamed"),
        ),
        (
            "conditions",
            ("Sin problemas de salud conocidos", "Post-traumatic stress disorder", "as current and as over"),
            ("F43.10",),
        ),
        ("medications", ("No known medications", "Recorded as none"), ("Taking now", "Dose not recorded")),
        ("immunizations", ("No vaccine was given",), ("998", "Unnamed")),
        ("procedures", ("No known procedures", "Recorded as none"), ("(situation)", "Done")),
        (
            "devices",
            ("No information about implants or devices", "not the same as none"),
            ("Recorded as none",),
        ),
        ("laboratory", ("0.8 mmol/L",), ("3.1 mmol/L", "status not known")),
        ("timeline", ("Lithium level",), ("entered by mistake",)),
    ],
)
def test_what_other_systems_write_is_called_what_it_is(
    odd_records_served: Servers, slug: str, stands: tuple[str, ...], stands_not: tuple[str, ...]
) -> None:
    reader = Visitor.signed_in(odd_records_served, "odd-names")
    page = reader.open(f"/record/{reader.access}/{slug}/").words

    assert [words for words in stands if words not in page] == []
    assert [words for words in stands_not if words in page] == []

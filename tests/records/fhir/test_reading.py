"""Reading: one wrong element never costs the others, and nothing but what is no resource is refused."""

from __future__ import annotations

import base64
import copy
import inspect
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.fhir import binaries, reading
from records.fhir.elements import Head, Observation
from records.fhir.reading import NotReadable, in_utf8, read, tree
from records.kinds import KINDS
from records.kinds.allergy import AllergyIntolerance
from records.kinds.base import AnyKind, Known
from records.kinds.medications import MedicationRequest
from tests import resources
from tests.conftest import ROOT
from tests.resources import allergy, medication_request, observation


def _built() -> Iterator[dict[str, Any]]:
    """What every builder of a resource builds by itself: those that take nothing but what is odd."""
    for builder in vars(resources).values():
        if inspect.isfunction(builder):
            taken = inspect.signature(builder).parameters.values()
            if [one.kind for one in taken] == [inspect.Parameter.VAR_KEYWORD]:
                yield builder()


BUILT = {built["resourceType"]: built for built in _built()}

garbage = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**25), max_value=10**25)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["NaN", "sNaN", "Infinity", "1E+999999", "2024-13-45", "2024-02-30T25:61:00Z"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def encoded(resource: Any) -> bytes:
    """A resource as a server sends it."""
    return json.dumps(resource).encode()


def test_a_sound_resource_is_read_whole_and_nothing_is_set_aside() -> None:
    found, set_aside = read(encoded(allergy()), AllergyIntolerance)

    assert set_aside == ()
    assert found.code is not None
    assert found.code.text == "Penicillin"


def test_numbers_keep_the_digits_of_the_record() -> None:
    raw = b'{"resourceType":"Observation","valueQuantity":{"value":7.20}}'

    found, _ = read(raw, Observation)

    assert found.valueQuantity is not None
    assert str(found.valueQuantity.value) == "7.20"
    assert str(tree(raw)["valueQuantity"]["value"]) == "7.20"


def test_an_element_of_the_wrong_shape_is_set_aside_by_its_place_and_the_rest_is_read() -> None:
    wrong = allergy(criticality=["high"], category="medication")
    wrong["reaction"][0]["severity"] = 5

    found, set_aside = read(encoded(wrong), AllergyIntolerance)

    assert sorted(set_aside) == ["category", "criticality", "reaction[0].severity"]
    assert found.code is not None
    assert found.code.text == "Penicillin"
    assert found.reaction[0].manifestation[0].text == "Hives"


def test_what_is_set_aside_is_named_without_its_value() -> None:
    _, set_aside = read(encoded(allergy(recordedDate={"secret": "value"})), AllergyIntolerance)

    assert set_aside == ("recordedDate",)


def test_an_element_that_we_do_not_know_is_no_trouble() -> None:
    _, set_aside = read(encoded(allergy(bogus={"deep": [1]})), AllergyIntolerance)

    assert set_aside == ()


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_quantity_that_is_no_number_is_set_aside(value: str) -> None:
    wrong = observation(valueQuantity={"value": value, "unit": "kg"}, note=[{"text": "kept"}])

    found, set_aside = read(encoded(wrong), Observation)

    assert set_aside == ("valueQuantity",)
    assert found.note[0].text == "kept"


@pytest.mark.parametrize("number", [b"1e99999999999999999999", b"9" * 5000])
def test_a_number_beyond_all_arithmetic_costs_only_itself(number: bytes) -> None:
    raw = b'{"resourceType":"Observation","status":"final","valueQuantity":{"value":%s,"unit":"kg"}}' % number

    found, set_aside = read(raw, Observation)

    assert set_aside == ("valueQuantity.value",) or found.valueQuantity is not None
    assert found.status == "final"
    assert found.valueQuantity is not None
    assert found.valueQuantity.unit == "kg"


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"text"', b"5", b"null", b"[" * 100_000, b"\xff{}"])
def test_what_is_no_resource_is_refused(raw: bytes) -> None:
    with pytest.raises(NotReadable):
        read(raw, AllergyIntolerance)


def test_a_resource_with_more_wrong_than_right_is_refused_rather_than_read_for_ever() -> None:
    wrong = medication_request(note=[{"text": 5} for _ in range(200)])

    with pytest.raises(NotReadable):
        read(encoded(wrong), MedicationRequest)


def _other_elements(
    resource: dict[str, Any], struct: msgspec.Struct, broken: str
) -> dict[str, tuple[Any, Any]]:
    """What was sent and what was read of each element but the broken one."""
    plain = msgspec.to_builtins(struct, builtin_types=(Decimal,))
    return {
        name: (value, plain.get(name)) for name, value in resource.items() if name != broken and name in plain
    }


def _lost(sent: Any, found: Any) -> bool:
    """Whether something that was sent and that the struct declares is not found again."""
    if isinstance(sent, dict):
        return not isinstance(found, dict) or any(
            _lost(value, found[name]) for name, value in sent.items() if name in found
        )
    if isinstance(sent, list):
        return not isinstance(found, list) or len(sent) != len(found) or any(map(_lost, sent, found))
    if isinstance(sent, float):
        return not math.isclose(sent, float(found))
    return bool(sent != found)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_garbage_in_one_element_costs_no_other_element_and_stops_no_page(
    kind: AnyKind, data: st.DataObject
) -> None:
    resource = copy.deepcopy(BUILT[kind.resource_type])
    elements = [f.encode_name for f in msgspec.structs.fields(kind.model) if f.encode_name != "resourceType"]
    broken = data.draw(st.sampled_from(elements))
    resource[broken] = data.draw(garbage)

    found, _ = read(encoded(resource), kind.model)
    head, _ = read(encoded(resource), kind.head)
    kind.to_row(found, Known(patient="p1", base="https://fhir.example/fhir-request/"))
    kind.place(head), kind.rank(head), kind.says_none(head), kind.date_of(head)

    for name, (sent, kept) in _other_elements(resource, found, broken).items():
        assert not _lost(sent, kept), name


def _inner_places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = [path] if path else []
    for key, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        found += _inner_places(inner, (*path, key))
    return found


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_garbage_anywhere_within_stops_no_page(kind: AnyKind, data: st.DataObject) -> None:
    resource = copy.deepcopy(BUILT[kind.resource_type])
    for path in data.draw(st.lists(st.sampled_from(_inner_places(resource)), min_size=1, max_size=4)):
        holder: Any = resource
        try:
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = data.draw(garbage)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier piece of garbage took its place

    found, _ = read(encoded(resource), kind.model)
    head, _ = read(encoded(resource), kind.head)
    row = kind.to_row(found, Known(patient="p1", base="https://fhir.example/fhir-request/"))
    kind.place(head), kind.rank(head), kind.says_none(head), kind.date_of(head)

    assert str(row.title)


@settings(max_examples=100, deadline=None)
@given(found=garbage)
def test_any_json_is_read_or_refused_and_nothing_else(found: Any) -> None:
    if isinstance(found, dict):
        read(encoded(found), AllergyIntolerance)
    else:
        with pytest.raises(NotReadable):
            read(encoded(found), AllergyIntolerance)


@pytest.mark.parametrize(
    "raw", [b'{"resourceType":"Basic","id":"\xff"}', b'{"resourceType":"\xc3("}', b'{"status":5,"id":"\xff"}']
)
def test_what_is_no_utf_8_is_refused_and_can_be_made_readable(raw: bytes) -> None:
    with pytest.raises(NotReadable):
        read(raw, Head)

    assert read(in_utf8(raw), Head)[0] is not None
    assert in_utf8(b"\xef\xbb\xbf{}") == b"{}"
    assert in_utf8("ñ".encode()) == "ñ".encode()


@pytest.mark.parametrize("content", ["é" * 700_000, "x" * (1024 * 1024 - 1) + "😀" + "y"])
def test_a_long_text_in_utf8_is_taken_as_it_is(content: str) -> None:
    assert in_utf8(content.encode()) == content.encode()


def test_a_character_that_is_cut_off_at_the_very_end_is_replaced() -> None:
    content = b"x" * (1024 * 1024) + "é".encode()[:1]

    assert in_utf8(content) == b"x" * (1024 * 1024) + "\ufffd".encode()


@pytest.mark.parametrize("before", range(5))
def test_wrong_bytes_are_replaced_wherever_they_stand_and_right_ones_stay(before: int) -> None:
    piece = 64 * 1024
    content = b"x" * (piece - before) + "😀é".encode() + b"\xff" + b"y" * piece + b"\xf0\x9f"

    assert in_utf8(content) == content.decode(errors="replace").encode()
    assert in_utf8(content[: piece + 6 - before]) == content[: piece + 6 - before]


@pytest.mark.parametrize("length", [0, 1, 2, 3, 262_143, 262_144, 700_001])
@pytest.mark.parametrize("width", [0, 76])
def test_base64_is_decoded_in_pieces_as_in_one(length: int, width: int) -> None:
    content = bytes(number * 7 % 256 for number in range(length))
    written = base64.b64encode(content).decode()
    lines = (
        "\r\n".join(written[at : at + width] for at in range(0, len(written), width)) if width else written
    )

    assert binaries.decoded(lines) == content
    assert binaries.decoded(lines.translate(str.maketrans("+/", "-_")).rstrip("=") + " \n") == content
    for wrong in ("!" + lines, lines + "A=AA", lines[:-2] + "é"):
        with pytest.raises(ValueError):  # noqa: PT011  (nothing of what it says may be quoted)
            binaries.decoded(wrong)


def test_every_struct_is_worked_out_before_there_are_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_decoders", {})

    reading.make_ready()

    for kind in KINDS.values():
        assert {kind.model, kind.head} <= set(reading._decoders)
    served = (ROOT / "gunicorn.conf.py").read_text(encoding="utf-8")
    assert "reading.make_ready()" in served.partition("def when_ready")[2]

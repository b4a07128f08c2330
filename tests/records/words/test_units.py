"""Vital signs in units of the reader's choice: rounded as recorded, the recorded value always beside them."""

from __future__ import annotations

from decimal import Decimal
from html import unescape

import pytest

from records.fhir.codes import UCUM
from records.fhir.elements import Observation, Quantity, ReferenceRange
from records.words import observing, units
from records.words.rows import Measure
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.resources import Json, coded, laboratory_result, observation

FAHRENHEIT, CELSIUS = ("[degF]", "°F"), ("Cel", "°C")


def reading(value: str, code: str, unit: str = "", **odd: object) -> Quantity:
    return Quantity(value=Decimal(value), unit=unit or code, system=UCUM, code=code, **odd)  # type: ignore[arg-type]  # each test names its own


def shown(quantity: Quantity, choice: str, **odd: object) -> Measure:
    one = Observation(valueQuantity=quantity, **odd)  # type: ignore[arg-type]  # each test names its own
    return units.shown(observing.measure(one), quantity, choice)


@pytest.mark.parametrize(
    ("value", "code", "choice", "expected"),
    [
        ("98.6", "[degF]", units.METRIC, "37.0 °C"),
        ("98.60", "[degF]", units.METRIC, "37.00 °C"),
        ("99", "[degF]", units.METRIC, "37.2 °C"),
        ("37.0", "Cel", units.US, "98.6 °F"),
        ("39", "Cel", units.US, "102.2 °F"),
        ("-40", "Cel", units.US, "-40.0 °F"),
        ("150", "[lb_av]", units.METRIC, "68.0 kg"),
        ("150.0", "[lb_av]", units.METRIC, "68.0 kg"),
        ("72.5", "kg", units.US, "159.8 lb"),
        ("70.25", "[in_i]", units.METRIC, "178.44 cm"),
        ("180", "cm", units.US, "70.9 in"),
        ("0", "kg", units.US, "0 lb"),
        ("0", "Cel", units.US, "32.0 °F"),
        ("1", "[lb_av]", units.METRIC, "0.5 kg"),
        ("0.1", "[lb_av]", units.METRIC, "0.05 kg"),
        ("1.5", "[lb_av]", units.METRIC, "0.68 kg"),
        ("8", "[lb_av]", units.METRIC, "3.6 kg"),
        ("4", "kg", units.US, "8.8 lb"),
        ("2.50", "kg", units.US, "5.51 lb"),
        ("1", "cm", units.US, "0.4 in"),
    ],
)
def test_a_converted_value_keeps_the_precision_recorded_and_the_sense(
    value: str, code: str, choice: str, expected: str
) -> None:
    found = shown(reading(value, code), choice)

    assert f"{found.value} {found.unit}".replace("−", "-") == expected
    assert str(found.recorded).replace("−", "-") == f"recorded: {value} {units.SIGNS[code]}"


@pytest.mark.parametrize(("code", "choice"), [("[degF]", units.US), ("kg", units.METRIC), ("cm", "")])
def test_what_is_in_the_wished_unit_already_stays_as_recorded(code: str, choice: str) -> None:
    found = shown(reading("98.60", code), choice)

    assert (found.value, found.unit, found.recorded) == ("98.60", units.SIGNS[code], "")


@pytest.mark.parametrize(
    "quantity",
    [
        Quantity(value=Decimal("98.6"), unit="[degF]", code="[degF]"),
        Quantity(value=Decimal("98.6"), unit="°F", system="urn:local", code="[degF]"),
        Quantity(value=Decimal("98.6"), unit="°F"),
        reading("120", "mm[Hg]"),
        reading("3200", "g"),
        reading("1E+30", "kg"),
        reading("1E-30", "kg"),
    ],
)
def test_what_is_not_surely_one_of_the_six_units_stays_as_recorded(quantity: Quantity) -> None:
    for choice in (units.US, units.METRIC):
        assert shown(quantity, choice) == observing.measure(Observation(valueQuantity=quantity))


def test_a_bound_stays_a_bound() -> None:
    found = shown(reading("94", "[degF]", "°F", comparator="<"), units.METRIC)

    assert str(found.value).replace(" ", "").replace("\xa0", "") == "<34.4"
    assert found.numbers[0].comparator == "<"


def test_a_usual_range_stays_in_its_own_unit_and_is_drawn_in_the_readings() -> None:
    low, high = reading("97.0", "[degF]", "°F"), reading("99.5", "[degF]", "°F")

    found = shown(
        reading("98.6", "[degF]", "°F"), units.METRIC, referenceRange=[ReferenceRange(low=low, high=high)]
    )

    assert "°F" in str(found.usual_range)
    (number,) = found.numbers
    assert number.low is not None
    assert number.high is not None
    assert number.low < (number.value or 0) < number.high == Decimal("37.5")


def test_there_and_back_is_the_recorded_value() -> None:
    for one, other in units.PAIRS:
        there, back = units.conversion(one, other), units.conversion(other, one)
        value = Decimal("98.6")

        again = back.slope * (there.slope * value + there.offset) + back.offset

        assert round(again, 9) == value


def test_every_unit_has_a_sign_and_each_choice_leads_to_three() -> None:
    assert set(units.SIGNS) == {code for pair in units.PAIRS for code in pair}
    assert [len(targets) for targets in units.TARGETS.values()] == [3, 3]


# --- The pages
def temperature(**odd: object) -> Json:
    return observation(
        id="t1",
        code=coded("http://loinc.org", "8310-5", "Body temperature"),
        valueQuantity={"value": 98.6, "unit": "°F", "system": UCUM, "code": "[degF]"},
        **odd,
    )


def choose(reader: Person, choice: str, back: str = "vitals/") -> str:
    """Where choosing leads."""
    answer = reader.browser.post(reader.at("units/"), {"units": choice, "next": reader.at(back)})
    assert answer.status_code == 302
    return str(answer["Location"])


def plain(page: str) -> str:
    return " ".join(unescape(page).replace("<small>", "").replace("</small>", "").split())


def test_nothing_is_converted_until_it_is_chosen(reader: Person, server: RecordServer) -> None:
    server.whole_record(Observation=[temperature()])

    page = plain(reader.read("vitals/"))

    assert "98.6 °F" in page
    assert "37.0" not in page
    assert '<option value="metric">°C, kilograms and centimeters</option>' in page


def test_a_choice_leads_back_and_holds_on_every_page(reader: Person, server: RecordServer) -> None:
    server.whole_record(Observation=[temperature()])

    assert choose(reader, "metric") == reader.at("vitals/")

    for place in ("vitals/", "vitals/measure/temperature/", "timeline/", ""):
        page = plain(reader.read(place))
        assert "37.0 °C" in page, place
        assert "(recorded: 98.6 °F)" in page.replace('<small class="recorded">', ""), place


def test_choosing_as_recorded_takes_it_back(reader: Person, server: RecordServer) -> None:
    server.whole_record(Observation=[temperature()])
    choose(reader, "metric")

    choose(reader, "")

    assert "37.0" not in reader.read("vitals/")
    assert not reader.browser.cookies["portal_units"].value


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/help/", ""])
def test_it_leads_nowhere_but_back_into_the_record(back: str, reader: Person, server: RecordServer) -> None:
    answer = reader.browser.post(reader.at("units/"), {"units": "us", "next": back})

    assert answer["Location"] == reader.at()


def test_the_cookie_is_out_of_reach_of_scripts_and_says_only_the_choice(
    reader: Person, server: RecordServer
) -> None:
    choose(reader, "us")

    cookie = reader.browser.cookies["portal_units"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (
        "us",
        True,
        "Lax",
        "",
    )


def test_a_choice_that_there_is_not_is_none(reader: Person, server: RecordServer) -> None:
    server.whole_record(Observation=[temperature()])
    reader.browser.cookies["portal_units"] = "<script>"

    page = reader.read("vitals/")

    assert "98.6" in page
    assert "<script>" not in page


def test_a_laboratory_value_is_never_converted(reader: Person, server: RecordServer) -> None:
    quantity = {"value": 12, "unit": "cm", "system": UCUM, "code": "cm"}
    server.whole_record(Observation=[laboratory_result(valueQuantity=quantity)])
    choose(reader, "us", "laboratory/")

    page = plain(reader.read("laboratory/"))

    assert "12 cm" in page
    assert "recorded:" not in page


def test_a_recorded_value_is_found_by_a_search_whatever_the_units(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(Observation=[temperature()])
    choose(reader, "metric")

    page = reader.browser.post(reader.at("search/"), {"words": "98.6"}).content.decode()

    assert "1 entry found" in page


def test_units_are_chosen_by_post_alone(reader: Person) -> None:
    answer = reader.get("units/?units=us")

    assert (answer.status_code, answer["Location"]) == (302, reader.at())
    assert "portal_units" not in reader.browser.cookies

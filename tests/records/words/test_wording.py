"""Words: dates as precise as recorded, numbers with their digits, and absence never as a blank."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from records.fhir.codes import DATA_ABSENT_REASON
from records.fhir.codes import SNOMED_CT as SNOMED
from records.fhir.elements import (
    CodeableConcept,
    Coding,
    Extension,
    HumanName,
    Identifier,
    Period,
    PrimitiveElement,
    Quantity,
    Range,
    Ratio,
    Reference,
)
from records.words import wording
from records.words.rows import Telling

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]


def measured(value: str, unit: str | None = None) -> Quantity:
    """A quantity with the digits that are given."""
    return Quantity(value=Decimal(value), unit=unit)


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ("2019", "2019"),
        ("2019-03", "March 2019"),
        ("2019-03-09", "March 9, 2019"),
        ("2003-11-20", "November 20, 2003"),
        ("2019-03-09T23:30:00-05:00", "March 9, 2019"),
        ("2019-02-30", "2019-02-30"),
        ("2019-13", "2019-13"),
        ("last spring", "last spring"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_date_is_as_precise_as_recorded(recorded: str | None, words: str) -> None:
    assert wording.day(recorded) == words


@pytest.mark.parametrize(
    ("recorded", "words"),
    [
        ("2019-03", "March 2019"),
        ("2019-03-09T14:30:00-05:00", "March 9, 2019, 2:30 PM"),  # the agency's own clock
        ("2019-07-09T14:30:00-05:00", "July 9, 2019, 2:30 PM (UTC−05:00)"),  # which is an hour on in summer
        (
            "2019-03-09T00:05:59.123Z",
            "March 8, 2019, 7:05 PM, agency time; recorded as March 9, 2019, 12:05 AM (UTC)",
        ),
        ("2019-03-09T14:30:00+00:00", "March 9, 2019, 2:30 PM (UTC)"),
        ("2019-03-09T14:30:00+05:30", "March 9, 2019, 2:30 PM (UTC+05:30)"),
        ("2019-03-09T14:30", "March 9, 2019, 2:30 PM"),
        ("2019-03-09 14:30:00", "March 9, 2019, 2:30 PM"),
        ("2019-03-09T25:61:00Z", "2019-03-09T25:61:00Z"),
    ],
)
def test_a_time_is_told_with_its_own_offset_or_none(recorded: str, words: str) -> None:
    assert wording.moment(recorded) == words


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Pacific/Auckland"])
@settings(max_examples=50, deadline=None)
@given(
    day=st.dates(min_value=date(2, 1, 1), max_value=date(9998, 12, 31)).filter(
        lambda d: d.year not in {1899, 1900}
    ),
    clock=st.times(),
    offset=st.sampled_from(["", "-11:00", "-05:00", "+00:00", "+05:30", "+14:00"]),
)
def test_no_time_zone_ever_changes_the_day_of_a_time_with_an_offset_of_its_own(
    zone: str, day: Any, clock: Any, offset: str
) -> None:
    recorded = f"{day.isoformat()}T{clock.isoformat('seconds')}{offset}"
    words = f"{MONTHS[day.month - 1]} {day.day}, {day.year:04d}"

    with timezone.override(zone):
        assert wording.day(recorded) == words
        assert wording.day(day.isoformat()) == words
        assert wording.moment(recorded).startswith(f"{words}, ")


def test_dates_of_mixed_precision_compare_and_what_is_no_date_is_the_oldest() -> None:
    in_order = [
        "",
        "2018-12-31",
        "2019",
        "2019-03",
        "2019-03-09",
        "2019-03-09T23:30:00+10:00",
        "2019-03-09T14:30:00Z",
        "2019-03-09T11:30:00-05:00",
        "2020",
    ]

    shuffled = [*in_order[4:], *in_order[:4]]

    assert sorted(shuffled, key=wording.sort_key) == in_order
    assert wording.sort_key("yesterday") == wording.sort_key("zzzz-zz-zz, long ago") == ""


@settings(max_examples=200)
@given(
    recorded=st.text(max_size=30)
    | st.from_regex(r"\A[0-9]{4}(-[0-9]{2}){0,2}(T[0-9:]{5,12}(Z|[+-][0-9]{2}:[0-9]{2})?)?\Z")
)
def test_any_text_for_a_date_is_put_in_words_without_an_error(recorded: str) -> None:
    when = wording.when(recorded)

    assert (when is None) == (not recorded)
    assert bool(wording.moment(recorded)) == bool(recorded)


@pytest.mark.parametrize("recorded", ["0002-01-01T00:00:00+14:00", "9998-12-31T23:59:59-12:00"])
def test_the_ends_of_the_calendar_compare(recorded: str) -> None:
    assert wording.sort_key(recorded)[:4] in {"0001", "9999"}


def test_only_a_real_date_stands_in_the_time_element() -> None:
    when, unclear = wording.when("2019-03"), wording.when("last spring")

    assert when is not None
    assert unclear is not None
    assert (when.iso, unclear.iso, unclear.words) == ("2019-03", "", "last spring")
    fact = wording.dated("Recorded", "last spring")
    assert fact is not None
    assert (fact.value, fact.iso) == ("last spring", "")


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2019", "2021-03", "2019 to March 2021"),
        ("2019", None, "since 2019"),
        (None, "2021-03", "until March 2021"),
        ("2019", "2019", "2019"),
        (None, None, ""),
    ],
)
def test_a_period_is_told_by_the_ends_it_has(start: str | None, end: str | None, words: str) -> None:
    assert wording.span(Period(start=start, end=end)) == words


@pytest.mark.parametrize(
    ("concept", "words"),
    [
        (CodeableConcept(text="As written", coding=[Coding(display="Coded")]), "As written"),
        (CodeableConcept(text="  ", coding=[Coding(display="Coded")]), "Coded"),
        (CodeableConcept(coding=[Coding(code="1"), Coding(display="Second")]), "Second"),
        (CodeableConcept(coding=[Coding(display="First"), Coding(display="Chosen", userSelected=True)]), "Chosen"),
        (CodeableConcept(coding=[Coding(system="http://loinc.org", code="1-2")]), "LOINC code 1-2, without a name"),
        (CodeableConcept(coding=[Coding(code="4548-4")]), "Code 4548-4, without a name"),
        (CodeableConcept(coding=[Coding(system=DATA_ABSENT_REASON, code="unknown", display="Unknown")]), ""),
        (CodeableConcept(), ""),
        (None, ""),
    ],
)  # fmt: skip
def test_a_concept_is_told_as_recorded_and_never_guessed(concept: CodeableConcept | None, words: str) -> None:
    assert wording.words_of(concept) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Quantity(value=Decimal("7.20"), unit="mmol/L"), "7.20 mmol/L"),
        (Quantity(value=Decimal("0"), unit="kg"), "0 kg"),
        (Quantity(value=Decimal("5"), comparator="<", unit="mg/dL"), "< 5 mg/dL"),
        (Quantity(value=Decimal("5"), comparator="<="), "≤ 5"),
        (Quantity(value=Decimal("98"), unit="%"), "98%"),
        (Quantity(value=Decimal("3"), code="1"), "3"),
        (Quantity(value=Decimal("1E+3")), "1000"),
        (Quantity(value=Decimal("1E+999999999")), "1E+999999999"),
        (Quantity(unit="kg"), ""),
        (None, ""),
    ],
)
def test_a_quantity_keeps_the_digits_and_the_comparator_of_the_record(
    value: Quantity | None, words: str
) -> None:
    assert wording.quantity(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Range(low=measured("4.0", "%"), high=measured("5.6", "%")), "4.0 to 5.6%"),
        (Range(low=measured("1", "g"), high=measured("2", "kg")), "1 g to 2 kg"),
        (Range(high=Quantity(value=Decimal("5.6"), unit="%")), "5.6% or less"),
        (Range(low=Quantity(value=Decimal("90"))), "90 or more"),
        (Range(), ""),
    ],
)  # fmt: skip
def test_a_range_is_told_by_the_bounds_it_has(value: Range, words: str) -> None:
    assert wording.range_words(value) == words


def test_a_ratio_with_a_part_missing_says_so() -> None:
    one, many = measured("1"), measured("128")

    assert wording.ratio_words(Ratio(numerator=one, denominator=many)) == "1 : 128"
    assert wording.ratio_words(Ratio(numerator=one)) == "1 : Not recorded"
    assert wording.ratio_words(Ratio()) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Quantity(value=Decimal("1"), code="a", unit="yr"), "1 year"),
        (Quantity(value=Decimal("1.0"), code="mo"), "1.0 month"),
        (Quantity(value=Decimal("2.5"), code="h"), "2.5 hours"),
        (Quantity(value=Decimal("5"), code="a", comparator="<"), "< 5 years"),
        (Quantity(value=Decimal("3"), unit="moons"), "3 moons"),
        (Quantity(code="a"), ""),
    ],
)
def test_an_amount_of_time_is_told_in_words(value: Quantity, words: str) -> None:
    assert wording.duration(value) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (HumanName(text="Dr. Ana Flores", family="Flores"), "Dr. Ana Flores"),
        (HumanName(prefix=["Dr."], given=["Ana", None, "M."], family="Flores", suffix=["MD"]), "Dr. Ana M. Flores, MD"),
        (HumanName(suffix=["MD"]), "MD"),
        (HumanName(), ""),
        (None, ""),
    ],
)  # fmt: skip
def test_a_name_is_told_as_one_says_it(name: HumanName | None, words: str) -> None:
    assert wording.human_name(name) == words


def test_of_several_names_the_one_in_use_is_told() -> None:
    old = HumanName(use="official", text="Old", period=Period(end="2010"))
    names = [HumanName(use="nickname", text="Nick"), old, HumanName(use="usual", text="Usual")]

    assert wording.best_name(names) == "Usual"
    assert wording.best_name([*names, HumanName(use="official", text="Official")]) == "Official"
    assert wording.best_name([HumanName(), old]) == "Old"


def test_a_reference_is_told_by_what_it_says_itself() -> None:
    assert wording.reference_words(Reference(display=" Dr. Flores ")) == "Dr. Flores"
    assert (
        wording.reference_words(Reference(identifier=Identifier(value="77"))) == "Number 77, without a name"
    )
    assert wording.reference_words(Reference(reference="Practitioner/1")) == ""


@pytest.mark.parametrize("code", wording.ABSENT)
def test_every_absent_reason_has_words(code: str) -> None:
    extension = Extension(url=ABSENT, valueCode=code)
    words = str(wording.absent_reason(PrimitiveElement(extension=[extension])))

    assert words == str(wording.ABSENT[code])
    assert words != code


def test_all_fifteen_absent_reasons_of_the_standard_are_there() -> None:
    assert len(wording.ABSENT) == 15


def test_a_fact_that_is_not_there_says_so_in_words() -> None:
    missing, reason = wording.fact("Started", ""), wording.fact("Started", None, absent="Not asked")

    assert (missing.value, missing.telling) == ("Not recorded", Telling.ABSENT)
    assert (reason.value, reason.telling) == ("Not asked", Telling.ABSENT)
    assert wording.fact("Started", "2019").telling is Telling.SAID
    assert wording.maybe("Ended", "") is None


def test_dates_follow_the_language_of_the_reader() -> None:
    with translation.override("es"):
        assert "marzo" in wording.day("2019-03").lower()


@pytest.mark.parametrize(
    ("concept", "said"),
    [
        ({"system": SNOMED, "display": "Knee joint prosthesis (physical object)"}, "Knee joint prosthesis"),
        ({"system": SNOMED, "display": "Viral sinusitis (disorder)"}, "Viral sinusitis"),
        ({"system": SNOMED, "display": "Negative (adequate)"}, "Negative (adequate)"),
        ({"system": SNOMED, "display": "(finding)"}, "(finding)"),
        ({"system": "urn:own", "display": "Visit (procedure)"}, "Visit (procedure)"),
    ],
)
def test_a_snomed_name_is_told_without_its_tag_for_machines(concept: dict[str, str], said: str) -> None:
    coding = Coding(code="1", **concept)

    assert wording.words_of(CodeableConcept(coding=[coding])) == said
    assert wording.words_of(CodeableConcept(text="Cold (disorder)", coding=[coding])) == "Cold (disorder)"


@pytest.mark.parametrize(
    ("reference", "kind", "display", "said"),
    [
        ("Condition/c1", None, "Acute bronchitis (disorder)", "Acute bronchitis"),
        ("Condition/c1/_history/2", None, "Acute bronchitis (disorder)", "Acute bronchitis"),
        (f"Condition/{'e' * 88}", None, "Acute bronchitis (disorder)", "Acute bronchitis"),
        ("https://x.example/fhir/Procedure/p", None, "Colonoscopy (procedure)", "Colonoscopy"),
        (None, "Condition", "Acute bronchitis (disorder)", "Acute bronchitis"),
        ("Condition/c1", None, "Acute bronchitis (left)", "Acute bronchitis (left)"),
        ("Organization/o1", None, "Home (environment)", "Home (environment)"),
        ("Practitioner/d1", "Condition", "Ana Flores (person)", "Ana Flores (person)"),
        (None, None, "Acute bronchitis (disorder)", "Acute bronchitis (disorder)"),
    ],
)
def test_what_a_reference_is_called_by_a_code_is_told_without_its_tag_too(
    reference: str | None, kind: str | None, display: str, said: str
) -> None:
    assert wording.reference_words(Reference(reference=reference, type=kind, display=display)) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "at age 10 to 15 years"), ("es", "a la edad de 10 a 15 años")],
)
@pytest.mark.parametrize("unit", ["years", "Years", "yrs"])
def test_an_age_in_a_word_of_the_record_is_told_in_the_readers_language(
    unit: str, language: str, said: str
) -> None:
    ages = Range(low=measured("10", unit), high=measured("15", unit))

    with translation.override(language):
        assert wording.beginning(None, None, None, ages, None) == said


@pytest.mark.parametrize(("unit", "said"), [("moons", "10 moons"), ("dozen years", "10 dozen years")])
def test_a_word_that_is_no_unit_of_time_stays_as_recorded(unit: str, said: str) -> None:
    with translation.override("es"):
        assert wording.duration(measured("10", unit)) == said


def test_a_text_that_repeats_the_full_name_of_its_code_loses_the_tag_too() -> None:
    name = "Encounter for check up (procedure)"
    coding = Coding(system=SNOMED, code="185349003", display=name)

    assert wording.words_of(CodeableConcept(coding=[coding], text=name)) == "Encounter for check up"
    assert wording.words_of(CodeableConcept(text=name)) == name
    assert wording.words_of(CodeableConcept(coding=[coding], text="Mine (procedure)")) == "Mine (procedure)"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [("18", None, "18 años o más"), (None, "1", "1 año o menos"), ("10", "15", "10 a 15 años")],
)
@pytest.mark.parametrize("unit", ["years", "a"])
def test_the_ages_that_a_usual_range_is_for_are_told_in_the_readers_language(
    unit: str, low: str | None, high: str | None, said: str
) -> None:
    def age(value: str | None) -> Quantity | None:
        return None if value is None else Quantity(value=Decimal(value), unit=unit, code="a")

    with translation.override("es"):
        assert wording.age_range_words(Range(low=age(low), high=age(high))) == said

"""The line of a medicine is the whole instruction: nothing that is recorded of a dose is missing from it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from records.kinds.medications import KIND
from records.kinds.timing_codes import ALSO, CODES, GTS_ABBREVIATION
from tests.conftest import ROOT
from tests.records.kinds.reading import facts_of, row_of
from tests.resources import coded, medication_request

Json = dict[str, Any]

HOUR = {"system": "http://unitsofmeasure.org", "code": "h", "unit": "hours"}
DAY = {"system": "http://unitsofmeasure.org", "code": "d", "unit": "days"}
DOSE_RATE_TYPE = "http://terminology.hl7.org/CodeSystem/dose-rate-type"


def line(*dosages: Json, **odd: Any) -> str:
    """The line of a medicine with these dosages."""
    return str(row_of(KIND, medication_request(dosageInstruction=list(dosages), **odd)).line)


def typed(kind: str, value: Any, unit: str) -> Json:
    """One of several ways of saying a dose."""
    return {"type": coded(DOSE_RATE_TYPE, kind), "doseQuantity": {"value": value, "unit": unit}}


# ---------------------------------------------------------------- nothing is left out

REPEAT: Json = {
    "boundsDuration": {"value": 11, **DAY},
    "boundsRange": {"low": {"value": 12, **DAY}, "high": {"value": 13, **DAY}},
    "boundsPeriod": {"start": "2026-04-01", "end": "2026-04-17"},
    "count": 21,
    "countMax": 22,
    "duration": 31,
    "durationMax": 32,
    "durationUnit": "min",
    "frequency": 3,
    "frequencyMax": 4,
    "period": 5,
    "periodMax": 6,
    "periodUnit": "d",
    "dayOfWeek": ["tue"],
    "timeOfDay": ["07:45:00"],
    "when": ["PCV"],
    "offset": 41,
}
TIMING: Json = {"event": ["2026-05-09"], "code": {"text": "when the tide is low"}, "repeat": REPEAT}
DOSE: Json = {
    "type": {"text": "Loading"},
    "doseQuantity": {"value": 51, "unit": "sachet"},
    "doseRange": {"low": {"value": 52, "unit": "vial"}, "high": {"value": 53, "unit": "vial"}},
    "rateQuantity": {"value": 54, "unit": "mL/h"},
    "rateRange": {"low": {"value": 55, "unit": "g/h"}, "high": {"value": 56, "unit": "g/h"}},
    "rateRatio": {"numerator": {"value": 57, "unit": "ampule"}, "denominator": {"value": 58, **HOUR}},
}
FULL: Json = {
    "text": "As it was agreed",
    "patientInstruction": "Mind the cat",
    "additionalInstruction": [{"text": "Keep it dry"}],
    "timing": TIMING,
    "asNeededCodeableConcept": {"text": "hiccups"},
    "site": {"text": "Left elbow"},
    "route": {"text": "Through a straw"},
    "method": {"text": "Gargle"},
    "doseAndRate": [DOSE],
    "maxDosePerPeriod": {"numerator": {"value": 61, "unit": "sachet"}, "denominator": {"value": 62, **HOUR}},
    "maxDosePerAdministration": {"value": 63, "unit": "sachet"},
    "maxDosePerLifetime": {"value": 64, "unit": "sachet"},
}
"""Every element of a Dosage but its number among several, each with a value that no other one has."""

PATHS = [
    *((name,) for name in FULL if name not in {"timing", "doseAndRate"}),
    *(("timing", name) for name in TIMING if name != "repeat"),
    *(("timing", "repeat", name) for name in REPEAT),
    *(("doseAndRate", 0, name) for name in DOSE),
]
LEAN: list[Json] = [
    {},
    {"text": "As it was agreed"},
    {"patientInstruction": "Mind the cat"},
    {"text": "As it was agreed", "patientInstruction": "Mind the cat"},
    {"doseAndRate": [{"doseQuantity": {"value": 2, "unit": "pack"}}]},
]


def without(found: Any, path: tuple[Any, ...]) -> Any:
    """A copy with one element taken away."""
    step, *rest = path
    if isinstance(found, list):
        return [without(one, tuple(rest)) if at == step else one for at, one in enumerate(found)]
    if not rest:
        return {name: one for name, one in found.items() if name != step}
    return {name: without(one, tuple(rest)) if name == step else one for name, one in found.items()}


def alone(path: tuple[Any, ...]) -> Json:
    """A Dosage with that element alone, and what it cannot be without."""
    found: Any = FULL
    for step in path:
        found = found[step]
    for step in reversed(path):
        found = [found] if step == 0 else {step: found}
    single: Json = found
    return single


@given(path=st.sampled_from(PATHS), others=st.sets(st.sampled_from(PATHS), max_size=8))
def test_whatever_is_taken_away_from_a_dose_is_missing_from_its_line(
    path: tuple[Any, ...], others: set[tuple[Any, ...]]
) -> None:
    some: Json = FULL
    for other in others - {path}:
        some = without(some, other)
    # What a part is counted in says nothing without the part itself.
    if path[-1] in {"durationUnit", "type"} and {o[-1] for o in others} & {"duration", "durationMax", *DOSE}:
        return

    assert line(some) != line(without(some, path)), path


@given(path=st.sampled_from(PATHS), lean=st.sampled_from(LEAN))
def test_whatever_is_added_to_a_dose_stands_on_its_line(path: tuple[Any, ...], lean: Json) -> None:
    added = alone(path)
    if path[-1] == "type" or added.keys() <= lean.keys() - {"doseAndRate"}:
        return

    assert line(lean | added) != line(lean), path
    assert len(line(lean | added)) > len(line(lean)) or lean == {}


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_full_dose_is_one_line_in_which_each_number_stands_once(language: str) -> None:
    with translation.override(language):
        said = line(FULL)

    assert said.startswith("As it was agreed, ")
    assert said.endswith("Mind the cat")
    assert "\n" not in said
    numbers = [*range(11, 14), 21, 22, 31, 32, 41, *range(51, 59), *range(61, 65)]
    assert [number for number in numbers if said.count(str(number)) != 1] == []


# ---------------------------------------------------------------- text and elements


@pytest.mark.parametrize(
    "dosage",
    [
        {
            "text": "TAKE 1 TABLET BY MOUTH TWICE DAILY FOR 10 DAYS",
            "route": {"text": "Oral"},
            "timing": {
                "repeat": {
                    "frequency": 2,
                    "period": 1,
                    "periodUnit": "d",
                    "boundsDuration": {"value": 10, **DAY},
                }
            },
            "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "Tab"}}],
        },
        {
            "text": "Inject 0.5 mL under the skin every 4 weeks",
            "route": {"text": "Subcutaneous"},
            "timing": {"repeat": {"frequency": 1, "period": 4, "periodUnit": "wk"}},
            "doseAndRate": [{"doseQuantity": {"value": 0.5, "unit": "mL"}}],
        },
        {
            "text": "1-2 puffs q4-6h prn wheezing",
            "asNeededCodeableConcept": {"text": "wheezing"},
            "timing": {"repeat": {"period": 4, "periodMax": 6, "periodUnit": "h"}},
            "doseAndRate": [
                {"doseRange": {"low": {"value": 1, "unit": "puff"}, "high": {"value": 2, "unit": "puff"}}}
            ],
        },
        {
            "text": "Tome media tableta por vía oral al acostarse si es necesario",
            "asNeededBoolean": True,
            "route": {"text": "Oral"},
            "timing": {"repeat": {"when": ["HS"]}},
            "doseAndRate": [{"doseQuantity": {"value": 0.5, "unit": "tablet"}}],
        },
        {
            "text": "One capsule at 8:00 am. Do not exceed 3 capsules in 24 hours.",
            "timing": {"repeat": {"timeOfDay": ["08:00:00"]}},
            "maxDosePerPeriod": {
                "numerator": {"value": 3, "unit": "capsule"},
                "denominator": {"value": 1, **DAY},
            },
        },
        {"text": "Take it with food", "additionalInstruction": [{"text": "Take with food"}]},
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_a_text_says_already_is_not_said_again(dosage: Json, language: str) -> None:
    with translation.override(language):
        said = line(dosage)

    assert said == dosage["text"] or dosage["text"].startswith("Take it with food")


@pytest.mark.parametrize(
    ("dosage", "said"),
    [
        (
            {"text": "Take 1 tablet daily.", "route": {"text": "Oral"}, "asNeededBoolean": True},
            "Take 1 tablet daily, Oral, if needed",
        ),
        (
            {"text": "Take at night", "doseAndRate": [{"doseQuantity": {"value": 25, "unit": "mg"}}]},
            "Take at night, 25 mg at a time",
        ),
        (
            {"text": "Take with food", "additionalInstruction": [{"text": "Do not take with food"}]},
            "Take with food, Do not take with food",
        ),
        (
            {"text": "Do not take with milk", "additionalInstruction": [{"text": "Take with milk"}]},
            "Do not take with milk, Take with milk",
        ),
        (
            {
                "text": "Review after 6 days",
                "timing": {"repeat": {"boundsDuration": {"value": 6, **DAY}}},
            },
            "Review after 6 days, for 6 days",
        ),
        (
            {
                "text": "1 capsule, at most 3 capsules a day",
                "maxDosePerAdministration": {"value": 3, "unit": "capsules"},
            },
            "1 capsule, at most 3 capsules a day, at most 3 capsules at a time",
        ),
    ],
)
def test_what_a_text_leaves_out_follows_it(dosage: Json, said: str) -> None:
    assert line(dosage) == said


@pytest.mark.parametrize(
    ("dosage", "said"),
    [
        (
            {"text": "Take 1 tablet", "doseAndRate": [{"doseQuantity": {"value": 3, "unit": "tablet"}}]},
            "Take 1 tablet; also recorded: 3 tablets at a time",
        ),
        (
            {"text": "Take 2 tablets", "doseAndRate": [{"doseQuantity": {"value": 1}}]},
            "Take 2 tablets; also recorded: 1 at a time",
        ),
        (
            {"text": "1 po qam", "timing": {"repeat": {"when": ["NIGHT"]}}},
            "1 po qam; also recorded: at night",
        ),
        (
            {"text": "1 po", "route": {"text": "Rectal"}},
            "1 po; also recorded: Rectal",
        ),
        (
            {"text": "1 a day", "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}},
            "1 a day; also recorded: 3 times every day",
        ),
        (
            {"text": "1 a day for 5 days", "timing": {"repeat": {"boundsDuration": {"value": 9, **DAY}}}},
            "1 a day for 5 days; also recorded: for 9 days",
        ),
        (
            {"text": "1 tablet as needed", "asNeededBoolean": False},
            "1 tablet as needed; also recorded: not only if needed",
        ),
        (
            {
                "timing": {
                    "code": {"text": "every 6 hours"},
                    "repeat": {"frequency": 2, "period": 1, "periodUnit": "d"},
                }
            },
            "every 6 hours; also recorded: 2 times every day",
        ),
    ],
)
def test_what_contradicts_what_is_said_stands_there_too(dosage: Json, said: str) -> None:
    assert line(dosage) == said


@pytest.mark.parametrize(
    ("text", "timing"),
    [
        ("1 tablet at bedtime", {"when": ["NIGHT"]}),
        ("1 tablet in the morning", {"when": ["CM"]}),
        ("1 tablet every 72 hours", {"frequency": 1, "period": 3, "periodUnit": "d"}),
        ("1 tablet for 14 days", {"boundsDuration": {"value": 2, "code": "wk"}}),
    ],
)
def test_the_same_time_of_day_or_length_in_other_words_is_no_contradiction(text: str, timing: Json) -> None:
    assert "also recorded" not in line({"text": text, "timing": {"repeat": timing}})


def test_a_limit_in_other_words_is_not_said_twice() -> None:
    a_day = {"numerator": {"value": 3, "unit": "tablet"}, "denominator": {"value": 1, **DAY}}
    texts = [
        "1 tablet. Do not take more than 3 tablets a day.",
        "1 or 2 tablets, no more than 3 a day",
        "1 tableta, máximo 3 tabletas al día",
    ]

    assert [line({"text": text, "maxDosePerPeriod": a_day}) for text in texts] == texts
    assert line({"text": "1 tablet, max 4 tablets a day", "maxDosePerPeriod": a_day}) == (
        "1 tablet, max 4 tablets a day; also recorded: at most 3 tablets in 1 day"
    )


ORDER_WORDS = (
    "1 2 0.5 ½ 1/2 4-6 tablet tablets mg/day max maximum exceed not no do take every q 8 h hours daily bid prn for x"
    " over up to and a half . , / - : 8:00 am @ por vez cada hasta in once qhs food oral 1,000 99999999999999 ٣ 1e9"
)
WORDS_OF_ORDERS = st.sampled_from(ORDER_WORDS.split())


@given(text=st.lists(WORDS_OF_ORDERS, max_size=14), told=st.lists(WORDS_OF_ORDERS, max_size=6))
def test_whatever_is_written_is_told_whole_with_all_the_rest(text: list[str], told: list[str]) -> None:
    written, patient = " ".join(text), " ".join(told)
    said = line({**FULL, "text": written, "patientInstruction": patient})

    # What a line ends with may go where more follows; signs alone say nothing.
    assert written.rstrip(".,; ") in said or not any(map(str.isalnum, written))
    assert "Keep it dry" in said
    assert "hiccups" in said
    assert "64" in said


@given(st.text(max_size=60), st.text(max_size=20))
def test_a_text_of_any_signs_is_told(text: str, told: str) -> None:
    said = line({"text": text, "patientInstruction": told, "asNeededBoolean": True})

    assert said
    assert "\n" not in said


def test_a_method_stands_before_what_it_is_done_with() -> None:
    dose = {"method": {"text": "Chew"}, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}

    assert line(dose) == "Chew: 1 tablet"
    assert line({"method": {"text": "Chew"}}) == "Chew"
    assert line(dose | {"text": "Chew 1 tablet"}) == "Chew 1 tablet"


def test_what_is_recorded_twice_does_not_read_as_twice_the_dose() -> None:
    once = {"text": "Take 1 capsule daily"}

    assert line(once, once) == "Take 1 capsule daily (recorded 2 times)"


def test_the_same_order_in_other_words_is_no_contradiction() -> None:
    twice = {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}

    assert line({"text": "1 every 12 hours", "timing": twice}) == "1 every 12 hours, 2 times every day"


def test_the_own_line_of_the_record_stays_on_the_entrys_page() -> None:
    row = row_of(
        KIND,
        medication_request(
            dosageInstruction=[
                {"text": "Take 1\ntablet daily.", "patientInstruction": "With food", "asNeededBoolean": True}
            ]
        ),
    )

    assert row.line == "Take 1 tablet daily, if needed; said to the patient: With food"
    assert facts_of(row)["Instruction"] == "Take 1\ntablet daily."
    assert facts_of(row)["Instruction to the patient"] == "With food"


# ---------------------------------------------------------------- only if needed


@pytest.mark.parametrize(
    ("needed", "said"),
    [
        ({"asNeededBoolean": True}, "if needed"),
        ({"asNeededCodeableConcept": {}}, "if needed"),
        ({"asNeededCodeableConcept": {"coding": [{"display": " "}]}}, "if needed"),
        (
            {"asNeededBoolean": False, "asNeededCodeableConcept": {"text": "wheezing"}},
            "if needed for wheezing",
        ),
        ({"asNeededCodeableConcept": {"text": "PRN"}}, "if needed"),
        ({"asNeededCodeableConcept": {"text": "as needed for sleep"}}, "as needed for sleep"),
        ({"asNeededCodeableConcept": {"text": "si es necesario para dormir"}}, "si es necesario para dormir"),
        ({"asNeededCodeableConcept": {"text": "for itching"}}, "if needed: for itching"),
        ({"asNeededCodeableConcept": {"text": "when anxious"}}, "if needed: when anxious"),
        (
            {"asNeededCodeableConcept": coded("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK")},
            "if needed, for what is not known",
        ),
        ({"timing": {"code": {"text": "PRN"}}}, "if needed"),
    ],
)
def test_an_as_needed_medicine_never_reads_as_a_regular_one(needed: Json, said: str) -> None:
    dose = {"doseAndRate": [{"doseQuantity": {"value": 25, "unit": "mg"}}]}

    assert line(dose | needed) == f"25 mg, {said}"
    assert said.split()[0] in line({"text": "25 mg by mouth"} | needed)


def test_as_needed_is_said_once() -> None:
    twice = {"timing": {"code": {"text": "every 4 hours as needed"}}, "asNeededBoolean": True}
    reason = {"text": "1 tablet as needed", "asNeededCodeableConcept": {"text": "wheezing"}}

    assert line(twice) == "every 4 hours as needed"
    assert line(reason) == "1 tablet as needed, for wheezing"


# ---------------------------------------------------------------- one dose in several ways


def test_several_ways_of_saying_a_dose_never_read_as_amounts_to_add() -> None:
    dose = [
        typed("calculated", 12, "mg"),
        {"type": {"text": "admin-amount"}, "doseQuantity": {"value": 2, "unit": "Capsule"}},
        typed("ordered", 8, "mg"),
    ]

    assert line({"doseAndRate": dose}) == "8 mg (given as 2 capsules; calculated: 12 mg)"
    assert line({"text": "Take 8 mg", "doseAndRate": dose}) == (
        "Take 8 mg, given as 2 capsules; also recorded: calculated: 12 mg"
    )
    assert line({"doseAndRate": [typed("calculated", 8, "mg"), typed("ordered", 8, "mg")]}) == "8 mg"
    assert line({"doseAndRate": [typed("calculated", 12, "mg")]}) == "12 mg (calculated)"
    untyped = [{"doseQuantity": {"value": 1, "unit": "tablet"}}, {"doseQuantity": {"value": 5, "unit": "mg"}}]
    assert line({"doseAndRate": untyped}) == "1 tablet (also recorded: 5 mg)"


def test_a_dose_and_its_rate_are_two_things() -> None:
    dose = [{"doseQuantity": {"value": 500, "unit": "mL"}}, {"rateQuantity": {"value": 80, "unit": "mL/h"}}]

    assert line({"doseAndRate": dose}) == "500 mL, at a rate of 80 mL/h"


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        ({"value": 2, "unit": "Tablet"}, "2 tablets"),
        ({"value": 1, "unit": "tablet(s)"}, "1 tablet"),
        ({"value": 0.5, "unit": "TAB"}, "0.5 tablet"),
        ({"value": 3, "unit": "Puff"}, "3 puffs"),
        ({"value": 2, "unit": "cap"}, "2 cap"),
        ({"unit": "mg"}, "mg, how many is not recorded"),
    ],
)
def test_a_counted_dose_reads_as_one_says_it(quantity: Json, said: str) -> None:
    assert line({"doseAndRate": [{"doseQuantity": quantity}]}) == said


# ---------------------------------------------------------------- steps


def test_steps_follow_each_other_by_their_numbers_whatever_their_place() -> None:
    steps = [
        {"sequence": 3, "text": "then none"},
        {"sequence": 1, "text": "4 mg for a week"},
        {"sequence": 2, "text": "2 mg for a week"},
    ]
    row = row_of(KIND, medication_request(dosageInstruction=steps))

    assert row.line == "First: 4 mg for a week; then: 2 mg for a week; then none"
    assert [str(fact.value) for fact in row.facts if str(fact.label) == "Step"] == ["1", "2", "3"]


def test_what_has_one_number_is_taken_together() -> None:
    morning, evening = {"sequence": 1, "text": "1 at breakfast"}, {"sequence": 1, "text": "2 at dinner"}

    assert line(morning, evening) == "1 at breakfast; 2 at dinner"
    assert line(morning, evening, {"sequence": 2, "text": "1 at noon"}) == (
        "First: 1 at breakfast, together with 2 at dinner; then: 1 at noon"
    )
    assert "1 at noon" in line(morning, {"sequence": 2, "text": "2"}, {"text": "1 at noon"})
    assert line(morning) == "1 at breakfast"
    assert line({"sequence": 2, "text": "1 at noon"}) == "step 2: 1 at noon"


# ---------------------------------------------------------------- how often


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", CODES)
def test_every_abbreviation_of_hl7_is_said_in_words(code: str, language: str) -> None:
    with translation.override(language):
        bare = line({"timing": {"code": coded(GTS_ABBREVIATION, code)}})
        copied = line({"timing": {"code": {"text": code} | coded(GTS_ABBREVIATION, code)}})
        own = line({"timing": {"code": {"text": "with the tide"} | coded(GTS_ABBREVIATION, code)}})

    assert bare == copied
    assert code.casefold() not in bare.casefold().split()
    assert len(bare) > 5
    assert own == "with the tide"


@pytest.mark.parametrize("code", ALSO)
def test_what_prescribers_abbreviate_is_said_in_words(code: str) -> None:
    assert line({"timing": {"code": {"text": code.lower()}}}) == ALSO[code]


def test_a_code_never_hides_a_repeat_that_says_more() -> None:
    code = coded(GTS_ABBREVIATION, "TID")
    same = {"frequency": 3, "period": 1, "periodUnit": "d", "when": ["PC"]}
    other = {"frequency": 2, "period": 1, "periodUnit": "d"}

    assert line({"timing": {"code": code, "repeat": same}}) == "3 times every day, after a meal"
    assert (
        line({"timing": {"code": code, "repeat": other}}) == "2 times every day; also recorded: 3 times a day"
    )
    assert line({"timing": {"code": code, "repeat": {"when": ["PC"]}}}) == "3 times a day, after a meal"


@pytest.mark.parametrize(
    ("repeat", "said"),
    [
        ({"frequencyMax": 6, "period": 1, "periodUnit": "d"}, "up to 6 times every day"),
        ({"periodMax": 8, "periodUnit": "h"}, "at most 8 hours apart"),
        ({"duration": 5, "durationMax": 15, "durationUnit": "min"}, "each time for 5 to 15 minutes"),
        ({"durationMax": 15, "durationUnit": "min"}, "each time for up to 15 minutes"),
        ({"duration": 15}, "each time for 15, in which unit is not recorded"),
        ({"durationUnit": "min"}, "each time for … minutes, how many is not recorded"),
        ({"countMax": 3}, "up to 3 times in all"),
        ({"count": 0}, "0 times in all"),
        ({"frequency": 0}, "0 times"),
        ({"period": 8}, "every 8, in which unit is not recorded"),
        ({"frequency": 2, "periodUnit": "d"}, "2 times every … days, how many is not recorded"),
        ({"offset": 20}, "20 minutes away from a time that is not recorded"),
        ({"when": ["MORN"], "offset": 20}, "in the morning and 20 minutes later"),
        ({"when": ["WAKE"], "offset": 0}, "0 minutes after waking up"),
        (
            {"boundsDuration": {"value": 3, **DAY}, "boundsPeriod": {"end": "2026-03-04"}},
            "for 3 days, until March 4, 2026",
        ),
        (
            {"boundsPeriod": {"start": "2026-03-01", "end": "2026-03-04"}},
            "from March 1, 2026 to March 4, 2026",
        ),
    ],
)
def test_every_part_of_a_timing_is_told_also_where_half_of_it_is_missing(repeat: Json, said: str) -> None:
    assert line({"timing": {"repeat": repeat}}) == said


def test_what_a_text_says_is_followed_by_its_bounds_and_not_contradicted_by_a_date() -> None:
    dosage = {"text": "Take 1 daily", "timing": {"repeat": {"boundsPeriod": {"start": "2026-02-03"}}}}

    assert line(dosage) == "Take 1 daily, since February 3, 2026"


def test_a_list_with_a_gap_is_read() -> None:
    gaps = {"event": [None, "2026-03-01"], "repeat": {"when": [None, "NOON"], "dayOfWeek": [None, "sun"]}}

    assert line({"timing": gaps}) == "March 1, 2026, on Sunday, at noon"


# ---------------------------------------------------------------- against the standard

ODD = {
    "odd-dose-both-needed": "1 at night, if needed",
    "odd-dose-half-timing": (
        "up to 2 times every … days, how many is not recorded, 15 minutes away from a time that is not recorded,"
        " each time for … minutes, how many is not recorded"
    ),
    "odd-dose-three-bounds": "for 3 days, for 4 days or more, until January 9, 2026",
    "odd-dose-gaps": "Not known, February 3, 2026, in the morning",
    "odd-dose-no-number": "mg, how many is not recorded",
    "odd-dose-limits-in-a-list": "1 a day",
    "odd-dose-signs": "if needed",
}
"""What becomes of the doses of `tests/odd_records/doses.json`, which no standard allows."""


def test_a_dose_that_no_standard_allows_is_told_as_far_as_it_goes() -> None:
    bundle = json.loads((ROOT / "tests" / "odd_records" / "doses.json").read_text())
    requests = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] != "Patient"]
    rows = {request["id"]: row_of(KIND, request) for request in requests}

    assert {name: str(row.line) for name, row in rows.items()} == ODD

"""What a reader sees of rows, sections and notices: the words and the structure of the templates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory, override_settings
from django.utils import translation
from django.utils.safestring import mark_safe

from insync_portal.asking import asking
from records.service.overview import Block
from records.words.rows import Fact, File, Flag, Measure, Note, Notice, Row, Status, Telling, When, replace
from records.words.sections import Latest, Pages, RowGroup, Section, State, Tally
from smart_auth.agencies import all_agencies

RELATIONS = ("self", "representative", "staff", "unknown")


@dataclass
class Banner:
    name: str = "Daniel Whitaker"
    born: str = "Born March 9, 1968"
    age_words: str = "58 years old"
    relation: str = "self"
    reader_name: str = "Daniel Whitaker"
    overview_href: str = "/record/a/"
    switch_href: str = ""
    deceased: str = ""


@dataclass
class Link:
    title: str
    href: str
    current: bool = False
    state: str = ""
    is_gap: bool = False


@dataclass
class Links:
    title: str
    links: list[Link] = field(default_factory=list)


@dataclass
class Line:
    label: str
    value: str
    depth: int = 0
    is_heading: bool = False


@dataclass
class View:
    kind: str
    text: str = ""
    html: str = ""
    notice: Notice | None = None
    can_download: bool = True


TIMED_OUT = Notice(
    title="The agency’s system did not answer in time",
    what_happened="It was asked at 3:42 PM.",
    safe="The record is safe.",
    action="Wait some minutes, then try again.",
    retry_href="/record/a/allergies/?again=1",
    request_id="H7K2-94QD",
)
NO_KNOWN_ALLERGIES = Row(
    title="No known allergies",
    when=When("June 4, 2025", iso="2025-06-04", label="Recorded"),
    who="Imani Cole, MD",
)


def section(state: State = State.LOADED, *rows: Row, **changes: Any) -> Section:
    """A section of allergies whose rows, if any, stand in one group."""
    groups = (RowGroup(slug="now", title="Current", rows=rows, total=len(rows)),) if rows else ()
    made = Section(
        slug="allergies",
        title="Allergies",
        plain="What the agency has recorded.",
        state=state,
        groups=groups,
        empty_words="The agency’s system sent nothing here. That does not always mean there is nothing.",
        href="/record/a/allergies/",
        as_of=datetime(2026, 11, 24, 15, 42, tzinfo=UTC),
    )
    return replace(made, **changes)


def page(template: str, banner: Banner | None = None, **context: Any) -> str:
    """A whole page as it is sent, for a request of its own."""
    if banner:
        menu = [
            Links("", [Link("Overview", "/record/a/")]),
            Links("My health now", [Link("Allergies", "/record/a/allergies/", current=True)]),
            Links(
                "Visits and notes",
                [
                    Link("Documents", "/record/a/documents/", state="could not load", is_gap=True),
                    Link("Allergies told", "/record/a/told/", state="none"),
                ],
            ),
        ]
        context.update(banner=banner, links=render_to_string("components/menu.html", {"menu": menu}))
    return render_to_string(template, context, RequestFactory().get("/record/a/allergies/"))


def part(template: str, **context: Any) -> str:
    return render_to_string(f"components/{template}.html", context)


def listed(loaded: Section) -> str:
    return page("records/section_list.html", section=loaded)


def words(markup: str) -> str:
    """The text of some markup as it is read, with single spaces."""
    return " ".join(re.sub(r"<[^>]*>", " ", markup).split())


# --- The honest empty states


def test_a_failure_says_what_happened_and_never_the_word_no() -> None:
    said = words(listed(section(State.FAILED, notices=(TIMED_OUT,))))

    assert "did not answer in time" in said
    assert "The record is safe." in said
    assert not re.search(r"\b(no|none|nothing)\b", said, re.IGNORECASE)


def test_a_failure_without_a_notice_still_never_says_no() -> None:
    said = words(listed(section(State.FAILED)))

    assert "Allergies: could not load" in said
    assert "Try again" in said
    assert not re.search(r"\b(no|none|nothing)\b", said, re.IGNORECASE)


def test_a_part_that_was_not_shared_stands_in_a_dashed_gap() -> None:
    markup = listed(section(State.NOT_SHARED))

    assert '<div class="gap">' in markup
    assert "not shared with this app" in words(markup)
    assert "There may be entries" in words(markup)


def test_nothing_came_back_is_said_without_claiming_that_there_is_none() -> None:
    markup = listed(section(State.NOTHING_CAME_BACK))

    assert "Nothing came back" in words(markup)
    assert "does not always mean" in words(markup)
    assert 'class="gap"' not in markup


def test_none_is_said_in_the_words_of_the_record_with_date_and_author() -> None:
    markup = listed(section(State.RECORDED_AS_NONE, statements=(NO_KNOWN_ALLERGIES,)))

    assert "No known allergies" in words(markup)
    assert 'Recorded <time datetime="2025-06-04">June 4, 2025</time>' in markup
    assert "Imani Cole, MD" in markup
    assert 'class="gap"' not in markup


def test_the_empty_states_are_all_worded_differently() -> None:
    said = {
        words(listed(section(State.RECORDED_AS_NONE, statements=(NO_KNOWN_ALLERGIES,)))),
        words(listed(section(State.NOTHING_CAME_BACK))),
        words(listed(section(State.NOT_SHARED))),
        words(listed(section(State.FAILED))),
    }

    assert len(said) == 4


def test_rows_that_arrived_stay_beside_the_notice_that_others_are_missing() -> None:
    incomplete = replace(TIMED_OUT, title="This list is not complete")

    said = words(listed(section(State.LOADED, Row(title="Penicillin"), notices=(incomplete,))))

    assert "This list is not complete" in said
    assert "Penicillin" in said


# --- A row


def test_a_row_says_its_name_state_fact_date_and_author_in_reading_order() -> None:
    row = Row(
        title="Sertraline 100 mg tablet",
        id="row-1",
        href="/record/a/medications/k/",
        status=Status("Prescribed now", icon="circle-check", now=True),
        line="Take 1 tablet by mouth every morning.",
        when=When("April 14, 2026", iso="2026-04-14", label="Since"),
        who="Imani Cole, MD",
    )

    markup = part("row", row=row)

    assert words(markup) == (
        "Sertraline 100 mg tablet Take 1 tablet by mouth every morning."
        " Prescribed now Since April 14, 2026 Imani Cole, MD"
    )
    assert '<time datetime="2026-04-14">April 14, 2026</time>' in markup
    assert 'href="/record/a/medications/k/"' in markup


def test_danger_stands_under_the_name_before_everything_else() -> None:
    row = Row(title="Penicillin", danger="Could be serious or life-threatening", line="Throat swelling")

    said = words(part("row", row=row))

    assert said == "Penicillin Could be serious or life-threatening Throat swelling"


def test_a_danger_has_a_sign_beside_its_words() -> None:
    markup = part("row", row=Row(title="Ibuprofen", danger="Do not take", danger_icon="ban"))

    assert re.search(
        r'<p class="danger"><svg[^>]*aria-hidden="true".*?</svg>Do not take</p>', markup, re.DOTALL
    )


@pytest.mark.parametrize(
    ("telling", "expected"),
    [
        (Telling.SAID, "<p>Take one</p>"),
        (Telling.ABSENT, '<p class="soft">Take one</p>'),
        (Telling.UNREAD, '<p><span class="unread">Take one</span></p>'),
    ],
)
def test_what_is_known_absent_and_unreadable_look_different(telling: Telling, expected: str) -> None:
    assert expected in part("row", row=Row(title="Trazodone", line="Take one", line_telling=telling))


def test_elements_that_could_not_be_read_are_named() -> None:
    said = words(part("row", row=Row(title="Trazodone", unread=("Dose", "Date written"))))

    assert "Could not be read: Dose, Date written" in said


def test_a_date_that_is_no_machine_date_is_plain_words() -> None:
    markup = part("when", when=When("spring of 2019"))

    assert "spring of 2019" in markup
    assert "<time" not in markup


def test_our_words_for_a_missing_name_are_not_set_in_the_voice_of_the_record() -> None:
    assert '<h3 class="missing">' in part("row", row=Row(title="Unnamed allergy entry", title_missing=True))
    assert '<h3 class="missing">' not in part("row", row=Row(title="Penicillin"))


def test_markup_in_the_record_is_shown_as_text_and_never_runs() -> None:
    hostile = "<script>alert(1)</script>"
    row = Row(title=hostile, line=hostile, verbatim=hostile, who=hostile, notes=(Note(hostile, who=hostile),))

    shown = part("row", row=row) + part("notes", notes=row.notes)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script" not in shown


# --- Values and flags


@pytest.mark.parametrize(
    "flag",
    [
        Flag("High", arrow="up"),
        Flag("Low", arrow="down"),
        Flag("Not in the usual range"),
        Flag("Very high (critical)", arrow="up", critical=True),
    ],
)
def test_a_flag_is_a_word_before_it_is_a_shape_or_a_color(flag: Flag) -> None:
    assert words(part("flag", flag=flag)) == flag.words


def test_a_flag_that_this_page_worked_out_says_so() -> None:
    said = words(part("flag", flag=Flag("Above the range given", arrow="up", computed=True)))

    assert said == "Above the range given (worked out by this page)"


def test_zero_is_shown_as_zero() -> None:
    assert words(part("value", measure=Measure(value="0", unit="cigarettes a day"))) == "0 cigarettes a day"


def test_a_measure_shows_number_unit_flag_range_and_date() -> None:
    row = Row(
        title="Blood pressure",
        measure=Measure("138/84", "mmHg", Flag("High", "up"), "Usual range up to 120/80"),
        when=When("November 12, 2026", iso="2026-11-12"),
    )

    markup = part("measure", latest=Latest(row, count=1200, at_least=True, href="/vitals/blood-pressure/"))

    assert words(markup) == (
        "Blood pressure 138/84 mmHg High Usual range up to 120/80 November 12, 2026 at least 1,200 readings"
    )
    assert '<a href="/vitals/blood-pressure/"><bdi>Blood pressure</bdi></a>' in markup


def test_the_newest_readings_stand_above_the_list_of_all() -> None:
    newest = Row(title="Pulse", measure=Measure("72", "a minute"))
    older = Row(title="Pulse", measure=Measure("84", "a minute"))

    said = words(listed(section(State.LOADED, older, latest=(Latest(newest),))))

    assert said.index("Latest") < said.index("72 a minute") < said.index("84 a minute")


def test_a_test_that_was_not_done_is_words_without_large_digits() -> None:
    measure = Measure("Test was not done", is_words=True, telling=Telling.ABSENT)

    assert '<p class="value words">Test was not done</p>' in part("value", measure=measure)


# --- Readings as a table


def readings(*rows: Row, **context: Any) -> str:
    group = RowGroup(slug="all", title="Every reading", rows=rows, total=len(rows))
    return part("readings", group=group, **context)


PULSE = Row(
    title="Pulse",
    href="/k/",
    status=Status("Final", plain=True),
    measure=Measure("112", "a minute", Flag("High", "up"), "Usual range: 60 to 110"),
    when=When("November 3, 2026", iso="2026-11-03"),
    who="Nora Lindqvist, RN",
)


def test_readings_stand_in_a_table_with_what_a_row_of_a_list_says() -> None:
    markup = readings(PULSE)

    assert words(markup) == (
        "Date Reading Value Taken by November 3, 2026 Pulse 112 a minute High Nora Lindqvist, RN"
    )
    assert '<a href="/k/"><bdi>Pulse</bdi></a>' in markup
    assert 'scope="row" role="rowheader"' in markup


def test_readings_of_one_measure_need_no_name_and_are_opened_by_their_date() -> None:
    markup = readings(PULSE, one_measure=True)

    assert words(markup) == (
        "Usual range: 60 to 110 Date Value In words Taken by"
        " November 3, 2026 112 a minute High Nora Lindqvist, RN"
    )
    assert re.search(r'<a href="/k/">\s*<time datetime="2026-11-03">November 3, 2026</time>\s*</a>', markup)


def test_a_state_is_said_of_a_reading_only_where_it_is_not_final() -> None:
    corrected = replace(PULSE, status=Status("Corrected", now=True))

    said = words(readings(PULSE, corrected))

    assert said.count("Corrected") == 1
    assert "Final" not in said


def test_a_reading_that_could_not_be_read_keeps_its_line_in_the_table() -> None:
    said = words(readings(PULSE, Row(title="An entry that could not be read", href="/u/"), one_measure=True))

    assert "112 a minute" in said
    assert "Date not recorded Could not be read" in said


def test_readings_are_rows_where_a_kind_does_not_ask_for_a_table() -> None:
    assert "<table" in listed(section(State.LOADED, PULSE, as_table=True))
    assert "<table" not in listed(section(State.LOADED, PULSE))


# --- Long lists


def test_a_page_of_a_long_list_says_where_it_stands() -> None:
    said = words(part("pages", pages=Pages(51, 100, 1143, newer_href="?page=1", older_href="?page=3")))

    assert said == "Newer 51 to 100 of 1,143 Older"


def test_a_count_that_may_still_grow_says_at_least() -> None:
    assert "1 to 50 of at least 1,200" in words(part("pages", pages=Pages(1, 50, 1200, at_least=True)))


def test_the_rest_of_a_list_comes_by_itself_and_by_a_plain_link() -> None:
    growing = section(
        State.LOADED, Row(title="Penicillin"), rest_href="/rest/", tally=Tally(received=1200, shown=1200)
    )

    markup = listed(growing)

    assert "1,200 so far" in words(markup)
    assert '<span class="with-script">The rest is on its way.</span>' in markup
    assert 'hx-get="/rest/" hx-trigger="load, again" hx-target="#list"' in markup
    assert '<a class="button plain short" href="/rest/">Load the rest</a>' in markup
    assert '<div id="list">' in markup


def test_the_count_of_a_group_counts_its_rows_on_other_pages_too() -> None:
    groups = (
        RowGroup("now", "Taking now", rows=(Row(title="Sertraline"),), total=1200),
        RowGroup("past", "Past", rows=(Row(title="Escitalopram"),), total=1),
    )

    markup = listed(section(groups=groups))

    assert "Taking now <small>1,200</small>" in markup
    assert "1,200 entries, some on other pages" in words(markup)


def test_the_count_of_a_group_is_so_far_while_more_may_come() -> None:
    groups = (
        RowGroup("now", "Taking now", rows=(Row(title="Sertraline"),), total=50),
        RowGroup("past", "Past", rows=(Row(title="Escitalopram"),), total=1),
    )

    markup = listed(section(groups=groups, pages=Pages(1, 50, 50, at_least=True)))

    assert "Taking now <small>50 so far</small>" in markup
    assert "50 entries so far" in words(markup)
    assert "1 entry so far" in words(markup)


def test_what_was_set_aside_is_counted_in_words() -> None:
    kept_out = section(
        State.LOADED, Row(title="Penicillin"), set_aside=("1 entry was removed as a mistake.",)
    )

    assert "Not listed here 1 entry was removed as a mistake." in words(listed(kept_out))


def test_the_menu_of_a_phone_changes_the_language_too() -> None:
    markup = page("records/section.html", Banner(), section=section())

    menu = markup.partition('<details class="menu">')[2].partition("</details>")[0]

    assert '<button type="submit" name="language" value="es" lang="es">' in menu
    assert '<a href="/record/a/told/">Allergies told' in menu


# --- The overview


def rendered(*blocks: Block) -> str:
    made = (render_to_string("records/block.html", {"block": block}) for block in blocks)
    return mark_safe("".join(made))  # noqa: S308


def overview(*blocks: Block, **context: Any) -> str:
    return page("records/overview.html", Banner(), blocks=rendered(*blocks), **context)


def test_a_late_block_loads_by_itself_and_is_a_plain_link_too() -> None:
    late = section(State.LATE, rest_href="/record/a/allergies/block/")

    markup = overview(Block("Allergies", late))

    assert 'hx-get="/record/a/allergies/block/" hx-trigger="load, again"' in markup
    assert '<a class="act" href="/record/a/allergies/">' in markup
    assert "Allergies: still loading" in words(markup)


def test_only_with_javascript_is_a_late_block_said_to_come_by_itself() -> None:
    markup = overview(Block("Allergies", section(State.LATE, rest_href="/record/a/allergies/block/")))

    assert '<p class="with-script">It will appear here by itself.</p>' in markup
    assert (
        '<p class="without-script">It was not there in time. Load this page again in a moment.</p>' in markup
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [(State.LOADED, "Allergies: loaded"), (State.FAILED, "Allergies: could not be loaded")],
)
def test_a_block_that_arrives_late_brings_the_words_that_say_so(state: State, said: str) -> None:
    waiting = overview(Block("Allergies", section(State.LATE, rest_href="/record/a/allergies/block/")))

    arrived = render_to_string("records/block.html", {"block": Block("Allergies", section(state))})

    assert '<p class="unseen" role="status" data-arrivals></p>' in waiting
    assert "data-arrived" not in waiting
    assert f'data-arrived="{said}"' in arrived


def test_a_block_that_has_loaded_asks_for_nothing_more() -> None:
    markup = overview(Block("Allergies", section(State.LOADED, Row(title="Penicillin"))))

    assert "Penicillin" in markup
    assert "hx-get" not in markup


def test_the_overview_keeps_the_state_of_every_row() -> None:
    relapsed = Row(title="Panic attacks", status=Status("Has come back after improving", now=True))

    said = words(overview(Block("Current conditions", section(State.LOADED, relapsed))))

    assert "Panic attacks Has come back after improving" in said


def test_the_overview_leaves_out_what_every_row_of_a_block_has_in_common() -> None:
    current = Row(
        title="Panic attacks",
        status=Status("Current", now=True, plain=True),
        when=When("November 25, 2020", label="Since"),
        who="Told by the patient",
    )

    said = words(overview(Block("Current conditions", section(State.LOADED, current))))
    listed_whole = words(part("row", row=current))

    assert "Panic attacks Since November 25, 2020" in said
    assert "Told by the patient" not in said
    assert listed_whole == "Panic attacks Current Since November 25, 2020 Told by the patient"


def test_one_failed_block_leaves_its_neighbours_whole() -> None:
    failed = Block("Medications now", section(State.FAILED, slug="medications", notices=(TIMED_OUT,)))
    whole = Block("Allergies", section(State.LOADED, Row(title="Penicillin")), "/more/", "and 3 more")

    said = words(overview(failed, whole))

    assert "did not answer in time" in said
    assert "Penicillin" in said
    assert "and 3 more" in said


def test_everything_that_is_missing_is_said_once_at_the_top() -> None:
    said = words(overview(missing=[TIMED_OUT, Notice(title="Documents were not shared")]))

    assert "2 parts are missing from this page" in said
    assert "Documents were not shared" in said
    assert "The record at the agency is safe." in said


# --- Whose record


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_page_says_whose_record_it_is(relation: str) -> None:
    banner = Banner(name="Maya Ortiz", relation=relation, reader_name="Elena Ortiz")

    markup = page("records/section.html", banner, section=section())

    assert re.search(
        r'aria-label="Whose record this is">.*?<strong><bdi>Maya Ortiz</bdi></strong>', markup, re.DOTALL
    )
    assert re.search(r'class="running-head".*?<strong><bdi>Maya Ortiz</bdi></strong>', markup, re.DOTALL)


@pytest.mark.parametrize("relation", ["representative", "staff", "unknown"])
def test_the_frame_of_someone_elses_record_never_says_your(relation: str) -> None:
    banner = Banner(name="Maya Ortiz", relation=relation, reader_name="Elena Ortiz", switch_href="/switch/")
    row = Row(
        title="Penicillin", href="/k/", files=(File(1, "Letter", "PDF", href="/f/", original_href="/o/"),)
    )

    said = " ".join(
        words(markup)
        for markup in (
            page("records/section.html", banner, section=section(State.NOT_SHARED)),
            page("records/overview.html", banner, blocks=rendered(Block("Allergies", section(State.FAILED)))),
            page("records/entry.html", banner, row=row, section_title="Allergies", section_href="/s/"),
            page("records/notice_page.html", banner, notice=TIMED_OUT),
        )
    )

    assert "Maya Ortiz" in said
    assert not re.search(r"\byours?\b", said, re.IGNORECASE)


def test_someone_elses_record_stands_in_a_band_that_says_who_is_signed_in() -> None:
    banner = Banner(
        name="Maya Ortiz", relation="representative", reader_name="Elena Ortiz", switch_href="/s/"
    )

    markup = page("records/section.html", banner, section=section())

    assert '<section class="whose other"' in markup
    assert "You are looking at the record of Maya Ortiz" in words(markup)
    assert "signed in as Elena Ortiz" in words(markup)
    assert "Open another record" in words(markup)


# --- The frame


def test_a_page_outside_the_record_leads_back_to_the_one_that_is_open() -> None:
    opened = {"record_href": "/record/a/", "agency_phone": "617-555-0142"}
    context = {"title": "There is no page at this address", "portal": opened}

    markup = render_to_string("errors/error.html", context)

    assert '<a class="button" href="/record/a/">Go to the record that is open</a>' in markup
    assert "Back to the record" in words(markup)
    assert 'action="/auth/sign-out/"' in markup


def test_a_page_without_an_open_record_leads_to_the_first_page() -> None:
    markup = page("errors/error.html", title="There is no page at this address")

    assert '<a class="button" href="/">Go to the first page</a>' in markup
    assert "Back to the record" not in words(markup)


def test_signing_out_is_a_form_that_posts() -> None:
    markup = page("records/section.html", Banner(), section=section())

    assert re.search(
        r'<form method="post" action="/auth/sign-out/">.*?csrfmiddlewaretoken.*?Sign out', markup, re.DOTALL
    )


def test_a_page_without_a_record_offers_no_sign_out() -> None:
    markup = page("pages/help.html")

    assert ">Help<" in markup
    assert "Sign out" not in markup


def test_the_language_changes_by_a_form_and_stays_on_the_page() -> None:
    markup = page("pages/help.html")

    assert re.search(r'<form[^>]*method="post" action="/language/">', markup)
    assert '<input type="hidden" name="next" value="/record/a/allergies/">' in markup
    assert '<button type="submit" name="language" value="es" lang="es">' in markup


def test_the_page_says_its_language() -> None:
    with translation.override("es"):
        markup = page("pages/help.html")

    assert '<html lang="es">' in markup
    assert 'value="en" lang="en"' in markup


def test_whom_to_call_stands_on_every_page() -> None:
    markup = page("errors/error.html", title="There is no page at this address")

    assert 'href="tel:617-555-0142"' in markup
    assert 'href="tel:988"' in markup
    assert 'href="tel:911"' in markup


def test_the_menu_marks_the_page_and_says_what_could_not_load() -> None:
    markup = page("records/section.html", Banner(), section=section())

    assert '<a href="/record/a/allergies/" aria-current="page">Allergies</a>' in markup
    assert 'Documents <small class="gap-word">could not load</small>' in markup
    assert "Allergies told <small>none</small>" in markup


def test_a_demonstration_says_so_on_every_page() -> None:
    assert "Demonstration" not in words(page("records/section.html", Banner(), section=section()))

    with override_settings(IS_DEMO=True):
        markup = page("records/section.html", Banner(), section=section())

    assert "Demonstration – invented person" in words(markup)


def test_no_page_asks_a_third_party_or_carries_style_or_script_of_its_own() -> None:
    markup = page("records/overview.html", Banner(), blocks=rendered(Block("Allergies", section())))

    assert '<script src="/static/portal.js" defer></script>' in markup
    assert not re.search(r'\b(?:src|href|action)="(?:https?:)?//', markup)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src=)", markup)


# --- An entry


def entry(row: Row, **context: Any) -> str:
    return page(
        "records/entry.html", Banner(), row=row, section_title="Laboratory", section_href="/lab/", **context
    )


def test_an_entry_shows_its_facts_first_and_its_codes_last() -> None:
    row = Row(
        title="Hemoglobin A1c",
        status=Status("Final"),
        measure=Measure("7.9", "%", Flag("High", "up"), "Usual range 4.0 to 5.6 %"),
        facts=(Fact("Ordered by", "Priya Raman, NP"),),
        notes=(Note("Let us repeat this.", who="Priya Raman, NP"),),
    )

    said = words(
        entry(
            row,
            everything=[
                Line("Issued", "November 13, 2026"),
                Line("Code", "", 0, True),
                Line("System", "LOINC", 1),
            ],
            provenance=(Fact("Sent by", "Tidewater Laboratory"),),
            technical=(Fact("Code", "4548-4, LOINC"),),
            source_json='{"resourceType": "Observation"}',
        )
    )

    order = (
        "Final",
        "7.9 % High",
        "Ordered by",
        "Let us repeat",
        "Sent by",
        "Issued",
        "4548-4",
        "resourceType",
    )
    assert [said.index(some) for some in order] == sorted(said.index(some) for some in order)


def test_the_source_of_an_entry_is_closed_until_asked_for_and_escaped() -> None:
    markup = entry(Row(title="A1c"), source_json='{"text": "<b>&"}')

    closed = re.search(
        r'<details class="opens on-request">(?:(?!</details>).)*?<pre.*?</pre>', markup, re.DOTALL
    )
    assert closed is not None
    assert "{&quot;text&quot;: &quot;&lt;b&gt;&amp;&quot;}" in closed.group()


def test_the_name_of_an_entry_stays_out_of_the_browsers_history() -> None:
    markup = entry(Row(title="Buprenorphine"))

    assert re.search(r"<h1[^>]*>Buprenorphine</h1>", markup)
    assert "Laboratory: one entry" in words(markup.split("</title>")[0])
    assert "Buprenorphine" not in markup.split("</title>")[0]


def test_departures_from_the_standard_are_said_quietly() -> None:
    markup = entry(Row(title="A1c"), departures=["The time has no zone."])

    assert "The time has no zone." in markup
    assert 'class="gap"' not in markup


def test_facts_keep_absent_and_unread_apart() -> None:
    facts = (
        Fact("Why", "Not recorded", Telling.ABSENT),
        Fact("Method", "Could not be read", Telling.UNREAD),
        Fact("Taken", "November 12, 2026", iso="2026-11-12"),
    )

    markup = part("facts", facts=facts)

    assert '<dd class="soft">Not recorded</dd>' in markup
    assert '<dd><span class="unread">Could not be read</span></dd>' in markup
    assert '<dd><time datetime="2026-11-12">November 12, 2026</time></dd>' in markup


# --- Documents


def document(view: View, **changes: Any) -> str:
    file = replace(File(1, "Progress note", "Text", "4 kB", "/file/", "/original/"), **changes)
    row = Row(title="Progress note", href="/k/")
    return page("records/file.html", Banner(), row=row, file=file, view=view, raw_href="/raw/")


def test_the_text_of_a_document_keeps_its_line_ends_and_is_escaped() -> None:
    markup = document(View("text", text="Plan:\n  1. <b>Rest</b>"))

    assert '<div class="prose as-typed" dir="auto">Plan:\n  1. &lt;b&gt;Rest&lt;/b&gt;</div>' in markup


def test_a_remark_on_a_file_has_no_number_for_what_went_wrong() -> None:
    trouble = Notice(title="Could not be loaded", what_happened="No answer came.", request_id="H7K2-94QD")

    def said(notice: Notice) -> str:
        return words(part("notice", notice=notice))

    assert "this number helps them find what went wrong: H7K2-94QD" in said(trouble)
    assert "number" not in said(replace(trouble, is_remark=True))
    assert "No answer came." in said(replace(trouble, is_remark=True))


def test_markup_of_a_document_is_escaped_unless_it_was_made_safe() -> None:
    assert "<p>Seen</p>" in document(View("html", html=mark_safe("<p>Seen</p>")))
    assert "&lt;p&gt;Seen&lt;/p&gt;" in document(View("html", html="<p>Seen</p>"))


def test_a_pdf_stands_in_the_page_and_opens_by_a_plain_link() -> None:
    markup = document(View("pdf"))

    assert re.search(r'<iframe class="paper" src="/raw/#[^"]*" title="Progress note">', markup)
    assert '<a class="act" href="/raw/">' in markup


def test_the_original_can_always_be_downloaded_with_a_word_of_warning() -> None:
    markup = document(View("none"))

    assert 'href="/original/" download' in markup
    assert "stays on this device after you sign out" in words(markup)
    assert "cannot be shown here" in words(markup)


def test_a_file_that_cannot_be_fetched_is_explained() -> None:
    assert "did not answer in time" in words(document(View("none", notice=TIMED_OUT)))


def test_a_file_with_a_problem_is_named_without_a_dead_link() -> None:
    files = (File(1, "Scan", "TIFF", href="/file/", problem="This kind of file cannot be shown here"),)

    markup = part("files", files=files)

    assert "This kind of file cannot be shown here" in markup
    assert 'href="/file/"' not in markup


# --- Notices and errors


def test_a_notice_says_what_happened_that_the_record_is_safe_and_what_to_do() -> None:
    markup = part("notice", notice=TIMED_OUT, phone="617-555-0142")

    said = words(markup)
    assert said.index("did not answer") < said.index("The record is safe.") < said.index("Wait some minutes")
    assert 'href="/record/a/allergies/?again=1"' in markup
    assert 'href="tel:617-555-0142"' in markup
    assert "H7K2-94QD" in said


def test_a_notice_that_asks_to_sign_in_leads_there() -> None:
    markup = part("notice", notice=Notice(title="The sign-in has ended", sign_in=True))

    assert '<a class="button plain short" href="/auth/launch/">Sign in again</a>' in markup


def test_an_error_page_gives_the_number_that_staff_can_look_up() -> None:
    said = words(page("errors/error.html", title="Something went wrong", request_id="H7K2-94QD"))

    assert "If you call, this number helps them find what went wrong: H7K2-94QD" in said


# --- The pages before sign-in


def test_the_front_page_says_that_access_comes_from_the_agency_itself() -> None:
    markup = page(
        "pages/front.html", demo_people=[], launch_href="/auth/launch/", asking=asking(all_agencies())
    )

    assert "Access is requested from the agency itself" in words(markup)
    assert re.search(r'<a class="button" href="/auth/launch/">Sign in with your agency', markup)
    assert "Try it as" not in words(markup)


def test_the_demo_offers_each_invented_person_by_name() -> None:
    people = [{"slug": "daniel", "name": "Daniel Whitaker", "says": "An adult in therapy."}]

    markup = page(
        "pages/front.html", demo_people=people, launch_href="/auth/launch/", asking=asking(all_agencies())
    )

    assert '<a href="/auth/launch/?login_hint=daniel">Daniel Whitaker</a>' in markup
    assert "An adult in therapy." in markup


@pytest.mark.parametrize("name", ["help", "accessibility", "privacy"])
def test_a_page_about_the_portal_has_one_title_and_says_whom_to_call(name: str) -> None:
    markup = page(f"pages/{name}.html")

    assert markup.count("<h1") == 1
    assert "Harbor Lane Behavioral Health" in words(markup.split("<main")[1].split("</main>")[0])

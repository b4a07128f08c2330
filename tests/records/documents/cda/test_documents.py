"""C-CDA documents opened where they stand: head, parts, tables, whose they are, what they meet."""

from __future__ import annotations

import base64
import logging

import pytest

from tests.records.documents import hostile
from tests.records.documents.cda.building import (
    DANIEL,
    document,
    narrative,
    opened,
    parts,
    record,
    section,
    words_of_page,
)


def facts(content: bytes) -> dict[str, str]:
    paper = opened(content).paper
    assert paper is not None
    return {str(fact.label): str(fact.value) for fact in paper.facts}


# ---------------------------------------------------------------- the head


def test_the_head_says_in_words_whose_it_is_by_whom_when_and_for_whom() -> None:
    head = """<author><assignedAuthor>
      <assignedPerson><name><given>Ada</given><family>Cole</family></name></assignedPerson>
      <representedOrganization><name>Bayview</name></representedOrganization></assignedAuthor></author>
      <custodian><assignedCustodian><representedCustodianOrganization><name>Bayview Hospital</name>
      </representedCustodianOrganization></assignedCustodian></custodian>
      <informationRecipient><intendedRecipient><receivedOrganization><name>Harbor Lane</name></receivedOrganization>
      </intendedRecipient></informationRecipient>"""

    said = facts(document(section("a"), head=head))

    assert said["About"] == "Daniel Whitaker"
    assert said["Birth date"].startswith("March 9, 1968")
    assert said["Written on"].startswith("January 5, 2024")
    assert said["Written by"] == "Ada Cole, Bayview"
    assert said["Kept by"] == "Bayview Hospital"
    assert said["Written for"] == "Harbor Lane"


@pytest.mark.parametrize("code", ["R", "V"])
def test_a_restricted_document_carries_the_notice(code: str) -> None:
    paper = opened(document(section("a"), head=f'<confidentialityCode code="{code}"/>')).paper

    assert paper is not None
    assert any("estricted" in str(remark) for remark in paper.remarks)


# ---------------------------------------------------------------- whose it is

OTHER_NAME = "<name><given>Rosa</given><family>Lind</family></name>"
OTHER_BIRTH = '<birthTime value="19710101"/>'
OTHER_NUMBER = '<id root="2.16.840.1.113883.19.5" extension="HL-2"/>'
NO_NUMBER = '<id nullFlavor="NI"/>'


@pytest.mark.parametrize(
    "whose",
    [
        (OTHER_NAME, OTHER_BIRTH, NO_NUMBER),
        (DANIEL[0], DANIEL[1], OTHER_NUMBER),
        (OTHER_NAME, OTHER_BIRTH, DANIEL[2]),
    ],
    ids=["name and birth date", "a number of the same system", "name and birth date under one number"],
)
def test_another_patients_document_is_not_opened_and_not_handed_out(
    whose: tuple[str, str, str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        view = opened(document(section("Secret words"), whose=whose))

    assert view.notice is not None
    assert "not opened" in str(view.notice.title)
    assert (view.kind, view.paper, view.can_download) == ("none", None, False)
    assert "security" in caplog.text
    assert "Rosa" not in caplog.text + str(view)


@pytest.mark.parametrize(
    ("whose", "says"),
    [
        ((OTHER_NAME, DANIEL[1], NO_NUMBER), "this document says Rosa Lind, the record says Daniel Whitaker"),
        ((DANIEL[0], OTHER_BIRTH, NO_NUMBER), "this document says January 1, 1971"),
        (("", "", NO_NUMBER), "does not say by name or birth date"),
    ],
)
def test_one_difference_is_a_calm_line_above_the_document(whose: tuple[str, str, str], says: str) -> None:
    view = opened(document(section("Words"), whose=whose))

    assert view.kind == "paper"
    assert view.paper is not None
    assert says in " ".join(map(str, view.paper.remarks))


@pytest.mark.parametrize(
    "whose",
    [
        DANIEL,
        ("<name>Daniel Whitaker</name>", '<birthTime value="196803091200"/>', NO_NUMBER),
        (
            "<name><given>DANIEL</given><family>whitaker</family></name>",
            '<birthTime value="1968"/>',
            NO_NUMBER,
        ),
        (DANIEL[0], DANIEL[1], '<id root="1.2.3" extension="HL-2"/>'),
        (DANIEL[0], DANIEL[1], '<id root="2.16.840.1.113883.19.5" extension="*****"/>'),
    ],
    ids=["the same", "in one piece", "in capitals and a year", "another system", "masked"],
)
def test_the_patients_own_document_needs_no_remark(whose: tuple[str, str, str]) -> None:
    view = opened(document(section("Words"), whose=whose))

    assert view.paper is not None
    assert view.paper.remarks == ()


def test_accents_and_apostrophes_make_no_other_person() -> None:
    whose = ("<name><given>Jose</given><family>O'Brien</family></name>", DANIEL[1], NO_NUMBER)

    view = opened(document(section("Words"), whose=whose), record("José", "O’Brien"))

    assert view.paper is not None
    assert view.paper.remarks == ()


# ---------------------------------------------------------------- parts


def test_allergies_medicines_problems_and_results_are_read_first_and_the_order_of_the_file_is_kept() -> None:
    content = document(
        section("a", "Plan", "18776-5"), section("b", "Medicines"), section("c", "Vitals", "8716-3")
    )
    paper = opened(content).paper

    assert paper is not None
    assert [part.title for part in paper.parts] == ["Plan", "Medicines", "Vitals"]
    assert [part.title for part in paper.first] == ["Medicines"]
    assert [part.title for part in paper.rest] == ["Plan", "Vitals"]


@pytest.mark.parametrize(
    ("flavor", "says"), [("NASK", "not asked"), ("NI", "no information"), ("MSK", "withheld")]
)
def test_a_part_that_was_not_told_is_one_line(flavor: str, says: str) -> None:
    inner = '<code code="11369-6"/><title>Immunizations</title><text/>'
    content = document(section("a")).replace(
        b"</structuredBody>",
        f'<component><section nullFlavor="{flavor}">{inner}</section></component></structuredBody>'.encode(),
    )

    part = parts(content)[1]

    assert part.is_said_in_one_line
    assert says in str(part.says)


def test_entries_without_words_stand_with_their_names_codes_and_dates() -> None:
    entry = """<entry><observation negationInd="true"><code code="1" displayName="Cough"/>
      <effectiveTime value="20230102"/>
      <statusCode code="completed"/></observation></entry><entry><substanceAdministration>
      <effectiveTime><low value="2023"/></effectiveTime><consumable><manufacturedProduct><manufacturedMaterial>
      <code code="197361" displayName="Amlodipine 5 mg"/></manufacturedMaterial></manufacturedProduct></consumable>
      </substanceAdministration></entry>"""

    (part,) = parts(document(f'<code code="46264-8"/><title>Other</title>{entry}'))

    assert "only codes" in str(part.says)
    assert part.lines[0] == "The document says that this is not so: Cough (1), January 2, 2023, completed"
    assert part.lines[1] == "Amlodipine 5 mg (197361), 2023"


# ---------------------------------------------------------------- narrative


def test_the_standards_styles_are_honored_and_a_vendors_own_are_not() -> None:
    made = narrative(
        "<content styleCode='Bold xVendor'>a</content><content styleCode='xTopSecret'>b</content>"
    )

    assert made == "<p><strong>a</strong>b</p>"


def test_what_was_removed_is_struck_through() -> None:
    assert "<del>not this</del>" in narrative("<content revised='delete'>not this</content>")


def test_a_footnote_is_numbered_and_its_reference_leads_to_it() -> None:
    made = narrative("a<footnoteRef IDREF='f 1'/> <footnote ID='f 1'>b</footnote>")

    assert '<a href="#in-f-1" aria-label="Footnote 1">1</a>' in made
    assert '<span class="footnote" id="in-f-1"><sup class="ours">1</sup> b</span>' in made


def test_line_ends_that_somebody_set_stay_and_those_of_a_program_do_not() -> None:
    typed = narrative("Sertraline 100 mg\nTrazodone 50 mg\nMetformin")
    wrapped = narrative(
        "\n      He came with pain in the left flank since the night before, and the ultrasound of that\n"
        "      morning showed a stone, which was crushed with sound waves on the second day of the stay\n"
        "      without trouble.\n    "
    )

    assert typed.count("<br>") == 2
    assert "<br>" not in wrapped


def test_columns_made_of_spaces_stay_columns() -> None:
    assert '<span class="spaced">Name     Dose\nZinc     5 mg</span>' in narrative(
        "Name     Dose\nZinc     5 mg"
    )


def test_markup_that_was_escaped_twice_is_undone_and_cannot_come_alive() -> None:
    made = narrative("One&lt;br/&gt;two &amp;lt;3 &amp;amp; &lt;script&gt;alert(1)&lt;/script&gt;")

    assert "One<br>" in made
    assert "&lt;3 &amp; &lt;script&gt;alert(1)&lt;/script&gt;" in made


HOSTILE = (
    "<paragraph onclick='x' style='x' class='whose' ID='main'>a</paragraph><script>alert(1)</script>"
    "<linkHtml href='javascript:alert(1)'>b</linkHtml><linkHtml href='//evil.example/'>c</linkHtml>"
    "<img src='https://evil.example/p.png' onerror='x'/><iframe src='https://evil.example/'/>"
    "<table onload='x' style='x'><tr><td colspan='9999999' rowspan='-1' onclick='x'>d</td><td>e</td></tr></table>"
    "<renderMultiMedia referencedObject='&quot;onerror=&quot;x'/><object data='https://evil.example/'/>"
    "<content styleCode='&quot;&gt;&lt;script&gt;'>f</content>"
)


def test_nothing_of_a_document_runs_loads_or_leads_away() -> None:
    made = narrative(HOSTILE).lower()

    for bad in (
        "<script",
        "<img",
        "<iframe",
        "<object",
        "onclick",
        "onerror",
        "onload",
        "style=",
        "href=",
        "9999999",
    ):
        assert bad not in made, bad
    assert "<td>e</td>" in made.replace(' role="cell"', "")


# ---------------------------------------------------------------- tables


def test_a_table_whose_rows_can_fold_carries_labels_and_stays_a_table() -> None:
    made = narrative(
        "<table><thead><tr><th>Medicine</th><th>Dose</th><th>Route</th></tr></thead>"
        "<tbody><tr><td>Zinc</td><td>5 mg</td><td/></tr></tbody></table>"
    )

    assert '<div class="asis few"><table role="table" aria-label="Medications">' in made
    assert '<th scope="col" role="columnheader">Dose</th>' in made
    assert '<td role="cell" data-label="Dose">5 mg</td>' in made
    assert '<td role="cell" data-label="Route" data-empty="Left empty"></td>' in made


def test_five_columns_fold_earlier() -> None:
    heads = "".join(f"<th>h{n}</th>" for n in range(5))
    cells = "".join(f"<td>c{n}</td>" for n in range(5))

    assert 'class="asis many"' in narrative(f"<table><tr>{heads}</tr><tr>{cells}</tr></table>")


def test_joined_cells_never_fold_but_move_sideways_by_keyboard_too_and_it_is_said() -> None:
    made = narrative(
        "<table><caption>Panel</caption><thead><tr><th rowspan='2'>Test</th><th colspan='3'>Day</th></tr>"
        "<tr><th>a</th><th>b</th><th>c</th></tr></thead>"
        "<tbody><tr><th>Glucose</th><td>1</td><td>2</td><td>3</td></tr></tbody></table>"
    )

    assert (
        'class="asis moves" tabindex="0" role="region" aria-label="Panel, a wide table: it moves sideways"'
        in made
    )
    assert "It moves sideways." in made
    assert '<th scope="colgroup" colspan="3">Day</th>' in made
    assert '<th scope="row">Glucose</th>' in made
    assert "data-label" not in made


def test_a_table_in_a_table_is_a_table_of_its_own() -> None:
    made = narrative("<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>")

    assert made.count("<table") == 2
    assert 'class="asis nests"' in made


def test_a_table_of_empty_cells_is_said_to_be_one() -> None:
    made = narrative("before<table><tr><td/><td> </td></tr></table>")

    assert "A table of empty cells" in made
    assert "<table" not in made


# ---------------------------------------------------------------- what is within


def test_a_document_that_is_only_an_envelope_opens_its_file_under_its_head() -> None:
    inner = base64.b64encode(hostile.pdf()).decode()
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{inner}</text></nonXMLBody>'

    view = opened(document(body=body))

    assert view.kind == "pdf"
    assert view.raw is not None
    assert (view.raw.content, view.raw.content_type) == (hostile.pdf(), "application/pdf")
    assert view.paper is not None
    assert view.file_name == "Summary.xml"


def test_text_in_an_envelope_is_read_and_one_that_is_elsewhere_is_said_to_be() -> None:
    plain = "<nonXMLBody><text mediaType='text/plain'>Seen today.</text></nonXMLBody>"
    away = "<nonXMLBody><text mediaType='application/pdf'><reference value='scan.pdf'/></text></nonXMLBody>"

    assert opened(document(body=plain)).text == "Seen today."
    notice = opened(document(body=away)).notice
    assert notice is not None
    assert "kept elsewhere" in str(notice.what_happened)


def test_a_picture_of_the_document_is_shown_and_nothing_from_outside() -> None:
    value = base64.b64encode(hostile.PNG).decode()
    entry = (
        f'<entry><observationMedia ID="m1"><value mediaType="image/png" representation="B64">{value}</value>'
        "</observationMedia></entry>"
    )

    view = opened(document(section("<renderMultiMedia referencedObject='m1'/> seen") + entry))

    assert view.paper is not None
    assert 'src="/raw/?picture=1"' in view.paper.parts[0].html
    assert [picture.content for picture in view.pictures] == [hostile.PNG]


# ---------------------------------------------------------------- what it meets


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: b"\n \n" + content,
        lambda content: content.decode().encode("utf-16").replace(b"", b""),
        lambda content: content.replace(b'"UTF-8"', b'"UTF-16"'),
        lambda content: content.replace(b'"UTF-8"', b'"x-vendor"'),
        lambda content: content.replace(b"urn:hl7-org:v3", b"urn:hl7-org:v3 "),
        lambda content: content.replace(b"Words", b"Words&nbsp;"),
    ],
    ids=[
        "mark",
        "blanks first",
        "UTF-16",
        "wrong charset",
        "no charset",
        "namespace with a blank",
        "HTML's names",
    ],
)
def test_files_that_are_a_little_off_are_borne(change: object) -> None:
    content = change(document(section("Words")))  # type: ignore[operator]

    (part,) = parts(content)

    assert words_of_page(part.html) == ["Words"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (document(section("Words"))[:-40], "no faultless XML"),
        (hostile.XXE, "rules of its own"),
        (document(section("<content>" * 250 + "</content>" * 250)), "too long"),
        (document(section("<br/>" * 400_000)), "too long"),
    ],
    ids=["cut off", "entities", "deep", "wide"],
)
def test_a_bad_document_is_named_and_its_original_is_there(content: bytes, says: str) -> None:
    view = opened(content)

    assert view.notice is not None
    assert says in f"{view.notice.title} {view.notice.what_happened}"
    assert (view.kind, view.can_download) == ("none", True)


def test_the_same_part_twice_stands_there_twice_each_with_its_own_words() -> None:
    made = parts(document(section("first"), section("second")))

    assert [(part.number, part.title, words_of_page(part.html)) for part in made] == [
        (1, "Medications", ["first"]),
        (2, "Medications", ["second"]),
    ]
    assert all(part.is_first for part in made)


@pytest.mark.parametrize("body", ["<structuredBody/>", "<!-- nothing -->"], ids=["an empty body", "no body"])
def test_a_document_without_a_body_is_told_as_that_under_its_head(body: str) -> None:
    view = opened(document(body=body))

    assert view.notice is not None
    assert "holds no words of its own" in str(view.notice.what_happened)
    assert view.paper is not None
    assert any(str(fact.value) == "Daniel Whitaker" for fact in view.paper.facts)
    assert view.can_download


def test_a_table_of_117_rows_is_whole() -> None:
    rows = "".join(f"<tr><td>row{n}</td><td>b</td><td>c</td></tr>" for n in range(117))

    made = narrative(
        f"<table><thead><tr><th>x</th><th>y</th><th>z</th></tr></thead><tbody>{rows}</tbody></table>"
    )

    assert made.count("<tr") == 118
    assert "row116" in made


def test_words_eighteen_elements_deep_are_read() -> None:
    deep = "<list><item>" * 9 + "deep" + "</item></list>" * 9

    made = narrative(deep)

    assert made.count("<ul>") == 9
    assert words_of_page(made) == ["deep"]

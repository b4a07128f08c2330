"""Daniel reads his own record."""

from __future__ import annotations

import pytest

from tests.journeys.reader import FIRST_SECTIONS, WIDE, Reader

pytestmark = pytest.mark.journey


def test_a_patient_reads_every_section_an_entry_of_each_and_every_document(reader: Reader) -> None:
    reader.sign_in("daniel")
    assert reader.title() == "Daniel James Whitaker, Jr."
    assert "You are looking at the record of" not in reader.page.locator("body").inner_text()
    reader.look()

    sections = reader.sections()
    assert set(sections.values()) >= {reader.at_section(slug) for slug in FIRST_SECTIONS}
    shown = set()
    for title, section in sections.items():
        assert reader.open(section) == 200
        assert reader.title() == title
        entries = reader.entries()
        reader.look()
        if not entries:
            assert section not in map(reader.at_section, FIRST_SECTIONS), title
            continue
        assert reader.open(entries[0]) == 200
        assert reader.page.get_by_role("heading", name="Everything in this entry").is_visible()
        reader.look()
        for entry in entries if section == reader.at_section("documents") else ():
            reader.open(entry)
            for file in reader.files():
                assert reader.open(file) == 200
                content = reader.page.locator("main .reading, main .doc, main .picture img, main iframe")
                shown.add(content.first.get_attribute("class"))
                reader.look()
    assert shown >= {"sheet reading", "sheet doc", "paper"}


def test_a_document_opens_as_what_it_is(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("documents"))
    seen = {"text": 0, "parts": 0, "picture": 0, "pages": 0, "pdf": 0}

    for entry in reader.entries():
        reader.open(entry)
        for file in reader.files():
            reader.open(file)
            if reader.page.locator("iframe.paper").count():
                reader.wait_for_pdf()
                seen["pdf"] += 1
            elif reader.page.locator("main .picture img").count():
                pictures = reader.page.locator("main .picture img").all()
                for picture in pictures:
                    picture.scroll_into_view_if_needed()  # the pages of a fax come as one reads on
                    picture.evaluate("image => image.decode()")
                    assert picture.evaluate("image => image.naturalWidth") > 0
                    assert picture.bounding_box()["width"] <= WIDE  # type: ignore[index]
                seen["pages" if len(pictures) > 1 else "picture"] += 1
            elif reader.page.locator("main .doc").count():
                assert len(reader.page.locator("main .doc").inner_text()) > 40
                seen["parts"] += 1
            else:
                assert len(reader.page.locator("main .sheet.reading").inner_text()) > 40
                seen["text"] += 1

    assert min(seen.values()) > 0, seen


def test_the_original_of_a_document_can_be_saved(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("documents"))
    reader.open(reader.entries()[0])

    with reader.page.expect_download() as started:
        reader.page.get_by_role("link", name="Download the original").first.click()

    assert started.value.path().stat().st_size > 0
    assert "Daniel" not in started.value.suggested_filename
    assert "Whitaker" not in started.value.suggested_filename


def test_a_measure_has_a_page_of_its_own(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("vitals"))

    reader.page.get_by_role("link", name="Blood pressure", exact=True).first.click()

    assert reader.title() == "Blood pressure"
    assert len(reader.entries()) > 5
    reader.look()


def test_the_language_changes_and_the_page_stays(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("medications"))
    before = reader.path

    reader.page.get_by_role("button", name="Español").first.click()

    assert reader.path == before
    assert reader.page.locator("html").get_attribute("lang") == "es"
    assert reader.entries()
    reader.look()

    reader.page.get_by_role("button", name="English").first.click()

    assert reader.path == before
    assert reader.title() == "Medications"


def test_the_sign_in_pages_and_the_pages_about_the_portal_keep_the_promises_of_every_page(
    reader: Reader,
) -> None:
    for path in ("/", "/help/", "/accessibility/", "/privacy/", "/signed-out/"):
        assert reader.open(path) == 200
        reader.look()
    with reader.expecting("status of 404", "status of 401"):
        assert reader.open("/nothing-is-here/") == 404
        reader.look()
        assert reader.open("/record/of-nobody/medications/") == 401
        reader.look()
    reader.open("/")
    reader.page.get_by_role("link", name="Sign in with your agency").click()
    reader.look()
    reader.page.get_by_role("button", name="Elena Ortiz").click()
    reader.look()
    reader.page.get_by_role("button", name="Maya").click()
    reader.look()
    reader.page.get_by_role("button", name="Refuse").click()
    assert reader.title() == "You chose not to share"
    reader.look()

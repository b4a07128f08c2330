"""Elena reads for her children, Ruth for her father, Imani as staff, and Jordan has almost nothing to read."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewReader
from tests.journeys.reader import FIRST_SECTIONS, Reader

pytestmark = pytest.mark.journey


def test_a_representative_sees_whose_record_it_is_on_every_page(reader: Reader) -> None:
    reader.sign_in("elena", "maya-ortiz")
    paths = [reader.path, *reader.sections().values()]
    for section in list(paths[1:]):
        reader.open(section)
        paths += reader.entries()[:1]
    reader.open(reader.at_section("documents"))
    reader.open(reader.entries()[0])
    assert reader.files()
    paths += reader.files()

    for number, path in enumerate(paths):
        assert reader.open(path) == 200
        words = reader.banner()
        assert "You are looking at the record of Maya" in words, path
        assert "signed in as Elena Ortiz" in words, path
        assert "9 years old" in words, path
        if number % 3 == 0:
            reader.look()


def test_a_representative_changes_to_another_child_and_the_old_tab_says_so(reader: Reader) -> None:
    reader.sign_in("elena", "maya-ortiz")
    reader.open(reader.at_section("vitals"))
    old = reader.page
    address = old.url

    reader.page = reader.context.new_page()
    reader.open(address)
    reader.page.locator(".whose").get_by_role("link", name="Open another record").click()
    reader.page.get_by_role("button", name="Elena Ortiz").click()
    reader.consent("mateo-ortiz")
    assert "You are looking at the record of Mateo" in reader.banner()
    reader.open(reader.at_section("vitals"))
    assert "Maya" not in reader.page.locator("body").inner_text()

    reader.page = old
    with reader.expecting("status of 409"):
        reader.comes_back_to_this_tab()
        expect(old.locator(".whose")).to_have_count(0)
    assert reader.title() == "This tab shows another record"
    words = old.locator("body").inner_text()
    assert "Both records are safe" in words
    assert "Maya" not in words
    assert "Mateo" not in words
    reader.look()
    old.get_by_role("link", name="Go to the record that is open").click()
    assert "You are looking at the record of Mateo" in reader.banner()


def test_a_representative_who_changes_her_mind_goes_on_reading(reader: Reader) -> None:
    reader.sign_in("elena", "maya-ortiz")
    reader.open(reader.at_section("vitals"))
    address = reader.path

    reader.page.locator(".whose").get_by_role("link", name="Open another record").click()
    reader.page.get_by_role("button", name="Elena Ortiz").click()
    reader.page.locator("button[name=patient][value=mateo-ortiz]").click()
    reader.page.get_by_role("button", name="Refuse").click()

    assert reader.title() == "You chose not to share"
    assert "The record that was open is still open." in reader.words()
    reader.look()
    reader.page.get_by_role("link", name="Go to the record that is open").click()
    assert "You are looking at the record of Maya" in reader.banner()
    assert reader.open(address) == 200


def test_a_daughter_reads_her_fathers_record(reader: Reader) -> None:
    reader.sign_in("ruth")

    assert "You are looking at the record of Walter" in reader.banner()
    assert "signed in as Ruth Adeyemi" in reader.banner()
    reader.look()


def test_staff_see_that_they_see_it_as_staff(reader: Reader) -> None:
    reader.sign_in("imani", "daniel-whitaker")

    assert "Staff view of the record of Daniel" in reader.banner()
    reader.look()
    reader.open(reader.at_section("medications"))
    assert "Staff view of the record of Daniel" in reader.banner()
    reader.look()


def test_a_new_patient_reads_what_is_recorded_as_none_and_what_is_only_empty(reader: Reader) -> None:
    reader.sign_in("jordan")
    assert "No known allergy" in reader.words()
    reader.look()

    for slug in FIRST_SECTIONS:
        reader.open(reader.at_section(slug))
        words = reader.words()
        if slug == "allergies":
            assert "No known allergy" in words
            assert "Nothing came back" not in words
        else:
            assert "Nothing came back" in words, slug
            assert "That does not always mean" in words, slug
        reader.look()

    states = {
        urlsplit(str(link.get_attribute("href"))).path: link.locator("small").inner_text()
        for link in reader.page.locator("nav.side a:has(small)").all()
    }
    assert states[reader.at_section("allergies")] == "none"
    assert {states[reader.at_section(slug)] for slug in FIRST_SECTIONS[1:]} == {"nothing came back"}


def test_a_patient_who_reads_spanish_reads_the_record(new_reader: NewReader) -> None:
    reader = new_reader(locale="es-US")
    reader.open("/")
    assert reader.page.locator("html").get_attribute("lang") == "es"
    reader.page.locator("a[href='/auth/launch/']").first.click()
    reader.page.locator("button[name=person][value=lucia]").click()
    reader.consent()

    assert reader.page.locator("html").get_attribute("lang") == "es"
    assert reader.title().startswith("Lucía")
    for section in reader.sections().values():
        assert reader.open(section) == 200
        assert reader.page.locator("html").get_attribute("lang") == "es"
        if section in map(reader.at_section, FIRST_SECTIONS):
            reader.look()


def test_a_father_sees_that_his_daughter_opened_his_record(new_reader: NewReader) -> None:
    daughter = new_reader()
    daughter.sign_in("ruth")
    daughter.open(daughter.at_section("allergies"))

    father = new_reader()
    father.sign_in("walter")
    father.page.get_by_role("link", name="Who opened this record here").first.click()

    assert father.title() == "Who opened this record here"
    visits = father.page.locator("ul.rows")
    expect(visits).to_contain_text("A representative")
    expect(visits).to_contain_text("Allergies and reactions")
    expect(visits).to_contain_text("The patient")
    father.look()

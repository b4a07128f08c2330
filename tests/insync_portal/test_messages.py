"""`make messages`: what the portal says is gathered, what is translated is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from insync_portal import catalogue


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A portal of two files that says four things."""
    (tmp_path / "records").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "records" / "wording.py").write_text(
        'A = _("Taking now")\nB = ngettext("%d entry", "%d entries", n)\nC = pgettext("month", "May")\n'
    )
    (tmp_path / "templates" / "page.html").write_text(
        "{% load i18n %}{% blocktranslate trimmed %}\n  Sign\n  out\n{% endblocktranslate %}"
    )
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    monkeypatch.setattr(catalogue, "LOCALES", tmp_path / "locale")
    return tmp_path


def translate(msgid: str, words: str) -> None:
    file = catalogue.path("es")
    file.write_text(
        file.read_text().replace(f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{words}"')
    )


def test_everything_that_code_and_templates_say_waits_for_a_translation(portal: Path) -> None:
    sentences, waiting = catalogue.update("es")

    assert (sentences, waiting) == (4, 4)
    assert catalogue.missing("es") == ["Taking now", "%d entry", "May", "Sign out"]


def test_a_sentence_is_found_whatever_name_gettext_is_imported_by(portal: Path) -> None:
    (portal / "records" / "more.py").write_text(
        "from django.utils.translation import gettext as _now, ngettext as _many\n"
        '_now("Right now")\n_many("%d day", "%d days", 2)\n_other("not a sentence")\n'
    )

    catalogue.update("es")

    assert {"Right now", "%d day"} < set(catalogue.missing("es"))
    assert "not a sentence" not in catalogue.missing("es")


def test_a_translation_is_kept_when_the_catalogue_is_brought_up_to_date(portal: Path) -> None:
    catalogue.update("es")
    translate("Sign out", "Cerrar sesión")
    (portal / "records" / "more.py").write_text('_("Paused")')

    catalogue.update("es")

    assert "Cerrar sesión" in catalogue.path("es").read_text()
    assert "Sign out" not in catalogue.missing("es")
    assert "Paused" in catalogue.missing("es")


def test_a_changed_sentence_is_not_guessed_from_the_old_one(portal: Path) -> None:
    catalogue.update("es")
    translate("Taking now", "Lo toma ahora")
    (portal / "records" / "wording.py").write_text('A = _("Taking now?")')

    catalogue.update("es")

    assert "Taking now?" in catalogue.missing("es")
    assert "Lo toma ahora" not in catalogue.path("es").read_text()


def test_a_second_run_changes_nothing(portal: Path) -> None:
    catalogue.update("es")
    first = catalogue.path("es").read_text()

    catalogue.update("es")

    assert catalogue.path("es").read_text() == first

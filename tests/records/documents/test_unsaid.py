"""A text that does not say in which characters it is written, and is no UTF-8."""

from __future__ import annotations

import pytest

from records.documents.view import View, look_at

RUSSIAN = "Пациент жалуется на бессонницу. Назначен сертралин 50 мг утром. Давление 120/80."
GUESSED = "does not say in which character set it is written"


def said(view: View) -> str:
    return str(view.notice.what_happened) if view.notice is not None else ""


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("cp1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("cp1253", "Ο ασθενής αναφέρει αϋπνία. Χορηγήθηκε σερτραλίνη 50 mg το πρωί."),
        ("shift_jis", "患者は不眠を訴えている。セルトラリン50mgを朝に処方した。血圧は120/80。"),
        ("gb18030", "患者诉失眠。早晨给予舍曲林50毫克。血压120/80。两周后复诊。"),
        ("euc_kr", "환자는 불면증을 호소합니다. 아침에 설트랄린 50mg을 처방했습니다. 혈압 120/80."),
        ("cp1250", "Pacjent skarży się na bezsenność. Zalecono sertralinę 50 mg rano. Źródło: żona."),
        ("mac-roman", "Refirió que está bien; también más tranquilo después de la sesión. Mañana más."),
        ("cp850", "El paciente refiere insomnio. Mañana: sertralina 50 mg. Presión más baja, según él."),
    ],
)
def test_the_charset_that_fits_is_taken_and_it_is_said(charset: str, words: str) -> None:
    view = look_at(words.encode(charset), "text/plain", "Note")

    assert view.text == words
    assert GUESSED in said(view)


@pytest.mark.parametrize(
    "words",
    [
        "El paciente refiere insomnio. Mañana: sertralina 50 mg. ¿Sueño? “Mejor”, dice.",
        "The mother–daughter talk—she said “I’m fine”—went well.",
        "37.2 °C, 5 µg ± 1, 3 m³, Tylenol®.",
        "Café",
    ],
)
def test_western_text_stays_what_it_nearly_always_is_and_needs_no_remark(words: str) -> None:
    view = look_at(words.encode("cp1252"), "text/plain", "Note")

    assert (view.text, view.notice) == (words, None)


def test_where_it_is_not_clear_that_is_said_too() -> None:
    assert GUESSED in said(look_at("המטופל מתלונן על נדודי שינה".encode("cp1255"), "text/plain", "Note"))


def test_a_charset_that_is_said_is_never_guessed() -> None:
    view = look_at(RUSSIAN.encode("koi8-r"), "text/plain; charset=koi8-r", "Note")

    assert (view.text, view.notice) == (RUSSIAN, None)

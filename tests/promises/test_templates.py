"""Rules of the house for what a browser gets: templates, styles, scripts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from tests.promises.tree import line_of, texts

# Where a template or code hands out markup that it made itself. Each is here with its reason.
MARKUP_BY_HAND: dict[str, str] = {
    "records/documents/html.py": "the HTML of a document after nh3 has cleaned it by an allow-list",
    "records/documents/cda/narrative.py": "the HTML of a narrative, of tags written there and escaped characters alone",
    "records/documents/bundle.py": "narratives that nh3 has cleaned, under escaped titles",
    "records/documents/cda/sections.py": "the same, put together with escaped titles",
    "records/documents/beyond.py": "what another process made of a document by the rules of the files above",
    "records/pages/overview.py": "blocks as their templates rendered them, kept sealed",
    "records/pages/made.py": "a page as a template rendered it, from where only this sign-in can put anything",
    "records/charts/svg.py": "a drawing of hundreds of short elements; every word in it is escaped there, which"
    " test_drawing.py tries",
}
ADDRESS = re.compile(r"""(?:https?:)?//[a-z0-9][\w.-]*\.[a-z]{2,}[^\s"'<>)]*""", re.IGNORECASE)
# A link that a reader may follow is no request of the page; an XML namespace is a name.
FOLLOWED = re.compile(r"""<a\b[^>]*\bhref=["']$""", re.IGNORECASE)
NAMESPACES = ("http://www.w3.org/", "https://www.w3.org/")


def test_no_page_style_or_script_asks_a_third_party() -> None:
    looked_at = texts(".html", ".css", ".js", ".svg", under=("templates", "static", "demo_server"))
    found = []
    for name, text in looked_at:
        without_comments = re.sub(
            r"\{#.*?#\}|/\*.*?\*/|<!--.*?-->", lambda m: "\n" * m[0].count("\n"), text, flags=re.S
        )
        for match in ADDRESS.finditer(without_comments):
            before = without_comments[max(0, match.start() - 200) : match.start()]
            if not match.group().startswith(NAMESPACES) and not FOLLOWED.search(before):
                found.append(f"{name}:{line_of(without_comments, match.start())} {match.group()}")

    assert len(looked_at) > 10
    assert found == []


def test_a_link_that_leaves_the_portal_tells_the_other_side_nothing() -> None:
    leaving = re.compile(r"""<a\b[^>]*\bhref=["']https?://[^>]*>""", re.IGNORECASE)

    for name, text in texts(".html", under=("templates",)):
        for match in leaving.finditer(text):
            assert "noreferrer" in match.group(), f"{name}:{line_of(text, match.start())}"


@pytest.mark.parametrize("kind", ["style", "script", "handler"])
def test_no_template_holds_inline_script_or_style(kind: str) -> None:
    forbidden = {
        "style": r"<style\b|\sstyle\s*=",
        "script": r"<script\b(?![^>]*\bsrc=)|javascript:",
        "handler": r"\son[a-z]+\s*=\s*[\"']",
    }[kind]
    pages = texts(".html", under=("templates", "demo_server"))

    found = [
        f"{name}:{line_of(text, match.start())} {match.group().strip()}"
        for name, text in pages
        for match in re.finditer(forbidden, text, re.IGNORECASE)
    ]

    assert len(pages) > 10
    assert found == []


def test_markup_is_made_by_hand_only_where_it_is_listed() -> None:
    by_hand = re.compile(r"\|\s*safe\b|\bmark_safe\b|\bSafeString\(|\{%\s*autoescape\s+off|\bsafeseq\b")
    found = {
        name
        for name, text in texts(
            ".py", ".html", under=("insync_portal", "smart_auth", "records", "demo_server", "templates")
        )
        if by_hand.search(text)
    }

    assert found - MARKUP_BY_HAND.keys() == set()


class Visible(HTMLParser):
    """Gathers what a reader can see or hear of a page: text, and the attributes that are spoken."""

    SPOKEN = frozenset({"alt", "title", "aria-label", "aria-description", "placeholder", "label"})
    SILENT = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        for name, value in attrs:
            if name in self.SPOKEN and value:
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent and data.strip():
            self.found.append((self.getpos()[0], data.strip()))


# Names, and words that are the same in every language of the portal.
NOT_TRANSLATED = {
    "SHA-256",
    "Imani Cole, MD",
    "InSync Portal",
    "InSync",
    "Español",
    "English",
    "US Core",
    "FHIR",
    "988",
    "911",
}
BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?\{%\s*endblocktrans(?:late)?\s*%\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment\b.*?\{%\s*endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


def untranslated(template: str) -> list[tuple[int, str]]:
    """(line, words) of what a template shows in one language alone."""

    def only_lines(match: re.Match[str]) -> str:
        return "\n" * match.group().count("\n")

    page = Visible()
    page.feed(COMMENT.sub(only_lines, BLOCK.sub(only_lines, template)))
    page.close()
    return [
        (line, words)
        for line, words in page.found
        if re.search(r"[A-Za-zÀ-ÿ]{2,}", words) and words.strip(" .,:;()·–…") not in NOT_TRANSLATED
    ]


def test_every_sentence_of_a_template_can_be_translated() -> None:
    pages = texts(".html", under=("templates",))

    found = [f"{name}:{line} {words[:60]}" for name, text in pages for line, words in untranslated(text)]

    assert len(pages) > 10
    assert found == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("<p>Sign out</p>", ["Sign out"]),
        ('<p>{% translate "Sign out" %}</p>', []),
        ("{% blocktranslate trimmed %}<b>Sign</b> out{% endblocktranslate %}<i>now then</i>", ["now then"]),
        ('<img alt="A chart">', ["A chart"]),
        ('<img alt="{% translate "A chart" %}">', []),
        ("<p>{{ row.title }} · {{ row.when }}</p>{# a remark #}", []),
    ],
)
def test_the_search_for_untranslated_sentences_finds_them(template: str, words: list[str]) -> None:
    assert [found for _, found in untranslated(template)] == words

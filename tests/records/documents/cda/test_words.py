"""The words of the narrative on the page are the words in the file: none lost, none twice, in order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.records.documents.cda import building
from tests.records.documents.cda.building import document, section, words_of_file, words_of_page

MET = {
    "bare text": "Takes <content styleCode='Bold'>none</content> today<br/>since Monday",
    "bare text between blocks": "before <paragraph>one</paragraph> between <list><item>two</item></list> after",
    "th in tbody": "<table><tbody><tr><th>a</th><td>b</td></tr></tbody></table>",
    "colspan": "<table><thead><tr><th colspan='2'>a</th></tr></thead>"
    "<tbody><tr><td>b</td><td>c</td></tr></tbody></table>",
    "no thead": "<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table>",
    "rows of differing length": "<table><thead><tr><th>a</th><th>b</th><th>c</th></tr></thead>"
    "<tbody><tr><td>d</td></tr><tr><td>e</td><td>f</td><td>g</td><td>h</td></tr></tbody></table>",
    "nested lists": "<list><caption>c</caption><item>a<list listType='ordered'><item>b</item></list>d</item></list>",
    "nine columns": "<table><thead><tr>"
    + "".join(f"<th>h{n}</th>" for n in range(9))
    + "</tr></thead><tbody><tr>"
    + "".join(f"<td>c{n}</td>" for n in range(9))
    + "</tr></tbody></table>",
    "line breaks that carry meaning": "One thing\nAnother thing\nA third",
    "thead of several rows": "<table><thead><tr><th>a</th><th>b</th></tr><tr><th>c</th><th>d</th></tr></thead>"
    "<tbody><tr><td>e</td><td>f</td></tr></tbody></table>",
    "blocks within td": "<table><tr><td><paragraph>a</paragraph>b<list><item>c</item></list></td>"
    "<td>d</td></tr></table>",
    "several tbody": "<table><tbody><tr><td>a</td></tr></tbody><tbody><tr><td>b</td></tr></tbody></table>",
    "tables in tables": "<table><tr><td>a<table><tr><td>b</td></tr></table>c</td></tr></table>",
    "rowspan": "<table><tr><td rowspan='2'>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
    "columns made of spaces": "Name     Dose\nAspirin  81 mg\nZinc     5 mg",
    "footnotes": "a<footnoteRef IDREF='f'/> b <footnote ID='f'>c</footnote> d",
    "superscripts": "10<sup>3</sup> H<sub>2</sub>O",
    "links": "<linkHtml href='https://evil.example/'>a</linkHtml> <linkHtml href='#x'>b</linkHtml>",
    "words where none belong": "<table>a<tr>b<td>c</td>d</tr>e<tbody>f<tr><td>g</td></tr>h</tbody>i</table>"
    "<list>j<item>k</item>l<paragraph>m</paragraph></list>",
    "a foot before the body": "<table><tfoot><tr><td>a</td></tr></tfoot><tbody><tr><td>b</td></tr></tbody></table>",
    "HTML in its place": "<p>a <b>b</b></p><ul><li>c</li></ul><h3>d</h3><div>e</div><span>f</span>",
    "elements unknown": "<blink>a<marquee>b</marquee></blink> c",
    "signs of markup": "5 &lt; 6 &amp; 7 &gt; 2 \"quoted\" 'so'",
    "a paragraph that holds a table": "<paragraph>a<table><tr><td>b</td></tr></table>c</paragraph>",
    "pictures": "a <renderMultiMedia referencedObject='none'><caption>b</caption></renderMultiMedia> c",
    "comments and instructions": "a<!-- not this -->b <?not this?>c",
    "CDATA": "<![CDATA[a < b]]> c",
    "text removed and added": "<content revised='delete'>a</content> <content revised='insert'>b</content>",
}


@pytest.mark.parametrize("text", MET.values(), ids=MET)
def test_every_word_of_a_narrative_is_on_the_page_once_and_in_order(text: str) -> None:
    content = document(section(text))

    assert [words_of_page(part.html) for part in building.parts(content)] == words_of_file(content)
    assert words_of_file(content) != [[]]


def test_sections_within_sections_keep_their_words_and_their_order() -> None:
    inner = f"<component><section>{section('b', 'Below')}</section></component>"
    content = document(section("a") + inner)

    (part,) = building.parts(content)

    assert words_of_page(part.html) == ["a", "Below", "b"]
    assert "<h3>Below</h3>" in part.html


def test_every_word_of_the_examples_of_others_is_on_the_page(shared: Path) -> None:
    files = sorted((shared / "data" / "fetched" / "c-cda").glob("*.xml"))
    if not files:
        pytest.skip("the C-CDA examples are not in the shared data")
    counted = 0

    for path in files:
        content = path.read_bytes()
        view = building.look_at(content, "text/xml", "Summary")
        assert view.paper is not None, path.name
        on_page = [words_of_page(part.html) for part in view.paper.parts]
        assert on_page == words_of_file(content), path.name
        counted += sum(map(len, on_page))

    assert counted > 1000

"""One web page that holds all of it: opens without the internet, on a phone, read aloud, printed. No script, nothing
that is fetched from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.utils.html import escape
from django.utils.translation import gettext as _now

from records.takeaway import told, wordings
from records.takeaway.taken import Document, Entry, Group, Outcome, Part, Taken

STYLE = Path(__file__).with_name("record.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What the page itself forbids a browser: everything but its own style."""


@cache
def _style() -> str:
    return STYLE.read_text("utf-8")


def write(taken: Taken) -> Iterator[bytes]:
    """The page, piece by piece."""
    yield _head(taken).encode()
    for part in taken.parts:
        yield _title(part).encode()
        slug, level = None, 3
        for group in part.groups():
            if group.slug != slug:
                level = 4 if group.title else 3
                yield _group_title(group).encode()
            slug = group.slug
            for entry in group.entries:
                yield _entry(entry, level).encode("utf-8", "replace")
        yield b"</section>\n"
    yield _last(taken).encode("utf-8", "replace")


def _head(taken: Taken) -> str:
    cover = taken.cover
    title = escape(wordings.title(cover))
    facts = "".join(_fact(label, value) for label, value in wordings.cover(cover))
    cautions = "".join(f"<p>{escape(one)}</p>" for one in wordings.cautions(cover))
    return (
        f'<!doctype html>\n<html lang="{escape(cover.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="robots" content="noindex"><title>{title}</title>\n<style>{_style()}</style>\n</head>\n<body>\n'
        f"<main>\n<h1>{title}</h1>\n<dl>{facts}</dl>\n{cautions}\n"
        f'<p><a href="#last">{escape(wordings.last())}</a></p>\n'
    )


def _fact(label: str, value: str, *, verbatim: bool = False) -> str:
    said = f'<span class="record asis">{escape(value)}</span>' if verbatim else _lines(value)
    return f"<div><dt>{escape(label)}</dt><dd>{said}</dd></div>"


def _lines(value: str) -> str:
    return "<br>".join(map(escape, value.splitlines())) or escape(value)


def _title(part: Part) -> str:
    said = "".join(f'<p class="gap">{escape(one)}</p>' for one in part.says)
    return (
        f'<section aria-labelledby="{escape(part.slug.replace("/", "-"))}">\n'
        f'<h2 id="{escape(part.slug.replace("/", "-"))}">{escape(part.title)}</h2>\n'
        f'<p class="soft">{escape(part.plain)}</p>\n{said}\n'
    )


def _group_title(group: Group) -> str:
    title = f"<h3>{escape(group.title)}</h3>\n" if group.title else ""
    sentence = f'<p class="soft">{escape(group.sentence)}</p>\n' if group.sentence else ""
    report = _body(group.report) if group.report is not None else ""
    return title + sentence + report


def _entry(entry: Entry, level: int) -> str:
    name = f"<h{level}>{escape(told.heading(entry.row))}</h{level}>\n"
    body = name + _body(entry)
    return f'<div class="folded">{body}</div>\n' if entry.is_folded else body


def _body(entry: Entry) -> str:
    row = entry.row
    found = [f'<p class="danger">{escape(row.danger)}</p>'] if row.danger else []
    value = told.value_of(row.measure) if row.measure is not None and row.measure.flag is not None else None
    alone: list[str] = []
    facts: list[str] = []
    for line in told.lines(entry):
        if not line.label:
            if line.value != str(row.danger):
                mark = ' class="record asis"' if line.verbatim else ""
                alone.append(f"<p{mark}>{_lines(line.value)}</p>")
        elif line.value == value:
            facts.append(
                f'<div><dt>{escape(line.label)}</dt><dd><span class="flag">{escape(value)}</span></dd></div>'
            )
        else:
            facts.append(_fact(line.label, line.value, verbatim=line.verbatim))
    found += alone
    if facts:
        found.append(f"<dl>{''.join(facts)}</dl>")
    found += map(_document, entry.documents)
    return "\n".join(found) + "\n"


def _document(document: Document) -> str:
    """A document's own words: clean markup as it is, text as typed."""
    said = f"<p><strong>{escape(document.title)}</strong> <small>{escape(document.about)}</small></p>"
    if document.remark:
        said += f'<p class="soft">{escape(document.remark)}</p>'
    if document.html:
        said += f'<div class="document record scroll">{_lower(document.html)}</div>'
    elif document.text:
        said += f'<div class="document record asis">{escape(document.text)}</div>'
    if document.why_not:
        said += f'<p class="gap">{escape(document.why_not)}</p>'
    return said


_HEADING = re.compile(r"<(/?)h[1-6]>")


def _lower(html: str) -> str:
    """Headings of a document are no headings of the record: they stand in bold."""
    return _HEADING.sub(lambda found: "</strong></p>" if found[1] else "<p><strong>", html)


def _last(taken: Taken) -> str:
    rows = "".join(map(_row, taken.outcomes))
    heads = "".join(
        f'<th scope="col">{escape(one)}</th>'
        for one in (_now("Section"), _now("In it"), _now("Not in it, and why"))
    )
    notes = "".join(f"<p>{escape(one)}</p>" for one in (*taken.notes, *wordings.closing(taken.cover)))
    return (
        f'<section aria-labelledby="last"><h2 id="last">{escape(wordings.last())}</h2>\n'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>\n{notes}</section>\n</main>\n</body>\n</html>\n"
    )


def _row(one: Outcome) -> str:
    why = "; ".join(one.reasons) or _now("Nothing left out")
    return (
        f'<tr><th scope="row">{escape(one.title)}</th><td>{escape(wordings.counted(one))}</td>'
        f"<td>{escape(why)}</td></tr>"
    )

"""`<p{{ row.line|lang }}>`, `{{ row.title|said }}`: words of the record that are in another language than the page."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from records.words.tongues import Told, primary

register = template.Library()


@register.filter
def said(words: object) -> object:
    """Words of the record as they stand within words of ours: in an element of their own where `lang` is needed."""
    needed = lang(words)
    return format_html("<span{}>{}</span>", needed, words) if needed else words


@register.filter
def lang(words: object) -> SafeString | str:
    """The attribute with a blank before it; empty for words in the page's language, and where theirs is not known."""
    if not isinstance(words, Told) or not words.lang or primary(words.lang) == primary(get_language() or ""):
        return ""
    return format_html(' lang="{}"', words.lang)

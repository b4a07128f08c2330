"""`{{ value|calling:phones }}`: words with their phone numbers as links, so that a touch on a phone calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_BESIDE = re.compile(r"[^\d+]")


@register.filter
def calling(value: object, phones: Iterable[str]) -> SafeString:
    """Words as HTML, lines kept, in which each of these numbers is a link that calls it (RFC 3966)."""
    any_of_them = "|".join(map(re.escape, sorted(phones, key=len, reverse=True)))
    if not any_of_them:
        return linebreaksbr(str(value))
    between = re.split(f"({any_of_them})", str(value))  # words, number, words, number, words
    return format_html_join(
        "", "{}", ((_link(said) if at % 2 else linebreaksbr(said),) for at, said in enumerate(between))
    )


def _link(phone: str) -> SafeString:
    return format_html('<a href="tel:{}">{}</a>', _BESIDE.sub("", phone), phone)

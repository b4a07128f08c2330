"""`{% icon "phone" %}`: an icon as inline SVG, always beside words, so hidden from screen readers."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from django import template
from lucide import IconDoesNotExist
from lucide.templatetags.lucide import lucide

log = logging.getLogger(__name__)
register = template.Library()


@register.simple_tag
def icon(name: str) -> str:
    """The icon of the lucide package, each put together once. An unknown name is no icon: the words still stand."""
    return _icon(str(name))


@lru_cache(maxsize=200)
def _icon(name: str) -> str:
    attributes: dict[str, Any] = {"class": "icon", "aria_hidden": "true"}
    try:
        return lucide(name, **attributes)
    except IconDoesNotExist:
        log.error("there is no icon of the name %s", name)
        return ""

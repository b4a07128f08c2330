"""`{% short_number notice.request_id as number %}`: what a reader reads out on the telephone."""

from __future__ import annotations

from django import template

from insync_portal import logs

register = template.Library()


@register.simple_tag
def short_number(own: str = "") -> str:
    """A notice's own number, or that of the request that is being answered: the log has both."""
    return own or logs.current_request()

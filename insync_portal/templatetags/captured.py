"""`{% captured as name %}…{% endcaptured %}`: renders once what stands on a page twice."""

from __future__ import annotations

from django import template
from django.template.base import Node, NodeList, Parser, Token
from django.template.context import Context

register = template.Library()


class _Captured(Node):
    child_nodelists = ("nodelist",)

    def __init__(self, nodelist: NodeList, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: Context) -> str:
        context[self.name] = self.nodelist.render(context)
        return ""


@register.tag
def captured(parser: Parser, token: Token) -> _Captured:
    """The rendered content, already escaped, under a name; nothing is shown where the tag stands.

    Raises:
        TemplateSyntaxError: it does not say `as` and a name.
    """
    words = token.split_contents()
    if len(words) != 3 or words[1] != "as":
        raise template.TemplateSyntaxError("captured says: {% captured as name %}…{% endcaptured %}")
    nodelist = parser.parse(("endcaptured",))
    parser.delete_first_token()
    return _Captured(nodelist, words[2])

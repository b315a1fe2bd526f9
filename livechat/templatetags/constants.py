"""The tags `translate`, `url`, `static` and `icon`, kept if all they take is written in the template.

A page has two hundred of them, and together they took longer than the rest of it.
"""

import re
from collections.abc import Callable

from django import template
from django.conf import settings
from django.template import Context, Node
from django.template.base import Parser, Token
from django.template.defaulttags import url
from django.templatetags.i18n import do_translate
from django.templatetags.static import do_static
from django.urls import get_script_prefix
from django.utils import translation

from livechat.templatetags import board

LITERAL = re.compile(r"""context|"[^"]*"|'[^']*'""")
Compile = Callable[[Parser, Token], Node]
register = template.Library()


class Constant(Node):
    """A tag whose text only the language can change, or where the pages and the static files are."""

    child_nodelists = ()

    def __init__(self, node: Node) -> None:
        self._node = node
        self._texts: dict[tuple[str | None, str, str, bool], str] = {}

    def render(self, context: Context) -> str:
        """The text, made once for each of these."""
        key = translation.get_language(), get_script_prefix(), settings.STATIC_URL, context.autoescape
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = self._node.render(context)
        return text


def _keeping(compile_tag: Compile) -> Compile:
    def compile_kept(parser: Parser, token: Token) -> Node:
        node = compile_tag(parser, token)
        _name, *words = token.split_contents()
        return Constant(node) if all(map(LITERAL.fullmatch, words)) else node

    return compile_kept


for _name, _compile in {
    "translate": do_translate,
    "url": url,
    "static": do_static,
    "icon": board.register.tags["icon"],
}.items():
    register.tag(_name, _keeping(_compile))

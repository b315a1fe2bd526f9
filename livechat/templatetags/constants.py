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
Basis = Callable[[], str | None]
register = template.Library()


class Constant(Node):
    """A tag whose text depends on nothing but its `basis`. It has no letter that would be escaped on one page only."""

    child_nodelists = ()

    def __init__(self, node: Node, basis: Basis) -> None:
        self._node, self._basis = node, basis
        self._texts: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """The text, made once."""
        key = self._basis()
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = self._node.render(context)
        return text


def _keeping(compile_tag: Compile, basis: Basis) -> Compile:
    def compile_kept(parser: Parser, token: Token) -> Node:
        node = compile_tag(parser, token)
        _name, *words = token.split_contents()
        return Constant(node, basis) if all(map(LITERAL.fullmatch, words)) else node

    return compile_kept


def _static_url() -> str:
    return settings.STATIC_URL


register.tag("translate", _keeping(do_translate, translation.get_language))
register.tag("url", _keeping(url, get_script_prefix))
register.tag("static", _keeping(do_static, _static_url))
register.tag("icon", _keeping(board.register.tags["icon"], _static_url))

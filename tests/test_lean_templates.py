"""Templates are compiled without their indentation: nothing that shows is lost, and no two words become one."""

from pathlib import Path

from django.conf import settings
from django.template import Engine, Origin
from django.template.base import Lexer, TokenType

from livechat.lib.templates import Plain

FOLDER = Path(settings.BASE_DIR) / "templates"


def compiled(path: Path) -> str:
    return Plain(Engine(dirs=[str(path.parent)])).get_contents(Origin(str(path)))


def shown(text: str) -> list[str]:
    """The words of a template and its tags, in order: what only silent tags part is one."""
    parts = [" " if token.token_type == TokenType.COMMENT else token.contents for token in Lexer(text).tokenize()]
    return " ".join(parts).split()


def test_a_template_keeps_its_words_and_tags() -> None:
    paths = sorted(FOLDER.rglob("*.html"))
    assert len(paths) > 100
    assert [path for path in paths if shown(compiled(path)) != shown(path.read_text())] == []


SOURCE = """<p>
  one
  {% if two %}

    two
  {% endif %}
  {{ three }}
  {% include "four" %}
  {% if five %}five.{% endif %}
  six
</p>
"""
LEAN = """<p>
one
{% if two %}two
{% endif %}{{ three }}
{% include "four" %}
{% if five %}five.{% endif %}
six
</p>
"""


def test_lines_are_not_indented_and_words_stay_apart(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(SOURCE)
    assert compiled(page) == LEAN
    mail = tmp_path / "mail.txt"
    mail.write_text("  one\n\n  two\n")
    assert compiled(mail) == mail.read_text()

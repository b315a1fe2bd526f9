"""A wall's words: every one is translated, and the compiled catalogues equal their sources."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from livechat.boards import status_styles
from livechat.models import Wall

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = [language for language in Wall.Language.values if language != "en"]
# The sources of a wall's words: all its templates, these modules, and the agents' statuses.
MODULES = [
    "livechat/boards/alarm_words.py",
    "livechat/walls/alarms.py",
    "livechat/walls/board.py",
    "livechat/walls/curves.py",
    "livechat/walls/design.py",
    "livechat/walls/limit_words.py",
    "livechat/walls/agent_cells.py",
    "livechat/walls/team_rows.py",
    "livechat/live/freshness.py",
    "livechat/templatetags/board.py",
    "livechat/templatetags/wall.py",
]
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "gettext_noop"}
TAG = re.compile(r"\{% translate (['\"])(.+?)\1(?: context (['\"])(.+?)\3)?")
BLOCK = re.compile(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", re.DOTALL)
CONTEXT = "\x04"  # stands between context and words in a catalogue

Catalogue = dict[str, list[str]]


def written() -> Iterator[str]:
    """Every string that a wall can show, as it stands in the sources."""
    yield from (str(look.label) for look in status_styles.AGENT_STYLES.values())
    for path in sorted((ROOT / "templates" / "wall").glob("*.html")):
        source = path.read_text()
        for found in TAG.finditer(source):
            yield f"{found[4]}{CONTEXT}{found[2]}" if found[4] else found[2]
        for block in BLOCK.findall(source):
            yield re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", block.split("{%")[0]).strip()
    for module in MODULES:
        for node in ast.walk(ast.parse((ROOT / module).read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in CALLS:
                yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))


def folder(language: str) -> Path:
    """The folder of a language's catalogue."""
    return ROOT / "livechat" / "locale" / language / "LC_MESSAGES"


def source(language: str) -> Catalogue:
    """A .po file: English words to words of the language, several for words with a plural."""
    found: Catalogue = {}
    for entry in (folder(language) / "django.po").read_text().split("\n\n"):
        parts: dict[str, str] = {}
        name = ""
        for line in entry.splitlines():
            match = re.match(r'(?:(msg\w+(?:\[\d\])?) )?(".*")$', line)
            if match and not line.startswith("#"):
                name = match[1] or name
                parts[name] = parts.get(name, "") + ast.literal_eval(match[2])
        key = f"{parts['msgctxt']}{CONTEXT}{parts['msgid']}" if "msgctxt" in parts else parts["msgid"]
        found[key] = [text for name, text in parts.items() if name.startswith("msgstr")]
    return found


def compiled(language: str) -> Catalogue:
    """The same from the .mo file, read by the standard library."""
    with (folder(language) / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    found: Catalogue = {}
    for key, text in catalogue.items():
        found.setdefault(key if isinstance(key, str) else key[0], []).append(text)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_of_a_wall_and_no_other_is_translated(language: str) -> None:
    with translation.override("en"):
        wanted = set(written())
    assert len(wanted) > 30
    known = source(language)
    assert {key for key in wanted if not all(known.get(key, [""]))} == set()
    assert set(known) - wanted == {""}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_equals_its_source(language: str) -> None:
    assert compiled(language) == source(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_same_placeholders(language: str) -> None:
    places = re.compile(r"\{\w+\}|%\(\w+\)[sd]")
    for key, texts in source(language).items():
        for text in texts:
            assert set(places.findall(text)) == set(places.findall(key)), text

"""Icons: pages draw them from one static file; walls hold their own, which are the same ones."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPRITE = (ROOT / "static" / "icons.svg").read_text()
SYMBOL = re.compile(r"<symbol .*?</symbol>")


def test_the_icons_of_walls_are_those_of_the_other_pages() -> None:
    own = SYMBOL.findall((ROOT / "templates" / "wall" / "icons.html").read_text())
    assert len(own) > 5
    assert set(own) <= set(SYMBOL.findall(SPRITE))


def test_no_page_but_a_wall_looks_for_icons_in_itself() -> None:
    pages = [path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "wall"]
    assert [path.name for path in pages if 'href="#i-' in path.read_text()] == []


def test_every_icon_that_a_template_names_is_there() -> None:
    there = set(re.findall(r'<symbol id="i-([\w-]+)"', SPRITE))
    named = set()
    for path in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r'(?:\{% icon "|\bicon="|#i-)([a-z][\w-]*)"', path.read_text()))
    assert len(named) > 20
    assert named - there == set()

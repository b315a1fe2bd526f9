"""The README's pictures are there, light and dark, and small enough to look at on the way."""

import re
from pathlib import Path

from tests.support import readme_pictures

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 150_000


def test_each_picture_of_the_readme_is_there_in_the_light_and_in_the_dark_and_small() -> None:
    named = re.findall(r'(?:src|srcset)="([^"]*)"', (ROOT / "README.md").read_text())
    wanted = {
        f".github/screenshots/{name}-{scheme}.webp" for name in readme_pictures.NAMES for scheme in ("light", "dark")
    }
    assert set(named) == wanted
    assert {name: (ROOT / name).stat().st_size for name in named if (ROOT / name).stat().st_size > MAX_BYTES} == {}


def test_no_picture_is_kept_that_the_readme_does_not_show() -> None:
    shown = (ROOT / "README.md").read_text()
    assert [path.name for path in (ROOT / ".github" / "screenshots").iterdir() if path.name not in shown] == []

"""What the README and CONTRIBUTING say, where it can be compared with what is there."""

import re
from pathlib import Path

import pytest

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


def section(document: str, heading: str) -> str:
    """The lines of a document from a heading, or a line in bold, to the next one."""
    return re.split(r"\n(?:#|\*\*)", (ROOT / document).read_text().partition(heading)[2])[0]


def test_each_word_is_explained_once_in_fifteen_rows() -> None:
    rows = re.findall(r"^\| (.+?) \|", section("CONTRIBUTING.md", "## Words"), re.MULTILINE)[2:]
    words = [word for row in rows for word in row.split(", ")]
    assert len(rows) <= 15
    assert len(words) == len(set(words)) > 20


@pytest.mark.parametrize("walk", ["**A status, from Comm100 to a TV**", "**A custom variable, from the form"])
def test_each_walk_has_ten_steps(walk: str) -> None:
    assert re.findall(r"^(\d+)\. ", section("CONTRIBUTING.md", walk), re.MULTILINE) == [str(n) for n in range(1, 11)]


def test_the_picture_of_the_house_names_every_command() -> None:
    drawn = re.search(r"management/ +commands: (.+?)   ", (ROOT / "CONTRIBUTING.md").read_text())
    assert drawn
    folder = ROOT / "livechat" / "management" / "commands"
    assert set(drawn[1].split(", ")) == {path.stem for path in folder.glob("*.py")} - {"__init__"}


def read_by(*names: str) -> set[str]:
    """The names of the variables that these files of code read from the environment."""
    reads = r"""(?:\benv\.\w+|ENVIRON\.get|environ\.get|told\.get|serving\.(?:number|port))\(\s*"([A-Z_]+)\""""
    return {name for path in names for name in re.findall(reads, (ROOT / path).read_text())}


def test_every_setting_is_in_the_example() -> None:
    listed = set(re.findall(r"^#([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    read = read_by(
        "config/settings.py", "config/gunicorn.py", "livechat/ops/serving.py", "livechat/management/commands/serve.py"
    )
    assert len(read) > 20
    assert read - listed == {"ENV_FILE", "COLLECTING"}, "which file is read, and what `serve` tells collectstatic"


def test_every_setting_of_the_demo_is_in_the_readmes_table() -> None:
    told = set(re.findall(r"`([A-Z_]+)`", section("README.md", "| setting of the demo |")))
    files = ("livechat/management/commands/demo.py", "livechat/ops/demo.py")
    read = {
        name for path in files for name in re.findall(r'"((?:DEMO|CHATSERVER)_[A-Z_]+)"', (ROOT / path).read_text())
    }
    assert len(read) > 10
    assert read - told == set()

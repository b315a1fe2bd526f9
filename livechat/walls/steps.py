"""The steps in which a wall shows its content: classes to which its style sheet gives sizes, rows and columns. Pure.

A browser would have to measure, after it has shown something else first. So the server counts, and estimates by the
letters of common fonts how wide words are. If a screen's letters are wider, static/js/fit.js takes one step more.
Sizes are in hundredths of the screen's shorter side, as the style sheet's vmin.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from livechat.walls.alarms import AlarmLine
from livechat.walls.design import Panel
from livechat.walls.link_cache import Message

MAX_NAMED = 24  # agents; if there are more, the first few stand beside a table of teams
NAMED_BESIDE_TEAMS = 12
MAX_NAMED_WITH_CURVES, NAMED_BESIDE_WITH_CURVES = 12, 8  # a row of curves takes the room of two rows of agents
TIGHTER = ("", "tight", "tighter")
# Columns of agents by how many are shown at most: on a wide screen, on one nearly square, and upright.
_COLUMNS = {6: (2, 2, 1), 12: (3, 2, 2), 24: (4, 3, 2)}
_BESIDE_TEAMS = (2, 2, 2)
# The letters that an alias has room for at its full size, and a size smaller, in heights of the full letters.
_ROOM = {6: (8.0, 10.5), 12: (6.5, 8.0), 24: (6.2, 7.2)}
# Heights of letters in the three steps of figures: double, large, normal; then labels of large and normal ones.
_VALUES = {"double": (20.0, 17.4, 15.0), "large": (16.6, 14.4, 12.4), "normal": (12.2, 10.4, 8.8)}
_LABELS = {"double": (4.0, 4.0, 3.4), "large": (4.0, 4.0, 3.4), "normal": (3.4, 3.4, 2.9)}
_YIELDS = {"normal": 0, "large": 1, "double": 2}
_DIGIT, _TIME, _LETTER = 0.55, 2.2, 0.56  # widths in heights
_SIDES, _GAP = 2.4, 1.2
_WIDE = 173.0  # what a screen of 16:9 has room for
_UPRIGHT_HEIGHT, _UPRIGHT_REST = 177.0, 17.0
_LINE = 4.0  # height of letters of an alarm and a message
_LINE_ENDS, _MORE = 41.0, 17.0  # widths of what else they hold, but for the right end of the alarm
_WORDED = 25.0  # of a panel that shows words
_CURVES = 16.0  # height of the row of curves
_CELL, _TEAM = 7.9, 4.6  # heights of an agent's place and of a team's row that should remain, upright


@dataclass(frozen=True, slots=True)
class Words:
    """What a panel shows, as far as its width depends on it."""

    panel: Panel
    label: str
    marks: tuple[str, ...]
    digits: int


def width(words: str) -> float:
    """How wide words are in heights of their letters, roughly."""
    return sum(_letter(each) for each in words)


def _letter(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if unicodedata.combining(char):
        return 0.0
    if char in "iljtfrI.,:;'’ -|":
        return 0.33
    if char in "mwMW@":
        return 0.88
    return 0.66 if char.isupper() else _LETTER


def max_named(*, curves: bool) -> int:
    """How many agents a wall can name. If there are more, it names a few beside a table of teams."""
    return min(MAX_NAMED, MAX_NAMED_WITH_CURVES) if curves else MAX_NAMED


def beside_teams(*, curves: bool) -> int:
    """How many agents are named beside a table of teams."""
    return NAMED_BESIDE_WITH_CURVES if curves else NAMED_BESIDE_TEAMS


def of_agents(count: int, *, curves: bool = False) -> tuple[int, str]:
    """The step of so many agents, and the classes of their list: its step, and its rows for each kind of screen."""
    step = next((each for each in _COLUMNS if count <= each), MAX_NAMED)
    if count > max_named(curves=curves):
        step, shown, columns, name = max(_COLUMNS), beside_teams(curves=curves), _BESIDE_TEAMS, "beside"
    else:
        shown, columns, name = count, _COLUMNS[step], f"step-{step}"
    rows = [max(1, math.ceil(shown / column)) for column in columns]
    return step, f"{name} wide-{rows[0]} square-{rows[1]} tall-{rows[2]}"


def of_name(alias: str, step: int) -> str:
    """ "long" or "longer" if an alias needs smaller letters."""
    full, smaller = _ROOM[step]
    wide = width(alias)
    return "longer" if wide > smaller else "long" if wide > full else ""


def of_lines(alarm: AlarmLine | None, message: Message | None) -> str:
    """The classes of lines: "both" an alarm and a message; "two" if they do not fit side by side on a wide screen."""
    if alarm is None or message is None:
        return ""
    wide = _LINE * (width(alarm.words) + width(message.text)) + _LINE_ENDS + (_MORE if alarm.more else 0.0)
    return "both two" if wide > _WIDE else "both"


def of_panels_alone(count: int, *, curves: bool = False) -> str:
    """The class of figures that have the whole screen, or share it with curves."""
    return f"alone alone-{count}" + (" above-curves" if curves else "")


def of_panels(
    panels: Sequence[Words], agents: int, teams: int, *, large_agents: str = "normal", curves: bool = False
) -> str:
    """The classes of the figures: how tight they stand on a wide screen, and upright.

    If they do not fit, they stand in two rows on a wide screen, and upright all are as large as normal ones.

    `large_agents`: how large the agents were chosen to be, for which the figures make room, as for `curves`.
    """
    least = _YIELDS[large_agents]
    wide = next((TIGHTER[step] for step in range(least, 3) if _rows_wide(panels, step) == 1), "tighter rows")
    most, beside = max_named(curves=curves), beside_teams(curves=curves) // 2
    rows = math.ceil(min(agents, most) / 2)
    needed = 5 + beside * _CELL + teams * _TEAM + 4 if agents > most else rows * (_CELL if agents > 12 else 12.0)
    room = _UPRIGHT_HEIGHT - _UPRIGHT_REST - needed - (_CURVES if curves else 0.0)
    upright = next((TIGHTER[step] for step in range(least, 3) if _height_upright(panels, step) <= room), "rows")
    return " ".join(filter(None, (wide, upright and f"upright-{upright}")))


def _needed(words: Words, step: int) -> float:
    """How wide a panel is at least."""
    size = words.panel.size
    if not words.panel.type.limited:
        return _WORDED + _SIDES + _GAP
    value = (_TIME if words.panel.type.is_time else words.digits * _DIGIT) * _VALUES[size][step]
    label = _LABELS[size][step]
    marks = max((width(mark) + 1.5 for mark in words.marks), default=0.0) * label * 0.86
    return max(value, width(words.label) * label, marks) + _SIDES + _GAP


def _rows_wide(panels: Sequence[Words], step: int) -> int:
    return math.ceil(sum(_needed(words, step) for words in panels) / _WIDE)


def _height_upright(panels: Sequence[Words], step: int) -> float:
    """Two large figures a row, or three others."""
    large = [words for words in panels if words.panel.size != "normal"]
    high = max((_VALUES[words.panel.size][step] for words in large), default=0.0)
    plain = len(panels) - len(large)
    return math.ceil(len(large) / 2) * (high + 10.0) + math.ceil(plain / 3) * (_VALUES["normal"][step] + 7.5)

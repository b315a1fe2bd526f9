"""Walls in turn: which of a link's walls its screens show at a moment.

The time of day alone says whose turn it is, so all screens of a link show the same wall, whatever process answers them.
A wall with stale figures is left out, as long as there is another one. A red wall is shown until it is red no more.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from livechat.walls.link_cache import ValidLink

STALE = {"none", "stale", "old"}  # states of figures that are left out
StateOf = Callable[[ValidLink], tuple[str, bool]]


def shown_at(link: ValidLink, moment: datetime, state_of: StateOf) -> ValidLink:
    """The link as it is at a moment. `state_of` says how fresh a wall's figures are, and whether one of them is red."""
    if not link.turns:
        return link
    states = [state_of(one) for _seconds, one, _held in link.turns]
    red = [turn for turn, (state, is_red) in zip(link.turns, states, strict=True) if is_red and state not in STALE]
    fresh = [turn for turn, (state, _red) in zip(link.turns, states, strict=True) if state not in STALE]
    seconds = [(turn[0], turn[2] if red else turn[1]) for turn in red or fresh or link.turns]
    return _by_time(seconds, moment.timestamp())


def _by_time(walls: Sequence[tuple[int, ValidLink]], moment: float) -> ValidLink:
    past = moment % sum(seconds for seconds, _wall in walls)
    for seconds, wall in walls:
        if past < seconds:
            return wall
        past -= seconds
    return walls[-1][1]

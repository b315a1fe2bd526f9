"""A wall for scripts: the same closed list that its screens show, as JSON, and nothing else.

The source is what the wall's template gets. The `WallBoard` has no place for a visitor's field, a GUID or a sentence of
Comm100, and what the template leaves out is empty in it: that is null here. What screens hide because the figures are
stale, or too old, is not told to a script either. Times have the offset of the wall's time zone; a time is exact only
if its beginning was seen, else it is the latest beginning there can have been.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone

from livechat.lib.epoch import moment_of
from livechat.live.freshness import Freshness
from livechat.walls.agent_cells import WallAgent
from livechat.walls.alarms import AlarmLine
from livechat.walls.board import PanelValue, WallBoard
from livechat.walls.curves import DrawnCurve
from livechat.walls.design import PANEL_TYPES
from livechat.walls.link_cache import Message, Turn
from livechat.walls.rendering import RenderedWall
from livechat.walls.team_rows import TeamRow


def of(rendered: RenderedWall) -> dict[str, Any]:
    """A wall as it looks now; call it in the wall's time zone. A level is "", "amber" or "red", of stale figures ""."""
    design, freshness = rendered.link.design, rendered.freshness
    told = {
        "wall": design.title,
        "state": freshness.word,
        "checked": _time(freshness.checked),
        "age_seconds": None if freshness.age is None else round(freshness.age, 1),
        "interval_seconds": round(freshness.snapshot.every, 1),
        "error": freshness.text,
    }
    return told if freshness.gone else told | _shown(rendered.context, freshness)


def _shown(context: dict[str, Any], freshness: Freshness) -> dict[str, Any]:
    """What leaves a screen if its figures are too old."""
    frozen = freshness.frozen
    return {
        "message": _message(context["message"]),
        **_board(context["board"], frozen),
        "curves": [_curve(curve) for curve in context["curves"]],
        "rotation": _rotation(context["turn"]),
    }


def _board(board: WallBoard, frozen: datetime | None) -> dict[str, Any]:
    return {
        "alarm": _alarm(board.alarms.line, frozen) if board.alarms and board.alarms.line else None,
        "figures": [_figure(panel, frozen) for panel in board.panels],
        "agents": [_agent(agent, frozen) for agent in board.people.cells],
        "agents_with_room_not_shown": board.people.others,
        "agents_who_need_a_look": board.people.needy,
        "agents_offline": board.offline_count,
        "teams": [_team(team, frozen) for team in board.teams],
        "notice": board.notice,
    }


def _alarm(line: AlarmLine, frozen: datetime | None) -> dict[str, Any]:
    """The worst alarm, and how many others ring. Of stale figures its words are told alone, unless it is about them."""
    observed = line.of_figures or frozen is None
    return {
        "kind": line.kind,
        "text": line.words,
        "level": line.level if observed else "",
        "since": _minute(line.since) if observed else None,
        "taken": line.taken if observed else None,
        "count": line.count if observed else None,
        "began": _time(line.began) if observed else None,
        "others": line.more,
    }


def _figure(panel: PanelValue, frozen: datetime | None) -> dict[str, Any]:
    """A figure: a count, or a time in seconds with the moment at which it began."""
    until = frozen or timezone.now()
    seconds = None if panel.since is None else max(0, int((until - panel.since).total_seconds()))
    count = int(panel.value) if panel.value.isdigit() else None
    return {
        "name": panel.slug,
        "label": panel.label,
        "value": count if panel.since is None else seconds,
        "unit": "" if panel.since is None else "seconds",
        "since": _time(panel.since),
        "exact": panel.since_exact if panel.since else True,
        "level": "" if frozen else panel.level,
        "words": "" if frozen else panel.said,
    }


def _curve(drawn: DrawnCurve) -> dict[str, Any]:
    """A curve: its values in parts of the same length, the last of which may be shorter. Null: not observed."""
    curve, is_time = drawn.curve, PANEL_TYPES[drawn.slug].is_time
    return {
        "name": drawn.slug,
        "label": drawn.label,
        "words": drawn.words,
        "began": _minute(moment_of(curve.began)),
        "ended": _minute(moment_of(curve.ended)),
        "times": list(drawn.times),
        "part_seconds": curve.step // 1000,
        "unit": "seconds" if is_time else "",
        "values": [value // 1000 if is_time and value is not None else value for value in curve.values],
    }


def _agent(agent: WallAgent, frozen: datetime | None) -> dict[str, Any]:
    """An agent's place. What it has no room for is null."""
    return {
        "alias": agent.alias,
        "status": agent.status or None,
        "kind": agent.kind,
        "since": _time(agent.since),
        "exact": agent.since_exact if agent.since else None,
        "until": _minute(agent.until),
        "load": agent.load or None,
        "left": agent.left or None,
        "level": "" if frozen else agent.level,
        "reason": agent.reason,
    }


def _team(team: TeamRow, frozen: datetime | None) -> dict[str, Any]:
    return {
        "name": team.name,
        "waiting": team.waiting,
        "waiting_level": "" if frozen else team.waiting_level,
        "online": team.online,
        "free": team.free,
        "free_level": "" if frozen else team.free_level,
        "full": team.full,
        "away": team.away,
        "places": team.places or None,
    }


def _rotation(turn: Turn | None) -> dict[str, Any] | None:
    """The walls in turn, which of them this is (the first is 0), and whether it stays while it is red."""
    return {"walls": list(turn.titles), "place": turn.place, "held": turn.held} if turn else None


def _message(message: Message | None) -> dict[str, str | None] | None:
    return {"text": message.text, "tone": message.tone, "until": _time(message.until)} if message else None


def _time(moment: datetime | None) -> str | None:
    """A moment in the wall's time zone, in whole seconds."""
    return None if moment is None else timezone.localtime(moment).isoformat(timespec="seconds")


def _minute(moment: datetime | None) -> str | None:
    """The same in whole minutes, as a screen says it."""
    return None if moment is None else timezone.localtime(moment).isoformat(timespec="minutes")

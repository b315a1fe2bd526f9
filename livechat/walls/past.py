"""A wall as it was at a moment of the past: a picture, with today’s design. Nothing in it ticks, asks or leads on."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation

from livechat.boards import needs
from livechat.boards.agents import visible
from livechat.boards.directory_names import Names
from livechat.lib import clock
from livechat.live.freshness import Freshness
from livechat.live.snapshot_data import SnapshotData
from livechat.live.snapshot_view import NOTHING
from livechat.walls import board
from livechat.walls.agent_cells import UNKNOWN_VALUE
from livechat.walls.board import PanelValue
from livechat.walls.design import Design
from livechat.walls.rendering import still_page


def picture(
    design: Design,
    names: Names,
    agents: SnapshotData,
    visitors: SnapshotData | None,
    moment: datetime,
    unknown: Collection[str] = (),
) -> bytes:
    """The page of a wall at a moment, without messages and curves. `unknown`: figures that nobody knows of then."""
    shown = replace(design, curves=())  # curves end now
    needed = needs.of_rows(visible(agents, names), agents, names.version, moment)
    with translation.override(design.language):
        wall_board = board.make(agents, visitors, names, shown, needed)
    panels = tuple(_of_then(panel, moment, known=panel.slug not in unknown) for panel in wall_board.panels)
    seen = replace(NOTHING, checked=moment, checked_at=clock.steady(), error="", text="")
    context = {
        "wall": shown,
        "board": replace(wall_board, panels=panels),
        "past": moment,
        "freshness": Freshness(seen, "", language=design.language, zone=ZoneInfo(design.time_zone)),
    }
    return still_page(shown, context)


def _of_then(panel: PanelValue, moment: datetime, *, known: bool) -> PanelValue:
    return replace(panel, at=moment) if known else replace(panel, at=moment, value=UNKNOWN_VALUE, count_level="")

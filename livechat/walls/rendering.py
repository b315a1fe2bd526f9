"""A wall as it is rendered: once per version, for all screens that show it."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from weakref import ReferenceType, ref
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from livechat.boards import directory_names
from livechat.lib.compressed import CompressedBody
from livechat.live import intervals, snapshot_cache
from livechat.live.freshness import Freshness, tag
from livechat.live.snapshot_view import NOTHING, SnapshotView
from livechat.live.sources import Feed
from livechat.models import Site
from livechat.walls import board
from livechat.walls.design import Design
from livechat.walls.link_cache import ValidLink

MOST = 1000  # walls held as they look
PAUSED, ENDED = "paused", "ended"  # what a page that waits sends as its tag
NO_SCRIPT_RELOAD_SECONDS = 10.0  # seconds after which a page without scripts loads itself anew


@dataclass(frozen=True, slots=True)
class RenderedWall:
    """A wall as it looks now: what was looked at, what of it the fragment rests on, and the fragment ready to send.

    It holds no snapshot: walls that nobody shows any more would keep theirs.
    """

    entry: ValidLink
    looked: tuple[ReferenceType[SnapshotView], ReferenceType[SnapshotView]]
    rests_on: tuple[Any, ...]
    shown: Freshness
    fragment: CompressedBody
    context: dict[str, Any]

    def saw(self, entry: ValidLink, agents: SnapshotView, visitors: SnapshotView) -> bool:
        """Whether it was made of these very ones."""
        return self.entry is entry and self.looked[0]() is agents and self.looked[1]() is visitors


_faces: dict[int, RenderedWall] = {}
_lock = threading.Lock()


def rendered_wall(entry: ValidLink) -> RenderedWall:
    """The wall of a link, made anew only when something it rests on has moved."""
    agents, visitors = get_snapshots(entry.design, entry.feed)
    with _lock:
        held = _faces.get(entry.wall_id)
    if held is not None and held.saw(entry, agents, visitors):
        return held
    looked, worst = (ref(agents), ref(visitors)), _stalest(agents, visitors)
    rests_on = (agents.key, visitors.key, worst.kind, entry.site.version, entry.design)
    if held is None or held.rests_on != rests_on:
        made = _make(entry, agents, visitors, rests_on)
    else:
        shown = replace(held.shown, snapshot=_without_details(worst, entry.design))
        made = replace(held, entry=entry, looked=looked, shown=shown)
    with _lock:
        _faces[entry.wall_id] = made
        if len(_faces) > MOST:
            del _faces[next(iter(_faces))]
    return made


def get_snapshots(design: Design, feed: Feed | None) -> tuple[SnapshotView, SnapshotView]:
    """Agents and visitors as a wall sees them. A list that it shows nothing of does not make its figures old."""
    agents, visitors = (snapshot_cache.get(feed, kind) if kind in design.reads else NOTHING for kind in intervals.LISTS)
    return agents, visitors


def _stalest(agents: SnapshotView, visitors: SnapshotView) -> SnapshotView:
    """The figures that a wall is as old as."""
    seen = [snapshot for snapshot in (agents, visitors) if snapshot is not NOTHING]
    return max(seen, key=lambda snapshot: (bool(snapshot.error), -(snapshot.checked_at or 0.0)), default=NOTHING)


def _without_details(snapshot: SnapshotView, design: Design) -> SnapshotView:
    """What is told of a snapshot, without Comm100's own words, which may name somebody."""
    if not snapshot.text:
        return snapshot.bare
    with translation.override(design.language):
        return replace(snapshot.bare, text=board.reason_words(snapshot.error))


def _make(entry: ValidLink, agents: SnapshotView, visitors: SnapshotView, rests_on: tuple[Any, ...]) -> RenderedWall:
    shown, context = make_context(entry.design, entry.site, agents, visitors)
    with wall_locale(entry.design):
        fragment = render_to_string("wall/wall.html#wall", context)
    return RenderedWall(
        entry,
        (ref(agents), ref(visitors)),
        rests_on,
        shown,
        CompressedBody(without_indents(fragment).encode()),
        context,
    )


def make_context(
    design: Design, site: Site, agents: SnapshotView, visitors: SnapshotView
) -> tuple[Freshness, dict[str, Any]]:
    """What the wall's template shows of a site by a design, and what is said of the figures."""
    with translation.override(design.language):
        shown_board = board.make(agents.data, visitors.data, directory_names.of(site), design)
    worst = _without_details(_stalest(agents, visitors), design)
    version = tag(settings.BUILD, shown_board, worst.state, design)
    shown = Freshness(worst, version, language=design.language, pace=max(design.every, NO_SCRIPT_RELOAD_SECONDS))
    return shown, {
        "wall": design,
        "design": tag(design),  # a screen that sees another one loads the page anew
        "board": shown_board,
        "freshness": shown,
        "build": settings.BUILD,
    }


@contextmanager
def wall_locale(design: Design) -> Iterator[None]:
    """In the wall's language and at its time."""
    with translation.override(design.language), timezone.override(ZoneInfo(design.time_zone)):
        yield


def without_indents(markup: str) -> str:
    """Markup without the blanks that only indent its lines."""
    return re.sub(r">\s*\n\s*", ">\n", markup)

"""Renders walls: each once per version, for all screens that show it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from weakref import ReferenceType, ref
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from livechat.boards import directory_names, needs, plans
from livechat.boards.agents import visible
from livechat.lib.compressed import CompressedBody
from livechat.lib.ttl_cache import TtlCache
from livechat.live import intervals, snapshot_cache
from livechat.live.freshness import Freshness, tag
from livechat.live.snapshot_view import NOTHING, SnapshotView, of_site
from livechat.live.sources import Feed
from livechat.models import Site
from livechat.walls import alarms, board, curves, steps, turns
from livechat.walls.design import Design
from livechat.walls.link_cache import Message, Turn, ValidLink

MAX_RENDERED_WALLS = 1000
PAUSED, ENDED = "paused", "ended"  # states of holding pages, which their polls send as the tag
NO_SCRIPT_RELOAD_SECONDS = 10.0  # a page without scripts loads itself again this often
_SCRIPT = re.compile(r"<script\b[^>]*></script>\s*")


@dataclass(frozen=True, slots=True)
class RenderedWall:
    """A wall as it looks now: the snapshots it was made of, everything its fragment depends on, and the fragment.

    `until`: when time alone will change it, because an agent passes a limit and moves up, or because a message or a
    snooze ends; None: never. It holds no snapshot, only weak references: walls that no screen shows any more would keep
    theirs in memory.
    """

    link: ValidLink
    snapshots: tuple[ReferenceType[SnapshotView], ReferenceType[SnapshotView]]
    depends_on: tuple[Any, ...]
    freshness: Freshness
    fragment: CompressedBody
    context: dict[str, Any]
    until: datetime | None

    def lasts(self, moment: datetime) -> bool:
        """Whether time alone has not changed it until this moment."""
        return self.until is None or moment < self.until

    def is_of(self, link: ValidLink, agents: SnapshotView, visitors: SnapshotView) -> bool:
        """Whether it was made of exactly these objects."""
        return self.link is link and self.snapshots[0]() is agents and self.snapshots[1]() is visitors


Key = tuple[int, Turn | None]
_walls: TtlCache[Key, RenderedWall] = TtlCache(MAX_RENDERED_WALLS)  # by the wall's id, and its turn if it has one


def rendered_wall(link: ValidLink) -> RenderedWall:
    """The wall that a link shows now."""
    return _rendered(turns.shown_at(link, timezone.now(), _state) if link.turns else link)


def _state(link: ValidLink) -> tuple[str, bool]:
    """How fresh a wall's figures are, and whether one of them is red."""
    rendered = _rendered(link)
    return rendered.freshness.state, any(panel.level == "red" for panel in rendered.context["board"].panels)


def _rendered(link: ValidLink) -> RenderedWall:
    """A wall. It is rendered again only if something that it depends on has changed."""
    agents, visitors = get_snapshots(link.design, link.feed)
    cached = _walls.get((link.wall_id, link.turn))
    if cached is not None and not cached.lasts(agents.moment):
        cached = None
    if cached is not None and cached.is_of(link, agents, visitors):
        return cached
    snapshots, stalest = (ref(agents), ref(visitors)), _stalest(agents, visitors)
    depends_on = (agents.key, visitors.key, stalest.kind, link.site.version, link.design, link.message)
    if cached is None or cached.depends_on != depends_on:
        rendered = _render(link, agents, visitors, depends_on)
    else:
        freshness = replace(cached.freshness, snapshot=_without_details(of_site(link.site, stalest), link.design))
        rendered = replace(cached, link=link, snapshots=snapshots, freshness=freshness)
    _walls.put((link.wall_id, link.turn), rendered)
    return rendered


def get_snapshots(design: Design, feed: Feed | None) -> tuple[SnapshotView, SnapshotView]:
    """The snapshots of agents and of visitors for a wall; `NOTHING` for a list of which the wall shows nothing."""
    agents, visitors = (snapshot_cache.get(feed, kind) if kind in design.lists else NOTHING for kind in intervals.LISTS)
    return agents, visitors


def _stalest(agents: SnapshotView, visitors: SnapshotView) -> SnapshotView:
    """The snapshot whose age the wall tells: one with an error, else the older one."""
    needed = [snapshot for snapshot in (agents, visitors) if snapshot is not NOTHING]
    return max(needed, key=lambda snapshot: (bool(snapshot.error), -(snapshot.checked_at or 0.0)), default=NOTHING)


def _without_details(snapshot: SnapshotView, design: Design) -> SnapshotView:
    """A snapshot without its rows and without Comm100's own words about an error, which may name someone."""
    if not snapshot.text:
        return snapshot.bare
    with translation.override(design.language):
        return replace(snapshot.bare, text=board.error_words(snapshot.error))


def _render(link: ValidLink, agents: SnapshotView, visitors: SnapshotView, depends_on: tuple[Any, ...]) -> RenderedWall:
    message = link.message if link.message and link.message.until > timezone.now() else None
    context = make_context(link.design, link.site, agents, visitors, message=message, turn=link.turn)
    ends: list[datetime | None] = [context["needs"].until, context["woken"], message.until if message else None]
    if link.design.curves:
        ends.append(curves.until(agents.moment if agents is not NOTHING else timezone.now()))
    with wall_locale(link.design):
        fragment = render_to_string("wall/wall.html#wall", context)
    body = CompressedBody(without_indents(fragment).encode())
    snapshots = (ref(agents), ref(visitors))
    return RenderedWall(
        link,
        snapshots,
        depends_on,
        context["freshness"],
        body,
        context,
        min((end for end in ends if end), default=None),
    )


def make_context(
    design: Design,
    site: Site,
    agents: SnapshotView,
    visitors: SnapshotView,
    *,
    message: Message | None = None,
    turn: Turn | None = None,
) -> dict[str, Any]:
    """What the wall's template needs: the design, what the wall shows of a site, and how fresh that is.

    `message` and `turn` are as in `ValidLink`.
    """
    names, ringing = directory_names.of(site), alarms.of_site(site)
    woken = alarms.until(ringing, timezone.now())  # when an alarm rings again that is snoozed
    needed = needs.of_rows(visible(agents.data, names), agents.data, names.version, agents.moment)
    with translation.override(design.language):
        wall_board = board.make(
            agents.data, visitors.data, names, design, needed, planned=plans.of(site), ringing=ringing
        )
    stalest = _without_details(of_site(site, _stalest(agents, visitors)), design)
    with wall_locale(design):
        drawn = curves.of(design, site, names.wait)
    version = tag(settings.BUILD, wall_board, drawn, stalest.checked is None, stalest.state, design, message, turn)
    pace = max(design.every, NO_SCRIPT_RELOAD_SECONDS)
    return {
        "wall": design,
        "design": tag(design),  # a screen that sees another one loads the page again
        "board": wall_board,
        "curves": drawn,
        "needs": needed,
        "woken": woken,
        "lines": steps.of_lines(wall_board.alarms.line if wall_board.alarms else None, message),
        "message": message,
        "turn": turn,
        "freshness": Freshness(stalest, version, language=design.language, zone=ZoneInfo(design.time_zone), pace=pace),
    }


@contextmanager
def wall_locale(design: Design) -> Iterator[None]:
    """Activates the wall's language and time zone."""
    with translation.override(design.language), timezone.override(ZoneInfo(design.time_zone)):
        yield


def still_page(design: Design, context: dict[str, Any]) -> bytes:
    """A wall's page as a picture: it has no script and asks for nothing."""
    with wall_locale(design):
        page = render_to_string("wall/wall.html", context | {"is_preview": True})
    return _SCRIPT.sub("", without_indents(page)).encode()


def without_indents(markup: str) -> str:
    """Markup without the spaces that only indent its lines."""
    return re.sub(r">\s*\n\s*", ">\n", markup)

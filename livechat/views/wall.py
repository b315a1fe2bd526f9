"""The public display: no session, no cookie, GET only.

A poll costs next to nothing: `face` is made once per version for all screens of a wall, and `livechat.doors` answers
from it before Django's stack.
"""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
from weakref import ReferenceType, ref
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from livechat.figures import Figures, tag
from livechat.http import Request, partial
from livechat.live import linkbook, names, pace, screens, sights, walls
from livechat.live import wall as boards
from livechat.live.designs import Design
from livechat.live.feeds import Feed
from livechat.live.linkbook import Entry
from livechat.live.sight import NOTHING, Sight
from livechat.models import Site
from livechat.ready import Ready

MOST = 1000  # walls held as they look
PAUSED, ENDED = "paused", "ended"  # what a page that waits sends as its tag
PLAIN = 10.0  # seconds after which a page without scripts loads itself anew


@dataclass(frozen=True, slots=True)
class Face:
    """A wall as it looks now: what was looked at, what of it the fragment rests on, and the fragment ready to send.

    It holds no picture: walls that nobody shows any more would keep theirs.
    """

    entry: Entry
    looked: tuple[ReferenceType[Sight], ReferenceType[Sight]]
    rests_on: tuple[Any, ...]
    shown: Figures
    fragment: Ready
    context: dict[str, Any]

    def saw(self, entry: Entry, agents: Sight, visitors: Sight) -> bool:
        """Whether it was made of these very ones."""
        return self.entry is entry and self.looked[0]() is agents and self.looked[1]() is visitors


_faces: dict[int, Face] = {}
_lock = threading.Lock()


def face(entry: Entry) -> Face:
    """The wall of a link, made anew only when something it rests on has moved."""
    agents, visitors = look(entry.design, entry.feed)
    with _lock:
        held = _faces.get(entry.wall_id)
    if held is not None and held.saw(entry, agents, visitors):
        return held
    looked, worst = (ref(agents), ref(visitors)), _worst(agents, visitors)
    rests_on = (agents.key, visitors.key, worst.kind, entry.site.stamp, entry.design)
    if held is None or held.rests_on != rests_on:
        made = _make(entry, agents, visitors, rests_on)
    else:
        shown = replace(held.shown, sight=_public(worst, entry.design))
        made = replace(held, entry=entry, looked=looked, shown=shown)
    with _lock:
        _faces[entry.wall_id] = made
        if len(_faces) > MOST:
            del _faces[next(iter(_faces))]
    return made


def look(design: Design, feed: Feed | None) -> tuple[Sight, Sight]:
    """Agents and visitors as a wall sees them. A list that it shows nothing of does not make its figures old."""
    agents, visitors = (sights.look(feed, kind) if kind in design.reads else NOTHING for kind in pace.LISTS)
    return agents, visitors


def _worst(agents: Sight, visitors: Sight) -> Sight:
    """The figures that a wall is as old as."""
    seen = [sight for sight in (agents, visitors) if sight is not NOTHING]
    return max(seen, key=lambda sight: (bool(sight.error), -(sight.checked_at or 0.0)), default=NOTHING)


def _public(sight: Sight, design: Design) -> Sight:
    """What is told of a sight, without Comm100's own words, which may name somebody."""
    if not sight.text:
        return sight.bare
    with translation.override(design.language):
        return replace(sight.bare, text=boards.reason(sight.error))


def _make(entry: Entry, agents: Sight, visitors: Sight, rests_on: tuple[Any, ...]) -> Face:
    shown, context = drawn(entry.design, entry.site, agents, visitors)
    with spoken(entry.design):
        fragment = render_to_string("wall/wall.html#wall", context)
    return Face(entry, (ref(agents), ref(visitors)), rests_on, shown, Ready(_close(fragment).encode()), context)


def drawn(design: Design, site: Site, agents: Sight, visitors: Sight) -> tuple[Figures, dict[str, Any]]:
    """What the wall's template shows of a site by a design, and what is said of the figures."""
    with translation.override(design.language):
        board = boards.board(agents.picture, visitors.picture, names.of(site), design)
    worst = _public(_worst(agents, visitors), design)
    version = tag(settings.BUILD, board, worst.state, design)
    shown = Figures(worst, version, language=design.language, pace=max(design.every, PLAIN))
    return shown, {
        "wall": design,
        "design": tag(design),  # a screen that sees another one loads the page anew
        "board": board,
        "figures": shown,
        "build": settings.BUILD,
    }


@contextmanager
def spoken(design: Design) -> Iterator[None]:
    """In the wall's language and at its time."""
    with translation.override(design.language), timezone.override(ZoneInfo(design.time_zone)):
        yield


def _close(markup: str) -> str:
    """The same without the blanks that only indent lines."""
    return re.sub(r">\s*\n\s*", ">\n", markup)


@login_not_required
@require_safe
def wall(request: Request, secret: str) -> HttpResponse:
    """A wall by its secret. A wrong secret is a plain 404; an ended link says so."""
    entry = linkbook.find(walls.hashed(secret))
    if entry is None:
        return _ended(request, secret)
    screens.seen(entry, request.META)
    if entry.paused:
        with spoken(entry.design):
            return standby(request, PAUSED, "wall/paused.html")
    now = face(entry)
    if not partial(request):
        with spoken(entry.design):
            page = render_to_string("wall/wall.html", now.context | {"figures": now.shown})
        return _marked(_packed(request, Ready(_close(page).encode())), now.shown)
    if request.htmx.ptag == now.shown.tag:
        return _marked(HttpResponseNotModified(), now.shown)
    return _marked(_packed(request, now.fragment), now.shown)


def _packed(request: Request, body: Ready) -> HttpResponse:
    """A body, compressed as the browser can read it; a wall's page holds no secret that this could give away."""
    content, encoding = body.encoded(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(content)
    if encoding:
        response["Content-Encoding"] = encoding
    return response


def _ended(request: Request, secret: str) -> HttpResponse:
    """A plain 404 for a secret that never was; a link that has ended says so, and tells a poll to load that page."""
    if not walls.known(secret):
        return HttpResponse("Not found\n", content_type="text/plain", status=404)
    walls.note_end(secret)
    with translation.override(walls.language(secret) or settings.LANGUAGE_CODE):
        return standby(request, ENDED, "wall/ended.html", status=410)


def standby(
    request: Request, state: str, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page that waits in a state: its polls are answered 304 as long as that lasts, any other is told to load it."""
    if not partial(request):
        response = render(request, template, {"state": state, **(context or {})}, status=status)
        response["X-Standby"] = state  # screen.js looks for it: a page that may be loaded
        return response
    if request.htmx.ptag == state:
        return HttpResponseNotModified()
    return HttpResponse(headers={"HX-Refresh": "true"})


def _marked(response: HttpResponse, shown: Figures) -> HttpResponse:
    response["HX-PTag"], response["X-Figures"] = shown.tag, shown.json
    return response

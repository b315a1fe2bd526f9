"""The strips of the agents' board: one SVG file for a site, with a symbol for each agent and team.

A row refers to its symbol, so that a refresh does not carry the strips again. A file shows the eight hours before a
step, which are five minutes apart, and browsers keep it. Symbols are called by the agents' numbers, which are short.
The address holds a sum of the directory's agents, so that a number is always the same agent's.

Colours are the page's custom properties: these reach into a file that a page refers to, and rules do not. Nothing has a
viewBox: `x` and `width` are in per cent, so nothing is stretched.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from livechat.boards import directory_names
from livechat.boards.agent_groups import team_slug
from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key
from livechat.lib.compressed import CompressedBody
from livechat.lib.epoch import DAY_MS, HOUR_MS, MINUTE_MS, milliseconds
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Site
from livechat.reports import observed, presence, timeline
from livechat.reports.ranges import Bucket
from livechat.reports.strips import OF_16, Scale
from livechat.reports.timeline import Piece, Watched
from livechat.web import strip_styles

STEP_SECONDS = 300
STEP_MS = STEP_SECONDS * 1000
WINDOW_MS = 8 * HOUR_MS
OLDEST_STEPS = 12  # a page that is older is not refreshed
HEIGHT = 16
QUARTER_MS = 15 * MINUTE_MS  # the full hours of every zone are full quarters too
EDGE_PERCENT = 3.0  # per cent: an hour's number that is nearer to an end would be cut
FILLS = {
    "offline": 'fill="var(--strip-offline)"',
    "online": 'fill="var(--strip-online)"',
    "away": 'fill="var(--strip-away-0)"',
    "amber": 'fill="var(--lb-amber-fill)" stroke="var(--lb-amber-edge)"',
    "red": 'fill="var(--lb-red-fill)"',
}
MAX_FILES = 100  # in one process

_files: TtlCache[tuple[int, int, int], CompressedBody] = TtlCache(MAX_FILES, 2 * STEP_SECONDS)


@dataclass(frozen=True, slots=True)
class Strips:
    """What a page says of its strips: the file's address, and when the next one takes its place.

    `day_url`: who was on when on this day, up to the name of a team.
    """

    url: str
    until: datetime
    day_url: str


def current(site: Site) -> Strips:
    """The strips of a site as of now."""
    step = step_of(timezone.now())
    url = reverse("agent-strips", args=[site.pk, step, roster_checksum(directory_names.of(site))])
    return Strips(url, datetime.fromtimestamp(step * STEP_SECONDS, UTC), f"{reverse('history-day')}?team=")


def roster_checksum(names: Names) -> int:
    """A sum of the directory's agents in the order of their numbers."""
    return zlib.crc32("".join(names.agents).encode())


def step_of(moment: datetime) -> int:
    """The step that comes after a moment, counted from 1970."""
    return int(moment.timestamp()) // STEP_SECONDS + 1


def is_shown(step: int, moment: datetime) -> bool:
    """Whether a page can show this step: the current one, one of the last hour, or of a clock ahead the next."""
    return -OLDEST_STEPS <= step - step_of(moment) <= 1


def of(site: Site, step: int) -> CompressedBody:
    """The file of a step with today's agents. It is made once a process, with what is recorded until then."""
    now = timezone.now()
    if step > step_of(now):
        return _make(site, step, now)  # not kept: it will have more to show
    key = (site.pk, step, roster_checksum(directory_names.of(site)))
    return _files.get_or_make(key, lambda: _make(site, step, now))


def _make(site: Site, step: int, now: datetime) -> CompressedBody:
    return CompressedBody(drawn(site, step * STEP_MS, milliseconds(now)).encode())


def drawn(site: Site, end: int, now: int) -> str:
    """The file of the eight hours before `end`, as far as they had passed at `now`. Both are in epoch ms."""
    scale, names = Scale(end - WINDOW_MS, end), directory_names.of(site)
    ended = min(end, now)
    runs = observed.runs(site, "agents", scale.began - DAY_MS, ended)
    day = timeline.watched(runs, scale.began, ended, now, site.list_age_ms)
    spans = timeline.spans(site, scale.began, ended)
    agents = {
        key: timeline.pieces(spans.get(UUID(key), ()), day) for key, one in names.agents.items() if not one.hidden
    }
    behind = "".join(_hatched(scale, began, until) for began, until in day.gaps)
    symbols = [_symbol("hours", _hours(scale, site.zone))]
    symbols += [
        _symbol(f"a{names.person(key).number}", behind + _agent(found, scale, names)) for key, found in agents.items()
    ]
    teams: dict[str, list[list[Piece]]] = {}
    for key, found in agents.items():
        teams.setdefault(name_key(names.person(key).team), []).append(found)
    symbols += [_symbol(team_slug(key), behind + _team(found, scale, day)) for key, found in teams.items() if key]
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def _symbol(key: str, drawn: str) -> str:
    return f'<symbol id="{key}">{drawn}</symbol>'


def _hours(scale: Scale, zone: ZoneInfo) -> str:
    """The numbers of the full hours. A head that hides them, for want of room, still shows every third."""
    first = -(-scale.began // QUARTER_MS) * QUARTER_MS
    labels = []
    for moment in range(first, scale.ended, QUARTER_MS):
        local, x = datetime.fromtimestamp(moment / 1000, zone), scale.x(moment)
        if not local.minute and EDGE_PERCENT <= x <= 100 - EDGE_PERCENT:
            stays = "" if local.hour % 3 else ' visibility="visible"'
            labels.append(f'<text x="{_n(x)}%" y="12"{stays}>{local.hour}</text>')
    return f'<g fill="var(--lb-soft)" text-anchor="middle">{"".join(labels)}</g>'


def _hatched(scale: Scale, began: int, ended: int) -> str:
    """The times that were not observed, as dashes of a thick line: browsers take no pattern from another file."""
    return (
        f'<line x1="{_n(scale.x(began))}%" x2="{_n(scale.x(ended))}%" y1="8" y2="8" stroke="var(--lb-edge)"'
        f' stroke-width="{HEIGHT}" stroke-dasharray="1.5 3"/>'
    )


def _agent(pieces: Sequence[Piece], scale: Scale, names: Names) -> str:
    """An agent's bars: what is of one look is one group, and what follows on its like is one bar."""
    bars: dict[str, list[tuple[int, int]]] = {}
    for slug, began, ended in _bars(pieces, names):
        found = bars.setdefault(slug, [])
        if found and found[-1][1] == began:
            found[-1] = (found[-1][0], ended)
        else:
            found.append((began, ended))
    return "".join(
        f"<g {FILLS[slug]}>{''.join(_bar(scale, *times, OF_16.get(slug, HEIGHT)) for times in found)}</g>"
        for slug, found in bars.items()
    )


def _bars(pieces: Iterable[Piece], names: Names) -> Iterator[tuple[str, int, int]]:
    for piece in pieces:
        if piece.kind != "away":
            yield piece.kind, piece.began, piece.ended
            continue
        for level, began, ended in strip_styles.by_level(piece, names.limits_of(piece.status)):
            yield level or "away", began, ended


def _team(found: Sequence[Sequence[Piece]], scale: Scale, day: Watched) -> str:
    """How many of a team were online: full height is all of them."""
    online = [(piece.began, piece.ended) for pieces in found for piece in pieces if piece.kind == "online"]
    begins = range(scale.began, day.ended, STEP_MS)
    buckets = [Bucket(began, min(began + STEP_MS, day.ended)) for began in begins]
    area: list[tuple[int, int, float]] = []
    for bucket, seen in zip(buckets, presence.by_bucket(online, list(day.runs), buckets), strict=True):
        height = round(2 * HEIGHT * (seen.mean or 0) / len(found)) / 2
        if area and area[-1][2] == height:
            area[-1] = (area[-1][0], bucket.ended, height)
        else:
            area.append((bucket.began, bucket.ended, height))
    bars = "".join(_bar(scale, *each) for each in area if each[2])
    return f'<g fill="var(--strip-team)">{bars}</g>'


def _bar(scale: Scale, began: int, ended: int, tall: float) -> str:
    x, width = _n(scale.x(began)), _n(scale.width(began, ended))
    return f'<rect x="{x}%" y="{_n(HEIGHT - tall)}" width="{width}%" height="{_n(tall)}"/>'


def _n(number: float) -> str:
    return f"{number:.4g}"

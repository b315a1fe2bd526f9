"""Curves of counts and waits over hours: one value for each of their parts, none for a part that nobody watched.

Times are epoch milliseconds. A part's value is its worst one, so that no peak is lost: the most who waited, the longest
wait, the fewest agents online.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from uuid import UUID

from livechat.boards import directory_names
from livechat.comm100.names import name_key
from livechat.lib.epoch import DAY_MS, MINUTE_MS, moment_of
from livechat.models import Site
from livechat.reports import observed, opening, presence, tallies, timeline
from livechat.reports.observed import Run
from livechat.reports.presence import Times
from livechat.reports.ranges import Bucket, midnight

MAX_PARTS = 72
PART_MINUTES = (1, 2, 5, 10, 15, 20, 30)  # minutes of a part


@dataclass(frozen=True, slots=True)
class Curve:
    """The values of the parts of a time, in order. `step`: how long a part is, in ms; the last one may be shorter."""

    began: int
    ended: int
    step: int
    values: tuple[int | None, ...]


def parts(began: int, ended: int) -> list[Bucket]:
    """The parts of a time, at most MAX_PARTS: of a minute each if it is an hour."""
    step = MINUTE_MS * next(
        (each for each in PART_MINUTES if (ended - began) <= each * MINUTE_MS * MAX_PARTS), PART_MINUTES[-1]
    )
    return [Bucket(start, min(start + step, ended)) for start in range(began, ended, step)]


def since_opening(site: Site, now: int) -> int:
    """When a site opened today. Local midnight if it has not, or no opening hours are entered."""
    zone = site.zone
    today = midnight(moment_of(now).astimezone(zone).date(), zone)
    times = opening.times(site, today - DAY_MS, now) or []
    begun = [began for began, _ended in times if began >= today]
    through = [began for began, ended in times if today - DAY_MS < began < today and ended >= now]
    return min(begun or through, default=today)


def waiting(site: Site, began: int, ended: int) -> Curve:
    """The most who waited at the same time, in each part."""
    times, watched = _waits(site, began, ended)
    return _curve(began, ended, lambda found: counts(times, watched, found, max))


def longest(site: Site, began: int, ended: int) -> Curve:
    """The longest wait so far in ms, of those who waited in each part."""
    times, watched = _waits(site, began, ended)
    return _curve(began, ended, lambda found: _longest(times, watched, found))


def online(site: Site, began: int, ended: int, now: int, teams: Iterable[str] = ()) -> Curve:
    """The fewest agents online at the same time, in each part: those whom boards show, of some teams or of all."""
    runs = observed.runs(site, "agents", began - DAY_MS, ended)
    times = online_times(site, began, ended, runs, now, teams)
    # Times online end at whole seconds: in the rest of a second everybody would seem to be gone.
    watched = [(start, until - until % 1_000) for start, until in presence.watched(runs)]
    return _curve(began, ended, lambda found: counts(times, watched, found, min))


def online_times(site: Site, began: int, ended: int, runs: Sequence[Run], now: int, teams: Iterable[str] = ()) -> Times:
    """When agents whom boards show were online: each agent's own times. `teams`: of today; none means all."""
    day = timeline.watched(runs, began, ended, now, site.list_age_ms)
    wanted = {name_key(team) for team in teams}
    spans, known = timeline.spans(site, began, ended), directory_names.of(site).agents
    shown = (
        UUID(key)
        for key, person in known.items()
        if not person.hidden and (not wanted or name_key(person.team) in wanted)
    )
    pieces = (piece for key in shown for piece in timeline.pieces(spans.get(key, ()), day))
    return [(piece.began, piece.ended) for piece in pieces if piece.kind == "online"]


def _waits(site: Site, began: int, ended: int) -> tuple[Times, Times]:
    """When visitors waited, each from the beginning, and when that was watched."""
    times = presence.waits(site, tallies.contacts(site, began, ended), began, ended)
    return times, presence.watched(observed.runs(site, "visitors", began, ended))


def _curve(began: int, ended: int, values: Callable[[list[Bucket]], list[int | None]]) -> Curve:
    found = parts(began, ended)
    return Curve(began, ended, found[0].ended - found[0].began if found else MINUTE_MS, tuple(values(found)))


def counts(
    times: Times, watched: Times, found: Iterable[Bucket], pick: Callable[[Iterable[int]], int]
) -> list[int | None]:
    """How many of these times there were at once in each part, as far as it was watched: the most, or the fewest."""
    changes: dict[int, int] = defaultdict(int)
    for began, ended in times:
        changes[began] += 1
        changes[ended] -= 1
    moments = sorted(changes)
    levels = [0, *accumulate(changes[moment] for moment in moments)]
    made: list[int | None] = []
    for part in found:
        seen: list[int] = []
        for began, ended in presence.shared(watched, [(part.began, part.ended)]):
            seen += levels[bisect_right(moments, began) : bisect_right(moments, ended - 1) + 1]
        made.append(pick(seen) if seen else None)
    return made


def _longest(times: Times, watched: Times, found: Sequence[Bucket]) -> list[int | None]:
    made: list[int | None] = []
    starts = [part.began for part in found]
    in_part: dict[int, Times] = defaultdict(list)
    for began, ended in times:
        first = max(0, bisect_right(starts, began) - 1)
        for place in range(first, bisect_right(starts, ended - 1)):
            in_part[place].append((began, ended))
    for place, part in enumerate(found):
        seen = presence.shared(watched, [(part.began, part.ended)])
        waits = (
            min(ended, until) - began
            for start, until in seen
            for began, ended in in_part[place]
            if began < until and ended > start
        )
        made.append(max(waits, default=0) if seen else None)
    return made

"""When somebody was online, nobody was, somebody waited meanwhile, and all who were online were full.

Times are epoch milliseconds. A day that is over is kept as it was found; the others are found for each page.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Self

import msgspec

from livechat.lib.binary_rows import in_pieces
from livechat.lib.epoch import MINUTE_MS
from livechat.models import RolledDay, Site
from livechat.record.frame_bodies import UNKNOWN
from livechat.record.hour_rows import ROWS_READ
from livechat.reports import frames, observed, presence, sums
from livechat.reports.frames import Chats
from livechat.reports.presence import Times
from livechat.reports.ranges import MAX_DETAILED_DAYS, Range

KINDS = ("watched", "online", "nobody", "uncovered", "full")  # of times


class CoverTimes(msgspec.Struct):
    """Each kind of times in order and apart, all of them within `watched`: when both lists were.

    `full`: somebody was online, and of all who were the chats were known and as many as their places.
    `paces`: the shortest and the longest time between two looks in seconds; None if nobody looked.
    `offs`: by how many ms a beginning or an end can be off at most, of `nobody`, `uncovered` and `full`, besides the
    age of the list. None if an older release found them.
    """

    watched: Times = []
    online: Times = []
    nobody: Times = []
    uncovered: Times = []
    full: Times = []
    paces: tuple[int, int] | None = None
    offs: tuple[int, int, int] | None = None

    def within(self, began: int, ended: int) -> Self:
        """What of it lies between two moments."""
        cut = {name: presence.within(getattr(self, name), began, ended) for name in KINDS}
        return msgspec.structs.replace(self, **cut)


def together(days: Iterable[CoverTimes]) -> CoverTimes:
    """The times of days in order as one. What goes on at midnight is joined."""
    parts = list(days)
    paces = [pace for one in parts for pace in one.paces or ()]
    made = CoverTimes(paces=(min(paces), max(paces)) if paces else None, offs=_offs(parts))
    whole = {name: presence.joined(getattr(one, name) for one in parts) for name in KINDS}
    return msgspec.structs.replace(made, **whole)


def _offs(parts: Iterable[CoverTimes]) -> tuple[int, int, int] | None:
    """The most of all that were watched. None if it is not known of one."""
    found = [one.offs for one in parts if one.watched]
    known = [offs for offs in found if offs is not None]
    if not known or len(known) < len(found):
        return None
    nobody, uncovered, full = (max(offs) for offs in zip(*known, strict=True))
    return nobody, uncovered, full


def of_days(site: Site, asked: Range) -> tuple[dict[date, CoverTimes], set[date]]:
    """The times of each day of a range: kept ones, and those of the days that are not over.

    Also the days that are to be found still, and are too many for a page.
    """
    rows = RolledDay.objects.filter(site=site, day__range=(asked.first, asked.last)).values_list("day", "cover")
    kept = {day: bytes(body) for day, body in in_pieces(rows, ROWS_READ)}
    wanted, left_out = sums.without(site, asked, kept)
    if len(kept) <= MAX_DETAILED_DAYS:
        wanted |= {day for day, body in kept.items() if not body}  # an older release summed them up
    made: dict[date, CoverTimes] = {}
    for is_wanted, group in groupby(asked.days(), key=lambda pair: pair[0] in wanted):
        days = list(group)
        found = of(site, days[0][1].began, days[-1][1].ended) if is_wanted else CoverTimes()
        for day, part in days:
            made[day] = found.within(part.began, part.ended) if is_wanted else unpacked(kept.get(day) or NOTHING)
    return made, left_out


def of(site: Site, began: int, ended: int) -> CoverTimes:
    """The times between two moments, of the rows that were recorded."""
    if ended <= began:
        return CoverTimes()
    span = (began, ended)
    runs = [observed.detailed(site, found) for found in observed.runs_of(site, ("agents", "visitors"), *span)]
    watched = presence.shared(presence.shared(*map(presence.watched, runs)), [span])
    agents: dict[int, Times] = defaultdict(list)
    off = 0
    for agent, start, until, first_off, last_off in presence.online(site, *span):
        agents[agent].append((start, until))
        off = max(off, first_off or 0, last_off or 0)
    online = presence.merged(time for times in agents.values() for time in times)
    nobody = presence.shared(presence.gaps(online, *span), watched)
    waiting = presence.waiting_during(site, nobody)
    waits = ((start, min(end, ended)) for start, end in (presence.wait_of(row, ended) for row in waiting))
    return CoverTimes(
        watched,
        presence.shared(online, watched),
        nobody,
        presence.shared(presence.merged(waits), nobody),
        presence.shared(all_full(site, agents, frames.of(site, *span)), watched),
        observed.of([*runs[0], *runs[1]], *span).paces,
        (off, max([off, *(presence.wait_off(row, ended) for row in waiting)]), off + MINUTE_MS),
    )


def packed(times: CoverTimes) -> bytes:
    """Times as a row of a day keeps them."""
    return msgspec.json.encode(times)


unpacked = msgspec.json.Decoder(CoverTimes).decode
NOTHING = packed(CoverTimes())  # of a day on which nobody looked


def all_full(site: Site, online: Mapping[int, Times], chats: Chats) -> Times:
    """When every agent online whom boards show had as many chats as places, as far as both are known, by minutes.

    A minute is a byte, and an agent a number of all its minutes: 0 or 1 each. So two agents are joined by one "or".
    """
    minutes = max((len(row) for row in chats.rows.values()), default=0)
    if not minutes:
        return []
    anybody = could = 0
    for agent, key, places in site.agents.filter(hidden=False).order_by().values_list("pk", "agent_id", "capacity"):
        on = _flags(online.get(agent, ()), chats.first, minutes)
        anybody |= on
        row = chats.rows.get(key, bytes([UNKNOWN]) * minutes)
        could |= on & int.from_bytes(row.translate(_has_room(places)))
    seen = _flags(((start, start + 1) for start, _end in chats.holds), chats.first, minutes)
    full = (anybody & ~could & seen).to_bytes(minutes)
    return presence.merged(hold for hold in chats.holds if full[(hold[0] - chats.first) // MINUTE_MS])


@lru_cache(maxsize=256)
def _has_room(places: int | None) -> bytes:
    """A byte for each number of chats: 1 if an agent can take another chat, or if that is not known."""
    return bytes(int(places is None or chats == UNKNOWN or chats < places) for chats in range(256))


def _flags(times: Iterable[tuple[int, int]], first: int, minutes: int) -> int:
    """The minutes that begin within these times, each as a byte of a number."""
    made = bytearray(minutes)
    for began, ended in times:
        start, stop = max(0, -(-(began - first) // MINUTE_MS)), min(minutes, -(-(ended - first) // MINUTE_MS))
        if stop > start:
            made[start:stop] = b"\x01" * (stop - start)
    return int.from_bytes(made)

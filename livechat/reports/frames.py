"""The chats of the past, minute by minute. Times are epoch milliseconds.

A value holds from the beginning of its minute until the next frame, for 90 s at most.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from livechat.lib.epoch import MINUTE_MS
from livechat.models import Site
from livechat.record import frame_bodies, frame_days
from livechat.record.frame_bodies import STATUSES, UNKNOWN
from livechat.reports.presence import Times

HOLDS_MS = 90_000  # how long a frame is believed if none follows


@dataclass(frozen=True, slots=True)
class Chats:
    """Agents' chats until `ended`: a byte a minute from `first` on, UNKNOWN for what is not known.

    `holds`: when each frame is believed, in order and apart. `first` is earlier than what was asked for: a frame
    from before may reach into it.
    """

    ended: int
    first: int
    rows: Mapping[UUID, bytes]
    holds: Times

    def at(self, moment: int) -> dict[UUID, int]:
        """The chats at a moment, of the agents whose chats are known."""
        place = bisect_right(self.holds, (moment, self.ended + HOLDS_MS)) - 1
        if place < 0 or moment >= self.holds[place][1]:
            return {}
        minute = (self.holds[place][0] - self.first) // MINUTE_MS
        return {key: row[minute] for key, row in self.rows.items() if row[minute] != UNKNOWN}


def of(site: Site, began: int, ended: int) -> Chats:
    """The chats of a site's agents from one moment to another; a moment alone, if they are the same."""
    first = frame_bodies.minute_of(began - HOLDS_MS)
    minutes = max(1, -(-(ended + 1 - first) // MINUTE_MS))
    grid = frame_days.read(site.pk, "agents", first, minutes)
    starts = [first + at * MINUTE_MS for at, cell in enumerate(grid.seen()) if cell != UNKNOWN]
    ends = [*(min(one + HOLDS_MS, other) for one, other in pairwise(starts)), *(one + HOLDS_MS for one in starts[-1:])]
    return Chats(ended, first, grid.rows(), list(zip(starts, ends, strict=True)))


def visitors(site: Site, began: int, ended: int) -> dict[str, list[int | None]]:
    """How many visitors had each status in the minutes from that of `began` to `ended`. None: nobody looked."""
    first = frame_bodies.minute_of(began)
    grid = frame_days.read(site.pk, "visitors", first, -(-(ended - first) // MINUTE_MS))
    if not grid.cells:
        return {status: [None] * grid.minutes for status in STATUSES}
    return {
        status: frame_bodies.counts(grid.row(2 * place), grid.row(2 * place + 1))
        for place, status in enumerate(STATUSES)
    }

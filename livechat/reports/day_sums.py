"""The sums of a local day, of the rows that were recorded. Times are epoch milliseconds.

The same code makes what is kept for ever and what pages say of today.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate
from uuid import UUID

from livechat.lib.epoch import DAY_MS, MINUTE_MS, milliseconds
from livechat.models import AgentEntry, Site
from livechat.record.frame_bodies import UNKNOWN
from livechat.reports import bounds, frames, observed, queue_hours, timeline
from livechat.reports.queue_hours import QueueSums
from livechat.reports.ranges import Bucket, Range
from livechat.reports.tallies import Tally
from livechat.reports.timeline import Piece

ONLINE = "online"
_ZERO_IF_UNKNOWN = bytes([*range(UNKNOWN), 0])
_ONE_IF_BUSY = bytes([0, *[1] * (UNKNOWN - 1), 0])
_ONE_IF_KNOWN = bytes([1] * UNKNOWN + [0])


@dataclass(slots=True)
class Sums:
    """Times in ms: in a status, by how much that can be off, and of the chats then.

    `place`: places × time online. `placed`: of the chats of those whose places are known, while they were online.
    """

    total: int = 0
    off: int = 0
    chat: int = 0
    busy: int = 0
    known: int = 0
    place: int = 0
    placed: int = 0

    def add(self, other: "Sums") -> None:
        """Add another's."""
        self.total += other.total
        self.off += other.off
        self.chat += other.chat
        self.busy += other.busy
        self.known += other.known
        self.place += other.place
        self.placed += other.placed


@dataclass(frozen=True, slots=True)
class DaySums:
    """A day: by agent and status; by hour, team and status, without offline; by hour and department.

    An hour is when it begins.
    """

    day: date
    agents: Mapping[tuple[UUID, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    teams: Mapping[tuple[int, str, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    queue: Mapping[tuple[int, UUID | None], QueueSums] = field(default_factory=lambda: defaultdict(QueueSums))

    def departments(self) -> dict[UUID | None, Tally]:
        """The contacts of the day by department."""
        made: dict[UUID | None, Tally] = defaultdict(Tally)
        for (_hour, department), one in self.queue.items():
            made[department].add(one.tally)
        return made


class _Load:
    """An agent's chats until any moment: sums of chats × ms, of ms with a chat, and of ms of which they are known."""

    def __init__(self, row: bytes, first: int) -> None:
        self.first = first
        self.cells = [row.translate(table) for table in (_ZERO_IF_UNKNOWN, _ONE_IF_BUSY, _ONE_IF_KNOWN)]
        self.sums = [list(accumulate(cells, initial=0)) for cells in self.cells]

    def between(self, began: int, ended: int) -> list[int]:
        """The three sums between two moments."""
        return [last - first for first, last in zip(self._until(began), self._until(ended), strict=True)]

    def _until(self, moment: int) -> Iterator[int]:
        minute, rest = divmod(moment - self.first, MINUTE_MS)
        for cells, sums in zip(self.cells, self.sums, strict=True):
            if minute < 0 or minute >= len(cells):
                yield sums[0 if minute < 0 else -1] * MINUTE_MS
            else:
                yield sums[minute] * MINUTE_MS + cells[minute] * rest


def of_day(site: Site, day: date, now: datetime) -> DaySums:
    """The sums of a day as far as it has passed."""
    asked = Range(day, day, site.zone, now)
    if asked.ended <= asked.began:
        return DaySums(day)
    hours = list(asked.buckets())
    made = DaySums(day, queue=queue_hours.of(site, asked, hours))
    _add_agents(made, site, asked, hours)
    return made


def _add_agents(made: DaySums, site: Site, asked: Range, hours: list[Bucket]) -> None:
    # From a day earlier: a time that began before midnight is known if its beginning was watched.
    runs = observed.detailed(site, observed.runs(site, "agents", asked.began - DAY_MS, asked.ended))
    watched = timeline.watched(runs, asked.began, asked.ended, milliseconds(asked.now), site.list_age_ms)
    chats = frames.of(site, asked.began, asked.ended)
    rows = AgentEntry.objects.filter(site=site).order_by().values_list("agent_id", "team", "capacity", "hidden")
    people = {key: (team, places, hidden) for key, team, places, hidden in rows}
    starts = [hour.began for hour in hours]
    for key, spans in timeline.spans(site, asked.began, asked.ended).items():
        load = _Load(chats.rows.get(key, b""), chats.first)
        team, places, hidden = people.get(key, ("", None, False))
        for piece in timeline.pieces(spans, watched):
            for hour, began, ended in bounds.split(piece.began, piece.ended, starts):
                sums = _sums(piece, began, ended, load, places)
                made.agents[key, piece.status].add(sums)
                if piece.kind != "offline" and not hidden:
                    made.teams[hour, team, piece.status].add(sums)


def _sums(piece: Piece, began: int, ended: int, load: _Load, places: int | None) -> Sums:
    """The sums of a part of a piece. How far off the piece can be counts in the parts that hold its beginning and end.

    The age of the list counts with the beginning.
    """
    last = piece.last_off if ended == piece.ended else 0
    off = last + (piece.off - piece.last_off if began == piece.began else 0)
    if piece.kind == "offline":
        return Sums(ended - began, off)
    chat, busy, known = load.between(began, ended)
    place = known * (places or 0) if piece.kind == ONLINE else 0
    return Sums(ended - began, off, chat, busy, known, place, chat if place else 0)

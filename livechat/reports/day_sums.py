"""The sums of a local day, of the rows that were recorded. Times are epoch milliseconds.

The same code makes what is kept for ever and what pages say of today.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from livechat.comm100.records import status_kind
from livechat.lib.epoch import DAY_MS, MINUTE_MS, milliseconds
from livechat.models import AgentEntry, Site
from livechat.reports import bounds, frames, observed, queue_hours, status_doubts, timeline
from livechat.reports.chat_loads import Load
from livechat.reports.queue_hours import QueueSums
from livechat.reports.ranges import Bucket, Range
from livechat.reports.tallies import Tally
from livechat.reports.timeline import LATE_MS, Piece

ONLINE = "online"


@dataclass(slots=True)
class Sums:
    """Times in ms: in a status, by how much that can be off, and of the chats then.

    `chat_off`, `busy_off`, `known_off`: by how much these can be off. None if it was not read, or if an older release
    did not keep it.

    `place`: places × time online. `placed`: of the chats of those whose places are known, while they were online. These
    and by how much they can be off are known of teams alone.
    """

    total: int = 0
    off: int = 0
    chat: int = 0
    busy: int = 0
    known: int = 0
    chat_off: int | None = 0
    busy_off: int | None = 0
    known_off: int | None = 0
    place: int = 0
    placed: int = 0
    placed_off: int = 0
    place_off: int = 0

    def add(self, other: "Sums") -> None:
        """Add another's."""
        self.total += other.total
        self.off += other.off
        self.chat += other.chat
        self.busy += other.busy
        self.known += other.known
        self.chat_off = bounds.added(self.chat_off, other.chat_off)
        self.busy_off = bounds.added(self.busy_off, other.busy_off)
        self.known_off = bounds.added(self.known_off, other.known_off)
        self.place += other.place
        self.placed += other.placed
        self.placed_off += other.placed_off
        self.place_off += other.place_off


@dataclass(frozen=True, slots=True)
class DaySums:
    """A day: by agent and status; by hour, team and status, without offline; by hour and department.

    An hour is when it begins. A status in which an agent may have been, but was not seen, has no time.
    """

    day: date
    agents: Mapping[tuple[UUID, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    teams: Mapping[tuple[int, str, str], Sums] = field(default_factory=lambda: defaultdict(Sums))
    queue: Mapping[tuple[int, UUID | None], QueueSums] = field(default_factory=lambda: defaultdict(QueueSums))

    def departments(self) -> dict[UUID | None, Tally]:
        """The contacts of the day by department."""
        made: dict[UUID | None, Tally] = defaultdict(Tally)
        for (_hour, department), one in self.queue.items():
            if one.tally.answered or one.tally.lost or one.tally.unknown:
                made[department].add(one.tally)
        return made


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
    chats = frames.of(site, asked.began, asked.ended + 2 * MINUTE_MS)  # a change that is seen later may be of the day
    rows = AgentEntry.objects.filter(site=site).order_by().values_list("agent_id", "team", "capacity", "hidden")
    people = {key: (team, places, hidden) for key, team, places, hidden in rows}
    starts = [hour.began for hour in hours]
    # A change around midnight counts on one day, and can have been on the other.
    for key, spans in timeline.spans(site, asked.began - LATE_MS, asked.ended + site.list_age_ms).items():
        load = Load(chats.rows.get(key, b""), chats.first, site.list_age_ms)
        team, places, hidden = people.get(key, ("", None, False))
        # Those alone that the pages of a day read: they add up the same.
        own = [span for span in spans if span.ended is None or span.ended > asked.began]
        pieces = timeline.pieces(own, watched)
        for piece in pieces:
            for hour, began, ended in bounds.split(piece.began, piece.ended, starts):
                sums = _sums(piece, began, ended, load, places)
                made.agents[key, piece.status].add(sums)
                if piece.kind != "offline" and not hidden:
                    made.teams[hour, team, piece.status].add(sums)
        for doubt in status_doubts.of(spans, pieces, watched, starts, load):
            sums = Sums(chat_off=doubt.chats, busy_off=doubt.busy, known_off=doubt.time)
            if places and status_kind(doubt.status) == ONLINE:
                sums.placed_off, sums.place_off = doubt.chats, doubt.time * places
            made.agents[key, doubt.status].add(sums)
            if not hidden:
                made.teams[doubt.hour, team, doubt.status].add(sums)


def _sums(piece: Piece, began: int, ended: int, load: Load, places: int | None) -> Sums:
    """The sums of a part of a piece. How far off the piece can be counts in the parts that hold its beginning and end.

    The age of the list counts with the beginning.
    """
    last = piece.last_off if ended == piece.ended else 0
    off = last + (piece.off - piece.last_off if began == piece.began else 0)
    if piece.kind == "offline":
        return Sums(ended - began, off)
    chat, busy, known = load.between(began, ended)
    chat_off, busy_off = load.off(began, ended) if known else (0, 0)
    made = Sums(ended - began, off, chat, busy, known, chat_off, busy_off)
    if places and piece.kind == ONLINE:
        made.place, made.placed, made.placed_off = known * places, chat, chat_off
    return made

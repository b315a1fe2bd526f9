"""The agents' statuses on one day, as recorded, without the time that nobody watched. Times are in epoch ms.

A change that was seen at a look happened between that look and the one before: it counts in the middle between them.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple
from uuid import UUID

from livechat.comm100.records import status_kind
from livechat.lib.epoch import SECOND_MS, moment_of
from livechat.models import Site
from livechat.record import history, known_numbers
from livechat.record.watches import is_watched
from livechat.reports.observed import Run

# A change that is seen so long after midnight may have happened before it: no two looks of a run are further apart.
LATE_MS = 150_000


class Edge(StrEnum):
    """Why a piece begins or ends."""

    SEEN = "seen"  # the status changed, between two looks
    UNSEEN = "not seen"  # nobody watched before it or after it, or the agent was not in the list
    DAY = "midnight"  # it goes on on the day before or after
    NOW = "now"  # it lasts at the last look


class Span(NamedTuple):
    """An agent in one status. `ended` is None if it lasts.

    `began_off` and `ended_off`: how far off these moments can be, in ms; None: the change was not seen.
    """

    status: str
    began: int
    ended: int | None
    began_off: int | None
    ended_off: int | None


@dataclass(frozen=True, slots=True)
class Watched:
    """A day as far as it has passed, and the times in it and around it that were watched, in order and apart.

    `lasts`: it is today and still watched. The day then ends at the last look. `list_age`: of Comm100's list.
    """

    began: int
    ended: int
    runs: tuple[tuple[int, int], ...]
    lasts: bool
    list_age: int

    @property
    def gaps(self) -> list[tuple[int, int]]:
        """The times of the day that nobody watched."""
        found, at = [], self.began
        for began, ended in self.runs:
            if began > at:
                found.append((at, min(began, self.ended)))
            at = max(at, ended)
            if at >= self.ended:
                return found
        return [*found, (at, self.ended)] if at < self.ended else found


class Piece(NamedTuple):
    """An agent in one status for a time of the day that was watched throughout, in whole seconds.

    `since` is when it began if that was before the day. `first_off`, `last_off`: how far off its ends can be, in ms,
    besides the age of the list.
    """

    status: str
    began: int
    ended: int
    since: int
    first: Edge
    last: Edge
    first_off: int = 0
    last_off: int = 0
    list_age: int = 0

    @property
    def kind(self) -> str:
        """online, away or offline."""
        return status_kind(self.status)

    @property
    def seconds(self) -> int:
        """How long it is."""
        return (self.ended - self.began) // SECOND_MS

    @property
    def off(self) -> int:
        """By how many ms its length can be off: half of the time between the looks, and the age of the list."""
        if self.first is Edge.DAY and self.last is Edge.DAY:
            return 0
        return self.first_off + self.last_off + self.list_age


class Total(NamedTuple):
    """A time in seconds, and by how many it can be off."""

    seconds: int = 0
    off: float = 0.0

    def __add__(self, other: "Total") -> "Total":  # type: ignore[override]
        return Total(self.seconds + other.seconds, self.off + other.off)


def watched(found: Sequence[Run], began: int, ended: int, now: int, list_age: int) -> Watched:
    """What was watched of a day. `ended` is its end, or `now`; runs that adjoin are one."""
    joined: list[tuple[int, int]] = []
    for run in found:
        if joined and run.began <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], min(run.ended, now))
        else:
            joined.append((run.began, min(run.ended, now)))
    lasts = (
        bool(found) and ended == now and is_watched(moment_of(found[-1].ended), moment_of(now), found[-1].pace / 1000)
    )
    return Watched(began, min(ended, found[-1].ended) if lasts else ended, tuple(joined), lasts, list_age)


def pieces(spans: Sequence[Span], day: Watched) -> list[Piece]:
    """An agent's spans, in order, as far as they are in the day and were watched. If two overlap, the later counts.

    Each is cut to the day and to whole seconds. A day of 200 agents has 4,000, so all of it is done here.
    """
    runs, age = day.runs, day.list_age
    ends = [ended for _began, ended in runs]
    made = []
    for span, later in zip_longest(spans, spans[1:]):
        status, start, until, start_off, end_off = span
        if until is None or (later is not None and later.began < until):
            until = day.ended + 1 if later is None else later.began
        for run_began, run_ended in runs[bisect_right(ends, start) :]:
            if run_began >= until:
                break
            since = began = start if start > run_began else run_began
            ended = until if until < run_ended else run_ended
            first = last = Edge.UNSEEN
            first_off = last_off = 0
            if began == start and start_off is not None:
                first, first_off = Edge.SEEN, start_off
            if ended == span.ended and end_off is not None:
                last, last_off = Edge.SEEN, end_off
            if began < day.began:
                first, first_off, began = Edge.DAY, 0, day.began
            if ended > day.ended or (ended == day.ended and last is Edge.UNSEEN):
                last, last_off, ended = Edge.NOW if day.lasts else Edge.DAY, 0, min(ended, day.ended)
            began -= began % SECOND_MS
            ended -= ended % SECOND_MS
            if began < ended:
                made.append(Piece(status, began, ended, since, first, last, first_off, last_off, age))
    return made


def total(found: Iterable[Piece], kind: str) -> Total:
    """The time in a kind of status. A change from one such status to another makes nothing off."""
    lasted = off = 0
    last: Piece | None = None
    for piece in found:
        if piece.kind != kind:
            continue
        lasted += piece.ended - piece.began
        if last is not None:
            if last.ended == piece.began:
                last = piece._replace(first=last.first, first_off=last.first_off)
                continue
            off += last.off
        last = piece
    return Total(lasted // SECOND_MS, (off + (last.off if last else 0)) / SECOND_MS)


def spans(site: Site, began: int, ended: int, wanted: Collection[UUID] | None = None) -> dict[UUID, list[Span]]:
    """The spans that reach into a time, by agent and in order: few queries, however long the record.

    `wanted`: the agents whose spans are read; None: all.
    """
    numbers = None if wanted is None else known_numbers.of_agents(site.pk, wanted).keys()
    later = history.of_site(site.pk, numbers).filter(began__gte=began, began__lt=ended + LATE_MS)
    rows = list(history.reaching(site.pk, began, numbers).values_list(*_COLUMNS))
    rows += later.order_by("agent_id", "began", "pk").values_list(*_COLUMNS)
    agents = known_numbers.agents(site.pk, {row[0] for row in rows})
    names = known_numbers.statuses(site.pk, {row[1] for row in rows})
    found: dict[UUID, list[Span]] = defaultdict(list)
    for key, status, start, start_slack, end, end_slack in rows:
        # Its ends are in the middle between two looks.
        first = None if start_slack is None else start_slack // 2
        last = None if end_slack is None else end_slack // 2
        until = None if end is None else end - (last or 0)
        if until is None or until > began:
            found[agents[key]].append(Span(names[status], start - (first or 0), until, first, last))
    return found


_COLUMNS = ("agent_id", "status_id", "began", "began_slack", "ended", "ended_slack")

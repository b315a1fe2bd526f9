"""The queue of a day by hour and department, and by how much its sums can be off. Times are epoch milliseconds."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from uuid import UUID

from livechat.models import Site
from livechat.record.contacts import UNSEEN
from livechat.reports import bounds, observed, presence, tallies
from livechat.reports.bounds import Edge
from livechat.reports.presence import Times
from livechat.reports.ranges import Bucket, Range
from livechat.reports.tallies import Row, Tally
from livechat.reports.timeline import LATE_MS


@dataclass(slots=True)
class QueueSums:
    """Contacts that began in an hour, and for how many ms visitors waited in it.

    By how much these can be off: `waited_off` in ms, `offered_off` and `lost_off` in contacts.
    """

    tally: Tally = field(default_factory=Tally)
    waited: int = 0
    waited_off: int = 0
    offered_off: int = 0
    lost_off: int = 0


Made = Mapping[tuple[int, UUID | None], QueueSums]  # by hour and department; what it does not have, it makes


def of(site: Site, asked: Range, hours: Sequence[Bucket]) -> Made:
    """The queue of a day, as far as it has passed."""
    made: Made = defaultdict(QueueSums)
    starts, age = [hour.began for hour in hours], site.list_age_ms
    watched = presence.watched(observed.detailed(site, observed.runs(site, "visitors", asked.began, asked.ended)))
    # What was first seen after the day may have begun on it.
    rows = tallies.contacts(site, asked.began, asked.ended + LATE_MS + age, tell=True)
    for row in rows:
        if row.began < asked.ended:
            made[starts[bisect_right(starts, row.began) - 1], row.department].tally.count(row)
        if row.answered is not None or row.ended is not None:  # else it does not count yet
            _doubt(made, row, starts, asked.ended, _earliest(row, watched, age))
    if watched := presence.shared(watched, [(asked.began, asked.ended)]):
        for row in chain(presence.still_waiting(site, asked.began, tell=True), rows):
            _add_wait(made, row, starts, watched, age)
    return made


def _earliest(row: Row, watched: Times, age: int) -> int:
    """When a contact can have begun at the earliest, if that was watched."""
    if row.began_slack is not None:
        return row.began - row.began_slack - age
    place = bisect_left(watched, (row.began,)) - 1
    seen = watched[place][1] if place >= 0 else row.began
    return min(seen, row.began - (LATE_MS if seen >= row.began else 0)) - age


def _doubt(made: Made, row: Row, starts: Sequence[int], ended: int, earliest: int) -> None:
    """Note the hours of a day of which nobody knows whether they have a contact: the one that it counts in, or another.

    If its beginning was not seen, it may have begun when nobody watched.
    """
    counts = row.began < ended  # else it does on the next day
    last = bisect_right(starts, row.began) - 1
    unknown = row.outcome == UNSEEN if row.answered is None else row.answered_slack is None
    crosses = earliest < (starts[last] if counts else ended)
    if not crosses and not (counts and (unknown or row.began_slack is None)):
        return
    for start in starts[max(0, bisect_right(starts, earliest) - 1) : last + 1]:
        one = made[start, row.department]
        one.offered_off += 1
        one.lost_off += 1 if unknown or row.answered is None else 0


def _add_wait(made: Made, row: Row, starts: Sequence[int], watched: Times, age: int) -> None:
    """Add a wait to the hours that it lies in, as far as these were watched."""
    start, end = presence.wait_of(row, watched[-1][1])
    counted = presence.shared(watched, [(start, end)])
    began, ended = _edges(row, start, end, counted[-1][1] if counted else start, age)
    times: dict[int, list[int]] = {}  # of each hour: counted, missing, and too much
    for place, found in (
        (0, counted),
        *((1 + part.over, presence.shared(watched, [part[:2]])) for part in bounds.parts(began, ended)),
    ):
        for first, last in found:
            for hour, since, until in bounds.split(first, last, starts):
                times.setdefault(hour, [0, 0, 0])[place] += until - since
    for hour, (waited, missing, over) in times.items():
        one = made[hour, row.department]
        one.waited += waited
        one.waited_off += max(missing, min(over, waited))


def _edges(row: Row, start: int, end: int, last_seen: int, age: int) -> tuple[Edge | None, Edge]:
    """The edges of a wait. If its end was not seen, it lasted until it was last seen, in a list that may have been old.

    A beginning that was not seen leaves nothing open: what was watched of the wait is counted.
    """
    began = None if row.began_slack is None else Edge(start, row.began - row.began_slack - age, row.began)
    moment, slack = row.end
    if moment is None or slack is None:
        return began, Edge(last_seen, last_seen - age, last_seen)
    return began, Edge(end, moment - slack - age, moment)

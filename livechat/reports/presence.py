"""How many agents were online in the past on average, and when somebody waited while nobody was online.

Times are epoch milliseconds. Time that nobody watched is in no sum, above or below the line of a fraction.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from django.db.models import Q

from livechat.comm100.records import status_kind
from livechat.lib.epoch import DAY_MS, MINUTE_MS
from livechat.models import Contact, Site, StatusName
from livechat.record import history
from livechat.reports import tallies
from livechat.reports.observed import Run
from livechat.reports.ranges import Bucket
from livechat.reports.tallies import Row

Times = list[tuple[int, int]]  # beginnings and ends
# An agent's number in the directory, when they were online from and to, and how far off that is: see `timeline.Span`.
Online = tuple[int, int, int, int | None, int | None]
ONLINE = "online"
MARGIN_MS = 5 * MINUTE_MS  # a change counts in the middle between two looks, and was seen at most so long after it
MANY_TIMES = 60  # of one query
MANY_MORE = 8  # times as many: to look for each of the few in them is quicker than to go through them
LONGEST_WAIT_MS = DAY_MS  # a wait that began longer before a range is not looked for


@dataclass(frozen=True, slots=True)
class Presence:
    """Agent-milliseconds online while somebody watched, by how many they can be off, and the milliseconds watched."""

    online: int
    watched: int
    off: int = 0

    @property
    def mean(self) -> float | None:
        """How many agents were online on average. None if nobody watched: that is not zero."""
        return self.online / self.watched if self.watched else None

    @property
    def error(self) -> float | None:
        """By how many agents the mean can be off."""
        return self.off / self.watched if self.watched else None


def by_bucket(
    spans: Times, watched: Times, buckets: Sequence[Bucket], changes: Iterable[tuple[int, int]] = ()
) -> list[Presence]:
    """The agents online in each bucket. `spans` may overlap, one agent's with another's; `watched` may not.

    `changes`: of these spans, see there.
    """
    until, found = _Until(spans), []
    for bucket, off in zip(buckets, _offs(changes, buckets), strict=True):
        seen = shared(watched, [(bucket.began, bucket.ended)])
        found.append(Presence(sum(until(ended) - until(began) for began, ended in seen), length(seen), off))
    return found


def _offs(changes: Iterable[tuple[int, int]], buckets: Sequence[Bucket]) -> list[int]:
    """How far off the changes in each bucket are together. Buckets are in order; a change can be in none."""
    starts, made = [bucket.began for bucket in buckets], [0] * len(buckets)
    for moment, off in changes:
        place = bisect_right(starts, moment) - 1
        if place >= 0 and moment < buckets[place].ended:
            made[place] += off
    return made


class _Until:
    """How long all spans together lasted until a moment."""

    def __init__(self, spans: Times) -> None:
        self.began = sorted(began for began, _ended in spans)
        self.ended = sorted(ended for _began, ended in spans)
        self.sums = [[0, *accumulate(moments)] for moments in (self.began, self.ended)]

    def __call__(self, moment: int) -> int:
        begun, over = bisect_left(self.began, moment), bisect_left(self.ended, moment)
        return (begun - over) * moment - self.sums[0][begun] + self.sums[1][over]


def uncovered(waits: Times, spans: Times, watched: Times) -> int:
    """For how many watched ms somebody waited while nobody was online."""
    waiting = shared(merged(waits), watched)
    return length(waiting) - length(shared(waiting, merged(spans)))


def merged(times: Iterable[tuple[int, int]]) -> Times:
    """The same times in order, without overlaps and without what has no length."""
    found: Times = []
    for began, ended in sorted(times):
        if found and began <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        elif ended > began:
            found.append((began, ended))
    return found


def joined(parts: Iterable[Times]) -> Times:
    """Lists of times as one, each in order and apart, and none before the end of the list before."""
    found: Times = []
    for times in parts:
        if found and times and times[0][0] <= found[-1][1]:
            found[-1] = found[-1][0], times[0][1]
            found += times[1:]
        else:
            found += times
    return found


def shared(one: Times, other: Times) -> Times:
    """What two lists of times have in common. Both are in order and without overlaps."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    if len(few) * MANY_MORE < len(many):
        return [time for began, ended in few for time in within(many, began, ended)]
    found: Times = []
    at = place = 0
    while at < len(one) and place < len(other):
        began, ended = max(one[at][0], other[place][0]), min(one[at][1], other[place][1])
        if ended > began:
            found.append((began, ended))
        if one[at][1] < other[place][1]:
            at += 1
        else:
            place += 1
    return found


def within(times: Times, began: int, ended: int) -> Times:
    """What of times in order and apart lies between two moments: found as quickly among many."""
    first, last = bisect_left(times, (began,)), bisect_left(times, (ended,))
    if first and times[first - 1][1] > began:
        first -= 1
    found = times[first:last]
    if found:
        found[0] = max(found[0][0], began), found[0][1]
        found[-1] = found[-1][0], min(found[-1][1], ended)
    return found


def watched(runs: Iterable[Run]) -> Times:
    """When a list was looked at. A change of pace makes no gap."""
    return merged((run.began, run.ended) for run in runs)


def length(times: Times) -> int:
    """How long times without overlaps are together."""
    return sum([ended - began for began, ended in times])


def gaps(watched: Times, began: int, ended: int) -> Times:
    """What of a time was not watched."""
    found, at = [], began
    for start, end in shared(watched, [(began, ended)]):
        found.append((at, start))
        at = end
    return [(start, end) for start, end in [*found, (at, ended)] if end > start]


def changes(spans: Iterable[Online], list_age: int) -> Iterator[tuple[int, int]]:
    """When these spans begin and end, as far as that was seen, and how far off each is. The list's age counts once."""
    for _agent, began, ended, began_off, ended_off in spans:
        if began_off is not None:
            yield began, began_off + list_age
        if ended_off is not None:
            yield ended, ended_off + (list_age if began_off is None else 0)


def online(site: Site, began: int, ended: int) -> Iterator[Online]:
    """When agents were online: every span that reaches into a time, of each agent its own. Hidden agents are left out.

    A change that was seen at a moment happened in the time since the look before: its middle counts.
    """
    first, last = began - MARGIN_MS, ended + MARGIN_MS
    names = StatusName.objects.filter(site=site, name__icontains=ONLINE).values_list("pk", "name")
    wanted = [key for key, name in names if status_kind(name) == ONLINE]
    rows = history.of_site(site.pk, shown=True).filter(began__gte=first, began__lt=last)
    columns = ("agent_id", "began", "began_slack", "ended", "ended_slack")
    for part in (history.reaching(site.pk, first, shown=True), rows):
        for agent, start, start_slack, end, end_slack in part.filter(status__in=wanted).values_list(*columns):
            first_off = None if start_slack is None else start_slack // 2
            last_off = None if end is None or end_slack is None else end_slack // 2
            until = ended if end is None else end - (last_off or 0)
            yield agent, start - (first_off or 0), until, first_off, last_off


def waits(site: Site, rows: Sequence[Row], began: int, ended: int) -> Times:
    """When visitors waited: of these contacts of a time, and of those from before who still waited then."""
    found = (wait_of(row, ended) for row in chain(still_waiting(site, began), rows))
    return [(start, min(end, ended)) for start, end in found if end > start]


def waiting_during(site: Site, times: Times) -> list[Row]:
    """The contacts that waited in one of these times: mostly a few of a night."""
    if len(times) > MANY_TIMES:
        began, ended = times[0][0], times[-1][1]
        return [*still_waiting(site, began), *tallies.contacts(site, began, ended)]
    wanted = Q(pk__in=[])
    for began, ended in times:
        waited = Q(answered__gt=began) | Q(answered=None) & (Q(ended=None) | Q(ended__gt=began))
        wanted |= Q(began__gte=began - LONGEST_WAIT_MS, began__lt=ended) & waited
    return tallies.read(Contact.objects.filter(wanted, site=site))


def still_waiting(site: Site, moment: int, *, tell: bool = False) -> list[Row]:
    """The contacts that began before a moment and waited then. `tell`: with their departments."""
    before = Contact.objects.filter(site=site, began__gte=moment - LONGEST_WAIT_MS, began__lt=moment)
    still = before.filter(Q(answered=None) | Q(answered__gt=moment)).filter(Q(ended=None) | Q(ended__gt=moment))
    return tallies.read(still, tell=tell)


def wait_of(row: Row, now: int) -> tuple[int, int]:
    """When a contact waited, until `now` if it still does: by the steady looks, because these times are summed."""
    if steady := row.steady_wait:
        return steady
    if row.answered is not None:
        return row.began, row.answered
    return row.began, now if row.ended is None else row.ended


def wait_off(row: Row, now: int) -> int:
    """By how many ms the beginning or the end of a `wait_of` can be off at most, besides the age of the list."""
    start, end = wait_of(row, now)
    found = [0]
    if row.began_slack is not None:
        found += [start - row.began + row.began_slack, row.began - start]
    ended, slack = row.end
    if ended is not None and slack is not None:
        found += [end - ended + slack, ended - end]
    return max(found)

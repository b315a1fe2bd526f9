"""The figures of the queue's past: of a range, of its hours or days, and of the same weekdays before."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from uuid import UUID

from livechat.models import Site
from livechat.reports import observed, opening, queue_sums, tallies, wait_sums
from livechat.reports.observed import Observed, Run
from livechat.reports.presence import Times
from livechat.reports.queue import Queue
from livechat.reports.queue_sums import HourCounts
from livechat.reports.ranges import Bucket, Range
from livechat.reports.tallies import Tally
from livechat.reports.wait_sums import WaitSums
from livechat.web.queue_report import Figures, Part, Report

MAX_DAYS_DRAWN = 92  # days: of more, each bar of a plot is a week
NOT_COUNTED = Observed(0.0, None)


def report(site: Site, asked: Range, department: str, within: int) -> Report:
    """A range and its parts. `within`: the limit of the service level in ms."""
    chosen, told = UUID(department) if department else None, partial(Queue, within, list_age=site.list_age_ms)
    runs = observed.runs(site, "visitors", asked.began, asked.ended)
    open_times = opening.times(site, asked.began, asked.ended)
    summed = asked.by_hour and asked.began < (site.details_since or 0)
    seen = observed.of(runs, asked.began, asked.ended, open_times)
    before = _before(site, asked, chosen, told)
    if not asked.by_hour:
        found, left_out = queue_sums.by_day(site, asked, chosen)
        parts = [*_days(asked, found, left_out, told, runs, open_times)]
        weeks = [*_weeks(asked, parts)] if len(parts) > MAX_DAYS_DRAWN else []
        # A year is added up week by week already.
        whole = wait_sums.together(_sums(part) for part in weeks or parts)
        return Report(asked, Figures(told(whole), seen), before, parts, left_out=len(left_out), weeks=weeks)
    hours = (_by_hour_of_sums if summed else _by_hour)(site, asked, chosen)
    parts = [Part(told(tally), observed.of(runs, bucket.began, bucket.ended), bucket) for bucket, tally in hours]
    tally = (
        wait_sums.together(queue_sums.by_day(site, asked, chosen)[0].values())
        if summed
        else tallies.merged(one for _bucket, one in hours)
    )
    return Report(asked, Figures(told(tally), seen), before, parts, summed=summed)


def _before(site: Site, asked: Range, department: UUID | None, told: "partial[Queue]") -> Figures:
    """How many contacts the same weekdays before had. If not all of them are counted, they were not observed."""
    earlier = asked.before(7 * (1 + (asked.last - asked.first).days // 7))
    span = earlier.began, earlier.ended
    seen = observed.runs(site, "visitors", *span)
    if not earlier.is_over:  # its last day is counted one by one
        seen = observed.detailed(site, seen)
    counts, left_out = queue_sums.counts(site, earlier, department)
    if left_out:
        return Figures(told(counts), NOT_COUNTED)
    return Figures(told(counts), observed.of(seen, *span, opening.times(site, *span)))


def _by_hour(site: Site, asked: Range, department: UUID | None) -> list[tuple[Bucket, Tally]]:
    """Each hour of a day with its contacts."""
    buckets = list(asked.buckets())
    starts, made = [bucket.began for bucket in buckets], [Tally() for _ in buckets]
    for row in tallies.contacts(site, asked.began, asked.ended, department):
        made[bisect_right(starts, row.began) - 1].count(row)
    return list(zip(buckets, made, strict=True))


def _by_hour_of_sums(site: Site, asked: Range, department: UUID | None) -> list[tuple[Bucket, Tally]]:
    """Each hour of a day whose details are deleted: how many contacts it had. Waits are kept by day alone."""
    hours = queue_sums.by_hour(site, asked, list, department)
    found = ((bucket, hours.get(bucket.began, HourCounts())) for bucket in asked.buckets())
    return [(bucket, Tally(one.answered, one.lost, one.unknown)) for bucket, one in found]


def _days(
    asked: Range,
    found: Mapping[date, WaitSums],
    left_out: Collection[date],
    told: "partial[Queue]",
    runs: Sequence[Run],
    open_times: Times | None,
) -> Iterator[Part]:
    """Each day with its contacts. Those that are left out were not observed."""
    days = list(asked.days())
    seen = observed.of_each(runs, [(part.began, part.ended) for _day, part in days], open_times)
    for (day, part), one in zip(days, seen, strict=True):
        yield Part(told(found.get(day, WaitSums())), NOT_COUNTED if day in left_out else one, part)


def _weeks(asked: Range, days: Iterable[Part]) -> Iterator[Part]:
    """The weeks from Monday to Sunday, as far as they are in the range."""

    def monday(part: Part) -> date:
        day = asked.local(part.bucket.began).date()
        return day - timedelta(days=day.weekday())

    for _monday, group in groupby(days, key=monday):
        parts = list(group)
        lengths = [part.bucket.ended - part.bucket.began for part in parts]
        seen = sum(part.observed.share * length for part, length in zip(parts, lengths, strict=True))
        queue = replace(parts[0].queue, tally=wait_sums.together(map(_sums, parts)))
        bucket = Bucket(parts[0].bucket.began, parts[-1].bucket.ended)
        yield Part(queue, Observed(seen / sum(lengths), None), bucket, len(parts))


def _sums(part: Part) -> WaitSums:
    """The contacts of a day or a week."""
    tally = part.queue.tally
    return wait_sums.of(tally) if isinstance(tally, Tally) else tally

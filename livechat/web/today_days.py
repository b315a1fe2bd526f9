"""The figures of a day and of its hours, made of the record. Of a range of days they are those of its days."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import chain

from livechat.models import Site
from livechat.reports import observed, opening, presence, tallies
from livechat.reports.observed import Run
from livechat.reports.presence import Times
from livechat.reports.queue import Queue
from livechat.reports.ranges import Bucket, Range
from livechat.reports.tallies import Row
from livechat.web.today_report import Day, Hour, Report

WEEK = 7  # days
MIN_GAP = 0.01  # of an hour: a shorter time without a look cannot be drawn


def report(site: Site, asked: Range) -> Report:
    """A range beside the same weekdays of the week before."""
    return Report(of(site, asked), of(site, asked.before(WEEK)), observed.since(site))


def of(site: Site, asked: Range) -> Day:
    """The figures of a day and of its hours; of a range the same, and of its days."""
    within, began, ended = site.level_seconds * 1000, asked.began, asked.ended
    told = partial(Queue, within, list_age=site.list_age_ms)
    contacts = tallies.contacts(site, began, ended)
    found = observed.runs_of(site, ("visitors", "agents"), began, ended)
    seen = partial(observed.of, deleted=observed.are_deleted(site, chain(*found), began, ended))
    queue_runs, online_runs = (observed.detailed(site, runs) for runs in found)
    queue_times, online_times = presence.watched(queue_runs), presence.watched(online_runs)
    both = presence.shared(presence.shared(queue_times, online_times), [(began, ended)])
    online, open_times = list(presence.online(site, began, ended)), opening.times(site, began, ended)
    spans, changes = [one[1:3] for one in online], presence.changes(online, site.list_age_ms)
    buckets = list(asked.buckets())
    tallies_of = [tallies.of(rows) for rows in _by_bucket(contacts, buckets)]
    hours = [
        Hour(
            bucket,
            told(tally),
            seen(queue_runs, bucket.began, bucket.ended),
            found,
            seen(online_runs, bucket.began, bucket.ended),
            _gaps(queue_times, bucket),
            _gaps(online_times, bucket),
        )
        for bucket, tally, found in zip(
            buckets, tallies_of, presence.by_bucket(spans, online_times, buckets, changes), strict=True
        )
    ]
    return Day(
        asked,
        told(tallies.merged(tallies_of)),
        seen(queue_runs, began, ended, open_times),
        seen(online_runs, began, ended, open_times),
        presence.uncovered(presence.waits(site, contacts, began, ended), spans, both),
        seen((Run(first, last, 0) for first, last in both), began, ended, open_times),
        hours,
    )


def _by_bucket(contacts: Sequence[Row], buckets: Iterable[Bucket]) -> Iterator[Sequence[Row]]:
    """The contacts that began in each bucket. All are in order."""
    starts = [row.began for row in contacts]
    for bucket in buckets:
        yield contacts[bisect_left(starts, bucket.began) : bisect_left(starts, bucket.ended)]


def _gaps(times: Times, bucket: Bucket) -> tuple[tuple[float, float], ...]:
    """What of an hour was not watched, as shares of it."""
    whole = max(1, bucket.ended - bucket.began)
    found = presence.gaps(times, bucket.began, bucket.ended)
    shares = (((began - bucket.began) / whole, (ended - bucket.began) / whole) for began, ended in found)
    return tuple((began, ended) for began, ended in shares if ended - began >= MIN_GAP)

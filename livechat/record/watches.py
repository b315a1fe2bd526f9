"""Writes when a list was looked at without a gap, and at which pace: figures of the past rest on that."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from livechat.lib.epoch import milliseconds
from livechat.models import Snapshot, Watch

LISTS = ("agents", "visitors")  # whose looks are recorded
MIN_WATCHED_SECONDS = 30.0
WATCHED_INTERVALS = 2.5  # intervals between two looks that still count as watched


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a list, in epoch ms. `slack`: how long nobody had looked before; None: nobody watched since `last`.

    `steady`: the last look at the steady pace before, if a hint caused this look or one since then; else None.
    `pace`: the time between two steady looks then, in ms.
    """

    now: int
    last: int | None
    slack: int | None
    steady: int | None = None
    pace: int | None = None


def is_watched(last: datetime | None, now: datetime, every: float) -> bool:
    """Whether the time between two looks was watched, if one was due every so many seconds."""
    return last is not None and 0 <= (now - last).total_seconds() <= max(WATCHED_INTERVALS * every, MIN_WATCHED_SECONDS)


def note(row: Snapshot, now: datetime, every: float, *, watched: bool) -> None:
    """Count a good look at a list. `row` is its locked snapshot before this look, which the caller saves.

    A run ends at a gap, and when the interval becomes half or twice as long: `every` is the one from now on.
    """
    goes_on = watched and row.looks > 0
    if goes_on:
        row.looks += 1
    if goes_on and row.every / 2 < every < row.every * 2:
        return
    moment = milliseconds(now)
    if row.looks and row.checked is not None:
        Watch.close(row.site_id, row.kind, moment if goes_on else min(moment, milliseconds(row.checked)), row.looks)
    # The site's connection may be another one than before: its snapshot counted the run, and counts no longer.
    others = Snapshot.objects.filter(site_id=row.site_id, kind=row.kind, looks__gt=0).exclude(pk=row.pk)
    for other in others:
        other.end_run()
    if any(one.checked is not None and now < one.checked for one in (row, *others)):
        _cut(row, moment)
    others.update(looks=0)
    _end_lost(row, moment)
    Watch.objects.create(site_id=row.site_id, list=row.kind, began=moment)
    row.looks = 1


def _end_lost(row: Snapshot, moment: int) -> None:
    """End open runs that no snapshot counts: their end was not seen. One from the future began by another clock."""
    lost = Watch.objects.filter(site_id=row.site_id, list=row.kind, ended=None)
    lost.filter(began__gte=moment).delete()
    lost.update(ended=F("began"), looks=1)


def _cut(row: Snapshot, now: int) -> None:
    """The clock was set back: take away the runs that lie beyond now, and what reaches beyond it."""
    runs = Watch.objects.filter(site_id=row.site_id, list=row.kind)
    runs.filter(began__gte=now).delete()
    runs.filter(ended__gt=now).update(ended=now)

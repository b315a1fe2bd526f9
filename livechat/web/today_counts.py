"""Today's figures beside those of now: the longest wait, answered and lost since the site's midnight.

They are read again once half a minute has passed and the list of visitors has changed: before that no contact has.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from livechat.lib.epoch import milliseconds, moment_of
from livechat.lib.ttl_cache import TtlCache
from livechat.live.snapshot_view import SnapshotView
from livechat.models import Site
from livechat.reports import observed, queue, ranges, tallies
from livechat.reports.observed import Observed
from livechat.web.queue_report import wait
from livechat.web.report_words import NOTHING, known, little, told_of

LEAST_AGE = timedelta(seconds=30)  # between two reads
MAX_SITES = 1000

_kept: TtlCache[int, "TodayCounts"] = TtlCache(MAX_SITES)


class Told(NamedTuple):
    """A figure in words. `meaning` says what it counts, and how much was observed if that is too little."""

    value: str
    label: str
    meaning: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class TodayCounts:
    """A day's counts, as they were read at `made` of this version of the list. `longest`: in ms, and when it began."""

    longest: int | None
    longest_at: str
    answered: int
    lost: int
    seen: Observed
    made: datetime
    midnight: datetime
    version: Hashable

    @property
    def key(self) -> tuple[Any, ...]:
        """What a page that shows them depends on."""
        share = "" if self.seen.enough else little(self.seen)
        return self.longest and self.longest // 1000, self.longest_at, self.answered, self.lost, share

    def until(self, version: Hashable) -> datetime:
        """When they are read again, if the list of visitors stays at this version."""
        return self.midnight if version == self.version else min(self.midnight, self.made + LEAST_AGE)

    def holds(self, version: Hashable, moment: datetime) -> bool:
        """Whether they are those of a moment. After a step of the clock they are not."""
        return self.made <= moment < self.until(version)

    @property
    def words(self) -> list[Told]:
        """The figures in words."""
        least = _("At least: looks see a wait every few seconds.")
        at = _("It began at %(time)s.") % {"time": self.longest_at} if self.longest_at else ""
        longest = NOTHING if self.longest is None else f"≥ {wait(self.longest)}"
        return [
            self._told(longest, _("Longest wait"), _("The longest wait of those who began to wait today."), least, at),
            self._told(str(self.answered), _("Answered"), _("Visitors who began to wait today and got a chat.")),
            self._told(str(self.lost), _("Lost"), _("Visitors who began to wait today and left without a chat.")),
        ]

    def _told(self, value: str, label: str, *meaning: str) -> Told:
        told = told_of(value, self.seen)
        said = (*(meaning if known(self.seen) else meaning[:1]), little(self.seen))
        return Told(told.value, label, " ".join(filter(None, said)), told.grey)


def of(site: Site, visitors: SnapshotView) -> tuple[TodayCounts, datetime]:
    """Today's counts, and when they are read again. `visitors`: the list that the page shows."""
    now, version = timezone.now(), (visitors.feed, visitors.version)
    kept = _kept.get(site.pk)
    if kept is None or not kept.holds(version, now):
        kept = _read(site, version, now)
        _kept.put(site.pk, kept)
    return kept, kept.until(version)


def _read(site: Site, version: Hashable, now: datetime) -> TodayCounts:
    zone = site.zone
    today = ranges.parse("", "", zone, now)
    found = queue.of(tallies.contacts(site, today.began, today.ended), 0, site.list_age_ms)
    runs = observed.runs(site, "visitors", today.began, today.ended)
    next_day = ranges.midnight(today.first + timedelta(days=1), zone)
    return TodayCounts(
        found.longest,
        "" if found.longest is None else f"{today.local(found.longest_at):%H:%M}",
        found.answered,
        found.lost,
        observed.of(runs, today.began, milliseconds(now)),
        now,
        moment_of(next_day),
        version,
    )

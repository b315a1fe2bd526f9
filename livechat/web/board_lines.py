"""The lines beside the boards' numbers: who was online and who waited in the last hour. One SVG file for a site.

A fragment names the minute of its lines, and no poll gets a new fragment because of it: lines are renewed along with
anything else that a page shows. They count, and tell nothing of a single agent.
"""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from livechat.lib.compressed import CompressedBody
from livechat.lib.epoch import DAY_MS, HOUR_MS, MINUTE_MS, milliseconds
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Site
from livechat.reports import curves, observed, presence, sparklines, tallies
from livechat.reports.observed import Run
from livechat.reports.presence import Times
from livechat.reports.ranges import Bucket

OLDEST_MINUTES = 60  # a page that is older is not refreshed
MAX_FILES = 200  # in one process
KEPT_SECONDS = 180

_files: TtlCache[tuple[int, int], CompressedBody] = TtlCache(MAX_FILES, KEPT_SECONDS)


def url(site: Site) -> str:
    """The address of the lines until the beginning of this minute."""
    return reverse("board-lines", args=[site.pk, minute_of(timezone.now())])


def minute_of(moment: datetime) -> int:
    """The minute that a moment is in, counted from 1970."""
    return milliseconds(moment) // MINUTE_MS


def is_shown(minute: int, moment: datetime) -> bool:
    """Whether a page can show this minute: the current one, one of the last hour, or of a clock ahead the next."""
    return -OLDEST_MINUTES <= minute - minute_of(moment) <= 1


def of(site: Site, minute: int) -> CompressedBody:
    """The file of a minute. It is made once a process."""
    now = timezone.now()
    if minute > minute_of(now):
        return CompressedBody(drawn(site, minute * MINUTE_MS, milliseconds(now)).encode())
    return _files.get_or_make(
        (site.pk, minute), lambda: CompressedBody(drawn(site, minute * MINUTE_MS, milliseconds(now)).encode())
    )


def drawn(site: Site, ended: int, now: int) -> str:
    """The file of the hour before `ended`. Both are in epoch ms."""
    began = ended - HOUR_MS
    agents, visitors = observed.runs_of(site, ("agents", "visitors"), began - DAY_MS, ended)
    waits = presence.waits(site, tallies.contacts(site, began, ended), began, ended)
    online = _line("online", curves.online_times(site, began, ended, agents, now), agents, began, ended)
    waiting = _line("waiting", waits, visitors, began, ended)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{online}{waiting}</svg>'


def _line(key: str, times: Times, runs: Sequence[Run], began: int, ended: int) -> str:
    minutes = [Bucket(start, start + MINUTE_MS) for start in range(began, ended, MINUTE_MS)]
    return sparklines.symbol(key, [found.mean for found in presence.by_bucket(times, presence.watched(runs), minutes)])

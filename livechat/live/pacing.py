"""When a display should ask again: shortly after the next figures can be there, and no sooner than this node bears."""

import math
import random

from django.conf import settings

from livechat.lib import clock, ttl_cache
from livechat.live import hints, intervals
from livechat.live.snapshot_view import SnapshotView

REFRESH_SECONDS = 0.4  # from when a check is due until its figures can be read: a collector's tick, and the call
SHORTEST_SECONDS = 0.5
HINTED_SECONDS = 0.55  # while hints come; with what displays add by chance it is less than a second
TRYING_SECONDS = 1.5  # for which displays ask again soon although a check that is due has not ended
MAX_POLLS_A_SECOND = 500  # of the displays of this machine together, however soon figures come
WINDOW_SECONDS = 10.0  # over which the displays are counted
FADE_SECONDS = 0.1  # between two sums of what was counted


class Displays:
    """The displays of this process, counted by what they were told.

    One that is to ask again in 5 s counts as one for 5 s, so their number does not depend on how often they ask. There
    is no lock: a count that two threads lose now and then moves nothing.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Count from the start."""
        self._number, self._at = 0.0, clock.steady()
        self.known_at: float | None = None  # when they have been counted for long enough

    def note(self, seconds: float, now: float) -> None:
        """Count one that is to ask again in so many seconds. `now`: by the steady clock."""
        if self.known_at is None:
            self.known_at = now + WINDOW_SECONDS
        self._number += seconds / WINDOW_SECONDS

    def least(self, now: float) -> float | None:
        """The seconds between two polls of each at which all displays of this machine ask as often as they may.

        None: they have not been counted for long enough.
        """
        if now - self._at >= FADE_SECONDS:
            self._number, self._at = self._number * math.exp((self._at - now) / WINDOW_SECONDS), now
        if self.known_at is None or now < self.known_at:
            return None
        workers: int = settings.WEB_CONCURRENCY
        return self._number * workers / MAX_POLLS_A_SECOND


displays = Displays()
ttl_cache.forgets(displays.forget)


def again(snapshot: SnapshotView) -> float | None:
    """The seconds until a display of this snapshot should ask again; None: at its own pace.

    None if the figures fail, if a check that is due does not end, so that they become late, and until the displays are
    counted.
    """
    return _again(snapshot, clock.steady())


def tell(snapshot: SnapshotView) -> float | None:
    """The same for a display that asked, which is counted."""
    now = clock.steady()
    seconds = _again(snapshot, now)
    displays.note(snapshot.every if seconds is None else seconds, now)
    return seconds


def _again(snapshot: SnapshotView, now: float) -> float | None:
    due_at, least = snapshot.due_at, displays.least(now)
    if due_at is None or snapshot.checked_at is None or snapshot.error or least is None:
        return None
    # Nobody may have looked for long: then the check that is due has just begun.
    if now - max(due_at, snapshot.begun_at) > TRYING_SECONDS:
        return None
    if _is_hinted(snapshot):
        wanted = HINTED_SECONDS
    else:
        wanted = SHORTEST_SECONDS if now >= due_at else due_at - now + REFRESH_SECONDS
    return max(wanted + random.random() * least if least > SHORTEST_SECONDS else wanted, least)  # noqa: S311


def _is_hinted(snapshot: SnapshotView) -> bool:
    feed = snapshot.feed
    return feed is not None and feed.shared and snapshot.kind in intervals.LISTS and hints.come(feed.site_id)

"""A snapshot as a viewer gets it: its data, and what the page says about it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from livechat.comm100.records import same_status
from livechat.lib import clock
from livechat.lib.ttl_cache import TtlCache
from livechat.live import intervals
from livechat.live.snapshot_data import SnapshotData
from livechat.live.sources import Feed
from livechat.models import Site, Span


@dataclass(frozen=True, slots=True, weakref_slot=True)
class SnapshotView:
    """A snapshot with its freshness. `checked_at`: when it was last confirmed, by the steady clock; None: never.

    `due_at`: when its next check is due; None: that is not known. `begun_at`: when this process began to look at it
    since its last check. Both are by the steady clock too. `version` is the key and the version of its row: a row that
    was made again counts its versions from 1 again. `every` is its interval in seconds. `feed` is part of `key`, so
    that what was made of one credential's data is never served for another's.
    """

    feed: Feed | None
    kind: str
    data: SnapshotData | None
    version: tuple[int, int]
    checked: datetime | None
    checked_at: float | None
    every: float
    sharing: int
    error: str
    text: str
    loading: bool
    dropped: int
    repeated: int
    due_at: float | None = None
    begun_at: float = float("-inf")

    @property
    def age(self) -> float | None:
        """The seconds since Comm100 last confirmed it, as of now; None: never."""
        return None if self.checked_at is None else clock.steady() - self.checked_at

    @property
    def moment(self) -> datetime:
        """Now, or the moment at which it became stale: from then on nobody passes a limit, as far as it can tell."""
        if self.checked is None or self.age is None:
            return timezone.now()
        return timezone.now() - timedelta(seconds=max(0.0, self.age - intervals.stale_after(self.every)))

    @property
    def state(self) -> tuple[Any, ...]:
        """What the page says about the data, apart from the data itself and its age."""
        return (self.error, str(self.text), self.every, self.sharing, self.loading, self.dropped, self.repeated)

    @property
    def bare(self) -> "SnapshotView":
        """The same without its rows: a cache needs only what the page says, not thousands of rows."""
        return replace(self, data=None)

    @property
    def key(self) -> tuple[Any, ...]:
        """Everything that a page depends on, apart from the passing of time."""
        return (self.feed, self.kind, self.version, *self.state)


NO_CONNECTION = gettext_noop("This site has no Comm100 connection yet.")
NOTHING = SnapshotView(None, "", None, (0, 0), None, None, 5.0, 1, "no-connection", NO_CONNECTION, False, 0, 0)
# There were figures, and their connection is gone: that is a fault, and a site that has not begun is none.
STOPPED = replace(NOTHING, error="connection-removed", text=gettext_noop("This site's Comm100 connection was removed."))


MAX_SITES, HAD_FIGURES_SECONDS = 500, 60.0
_had_figures: TtlCache[int, bool] = TtlCache(MAX_SITES, HAD_FIGURES_SECONDS)  # sites that had: few lose it again


def of_site(site: Site | None, snapshot: SnapshotView) -> SnapshotView:
    """The same, or STOPPED instead of NOTHING at a site that had figures."""
    return STOPPED if snapshot is NOTHING and site is not None and _has_past(site) else snapshot


def _has_past(site: Site) -> bool:
    """Whether a site had figures. Every page of a site without a connection asks: a yes is believed for a minute."""
    if site.pk in _had_figures:
        return True
    found = Span.objects.filter(agent__site=site).exists()
    if found:
        _had_figures.put(site.pk, True)
    return found


def single(listed: SnapshotView, own: SnapshotView, key: str) -> SnapshotView:
    """One record, as the list or its own read showed it last. `data` is None if neither has it.

    The list knows when its status began, unless its own read has seen a newer status.
    """
    known = [
        (bool(snapshot.error), -(snapshot.checked_at or 0.0), rank, snapshot, snapshot.data)
        for rank, snapshot in enumerate((listed, own))
        if snapshot.data is not None and key in snapshot.data.by_id
    ]
    if not known:
        return replace(own if own.error else listed, data=None)
    *_, newest, source = min(known)
    record = source.by_id[key]
    same = [data for *_, data in known if same_status(data.by_id[key].status, record.status)]
    marks = [data.since.get(key) for data in same]
    mark = next(filter(None, marks), (0, False))
    return replace(newest, data=SnapshotData(source.kind, source.version, (record,), {key: mark}))

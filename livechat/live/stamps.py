"""Each site's stamp, read at most twice a second per process: it moves when names, statuses or outcomes do."""

import threading

from livechat.live import clock
from livechat.models import Site

EVERY = 0.5

_stamps: dict[int, int] = {}
_read_at = float("-inf")
_lock = threading.Lock()


def of(site_id: int) -> int | None:
    """The stamp of a site; none where the site is gone."""
    global _read_at, _stamps
    with _lock:
        if clock.steady() - _read_at >= EVERY:
            _stamps = dict(Site.objects.values_list("pk", "stamp"))
            _read_at = clock.steady()
        return _stamps.get(site_id)


def forget() -> None:
    """Read them anew at the next call."""
    global _read_at
    _read_at = float("-inf")

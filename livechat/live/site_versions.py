"""Each site's stamp, read at most twice a second per process: it moves when names, statuses or outcomes do."""

from livechat.lib.ttl_cache import Held
from livechat.models import Site

EVERY = 0.5


def of(site_id: int) -> int | None:
    """The stamp of a site; none where the site is gone."""
    return _stamps.now().get(site_id)


def forget() -> None:
    """Read them anew at the next call, and at the first one after the transaction that this is called in."""
    _stamps.forget()


def _read() -> dict[int, int]:
    return dict(Site.objects.values_list("pk", "stamp"))


_stamps = Held(EVERY, _read)

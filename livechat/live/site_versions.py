"""Each site's version, read at most twice a second per process: it moves when names, statuses or outcomes do."""

from livechat.lib.ttl_cache import TtlValue
from livechat.models import Site

EVERY = 0.5


def of(site_id: int) -> int | None:
    """The version of a site; none where the site is gone."""
    return _versions.now().get(site_id)


def forget() -> None:
    """Read them anew at the next call, and at the first one after the transaction that this is called in."""
    _versions.forget()


def _read() -> dict[int, int]:
    return dict(Site.objects.values_list("pk", "version"))


_versions = TtlValue(EVERY, _read)

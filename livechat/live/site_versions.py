"""The versions of all sites, read at most twice a second in a process. They move with names, statuses and outcomes."""

from livechat.lib.ttl_cache import TtlValue
from livechat.models import Site

READ_SECONDS = 0.5


def of(site_id: int) -> int | None:
    """The version of a site; None if the site was deleted."""
    return _versions.now().get(site_id)


def forget() -> None:
    """Read them again at the next call, and again after the current transaction."""
    _versions.forget()


def _read() -> dict[int, int]:
    return dict(Site.objects.values_list("pk", "version"))


_versions = TtlValue(READ_SECONDS, _read)

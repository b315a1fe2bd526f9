"""Sessions that have expired: nobody can use them any more, and every sign-in leaves one."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from livechat.lib import clock, ttl_cache
from livechat.models import append_only

EVERY = 3600.0  # seconds between two looks
AT_ONCE = 500

_cleared_at = float("-inf")  # when this process last left none


def clear_expired() -> int:
    """Delete some of them, at most once an hour unless there are more; how many."""
    global _cleared_at
    began = clock.steady()
    if began - _cleared_at < EVERY:
        return 0
    old = Session.objects.filter(expire_date__lt=timezone.now())
    deleted = append_only.delete_oldest(old, "expire_date", AT_ONCE)
    if deleted < AT_ONCE:
        _cleared_at = began
    return deleted


@ttl_cache.forgets
def forget() -> None:
    """Look the next time."""
    global _cleared_at
    _cleared_at = float("-inf")

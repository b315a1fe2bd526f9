"""Deletes alerts that have ended as the record is deleted, with their events and deliveries."""

from datetime import timedelta

from django.utils import timezone

from livechat.models import Alert, append_only

PURGE_BATCH = 200  # alerts deleted in one transaction


def expire(age: timedelta) -> int:
    """Delete alerts that ended longer ago than this, one batch a call. Returns how many."""
    return append_only.delete_oldest(Alert.objects.filter(ended__lt=timezone.now() - age), "ended", PURGE_BATCH)

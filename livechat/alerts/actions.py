"""What people do about an alert that rings: take it, or let it be silent for a while."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from livechat.models import Alert, AlertEvent

What = AlertEvent.What
SNOOZE_MINUTES = (5, 15, 30, 60)
OPEN_STATES = (Alert.State.FIRING, Alert.State.RECOVERING)


def acknowledge(alert: Alert, user: User, note: str) -> bool:
    """Say that somebody takes care: no sound and no reminders until it ends.

    Returns False if it does not ring any more, or if somebody else was quicker; then nothing is changed.
    """
    name, now = user.get_username(), timezone.now()
    with transaction.atomic():
        rows = Alert.objects.filter(pk=alert.pk, state__in=OPEN_STATES, acknowledged_at=None)
        taken = rows.update(acknowledged_by=user, acknowledged_name=name, acknowledged_at=now, note=note)
        if taken:
            _note(alert, What.ACKNOWLEDGED, user, text=note)
    return bool(taken)


def snooze(alert: Alert, user: User, minutes: int) -> bool:
    """Let it make no sound and send no reminders for some minutes. Returns False if it does not ring any more."""
    until = timezone.now() + timedelta(minutes=minutes)
    with transaction.atomic():
        taken = Alert.objects.filter(pk=alert.pk, state__in=OPEN_STATES).update(snoozed_until=until)
        if taken:
            _note(alert, What.SNOOZED, user, until=until)
    return bool(taken)


def _note(alert: Alert, what: What, user: User, **more: object) -> None:
    AlertEvent.objects.create(
        alert=alert, what=what, value=alert.value, actor=user, actor_name=user.get_username(), **more
    )
    alert.rule.site.bump_version()

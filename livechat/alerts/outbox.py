"""Fills the outbox: a row for each event and channel, written in the event's own transaction."""

from datetime import datetime

from livechat.lib.epoch import DAY_MS, milliseconds, moment_of
from livechat.models import AlertEvent, Delivery, Rule, Site
from livechat.models.alerts import Hours

QUIET_DAYS = 14  # that are searched for the next opening


def tell(event: AlertEvent, rule: Rule, site: Site) -> None:
    """Add a delivery of an event for each channel of its rule that is switched on. If the rule is off, add none."""
    if not rule.enabled:
        return
    due = due_at(rule, site, event.at)
    channels = rule.channels.filter(off=None)
    Delivery.objects.bulk_create(
        [Delivery(event=event, channel=channel, rule=rule, due=due, made=event.at) for channel in channels]
    )


def due_at(rule: Rule, site: Site, now: datetime) -> datetime:
    """When something is told that happens now: at once, or when the site opens next."""
    hours = site.hours
    moment = milliseconds(now)
    if rule.hours != Hours.QUIET or not hours or hours.is_open(moment):
        return now
    end = moment + QUIET_DAYS * DAY_MS
    opening = next((began for began, _ended in hours.between(moment, end)), end)
    return moment_of(opening)

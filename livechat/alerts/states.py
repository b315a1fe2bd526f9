"""How an alert goes from one state to the next. Pure.

| state | condition holds | does not | not observed |
| --- | --- | --- | --- |
| none | begin (and fire, if nothing is to be waited for) | - | - |
| pending | fire after the rule's wait | drop | stays |
| firing | remind, if it is time | recover (and end, if nothing is to be kept) | stays |
| recovering | fire on, which is no new event | end after the rule's keep | stays |
"""

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from livechat.models import Alert, Rule

State = Alert.State


class OpenAlert(NamedTuple):
    """What its steps depend on of an alert that has not ended, as it was read; the fields are those of `Alert`."""

    pk: int
    rule_id: int
    subject: str
    state: str
    since: datetime
    cleared: datetime | None
    told: datetime | None
    acknowledged_at: datetime | None
    snoozed_until: datetime | None
    value: int
    worst: int

    @property
    def rings(self) -> bool:
        """Whether it rings: it fired, and has not ended."""
        return self.state != State.PENDING


class Step(Enum):
    """What becomes of an alert."""

    STAY = auto()
    BEGIN = auto()
    DROP = auto()
    FIRE = auto()
    REMIND = auto()
    WAKE = auto()
    RECOVER = auto()
    RELAPSE = auto()
    END = auto()


def next_step(alert: OpenAlert | None, rule: Rule, now: datetime, *, holds: bool) -> Step:
    """The step of an alert whose condition was observed. None is an alert that is not there yet."""
    if alert is None:
        return Step.BEGIN if holds else Step.STAY
    if alert.state == State.PENDING:
        if not holds:
            return Step.DROP
        return Step.FIRE if _passed(alert.since, rule.wait_seconds, now) else Step.STAY
    if alert.state == State.FIRING:
        return _while_firing(alert, rule, now) if holds else Step.RECOVER
    if holds:
        return Step.RELAPSE
    return Step.END if _passed(alert.cleared or now, rule.keep_seconds, now) else Step.STAY


def _while_firing(alert: OpenAlert, rule: Rule, now: datetime) -> Step:
    if alert.snoozed_until is not None:
        return Step.STAY if now < alert.snoozed_until else Step.WAKE
    quiet = alert.acknowledged_at is not None or not rule.repeat_minutes
    if not quiet and _passed(alert.told or alert.since, rule.repeat_minutes * 60, now):
        return Step.REMIND
    return Step.STAY


def _passed(since: datetime, seconds: int, now: datetime) -> bool:
    """Whether so many seconds have passed since a moment. A moment in the future is from before a clock's step back."""
    return now < since or now - since >= timedelta(seconds=seconds)

"""An alert in words: what rings, and its value."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livechat.alerts import kinds
from livechat.boards.alarm_words import UNITS
from livechat.boards.directory_names import Names
from livechat.lib import durations
from livechat.lib.epoch import milliseconds
from livechat.models import Alert, Rule
from livechat.walls import aliases


def value(rule: Rule, amount: int, at: datetime) -> str:
    """A value of an alert at a moment: "7 are waiting", "for 12 min"."""
    if kinds.TYPES[rule.kind].count:
        return ngettext("%(n)d is waiting", "%(n)d are waiting", amount) % {"n": amount}
    return _("for %(time)s") % {"time": _time(rule, at.timestamp() - amount / 1000)}


def worst(rule: Rule, alert: Alert, now: datetime) -> str:
    """The worst value so far: "9", "14 min"."""
    if kinds.TYPES[rule.kind].count:
        return str(alert.worst)
    return _time(rule, worst_ms(alert, now) / 1000)


def _time(rule: Rule, seconds: float) -> str:
    return durations.duration(seconds, UNITS, wait=rule.kind == Rule.Kind.LONGEST)


def worst_ms(alert: Alert, now: datetime) -> int:
    """The longest time so far, in ms."""
    if alert.ended is not None:
        return alert.worst
    until = alert.cleared or now
    return max(alert.worst, milliseconds(until) - alert.value)


def called(names: Names, subject: str) -> str:
    """What messages call an agent: as walls do that show aliases."""
    return aliases.of_person("alias", names, subject)

"""An alert in words: what its rule says was passed, and the value. They name limits and never judge."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livechat.alerts import kinds
from livechat.boards import status_styles
from livechat.boards.directory_names import Names
from livechat.lib import durations
from livechat.models import Alert, Rule
from livechat.walls import aliases

Kind = Rule.Kind
UNITS = ("s", "min", "h", "d")
_PLAIN = {
    Kind.NOBODY: gettext_lazy("Nobody is online"),
    Kind.UNCOVERED: gettext_lazy("Somebody waits, and nobody is online"),
    Kind.ALL_FULL: gettext_lazy("All who are online are full"),
    Kind.REFUSED: gettext_lazy("Comm100 refuses the credential of the shared connection"),
}


def title(rule: Rule, names: Names, agent: str = "", status: str = "") -> str:
    """What rings, without a value: "Sales: Somebody waits over 3 min". `agent`: what the caller calls the agent."""
    words = _words(rule, agent, status)
    scope = scope_of(rule, names)
    return f"{scope}: {words}" if scope else words


def scope_of(rule: Rule, names: Names) -> str:
    """The department or the team that a rule is about; "" for the whole site."""
    if rule.department:
        return names.department(str(rule.department))
    return rule.team


def _words(rule: Rule, agent: str, status: str) -> str:
    params, who = rule.params, agent or _("An agent")
    if rule.kind == Kind.WAITING:
        count = params["count"]
        return ngettext("Somebody is waiting", "%(n)d or more are waiting", count) % {"n": count}
    if rule.kind == Kind.LONGEST:
        return _("Somebody waits over %(time)s") % {"time": duration(params["seconds"])}
    if rule.kind == Kind.STATUS:
        return _("%(agent)s is past the limit of %(status)s") % {"agent": who, "status": status or _("a status")}
    if rule.kind == Kind.STILL_ON:
        return _("%(agent)s is online for over %(hours)d h") % {"agent": who, "hours": params["shift_hours"]}
    if rule.kind == Kind.STALE:
        return _("Figures are older than %(n)d min") % {"n": params["minutes"]}
    if rule.kind == Kind.EXPIRING:
        days = params["days"]
        return ngettext("The credential ends within a day", "The credential ends within %(n)d days", days) % {"n": days}
    return str(_PLAIN[Kind(rule.kind)])


def duration(seconds: float) -> str:
    """A time in words: "3 min", "1 h 30"."""
    return durations.duration(seconds, UNITS)


def value(rule: Rule, amount: int, at: datetime) -> str:
    """A value of an alert at a moment: "7 are waiting", "for 12 min"."""
    if kinds.TYPES[rule.kind].count:
        return ngettext("%(n)d is waiting", "%(n)d are waiting", amount) % {"n": amount}
    seconds = at.timestamp() - amount / 1000
    return _("for %(time)s") % {"time": durations.duration(seconds, UNITS, wait=rule.kind == Kind.LONGEST)}


def worst(rule: Rule, alert: Alert, now: datetime) -> str:
    """The worst value so far: "9", "14 min"."""
    if kinds.TYPES[rule.kind].count:
        return str(alert.worst)
    return durations.duration(worst_ms(alert, now) / 1000, UNITS, wait=rule.kind == Kind.LONGEST)


def worst_ms(alert: Alert, now: datetime) -> int:
    """The longest time so far, in ms."""
    if alert.ended is not None:
        return alert.worst
    until = alert.cleared or now
    return max(alert.worst, round(until.timestamp() * 1000) - alert.value)


def called(names: Names, subject: str) -> str:
    """What messages call an agent: as walls do, by alias, by the given name and an initial, or by number."""
    person = names.person(subject)
    return person.alias or aliases.short_name(subject, names.agent(subject)) or f"#{person.number}"


def status_of(alert: Alert) -> str:
    """The status that an alert is about, as boards spell it."""
    return str(status_styles.of_agent(alert.detail).label) if alert.detail else ""

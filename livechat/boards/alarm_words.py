"""What rings, in words: what a rule says was passed. They name limits and never judge."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livechat.boards import status_styles
from livechat.boards.directory_names import Names
from livechat.lib import durations
from livechat.models import Alert, Rule

Kind = Rule.Kind
UNITS = ("s", "min", "h", "d")
_PLAIN: dict[str, str | Promise] = {
    Kind.NOBODY: gettext_lazy("Nobody is online"),
    Kind.UNCOVERED: gettext_lazy("Somebody waits, and nobody is online"),
    Kind.ALL_FULL: gettext_lazy("All who are online are full"),
    Kind.REFUSED: gettext_lazy("Comm100 refuses the credential of the shared connection"),
}


def title(rule: Rule, names: Names, agent: str = "", status: str = "") -> str:
    """What rings, without a value: "Sales: Somebody waits over 3 min". `agent`: what the caller calls the agent."""
    return with_scope(scope_of(rule, names), words(rule, agent, status))


def with_scope(scope: str, said: str) -> str:
    """Words with what they are about before them, if that is not the whole site."""
    return f"{scope}: {said}" if scope else said


def scope_of(rule: Rule, names: Names) -> str:
    """The department or the team that a rule is about; "" for the whole site."""
    if rule.department:
        return names.department(str(rule.department))
    return rule.team


def words(rule: Rule, agent: str, status: str) -> str:
    """The same without the department or the team."""
    params, who = rule.params, agent or _("An agent")
    if rule.kind == Kind.WAITING:
        count = params["count"]
        return _("%(n)d or more are waiting") % {"n": count} if count > 1 else _("Somebody is waiting")
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
        said = ngettext("The credential ends within %(n)d day", "The credential ends within %(n)d days", days)
        return said % {"n": days}
    return str(_PLAIN[rule.kind])


def duration(seconds: float) -> str:
    """A time in words: "3 min", "1 h 30"."""
    return durations.duration(seconds, UNITS)


def status_of(alert: Alert) -> str:
    """The status that an alert is about, as boards spell it."""
    return str(status_styles.of_agent(alert.detail).label) if alert.detail else ""

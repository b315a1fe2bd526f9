"""Whether a rule could ever ring, and ever be quiet, with what the site knows now."""

from django.utils.translation import gettext as _

from livechat.boards import directory_names
from livechat.comm100.names import same_name
from livechat.models import Rule
from livechat.models.alerts import Hours

Kind = Rule.Kind
COVERAGE = (Kind.NOBODY, Kind.UNCOVERED, Kind.ALL_FULL)


def problem(rule: Rule) -> str:
    """Why a rule would never ring, or always, as a sentence; "" if it can do both."""
    site = rule.site
    if rule.hours != Hours.ALWAYS and not site.hours:
        return _("This site has no opening hours yet. Enter them first, or let the rule hold always.")
    if rule.kind in (Kind.LONGEST, Kind.WAITING) and not rule.department and rule.team:
        return _("Visitors wait for a department, not for a team.")
    names = directory_names.of(site)
    people = [
        person
        for person in names.agents.values()
        if not person.hidden
        and (not rule.team or same_name(person.team, rule.team))
        and (not rule.department or str(rule.department) in person.departments)
    ]
    if rule.kind in COVERAGE and names.agents and not people:
        return _("The directory knows no agent who belongs there, so nobody could ever be online.")
    if rule.kind == Kind.ALL_FULL and not any(person.capacity for person in people):
        return _("No agent there has places in the directory, so none could ever be full.")
    if rule.kind == Kind.STATUS and not site.away_minutes and not names.limits:
        return _("No status has a limit at this site, so it would never ring.")
    return ""

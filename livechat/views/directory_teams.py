"""A team of the directory: the departments whose visitors all of its agents take."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from livechat.boards import directory_names
from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key
from livechat.forms.directory_teams import TeamForm
from livechat.models import AgentEntry, Role, Site, TeamEntry
from livechat.sites.roles import role_required
from livechat.web.responses import Request, page


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team in the directory: how many agents it has, the departments of these, and those that it was given."""

    name: str
    agents: int
    own: list[str]
    given: list[str]

    @property
    def departments(self) -> list[str]:
        """The names of all of them."""
        return sorted({*self.own, *self.given})

    @property
    def url(self) -> str:
        """The form of its departments."""
        return f"{reverse('directory-team')}?{urlencode({'name': self.name})}"


def rows(agents: Iterable[AgentEntry], known: Names) -> list[TeamRow]:
    """The teams that agents belong to."""
    members: dict[str, list[AgentEntry]] = defaultdict(list)
    for entry in agents:
        members[name_key(entry.team)].append(entry)
    return [_row(name, members[name_key(name)], known) for name in known.teams]


def _row(name: str, agents: list[AgentEntry], known: Names) -> TeamRow:
    own = {department for entry in agents for department in entry.departments}
    named = known.including(departments=own)
    given = known.served.get(name_key(name), ())
    return TeamRow(name, len(agents), sorted(map(named.department, own)), sorted(map(named.department, given)))


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
@transaction.atomic
def team(request: Request, site: Site) -> HttpResponse:
    """The departments of a team, which the request names. 409 if someone else has changed them meanwhile."""
    known = directory_names.of(site)
    asked = name_key((request.POST if request.method == "POST" else request.GET).get("name", ""))
    name = next((each for each in known.teams if name_key(each) == asked), None)
    if name is None:
        raise Http404
    if request.method != "POST":
        entry = site.teams.filter(key=asked).first() or TeamEntry(site=site, key=asked)
        return _show(request, site, name, TeamForm(names=known, instance=entry))
    site.teams.get_or_create(key=asked)
    entry = site.teams.select_for_update().get(key=asked)
    form = TeamForm(request.POST, names=known, instance=entry)
    if not form.is_valid():
        return _show(request, site, name, form, code=422)
    if form.edit_conflicts:
        entry.refresh_from_db()
        return _show(request, site, name, form.rebased(entry), code=409)
    form.save()
    site.bump_version()
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('directory')}#all-teams")


def _show(request: Request, site: Site, name: str, form: TeamForm, code: int = 200) -> HttpResponse:
    context = {
        "nav": "directory",
        "form": form,
        "edit_conflicts": form.edit_conflicts,
        "team": next(row for row in rows(site.agents.all(), form.names) if row.name == name),
        "back": f"{reverse('directory')}#all-teams",
    }
    return page(request, "directory/team.html", context, status=code)

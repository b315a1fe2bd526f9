"""The site's directory: names for the ids that Comm100 sends. Every member sees it, Administrators edit it.

One entry is edited in its row (`views.directory_entries`), all of them by CSV (`views.directory_csv`).
"""

from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from livechat.boards import directory_names
from livechat.comm100.names import name_key, same_name, search_key, search_words
from livechat.forms.directory import HIDDEN, UNNAMED, DirectoryFilter
from livechat.lib import vault
from livechat.live import sources
from livechat.models import AgentEntry, Connection, DepartmentEntry, Role, Site
from livechat.sites import directory_import
from livechat.sites.directory_import import ImportResult
from livechat.sites.roles import role_required, site_required
from livechat.views import directory_teams
from livechat.views.directory_teams import TeamRow
from livechat.web import change_lines
from livechat.web.responses import Request, page

Entry = TypeVar("Entry", AgentEntry, DepartmentEntry)


@require_safe
@site_required
def directory(request: Request, site: Site) -> HttpResponse:
    """Agents with name, alias, team, capacity and order; departments with their names. The search is in the address."""
    known = directory_names.of(site)
    teams = known.teams
    form = DirectoryFilter(request.GET, teams=teams)
    form.is_valid()
    q, team, show = (form.cleaned_data.get(name, "") for name in ("q", "team", "show"))
    agents, departments = list(site.agents.all()), list(site.departments.all())
    chosen_agents = [agent for agent in _chosen(agents, q, show) if not team or same_name(team, agent.team)]
    chosen_teams = [row for row in directory_teams.rows(agents, known) if not show and _fits_team(row, q, team)]
    chosen_departments = [] if team else _chosen(departments, q, show)
    context = {
        "nav": "directory",
        "form": form,
        "teams": teams,
        "agents": chosen_agents,
        "departments": chosen_departments,
        "team_rows": chosen_teams,
        "total": len(agents) + len(departments),
        "shown": len(chosen_agents) + len(chosen_departments),
        "filtered": bool(q or team or show),
        "clear_url": request.path,
        "csv_url": reverse("directory-csv") if request.seat.can_admin else "",
        "query": request.GET.urlencode(),
        "reader": _reader(request, site),
    }
    return page(request, "directory/list.html", context, fragment="entries")


def _reader(request: Request, site: Site) -> Connection | None:
    """The connection that names are imported by: the user's own, or the shared one."""
    return sources.own(site, request.user) or site.shared


def _chosen(entries: list[Entry], q: str, show: str) -> list[Entry]:
    """The entries that match, sorted by name; entries without a name come last."""
    words = search_words(q)

    def fits(entry: Entry) -> bool:
        text = search_key(_text(entry))
        left_out = (show == UNNAMED and entry.named) or (show == HIDDEN and not getattr(entry, "hidden", False))
        return not left_out and all(word in text for word in words)

    return sorted(filter(fits, entries), key=lambda entry: (not entry.named, name_key(str(entry))))


def _fits_team(row: TeamRow, q: str, team: str) -> bool:
    """Whether a team is the one that is asked for, and what is searched is in its name."""
    return (not team or same_name(team, row.name)) and all(word in search_key(row.name) for word in search_words(q))


def _text(entry: AgentEntry | DepartmentEntry) -> str:
    """The text that a search looks through."""
    if isinstance(entry, AgentEntry):
        return f"{entry.name} {entry.alias} {entry.team} {entry.agent_id}"
    return f"{entry.name} {entry.department_id}"


@require_POST
@role_required(Role.ADMINISTRATOR)
def import_names(request: Request, site: Site) -> HttpResponse:
    """Fill in names from Comm100's own directory, and report what it returned."""
    connection = _reader(request, site)
    if connection is None:
        messages.error(request, _("To import names, store a Comm100 connection first."))
        return redirect("connection")
    try:
        _report(request, directory_import.import_names(site, connection))
    except vault.CannotOpen as reason:
        messages.error(request, change_lines.why(reason))
    return redirect("directory")


def _report(request: Request, result: ImportResult) -> None:
    """The result of an import in words: what was read, then what was refused and why."""
    kinds = (
        (result.agents, _("agents"), ngettext("%(n)d agent", "%(n)d agents", result.agents or 0)),
        (
            result.departments,
            _("departments"),
            ngettext("%(n)d department", "%(n)d departments", result.departments or 0),
        ),
        (
            result.statuses,
            _("away statuses"),
            ngettext("%(n)d away status", "%(n)d away statuses", result.statuses or 0),
        ),
        (
            result.variables,
            _("custom variables"),
            ngettext("%(n)d custom variable", "%(n)d custom variables", result.variables or 0),
        ),
    )
    read = [counted % {"n": n} for n, _name, counted in kinds if n is not None]
    refused = [name for n, name, _counted in kinds if n is None]
    if read:
        messages.success(request, _("Read from Comm100: %(what)s.") % {"what": ", ".join(read)})
    if refused:
        text = (
            _("Not read: %(what)s. %(why)s The import stopped there. Start it again when Comm100 answers.")
            if result.stopped
            else _(
                "Not read: %(what)s. %(why)s Enter them by hand, or import with a connection that has the permission."
            )
        )
        messages.warning(request, text % {"what": ", ".join(refused), "why": " ".join(result.problems)})

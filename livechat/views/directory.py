"""The site's directory: names for what Comm100 gives as bare ids. Everybody sees it, Administrators keep it.

An entry is edited in its row (`views.directory_entries`), all of them by CSV (`views.directory_csv`).
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
from livechat.forms.directory import HIDDEN, UNNAMED, DirectoryFilter
from livechat.lib import vault
from livechat.live import sources
from livechat.models import AgentEntry, Connection, DepartmentEntry, Role, Site
from livechat.sites import directory_import
from livechat.sites.directory_import import ImportResult
from livechat.sites.roles import role_required, site_required
from livechat.web import change_lines
from livechat.web.responses import Request, page

Entry = TypeVar("Entry", AgentEntry, DepartmentEntry)


@require_safe
@site_required
def directory(request: Request, site: Site) -> HttpResponse:
    """Agents with name, alias, team, capacity and place, departments with their names; the search is in the address."""
    teams = directory_names.of(site).teams
    form = DirectoryFilter(request.GET, teams=teams)
    form.is_valid()
    q, team, show = (form.cleaned_data.get(name, "") for name in ("q", "team", "show"))
    agents, departments = list(site.agents.all()), list(site.departments.all())
    found = [agent for agent in _chosen(agents, q, show) if team in ("", agent.team)]
    places = [] if team else _chosen(departments, q, show)
    context = {
        "nav": "directory",
        "form": form,
        "teams": teams,
        "agents": found,
        "departments": places,
        "total": len(agents) + len(departments),
        "shown": len(found) + len(places),
        "filtered": bool(q or team or show),
        "clear_url": request.path,
        "csv_url": reverse("directory-csv") if request.seat.can_admin else "",
        "query": request.GET.urlencode(),
        "reader": _reader(request, site),
    }
    return page(request, "directory/list.html", context, fragment="entries")


def _reader(request: Request, site: Site) -> Connection | None:
    """By which connection names are imported: the user's own, else the shared one."""
    return sources.own(site, request.user) or site.shared


def _chosen(entries: list[Entry], q: str, show: str) -> list[Entry]:
    """The entries that fit, by name; those without one last."""
    words = q.casefold().split()

    def fits(entry: Entry) -> bool:
        text = _text(entry).casefold()
        left_out = (show == UNNAMED and entry.name) or (show == HIDDEN and not getattr(entry, "hidden", False))
        return not left_out and all(word in text for word in words)

    return sorted(filter(fits, entries), key=lambda entry: (not entry.name, str(entry).casefold()))


def _text(entry: AgentEntry | DepartmentEntry) -> str:
    """What a search looks through."""
    if isinstance(entry, AgentEntry):
        return f"{entry.name} {entry.alias} {entry.team} {entry.agent_id}"
    return f"{entry.name} {entry.department_id}"


@require_POST
@role_required(Role.ADMINISTRATOR)
def import_names(request: Request, site: Site) -> HttpResponse:
    """Fill in names from Comm100's own directory, and say what it gave."""
    connection = _reader(request, site)
    if connection is None:
        messages.error(request, _("Names are read by a Comm100 connection: store one first."))
        return redirect("connection")
    try:
        _tell(request, directory_import.import_names(site, connection))
    except vault.CannotOpen as reason:
        messages.error(request, change_lines.why(reason))
    return redirect("directory")


def _tell(request: Request, result: ImportResult) -> None:
    """The result of an import in plain words: what was read, then what was refused and why."""
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
        text = _("Not read: %(what)s. %(why)s Enter them by hand, or import with a connection that may read them.")
        messages.warning(request, text % {"what": ", ".join(refused), "why": " ".join(result.problems)})

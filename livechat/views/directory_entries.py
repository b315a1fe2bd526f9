"""One entry of the directory, edited in its row, or on a page of its own without JavaScript."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from livechat.boards import directory_names
from livechat.forms.directory import AgentEntryForm, DepartmentEntryForm, EntryForm
from livechat.models import AgentEntry, DepartmentEntry, Role, Site
from livechat.sites.roles import role_required
from livechat.web.responses import Request, is_partial, page


@dataclass(frozen=True, slots=True)
class EntryKind:
    """Agents or departments: their entries, the form that edits one, and how many columns their rows have."""

    slug: str
    entries: Callable[[Site], Any]
    form: type[EntryForm]
    columns: int

    def anchor(self, entry: AgentEntry | DepartmentEntry) -> str:
        """The id of an entry's row."""
        return f"{self.slug}-{entry.pk}"

    def url(self, request: Request, entry: AgentEntry | DepartmentEntry, suffix: str = "") -> str:
        """The address of an entry's form, or of its row with the suffix "-row"; the search stays in the query."""
        return reverse(f"directory-{self.slug}{suffix}", args=[entry.pk]) + _search(request)


AGENT = EntryKind("agent", lambda site: site.agents, AgentEntryForm, 8)
DEPARTMENT = EntryKind("department", lambda site: site.departments, DepartmentEntryForm, 3)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
def agent(request: Request, site: Site, entry_id: int) -> HttpResponse:
    """The form of an agent's entry."""
    return _edit(request, site, AGENT, entry_id)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.ADMINISTRATOR)
def department(request: Request, site: Site, entry_id: int) -> HttpResponse:
    """The form of a department's entry."""
    return _edit(request, site, DEPARTMENT, entry_id)


@require_safe
@role_required(Role.ADMINISTRATOR)
def agent_row(request: Request, site: Site, entry_id: int) -> HttpResponse:
    """An agent's row as the directory shows it."""
    return _row(request, site, AGENT, entry_id)


@require_safe
@role_required(Role.ADMINISTRATOR)
def department_row(request: Request, site: Site, entry_id: int) -> HttpResponse:
    """A department's row."""
    return _row(request, site, DEPARTMENT, entry_id)


def _edit(request: Request, site: Site, kind: EntryKind, entry_id: int) -> HttpResponse:
    if request.method == "POST":
        return _save(request, site, kind, entry_id)
    entry = get_object_or_404(kind.entries(site), pk=entry_id)
    return _show(request, site, kind, kind.form(instance=entry))


@transaction.atomic
def _save(request: Request, site: Site, kind: EntryKind, entry_id: int) -> HttpResponse:
    """Save an entry and show its row. 409 with both values if someone else has changed the same ones meanwhile."""
    entry = get_object_or_404(kind.entries(site).select_for_update(), pk=entry_id)
    form = kind.form(request.POST, instance=entry)
    if not form.is_valid():
        return _show(request, site, kind, form, code=422)
    if form.edit_conflicts:
        entry.refresh_from_db()
        return _show(request, site, kind, form.rebased(entry), code=409)
    form.save()
    site.bump_version()
    messages.success(request, _("Saved."))
    return redirect(kind.url(request, entry, "-row") if is_partial(request) else _back(request, kind, entry))


def _show(request: Request, site: Site, kind: EntryKind, form: EntryForm, *, code: int = 200) -> HttpResponse:
    entry = form.instance
    context = {
        "nav": "directory",
        "form": form,
        "edit_conflicts": form.edit_conflicts,
        "kind": kind.slug,
        "columns": kind.columns if is_partial(request) else 1,  # on a page of its own it is the only cell
        "anchor": kind.anchor(entry),
        "key": str(entry.agent_id if kind is AGENT else entry.department_id),
        "back": _back(request, kind, entry),
        "row_url": kind.url(request, entry, "-row"),
        "teams": directory_names.of(site).teams,
    }
    return page(request, "directory/edit.html", context, fragment="row", status=code)


def _row(request: Request, site: Site, kind: EntryKind, entry_id: int) -> HttpResponse:
    entry = get_object_or_404(kind.entries(site), pk=entry_id)
    if not is_partial(request):
        return redirect(_back(request, kind, entry))
    context = {"entry": entry, "query": request.GET.urlencode(), "alone": True, "said": list(get_messages(request))}
    return page(request, f"directory/{kind.slug}.html", context)


def _back(request: Request, kind: EntryKind, entry: AgentEntry | DepartmentEntry) -> str:
    """The address of the entry's row in the list, with the same search."""
    return f"{reverse('directory')}{_search(request)}#{kind.anchor(entry)}"


def _search(request: Request) -> str:
    query = request.GET.urlencode()
    return f"?{query}" if query else ""

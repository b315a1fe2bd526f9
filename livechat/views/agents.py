"""The agents' board, an agent's page, and the form that sets an agent's status."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from livechat.boards import plans
from livechat.boards.agents import AgentRow
from livechat.control import guarded
from livechat.control.statuses import StatusWrite
from livechat.forms.agents import StatusForm
from livechat.live import sources
from livechat.models import Change, Preferences, Role, Site, Span
from livechat.record import audit
from livechat.sites.roles import role_required, site_required
from livechat.web import board_strips, change_lines, conflicts, lookups, plan_requests, status_menu, write_blocks
from livechat.web.responses import Request, freshness, is_partial, page, ready_answer

MAX_SPANS = 20  # on an agent's page


@require_safe
@site_required
def detail(request: Request, site: Site, agent_id: UUID) -> HttpResponse:
    """One agent: the status now, the latest statuses and changes, and the form that sets the status."""
    try:
        row, snapshot = lookups.get_agent(request, site, agent_id)
    except guarded.NotPossible as reason:
        return lookups.nothing_yet(request, "agents", reason)
    write_block = write_blocks.of(request)
    strips = board_strips.current(site) if request.seat.sees_agent_times else None
    shown = freshness(
        request, snapshot, key=(row, snapshot.state, write_block, strips), until=strips.until if strips else None
    )
    answer = ready_answer(request, shown)
    if answer:
        return answer
    spans = (
        Span.objects.filter(agent__site=site, agent__agent_id=agent_id)
        .select_related("status")
        .order_by("-began")[:MAX_SPANS]
    )
    context: dict[str, Any] = {
        "nav": "agents",
        "row": row,
        "freshness": shown,
        "strips": strips,
        "plan": plans.of(site).get(row.id),
        "spans": [change_lines.span(span) for span in spans] if request.seat.sees_agent_times else [],
        "changes": change_lines.latest(site, agent_id),
        "write_block": write_block,
    }
    if not is_partial(request):
        context |= _form_context(request, site, row, _form(request, site, row))
        context["pinned"] = Preferences.of(request.user).pinned
    return page(request, "agents/detail.html", context, fragment="facts", shown=shown)


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def status(request: Request, site: Site, agent_id: UUID) -> HttpResponse:
    """The form that sets an agent's status, with the outcome of the last change."""
    if request.method == "POST":
        return _set_status(request, agent_id)
    try:
        row, _snapshot = lookups.get_agent(request, site, agent_id)
    except guarded.NotPossible as reason:
        return lookups.nothing_yet(request, "agents", reason)
    return _show(request, site, row, _form(request, site, row))


@role_required(Role.SUPERVISOR)
def _set_status(request: Request, site: Site, agent_id: UUID) -> HttpResponse:
    try:
        row, _snapshot = lookups.get_agent(request, site, agent_id)
    except guarded.NotPossible as reason:
        return lookups.nothing_yet(request, "agents", reason)
    choices = status_menu.settable(request, site)
    form = StatusForm(request.POST, choices=choices, zone=site.zone.key)
    connection = sources.writer(site, request.user)
    if connection is None:
        return _show(request, site, row, form, code=409)
    if not form.is_valid():
        return _show(request, site, row, form, code=422)
    write = StatusWrite(row.id, row.name, form.cleaned_data["status"], form.cleaned_data["expected"])
    met = plan_requests.set_status(request, site, connection, write, form)
    if isinstance(met, guarded.Conflict):
        again = form.again(met.now, choices=choices, zone=site.zone.key)
        return _show(request, site, row, again, code=409, conflict=conflicts.of_status(met))
    if met is not None:
        form.add_error(None, met.text)
        return _show(request, site, row, form, code=met.code)
    return redirect(row.status_url)


def _form(request: Request, site: Site, row: AgentRow) -> StatusForm:
    """A new form, compared later with the status that the page shows. The address may choose a status beforehand."""
    form = StatusForm.start(row.raw_status, choices=status_menu.settable(request, site), zone=site.zone.key)
    form.initial["status"] = request.GET.get("status", "")
    return form


def _form_context(request: Request, site: Site, row: AgentRow, form: StatusForm) -> dict[str, Any]:
    change = audit.latest(site, UUID(row.id), Change.Kind.STATUS)
    return {
        "row": row,
        "plan": plans.of(site).get(row.id),
        "form": form,
        "change": change_lines.recent(change),
        "write_block": write_blocks.of(request),
    }


def _show(
    request: Request, site: Site, row: AgentRow, form: StatusForm, *, code: int = 200, conflict: Any = None
) -> HttpResponse:
    context = _form_context(request, site, row, form) | {"nav": "agents", "conflict": conflict}
    if code != 200:
        context["change"] = None
    return page(request, "agents/status.html", context, fragment="status", status=code)

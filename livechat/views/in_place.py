"""Statuses set without leaving the page, and undone there: the answer is a toast that says what became of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from livechat.boards import directory_names
from livechat.control.statuses import StatusWrite
from livechat.forms.agents import StatusForm, UndoForm
from livechat.live import snapshot_cache, sources
from livechat.models import Change, Role, Site
from livechat.sites.roles import role_required, site_required
from livechat.web import plan_requests, status_menu, toasts, write_blocks, write_requests
from livechat.web.responses import Request
from livechat.web.write_requests import NotSent


@require_POST
@role_required(Role.SUPERVISOR)
def set_status(request: Request, site: Site, agent_id: UUID) -> HttpResponse:
    """Set the status that was chosen in a badge's menu. The form is the status page's."""
    form = StatusForm(request.POST, choices=status_menu.settable(request, site), zone=site.zone.key)
    return _carry_out(request, site, agent_id, form, request.POST.get("status", ""))


@require_POST
@role_required(Role.SUPERVISOR)
def undo(request: Request, site: Site, change_id: UUID) -> HttpResponse:
    """Set the status that an agent had before a change."""
    change = get_object_or_404(site.changes, pk=change_id, kind=Change.Kind.STATUS)
    return _carry_out(request, site, change.target, UndoForm(request.POST), change.before["status"])


@require_safe
@site_required
def outcome(request: Request, site: Site, change_id: UUID) -> HttpResponse:
    """What became of a change of the user's own."""
    mine = site.changes.filter(kind=Change.Kind.STATUS, actor=request.user).prefetch_related("outcomes")
    return toasts.of_change(request, site, get_object_or_404(mine, pk=change_id))


def _carry_out(request: Request, site: Site, agent_id: UUID, form: StatusForm | UndoForm, status: str) -> HttpResponse:
    data = snapshot_cache.get(request.seat.feed, "agents", wait=0).data
    known = directory_names.of(site).including(agents=data.by_id if data else ())
    write = StatusWrite(str(agent_id), known.agent(str(agent_id)), status, request.POST.get("expected", ""))
    connection = sources.writer(site, request.user)
    if connection is None:
        block = write_blocks.of(request)
        return toasts.of_refusal(request, write, NotSent(block.text if block else "", 409))
    if not form.is_valid():
        wrong = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return toasts.of_refusal(request, write, NotSent(wrong, 422))
    if isinstance(form, StatusForm):
        met = plan_requests.set_status(request, site, connection, write, form)
    else:
        met = write_requests.carry_out(request, connection, write, form)
    if met is not None:
        return toasts.of_refusal(request, write, met)
    mine = Change.objects.prefetch_related("outcomes")
    change = mine.filter(nonce=form.cleaned_data["nonce"], actor=request.user).first()
    if change is None:
        return toasts.of_plan(request, site, write)
    return toasts.of_change(request, site, change)

"""Undoing a change: a preview, what cannot be undone, and the write, guarded like every other."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from livechat.boards import directory_names, status_styles
from livechat.comm100.records import same_status, status_kind
from livechat.control import guarded
from livechat.control.statuses import StatusWrite
from livechat.control.variables import VariablesWrite, plain, reverted
from livechat.forms.writes import WriteForm
from livechat.live import sources
from livechat.models import Change, Role, Site
from livechat.models.notes import Code
from livechat.sites.roles import role_required
from livechat.views import variables
from livechat.views.variables import preview
from livechat.web import change_lines, conflicts, lookups, write_blocks, write_requests
from livechat.web.responses import Request, page

ADDED_STAYS = gettext_noop("“%(name)s” was added by this change and stays: Comm100 cannot remove a variable.")


@dataclass(frozen=True)
class Reversal:
    """How one change is undone: the write that does it, and what the page says about it.

    `shown`: the present state as the page shows it. `rows`: what would change (name, now, after, kind). `stays`: what
    cannot be undone, in sentences. `url`: the target's own form, which shows the outcome.
    """

    write: guarded.Write
    shown: Any
    rows: list[tuple[str, str, str, str]]
    stays: list[str]
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def undo(request: Request, site: Site, change_id: UUID) -> HttpResponse:
    """Preview how a change is undone, give a reason, and undo it."""
    change = get_object_or_404(site.changes.prefetch_related("outcomes"), pk=change_id)
    form = WriteForm(request.POST) if request.method == "POST" else None
    try:
        reversal = _reversal(request, site, change, form)
    except guarded.NotPossible as reason:
        return lookups.nothing_yet(request, "changes", reason)
    if form is None:
        return _show(
            request,
            site,
            change,
            reversal,
            WriteForm.start(json.dumps(reversal.shown), reason=change_lines.undo_reason(change)),
        )
    connection = sources.writer(site, request.user)
    if connection is None:
        return _show(request, site, change, reversal, form, code=409)
    if not form.is_valid() or not reversal.rows:
        return _show(request, site, change, reversal, form, code=422)
    met = write_requests.carry_out(request, connection, reversal.write, form)
    if isinstance(met, guarded.Conflict):
        form, shown = form.again(json.dumps(met.now)), conflicts.of(met, change.kind)
        return _show(request, site, change, _reversal(request, site, change, form), form, code=409, conflict=shown)
    if met is not None:
        form.add_error(None, met.text)
        return _show(request, site, change, reversal, form, code=met.code)
    return redirect(reversal.url)


def _reversal(request: Request, site: Site, change: Change, form: WriteForm | None) -> Reversal:
    """How a change is undone; with a form, compared with what the form showed. Raises Missing, NotPossible."""
    posted = None if form is None else form.data.get("expected", "")
    if change.kind == Change.Kind.STATUS:
        return _status(request, site, change, posted)
    return _variables(request, site, change, posted)


def _status(request: Request, site: Site, change: Change, posted: str | None) -> Reversal:
    row, _snapshot = lookups.get_agent(request, site, change.target)
    shown, before = _text(posted) or row.raw_status, change.before["status"]
    offline = status_kind(before) == "offline"
    rows = []
    if not offline and not same_status(shown, before):
        now_label, back_label = (str(status_styles.of_agent(status).label) for status in (shown, before))
        rows = [(_("Status"), now_label, back_label, "changed")]
    stays = [str(Code.WAS_OFFLINE.label)] if offline else []
    return Reversal(StatusWrite(row.id, row.name, before, shown), shown, rows, stays, row.status_url)


def _text(posted: str | None) -> str:
    """The status in the form's hidden field; empty if the field was tampered with."""
    try:
        return msgspec.json.decode(posted or '""', type=str)
    except msgspec.DecodeError:
        return ""


def _variables(request: Request, site: Site, change: Change, posted: str | None) -> Reversal:
    row = lookups.get_visitor(request, site, change.target)[0]
    edits, added = reverted(change.before["variables"], change.asked["variables"])
    shown = variables.expected_from(posted) if posted is not None else plain(row.record.custom_variables)
    shown = plain(row.record.custom_variables) if shown is None else shown
    edits = [item for item in edits if item not in shown]
    return Reversal(
        write=VariablesWrite(row.id, row.name, edits, shown),
        shown=shown,
        rows=[line for line in preview(shown, edits) if line[3] != "same"],
        stays=[_(ADDED_STAYS) % {"name": name} for name in added],
        url=reverse("visitor-variables", args=[row.id]),
    )


def _show(
    request: Request,
    site: Site,
    change: Change,
    reversal: Reversal,
    form: WriteForm,
    *,
    code: int = 200,
    conflict: Any = None,
) -> HttpResponse:
    context = {
        "nav": "changes",
        "line": change_lines.entry(change, directory_names.of(site), addresses=False),
        "preview": reversal.rows,
        "stays": reversal.stays,
        "back_url": reversal.url,
        "form": form,
        "conflict": conflict,
        "write_block": write_blocks.of(request),
    }
    return page(request, "changes/undo.html", context, status=code)

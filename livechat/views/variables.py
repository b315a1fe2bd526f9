"""The editor of a visitor's custom variables: edit, preview, send."""

import json
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from livechat.boards.visitors import VisitorRow
from livechat.control import guarded
from livechat.control.variables import FIXED, SAME, VariablesWrite, merged, plain
from livechat.forms.visitors import BaseVariables, VariableFormSet
from livechat.forms.writes import WriteForm
from livechat.live import sources
from livechat.models import Change, Role, Site
from livechat.record import audit
from livechat.sites.roles import role_required, site_required
from livechat.web import change_lines, conflicts, lookups, variable_names, write_blocks, write_requests
from livechat.web.responses import Request, page

Variables = list[dict[str, str]]


class _Shown(msgspec.Struct):
    """One variable as the form showed it."""

    name: str
    value: str
    url: str


def _context(request: Request, site: Site, row: VisitorRow, **extra: Any) -> dict[str, Any]:
    """What the editor shows; by default, a new form for the visitor's present variables."""
    shown, names = plain(row.record.custom_variables), row.record.fixed_variables
    made: dict[str, Any] = {
        "nav": "visitors",
        "row": row,
        "variables_url": reverse("visitor-variables", args=[row.id]),
        "formset": VariableFormSet(initial=[item for item in shown if item["name"] not in names]),
        "fixed": [(item["name"], conflicts.value(item)) for item in shown if item["name"] in names],
        "guard": WriteForm.start(json.dumps(shown)),
        "names": variable_names.offered(request, site),
        "preview": None,
        "conflict": None,
        "change": change_lines.recent(audit.latest(site, UUID(row.id), Change.Kind.VARIABLES)),
        "write_block": write_blocks.of(request),
    }
    return made | extra


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def variables(request: Request, site: Site, visitor_id: UUID) -> HttpResponse:
    """The editor on a page of its own, with the outcome of the last change."""
    try:
        row = lookups.get_visitor(request, site, visitor_id)[0]
    except guarded.NotPossible as reason:
        return lookups.nothing_yet(request, "visitors", reason)
    if request.method == "POST":
        return _step(request, row)
    return _show(request, site, row)


@role_required(Role.SUPERVISOR)
def _step(request: Request, site: Site, row: VisitorRow) -> HttpResponse:
    """One step of the editor: another row, the preview, back to editing, or sending."""
    formset, guard = VariableFormSet(request.POST), WriteForm(request.POST)
    expected = expected_from(request.POST.get("expected", ""))
    known = guard.is_valid() or set(guard.errors) == {"reason"}
    if expected is None or not known or not formset.management_form.is_valid():
        return _show(request, site, row, code=422)
    step = request.POST.get("step", "preview")
    if step == "more":
        return _show(request, site, row, formset=_longer(request, formset), guard=guard)
    if not formset.is_valid() or not guard.is_valid():
        return _show(request, site, row, formset=formset, guard=guard, code=422)
    edits = [item for item in formset.asked() if item not in expected]
    refusal = SAME if not edits else FIXED if {item["name"] for item in edits} & {*row.record.fixed_variables} else None
    if refusal:
        formset.non_form_errors().append(str(refusal))
        return _show(request, site, row, formset=formset, guard=guard, code=422)
    if step == "edit":
        return _show(request, site, row, formset=formset, guard=guard)
    if step != "send":
        return _show(request, site, row, formset=formset, guard=guard, preview=preview(expected, edits))
    return _send(request, site, row, formset, guard, VariablesWrite(row.id, row.name, edits, expected))


def _send(
    request: Request, site: Site, row: VisitorRow, formset: BaseVariables, guard: WriteForm, write: VariablesWrite
) -> HttpResponse:
    connection = sources.writer(site, request.user)
    if connection is None:
        return _show(request, site, row, formset=formset, guard=guard, code=409)
    met = write_requests.carry_out(request, connection, write, guard)
    if isinstance(met, guarded.Conflict):
        return _show(
            request, site, row, formset=formset, code=409, guard=guard.again(json.dumps(met.now)),
            preview=preview(met.now, write.edits), conflict=conflicts.of_variables(met),
        )  # fmt: skip
    if met is not None:
        formset.non_form_errors().append(met.text)
        return _show(request, site, row, formset=formset, guard=guard, code=met.code)
    return redirect("visitor-variables", row.id)


def expected_from(text: str) -> Variables | None:
    """What the form showed, from its hidden field. None if the field was tampered with."""
    try:
        shown = msgspec.json.decode(text, type=list[_Shown])
    except msgspec.DecodeError:
        return None
    return [msgspec.structs.asdict(item) for item in shown]


def _longer(request: Request, typed: BaseVariables) -> BaseVariables:
    """The form as typed, with one more empty row."""
    data = request.POST.copy()
    data["form-TOTAL_FORMS"] = str(typed.total_form_count() + 1)
    formset = VariableFormSet(data)
    formset.is_valid()
    return formset


def preview(present: Variables, edits: Variables) -> list[tuple[str, str, str, str]]:
    """What would change: (name, before, after, added | changed | same) for the whole set."""
    before = {item["name"]: item for item in present}
    rows = []
    for item in merged(present, edits):
        old = before.get(item["name"])
        kind = "added" if old is None else "same" if old == item else "changed"
        rows.append((item["name"], conflicts.value(old) if old else "", conflicts.value(item), kind))
    return rows


def _show(request: Request, site: Site, row: VisitorRow, *, code: int = 200, **extra: Any) -> HttpResponse:
    if extra:
        extra.setdefault("change", None)
    return page(
        request,
        "visitors/variables.html",
        _context(request, site, row, **extra),
        fragment="variables",
        status=code,
    )

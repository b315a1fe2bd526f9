"""One custom variable, edited in its row on the visitor's page: the answer is the row, with what became of it."""

import json
import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from livechat.boards.visitors import VisitorRow
from livechat.control import guarded
from livechat.control.variables import FIXED, SAME, VariablesWrite
from livechat.forms.visitors import VariableRowForm
from livechat.forms.writes import FORGED, WriteForm
from livechat.live import sources
from livechat.models import Role, Site
from livechat.sites.roles import role_required, site_required
from livechat.views.variables import expected_from
from livechat.web import conflicts, lookups, variable_rows, write_blocks, write_requests
from livechat.web.responses import Missing, Request, page
from livechat.web.variable_rows import Item, Moved, Row, Told
from livechat.web.write_requests import NotSent

_NEW_ROW = re.compile(r"variable-new-\d{1,9}")


@require_http_methods(["GET", "HEAD", "POST"])
@site_required
def variable(request: Request, site: Site, visitor_id: UUID) -> HttpResponse:
    """A row as it is now, or one edit sent from it."""
    if request.method == "POST":
        return _edit(request, visitor_id)
    wanted = request.GET.get("row", "")
    row = next((row for row in _rows(request, site, visitor_id) if row.id == wanted), None)
    if row is None:
        raise Http404
    return _answer(request, visitor_id, row)


@role_required(Role.SUPERVISOR)
def _edit(request: Request, site: Site, visitor_id: UUID) -> HttpResponse:
    expected, guard = expected_from(request.POST.get("expected", "")), WriteForm(request.POST)
    form = VariableRowForm(request.POST, names={item["name"] for item in expected or ()})
    asked = {key: request.POST.get(key, "") for key in ("name", "value", "url")}
    if expected is None or not guard.is_valid():
        return _not_sent(request, site, visitor_id, asked, NotSent(str(FORGED), 422))
    if not form.is_valid():
        wrong = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return _not_sent(request, site, visitor_id, asked, NotSent(wrong, 422, plain=True), state="invalid")
    asked = form.asked()
    try:
        visitor = lookups.get_visitor(request, site, visitor_id)[0]
    except Missing as missing:
        return _not_sent(request, site, visitor_id, asked, NotSent(str(missing), 404))
    except guarded.NotPossible as reason:
        return _not_sent(request, site, visitor_id, asked, NotSent(str(reason.message), 422))
    refusal = SAME if asked in expected else FIXED if asked["name"] in visitor.record.fixed_variables else None
    if refusal:
        return _not_sent(request, site, visitor_id, asked, NotSent(str(refusal), 422, plain=True))
    return _send(request, site, visitor, asked, guard, expected)


def _send(
    request: Request, site: Site, visitor: VisitorRow, asked: Item, guard: WriteForm, expected: list[Item]
) -> HttpResponse:
    visitor_id = UUID(visitor.id)
    connection = sources.writer(site, request.user)
    if connection is None:
        block = write_blocks.of(request)
        return _not_sent(request, site, visitor_id, asked, NotSent(block.text if block else "", 409))
    write = VariablesWrite(visitor.id, visitor.name, [asked], expected)
    met = write_requests.carry_out(request, connection, write, guard)
    if isinstance(met, guarded.Conflict):
        return _conflict(request, site, visitor_id, asked, met)
    if met is not None:
        return _not_sent(request, site, visitor_id, asked, met)
    return _answer(request, visitor_id, _row_of(request, site, visitor_id, asked))


def _rows(request: Request, site: Site, visitor_id: UUID) -> list[Row]:
    """The rows now. If the visitor has left, those whose outcome the record still tells."""
    try:
        row, snapshot, _gone = lookups.get_visitor(request, site, visitor_id)
    except (Missing, guarded.NotPossible):
        return variable_rows.of(site, visitor_id, None, None)
    return variable_rows.of(site, visitor_id, row.record, snapshot.checked)


def _row_of(request: Request, site: Site, visitor_id: UUID, asked: Item) -> Row:
    """The row of a name; if there is none, one without a value."""
    found = (row for row in _rows(request, site, visitor_id) if row.name == asked["name"])
    return next(found, None) or _blank(asked)


def _blank(asked: Item) -> Row:
    """The row of a variable that is not there."""
    name = asked["name"]
    return Row(variable_rows.row_id(name), name, variable_rows.shown({"name": name}))


def _not_sent(
    request: Request, site: Site, visitor_id: UUID, asked: Item, why: NotSent, *, state: str = "unsent"
) -> HttpResponse:
    """The row, with why nothing was sent. The page answers 422 to a database that cannot be written, too."""
    told = Told(state, conflicts.value(asked), message=why.text, plain=why.plain, again=_again(request, asked))
    row = _blank(asked) if request.POST.get("new") else _row_of(request, site, visitor_id, asked)
    row = replace(row, told=told)
    return _answer(request, visitor_id, row, status=why.code if why.code in (404, 409) else 422)


def _again(request: Request, asked: Item) -> str:
    """What trying again sends: if a conflict was seen before, with what was seen there."""
    seen = {"override": True, "expected": request.POST.get("expected", "")} if request.POST.get("override") else {}
    return json.dumps(asked | seen)


def _conflict(request: Request, site: Site, visitor_id: UUID, asked: Item, met: guarded.Conflict) -> HttpResponse:
    """The row as Comm100 has it now, what was changed meanwhile, and what setting it anyway sends."""
    now = next((item for item in met.now if item["name"] == asked["name"]), None)
    moved = sorted(_moved(met.saw, met.now), key=lambda each: each.name != asked["name"])
    again: dict[str, Any] = asked | {"override": True, "expected": json.dumps(met.now)}
    told = Told("conflict", conflicts.value(asked), again=json.dumps(again), moved=moved)
    row = replace(_row_of(request, site, visitor_id, asked), item=now, told=told)
    if now:
        row = replace(row, shown=variable_rows.shown(now))
    return _answer(request, visitor_id, row, status=409)


def _moved(saw: list[Item], now: list[Item]) -> list[Moved]:
    """What is not as it was seen, each name once."""
    old, new = ({item["name"]: item for item in state} for state in (saw, now))
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    in_words = ({name: conflicts.value(state[name]) for name in names if name in state} for state in (old, new))
    before, after = in_words
    return [Moved(name, before.get(name), after.get(name)) for name in names]


def _answer(request: Request, visitor_id: UUID, row: Row, *, status: int = 200) -> HttpResponse:
    """The row by itself. That of a variable being added takes the place of the one that asked."""
    new = request.POST.get("row", "")
    context = {
        "variable": replace(row, id=new) if _NEW_ROW.fullmatch(new) else row,
        "variables_url": reverse("visitor-variables", args=[visitor_id]),
        "row_url": request.path,
        "write_block": write_blocks.of(request),
    }
    return page(request, "visitors/variable_row.html", context, status=status)

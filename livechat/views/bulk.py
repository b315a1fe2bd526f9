"""Bulk changes of agents' statuses: choose, preview, start, watch the progress, cancel, undo."""

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from livechat.boards import agents, directory_names, plans, status_styles
from livechat.boards.agents import AgentRow
from livechat.boards.directory_names import Names
from livechat.boards.status_styles import StatusStyle
from livechat.comm100.records import same_status
from livechat.comm100.text import MAX_STATUS_CHARS, clean
from livechat.control import bulk
from livechat.control.bulk import Pick
from livechat.control.guarded import NotRecorded
from livechat.forms.agents import AgentFilter, BulkForm
from livechat.live import snapshot_cache, sources
from livechat.models import BulkItem, BulkRun, Change, Role, Site
from livechat.record import audit
from livechat.sites.roles import role_required
from livechat.web import change_lines, lookups, plan_requests, write_blocks
from livechat.web.responses import Request, is_partial, page
from livechat.web.write_blocks import WriteBlock

MAX_AGENTS = 500  # of one bulk change: its form has a field for each
MAX_ADDRESS_CHARS = 3500  # gunicorn refuses a request's first line from 4094 on, with a bare page
State = BulkItem.State
STATE_TONES = {State.WAITING: "blue", State.SKIPPED: "yellow", State.CANCELLED: "neutral"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An agent chosen for a bulk change, with the status shown, and whether the agent has the one asked for already."""

    row: AgentRow
    expected: StatusStyle
    same: bool

    @property
    def field(self) -> str:
        """What the form sends for the agent."""
        return f"{self.row.id} {self.row.raw_status}"


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def new(request: Request, site: Site) -> HttpResponse:
    """Choose agents, the status and the reason, preview, and start."""
    data = snapshot_cache.get(request.seat.feed, "agents").data
    known = directory_names.of(site)
    writable = agents.settable_statuses(known, data)
    rows = agents.rows(data, known) if data else []
    if request.method != "POST":
        chosen = _chosen(request, rows, AgentFilter(request.GET, custom=writable[2:], teams=known.teams))
        return _show(request, site, chosen, BulkForm.start(writable, site.zone.key))
    if request.POST.get("step") == "choose":
        return _choose(request, site, rows, BulkForm.start(writable, site.zone.key))
    seen = _seen(request, rows)
    chosen = [row for row in rows if row.id in seen]
    form = BulkForm(_with_nonce(request), choices=writable, zone=site.zone.key)
    connection = sources.writer(site, request.user)
    started, previewed = request.POST.get("step") == "start", request.POST.get("previewed")
    if form.is_valid() and connection and (why := plan_requests.refusal(site, connection, form.plan)):
        form.add_error("until", why)
    if not form.is_valid() or not chosen or connection is None:
        kept = form.cleaned_data.get("status", "") if previewed else ""
        return _show(request, site, chosen, form, asked=kept, code=422)
    asked = form.cleaned_data
    if not started or previewed != asked["status"]:
        return _show(request, site, chosen, form, asked=asked["status"], code=409 if started else 200)
    ids = [row.id for row in chosen]
    # An agent that left since is reported, not dropped.
    ids += [key for key in seen if key not in ids and key in known.agents]
    called = {row.id: row.name for row in chosen}
    picks = [Pick(key, called.get(key) or known.agent(key), seen[key], asked["status"]) for key in ids]
    try:
        run = bulk.start(request.user, connection, picks, nonce=asked["nonce"], reason=asked["reason"], until=form.plan)
    except NotRecorded as reason:
        form.add_error(None, str(reason.message))
        return _show(request, site, chosen, form, asked=asked["status"], code=503)
    return _to_run(request, run)


def _seen(request: Request, rows: list[AgentRow]) -> dict[str, str]:
    """The agents of the form, with the status that it showed. The board's bar sends boxes: the preview shows them."""
    if is_partial(request) and request.POST.get("step") == "preview":
        checked = set(request.POST.getlist("agent"))
        return {row.id: row.raw_status for row in [row for row in rows if row.id in checked][:MAX_AGENTS]}
    fields = (field.partition(" ") for field in request.POST.getlist("pick")[:MAX_AGENTS])
    return {key: clean(status, MAX_STATUS_CHARS) for key, _space, status in fields}


def _with_nonce(request: Request) -> QueryDict:
    """What was sent. The board's bar gets its nonce with the preview, since one page makes many changes."""
    if "nonce" in request.POST or not is_partial(request):
        return request.POST
    data = request.POST.copy()
    data["nonce"] = secrets.token_urlsafe(24)
    return data


def _to_run(request: Request, run: BulkRun) -> HttpResponse:
    address = reverse("bulk-run", args=[run.pk])
    return redirect(f"{address}?bar=1" if is_partial(request) else address)


def _choose(request: Request, site: Site, rows: list[AgentRow], form: BulkForm) -> HttpResponse:
    """Redirect to the address of the checked agents, or show their page at once if the address would be too long."""
    checked = set(request.POST.getlist("agent"))
    chosen = [row for row in rows if row.id in checked]
    named = ",".join(row.short_id for row in chosen)
    address = f"{request.path}?boxes=1&agent={named}"
    return redirect(address) if len(address) <= MAX_ADDRESS_CHARS else _show(request, site, chosen, form)


def _chosen(request: Request, rows: list[AgentRow], filters: AgentFilter) -> list[AgentRow]:
    """The agents that the address names, or that its filters leave on the board. An invalid filter leaves none."""
    if "boxes" in request.GET:
        marks = agents.by_mark(rows)
        named = {marks[mark].id for mark in ",".join(request.GET.getlist("agent")).split(",") if mark in marks}
        return [row for row in rows if row.id in named]
    if not filters.is_valid():
        return []
    shown = (row for row in rows if not row.hidden)
    return agents.filtered(shown, **{name: filters.cleaned_data[name] for name in ("q", "status", "team")})


def _show(
    request: Request, site: Site, rows: list[AgentRow], form: BulkForm, *, asked: str = "", code: int = 200
) -> HttpResponse:
    choices = [Choice(row, row.style, same_status(row.raw_status, asked)) for row in rows[:MAX_AGENTS]]
    change = [choice for choice in choices if not choice.same]
    write_block = write_blocks.of(request)
    context = {
        "nav": "agents",
        "choices": choices,
        "left_out": max(0, len(rows) - MAX_AGENTS),
        "max_agents": MAX_AGENTS,
        "form": form,
        "asked": status_styles.of_agent(asked) if asked else None,
        "previewed": asked,
        "plan": plans.asked(site, asked, form.plan.then, form.plan.due) if asked and form.plan else None,
        "unseen": code == 409,
        "changing": len(change),
        "same": len(choices) - len(change),
        "busy": [choice.row for choice in change if choice.row.chats],
        "write_block": write_block,
    }
    if is_partial(request):
        errors = [str(error) for found in form.errors.values() for error in found] if form.is_bound else []
        context |= {"problems": errors or _problem(choices, write_block), "nonce": form["nonce"].value()}
        return page(request, "agents/bulk_preview.html", context, fragment="preview", status=code)
    return page(request, "agents/bulk.html", context, status=code)


def _problem(choices: list[Choice], write_block: WriteBlock | None) -> list[str | Promise]:
    """Why the bar can go no further."""
    if write_block:
        return [write_block.text]
    return [] if choices else [_("No agent is chosen")]


@dataclass(frozen=True, slots=True)
class Line:
    """An agent of a bulk change, and its outcome."""

    id: str
    name: str
    before: str | Promise
    status: str | Promise
    label: str | Promise
    tone: str
    message: str


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Role.SUPERVISOR)
def run(request: Request, site: Site, run_id: int) -> HttpResponse:
    """A bulk change's progress; cancel it, or undo it after it has ended. Opening the page makes it go on."""
    found = get_object_or_404(site.bulk_runs.select_related("undoes", "undone_by"), pk=run_id)
    if request.method == "POST":
        return _act(request, site, found)
    if found.ended is None:
        bulk.go_on(found.pk)
    template = "agents/bulk_progress.html" if "bar" in request.GET and is_partial(request) else "agents/bulk_run.html"
    return page(request, template, _context(request, site, found), fragment="progress")


def _act(request: Request, site: Site, found: BulkRun) -> HttpResponse:
    step, connection = request.POST.get("step"), sources.writer(site, request.user)
    if step == "cancel":
        bulk.cancel(found)
    elif step == "undo" and found.ended and connection is not None:
        try:
            found = bulk.undo(found, request.user, connection, nonce=secrets.token_urlsafe(24))
        except NotRecorded as reason:
            return lookups.nothing_yet(request, "agents", reason)
    return _to_run(request, found)


def _context(request: Request, site: Site, found: BulkRun) -> dict[str, Any]:
    items = found.items.select_related("change").prefetch_related("change__outcomes")
    known, planned = directory_names.of(site), found.plans.first()
    lines = [_line(item, known) for item in items]
    done = sum(item.state != State.WAITING for item in items)
    tally = Counter((str(line.label), line.tone) for line in lines)
    return {
        "nav": "agents",
        "run": found,
        "lines": lines,
        "done": done,
        "total": len(lines),
        "tally": [(label, tone, count) for (label, tone), count in tally.items()],
        "plan": planned and plans.shown(planned, site),
        "undone_by": getattr(found, "undone_by", None),
        "can_undo": found.ended and any(item.state == State.TAKEN for item in items),
        "write_block": write_blocks.of(request),
    }


def _line(item: BulkItem, known: Names) -> Line:
    label: str | Promise
    if item.change is None:
        label, tone, message = item.get_state_display(), STATE_TONES.get(State(item.state), "neutral"), item.words
    else:
        result, message = audit.standing(item.change)
        label, tone = change_lines.OUTCOME_LABELS[result]
    before = item.change.before["status"] if item.change else item.expected
    return Line(
        id=str(item.agent_id),
        name=change_lines.named(Change.Kind.STATUS, str(item.agent_id), item.name, known),
        before=status_styles.of_agent(before).label,
        status=status_styles.of_agent(item.status).label,
        label=label,
        tone=tone,
        message=message,
    )

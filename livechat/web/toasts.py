"""What became of a status that was set in place: a toast, which replaces the one that the page made when it asked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from livechat.boards import directory_names, plans, status_styles
from livechat.boards.plans import Planned
from livechat.comm100.records import status_kind
from livechat.control.guarded import Conflict
from livechat.control.statuses import StatusWrite
from livechat.models import Change, Outcome, Site
from livechat.web import change_lines
from livechat.web.responses import Request, page
from livechat.web.write_requests import NotSent

Result = Outcome.Result
STATES: dict[str, str] = {
    "": "asking",
    Result.SENT: "asking",
    Result.CONFIRMED: "confirmed",
    Result.NOT_VISIBLE: "unseen",
    Result.UNKNOWN: "unknown",
    Result.REFUSED: "refused",
}


@dataclass(frozen=True, slots=True)
class Form:
    """What a button of a toast sends: where to, and the hidden fields. `before` and `after` are statuses in words."""

    url: str
    before: str | Promise
    after: str | Promise
    fields: dict[str, str]
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclass(frozen=True, slots=True)
class Toast:
    """A toast. `nonce` is that of the form it answers.

    `state`: asking, confirmed, unseen (sent, not shown yet), unknown, refused (by Comm100), unsent or conflict.
    `before` and `after`: from which status to which, in words. `message`: why, a sentence. `poll`: where its outcome
    comes from while it is open. `undo` and `again`: what its button sends. `now` and `asked`: in a conflict the status
    that is there now, and the one that was asked for. `typed`: of a plan, what was
    typed. `plan`: what is planned for the agent. `choose`: whether its button opens the menu again. `at`: when it was
    asked for.
    """

    nonce: str
    agent: str
    name: str
    state: str
    before: str | Promise = ""
    after: str | Promise = ""
    message: str | Promise = ""
    plain: bool = False
    poll: str = ""
    undo: Form | None = None
    again: Form | None = None
    now: str = ""
    asked: str = ""
    reason: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    plan: Planned | None = None
    choose: bool = False
    at: datetime | None = None

    @property
    def now_label(self) -> str | Promise:
        """The status that is there now, in words."""
        return status_styles.of_agent(self.now).label

    @property
    def set_url(self) -> str:
        """Where another choice for this agent is sent."""
        return reverse("agent-set", args=[self.agent])

    @property
    def agent_url(self) -> str:
        """The agent's page."""
        return reverse("agent-detail", args=[self.agent])


def of_change(request: Request, site: Site, change: Change) -> HttpResponse:
    """What is known of a change, with its undo; while it is open, the toast asks again."""
    line = change_lines.line(change)
    state = STATES[line.outcome]
    again = None
    if state == "refused":
        asked = {"status": change.asked["status"], "expected": change.before["status"], "reason": change.reason}
        again = Form(reverse("agent-set", args=[line.target]), line.before, line.asked, asked)
    toast = Toast(
        nonce=change.nonce,
        agent=line.target,
        name=change_lines.named(change.kind, line.target, change.target_name, directory_names.of(site)),
        state=state,
        before=line.before,
        after=line.asked,
        message=line.message,
        poll=reverse("change-outcome", args=[change.pk]) if state == "asking" else "",
        undo=_undo(change, line) if state in ("confirmed", "unseen") else None,
        again=again,
        plan=plans.of(site).get(line.target),
        at=line.when,
    )
    return page(request, "agents/toast.html", {"toast": toast})


def of_plan(request: Request, site: Site, write: StatusWrite) -> HttpResponse:
    """That a plan was stored for an agent who has its first status already: nothing was sent."""
    plan = plans.of(site).get(write.agent_id)
    toast = Toast(request.POST.get("nonce", ""), write.agent_id, write.target_name, "planned", plan=plan)
    return page(request, "agents/toast.html", {"toast": toast})


def _undo(change: Change, line: change_lines.Line) -> Form | None:
    """What undoes a change; None if the agent was offline before, which nobody can set."""
    if status_kind(change.before["status"]) == "offline":
        return None
    fields = {"expected": change.asked["status"], "reason": change_lines.undo_reason(change)}
    return Form(reverse("change-undo-set", args=[change.pk]), line.asked, line.before, fields)


def of_refusal(request: Request, write: StatusWrite, met: Conflict | NotSent) -> HttpResponse:
    """Why nothing was sent. A conflict says what the status is now; anything else can be tried again."""
    before, after = (status_styles.of_agent(status).label for status in (write.expected, write.status))
    toast = Toast(request.POST.get("nonce", ""), write.agent_id, write.target_name, "unsent", before, after)
    typed = {name: request.POST[name] for name in ("until", "then") if name in request.POST}
    toast = replace(toast, asked=write.status, reason=request.POST.get("reason", ""), typed=typed)
    if isinstance(met, Conflict):
        toast = replace(toast, state="conflict", now=met.now, choose=True)
        return page(request, "agents/toast.html", {"toast": toast}, status=409)
    if met.code == 422 and typed.get("until"):  # the same would be refused again
        toast = replace(toast, message=met.text, plain=met.plain, now=write.expected, choose=True)
        return page(request, "agents/toast.html", {"toast": toast}, status=met.code)
    kept = {name: request.POST[name] for name in ("status", "expected", "reason", "override") if name in request.POST}
    again = Form(request.path, before, after, kept | typed)
    toast = replace(toast, message=met.text, plain=met.plain, again=again)
    return page(request, "agents/toast.html", {"toast": toast}, status=met.code)

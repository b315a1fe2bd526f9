"""Entries of the record in words, for the pages of agents, visitors and changes, and for the CSV."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from livechat.boards import status_styles
from livechat.boards.directory_names import Names
from livechat.comm100.errors import Comm100Error
from livechat.control.guarded import NotPossible
from livechat.lib import short_ids
from livechat.lib.epoch import moment_of
from livechat.lib.vault import CannotOpen
from livechat.live import budget
from livechat.models import BulkItem, Change, LinkEvent, Outcome, PlanEvent, Site, Span
from livechat.record import audit
from livechat.record.change_log import LINKS, OUTSIDE, PLANS, Entry
from livechat.web import conflicts

Result = Outcome.Result
RECENT_WITHIN = timedelta(minutes=5)
MAX_LATEST = 5  # changes on an agent's or a visitor's page
OUTCOME_LABELS: dict[str, tuple[str | Promise, str]] = {
    "": (gettext_lazy("Being sent"), "blue"),
    Result.SENT: (gettext_lazy("Sent, being verified"), "blue"),
    Result.CONFIRMED: (gettext_lazy("Confirmed"), "green"),
    Result.REFUSED: (gettext_lazy("Refused"), "red"),
    Result.NOT_VISIBLE: (gettext_lazy("Not visible yet"), "yellow"),
    Result.UNKNOWN: (gettext_lazy("Outcome unknown"), "yellow"),
    OUTSIDE: (gettext_lazy("Changed outside"), "neutral"),
}
PLAN_TONES = {"planned": "blue", "sent": "green", "cancelled": "neutral"}  # late, skipped: yellow


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of the record as pages show it."""

    id: str
    when: datetime
    actor: str
    slug: str
    kind: str | Promise
    target: str
    target_name: str
    before: str
    asked: str
    outcome: str
    outcome_label: str | Promise
    tone: str
    message: str = ""
    reason: str = ""
    override: bool = False
    after: str = ""
    bulk_url: str = ""

    @property
    def undo_url(self) -> str:
        """The page that undoes it; empty if it never took effect, is still open, or was not done here."""
        done = self.outcome in (Result.CONFIRMED, Result.NOT_VISIBLE, Result.UNKNOWN)
        return reverse("change-undo", args=[self.id]) if done else ""

    @property
    def pending(self) -> bool:
        """Whether it is still being sent or verified."""
        return self.outcome in ("", Result.SENT)


def line(change: Change) -> Line:
    """A change with its outcome."""
    result, message = audit.standing(change)
    label, tone = OUTCOME_LABELS[result]
    after = next((row.after for row in reversed(change.outcomes.all()) if row.after is not None), None)
    return Line(
        id=str(change.pk),
        when=change.created,
        actor=change.actor_name,
        slug=change.kind,
        kind=change.get_kind_display(),
        target=str(change.target),
        target_name=change.target_name,
        before=state_in_words(change.before, change.asked),
        asked=state_in_words(change.asked, change.before),
        outcome=result,
        outcome_label=label,
        tone=tone,
        message=message,
        reason=change.reason,
        override=change.override,
        after=state_in_words(after, change.before) if after else "",
        bulk_url=_bulk(change),
    )


def _bulk(change: Change) -> str:
    """The page of the bulk change that a change was part of; empty if there is none."""
    item: BulkItem | None = getattr(change, "bulk_item", None)
    return reverse("bulk-run", args=[item.run_id]) if item else ""


def entry(found: Entry, known: Names, *, addresses: bool) -> Line:
    """An entry of the record: a change made here, one seen outside, or an event of a plan, link, token or channel.

    `addresses`: whether to show the addresses of links' screens and of people.
    """
    if isinstance(found, Change):
        return replace(line(found), target_name=named(found.kind, str(found.target), found.target_name, known))
    if isinstance(found, LinkEvent):
        return _of_link(found, addresses=addresses)
    if isinstance(found, PlanEvent):
        return _of_plan(found, known)
    label, tone = OUTCOME_LABELS[OUTSIDE]
    return Line(
        id=str(found.pk),
        when=moment_of(found.began),
        actor="",
        slug=Change.Kind.STATUS,
        kind=Change.Kind.STATUS.label,
        target=str(found.agent.agent_id),
        target_name=known.agent(str(found.agent.agent_id)),
        before=state_in_words({"status": found.was.name if found.was else ""}, {}),
        asked=state_in_words({"status": found.status.name}, {}),
        outcome=OUTSIDE,
        outcome_label=label,
        tone=tone,
    )


def _of_plan(found: PlanEvent, known: Names) -> Line:
    due = date_format(timezone.localtime(found.due), "j M Y H:i")
    return Line(
        id=str(found.pk),
        when=found.at,
        actor=found.actor_name,
        slug=PLANS,
        kind=gettext_lazy("Planned status"),
        target=str(found.target),
        target_name=named(Change.Kind.STATUS, str(found.target), found.target_name, known),
        before=state_in_words({"status": found.status}, {}),
        asked=_("%(status)s at %(time)s") % {"status": state_in_words({"status": found.then}, {}), "time": due},
        outcome=PLANS,
        outcome_label=found.get_what_display(),
        tone=PLAN_TONES.get(found.what, "yellow"),
        message=found.words,
        reason=found.reason,
    )


def _of_link(found: LinkEvent, *, addresses: bool) -> Line:
    what = str(found.get_what_display())
    if found.of_token:
        kind, name = gettext_lazy("Read token"), found.label
    elif found.of_channel:
        kind, name = gettext_lazy("Alert channel"), found.label
    elif found.of_hook:
        kind, name = gettext_lazy("Address for hints"), ""
    elif found.link:
        kind, name = gettext_lazy("Wall link"), f"{found.label} ({found.wall_title})"
    else:
        kind, name = gettext_lazy("Wall message"), found.wall_title or _("All walls")
    return Line(
        id=str(found.pk),
        when=found.at,
        actor=found.actor_name,
        slug=LINKS,
        kind=kind,
        target=str(found.link),
        target_name=name,
        before="",
        asked=f"{what}: {found.words}" if found.words else what,
        outcome=LINKS,
        outcome_label="",
        tone="neutral",
        message=_("from %(address)s") % {"address": found.address} if addresses and found.address else "",
    )


def named(kind: str, target: str, name: str, known: Names) -> str:
    """A name as it was recorded. If that was a part of an agent's GUID, what the agent is called now."""
    return known.agent(target) if kind == Change.Kind.STATUS and short_ids.means(name, target) else name


def state_in_words(state: dict[str, Any], other: dict[str, Any]) -> str:
    """A state in words: a status, or the variables in which it differs from the other state."""
    if "status" in state:
        return str(status_styles.of_agent(state["status"]).label)
    there = other.get("variables", [])
    parts = [f"{item['name']} = {conflicts.value(item)}" for item in state["variables"] if item not in there]
    return ", ".join(parts) or "–"


def latest(site: Site, target: UUID) -> list[Line]:
    """The newest changes of an agent or a visitor."""
    found = site.changes.filter(target=target).select_related("bulk_item").prefetch_related("outcomes")
    return [line(change) for change in found[:MAX_LATEST]]


def recent(change: Change | None) -> Line | None:
    """The latest change, if it is recent enough to be shown beside a form."""
    if change is None or timezone.now() - change.created > RECENT_WITHIN:
        return None
    return line(change)


def undo_reason(change: Change) -> str:
    """The reason that a form which undoes this change begins with."""
    of = {"who": change.actor_name, "when": f"{change.created:%Y-%m-%d %H:%M} UTC"}
    return _("Undo: %(who)s’s change of %(when)s") % of


def span(found: Span) -> dict[str, Any]:
    """A span of the history as an agent's page shows it."""
    style = status_styles.of_agent(found.status.name)
    return {
        "status": style.label,
        "tone": style.tone,
        "began": moment_of(found.began),
        "began_exact": found.began_slack is not None,
        "ended": None if found.ended is None else moment_of(found.ended),
        "ended_exact": found.ended_slack is not None,
    }


def why(reason: Exception) -> str:
    """Why nothing was sent, in a sentence."""
    if isinstance(reason, NotPossible | Comm100Error):
        return str(reason.message)
    if isinstance(reason, budget.BudgetExhausted):
        seconds = max(1, round(reason.wait))
        return ngettext(
            "Comm100's call limit is used up; nothing was sent. Try again in %(n)d second.",
            "Comm100's call limit is used up; nothing was sent. Try again in %(n)d seconds.",
            seconds,
        ) % {"n": seconds}
    if isinstance(reason, CannotOpen):
        return _("Your stored credential cannot be opened with this server's keys. Store it again.")
    raise TypeError(reason)

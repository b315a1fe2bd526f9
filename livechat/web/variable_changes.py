"""The latest changes of a visitor's custom variables, variable by variable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from livechat.models import Change, Site
from livechat.web import change_lines, conflicts
from livechat.web.variable_rows import Row

MAX_VARIABLES = 10  # of one change; a whole form can hold 200


@dataclass(frozen=True, slots=True)
class Part:
    """One variable of a change, in words. `before` is None if it was added."""

    name: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class VariableChange:
    """A change as the visitor's page lists it. `undo_url` is empty if a row offers it, or there is none."""

    when: datetime
    today: bool
    parts: list[Part]
    more: int
    actor: str
    outcome_label: str | Promise
    tone: str
    reason: str
    undo_url: str


def latest(site: Site, visitor_id: UUID, rows: Sequence[Row]) -> list[VariableChange]:
    """The newest changes. `rows` are those of the same page."""
    offered = {row.told.undo_url for row in rows if row.told}
    found = site.changes.filter(target=visitor_id).select_related("bulk_item").prefetch_related("outcomes")
    return [_change(change, offered) for change in found[: change_lines.MAX_LATEST]]


def _change(change: Change, offered: set[str]) -> VariableChange:
    line = change_lines.line(change)
    parts = _parts(change)
    return VariableChange(
        when=line.when,
        today=timezone.localdate(line.when) == timezone.localdate(),
        parts=parts[:MAX_VARIABLES],
        more=max(0, len(parts) - MAX_VARIABLES),
        actor=line.actor,
        outcome_label=line.outcome_label,
        tone=line.tone,
        reason=line.reason,
        undo_url=line.undo_url if line.undo_url not in offered and any(part.before for part in parts) else "",
    )


def _parts(change: Change) -> list[Part]:
    before = {item["name"]: conflicts.value(item) for item in change.before["variables"]}
    asked = (item for item in change.asked["variables"] if item not in change.before["variables"])
    return [Part(item["name"], before.get(item["name"]), conflicts.value(item)) for item in asked]

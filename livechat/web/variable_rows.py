"""A visitor's custom variables as rows of the visitor's page, each with what became of its latest change here.

A row says nothing of an older choice: once a variable holds something else than a change asked for, the row is silent
about that change. The record keeps it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from livechat.comm100.records import Variable, Visitor
from livechat.control.variables import plain
from livechat.models import Change, Site
from livechat.models.notes import Code
from livechat.web import change_lines, conflicts, visitor_facts
from livechat.web.toasts import STATES
from livechat.web.visitor_facts import Field

Item = dict[str, str]
TOLD_FOR = timedelta(hours=1)
MAX_CHANGES = 50  # looked through for the rows' outcomes


@dataclass(frozen=True, slots=True)
class Moved:
    """A variable that is no longer as the page showed it. None: it was not there, or is not there any more."""

    name: str
    saw: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a change to one variable.

    `state`: asking, confirmed, unseen (sent, not shown yet), shown (sent, and there now), unknown, refused (by
    Comm100), unsent; of an answer that is in no record also conflict and invalid. `was`: the value before, None if the
    variable was added. `again`: what trying again sends, as JSON. `moved`: what a conflict is about. `plain`: whether
    the message itself says that nothing was sent.
    """

    state: str
    asked: str = ""
    was: str | None = None
    at: datetime | None = None
    message: str | Promise = ""
    plain: bool = False
    undo_url: str = ""
    again: str = ""
    moved: list[Moved] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether only this answer tells it: no later look at the row would."""
        return self.state in ("unsent", "conflict", "invalid") and not self.at


@dataclass(frozen=True, slots=True)
class Row:
    """One variable. `item` is what Comm100 has, None if it has not shown the variable yet.

    `shown` is what the row shows: while a change is under way, what was asked for. `change` is the id of the latest
    change here. `place` is the variable's place in the whole form, None if it cannot be edited there.
    """

    id: str
    name: str
    shown: Field
    item: Item | None = None
    fixed: bool = False
    place: int | None = None
    change: str = ""
    told: Told | None = None

    @property
    def asking(self) -> bool:
        """Whether a change of it is still being sent or verified."""
        return self.told is not None and self.told.state == "asking"

    @property
    def polled(self) -> bool:
        """Whether the row asks for its own outcome. One that is being added has no place of its own to ask for yet."""
        return self.asking and self.id == row_id(self.name)

    @property
    def json(self) -> str:
        """What Comm100 has, for the page's script."""
        return json.dumps(self.item)


def of(site: Site, visitor_id: UUID, record: Visitor | None, checked: datetime | None) -> list[Row]:
    """The rows: variables in Comm100's order, then those that are being added. `checked`: when the record was read."""
    changes = recent(site, visitor_id)
    present = _present(record, checked, changes)
    latest = _latest(changes)
    fixed = set(record.fixed_variables) if record else set()
    rows: list[Row] = []
    seen: Counter[str] = Counter()
    editable = 0
    for item in present:
        name = item["name"]
        seen[name] += 1
        is_fixed = name in fixed or seen[name] > 1
        row = _row(name, seen[name], item, latest.get(name))
        rows.append(replace(row, fixed=is_fixed, place=None if is_fixed else editable))
        editable += not is_fixed
    added = [name for name in reversed(latest) if name not in seen]
    return rows + [row for name in added if (row := _row(name, 1, None, latest[name])).told]


def recent(site: Site, visitor_id: UUID) -> list[Change]:
    """The changes of the last hour, the newest first."""
    found = site.changes.filter(kind=Change.Kind.VARIABLES, target=visitor_id, created__gt=timezone.now() - TOLD_FOR)
    return list(found.prefetch_related("outcomes")[:MAX_CHANGES])


def row_id(name: str, number: int = 1) -> str:
    """The id of a row's element. `number` tells variables of the same name apart."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"variable-{digest}" if number == 1 else f"variable-{digest}-{number}"


def _present(record: Visitor | None, checked: datetime | None, changes: Sequence[Change]) -> list[Item]:
    """What Comm100 has: as a change's verification read it, if that was later than the record was."""
    for outcome in (outcome for change in changes for outcome in reversed(change.outcomes.all())):
        if outcome.after is not None and (checked is None or outcome.at > checked):
            found: list[Item] = outcome.after["variables"]
            return found
    return plain(record.custom_variables) if record else []


def _latest(changes: Sequence[Change]) -> dict[str, tuple[Change, Item]]:
    """For each name the newest change that asked for it, and what that asked for."""
    found: dict[str, tuple[Change, Item]] = {}
    for change in changes:
        for item in change.asked["variables"]:
            if item not in change.before["variables"]:
                found.setdefault(item["name"], (change, item))
    return found


def _row(name: str, number: int, item: Item | None, latest: tuple[Change, Item] | None) -> Row:
    """A row. Of several variables of one name, only the first tells of a change."""
    if latest is None or number > 1:
        return Row(row_id(name, number), name, shown(item or {"name": name}), item)
    change, asked = latest
    told = _told(item, change, asked)
    under_way = told is not None and told.state == "asking"
    seen = asked if under_way else item or {"name": name}
    return Row(row_id(name), name, shown(seen), item, change=str(change.pk), told=told)


def shown(item: Item) -> Field:
    """A variable as a row shows it."""
    return visitor_facts.custom(Variable(item["name"], item.get("value"), item.get("url")))


def _told(item: Item | None, change: Change, asked: Item) -> Told | None:
    """What the row says of its latest change; None if the variable holds something else by now."""
    line = change_lines.line(change)
    before = next((each for each in change.before["variables"] if each["name"] == asked["name"]), None)
    state = STATES[line.outcome]
    if state in ("unseen", "unknown") and item == asked:
        state = "shown"
    if state != "asking" and item != (asked if state in ("confirmed", "shown") else before):
        return None
    if state == "refused" and _never_left(change):
        state = "unsent"
    return Told(
        state=state,
        asked=conflicts.value(asked),
        was=conflicts.value(before) if before else None,
        at=line.when,
        message=line.message,
        plain=state == "unsent",
        undo_url=line.undo_url if before else "",
        again=json.dumps(asked) if state in ("refused", "unsent") else "",
    )


def _never_left(change: Change) -> bool:
    """Whether the change was recorded, and then no connection could be made to send it."""
    return any(row.note and row.note.get("code") == Code.NOTHING_SENT for row in change.outcomes.all())

"""Spans as tests write them down: with moments, and statuses by their names."""

from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from livechat.lib.epoch import milliseconds
from livechat.models import DepartmentEntry, RolledDay, Site, Span, Watch
from livechat.record import day_times, history

TIMES, DOUBTS = ("total", "off", "chat", "busy", "known"), ("chat_off", "busy_off", "known_off")


def make_span(
    site: Site, agent: UUID | str, status: str, began: datetime, ended: datetime | None = None, **fields: Any
) -> Span:
    """An agent in one status, its ends seen at once if the fields say nothing else. `was`: the status before."""
    entry, _new = site.agents.get_or_create(agent_id=agent)
    was = fields.pop("was", "")
    names = history.status_keys(site.pk, [status, *([was] if was else [])])
    given: dict[str, Any] = {"began_slack": 0, "ended_slack": None if ended is None else 0} | fields
    return Span.objects.create(
        site=site, agent=entry, status_id=names[status], was_id=names[was] if was else None, began=milliseconds(began),
        ended=None if ended is None else milliseconds(ended), **given,
    )  # fmt: skip


def spend(site: Site, agent: UUID, day: date, status: str, **times: int) -> None:
    """An agent's sums of a day in a status, in ms: `total` and those of `reports.day_sums.Sums`, beside what it has.

    If none of them say by how much chats can be off, the day is as an older release summed it up.
    """
    key = site.agents.get(agent_id=agent).pk, history.status_keys(site.pk, [status])[status]
    numbers, offs = (tuple(times.get(name, 0) for name in names) for names in (TIMES, DOUBTS))
    row, _new = RolledDay.objects.get_or_create(site=site, day=day)
    row.times = day_times.packed(site.pk, day, day_times.added(site.pk, day, day) | {key: numbers})
    if any(offs):
        doubts = (day_times.doubts(site.pk, day, day) or {}) | {key: offs}
        row.doubts = day_times.packed(site.pk, day, doubts, day_times.DOUBTS)
    row.save()


def department(site: Site, key: UUID) -> DepartmentEntry:
    """A department of the directory."""
    return site.departments.get_or_create(department_id=key)[0]


def spans(agent: UUID | str | None = None) -> QuerySet[Span]:
    """The spans of an agent, or all, in order."""
    rows = Span.objects.select_related("agent", "status").order_by("agent", "began", "pk")
    return rows if agent is None else rows.filter(agent__agent_id=agent)


def gaps(kind: str = "agents") -> list[tuple[int, int]]:
    """The times between the watches of a list, in epoch ms."""
    runs = list(Watch.objects.filter(list=kind).order_by("began").values_list("began", "ended"))
    pairs = ((one[1], other[0]) for one, other in pairwise(runs))
    return [(ended, began) for ended, began in pairs if ended is not None and ended < began]

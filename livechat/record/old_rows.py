"""Makes today's rows of what older releases recorded: spans, contacts of waits, and watches of the time between gaps.

An installation may have a million of them, so they go in batches while it runs, not in a migration; the newest first,
because pages are mostly about these. Visitors' ids go, and the length of an old wait counts as unknown.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef

from livechat.lib import clock
from livechat.lib.epoch import milliseconds
from livechat.models import AgentEntry, AgentSpan, Contact, DepartmentEntry, Gap, Site, Span, Wait, Watch
from livechat.record import history
from livechat.record.contacts import CHATTING, UNSEEN, department_keys
from livechat.record.watches import LISTS

BATCH_ROWS = 500  # rows of one transaction
SHARE_SECONDS = 0.2  # for which a turn goes on: refreshes wait behind it
# Older releases counted a time as watched if its looks were at most so far apart, and looked at least so often.
OLD_SLACK_MS, OLD_PACE_MS = 150_000, 60_000


def convert_some() -> None:
    """Convert batch after batch for a while."""
    until = clock.steady() + SHARE_SECONDS
    while convert() and clock.steady() < until:
        pass


def convert() -> int:
    """Convert the watches of a site, or else a batch of rows. Returns how many rows of before are gone."""
    return _watches() or _batch(AgentSpan, _spans) or _batch(Wait, _contacts)


def _batch(model: type[AgentSpan] | type[Wait], store: Callable[[Sequence[Any]], None]) -> int:
    if not model._default_manager.exists():
        return 0
    with transaction.atomic():
        rows = list(model._default_manager.select_for_update(skip_locked=True).order_by("-pk")[:BATCH_ROWS])
        store(list(rows))
        model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _spans(rows: Sequence[AgentSpan]) -> None:
    for site_id, group in groupby(sorted(rows, key=lambda row: row.site_id), key=lambda row: row.site_id):
        convert_spans(site_id, list(group))


def convert_spans(site_id: int, rows: Sequence[AgentSpan]) -> None:
    """Store these spans as today's. One that lasts counts only if the agent has no other that does."""
    ids = {row.agent_id for row in rows}
    entries = [AgentEntry(site_id=site_id, agent_id=key) for key in sorted(ids)]
    AgentEntry.objects.bulk_create(entries, ignore_conflicts=True)
    agents = dict(AgentEntry.objects.filter(site_id=site_id, agent_id__in=ids).values_list("agent_id", "pk"))
    names = history.status_keys(site_id, {row.status for row in rows} | {row.was for row in rows if row.was})
    lasting = set(Span.objects.filter(site_id=site_id, ended=None).values_list("agent_id", flat=True))
    Span.objects.bulk_create(
        Span(
            site_id=site_id,
            agent_id=agents[row.agent_id],
            status_id=names[row.status],
            began=milliseconds(row.began),
            began_slack=_slack(row.began_slack, exact=row.began_exact),
            ended=None if row.ended is None else milliseconds(row.ended),
            ended_slack=None if row.ended is None else _slack(row.ended_slack, exact=row.ended_exact),
            was_id=names[row.was] if row.was else None,
            outside=row.outside,
        )
        for row in rows
        if row.ended is not None or agents[row.agent_id] not in lasting
    )


def _slack(slack: int | None, *, exact: bool) -> int | None:
    if not exact:
        return None
    return OLD_SLACK_MS if slack is None else slack


def _contacts(rows: Sequence[Wait]) -> None:
    for site_id, group in groupby(sorted(rows, key=lambda row: row.site_id), key=lambda row: row.site_id):
        waits = list(group)
        ids = sorted({wait.department_id for wait in waits if wait.department_id})
        entries = [DepartmentEntry(site_id=site_id, department_id=key) for key in ids]
        DepartmentEntry.objects.bulk_create(entries, ignore_conflicts=True)
        keys = department_keys(site_id, ids)
        Contact.objects.bulk_create(_contact(wait, keys) for wait in waits)


def _contact(wait: Wait, departments: Mapping[UUID, int]) -> Contact:
    ended = milliseconds(wait.ended or wait.began)
    return Contact(
        site_id=wait.site_id,
        department_id=departments[wait.department_id] if wait.department_id else None,
        began=milliseconds(wait.began),
        answered=ended if wait.outcome in CHATTING else None,
        ended=ended,
        outcome=wait.outcome or UNSEEN,
    )


def _watches() -> int:
    """Make watches of the time before a site's first watch, but for its gaps. Returns how many rows are gone or new."""
    changed = 0
    for site in Site.objects.filter(Exists(AgentSpan.objects.filter(site=OuterRef("pk")))):
        ends = AgentSpan.objects.filter(site=site).aggregate(first=Min("began"), last=Max("began"))
        first, last = milliseconds(ends["first"]), milliseconds(ends["last"])
        for kind in LISTS:
            with transaction.atomic():
                changed += _watch(site, kind, first, last)
    with transaction.atomic():
        return changed + Gap.objects.all().delete()[0]


def _watch(site: Site, kind: str, first: int, last: int) -> int:
    Site.objects.select_for_update().get(pk=site.pk)
    known = Watch.objects.filter(site=site, list=kind).aggregate(first=Min("began"))["first"]
    if known is not None and known <= first:
        return 0
    gaps = Gap.objects.filter(site=site, kind=kind).order_by("began").values_list("began", "ended")
    times = [(milliseconds(began), milliseconds(ended)) for began, ended in gaps]
    rows = _between(site.pk, kind, first, times, last if known is None else known)
    return len(Watch.objects.bulk_create(rows))


def _between(site_id: int, kind: str, began: int, gaps: Iterable[tuple[int, int]], ended: int) -> list[Watch]:
    """The times between gaps, as watches at the slowest pace that there was."""
    found, at = [], began
    for first, last in [*gaps, (ended, ended)]:
        if min(first, ended) > at:
            length = min(first, ended) - at
            looks = 1 + max(1, round(length / OLD_PACE_MS))
            found.append(Watch(site_id=site_id, list=kind, began=at, ended=min(first, ended), looks=looks))
        at = max(at, last)
    return found

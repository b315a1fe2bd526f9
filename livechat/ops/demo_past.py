"""The past of the demo: days before its first look, simulated and recorded as the present is, and marked as simulated.

Several days are recorded at the same time, each by a process of its own (`past_memory`), and copied in order, each in
one transaction. Nobody watched between two days.
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Model

from livechat.chatserver.options import Options
from livechat.chatserver.past import NIGHT_HOURS
from livechat.models import AgentEntry, DepartmentEntry, Frame, Roster, Site, StatusName
from livechat.ops.past_memory import Part, Recorded, Recording
from livechat.reports import observed, ranges

MAX_VISITORS = 60  # on site at the busiest hour
DAYS_AT_ONCE = 2  # days that are recorded at the same time: somebody waits for today and yesterday
MIDNIGHT_SECONDS = 60  # on both sides of a midnight at which two parts join
BEFORE_RECORD_SECONDS = 5  # that a past ends before a record that exists
log = logging.getLogger(__name__)


def parts(oldest: date, until: int, zone: ZoneInfo, *, joins: bool) -> Iterator[Part]:
    """The days to make from a local day on until `until` (seconds since 1970), the newest first.

    `joins`: what follows was made before. Else the day of `until` is made up to then.
    """
    day = datetime.fromtimestamp(until - MIDNIGHT_SECONDS, zone).date()
    while day >= oldest:
        ended = _midnight(day + timedelta(days=1), zone) - MIDNIGHT_SECONDS if joins else until
        yield Part(_midnight(day, zone) + MIDNIGHT_SECONDS, ended)
        day, joins = day - timedelta(days=1), True


def make(site: Site, people: Options, days: int, until: int) -> None:
    """Make the days before the record of a site that are missing, so that there are so many until `until`.

    Raises EOFError if one could not be made.
    """
    since, zone = observed.since(site), site.zone
    ended = until if since is None else min(until, since // 1000 - BEFORE_RECORD_SECONDS)
    today = datetime.fromtimestamp(until, zone).date()
    todo = deque(parts(today - timedelta(days=days - 1), ended, zone, joins=site.simulated_until is not None))
    begun: deque[tuple[Part, Recording]] = deque()
    made = 0
    while todo or begun:
        while todo and len(begun) < DAYS_AT_ONCE:
            begun.append((part := todo.popleft(), Recording(people, part, polite=made > 0)))
        part, recording = begun.popleft()
        recorded = recording.recorded()
        with transaction.atomic():
            _mark(site, part)
            _copy(site, recorded)
        made = (today - datetime.fromtimestamp(part.began, zone).date()).days + 1
        log.info("The past of the demo is simulated: %d of %d days", made, days)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return ranges.midnight(day, zone) // 1000


def _mark(site: Site, part: Part) -> None:
    """Say that the past of a site is simulated. A shop that never told its hours has those of the simulated one."""
    row = Site.objects.filter(pk=site.pk, simulated_until=None)
    row.filter(opening_hours=[]).update(opening_hours=[[[NIGHT_HOURS[1] * 60, NIGHT_HOURS[0] * 60]]] * 7)
    row.update(simulated_until=part.ended * 1000, version=F("version") + 1)


def _copy(site: Site, recorded: Recorded) -> None:
    """Copy what was recorded. All of it has ended."""
    agents = _numbers(site, AgentEntry, "agent_id", recorded.agents)
    departments = _numbers(site, DepartmentEntry, "department_id", recorded.departments)
    names = _numbers(site, StatusName, "name", recorded.statuses)
    rosters = _rosters(site, recorded.rosters)
    for chat in recorded.contacts:
        chat.department_id = None if chat.department_id is None else departments[chat.department_id]
    for span in recorded.spans:
        span.agent_id, span.status_id = agents[span.agent_id], names[span.status_id]
        span.was_id = None if span.was_id is None else names[span.was_id]
    for frame in recorded.frames:
        frame.roster_id = None if frame.roster_id is None else rosters[frame.roster_id]
    for rows in (recorded.spans, recorded.frames, recorded.contacts, recorded.watches):
        _insert(site, rows)


def _insert(site: Site, rows: Iterable[Any]) -> None:
    """Insert rows of one table into a site. The minute of the first real look may have its frame: that one stays."""
    found = list(rows)
    for row in found:
        row.pk, row.site_id = None, site.pk
    for model in {type(row) for row in found}:
        model._default_manager.bulk_create(found, batch_size=500, ignore_conflicts=model is Frame)


def _numbers(site: Site, model: type[Model], key: str, wanted: Mapping[int, Any]) -> dict[int, int]:
    """The number that a site's row has for each number in memory, whose keys these are. Rows are made if missing."""
    new = [model(site_id=site.pk, **{key: value}) for value in sorted(wanted.values())]
    model._default_manager.bulk_create(new, ignore_conflicts=True)
    rows = model._default_manager.filter(site_id=site.pk, **{f"{key}__in": list(wanted.values())}).order_by()
    found = dict(rows.values_list(key, "pk"))
    return {number: found[value] for number, value in wanted.items()}


def _rosters(site: Site, wanted: Mapping[int, bytes]) -> dict[int, int]:
    """The number of a site's roster for each number in memory."""
    rows = {bytes(row.agents): row.pk for row in Roster.objects.filter(site=site.pk)}
    for body in wanted.values():
        if body not in rows:
            rows[body] = Roster.objects.create(site_id=site.pk, agents=body).pk
    return {number: rows[body] for number, body in wanted.items()}

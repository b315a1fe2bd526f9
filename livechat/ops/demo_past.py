"""The past of the demo: days before its first look, simulated and recorded as the present is, and marked as simulated.

The record of a time is written as that time goes by: what lasts is what was seen last. So a past cannot be recorded
into a site that lives. It is recorded into a database in memory, where nothing is later, and then copied: each part in
one transaction, with all that lasts ended at its last look. Nobody watched between two parts.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connections, transaction
from django.db.models import F

from livechat.chatserver.options import Options
from livechat.chatserver.past import NIGHT, Look, Past
from livechat.models import AgentEntry, Contact, DepartmentEntry, Frame, Roster, Site, Span, StatusName, Watch
from livechat.ops.past_recorder import Recorder
from livechat.reports import observed, ranges

MAX_VISITORS = 60  # on site at the busiest hour
CONTACTS = 300  # a day
MIDNIGHT_SECONDS = 60  # on both sides of a midnight at which two parts join
BEFORE_RECORD_SECONDS = 5  # that a past ends before a record that exists
REAL = "real"  # the installation's database, while the default one is in memory
POLITE = 10  # how much others go before the days that nobody waits for
HOUR_SECONDS = 3600
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """A time to make, in seconds since 1970."""

    began: int
    ended: int


def parts(oldest: date, until: int, zone: ZoneInfo, *, joins: bool) -> Iterator[Part]:
    """What to make from a local day on until `until` (seconds since 1970), the newest first.

    `joins`: what follows was made before. Else the day of `until` and the day before are one part.
    """
    last = datetime.fromtimestamp(until - MIDNIGHT_SECONDS, zone).date()
    if not joins and last >= oldest:
        first = max(oldest, last - timedelta(days=1))
        yield Part(_midnight(first, zone) + MIDNIGHT_SECONDS, until)
        last = first - timedelta(days=1)
    while last >= oldest:
        ended = _midnight(last + timedelta(days=1), zone) - MIDNIGHT_SECONDS
        yield Part(_midnight(last, zone) + MIDNIGHT_SECONDS, ended)
        last -= timedelta(days=1)


def make(site: Site, people: Options, days: int, until: int) -> None:
    """Make the days before the record of a site that are missing, so that there are so many until `until`.

    Only for a process of its own, which then has a database in memory.
    """
    since, zone = observed.since(site), ZoneInfo(site.time_zone)
    ended = until if since is None else min(until, since // 1000 - BEFORE_RECORD_SECONDS)
    today = datetime.fromtimestamp(until, zone).date()
    oldest = today - timedelta(days=days - 1)
    for part in parts(oldest, ended, zone, joins=site.simulated_until is not None):
        _use_memory()
        _record(Past(people, part.began, CONTACTS), part, site)
        made = (today - datetime.fromtimestamp(part.began, zone).date()).days + 1
        log.info("The past of the demo is simulated: %d of %d days", made, days)
        os.nice(POLITE - os.nice(0))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return ranges.midnight(day, zone) // 1000


def _use_memory() -> None:
    """Let the default database of this process be an empty one in memory, and REAL the one that it was."""
    if REAL not in connections.settings:
        connections.settings[REAL] = connections.settings["default"]
    connections["default"].close()
    memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}
    connections.settings["default"] = connections.settings[REAL] | memory
    del connections["default"]
    with connections["default"].schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)


def _record(past: Past, part: Part, site: Site) -> None:
    """Record a part into memory, an hour in a transaction, and copy it."""
    shadow = Site.objects.create(name=site.name, api_base=site.api_base)
    recorder = Recorder(shadow.pk)
    for _hour, looks in groupby(past.looks(part.ended), _hour_of):
        with transaction.atomic():
            for look in looks:
                recorder.look(look)
    recorder.close()
    with transaction.atomic(using=REAL):
        _mark(site, part)
        _copy(site)


def _hour_of(look: Look) -> int:
    return int(look.at // HOUR_SECONDS)


def _mark(site: Site, part: Part) -> None:
    """Say that the past of a site is simulated. A shop that never told its hours has those of the simulated one."""
    row = Site.objects.using(REAL).filter(pk=site.pk, simulated_until=None)
    row.filter(opening_hours=[]).update(opening_hours=[[[NIGHT[1] * 60, NIGHT[0] * 60]]] * 7)
    row.update(simulated_until=part.ended * 1000, version=F("version") + 1)


def _copy(site: Site) -> None:
    """Copy what the database in memory holds of the record. All of it has ended."""
    agents, names, rosters = _agents(site), _names(site), _rosters(site)
    departments = _departments(site)
    spans, frames = list(Span.objects.order_by("pk")), list(Frame.objects.order_by("pk"))
    chats = list(Contact.objects.order_by("pk"))
    for chat in chats:
        chat.department_id = None if chat.department_id is None else departments[chat.department_id]
    for span in spans:
        span.agent_id, span.status_id = agents[span.agent_id], names[span.status_id]
        span.was_id = None if span.was_id is None else names[span.was_id]
    for frame in frames:
        frame.roster_id = None if frame.roster_id is None else rosters[frame.roster_id]
    for rows in (spans, frames, chats, Watch.objects.order_by("pk")):
        _insert(site, rows)


def _insert(site: Site, rows: Iterable[Any]) -> None:
    """Insert rows of one table into a site. The minute of the first real look may have its frame: that one stays."""
    found = list(rows)
    for row in found:
        row.pk, row.site_id = None, site.pk
    for model in {type(row) for row in found}:
        model._default_manager.using(REAL).bulk_create(found, batch_size=500, ignore_conflicts=model is Frame)


def _agents(site: Site) -> dict[int, int]:
    """The number in the site's directory of each agent in memory."""
    mine = dict(AgentEntry.objects.order_by().values_list("agent_id", "pk"))
    rows = AgentEntry.objects.using(REAL).filter(site=site.pk)
    new = [AgentEntry(site_id=site.pk, agent_id=key) for key in sorted(mine)]
    AgentEntry.objects.using(REAL).bulk_create(new, ignore_conflicts=True)
    return {mine[key]: pk for key, pk in rows.filter(agent_id__in=mine).values_list("agent_id", "pk")}


def _departments(site: Site) -> dict[int, int]:
    """The number in the site's directory of each department in memory."""
    mine = dict(DepartmentEntry.objects.order_by().values_list("department_id", "pk"))
    new = [DepartmentEntry(site_id=site.pk, department_id=key) for key in sorted(mine)]
    DepartmentEntry.objects.using(REAL).bulk_create(new, ignore_conflicts=True)
    rows = DepartmentEntry.objects.using(REAL).filter(site=site.pk, department_id__in=mine)
    return {mine[key]: pk for key, pk in rows.values_list("department_id", "pk")}


def _names(site: Site) -> dict[int, int]:
    mine = dict(StatusName.objects.values_list("name", "pk"))
    new = [StatusName(site_id=site.pk, name=name) for name in sorted(mine)]
    StatusName.objects.using(REAL).bulk_create(new, ignore_conflicts=True)
    rows = StatusName.objects.using(REAL).filter(site=site.pk, name__in=mine)
    return {mine[name]: pk for name, pk in rows.values_list("name", "pk")}


def _rosters(site: Site) -> dict[int, int]:
    rows = {bytes(row.agents): row.pk for row in Roster.objects.using(REAL).filter(site=site.pk)}
    found = {}
    for row in Roster.objects.order_by("pk"):
        body = bytes(row.agents)
        if body not in rows:
            rows[body] = Roster.objects.using(REAL).create(site_id=site.pk, agents=body).pk
        found[row.pk] = rows[body]
    return found

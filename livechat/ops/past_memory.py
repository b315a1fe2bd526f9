"""Records a part of a past into a database in memory. A process of its own does that, and answers with the rows.

The record is written as time goes by: the status that lasts is the one seen last. So a past cannot be recorded into a
site that has later rows; a database in memory has none. Everything that lasts ends at the last look of its part.
"""

import multiprocessing
import os
from dataclasses import dataclass
from itertools import groupby
from multiprocessing.connection import Connection
from uuid import UUID

from django.apps import apps
from django.db import connections, transaction

from livechat.chatserver.options import Options
from livechat.chatserver.past import Look, Past
from livechat.models import AgentEntry, Contact, DepartmentEntry, Frame, Roster, Site, Span, StatusName, Watch
from livechat.ops import parent_death
from livechat.ops.past_recorder import Recorder

CONTACTS_PER_DAY = 300  # a day
POLITE_NICENESS = 10  # niceness of a process that makes days for which nobody waits
HOUR_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Part:
    """A time to make, in seconds since 1970."""

    began: int
    ended: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """The rows of a part. They refer to others by the keys that these had in memory; the first fields resolve them."""

    agents: dict[int, UUID]
    departments: dict[int, UUID]
    statuses: dict[int, str]
    rosters: dict[int, bytes]
    spans: list[Span]
    frames: list[Frame]
    contacts: list[Contact]
    watches: list[Watch]


class Recording:
    """A process that records a part of the past of these people. It ends with the process that began it."""

    def __init__(self, people: Options, part: Part, *, polite: bool) -> None:
        connections.close_all()  # a process must not have a connection of another one
        ours, theirs = multiprocessing.Pipe(duplex=False)
        self._answer = ours
        # A copy of this process begins at once, a new one would first load everything.
        context = multiprocessing.get_context("fork")
        context.Process(target=_work, args=(os.getpid(), theirs, people, part, polite), daemon=True).start()
        theirs.close()

    def recorded(self) -> Recorded:
        """Wait until it is done, and return the rows. Raises EOFError if it failed; stderr says why."""
        with self._answer:
            found: Recorded = self._answer.recv()
        return found


def _work(parent: int, answer: Connection, people: Options, part: Part, polite: bool) -> None:
    if not parent_death.end_with(parent):
        return
    if polite:
        os.nice(POLITE_NICENESS)
    _use_memory()
    _record(Past(people, part.began, CONTACTS_PER_DAY), part)
    answer.send(_found())


def _use_memory() -> None:
    """Let the database of this process be an empty one in memory."""
    memory = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {}}
    connections.settings["default"] |= memory
    del connections["default"]
    with connections["default"].schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)


def _record(past: Past, part: Part) -> None:
    """Record a part, an hour in a transaction."""
    recorder = Recorder(Site.objects.create(name="Past", api_base="").pk)
    for _hour, looks in groupby(past.looks(part.ended), _hour_of):
        with transaction.atomic():
            for look in looks:
                recorder.look(look)
    recorder.close()


def _hour_of(look: Look) -> int:
    return int(look.at // HOUR_SECONDS)


def _found() -> Recorded:
    return Recorded(
        dict(AgentEntry.objects.order_by().values_list("pk", "agent_id")),
        dict(DepartmentEntry.objects.order_by().values_list("pk", "department_id")),
        dict(StatusName.objects.values_list("pk", "name")),
        {row.pk: bytes(row.agents) for row in Roster.objects.order_by("pk")},
        list(Span.objects.order_by("pk")),
        list(Frame.objects.order_by("pk")),
        list(Contact.objects.order_by("pk")),
        list(Watch.objects.order_by("pk")),
    )

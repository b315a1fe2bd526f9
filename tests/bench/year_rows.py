"""Writes a year of 200 agents and 2,000 contacts a day as rows, by the product's own tables.

It is random and the same every time: shifts in three layers, about 20 changes an agent and day, chats that change most
minutes, and a gap of two hours every tenth day. What counts is its size and shape, not its truth.
"""

import random
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

from livechat.lib.epoch import DAY_MS, HOUR_MS
from livechat.models import Contact, DepartmentEntry, FrameDay, Roster, Site, Span, Watch
from livechat.record import history

STATUSES = ("Online", "Offline", "Away", "Lunch", "Meeting", "Training", "Short break")
AGENTS, CONTACTS, CHANGES, DEPARTMENTS, TEAMS = 200, 2_000, 20, 6, 10
SLACK_MS, BATCH = 5_000, 20_000


class Year:
    """The days that end with the day before `now`, in UTC."""

    def __init__(self, site: Site, now: datetime, days: int) -> None:
        self.site, self.random = site, random.Random(200)
        self.days = [now.date() - timedelta(days=back) for back in range(days, 0, -1)]
        self.agents: list[int] = []

    def write(self) -> None:
        """Write all of it but the sums."""
        rows = [
            {"agent_id": uuid4(), "name": f"Agent {n}", "team": f"Team {n % TEAMS}", "capacity": 4}
            for n in range(AGENTS)
        ]
        made = [self.site.agents.create(**row) for row in rows]
        self.agents = [one.pk for one in made]
        roster = Roster.objects.create(site=self.site, agents=b"".join(one.agent_id.bytes for one in made))
        names = history.status_keys(self.site.pk, STATUSES)
        departments = [
            self.site.departments.create(department_id=uuid4(), name=f"Department {number}")
            for number in range(DEPARTMENTS)
        ]
        for day in self.days:
            began = start_of(day)
            Span.objects.bulk_create(self._spans(names, began), batch_size=BATCH)
            Contact.objects.bulk_create(self._contacts(departments, began), batch_size=BATCH)
            body = zlib.compress(b"".join(self._chats() for _ in self.agents), 6)
            FrameDay.objects.create(site=self.site, list="agents", day=began, roster=roster, body=body)
        Watch.objects.bulk_create(self._watches())

    def _spans(self, names: dict[str, int], began: int) -> Iterator[Span]:
        """A day of every agent, from midnight to midnight."""
        for place, agent in enumerate(self.agents):
            start = began + (6 + place % 3 * 5) * HOUR_MS
            times = sorted(start + self.random.randrange(9 * HOUR_MS) for _ in range(CHANGES - 2))
            edges = [began, *times, start + 9 * HOUR_MS + 1, began + DAY_MS]
            for number, (first, last) in enumerate(pairwise(edges)):
                status = (
                    "Offline"
                    if number in (0, CHANGES - 1)
                    else ("Online", self.random.choice(STATUSES[2:]))[number % 2]
                )
                yield Span(
                    site=self.site, agent_id=agent, status_id=names[status], began=first, began_slack=SLACK_MS,
                    ended=last, ended_slack=SLACK_MS,
                )  # fmt: skip

    def _contacts(self, departments: list[DepartmentEntry], began: int) -> Iterator[Contact]:
        for at in sorted(began + round(DAY_MS * self.random.betavariate(3, 2)) for _ in range(CONTACTS)):
            wait = round(self.random.expovariate(1 / 25)) * 1000
            given = {
                "site": self.site,
                "department": self.random.choice(departments),
                "began": at,
                "began_slack": SLACK_MS,
            }
            if self.random.random() < 0.08:
                yield Contact(**given, ended=at + wait, outcome="gone")
            else:
                yield Contact(
                    **given, answered=at + wait, answered_slack=SLACK_MS, ended=at + wait + 420_000, outcome="chatEnded"
                )

    def _chats(self) -> bytes:
        """A day of one agent's chats: a number that moves most minutes of a shift."""
        row, chats = bytearray(1440), 0
        for minute in range(360, 900):
            chats = min(4, max(0, chats + self.random.choice((-1, 0, 0, 1))))
            row[minute] = chats
        return bytes(row)

    def _watches(self) -> Iterator[Watch]:
        for kind in ("agents", "visitors"):
            at = start_of(self.days[0])
            for day in self.days[9::10]:
                gap = start_of(day) + 3 * HOUR_MS
                yield self._watch(kind, at, gap)
                at = gap + 2 * HOUR_MS
            yield self._watch(kind, at, start_of(self.days[-1]) + DAY_MS)

    def _watch(self, kind: str, began: int, ended: int) -> Watch:
        looks = 1 + (ended - began) // SLACK_MS
        return Watch(site=self.site, list=kind, began=began, ended=ended, looks=looks)


def start_of(day: date) -> int:
    """When a day begins in UTC, in epoch ms."""
    return (day - date(1970, 1, 1)).days * DAY_MS

"""Contacts counted: how many were answered and lost, and how often there was each wait. Times are in ms."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import starmap
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from livechat.models import Contact, Site
from livechat.record.contacts import UNSEEN


class Row(NamedTuple):
    """A contact as it was recorded, in epoch ms; see `models.Contact`. `department` only if it was asked for."""

    began: int
    began_slack: int | None
    answered: int | None
    answered_slack: int | None
    ended: int | None
    outcome: str
    ended_slack: int | None = None
    began_steady: int | None = None
    end_steady: int | None = None
    pace: int | None = None
    department: UUID | None = None

    @property
    def steady_wait(self) -> tuple[int, int] | None:
        """The moments between which somebody waited, as the steady looks alone say; None if they say no more."""
        if self.began_slack is None or (self.began_steady is None and self.end_steady is None):
            return None
        ended, slack = (self.ended, self.lost_slack) if self.answered is None else (self.answered, self.answered_slack)
        if ended is None or slack is None:
            return None
        began = self.began - self.began_slack if self.began_steady is None else self.began_steady
        return began, ended - slack if self.end_steady is None else self.end_steady

    @property
    def end(self) -> tuple[int | None, int | None]:
        """When the wait ended and how long before nobody had looked; None: it goes on, or that was not seen."""
        if self.answered is not None:
            return self.answered, self.answered_slack
        return self.ended, None if self.ended is None or self.outcome == UNSEEN else self.lost_slack

    @property
    def lost_slack(self) -> int:
        """The slack of an end without an answer. Older releases did not store it: it was much like that of the wait."""
        return self.began_slack or 0 if self.ended_slack is None else self.ended_slack


class Wait(NamedTuple):
    """A wait in ms: the shortest and the longest that it can have been if lists are new, and as it was measured.

    Comm100's list may be older, by a site's `list_age`: what must hold for sure is wider by that.
    Looks that a hint caused narrow the bounds, but steady looks alone measure. So what is measured can then lie outside
    of the bounds. `pace` is then the time between two steady looks; else 0.
    """

    lower: int
    measured: int
    upper: int
    pace: int = 0

    @property
    def likely(self) -> tuple[int, int]:
        """The shortest and the longest that it can have been, as the steady looks tell it."""
        return (self.measured - self.pace, self.measured + self.pace) if self.pace else (self.lower, self.upper)

    def within(self, limit: int) -> float:
        """How likely it was no longer than a limit, as the steady looks tell it: 0, 1, or between."""
        lower, upper = self.likely
        if upper <= limit:
            return 1.0
        return 0.0 if lower >= limit else (limit - lower) / (upper - lower)

    @property
    def slack(self) -> int:
        """How long nobody had looked before it was seen, at the steady pace."""
        return self.pace or self.upper - self.measured

    @property
    def nearest(self) -> int:
        """As it was measured, or the bound that is nearest to that."""
        return min(max(self.measured, self.lower), self.upper)


@dataclass(slots=True)
class Tally:
    """The contacts that began in a time. `unknown`: how many were answered or ended unseen.

    `waits` are of those who were answered, `lost_waits` of those who were not, if they were seen from the beginning.
    """

    answered: int = 0
    lost: int = 0
    unknown: int = 0
    waits: Counter[Wait] = field(default_factory=Counter)
    lost_waits: Counter[Wait] = field(default_factory=Counter)
    longest: int | None = None  # wait in ms, of those who were lost too: at least so long
    longest_at: int = 0

    def count(self, row: Row) -> None:
        """Count a contact. One that still waits does not count yet."""
        if row.answered is not None and row.answered_slack is not None:
            self.answered += 1
            self._wait(row, row.answered, row.answered_slack, self.waits)
        elif row.answered is None and row.ended is not None and row.outcome != UNSEEN:
            self.lost += 1
            self._wait(row, row.ended, row.lost_slack, self.lost_waits)
        elif row.answered is not None or row.ended is not None:
            self.unknown += 1

    def _wait(self, row: Row, ended: int, ended_slack: int, waits: Counter[Wait]) -> None:
        """Add a wait, if its beginning was seen."""
        if row.began_slack is None:
            return
        measured = seen = ended - row.began
        if steady := row.steady_wait:
            measured = steady[1] - steady[0]
        if self.longest is None or measured > self.longest:
            self.longest, self.longest_at = measured, row.began
        waits[Wait(max(0, seen - ended_slack), measured, seen + row.began_slack, row.pace or 0 if steady else 0)] += 1

    def add(self, other: "Tally") -> None:
        """Add those of another time."""
        self.answered += other.answered
        self.lost += other.lost
        self.unknown += other.unknown
        for to, found in ((self.waits, other.waits), (self.lost_waits, other.lost_waits)):
            known = to.get
            for wait, n in found.items():
                to[wait] = known(wait, 0) + n
        if other.longest is not None and (self.longest is None or other.longest > self.longest):
            self.longest, self.longest_at = other.longest, other.longest_at


def of(rows: Iterable[Row]) -> Tally:
    """These contacts, counted."""
    made = Tally()
    for row in rows:
        made.count(row)
    return made


def merged(found: Iterable[Tally]) -> Tally:
    """All together."""
    made = Tally()
    for tally in found:
        made.add(tally)
    return made


def contacts(site: Site, began: int, ended: int, department: UUID | None = None, *, tell: bool = False) -> list[Row]:
    """The contacts that began in a time, of one department or of all, in order. `tell`: with their departments."""
    rows = Contact.objects.filter(site=site, began__gte=began, began__lt=ended).order_by("began")
    return read(rows if department is None else rows.filter(department__department_id=department), tell=tell)


def read(rows: QuerySet[Contact], *, tell: bool = False) -> list[Row]:
    """Contacts as rows, which cost a tenth of what the table's own objects do."""
    names = (*Row._fields[:-1], *(["department__department_id"] if tell else []))
    return list(starmap(Row, rows.values_list(*names)))

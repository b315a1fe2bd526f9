"""The queue of the past: who was offered, answered and lost, and how long they waited, with bounds.

Looks see a wait only every few seconds, so each wait has bounds. What a figure says is computed from the waits as they
were measured, which is right on average; its bounds come from theirs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from livechat.models import Contact, Site
from livechat.record.contacts import UNSEEN

LIST_LAG_MS = 5_000  # Comm100's own list may be as old
MIN_SHORT_MS = 10_000  # who gives up sooner has not really waited
SURE = 0.95  # of the contacts: their waits must be seen well enough for a service level to be told


@dataclass(frozen=True, slots=True)
class Wait:
    """A wait in ms: as it was measured, and the shortest and the longest that it can have been if lists are new.

    Comm100's list may be older by `LIST_LAG_MS`: what must hold for sure is wider by that.
    """

    lower: int
    measured: int
    upper: int

    def within(self, limit: int) -> float:
        """How likely it was no longer than a limit: 0, 1, or between."""
        if self.upper <= limit:
            return 1.0
        return 0.0 if self.lower >= limit else (limit - self.lower) / (self.upper - self.lower)


@dataclass(frozen=True, slots=True)
class Level:
    """A share of 1 with the least and the most that it can be."""

    low: float
    value: float
    high: float


@dataclass(slots=True)
class Queue:
    """The contacts that began in a time. `unknown`: how many were answered or ended unseen."""

    within: int
    answered: int = 0
    lost: int = 0
    unknown: int = 0
    waits: list[Wait] = field(default_factory=list)  # of those who were answered and seen from the beginning
    lost_waits: list[Wait] = field(default_factory=list)
    slacks: list[int] = field(default_factory=list)
    longest: int | None = None  # wait in ms, of those who were lost too: at least so long
    longest_at: int = 0

    @property
    def offered(self) -> int:
        """How many asked for a chat and got one or left."""
        return self.answered + self.lost

    @property
    def in_time(self) -> float:
        """How many were answered in time, as it was measured."""
        return sum(wait.within(self.within) for wait in self.waits)

    @property
    def mean(self) -> float | None:
        """The mean time to answer in ms."""
        return sum(wait.measured for wait in self.waits) / len(self.waits) if self.waits else None

    @property
    def slack(self) -> float:
        """The mean time between two looks at these contacts, in ms."""
        return sum(self.slacks) / len(self.slacks) if self.slacks else 0.0

    def percentile(self, share: float) -> tuple[int, int] | None:
        """The wait in ms that a share of those answered waited at most, and by how much it can be off."""
        if not self.waits:
            return None
        low, value, high = (
            _percentile(sorted(ends), share)
            for ends in (
                [wait.lower - LIST_LAG_MS for wait in self.waits],
                [wait.measured for wait in self.waits],
                [wait.upper + LIST_LAG_MS for wait in self.waits],
            )
        )
        return value, max(value - max(0, low), high - value)

    @property
    def level(self) -> Level | None:
        """Answered in time ÷ (answered + lost later). None if the looks were too rare to tell, or nobody came."""
        counted = [*self.waits, *self.lost_waits]
        sure = sum(slack <= (self.within - LIST_LAG_MS) / 2 for slack in self.slacks)
        if not counted or sure < SURE * len(self.slacks):
            return None
        limit = self.within
        late = sum(1 - wait.within(limit) for wait in self.lost_waits)
        least, most = self._surely(limit - LIST_LAG_MS), self._perhaps(limit + LIST_LAG_MS)
        pairs = (least, (self.in_time, late), most)
        return Level(*(in_time / (len(self.waits) + lost) if self.waits or lost else 0.0 for in_time, lost in pairs))

    def _surely(self, limit: int) -> tuple[int, int]:
        """How many were answered within a limit for sure, and how many can have been lost after it."""
        return sum(wait.upper <= limit for wait in self.waits), sum(wait.upper > limit for wait in self.lost_waits)

    def _perhaps(self, limit: int) -> tuple[int, int]:
        """How many can have been answered within a limit, and how many were lost after it for sure."""
        return sum(wait.lower <= limit for wait in self.waits), sum(wait.lower > limit for wait in self.lost_waits)

    @property
    def abandoned(self) -> float | None:
        """Lost after more than a short while ÷ (answered + these)."""
        short = self.short
        late = sum(wait.measured > short for wait in self.lost_waits)
        return late / (self.answered + late) if self.answered + late else None

    @property
    def short(self) -> int:
        """The short while, in ms."""
        return round(max(MIN_SHORT_MS, 2 * self.slack))

    def add(self, row: Contact) -> None:
        """Count a contact. One that still waits does not count yet."""
        if row.answered is not None and row.answered_slack is not None:
            self.answered += 1
            self._wait(row, row.answered, row.answered_slack, self.waits)
        elif row.answered is None and row.ended is not None and row.outcome != UNSEEN:
            self.lost += 1
            self._wait(row, row.ended, row.began_slack or 0, self.lost_waits)
        elif row.answered is not None or row.ended is not None:
            self.unknown += 1

    def _wait(self, row: Contact, ended: int, ended_slack: int, waits: list[Wait]) -> None:
        """Add a wait, if its beginning was seen."""
        if row.began_slack is None:
            return
        measured = ended - row.began
        if self.longest is None or measured > self.longest:
            self.longest, self.longest_at = measured, row.began
        waits.append(Wait(max(0, measured - ended_slack), measured, measured + row.began_slack))
        self.slacks.append(row.began_slack)


def _percentile(ordered: Sequence[int], share: float) -> int:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def contacts(site: Site, began: int, ended: int, department: UUID | None) -> list[Contact]:
    """The contacts that began in a time, of one department or of all, in order."""
    rows = Contact.objects.filter(site=site, began__gte=began, began__lt=ended).order_by("began")
    return list(rows if department is None else rows.filter(department=department))


def of(rows: Iterable[Contact], within: int) -> Queue:
    """The queue of these contacts. `within`: the service level's limit in ms."""
    made = Queue(within)
    for row in rows:
        made.add(row)
    return made

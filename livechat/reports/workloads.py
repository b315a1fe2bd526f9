"""How long agents were on, and with how many chats: of an agent, and of teams by hours, those of days without sums too.

Names of teams are those of then. Times are in ms.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from livechat.comm100.names import readable, same_name
from livechat.comm100.records import status_kind
from livechat.models import Site
from livechat.record.hour_rows import TEAMS, LabelsOf, Numbers, each, every
from livechat.reports import bounds, sums
from livechat.reports.day_sums import ONLINE, Sums
from livechat.reports.ranges import Range

Group = TypeVar("Group")
Label = TypeVar("Label")
PLACED_NUMBERS = 12  # of a row in which the bounds of occupancy are known


@dataclass(slots=True)
class Workload:
    """Times of agents: online, by how much that can be off, and online or away (`on`).

    `chat`: chats × time, and `busy`: time with a chat, also while away. `known`: of how much of it the chats are known.
    `busy_online` and `known_online`: the same of agents online. `placed` and `place`: chats and places of agents online
    whose places are known.

    `…_off`: by how much a time can be off. None if an older release did not keep it. The order is that of `TEAMS`.
    """

    online: int = 0
    off: int | None = 0
    on: int = 0
    chat: int = 0
    busy: int = 0
    known: int = 0
    busy_online: int = 0
    known_online: int = 0
    place: int = 0
    placed: int = 0
    placed_off: int | None = 0
    place_off: int | None = 0
    chat_off: int | None = 0
    busy_off: int | None = 0
    busy_online_off: int | None = 0
    known_online_off: int | None = 0

    def add(self, other: "Workload") -> None:
        """Add another's."""
        self.online += other.online
        self.off = bounds.added(self.off, other.off)
        self.on += other.on
        self.chat += other.chat
        self.busy += other.busy
        self.known += other.known
        self.busy_online += other.busy_online
        self.known_online += other.known_online
        self.place += other.place
        self.placed += other.placed
        self.placed_off = bounds.added(self.placed_off, other.placed_off)
        self.place_off = bounds.added(self.place_off, other.place_off)
        self.chat_off = bounds.added(self.chat_off, other.chat_off)
        self.busy_off = bounds.added(self.busy_off, other.busy_off)
        self.busy_online_off = bounds.added(self.busy_online_off, other.busy_online_off)
        self.known_online_off = bounds.added(self.known_online_off, other.known_online_off)

    @property
    def occupancy(self) -> float | None:
        """Chats ÷ places while online. None if no places are known."""
        return self.placed / self.place if self.place else None

    @property
    def occupancy_error(self) -> float | None:
        """By how much the occupancy can be off. None if that is not known, or if there is none."""
        return bounds.share_error(self.placed, self.placed_off, self.place, self.place_off)

    @property
    def busy_share(self) -> float | None:
        """The share of the time online with a chat. None if nothing is known."""
        return self.busy_online / self.known_online if self.known_online else None

    @property
    def busy_share_error(self) -> float | None:
        """By how much the busy share can be off. None if that is not known, or if there is none."""
        return bounds.share_error(self.busy_online, self.busy_online_off, self.known_online, self.known_online_off)

    @property
    def concurrency(self) -> float | None:
        """Chats at once, while there was one. None if there was none."""
        return self.chat / self.busy if self.busy else None

    @property
    def concurrency_error(self) -> float | None:
        """By how much the concurrency can be off: infinite if all the time with a chat can be.

        None if that is not known, or if there is none.
        """
        return bounds.ratio_error(self.chat, self.chat_off, self.busy, self.busy_off)


together = bounds.adder(Workload)


def of_status(status: str, one: Sums, places: int | None = None) -> Workload:
    """The times of a status, and the chats in it. `places`: an agent's, if the sums know of none."""
    kind = status_kind(status)
    if kind == "offline":
        return Workload()
    made = Workload(
        on=one.total, chat=one.chat, busy=one.busy, known=one.known, chat_off=one.chat_off, busy_off=one.busy_off
    )
    if kind != ONLINE:
        return made
    made.online, made.off = one.total, one.off
    made.busy_online, made.busy_online_off = one.busy, one.busy_off
    made.known_online, made.known_online_off = one.known, one.known_off
    if places:
        made.placed, made.placed_off, made.place = one.chat, one.chat_off, one.known * places
        made.place_off = None if one.known_off is None else one.known_off * places
    else:
        made.place, made.placed, made.placed_off, made.place_off = one.place, one.placed, one.placed_off, one.place_off
    return made


def by_team(site: Site, asked: Range) -> dict[str, Workload]:
    """Each team that was on, by its name."""
    times = added(site, asked, readable, each(lambda _hour: None))
    return {team: one for (team, _label), one in times.items() if one.on}


def by_label(site: Site, asked: Range, labels_of: LabelsOf[Label], team: str = "") -> dict[Label, Workload]:
    """All teams together, or one of them, in the hours of each label. An hour is when it begins, in epoch ms."""
    wanted = every if not team else lambda name: same_name(readable(name), team) or None
    found = added(site, asked, wanted, labels_of)
    return {label: one for (_wanted, label), one in found.items()}


def _of_row(numbers: Numbers, known: int) -> Workload:
    """The times of a row in which so many numbers are known. What an older release did not keep is of no time."""
    one = Workload(*numbers)
    if one.online and not known:
        one.off = None
    if one.place and known < PLACED_NUMBERS:
        one.placed_off = one.place_off = None
    if one.known and known < TEAMS.numbers:
        one.chat_off = one.busy_off = one.busy_online_off = one.known_online_off = None
    return one


def added(
    site: Site, asked: Range, group_of: Callable[[str], Group | None], labels_of: LabelsOf[Label]
) -> dict[tuple[Group, Label], Workload]:
    """The times in the hours of each label, team by team as they are grouped. None: not asked for."""
    made: dict[tuple[Group, Label], Workload] = defaultdict(Workload)
    rows = TEAMS.added(site.pk, asked.began, asked.ended, group_of, labels_of)
    for (group, label, known), numbers in rows.items():
        made[group, label].add(_of_row(numbers, known))
    for day in sums.of_days_without(site, asked):
        for (hour, team, status), times in day.teams.items():
            found = group_of(team)
            if found is not None:
                (label,) = labels_of([hour])
                made[found, label].add(of_status(status, times))
    return made

"""How long agents were on, and with how many chats: of an agent, and of teams by hours, those of days without sums too.

Names of teams are those of then. Times are in ms.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from livechat.comm100.names import readable, same_name
from livechat.comm100.records import status_kind
from livechat.models import Site
from livechat.record.hour_rows import TEAMS, Bounds, LabelsOf, each, every
from livechat.reports import bounds, sums
from livechat.reports.day_sums import ONLINE, Sums
from livechat.reports.ranges import Range

Group = TypeVar("Group")
Label = TypeVar("Label")


@dataclass(slots=True)
class Workload:
    """Times of agents: online, by how much that can be off, and online or away (`on`).

    `chat`: chats × time, and `busy`: time with a chat, also while away. `known`: of how much of it the chats are known.
    `busy_online` and `known_online`: the same of agents online. `placed` and `place`: chats and places of agents online
    whose places are known, `placed_off` and `place_off` by how much these can be off. A bound is None if an older
    release did not keep it.
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
    def concurrency(self) -> float | None:
        """Chats at once, while there was one. None if there was none."""
        return self.chat / self.busy if self.busy else None


def of_status(status: str, one: Sums, places: int | None = None) -> Workload:
    """The times of a status, and the chats in it. `places`: an agent's, if the sums know of none, and of no bounds."""
    kind = status_kind(status)
    if kind == "offline":
        return Workload()
    if kind != ONLINE:
        return Workload(on=one.total, chat=one.chat, busy=one.busy, known=one.known)
    made = Workload(one.total, one.off, one.total, one.chat, one.busy, one.known, one.busy, one.known)
    if places:
        made.place, made.placed, made.placed_off, made.place_off = one.known * places, one.chat, None, None
    else:
        made.place, made.placed, made.placed_off, made.place_off = one.place, one.placed, one.placed_off, one.place_off
    return made


def together(found: Iterable[Workload]) -> Workload:
    """All together."""
    made = Workload()
    for one in found:
        made.add(one)
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


def added(
    site: Site, asked: Range, group_of: Callable[[str], Group | None], labels_of: LabelsOf[Label]
) -> dict[tuple[Group, Label], Workload]:
    """The times in the hours of each label, team by team as they are grouped. None: not asked for."""
    made: dict[tuple[Group, Label], Workload] = defaultdict(Workload)
    rows = TEAMS.added(site.pk, asked.began, asked.ended, group_of, labels_of)
    for (group, label, known), numbers in rows.items():
        one = Workload(*numbers)
        if one.online and known is Bounds.NONE:
            one.off = None
        if one.place and known is not Bounds.ALL:
            one.placed_off = one.place_off = None
        made[group, label].add(one)
    for day in sums.of_days_without(site, asked):
        for (hour, team, status), times in day.teams.items():
            found = group_of(team)
            if found is not None:
                (label,) = labels_of([hour])
                made[found, label].add(of_status(status, times))
    return made

"""How long the agents of teams were on, and with how many chats, by hours: those of days without sums too.

Names of teams are those of then. Times are in ms.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from livechat.comm100.names import readable, same_name
from livechat.comm100.records import status_kind
from livechat.models import Site
from livechat.record.hour_rows import TEAMS, LabelsOf
from livechat.reports import sums
from livechat.reports.day_sums import ONLINE, Sums
from livechat.reports.ranges import Range

Group = TypeVar("Group")
Label = TypeVar("Label")


@dataclass(slots=True)
class TeamTime:
    """Times of a team's agents: online, by how much that can be off, and online or away.

    The others are those of `day_sums.Sums`. `chat`, `busy` and `known` are of agents away, too. `off` is None if an
    older release summed it up.
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

    def add(self, other: "TeamTime") -> None:
        """Add another's."""
        self.online += other.online
        self.off = None if self.off is None or other.off is None else self.off + other.off
        self.on += other.on
        self.chat += other.chat
        self.busy += other.busy
        self.known += other.known
        self.busy_online += other.busy_online
        self.known_online += other.known_online
        self.place += other.place
        self.placed += other.placed


def of_status(status: str, one: Sums) -> TeamTime:
    """A time in a status in which agents are online or away."""
    away = TeamTime(on=one.total, chat=one.chat, busy=one.busy, known=one.known)
    if status_kind(status) != ONLINE:
        return away
    online = TeamTime(one.total, one.off, 0, 0, 0, 0, one.busy, one.known, one.place, one.placed)
    online.add(away)
    return online


def one_of(team: str) -> Callable[[str], bool | None]:
    """A group: all teams together, or one of them."""
    return lambda name: not team or same_name(readable(name), team) or None


def added(
    site: Site, asked: Range, group_of: Callable[[str], Group | None], labels_of: LabelsOf[Label]
) -> dict[tuple[Group, Label], TeamTime]:
    """The times in the hours of each label, team by team as they are grouped. None: not asked for."""
    made: dict[tuple[Group, Label], TeamTime] = defaultdict(TeamTime)
    rows = TEAMS.added(site.pk, asked.began, asked.ended, group_of, labels_of)
    for (group, label, sure), numbers in rows.items():
        one = TeamTime(*numbers)
        if one.online and not sure:
            one.off = None
        made[group, label].add(one)
    for day in sums.of_days_without(site, asked):
        for (hour, team, status), times in day.teams.items():
            found = group_of(team)
            if found is not None:
                (label,) = labels_of([hour])
                made[found, label].add(of_status(status, times))
    return made

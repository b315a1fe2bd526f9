"""The agents who were on at all on a day that is over, and for how long. They come from the day's sums.

So a page reads the spans of the few agents that it shows.

Times are in ms.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from livechat.comm100.records import status_kind
from livechat.lib.epoch import SECOND_MS
from livechat.models import Site
from livechat.record import day_times, known_numbers
from livechat.record.hour_rows import TEAMS, every
from livechat.reports.ranges import Range
from livechat.reports.timeline import Piece, Total
from livechat.reports.workloads import Workload


@dataclass(frozen=True, slots=True)
class DayTotals:
    """The times of a day: of each agent by kind, and by how much each can be off.

    `on`: from an hour to an hour, in which anybody was on.
    """

    times: dict[UUID, dict[str, tuple[int, int]]]
    statuses: list[str]
    on: tuple[int, int]

    def total(self, agent: UUID, kind: str) -> Total:
        """An agent's time in a kind of status. It can be off by as much as all the times in it together."""
        total, off = self.times.get(agent, {}).get(kind, (0, 0))
        return Total(total // SECOND_MS, off / SECOND_MS)

    def agree(self, agent: UUID, pieces: Iterable[Piece]) -> bool:
        """Whether details tell the same. They do not if the sums are of another zone's day, or of other rows."""
        found: dict[str, int] = {}
        for piece in pieces:
            found[piece.kind] = found.get(piece.kind, 0) + piece.ended - piece.began
        return found == {kind: total for kind, (total, _off) in self.times.get(agent, {}).items()}


def of(site: Site, asked: Range) -> DayTotals | None:
    """The sums of a day. None if they are not made yet, or if nobody was on."""
    added = day_times.added(site.pk, asked.first, asked.first)
    if not added:
        return None
    hours = TEAMS.added(site.pk, asked.began, asked.ended, every, list)
    on = sorted(hour for (_all, hour, _known), numbers in hours.items() if Workload(*numbers).on)
    if not on:
        return None
    names = known_numbers.statuses(site.pk, {status for _agent, status in added})
    agents = known_numbers.agents(site.pk, {agent for agent, _status in added})
    kinds = {status: status_kind(name) for status, name in names.items()}
    times: dict[UUID, dict[str, tuple[int, int]]] = {}
    statuses: dict[int, None] = {}
    for (agent, status), (total, off, *_chats) in added.items():
        if agent in agents:
            own, kind = times.setdefault(agents[agent], {}), kinds[status]
            before = own.get(kind, (0, 0))
            own[kind] = before[0] + total, before[1] + off
            statuses[status] = None
    return DayTotals(times, [names[status] for status in statuses], (on[0], on[-1] + 1))

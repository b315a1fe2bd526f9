"""An agent's days: the sums of each, and of a range whose details are read the times of the day, too."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from operator import attrgetter
from uuid import UUID

from livechat.boards.directory_names import Names
from livechat.comm100.records import status_kind
from livechat.lib.epoch import DAY_MS, milliseconds
from livechat.models import Site
from livechat.reports import observed, opening, ranges, sums, timeline, totals, workloads
from livechat.reports.day_sums import ONLINE, Sums
from livechat.reports.observed import Observed, Run
from livechat.reports.ranges import Range
from livechat.reports.timeline import Piece
from livechat.reports.totals import ByStatus
from livechat.reports.workloads import Workload
from livechat.web.day_report import DayReport, Line


@dataclass(frozen=True)
class Day:
    """A day of an agent. `report` tells its details: it has one line. None if these are not read or deleted."""

    date: date
    times: ByStatus
    seen: Observed
    report: DayReport | None

    @property
    def online(self) -> Sums:
        """The time online."""
        return sums.added(one for status, one in self.times.items() if status_kind(status) == ONLINE)

    @property
    def seen_times(self) -> ByStatus:
        """The times in statuses in which the agent was seen: there may be others, which can have been."""
        return {status: one for status, one in self.times.items() if one.total}

    @property
    def away(self) -> dict[str, Sums]:
        """The time in each kind of away, the longest first."""
        found = ((status, one) for status, one in self.seen_times.items() if status_kind(status) == "away")
        return dict(sorted(found, key=lambda pair: -pair[1].total))

    @property
    def load(self) -> Workload:
        """The chats."""
        return workloads.together(workloads.of_status(status, one) for status, one in self.times.items())

    @cached_property
    def online_pieces(self) -> list[Piece]:
        """When the agent was online."""
        lines = self.report.lines if self.report else ()
        return [piece for line in lines for piece in line.pieces if piece.kind == ONLINE]


@dataclass(frozen=True)
class Report:
    """A range of an agent's days, in order."""

    asked: Range
    names: Names
    agent: UUID
    seen: Observed
    days: list[Day]
    left_out: int

    @property
    def name(self) -> str:
        """The agent's name."""
        return self.names.agent(str(self.agent))

    @property
    def team(self) -> str:
        """The agent's team of today."""
        return self.names.person(str(self.agent)).team

    @cached_property
    def whole(self) -> Day:
        """All days together."""
        return Day(self.asked.last, sums.merged(day.times for day in self.days), self.seen, None)

    @cached_property
    def detailed(self) -> bool:
        """Whether details of any day are told."""
        return any(day.report for day in self.days)


def of(site: Site, asked: Range, agent: UUID, names: Names) -> Report:
    """An agent's days."""
    runs = observed.runs(site, "agents", asked.began - DAY_MS, asked.ended)
    open_times = opening.times(site, asked.began, asked.ended)
    days = list(asked.days())
    seen = observed.of_each(runs, [(part.began, part.ended) for _day, part in days], open_times)
    found = totals.of_agent(site, asked, agent)
    read = len(days) <= ranges.MAX_DETAILED_DAYS
    details = _details(site, asked, agent, names, observed.detailed(site, runs)) if read else {}
    return Report(
        asked,
        names,
        agent,
        observed.of(runs, asked.began, asked.ended, open_times),
        [Day(day, found.get(day, {}), one, details.get(day)) for (day, _part), one in zip(days, seen, strict=True)],
        len(sums.uncounted(site, asked)),
    )


_began = attrgetter("began")


def _details(site: Site, asked: Range, agent: UUID, names: Names, runs: list[Run]) -> Mapping[date, DayReport]:
    """What is told of the days of which spans are kept."""
    spans = timeline.spans(site, asked.began, asked.ended, [agent]).get(agent, [])
    now, made = milliseconds(asked.now), {}
    for day, part in asked.days():
        # Before the first that begins on the day, one may reach into it.
        first = max(0, bisect_left(spans, part.began, key=_began) - 1)
        own = spans[first : bisect_left(spans, part.ended + timeline.LATE_MS, key=_began)]
        near = [run for run in runs if run.ended > part.began - DAY_MS and run.began < part.ended]
        watched = timeline.watched(near, part.began, part.ended, now, site.list_age_ms)
        line = Line(str(agent), names)
        line.tell(timeline.pieces(own, watched))
        if line.pieces:
            # Its hours are those of the whole day, also of today: rows below each other have one scale.
            whole = Range(day, day, asked.zone, asked.local(ranges.midnight(day + timedelta(days=1), asked.zone)))
            seen = observed.of(near, part.began, part.ended)
            made[day] = DayReport(whole, "", names, watched, seen, [line], [])
    return made

"""How busy agents were: occupancy, busy share and concurrency by team, day, hour of the day or agent, in words."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil, inf
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key, same_name
from livechat.forms import history_sums
from livechat.models import Site
from livechat.reports import observed, opening, presence, sums, totals, workloads
from livechat.reports.observed import Observed, Run
from livechat.reports.presence import Times
from livechat.reports.ranges import Range
from livechat.reports.week_hours import DAY_HOURS, Week
from livechat.reports.workloads import Workload
from livechat.web.report_words import percent, points


class Figure(NamedTuple):
    """A figure: its name, the anchor of its definition, its value, and by how much that can be off, if it is known."""

    name: str
    anchor: str
    value: str
    sure: str = ""


@dataclass(slots=True)
class Row:
    """A team, an hour of the day or an agent with its `own_name`, or a day.

    `seen`: how much of an hour or a day was looked at.
    """

    key: str
    own_name: str
    url: str
    load: Workload
    seen: Observed | None = None
    tick: str = ""
    day: date | None = None

    @property
    def name(self) -> str:
        """The name, or the date in words, which takes long."""
        return date_format(self.day, "D j M Y") if self.day else self.own_name


@dataclass(frozen=True)
class Report:
    """A range with its rows. `without_places`: agents who are in no occupancy. `left_out`: days not summed up yet."""

    asked: Range
    by: str
    team: str
    seen: Observed
    rows: list[Row]
    without_places: int
    left_out: int

    @cached_property
    def whole(self) -> Workload:
        """All rows together."""
        return workloads.together(row.load for row in self.rows)


def of(site: Site, asked: Range, by: str, team: str, names: Names) -> Report:
    """How busy a site's agents were, or those of a team: of its name of then, and for single agents of today."""
    runs = observed.runs(site, "agents", asked.began, asked.ended)
    open_times = opening.times(site, asked.began, asked.ended)
    if by == history_sums.AGENT:
        rows = _agents(site, asked, team, names)
    elif by == history_sums.TEAM:
        rows = _teams(site, asked, team)
    elif by == history_sums.DAY:
        rows = _days(site, asked, team, runs, open_times)
    else:
        rows = _hours(site, asked, team, runs)
    return Report(
        asked,
        by,
        team,
        observed.of(runs, asked.began, asked.ended, open_times),
        rows,
        totals.without_places(site, asked, team),
        len(sums.uncounted(site, asked)),
    )


def _agents(site: Site, asked: Range, team: str, names: Names) -> list[Row]:
    found, days = [], f"?from={asked.first}&to={asked.last}"
    for key, times in totals.by_agent(site, asked, tell=True).items():
        person = names.person(str(key))
        if person.hidden or (team and not same_name(team, person.team)):
            continue
        load = workloads.together(workloads.of_status(status, one, person.capacity) for status, one in times.items())
        if load.known_online or load.chat:
            url = reverse("history-agent", args=[key]) + days
            found.append(Row(str(key), names.agent(str(key)), url, load))
    return sorted(found, key=lambda row: (name_key(row.name), row.key))


def _teams(site: Site, asked: Range, team: str) -> list[Row]:
    found = [
        Row(name_key(name), name or _("Without a team"), "", load)
        for name, load in workloads.by_team(site, asked).items()
        if not team or same_name(team, name)
    ]
    return sorted(found, key=lambda row: (not row.key, row.key))


def _days(site: Site, asked: Range, team: str, runs: list[Run], open_times: Times | None) -> list[Row]:
    days = list(asked.days())
    seen = observed.of_each(runs, [(part.began, part.ended) for _day, part in days], open_times)
    starts = [part.began for _day, part in days]

    def days_of(hours: list[int]) -> list[int]:
        first, last = (bisect_right(starts, hours[place]) - 1 for place in (0, -1))
        if first == last:
            return [starts[first]] * len(hours)
        return [starts[bisect_right(starts, hour) - 1] for hour in hours]  # of a time when the zone was another

    loads = workloads.by_label(site, asked, days_of, team)
    return [
        Row(day.isoformat(), "", "", loads.get(part.began, Workload()), one, str(day.day), day)
        for (day, part), one in zip(days, seen, strict=True)
    ]


def _hours(site: Site, asked: Range, team: str, runs: list[Run]) -> list[Row]:
    """The hours of the day from the first to the last in which anything is known, all days together."""
    week = Week(asked, presence.watched(runs))
    found = workloads.by_label(site, asked, lambda hours: [slot % DAY_HOURS for slot in week.slots(hours)], team)
    loads = [found.get(clock, Workload()) for clock in range(DAY_HOURS)]
    whole, covered = (
        [sum(slots[clock::DAY_HOURS]) for clock in range(DAY_HOURS)] for slots in (week.existed, week.watched)
    )
    used = [clock for clock, load in enumerate(loads) if load.known_online or load.chat]
    return [
        Row(
            str(clock),
            f"{clock}:00–{clock + 1}:00",
            "",
            loads[clock],
            Observed(covered[clock] / whole[clock] if whole[clock] else 0.0, None),
            str(clock),
        )
        for clock in (range(min(used), max(used) + 1) if used else ())
    ]


def figures(load: Workload) -> list[Figure]:
    """The three figures in words."""
    return [
        Figure(_("Occupancy"), "occupancy", _share(load.occupancy), _sure(load.occupancy_error)),
        Figure(_("Busy share"), "busy", _share(load.busy_share), _sure(load.busy_share_error)),
        Figure(_("Concurrency"), "concurrency", _ratio(load.concurrency), _ratio_sure(load.concurrency_error)),
    ]


def _share(value: float | None) -> str:
    return _("cannot be told") if value is None else percent(value, 1)


def _sure(error: float | None) -> str:
    return "" if error is None else f"± {points(error)}"


def _ratio_sure(error: float | None) -> str:
    if error == inf:
        return _("not sure")
    return "" if error is None else f"± {ceil(round(100 * error, 6)) / 100:.2f}"


def _ratio(value: float | None) -> str:
    return _("cannot be told") if value is None else f"{value:.2f}"

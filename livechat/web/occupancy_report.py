"""How busy agents were: occupancy, busy share and concurrency by team, day, hour of the day or agent, in words."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key, same_name
from livechat.forms import history_sums
from livechat.models import Site
from livechat.reports import observed, opening, presence, totals
from livechat.reports.observed import Observed, Run
from livechat.reports.presence import Times
from livechat.reports.ranges import Range
from livechat.reports.totals import Workload
from livechat.web.report_words import percent


class Figure(NamedTuple):
    """A figure: its name, the anchor of its definition, and its value."""

    name: str
    anchor: str
    value: str


@dataclass(slots=True)
class Row:
    """A team, a day, an hour of the day or an agent. `seen`: how much of a day or an hour was looked at."""

    key: str
    name: str
    url: str
    load: Workload
    seen: Observed | None = None
    tick: str = ""


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
        return totals.added(row.load for row in self.rows)


def of(site: Site, asked: Range, by: str, team: str, names: Names) -> Report:
    """How busy a site's agents were, or those of a team: of its name of then, and for single agents of today."""
    runs = observed.runs(site, "agents", asked.began, asked.ended)
    open_times = opening.times(site, asked.began, asked.ended)
    if by == history_sums.AGENT:
        rows = _agents(site, asked, team, names)
    elif by == history_sums.TEAM:
        rows = _teams(site, asked, team)
    else:
        found = totals.workload_by_hour(site, asked, team)
        rows = _days(asked, found, runs, open_times) if by == history_sums.DAY else _hours(asked, found, runs)
    return Report(
        asked,
        by,
        team,
        observed.of(runs, asked.began, asked.ended, open_times),
        rows,
        totals.without_places(site, asked, team),
        totals.days_left_out(site, asked),
    )


def _agents(site: Site, asked: Range, team: str, names: Names) -> list[Row]:
    found, days = [], f"?from={asked.first}&to={asked.last}"
    for key, times in totals.by_agent(site, asked).items():
        person = names.person(str(key))
        if person.hidden or (team and not same_name(team, person.team)):
            continue
        load = totals.added(totals.of_status(status, one, person.capacity) for status, one in times.items())
        if load.known or load.chat:
            url = reverse("history-agent", args=[key]) + days
            found.append(Row(str(key), names.agent(str(key)), url, load))
    return sorted(found, key=lambda row: (name_key(row.name), row.key))


def _teams(site: Site, asked: Range, team: str) -> list[Row]:
    found = [
        Row(name_key(name), name or _("Without a team"), "", load)
        for name, load in totals.workload_by_team(site, asked).items()
        if not team or same_name(team, name)
    ]
    return sorted(found, key=lambda row: (not row.key, row.key))


def _days(asked: Range, found: dict[int, Workload], runs: list[Run], open_times: Times | None) -> list[Row]:
    days = list(asked.days())
    seen = observed.of_each(runs, [(part.began, part.ended) for _day, part in days], open_times)
    starts, loads = [part.began for _day, part in days], [Workload() for _day in days]
    place = 0
    for hour in sorted(found):
        while place + 1 < len(days) and starts[place + 1] <= hour:
            place += 1
        loads[place].add(found[hour])
    return [
        Row(day.isoformat(), date_format(day, "D j M Y"), "", load, one, str(day.day))
        for (day, _part), load, one in zip(days, loads, seen, strict=True)
    ]


def _hours(asked: Range, found: dict[int, Workload], runs: list[Run]) -> list[Row]:
    """The hours of the day from the first to the last in which anything is known, all days together."""
    loads: dict[int, Workload] = defaultdict(Workload)
    for moment, load in found.items():
        loads[asked.local(moment).hour].add(load)
    parts = list(asked.hours())
    whole, covered = defaultdict[int, int](int), defaultdict[int, int](int)
    for hour, part in parts:
        whole[hour] += part.ended - part.began
    watched = presence.shared(presence.watched(runs), [(part.began, part.ended) for _hour, part in parts])
    for began, ended in watched:
        covered[asked.local(began).hour] += ended - began
    used = [hour for hour, load in loads.items() if load.known or load.chat]
    return [
        Row(
            str(hour),
            f"{hour}:00–{hour + 1}:00",
            "",
            loads[hour],
            Observed(covered[hour] / whole[hour] if whole[hour] else 0.0, None),
            str(hour),
        )
        for hour in (range(min(used), max(used) + 1) if used else ())
    ]


def figures(load: Workload) -> list[Figure]:
    """The three figures in words."""
    return [
        Figure(_("Occupancy"), "occupancy", _share(load.occupancy)),
        Figure(_("Busy share"), "busy", _share(load.busy_share)),
        Figure(_("Concurrency"), "concurrency", _ratio(load.concurrency)),
    ]


def _share(value: float | None) -> str:
    return _("cannot be told") if value is None else percent(value, 1)


def _ratio(value: float | None) -> str:
    return _("cannot be told") if value is None else f"{value:.2f}"

"""Times in statuses by agent, team or day: rows with a cell for each status that occurs, and their bars."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key, same_name
from livechat.comm100.records import status_kind
from livechat.forms import history_sums
from livechat.lib.epoch import SECOND_MS
from livechat.models import Site
from livechat.reports import observed, opening, sums, totals
from livechat.reports.day_sums import Sums
from livechat.reports.observed import Observed, Run
from livechat.reports.presence import Times
from livechat.reports.ranges import Range
from livechat.reports.timeline import Total
from livechat.reports.totals import ByStatus
from livechat.web import day_report, strip_styles

KIND_ORDER = {"online": 0, "away": 1, "offline": 2}


@dataclass(frozen=True, slots=True)
class Status:
    """A column: the status, its kind, the class of its colour, and its name on pages."""

    name: str
    kind: str
    slug: str
    label: str


@dataclass(slots=True)
class Row:
    """An agent or a team with its `own_name`, or a day. `times` are by status.

    `seen`: how much of a day was looked at.
    """

    key: str
    own_name: str
    times: ByStatus
    seen: Observed | None = None
    day: date | None = None

    @property
    def name(self) -> str:
        """The name of an agent or a team, or the date in words, which takes long."""
        return date_format(self.day, "D j M Y") if self.day else self.own_name

    def total(self, statuses: Iterable[Status]) -> Sums:
        """The times in these statuses together."""
        return sums.added(self.times[one.name] for one in statuses if one.name in self.times)


@dataclass(frozen=True)
class Report:
    """A range with its rows, and all of them as one. `left_out`: how many of its days are not summed up yet."""

    asked: Range
    by: str
    team: str
    seen: Observed
    rows: list[Row]
    statuses: list[Status]
    whole: Row
    left_out: int

    @cached_property
    def on(self) -> list[Status]:
        """The statuses in which agents are online or away."""
        return [status for status in self.statuses if status.kind != "offline"]


def of(site: Site, asked: Range, by: str, team: str, names: Names) -> Report:
    """The times of a site's agents, or of those who are in a team today. Hidden agents are left out, as on boards."""
    agents = {
        UUID(key)
        for key, person in names.agents.items()
        if not person.hidden and (not team or same_name(team, person.team))
    }
    runs = observed.runs(site, "agents", asked.began, asked.ended)
    hours = opening.times(site, asked.began, asked.ended)
    if by == history_sums.DAY:
        rows = _days(asked, totals.by_day(site, asked, agents), runs, hours)
    else:
        found = {key: one for key, one in totals.by_agent(site, asked).items() if key in agents}
        rows = _agents(found, names) if by == history_sums.AGENT else _teams(found, names)
    seen, whole = observed.of(runs, asked.began, asked.ended, hours), sums.merged(row.times for row in rows)
    together = Row("", _("Together"), whole)
    return Report(asked, by, team, seen, rows, columns(names, whole), together, len(sums.uncounted(site, asked)))


def _agents(found: Mapping[UUID, ByStatus], names: Names) -> list[Row]:
    return [Row(str(key), names.agent(str(key)), one) for key, one in found.items()]


def _teams(found: Mapping[UUID, ByStatus], names: Names) -> list[Row]:
    teams: dict[str, list[ByStatus]] = defaultdict(list)
    labels: dict[str, str] = {}
    for key, one in found.items():
        team = names.person(str(key)).team
        labels.setdefault(name_key(team), team or _("Without a team"))
        teams[name_key(team)].append(one)
    return [Row(key, labels[key], sums.merged(members)) for key, members in teams.items()]


def _days(asked: Range, found: Mapping[date, ByStatus], runs: list[Run], hours: Times | None) -> list[Row]:
    days = list(asked.days())
    seen = observed.of_each(runs, [(part.began, part.ended) for _day, part in days], hours)
    return [
        Row(day.isoformat(), "", found.get(day, {}), one, day) for (day, _part), one in zip(days, seen, strict=True)
    ]


def columns(names: Names, whole: ByStatus) -> list[Status]:
    """The statuses that occur: online first, kinds of away by the time in them, offline last."""
    colours = strip_styles.hues(strip_styles.kinds_of_away(names, {name_key(status): status for status in whole}))
    found = []
    for status in whole:
        kind = status_kind(status)
        slug = f"away-{colours[name_key(status)]}" if kind == "away" else kind
        found.append(Status(status, kind, slug, strip_styles.label(status)))
    return sorted(found, key=lambda one: (KIND_ORDER[one.kind], -whole[one.name].total, one.name))


def words(found: Sums) -> tuple[str, str]:
    """A time and by how much it can be off: ("7 h 12 m", "± 10 s")."""
    return day_report.time(Total(found.total // SECOND_MS, found.off / SECOND_MS))

"""A day in words: the totals of each agent and team, and the time that was not observed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key, same_name
from livechat.lib import addresses
from livechat.lib.durations import DAY, HOUR, MINUTE, duration
from livechat.lib.epoch import DAY_MS, MINUTE_MS, milliseconds
from livechat.models import Site
from livechat.reports import day_totals, observed, opening, timeline
from livechat.reports.day_totals import DayTotals
from livechat.reports.observed import Observed
from livechat.reports.ranges import Range
from livechat.reports.timeline import Edge, Piece, Total, Watched
from livechat.web.report_words import NOTHING, UNITS

MAX_GAPS = 3  # told by their times
WHOLE_HOURS = 1000 * HOUR  # from here on minutes are left out: they find no room, and tell nothing


class Line:
    """An agent's day. `pieces` are in order; only those of agents on the page are read."""

    def __init__(self, key: str, names: Names) -> None:
        person = names.person(key)
        self.id, self.name, self.team = key, names.agent(key), person.team
        order = float("inf") if person.order is None else person.order
        self.place = (not person.team, name_key(person.team), order, name_key(self.name), key)
        self.online = self.away = Total()
        self.pieces: list[Piece] = []

    def tell(self, pieces: list[Piece]) -> None:
        """Tell it by its details."""
        self.pieces = pieces
        self.online, self.away = timeline.total(pieces, "online"), timeline.total(pieces, "away")

    @property
    def url(self) -> str:
        """The agent's days."""
        return addresses.of("history-agent", self.id)

    @cached_property
    def on(self) -> list[Piece]:
        """When the agent was online or away."""
        return [piece for piece in self.pieces if piece.kind != "offline"]


@dataclass(frozen=True, slots=True)
class DayReport:
    """A day. `lines`: who was on, by team. `never`: who was not, as far as it was observed.

    `on`: from when to when anybody was on. `statuses`: those of agents whose details were not read.
    """

    asked: Range
    team: str
    names: Names
    day: Watched
    observed: Observed
    lines: list[Line]
    never: list[Line]
    on: tuple[int, int] = (0, 0)
    statuses: Iterable[str] = ()

    def clock(self, moment: int) -> str:
        """The nearest minute to a moment of the day as "9:05"; its end is "24:00"."""
        return _clock((moment + MINUTE_MS // 2) // MINUTE_MS, self.asked.zone, self.asked.first)


@lru_cache(10_000)
def _clock(minute: int, zone: ZoneInfo, day: date) -> str:
    local = datetime.fromtimestamp(minute * 60, zone)
    return "24:00" if local.date() > day else f"{local.hour}:{local:%M}"


Part = Callable[[list[Line]], Sequence[Line]]


def of(site: Site, asked: Range, team: str, names: Names, part: Part | None = None) -> DayReport:
    """The day of a site's agents, or of those who are in a team today. Hidden agents are left out, as on boards.

    `part`: whose details are shown. If the day's sums tell of the others, only these are read.
    """
    # From a day earlier: a time that began before midnight is known if its beginning was watched.
    found = observed.runs(site, "agents", asked.began - DAY_MS, asked.ended)
    runs, deleted = observed.detailed(site, found), observed.are_deleted(site, found, asked.began, asked.ended)
    day = timeline.watched(runs, asked.began, asked.ended, milliseconds(asked.now), site.list_age_ms)
    open_times = opening.times(site, asked.began, asked.ended)
    seen = observed.of(runs, asked.began, asked.ended, open_times, deleted=deleted)
    people = [
        Line(key, names)
        for key, person in names.agents.items()
        if not person.hidden and (not team or same_name(team, person.team))
    ]
    people.sort(key=lambda line: line.place)
    report = DayReport(asked, team, names, day, seen, [], [])
    if deleted:
        return report
    summed = None if team or part is None else day_totals.of(site, asked)
    if summed is not None and part is not None:
        made = _by_sums(site, report, people, summed, part)
        if made is not None:
            return made
    return _by_details(site, report, people)


def _by_details(site: Site, report: DayReport, people: list[Line]) -> DayReport:
    """The day by the spans of all agents, or of a team."""
    _read(site, report, people, None if not report.team else {UUID(line.id) for line in people})
    lines = [line for line in people if line.on]
    on = (min(line.on[0].began for line in lines), max(line.on[-1].ended for line in lines)) if lines else report.on
    return replace(report, lines=lines, never=[line for line in people if not line.on], on=on)


def _by_sums(site: Site, report: DayReport, people: list[Line], summed: DayTotals, part: Part) -> DayReport | None:
    """The day by its sums, and by the spans of those who are shown. None if these do not agree."""
    for line in people:
        key = UUID(line.id)
        line.online, line.away = summed.total(key, "online"), summed.total(key, "away")
    lines = [line for line in people if line.online.seconds or line.away.seconds]
    shown = part(lines)
    _read(site, report, shown, {UUID(line.id) for line in shown})
    if not shown or not all(line.on and summed.agree(UUID(line.id), line.pieces) for line in shown):
        return None
    never = [line for line in people if not (line.online.seconds or line.away.seconds)]
    return replace(report, lines=lines, never=never, on=summed.on, statuses=summed.statuses)


def _read(site: Site, report: DayReport, lines: Iterable[Line], wanted: set[UUID] | None) -> None:
    """Tell lines by their spans."""
    spans = timeline.spans(site, report.asked.began, report.asked.ended, wanted)
    for line in lines:
        line.tell(timeline.pieces(spans.get(UUID(line.id), ()), report.day))


def gaps_words(report: DayReport) -> str:
    """When nobody watched: the longest times, and how many others. Empty if it was watched throughout."""
    found = report.day.gaps
    longest = sorted(sorted(found, key=lambda gap: gap[0] - gap[1])[:MAX_GAPS])
    if not longest:
        return ""
    times = ", ".join(f"{report.clock(began)}–{report.clock(ended)}" for began, ended in longest)
    rest = len(found) - len(longest)
    if not rest:
        return _("not observed %(times)s") % {"times": times}
    more = ngettext("%(n)d shorter time", "%(n)d shorter times", rest) % {"n": rest}
    return _("not observed %(times)s and %(more)s") % {"times": times, "more": more}


def until_words(report: DayReport) -> str:
    """To when today is told; empty for a day that is over."""
    if report.asked.ended < milliseconds(report.asked.now):
        return ""
    local = report.asked.local(report.day.ended)
    return _("today so far, until %(time)s") % {"time": f"{local.hour}:{local:%M}"}


def groups(report: DayReport, shown: Iterable[Line]) -> list[dict[str, Any]]:
    """The agents of a page by team. A team's sums are of all its agents, those on other pages too."""
    made = []
    for key, found in groupby(shown, key=lambda line: line.place[:2]):
        lines, whole = list(found), [line for line in report.lines if line.place[:2] == key]
        made.append(
            {
                "team": lines[0].team or _("Without a team"),
                "count": len(whole),
                "online": time(sum((line.online for line in whole), Total())),
                "away": time(sum((line.away for line in whole), Total())),
                "lines": lines,
            }
        )
    return made


def time(found: Total) -> tuple[str, str]:
    """A time and by how much it can be off: ("7 h 12 m", "± 10 s")."""
    if not found.seconds:
        return NOTHING, ""
    off = found.off + (HOUR / 2 if found.off and found.seconds >= WHOLE_HOURS else 0.999)
    return hours(found.seconds), f"± {duration(off, UNITS)}" if found.off else ""


def hours(seconds: int) -> str:
    """A time, in hours also if it is longer than a day: many agents' time together, without minutes if it is long."""
    if seconds < DAY:
        return duration(seconds, UNITS)
    if seconds >= WHOLE_HOURS:
        return f"{(seconds + HOUR // 2) // HOUR} {UNITS[2]}"
    return f"{seconds // HOUR} {UNITS[2]} {seconds % HOUR // MINUTE:02d} {UNITS[1]}"


def first_on(report: DayReport, line: Line) -> str:
    """When an agent was first on: "8:02", or "before 8:02" if that was not seen or was on the day before."""
    return began(report, line.on[0])


def last_on(report: DayReport, line: Line) -> str:
    """When an agent was last on: "17:31", "after 17:31" if that was not seen, or "now"."""
    return ended(report, line.on[-1])


def began(report: DayReport, piece: Piece) -> str:
    """When a piece began, or before which time."""
    if piece.first is Edge.SEEN:
        return report.clock(piece.began)
    return _("before %(time)s") % {"time": report.clock(piece.began)}


def ended(report: DayReport, piece: Piece) -> str:
    """When a piece ended, or after which time."""
    if piece.last is Edge.NOW:
        return _("now")
    if piece.last is Edge.SEEN:
        return report.clock(piece.ended)
    return _("after %(time)s") % {"time": report.clock(piece.ended)}

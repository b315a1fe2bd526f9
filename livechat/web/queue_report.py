"""The figures of the queue's past in words: tiles, rows and plots."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from livechat.lib.durations import duration
from livechat.lib.markup import fill, join
from livechat.reports.observed import Observed
from livechat.reports.queue import Queue
from livechat.reports.ranges import Bucket, Range
from livechat.web import report_words
from livechat.web.report_words import NOTHING, UNITS, percent

UNSURE = SafeString(' class="unsure"')


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a range as a whole."""

    queue: Queue
    observed: Observed

    @property
    def known(self) -> bool:
        """Whether there are any: of what nobody observed there are none."""
        return report_words.known(self.observed, recorded=self.queue.recorded)


@dataclass(frozen=True, slots=True)
class Part(Figures):
    """An hour, a day or a week of a report; of a week, how many `days` of it are in the range."""

    bucket: Bucket
    days: int = 1


@dataclass(frozen=True, slots=True)
class Report:
    """A range with its figures, those of the same weekdays before, and those of its parts.

    `summed`: it is a day whose details are deleted. Its hours have no waits then. `left_out`: how many of its days have
    no sums yet. `weeks`: those of many days.
    """

    asked: Range
    now: Figures
    before: Figures
    parts: list[Part]
    summed: bool = False
    left_out: int = 0
    weeks: Sequence[Part] = ()

    @property
    def within(self) -> int:
        """The limit of the service level in seconds."""
        return self.now.queue.within // 1000

    @property
    def observed(self) -> str:
        """How much was looked at."""
        return report_words.observed(self.now.observed)

    @property
    def opening(self) -> str:
        """How much of the opening hours was looked at; empty if there are none."""
        return report_words.opening(self.now.observed)

    @property
    def pace(self) -> str:
        """How often it was looked at; empty if it was not."""
        return report_words.pace(self.now.observed)

    @property
    def words(self) -> str:
        """The range in words, with the zone."""
        return report_words.days(self.asked)


def wait(ms: float | None) -> str:
    """A wait as "1:24"."""
    return NOTHING if ms is None else duration(ms / 1000, UNITS, wait=True)


def off(ms: float) -> str:
    """By how much a wait can be off: "± 5 s", no less than that."""
    return f"± {duration(ceil(ms / 1000), UNITS)}"


def tiles(report: Report) -> list[tuple[str, str, str]]:
    """The figures above the plots: what, its value, and how sure it is or what it was before."""
    if report.now.known:
        return list(_tiles(report))
    return [(name, NOTHING, "") for name, _value, _sure in _tiles(report)]


def _tiles(report: Report) -> Iterator[tuple[str, str, str]]:
    found, before = report.now.queue, report.before
    median, level = found.percentile(0.5), found.level
    longest_at = date_format(report.asked.local(found.longest_at), "j M H:i" if not report.asked.by_hour else "H:i")
    yield _("Offered"), str(found.offered), _compared(report, str(before.queue.offered))
    yield _("Answered"), str(found.answered), _compared(report, str(before.queue.answered))
    yield _("Lost"), str(found.lost), abandoned(found)
    yield (
        _("Within %(within)d s") % {"within": report.within},
        _("cannot be told") if level is None else percent(level.value),
        _("looks are too rare, or nobody came") if level is None else f"{100 * level.low:.0f}–{100 * level.high:.0f}",
    )
    yield _("Median wait"), wait(median[0] if median else None), off(median[1]) if median else ""
    yield (
        _("Longest wait"),
        wait(found.longest),
        _("at %(time)s, at least") % {"time": longest_at} if found.longest is not None else "",
    )


def abandoned(found: Queue) -> str:
    """Which share was lost after more than a short while, and how long that is; and at least which share in all.

    Empty if nobody came.
    """
    if not found.offered:
        return ""
    least = _("at least %(share)s in all") % {"share": report_words.rounded_down(found.lost / found.offered)}
    if found.abandoned is None:
        return least
    given = {"share": percent(found.abandoned, 1), "short": duration(found.short / 1000, UNITS)}
    return f"{_('%(share)s after more than %(short)s') % given}; {least}"


def _compared(report: Report, value: str) -> str:
    """The same figure of the weekdays before, if both were observed well enough."""
    if not (report.now.observed.enough and report.before.observed.enough):
        return ""
    weeks = 1 + (report.asked.last - report.asked.first).days // 7
    if weeks > 1:
        return _("%(weeks)d weeks before: %(value)s") % {"weeks": weeks, "value": value}
    return _("a week before: %(value)s") % {"value": value}


def shown(report: Report) -> Sequence[Part]:
    """The parts that the table shows: every day, and the hours from the first to the last in which anybody came."""
    return used(report.parts) if report.asked.by_hour else report.parts


def rows(report: Report, parts: Iterable[Part]) -> SafeString:
    """Parts as the table shows them."""
    cells = "".join(
        f'<td class="cell-number" data-label="{escape(name)}">{{}}{" <small>{}</small>" * has_small}</td>\n'
        for name, has_small in (
            (_("Observed"), False), (_("Offered"), False), (_("Answered"), False), (_("Lost"), False),
            (_("In time"), False), (_("Level"), False), (_("Median wait"), True), (_("9 of 10"), True),
        )
    )  # fmt: skip
    text = f'<tr data-row{{}}>\n<td class="cell-name">{{}}</td>\n{cells}</tr>\n'
    return join(fill(text, *_row(report, part)) for part in parts)


def _row(report: Report, part: Part) -> Iterator[object]:
    """The class of a row, and what its cells say."""
    found, level = part.queue, part.queue.level
    yield "" if part.observed.enough else UNSURE
    yield label(report, part.bucket)
    yield percent(part.observed.counted)
    counts = found.offered, found.answered, found.lost, f"{found.in_time:.0f}"
    yield from counts if part.known else [NOTHING] * len(counts)
    yield NOTHING if level is None else percent(level.value)
    for share in (0.5, 0.9):
        told = found.percentile(share)
        yield from (wait(told[0]), off(told[1])) if told else (NOTHING, "")


def label(report: Report, bucket: Bucket) -> str:
    """What a part is called: "9:00–10:00", or a day."""
    if not report.asked.by_hour:
        first, last = report.asked.first, report.asked.last
        return date_format(report.asked.local(bucket.began), "D j M" if first.year == last.year else "D j M Y")
    return hours(report.asked, bucket)


def hours(asked: Range, bucket: Bucket) -> str:
    """An hour as "9:00–10:00"."""
    began, ended = asked.local(bucket.began), asked.local(bucket.ended)
    return f"{began.hour}:{began:%M}–{ended.hour or 24}:{ended:%M}"


def used(parts: Sequence[Part]) -> Sequence[Part]:
    """The parts from the first to the last in which anybody came."""
    found = [place for place, part in enumerate(parts) if part.queue.offered]
    return parts[found[0] : found[-1] + 1] if found else ()

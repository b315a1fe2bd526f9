"""Words that the pages of the past share: how sure a figure is, and of which days it is."""

from datetime import timedelta
from math import ceil
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livechat.reports.observed import Observed
from livechat.reports.ranges import Range

UNITS = ("s", "m", "h", "d")
NOTHING = "–"


class Told(NamedTuple):
    """A figure as a page shows it: `grey` if too little was observed, with the share in words."""

    value: str
    grey: bool = False
    share: str = ""


def percent(share: float, digits: int = 0) -> str:
    """A share of 1 as "82 %"."""
    return f"{100 * share:.{digits}f} %"


def points(error: float) -> str:
    """By how much a share can be off, in whole points, rounded up but not because of the last bit: "3 %"."""
    return f"{ceil(round(100 * error, 6))} %"


def observed(seen: Observed) -> str:
    """How much was looked at, as far as details tell."""
    return _("details deleted") if seen.deleted else _("%(share)s observed") % {"share": percent(seen.share, 1)}


def opening(seen: Observed) -> str:
    """How much of the opening hours was looked at; empty if there are none, or if it is no longer known."""
    if seen.opening is None or seen.deleted:
        return ""
    return _("%(share)s of the opening hours observed") % {"share": rounded_down(seen.opening)}


def share(seen: Observed) -> str:
    """The share that says whether it is enough."""
    return rounded_down(seen.counted)


def rounded_down(share: float) -> str:
    """A share as "94.9 %": 94.96 % are not 95."""
    return percent(int(1000 * share) / 1000, 1)


def little(seen: Observed) -> str:
    """How much was observed, if that is too little for a comparison; else empty."""
    if seen.enough:
        return ""
    if not known(seen):
        return _("details deleted") if seen.deleted else _("not observed")
    return opening(seen) or _("%(share)s observed") % {"share": share(seen)}


def known(seen: Observed, *, recorded: bool = False) -> bool:
    """Whether there is a figure at all. Of what was not observed there is none: that is not zero.

    `recorded`: whether sums tell of it. They are kept for longer than how much was observed.
    """
    return seen.share > 0 or recorded


def told_of(value: str, seen: Observed, *, recorded: bool = False) -> Told:
    """A figure with how much of it was observed, if there is one."""
    return Told(value if known(seen, recorded=recorded) else NOTHING, not seen.enough, little(seen))


def pace(seen: Observed) -> str:
    """How often it was looked at; empty if it was not."""
    if seen.paces is None:
        return ""
    low, high = seen.paces
    if low == high:
        return _("looked at every %(low)d s") % {"low": low}
    return _("looked at every %(low)d to %(high)d s") % {"low": low, "high": high}


def days(asked: Range) -> str:
    """A range in words, with the zone."""
    found = [date_format(day, "D j M Y") for day in sorted({asked.first, asked.last})]
    return f"{' – '.join(found)} · {asked.zone.key}"


def facts(seen: Observed, asked: Range) -> list[str]:
    """What stands behind the observed share."""
    return [fact for fact in (opening(seen), pace(seen), days(asked)) if fact]


def presets(asked: Range) -> list[tuple[str, str, str, bool]]:
    """Usual ranges: what each is called, its first and its last day, and whether it is shown."""
    today = asked.now.astimezone(asked.zone).date()
    spans = [
        (_("Today"), 0, 0),
        (_("Yesterday"), 1, 1),
        (_("7 days"), 6, 0),
        (_("28 days"), 27, 0),
        (_("90 days"), 89, 0),
    ]
    days = [(name, today - timedelta(days=first), today - timedelta(days=last)) for name, first, last in spans]
    return [
        (name, first.isoformat(), last.isoformat(), (first, last) == (asked.first, asked.last))
        for name, first, last in days
    ]

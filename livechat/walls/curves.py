"""The curves of a wall: how many waited, for how long, and who was online, in the last hour or since the site opened.

They are counts and times, and nothing else. A process reads the record for them once a minute. If the database fails,
a wall keeps those that it has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from livechat.boards.levels import Limits
from livechat.lib import outages
from livechat.lib.durations import duration
from livechat.lib.epoch import HOUR_MS, milliseconds, moment_of
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Site
from livechat.reports import curves, sparklines
from livechat.reports.curves import Curve
from livechat.walls.design import PANEL_TYPES, Design, PanelCurve

HEIGHT = 60  # of a plot, in units of its own: whole numbers make short paths
LEAST_TOP = {"waiting": 4, "longest": 120_000, "online": 4}  # of the scale: one visitor who waits does not fill it
MAX_CURVES = 500  # in one process
# A change may be seen so long after it happened. Curves end before that, so that all processes draw the same curve.
SETTLED_AGE = timedelta(seconds=15)

Key = tuple[int, str, str, tuple[str, ...]]
_curves: TtlCache[Key, tuple[int, Curve]] = TtlCache(MAX_CURVES)  # each with its end


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """A curve as a wall shows it: its name, its extreme in words, its plot, and three times of day below it.

    `curve`: what is plotted.
    """

    slug: str
    label: str
    words: str
    plot: SafeString
    times: tuple[str, ...]
    curve: Curve


def _end(moment: datetime) -> datetime:
    """Where curves of a moment end: at the last full minute that is settled."""
    return (moment - SETTLED_AGE).replace(second=0, microsecond=0)


def until(moment: datetime) -> datetime:
    """When curves of a moment are renewed."""
    return _end(moment) + timedelta(minutes=1) + SETTLED_AGE


def of(design: Design, site: Site, wait: Limits) -> tuple[DrawnCurve, ...]:
    """The curves of a wall, in its language and its time zone, which must be active. `wait`: the site's limits."""
    now = timezone.now()
    found = ((chosen, _read(design, site, chosen, now)) for chosen in design.curves)
    return tuple(_drawn(design, chosen, curve, wait) for chosen, curve in found if curve is not None)


def _read(design: Design, site: Site, chosen: PanelCurve, now: datetime) -> Curve | None:
    """A curve as of now. If the database fails, the one of before; None if there is none."""
    key = (site.pk, chosen.slug, chosen.span, design.teams if chosen.slug == "online" else ())
    ended = milliseconds(_end(now))
    kept = _curves.get(key)
    if kept is not None and kept[0] == ended:
        return kept[1]
    try:
        made = _made(design, site, chosen, ended, milliseconds(now))
    except Error as error:
        outages.note(error, "to draw a wall's curve")
        return kept[1] if kept else None
    _curves.put(key, (ended, made))
    return made


def _made(design: Design, site: Site, chosen: PanelCurve, ended: int, now: int) -> Curve:
    began = ended - HOUR_MS if chosen.span == "hour" else min(ended, curves.since_opening(site, now))
    if chosen.slug == "online":
        return curves.online(site, began, ended, now, design.teams)
    return (curves.waiting if chosen.slug == "waiting" else curves.longest)(site, began, ended)


def _drawn(design: Design, chosen: PanelCurve, curve: Curve, wait: Limits) -> DrawnCurve:
    panel = next((panel for panel in design.panels if panel.type.slug == chosen.slug), None)
    limits = panel.limits(wait) if panel and not panel.type.low else Limits(None, None)
    if chosen.slug == "longest":
        limits = Limits(*(None if limit is None else 1000 * limit for limit in (limits.amber, limits.red)))
    middle = (curve.began + curve.ended) // 2
    return DrawnCurve(
        chosen.slug,
        str(PANEL_TYPES[chosen.slug].label),
        _words(design, chosen.slug, curve),
        plot(chosen.slug, curve.values, limits),
        tuple(_clock(design, moment) for moment in (curve.began, middle, curve.ended)),
        curve,
    )


def _words(design: Design, slug: str, curve: Curve) -> str:
    """The extreme with its time. Empty if nobody waited.

    Between two looks more can have waited than were seen, and for longer: a maximum is at least so large.
    """
    seen = [(value, place) for place, value in enumerate(curve.values) if value is not None]
    if not seen:
        return gettext("not observed")
    value, place = min(seen) if slug == "online" else max(seen, key=lambda pair: (pair[0], -pair[1]))
    if slug != "online" and not value:
        return ""
    words = gettext("fewest {n} at {time}") if slug == "online" else gettext("≥ {n} at {time}")
    shown = duration(value / 1000, "smhd", wait=True, short=True) if slug == "longest" else str(value)
    return words.replace("{n}", shown).replace("{time}", _clock(design, curve.began + place * curve.step))


def _clock(design: Design, moment: int) -> str:
    return date_format(timezone.localtime(moment_of(moment)), "g:i A" if design.clock == "12" else "H:i")


def plot(slug: str, values: Sequence[int | None], limits: Limits) -> SafeString:
    """The steps of a curve as SVG, stretched to its place. Steps past a limit have its colour.

    A limit is a dashed line, if the scale, which begins at zero, reaches it.
    """
    most = max((value for value in values if value is not None), default=0)
    top = max(most, LEAST_TOP[slug])

    def height(value: float) -> int:
        return HEIGHT - round(value * (HEIGHT - 2) / top)

    runs = [
        (start, _steps(start, [height(value) for value in found]), len(found))
        for start, found in sparklines.stretches(values)
    ]
    line = "".join(steps for _start, steps, _count in runs)
    ground = "".join(f"{steps}V{HEIGHT}H{start}z" for start, steps, _count in runs)
    lines = [(level, height(limit)) for level, limit in _reached(limits, top)]
    half = 0 if slug == "longest" else 0.5  # a count passes its limit by being equal to it
    passed = [(level, height(limit - half)) for level, limit in _reached(limits, most)]
    return format_html(
        '<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true">{stops}'
        '<path class="curve-ground"{fill} d="{ground}"/>{lines}<path class="curve-line"{stroke} d="{line}"/></svg>',
        width=max(1, len(values)),
        height=HEIGHT,
        stops=_stops(slug, passed) if passed else "",
        fill=format_html(' fill="url(#c-{})"', slug) if passed else "",
        stroke=format_html(' stroke="url(#c-{})"', slug) if passed else "",
        ground=ground,
        line=line,
        lines=format_html_join(
            "", '<path class="curve-limit" d="M0 {}h{}"/>', ((place, len(values)) for _level, place in lines)
        ),
    )


def _reached(limits: Limits, most: float) -> Iterator[tuple[str, int]]:
    """The limits that a value reaches, red first."""
    for level, limit in (("red", limits.red), ("amber", limits.amber)):
        if limit and limit <= most:
            yield level, limit


def _stops(slug: str, passed: Sequence[tuple[str, int]]) -> SafeString:
    """Colours from the top down, with hard edges at the limits."""
    edges = [(level, f"{place / HEIGHT:.3g}") for level, place in passed]
    stops = [pair for place, (level, edge) in enumerate(edges) for pair in _pair(level, edge, edges[place + 1 :])]
    return format_html(
        '<linearGradient id="c-{}" gradientUnits="userSpaceOnUse" x2="0" y2="{}">{}</linearGradient>',
        slug,
        HEIGHT,
        format_html_join("", '<stop class="{}" offset="{}"/>', stops),
    )


def _pair(level: str, edge: str, later: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    yield level, edge
    yield (later[0][0] if later else "well"), edge


def _steps(start: int, heights: Sequence[int]) -> str:
    """A stretch as a path: right for each value, up or down between two."""
    made, run = f"M{start} {heights[0]}", 0
    for place, now in enumerate(heights):
        run += 1
        then = heights[place + 1] if place + 1 < len(heights) else None
        if then != now:
            made += f"h{run}" + (f"v{then - now}" if then is not None else "")
            run = 0
    return made

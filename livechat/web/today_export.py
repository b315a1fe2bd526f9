"""A day beside the same weekday of the week before, as CSV and JSON: the page's own rows."""

from collections.abc import Iterator
from typing import Any

from livechat.reports.observed import Observed
from livechat.reports.presence import Presence
from livechat.web.queue_export import seconds, wait
from livechat.web.report_words import known
from livechat.web.today_report import Day, Hour, Report

HOUR_HEAD = (
    "from",
    "to",
    "agents observed share",
    "agents online",
    "agents online error",
    "visitors observed share",
    "offered",
    "answered",
    "lost",
)
CSV_HEAD = (*HOUR_HEAD, *(f"week before: {name}" for name in HOUR_HEAD))


def csv_lines(report: Report) -> Iterator[tuple[Any, ...]]:
    """The lines of the CSV: what all of them rest on, then a row for each hour. Times have their offset."""
    yield ("zone", report.now.asked.zone.key)
    for name, day in (("day", report.now), ("week before", report.before)):
        yield (name, day.asked.first.isoformat(), "until", day.asked.local(day.asked.ended).isoformat())
        for listed, seen in (("visitors", day.queue_seen), ("agents", day.online_seen)):
            share = "details deleted" if seen.deleted else _share(seen)
            yield (f"{name}: {listed} observed share", share, "looked every s", *(seen.paces or ()))
    yield from formulas(report).items()
    yield ()
    yield CSV_HEAD
    for now, before in report.pairs:
        yield (*_hour(report.now, now).values(), *_hour(report.before, before).values())


def formulas(report: Report) -> dict[str, str]:
    """What the figures mean."""
    return {
        "agents online": "seconds of agents online while watched ÷ seconds watched",
        "offered": "answered + lost, by the moment the contact began",
        "lost": "at least: seen waiting, then without a chat",
        "wait": "of those answered: from the first look that saw it to the look that saw its end",
        "longest wait": "of those answered and lost: at least so long",
        "error": "by how much a wait that was seen can be off, by the time between two looks and the age of the list",
        "service level": f"answered within {report.within} s ÷ (answered + lost later)",
        "uncovered": "watched seconds in which somebody waited while nobody was online",
    }


def as_json(report: Report) -> dict[str, Any]:
    """The page's own rows, after what all of them rest on."""
    return {
        "zone": report.now.asked.zone.key,
        "within": report.within,
        "formulas": formulas(report),
        "day": _day(report.now),
        "week_before": _day(report.before),
        "hours": [
            {"day": _hour(report.now, now), "week_before": _hour(report.before, before)} for now, before in report.pairs
        ],
    }


def _day(day: Day) -> dict[str, Any]:
    found, level = day.queue, day.queue.level
    return {
        "day": day.asked.first.isoformat(),
        "until": day.asked.local(day.asked.ended).isoformat(),
        "details_deleted": day.both_seen.deleted,
        "visitors_observed": _share(day.queue_seen),
        "visitors_looked_every": day.queue_seen.paces,
        "agents_observed": _share(day.online_seen),
        "agents_looked_every": day.online_seen.paces,
        **_counted(day.queue_seen, found.offered, found.answered, found.lost),
        "unknown": found.unknown if known(day.queue_seen) else None,
        "level": None if level is None else round(level.value, 4),
        "level_least": None if level is None else round(level.low, 4),
        "level_most": None if level is None else round(level.high, 4),
        **wait("mean_wait", found.mean, found.mean_off),
        **wait("longest_wait", found.longest, found.longest_off),
        "uncovered": seconds(day.uncovered) if known(day.both_seen) else None,
    }


def _hour(day: Day, hour: Hour | None) -> dict[str, Any]:
    """An hour as numbers; None for what was not observed, and for an hour that the day does not have, or not yet."""
    if hour is None:
        return dict.fromkeys(_NAMES)
    local, found = day.asked.local, hour.queue
    return {
        "from": local(hour.bucket.began).isoformat(),
        "to": local(hour.bucket.ended).isoformat(),
        "agents_observed": _share(hour.online_seen),
        "online": _mean(hour.presence),
        "online_error": None if hour.presence.error is None else round(hour.presence.error, 3),
        "visitors_observed": _share(hour.queue_seen),
        **_counted(hour.queue_seen, found.offered, found.answered, found.lost),
    }


_NAMES = ("from", "to", "agents_observed", "online", "online_error", "visitors_observed", "offered", "answered", "lost")


def _counted(seen: Observed, *counts: int) -> dict[str, int | None]:
    names = ("offered", "answered", "lost")
    return {name: count if known(seen) else None for name, count in zip(names, counts, strict=True)}


def _mean(presence: Presence) -> float | None:
    return None if presence.mean is None else round(presence.mean, 1)


def _share(seen: Observed) -> float | None:
    return None if seen.deleted else round(seen.share, 4)

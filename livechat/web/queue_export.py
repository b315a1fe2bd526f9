"""The figures of the queue's past as CSV and JSON: the page's own rows."""

from collections.abc import Iterator
from typing import Any

from livechat.reports.queue import Queue
from livechat.web.queue_report import Figures, Report

CSV_HEAD = (
    "from", "to", "observed share", "offered", "answered", "lost", "wait unknown", "answered in time",
    "service level", "service level least", "service level most", "mean wait s", "median wait s", "9 of 10 wait s",
    "longest wait s",
)  # fmt: skip


def csv_rows(report: Report) -> Iterator[tuple[Any, ...]]:
    """The rows of the CSV: times with their offset, whole seconds."""
    for part in report.parts:
        yield (
            report.asked.local(part.bucket.began).isoformat(),
            report.asked.local(part.bucket.ended).isoformat(),
            *_numbers(part).values(),
        )


def _numbers(part: Figures) -> dict[str, Any]:
    """The figures as numbers; None for what cannot be told, and all of them for what nobody observed."""
    numbers = _found(part.queue)
    return {"observed": round(part.observed.share, 4)} | (numbers if part.known else dict.fromkeys(numbers))


def _found(found: Queue) -> dict[str, Any]:
    level = found.level
    half, most = found.percentile(0.5), found.percentile(0.9)
    return {
        "offered": found.offered,
        "answered": found.answered,
        "lost": found.lost,
        "unknown": found.unknown,
        "in_time": round(found.in_time),
        "level": None if level is None else round(level.value, 4),
        "level_least": None if level is None else round(level.low, 4),
        "level_most": None if level is None else round(level.high, 4),
        "mean_wait": seconds(found.mean),
        "median_wait": seconds(half and half[0]),
        "nine_of_ten_wait": seconds(most and most[0]),
        "longest_wait": seconds(found.longest),
    }


def seconds(ms: float | None) -> int | None:
    """Whole seconds; None for what cannot be told."""
    return None if ms is None else round(ms / 1000)


def as_json(report: Report) -> dict[str, Any]:
    """The page's own rows, with the zone, the pace and the limit that they were made with."""
    return {
        "from": report.asked.first.isoformat(),
        "to": report.asked.last.isoformat(),
        "zone": report.asked.zone.key,
        "within": report.within,
        "looked_every": report.now.observed.paces,
        "whole": _numbers(report.now),
        "parts": [
            {
                "from": report.asked.local(part.bucket.began).isoformat(),
                "to": report.asked.local(part.bucket.ended).isoformat(),
            }
            | _numbers(part)
            for part in report.parts
        ],
    }

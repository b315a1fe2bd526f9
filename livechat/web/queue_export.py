"""The figures of the queue's past as CSV and JSON: the page's own rows."""

from collections.abc import Iterator
from math import ceil
from typing import Any

from livechat.reports.queue import Queue
from livechat.web import sums_export
from livechat.web.queue_report import Figures, Report

CSV_HEAD = (
    "from", "to", "observed share", "offered", "answered", "lost", "wait unknown", "answered in time",
    "service level", "service level least", "service level most",
    *(f"{name} wait {what}" for name in ("mean", "median", "9 of 10", "longest") for what in ("s", "error s")),
)  # fmt: skip


def formulas(report: Report) -> dict[str, str]:
    """What the figures mean."""
    return {
        "offered": "answered + lost, by the moment the contact began",
        "lost": "at least: seen waiting, then without a chat",
        "wait unknown": "began or ended unseen: in no wait and no service level",
        "service level": f"answered within {report.within} s ÷ (answered + lost later)",
        "wait": "of those answered: from the first look that saw it to the look that saw its end",
        "longest wait": "of those answered and lost: at least so long",
        "error": "by how much a wait that was seen can be off, by the time between two looks and the age of the list",
    }


def csv_lines(report: Report) -> Iterator[tuple[Any, ...]]:
    """The lines of the CSV: what all of them rest on, then a row for each part. Times have their offset."""
    yield from sums_export.csv_facts(report.asked, report.now.observed, formulas(report))
    yield CSV_HEAD
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
        **wait("mean_wait", found.mean, found.mean_off),
        **wait("median_wait", *(half or (None, None))),
        **wait("nine_of_ten_wait", *(most or (None, None))),
        **wait("longest_wait", found.longest, found.longest_off),
    }


def wait(name: str, value: float | None, off: float | None) -> dict[str, int | None]:
    """A wait and by how much it can be off, in whole seconds. What rounding moves is in that."""
    told = seconds(value)
    moved = 0 if value is None or told is None else abs(value - 1000 * told)
    return {name: told, f"{name}_error": None if off is None else ceil((off + moved) / 1000)}


def seconds(ms: float | None) -> int | None:
    """Whole seconds; None for what cannot be told."""
    return None if ms is None else round(ms / 1000)


def as_json(report: Report) -> dict[str, Any]:
    """The page's own rows, after what all of them rest on."""
    return sums_export.json_facts(report.asked, report.now.observed, formulas(report)) | {
        "within": report.within,
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

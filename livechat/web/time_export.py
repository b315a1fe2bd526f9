"""Times in statuses as CSV and JSON: the page's own rows, of all its pages."""

from collections.abc import Iterable, Iterator
from typing import Any

from livechat.lib.epoch import SECOND_MS
from livechat.reports.day_sums import Sums
from livechat.web import sums_export
from livechat.web.sums_export import observed_share
from livechat.web.time_report import Report, Row

FORMULAS = {
    "formula": (
        "time in a status: what was recorded, within the range and while it was watched; "
        "a change counts in the middle between two looks"
    ),
    "on": "online and away together",
}


def csv_lines(report: Report, rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    """The lines of the CSV, in whole seconds."""
    yield from sums_export.csv_facts(report.asked, report.seen, FORMULAS)
    names = [one.label for one in report.statuses]
    yield (
        report.by,
        "id",
        "observed share",
        *(f"{name}{what}" for name in (*names, "on") for what in (" s", " error s")),
    )
    for row in rows:
        found = _times(report, row)
        yield row.name, row.key, observed_share(row.seen, report.seen), *(number for one in found for number in one)


def as_json(report: Report, rows: Iterable[Row]) -> dict[str, Any]:
    """The same rows as JSON."""
    facts = sums_export.json_facts(report.asked, report.seen, FORMULAS)
    return facts | {
        "by": report.by,
        "team": report.team,
        "days_left_out": report.left_out,
        "rows": [_row(report, row) for row in rows],
        "whole": _row(report, report.whole),
    }


def _row(report: Report, row: Row) -> dict[str, Any]:
    *each, on = _times(report, row)
    return {
        "id": row.key,
        "name": row.name,
        "observed": observed_share(row.seen, report.seen),
        "statuses": {
            status.name: {"kind": status.kind, "seconds": seconds, "error_seconds": off}
            for status, (seconds, off) in zip(report.statuses, each, strict=True)
        },
        "on": {"seconds": on[0], "error_seconds": on[1]},
    }


def _times(report: Report, row: Row) -> list[tuple[int, float]]:
    return [_seconds(row.total([one])) for one in report.statuses] + [_seconds(row.total(report.on))]


def _seconds(found: Sums) -> tuple[int, float]:
    return found.total // SECOND_MS, found.off / SECOND_MS

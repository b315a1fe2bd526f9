"""An agent's days as CSV and JSON: the page's own rows."""

from collections.abc import Iterator
from typing import Any

from livechat.lib.epoch import SECOND_MS
from livechat.reports.day_sums import Sums
from livechat.web import sums_export
from livechat.web.agent_days import Day, Report
from livechat.web.occupancy_export import FORMULAS as LOAD_FORMULAS
from livechat.web.sums_export import rounded
from livechat.web.time_export import FORMULAS as TIME_FORMULAS

FORMULAS = TIME_FORMULAS | {key: LOAD_FORMULAS[key] for key in ("busy share", "concurrency")}
LOADS = ("busy share", "concurrency", "busy share error", "concurrency error")


def csv_lines(report: Report) -> Iterator[tuple[Any, ...]]:
    """The lines of the CSV: a row a day, in whole seconds, moments with their offset."""
    yield from sums_export.csv_facts(report.asked, report.seen, FORMULAS)
    names = list(report.whole.seen_times)
    each = (f"{name}{what}" for name in names for what in (" s", " error s"))
    yield "day", "observed share", "first online", "last online", *each, *LOADS
    for day in report.days:
        told = _day(report, day)
        times = [told["statuses"].get(name, {"seconds": 0, "error_seconds": 0.0}).values() for name in names]
        yield (
            told["day"], told["observed"], told["first_online"], told["last_online"],
            *(number for pair in times for number in pair), *(told[name.replace(" ", "_")] for name in LOADS),
        )  # fmt: skip


def as_json(report: Report) -> dict[str, Any]:
    """The same rows as JSON."""
    facts = sums_export.json_facts(report.asked, report.seen, FORMULAS)
    return facts | {
        "id": str(report.agent),
        "name": report.name,
        "team": report.team,
        "days_left_out": report.left_out,
        "days": [_day(report, day) for day in report.days],
        "whole": _figures(report.whole),
    }


def _day(report: Report, day: Day) -> dict[str, Any]:
    on = day.online_pieces
    return {
        "day": day.date.isoformat(),
        "observed": rounded(day.seen.counted),
        "first_online": report.asked.local(on[0].began).isoformat() if on else None,
        "last_online": report.asked.local(on[-1].ended).isoformat() if on else None,
        "begins": on[0].first.value if on else None,
        "ends": on[-1].last.value if on else None,
        **_figures(day),
    }


def _figures(day: Day) -> dict[str, Any]:
    load = day.load
    return {
        "statuses": {status: _seconds(one) for status, one in day.seen_times.items()},
        "busy_share": rounded(load.busy_share),
        "concurrency": rounded(load.concurrency),
        "busy_share_error": rounded(load.busy_share_error),
        "concurrency_error": rounded(load.concurrency_error),
    }


def _seconds(found: Sums) -> dict[str, Any]:
    return {"seconds": found.total // SECOND_MS, "error_seconds": found.off / SECOND_MS}

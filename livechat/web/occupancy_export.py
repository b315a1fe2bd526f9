"""How busy agents were as CSV and JSON: the page's own rows."""

from collections.abc import Iterator
from typing import Any

from livechat.reports.workloads import Workload
from livechat.web import sums_export
from livechat.web.occupancy_report import Report
from livechat.web.sums_export import observed_share, rounded

FORMULAS = {
    "occupancy": "chats × time ÷ places × time, of agents online whose places are known",
    "busy share": "time online with a chat ÷ time online of which the chats are known",
    "concurrency": "chats × time ÷ time with a chat",
}
COLUMNS = (
    "observed share", *FORMULAS, "chat s", "busy s", "busy online s", "known online s", "placed chat s", "place s",
    "occupancy error", "busy share error", "concurrency error",
)  # fmt: skip


def csv_lines(report: Report) -> Iterator[tuple[Any, ...]]:
    """The lines of the CSV, in whole seconds."""
    yield from sums_export.csv_facts(report.asked, report.seen, FORMULAS)
    yield report.by, "id", *COLUMNS
    for row in report.rows:
        yield row.name, row.key, observed_share(row.seen, report.seen), *_numbers(row.load).values()


def as_json(report: Report) -> dict[str, Any]:
    """The same rows as JSON."""
    facts = sums_export.json_facts(report.asked, report.seen, FORMULAS)
    return facts | {
        "by": report.by,
        "team": report.team,
        "agents_without_places": report.without_places,
        "days_left_out": report.left_out,
        "whole": _numbers(report.whole),
        "rows": [
            {"id": row.key, "name": row.name, "observed": observed_share(row.seen, report.seen)} | _numbers(row.load)
            for row in report.rows
        ],
    }


def _numbers(load: Workload) -> dict[str, Any]:
    return {
        "occupancy": rounded(load.occupancy),
        "busy_share": rounded(load.busy_share),
        "concurrency": rounded(load.concurrency),
        "chat_seconds": load.chat // 1000,
        "busy_seconds": load.busy // 1000,
        "busy_online_seconds": load.busy_online // 1000,
        "known_online_seconds": load.known_online // 1000,
        "placed_chat_seconds": load.placed // 1000,
        "place_seconds": load.place // 1000,
        "occupancy_error": rounded(load.occupancy_error),
        "busy_share_error": rounded(load.busy_share_error),
        "concurrency_error": rounded(load.concurrency_error),
    }

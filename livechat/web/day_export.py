"""A day of the agents as CSV and JSON: the page's own rows."""

from collections.abc import Iterator
from typing import Any

from livechat.lib.epoch import SECOND_MS
from livechat.reports.timeline import Piece, Total
from livechat.web.day_report import DayReport, Line

FORMULA = (
    "time in a status: what was recorded, within the day and while it was watched; "
    "a change counts in the middle between two looks"
)
COLUMNS = (
    "agent", "id", "team", "status", "kind", "from", "to", "seconds", "error seconds", "begins", "ends",
)  # fmt: skip


def csv_lines(report: DayReport) -> Iterator[tuple[Any, ...]]:
    """The lines: the zone, and how sure it is; then the spans, with times with their offset and whole seconds."""
    yield "zone", report.asked.zone.key
    yield "observed share", "details deleted" if report.observed.deleted else round(report.observed.share, 4)
    yield "looked every (seconds)", "–".join(str(pace) for pace in sorted(set(report.observed.paces or ())))
    yield "formula", FORMULA
    yield ()
    yield COLUMNS
    for line in report.lines:
        for piece in line.pieces:
            yield line.name, line.id, line.team, *_piece(report, piece).values()


def _piece(report: DayReport, piece: Piece) -> dict[str, Any]:
    return {
        "status": piece.status,
        "kind": piece.kind,
        "from": _iso(report, piece.began),
        "to": _iso(report, piece.ended),
        "seconds": piece.seconds,
        "error_seconds": piece.off / SECOND_MS,
        "begins": piece.first.value,
        "ends": piece.last.value,
    }


def _iso(report: DayReport, moment: int) -> str:
    return report.asked.local(moment - moment % SECOND_MS).isoformat()


def _total(found: Total) -> dict[str, Any]:
    return {"seconds": found.seconds, "error_seconds": found.off}


def _line(report: DayReport, line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "name": line.name,
        "team": line.team,
        "online": _total(line.online),
        "away": _total(line.away),
        "spans": [_piece(report, piece) for piece in line.pieces],
    }


def as_json(report: DayReport) -> dict[str, Any]:
    """The page's own rows, and first what they were made with."""
    return {
        "zone": report.asked.zone.key,
        "observed": None if report.observed.deleted else round(report.observed.share, 4),
        "details_deleted": report.observed.deleted,
        "looked_every": report.observed.paces,
        "formula": FORMULA,
        "day": report.asked.first.isoformat(),
        "from": _iso(report, report.asked.began),
        "to": _iso(report, report.day.ended),
        "team": report.team,
        "not_observed": [{"from": _iso(report, began), "to": _iso(report, ended)} for began, ended in report.day.gaps],
        "agents": [_line(report, line) for line in report.lines],
        "never_on": [{"id": line.id, "name": line.name, "team": line.team} for line in report.never]
        if report.observed.share
        else None,
    }

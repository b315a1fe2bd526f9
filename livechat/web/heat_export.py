"""The heat map as CSV and JSON: its own cells, those too that the page leaves out."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from livechat.lib.epoch import HOUR_MS
from livechat.reports import observed, opening
from livechat.reports.heat import Cell
from livechat.reports.observed import Observed
from livechat.reports.week_hours import DAY_HOURS
from livechat.web import sums_export
from livechat.web.heat_report import Report

FORMULAS = {
    "online": "seconds of agents online ÷ seconds watched",
    "waiting": "seconds of visitors waiting ÷ seconds watched",
    "occupancy": "seconds of chats ÷ seconds of places, of agents online whose chats are known",
    "offered": "contacts answered or lost, by the moment they began ÷ hours watched",
    "lost": "contacts lost, by the moment they began ÷ hours watched",
}
COLUMNS = ("weekday (1: Monday)", "hour", "value", "error", "observed share", "hours there were", "hours observed")


def csv_lines(report: Report) -> Iterator[tuple[Any, ...]]:
    """The lines of the CSV: what all of them rest on, then a row for each weekday and hour."""
    yield from sums_export.csv_facts(report.asked, _seen(report), _formulas(report) | {"of": report.of or "all"})
    yield COLUMNS
    for cell in _cells(report):
        yield tuple(cell.values())


def as_json(report: Report) -> dict[str, Any]:
    """The same rows, after what all of them rest on."""
    return sums_export.json_facts(report.asked, _seen(report), _formulas(report)) | {
        "what": report.what,
        "of": report.of or None,
        "whole": _numbers(report.whole),
        "cells": list(_cells(report)),
    }


def _formulas(report: Report) -> dict[str, str]:
    return {report.what: FORMULAS[report.what]}


def _seen(report: Report) -> Observed:
    """How much was looked at, of the opening hours too."""
    span = report.asked.began, report.asked.ended
    hours = opening.times(report.site, *span)
    return replace(report.seen, opening=observed.of(report.runs, *span, hours).opening)


def _cells(report: Report) -> Iterator[dict[str, Any]]:
    for slot, cell in enumerate(report.cells):
        yield {"weekday": 1 + slot // DAY_HOURS, "hour": slot % DAY_HOURS, **_numbers(cell)}


def _numbers(cell: Cell) -> dict[str, float | None]:
    """None for what was never observed."""
    return {
        "value": None if cell.value is None else round(cell.value, 4),
        "error": None if cell.error is None else round(cell.error, 4),
        "observed": round(cell.share, 4),
        "hours": round(cell.existed / HOUR_MS, 3),
        "observed_hours": round(cell.watched / HOUR_MS, 3),
    }

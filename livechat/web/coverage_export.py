"""How days were covered as CSV and JSON: the page's own rows."""

from collections.abc import Iterator
from math import ceil
from typing import Any

from livechat.lib.epoch import SECOND_MS
from livechat.reports.coverage import Coverage, Spells
from livechat.web.coverage_report import Report
from livechat.web.report_words import known

FORMULAS = {
    "nobody online": "watched seconds of the opening hours in which no agent was online",
    "uncovered": "watched seconds of the opening hours in which somebody waited while no agent was online",
    "all full": "watched seconds of the opening hours in which every agent online had as many chats as places",
    "outside": "the same outside of the opening hours",
    "longest": "at least",
    "error": "by how much the time of the opening hours can be off, if all its ends are off to the same side",
}
_KINDS = ("nobody online", "uncovered", "all full")
COLUMNS = (
    "from", "to", "open s", "observed share", "opening hours observed share",
    *(f"{kind} {what}" for kind in _KINDS for what in ("s", "times", "longest s", "outside s", "error s")),
)  # fmt: skip


def csv_lines(report: Report) -> Iterator[tuple[Any, ...]]:
    """The lines of the CSV: what all of them rest on, then a row for each day. Times have their offset."""
    seen = report.whole.seen
    yield "zone", report.covered.asked.zone.key
    yield "observed share", round(seen.share, 4)
    yield "opening hours observed share", _rounded(seen.opening)
    yield "looked every s", *(seen.paces or ())
    yield "opening hours", "as entered today" if report.entered else "none entered: whole days"
    yield from FORMULAS.items()
    yield ()
    yield COLUMNS
    for day in report.days:
        yield tuple(_part(report, day).values())


def as_json(report: Report) -> dict[str, Any]:
    """The page's own rows, after what all of them rest on."""
    return {
        "zone": report.covered.asked.zone.key,
        "looked_every": report.whole.seen.paces,
        "opening_hours": report.entered,
        "formulas": FORMULAS,
        "whole": _part(report, report.whole),
        "days": [_part(report, day) for day in report.days],
    }


def _part(report: Report, part: Coverage) -> dict[str, Any]:
    local, seen = report.covered.asked.local, part.seen
    return {
        "from": local(part.began).isoformat(),
        "to": local(part.ended).isoformat(),
        "open": sum(ended - began for began, ended in part.hours) // SECOND_MS if report.entered else None,
        "observed": round(seen.share, 4),
        "opening_observed": _rounded(seen.opening),
        **_spells("nobody_online", part, part.nobody),
        **_spells("uncovered", part, part.uncovered),
        **_spells("all_full", part, part.full),
    }


def _spells(name: str, part: Coverage, spells: Spells) -> dict[str, int | None]:
    """Numbers in whole seconds; None for what was not observed at all."""
    seconds = [ms // SECOND_MS for ms in (spells.lasted, spells.longest, spells.lasted_outside)]
    error = None if spells.lasted_off is None else ceil(spells.lasted_off / SECOND_MS)
    numbers = (seconds[0], len(spells.inside), *seconds[1:], error)
    names = (name, f"{name}_times", f"{name}_longest", f"{name}_outside", f"{name}_error")
    return {key: number if known(part.seen) else None for key, number in zip(names, numbers, strict=True)}


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)

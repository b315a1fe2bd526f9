"""A moment of the past as CSV and JSON: the page's own rows. No visitor is named."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from livechat.boards.agents import AgentRow
from livechat.reports.observed import Run
from livechat.web.replay_report import Replay, Waiter

FORMULA = (
    "statuses as they were recorded, a change in the middle between two looks; chats as they were first seen in the "
    "minute; names, teams and capacities are today's"
)
COLUMNS = ("agent", "id", "team", "status", "kind", "since", "since seen", "seconds", "chats", "places")
QUEUE_COLUMNS = ("department", "waiting since", "since seen", "seconds")


def csv_rows(found: Replay) -> Iterator[tuple[Any, ...]]:
    """The lines after the first one, which tells the zone."""
    yield "moment", found.local.isoformat()
    yield "watched", found.gap is None
    yield "looked every (seconds)", _pace(found)
    yield "formula", FORMULA
    yield ()
    yield COLUMNS
    for row in found.rows:
        yield row.name, row.id, row.team, *_agent(found, row).values()
    if found.waits is None:
        return
    yield ()
    yield QUEUE_COLUMNS
    for one in found.waiters:
        yield tuple(_waiter(found, one).values())


def _agent(found: Replay, row: AgentRow) -> dict[str, Any]:
    return {
        "status": row.raw_status,
        "kind": row.slug,
        **_since(found, row.since, row.since_exact),
        "chats": row.chats,
        "places": row.capacity,
    }


def _waiter(found: Replay, one: Waiter) -> dict[str, Any]:
    return {"department": one.department, **_since(found, one.since, one.exact)}


def _since(found: Replay, since: datetime | None, exact: bool) -> dict[str, Any]:
    if since is None:
        return {"since": None, "since_seen": False, "seconds": None}
    return {
        "since": since.astimezone(found.zone).replace(microsecond=0).isoformat(),
        "since_seen": exact,
        "seconds": int((found.local - since).total_seconds()),
    }


def _pace(found: Replay) -> int | None:
    return round(found.seen.pace / 1000) if isinstance(found.seen, Run) else None


def _moment(found: Replay, ms: int | None) -> str | None:
    if ms is None:
        return None
    return datetime.fromtimestamp(ms // 1000, found.zone).isoformat()


def as_json(found: Replay) -> dict[str, Any]:
    """The page's own rows, and first what they were made with."""
    gap = found.gap
    return {
        "zone": found.zone.key,
        "at": found.local.isoformat(),
        "looked_every": _pace(found),
        "formula": FORMULA,
        "team": found.team,
        "not_watched": gap and {"from": _moment(found, gap.began), "to": _moment(found, gap.ended)},
        "next_change": _moment(found, found.change),
        "agents": [{"id": row.id, "name": row.name, "team": row.team, **_agent(found, row)} for row in found.rows],
        "queue": None if found.waits is None else [_waiter(found, one) for one in found.waiters],
    }

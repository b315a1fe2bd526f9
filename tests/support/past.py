"""A day of the past in a demo's database: its agents' statuses, watched but for a quarter of an hour."""

from datetime import UTC, datetime, timedelta

from livechat.lib.epoch import milliseconds
from tests.support.demo import Demo

DAY = datetime(2026, 3, 4, tzinfo=UTC)
GAP = (9.2, 9.45)  # hours of the day
KINDS = ("Away", "Lunch", "Meeting", "Training", "Short break")


def record_day(demo: Demo, day: datetime = DAY) -> None:
    """Record a day of all agents but two of the demo's first site, whose zone is UTC, in another pattern each.

    If it lies after a day that was recorded before, its sums may be made already, of nothing: they are deleted.
    """
    site = demo.query("SELECT id FROM livechat_site ORDER BY id LIMIT 1")[0][0]
    agents = demo.query("SELECT id FROM livechat_agententry WHERE site_id = ? ORDER BY id", site)
    for status in ("Online", "Offline", *KINDS):
        demo.query("INSERT OR IGNORE INTO livechat_statusname (site_id, name) VALUES (?, ?)", site, status)
    names = dict(demo.query("SELECT name, id FROM livechat_statusname WHERE site_id = ?", site))
    spans = [span for number, (agent,) in enumerate(agents[:-2]) for span in _spans(agent, number, day)]
    marks = ", ".join(["(?, ?, ?, ?, ?, 5000, 5000, 0)"] * len(spans))
    columns = "agent_id, status_id, began, ended, began_slack, ended_slack, outside"
    values = [value for agent, name, *times in spans for value in (site, agent, names[name], *times)]
    demo.query(f"INSERT INTO livechat_span (site_id, {columns}) VALUES {marks}", *values)
    edges = ((0.0, GAP[0]), (GAP[1], 24.0))
    for began, ended in edges:
        times = [milliseconds(day + timedelta(hours=hours)) for hours in (began, ended)]
        looks = round((ended - began) * 720) + 1
        demo.query(
            "INSERT INTO livechat_watch (site_id, list, began, ended, looks) VALUES (?, 'agents', ?, ?, ?)",
            site, *times, looks,
        )  # fmt: skip
    demo.query("DELETE FROM livechat_rolledday WHERE site_id = ? AND day = ?", site, f"{day:%F}")


def _spans(agent: int, number: int, day: datetime) -> list[tuple[int, str, int, int]]:
    """An agent's spans: (agent, status, began, ended)."""
    start, lunch, pause = 6.6 + number % 7 * 0.45, 11 + number % 5 * 0.55, 9.6 + number % 5 * 0.4
    kind = KINDS[number % len(KINDS)]
    changes = [
        (0.0, "Offline"), (start, "Online"), (pause, "Short break"), (pause + 0.2, "Online"), (lunch + 1, kind),
        (lunch + 1.5 + number % 4 * 0.3, "Online"), (15.6 + number % 6 * 0.4, "Offline"), (24.0, ""),
    ]  # fmt: skip
    times = [milliseconds(day + timedelta(hours=hours)) for hours, _status in changes]
    return [(agent, status, times[place], times[place + 1]) for place, (_hours, status) in enumerate(changes[:-1])]

"""Moments as whole milliseconds since 1970: the record stores and compares them so."""

from datetime import UTC, datetime

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS  # of a usual day; the clocks of most zones are changed on two days a year


def milliseconds(moment: datetime) -> int:
    """An aware datetime in epoch ms, rounded."""
    return round(moment.timestamp() * 1000)


def moment_of(ms: int) -> datetime:
    """Epoch ms as a datetime in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)

"""What one alert tells one channel."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Message:
    """A message. It holds counts, statuses, aliases and our own link, and nothing of visitors.

    `id` is the same at every try, so that a receiver knows a message that comes twice. `state` is "ringing",
    "reminder", "ended", "late" (ended before it was told) or "test", `severity` "amber" or "red". `url` is the full
    address of the alert's page, empty if PUBLIC_URL is not set.
    """

    id: UUID
    site: str
    title: str
    lines: tuple[str, ...]
    state: str
    severity: str
    url: str
    at: datetime

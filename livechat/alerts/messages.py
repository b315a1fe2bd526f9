"""What is told by a channel: counts, statuses, aliases and our links, and nothing of visitors."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Message:
    """One message.

    `id`: the idempotency key; whoever sends again sends it with the same one. `state`: ringing, reminder, ended, late
    (it had ended before it could be told) or test. `severity`: amber or red. `url`: the alert's page, "" if this server
    does not know its address.
    """

    id: UUID
    site: str
    title: str
    lines: tuple[str, ...]
    state: str
    severity: str
    url: str
    at: datetime

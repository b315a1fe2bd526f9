"""Stub until channels are merged."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Sent:
    outcome: str = "sent"
    wait: float | None = None
    code: Any = None
    params: dict[str, Any] = field(default_factory=dict)


def send(channel: Any, message: Any) -> Sent:
    return Sent()

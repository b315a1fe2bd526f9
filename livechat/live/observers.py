"""Tells whoever registered that a list was looked at: within the transaction that stores it, so that nothing is lost.

`live` knows nothing of what is above it: `apps.py` registers what listens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from livechat.live.snapshot_data import SnapshotData
from livechat.models import Snapshot


@dataclass(frozen=True, slots=True)
class Looked:
    """A good look at a list of a site by its shared connection.

    `row` is locked and saved. `data`: what it holds, if that is at hand, as it is for a new version.
    """

    row: Snapshot
    at: datetime
    data: SnapshotData | None


Observer = Callable[[Looked], None]
_observers: list[Observer] = []


def register(observer: Observer) -> None:
    """Let it be told of every look from now on."""
    if observer not in _observers:
        _observers.append(observer)


def tell(looked: Looked) -> None:
    """Tell all observers. What they raise ends the transaction."""
    for observer in _observers:
        observer(looked)

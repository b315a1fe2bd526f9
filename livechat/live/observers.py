"""Tells registered observers that a list was looked at, within the transaction that stores it, so that nothing is lost.

`live` knows nothing of the modules above it: `apps.py` registers the observers.
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
    """Tell this observer of every look from now on."""
    if observer not in _observers:
        _observers.append(observer)


def tell(looked: Looked) -> None:
    """Tell all observers. An exception in one ends the transaction."""
    for observer in _observers:
        observer(looked)

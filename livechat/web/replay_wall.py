"""A wall at a moment of the past: made of the same record as the board of then."""

from collections.abc import Mapping

from livechat.boards.status_styles import WAITING_STATUS
from livechat.comm100.records import Visitor
from livechat.live.snapshot_data import SnapshotData
from livechat.models import Site, Wall
from livechat.reports import replay
from livechat.walls import design, past
from livechat.web.replay_report import Replay

COUNTED = ("chatting", "visitors")  # figures that need the visitors who do not wait


def picture(site: Site, wall: Wall, found: Replay) -> bytes:
    """The page of a site's wall at a moment that was watched."""
    counts = replay.visitors(site, found.moment)
    return past.picture(
        design.of(wall),
        found.names,
        found.agents,
        _visitors(found.queue, counts or {}),
        found.local,
        unknown=() if counts else COUNTED,
    )


def _visitors(queue: SnapshotData | None, counts: Mapping[str, int]) -> SnapshotData | None:
    """The list of visitors of then, who have numbers instead of ids. None: nobody looked at it."""
    if queue is None:
        return None
    others = (status for status, n in counts.items() if status != WAITING_STATUS for _each in range(n))
    rows = (Visitor(str(number), status) for number, status in enumerate(others, len(queue.rows)))
    return SnapshotData("visitors", 0, (*queue.rows, *rows), queue.since)

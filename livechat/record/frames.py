"""Writes frames: the agents' chats and the visitors by status at the first good look of each minute.

The process that writes holds the lock of the list's snapshot. Another connection that became the shared one in the same
minute may have written its frame already: the first one stays.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from livechat.lib.epoch import DAY_MS, MINUTE_MS, milliseconds
from livechat.models import Frame, Site, Snapshot, append_only
from livechat.record import frame_bodies, frame_days, rosters

AGENTS = "agents"
PURGE_BATCH = 500  # rows deleted in one transaction


def note(row: Snapshot, now: datetime, items: Sequence[Any]) -> None:
    """Write the frame of a good look, unless its minute has one. `items`: the agents or visitors of the answer.

    `row` is the locked snapshot before this look: the last good look says which minute has its frame.
    """
    moment = milliseconds(now)
    last = None if row.checked is None else milliseconds(row.checked)
    minute = frame_bodies.minute_of(moment)
    if last is not None and minute == frame_bodies.minute_of(last):
        return
    if last is not None and moment < last:
        _cut(row.site_id, row.kind, minute)
    roster = None
    if row.kind == AGENTS:
        chats = {UUID(item.id).bytes: item.ongoing_chats for item in items}
        roster = rosters.with_agents(row.site_id, chats)
        body = frame_bodies.of_agents(chats, frame_bodies.guids(bytes(roster.agents)))
    else:
        body = frame_bodies.of_visitors(item.status or "" for item in items)
    frame = Frame(site_id=row.site_id, list=row.kind, minute=minute, roster=roster, body=body)
    Frame.objects.bulk_create([frame], ignore_conflicts=True)


def _cut(site_id: int, kind: str, now: int) -> None:
    """The clock was set back: take away what lies beyond now. The frame of this very minute is written again."""
    Frame.objects.filter(site_id=site_id, list=kind, minute__gte=now).delete()
    frame_days.cut(site_id, kind, now)


def expire(site: Site, before: int) -> int:
    """Delete some of a site's frames of before a moment (epoch ms), and rosters that none needs. Returns how many."""
    frames, days = site.frames.filter(minute__lt=before - MINUTE_MS), site.frame_days.filter(day__lt=before - DAY_MS)
    deleted = append_only.delete_oldest(frames, "minute", PURGE_BATCH)
    deleted += append_only.delete_oldest(days, "day", PURGE_BATCH)
    if deleted:
        rosters.delete_unused(site)
    return deleted

"""A day's frames in one row: read beside the frames that are rows of their own, and made of them when they are old."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from livechat.lib.epoch import DAY_MS, MINUTE_MS, milliseconds
from livechat.models import Frame, FrameDay, Roster, Site
from livechat.record import frame_bodies, rosters
from livechat.record.frame_bodies import DAY_MINUTES, VISITOR_CELLS, Grid
from livechat.record.watches import LISTS

COMPRESSION_LEVEL = 6  # 9 takes seven times as long for a fifteenth less, while nobody else can write
LOOSE_AGE = timedelta(days=2)  # so old frames become days


def read(site_id: int, kind: str, began: int, minutes: int) -> Grid:
    """So many minutes of a list, from one on: of days and of frames. Of a minute that is in both, the frame counts."""
    ended = began + minutes * MINUTE_MS
    day = frame_bodies.day_of(began)
    days = list(FrameDay.objects.filter(site_id=site_id, list=kind, day__gte=day, day__lt=ended))
    frames = list(
        Frame.objects.filter(site_id=site_id, list=kind, minute__gte=began, minute__lt=ended)
        .order_by("minute")
        .values_list("minute", "roster_id", "body")
    )
    orders, cells = _orders({row.roster_id for row in days} | {roster for _minute, roster, _body in frames})
    grid = Grid(began, minutes, cells)
    for row in days:
        grid.put_day(row.day, zlib.decompress(bytes(row.body)), orders[row.roster_id])
    in_order = {key for key, places in orders.items() if list(places) == list(range(len(places)))}
    for minute, roster, body in frames:
        grid.put_minute(minute, bytes(body), None if roster in in_order else orders[roster])
    return grid


def _orders(rosters: Iterable[int | None]) -> tuple[dict[int | None, Sequence[int]], list[bytes]]:
    """The row of each cell of each roster, and the cells of all rows. Visitors have no roster."""
    places: dict[bytes, int] = {}
    orders: dict[int | None, Sequence[int]] = {}
    for roster in Roster.objects.filter(pk__in=[key for key in rosters if key]).order_by("pk"):
        agents = frame_bodies.guids(bytes(roster.agents))
        orders[roster.pk] = [places.setdefault(agent, len(places)) for agent in agents]
    if orders:
        return orders, list(places)
    return {None: range(VISITOR_CELLS)}, [bytes([cell]) for cell in range(VISITOR_CELLS)] if None in rosters else []


def pack_old() -> None:
    """Make days of the frames of UTC days that ended more than two days ago."""
    until = frame_bodies.day_of(milliseconds(timezone.now() - LOOSE_AGE))
    for site_id in Site.objects.values_list("pk", flat=True):
        for kind in LISTS:
            while _pack_oldest(site_id, kind, until):
                pass


def _pack_oldest(site_id: int, kind: str, until: int) -> bool:
    """Make the oldest frames before a moment a day, in one transaction. Whether there were any."""
    frames = Frame.objects.filter(site_id=site_id, list=kind)
    oldest = frames.filter(minute__lt=until).aggregate(oldest=Min("minute"))["oldest"]
    if oldest is None:
        return False
    day = frame_bodies.day_of(oldest)
    with transaction.atomic():
        packed = frames.filter(minute__gte=day, minute__lt=day + DAY_MS)
        # Another process may be at it: it waits here, and then finds none.
        if list(packed.select_for_update().values_list("pk", flat=True)):
            _store(site_id, kind, day, read(site_id, kind, day, DAY_MINUTES))
            packed.delete()
    return True


def _store(site_id: int, kind: str, day: int, grid: Grid) -> None:
    roster, cells = None, grid.cells
    if kind == "agents":
        roster = rosters.with_agents(site_id, cells)
        cells = frame_bodies.guids(bytes(roster.agents))
    body = zlib.compress(grid.arranged(cells), COMPRESSION_LEVEL)
    FrameDay.objects.update_or_create(site_id=site_id, list=kind, day=day, defaults={"roster": roster, "body": body})


def cut(site_id: int, kind: str, now: int) -> None:
    """The clock was set back: forget what days say of the time beyond now."""
    days = FrameDay.objects.filter(site_id=site_id, list=kind)
    days.filter(day__gte=now).delete()
    for row in days.filter(day__gt=now - DAY_MS):
        grid = read(site_id, kind, row.day, DAY_MINUTES)
        grid.forget_from(now)
        _store(site_id, kind, row.day, grid)

"""Rosters: the order of the agents in frames. They only grow: who has left keeps their place."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from livechat.models import Frame, FrameDay, Roster, Site
from livechat.record import frame_bodies


def with_agents(site_id: int, agents: Iterable[bytes]) -> Roster:
    """The newest roster, if it has these agents; else a new one. Within a transaction, until whose end it is locked.

    The lock keeps the cleanup from deleting it before a frame has it.
    """
    newest = Roster.objects.select_for_update().filter(site_id=site_id).order_by("-pk").first()
    known = frame_bodies.guids(bytes(newest.agents)) if newest else []
    new = set(agents).difference(known)
    if newest is not None and not new:
        return newest
    return Roster.objects.create(site_id=site_id, agents=b"".join([*known, *sorted(new)]))


def delete_unused(site: Site) -> None:
    """Delete the rosters that no frame has, but for the newest."""
    newest = site.rosters.aggregate(newest=Max("pk"))["newest"] or 0
    frames = Frame.objects.filter(site=site, roster=OuterRef("pk"))
    days = FrameDay.objects.filter(site=site, roster=OuterRef("pk"))
    with transaction.atomic():
        unused = site.rosters.select_for_update().filter(~Exists(frames), ~Exists(days), pk__lt=newest)
        Roster.objects.filter(pk__in=list(unused.values_list("pk", flat=True))).delete()

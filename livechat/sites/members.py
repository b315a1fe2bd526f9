"""The people of a site: another role, or none any more. It holds from their very next request and poll on.

The links of walls end with their owner's right to make them, and stay ended.
"""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from livechat.live import site_versions, sources
from livechat.models import Membership, Role, Site
from livechat.sites import connections, sessions
from livechat.walls import link_cache, links


class LastOne(Exception):
    """The site would be left without an Administrator."""


def change_role(member: Membership, role: Role, *, free: bool) -> None:
    """Give a member another role. Raises LastOne where no Administrator would be left, unless `free`."""
    with transaction.atomic():
        site = _held(member, stays=role == Role.ADMINISTRATOR or free)
        Membership.objects.filter(pk=member.pk).update(role=role)
        links.note_ends()
        site.bump_version()
    _forget()


def remove(member: Membership, *, free: bool) -> None:
    """End a membership, and remove the member's credential; with his last membership his sessions end.

    Raises LastOne where no Administrator would be left, unless `free`.
    """
    with transaction.atomic():
        site = _held(member, stays=free)
        stored = sources.own(site, member.user)
        if stored is not None:
            connections.remove(site, stored)
        Membership.objects.filter(pk=member.pk).delete()
        links.note_ends()
        site.bump_version()
    if not has_seat(member.user):
        sessions.end_all(member.user)
    _forget()


def has_seat(user: User) -> bool:
    """Whether there is a site the user may look at."""
    return user.is_superuser or Membership.objects.filter(user=user).exists()


def set_active(user: User, *, active: bool) -> None:
    """Close a user's account, his sessions and his walls' links with it, or open it again."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=active)
        links.note_ends()
        Site.objects.update(version=F("version") + 1)
    if not active:
        sessions.end_all(user)
    _forget()


def _held(member: Membership, *, stays: bool) -> Site:
    """The member's site, its row held: two at once must not demote each other. Raises LastOne, unless it `stays`."""
    site = Site.objects.select_for_update(no_key=True).get(pk=member.site_id)
    administrators = site.memberships.filter(role=Role.ADMINISTRATOR)
    if not stays and set(administrators.values_list("pk", flat=True)) == {member.pk}:
        raise LastOne
    return site


def _forget() -> None:
    """Look at once, in this process, at what moved; other processes look within a second."""
    site_versions.forget()
    link_cache.forget()

"""Changes of a site's members: a new role, a removal, a closed account. Each takes effect at the next request or poll.

The links of walls end with their owner's right to make them, and stay ended.
"""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from livechat.comm100.names import name_key
from livechat.live import site_versions, sources
from livechat.models import Membership, Role, Site
from livechat.sites import connections, sessions
from livechat.walls import link_cache, links


class LastAdministrator(Exception):
    """The change would leave the site without an Administrator."""


def find_user(username: str) -> User | None:
    """The user of this name in any spelling. Two names that differ only in that would be one person's to others."""
    key = name_key(username)
    known = User.objects.order_by("pk").values_list("pk", "username")
    found = next((pk for pk, name in known if name_key(name) == key), None)
    return None if found is None else User.objects.get(pk=found)


def change_role(member: Membership, role: Role, *, allow_none_left: bool) -> None:
    """Give a member another role. Raises LastAdministrator if none would be left, unless `allow_none_left`."""
    with transaction.atomic():
        site = _locked_site(member, stays=role == Role.ADMINISTRATOR or allow_none_left)
        Membership.objects.filter(pk=member.pk).update(role=role)
        links.note_ends()
        site.bump_version()
    _forget_caches()


def remove(member: Membership, *, allow_none_left: bool) -> None:
    """End a membership and remove the member's credential. The user's sessions end with their last membership.

    Raises LastAdministrator if no Administrator would be left, unless `allow_none_left`.
    """
    with transaction.atomic():
        site = _locked_site(member, stays=allow_none_left)
        stored = sources.own(site, member.user)
        if stored is not None:
            connections.remove(site, stored)
        Membership.objects.filter(pk=member.pk).delete()
        links.note_ends()
        site.bump_version()
    if not has_site(member.user):
        sessions.end_all(member.user)
    _forget_caches()


def mail_address(user: User) -> str:
    """A user's e-mail address; "" if they have none. One they have just entered counts, if it is their only one."""
    first = EmailAddress.objects.filter(user=user).order_by("-primary", "pk").first()
    if user.email and not (first and first.primary):
        return user.email
    return first.email if first else ""


def has_site(user: User) -> bool:
    """Whether the user may look at any site."""
    return user.is_superuser or Membership.objects.filter(user=user).exists()


def set_active(user: User, *, active: bool) -> None:
    """Close a user's account, with their sessions and their walls' links, or reopen it."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=active)
        links.note_ends()
        Site.objects.update(version=F("version") + 1)
    if not active:
        sessions.end_all(user)
    _forget_caches()


def _locked_site(member: Membership, *, stays: bool) -> Site:
    """Lock the member's site: two Administrators must not demote each other at once.

    Raises LastAdministrator if the member is the only one and does not stay one (`stays`).
    """
    site = Site.objects.select_for_update(no_key=True).get(pk=member.site_id)
    administrators = site.memberships.filter(role=Role.ADMINISTRATOR)
    if not stays and set(administrators.values_list("pk", flat=True)) == {member.pk}:
        raise LastAdministrator
    return site


def _forget_caches() -> None:
    """Drop this process's caches, so that the change holds here at once. Other processes notice within a second."""
    site_versions.forget()
    link_cache.forget()

"""Invitations: create one, find it by its secret, accept it once, revoke it."""

import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from livechat.models import Invitation, Membership, Role, Site
from livechat.walls.links import SECRET_BYTES, hash_secret


class InvitationEnded(Exception):
    """The invitation is no longer valid: someone else used it first, or it was revoked or has expired."""


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used=None, revoked=None, expires__gt=timezone.now())


def valid() -> QuerySet[Invitation]:
    """The valid invitations: not used, revoked or expired, and their maker may still invite."""
    memberships = Membership.objects.filter(user=OuterRef("made_by"), site=OuterRef("site"), role=Role.ADMINISTRATOR)
    return _open().filter(Q(made_by__is_superuser=True) | Exists(memberships), made_by__is_active=True)


def create(site: Site, maker: User, role: Role, note: str, *, days: int) -> tuple[Invitation, str]:
    """Create an invitation that is valid for this many days. Returns it with its secret, which is not stored."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invitation = Invitation.objects.create(
        site=site,
        role=role,
        note=note,
        made_by_id=maker.pk,
        secret_hash=hash_secret(secret),
        expires=timezone.now() + timedelta(days=days),
    )
    return invitation, secret


def find_valid(secret: str) -> Invitation | None:
    """The invitation with this secret, if it is valid."""
    return valid().filter(secret_hash=hash_secret(secret)).select_related("site").first()


def revoke(invitation: Invitation) -> bool:
    """Revoke an invitation. False if it had already ended."""
    return _open().filter(pk=invitation.pk).update(revoked=timezone.now()) == 1


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership:
    """Use an invitation for a user. A new user is saved here.

    Raises InvitationEnded, or IntegrityError if the user is already a member or the new name is taken; then nothing
    is saved. The site's row is locked meanwhile, as it is when a member is removed or given another role. So if two
    people come at once, the second finds the invitation used; and if its maker has just lost their role, it has ended.
    """
    site = Site.objects.select_for_update(no_key=True).get(pk=invitation.site_id)
    this = {"pk": invitation.pk}
    if not valid().filter(**this).exists() or _open().filter(**this).update(used=timezone.now()) != 1:
        raise InvitationEnded
    if user.pk is None:
        user.save()
    Invitation.objects.filter(**this).update(used_by=user)
    return Membership.objects.create(site=site, user=user, role=invitation.role)

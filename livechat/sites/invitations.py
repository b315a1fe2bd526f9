"""Invitations: made, found by their secret, used once, ended."""

import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from livechat.models import Invitation, Membership, Role, Site
from livechat.walls.links import SECRET_BYTES, hash_secret


class Ended(Exception):
    """The invitation does not hold any more: somebody else was quicker, or it was taken back."""


def _unspent() -> QuerySet[Invitation]:
    return Invitation.objects.filter(used=None, revoked=None, expires__gt=timezone.now())


def holding() -> QuerySet[Invitation]:
    """The invitations that hold now: not used, revoked or expired, and made by one who may still invite."""
    seats = Membership.objects.filter(user=OuterRef("made_by"), site=OuterRef("site"), role=Role.ADMINISTRATOR)
    return _unspent().filter(Q(made_by__is_superuser=True) | Exists(seats), made_by__is_active=True)


def make(site: Site, maker: User, role: Role, note: str, *, days: int) -> tuple[Invitation, str]:
    """Make an invitation that holds for so many days. Returns it with its secret, which is not kept."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = Invitation.objects.create(
        site=site,
        role=role,
        note=note,
        made_by_id=maker.pk,
        secret_hash=hash_secret(secret),
        expires=timezone.now() + timedelta(days=days),
    )
    return made, secret


def find(secret: str) -> Invitation | None:
    """The invitation of a secret, if it holds."""
    return holding().filter(secret_hash=hash_secret(secret)).select_related("site").first()


def revoke(invitation: Invitation) -> bool:
    """Take an invitation back. False where it had ended before."""
    return _unspent().filter(pk=invitation.pk).update(revoked=timezone.now()) == 1


@transaction.atomic
def accept(invitation: Invitation, user: User) -> Membership:
    """Use an invitation for a user, who is made here where he is new.

    Raises Ended, and IntegrityError where he is a member already or his new name is taken: then nothing is kept.
    The site's row is held meanwhile, as where a member is removed or given another role: of two who come at once
    the second finds the invitation used, and one whose maker has just lost his role finds it ended.
    """
    site = Site.objects.select_for_update(no_key=True).get(pk=invitation.site_id)
    mine = {"pk": invitation.pk}
    if not holding().filter(**mine).exists() or _unspent().filter(**mine).update(used=timezone.now()) != 1:
        raise Ended
    if user.pk is None:
        user.save()
    Invitation.objects.filter(**mine).update(used_by=user)
    return Membership.objects.create(site=site, user=user, role=invitation.role)

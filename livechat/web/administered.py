"""Which sites a user administers: those where he is an Administrator; a superuser all."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from livechat.models import Membership, Role, Site


def sites(user: User) -> QuerySet[Site]:
    """The sites whose settings and members a user may change."""
    if user.is_superuser:
        return Site.objects.all()
    seats = Membership.objects.filter(user=user, role=Role.ADMINISTRATOR)
    return Site.objects.filter(pk__in=seats.values("site"))


def site(user: User, site_id: int) -> Site:
    """One of them. Raises Http404 for any other, so that nothing is told of it."""
    return get_object_or_404(sites(user).select_related("shared"), pk=site_id)

"""Who may do what, where: a user's seat at a site, and the decorators that ask for a role."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from livechat.models import Membership, Role, Site

CHOICE = "site"  # the session's key of the chosen site
RANK = {Role.VIEWER: 0, Role.SUPERVISOR: 1, Role.ADMINISTRATOR: 2}
Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[..., Answer]


@dataclass(frozen=True)
class Seat:
    """The site a user looks at, his role there, and the other sites he may switch to.

    `site` is none for a user without any; `everywhere` marks a superuser, an Administrator at every site.
    """

    site: Site | None
    role: Role | None
    others: tuple[Site, ...]
    everywhere: bool

    def at_least(self, role: Role) -> bool:
        """Whether the role here includes another."""
        return self.role is not None and RANK[self.role] >= RANK[role]

    @property
    def can_write(self) -> bool:
        """Whether statuses and variables may be written."""
        return self.at_least(Role.SUPERVISOR)

    @property
    def can_admin(self) -> bool:
        """Whether sites, members and names may be managed."""
        return self.everywhere or self.at_least(Role.ADMINISTRATOR)


NOWHERE = Seat(None, None, (), False)


def roles_of(user: User) -> dict[Site, Role]:
    """A user's sites by name, and his role at each."""
    if user.is_superuser:
        return dict.fromkeys(Site.objects.select_related("shared"), Role.ADMINISTRATOR)
    rows = Membership.objects.filter(user=user).select_related("site__shared").order_by("site__name")
    return {row.site: Role(row.role) for row in rows}


def sites_with(user: User, role: Role) -> list[Site]:
    """A user's sites where his role includes another."""
    return [site for site, held in roles_of(user).items() if RANK[held] >= RANK[role]]


def seat(user: User, chosen: int | None) -> Seat:
    """A user's seat: at the chosen site, else at his first by name."""
    roles = roles_of(user)
    if not roles:
        return Seat(None, None, (), user.is_superuser)
    site = next((site for site in roles if site.pk == chosen), next(iter(roles)))
    return Seat(site, roles[site], tuple(other for other in roles if other != site), user.is_superuser)


def site_required(view: View[Answer]) -> View[Answer | HttpResponse]:
    """Send a user without any site to where the next step is said; the view gets `site` as its second argument.

    A page opened at another site, before another tab switched, gets nothing of this one and has nothing done here:
    htmx is told to load it anew, a form is refused with 403. Pages name their site by `X-Site`, forms by `seat`.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | HttpResponse:
        site = request.seat.site  # type: ignore[attr-defined]
        if site is None:
            return redirect("start")
        if request.headers.get("X-Site", str(site.pk)) != str(site.pk):
            return HttpResponseClientRefresh()
        if request.POST.get("seat", str(site.pk)) != str(site.pk):
            raise PermissionDenied(_("This form was for another site, and nothing was done: another tab has switched."))
        return view(request, site, *args, **kwargs)

    return inner


def role_required(role: Role) -> Callable[[View[Answer]], View[Answer | HttpResponse]]:
    """Refuse with 403 whoever has a lesser role at the site he looks at; implies `site_required`."""

    def decorate(view: View[Answer]) -> View[Answer | HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, site: Site, *args: Any, **kwargs: Any) -> Answer:
            if not request.seat.at_least(role):  # type: ignore[attr-defined]
                raise PermissionDenied(_("Your role at this site does not allow this."))
            return view(request, site, *args, **kwargs)

        return site_required(inner)

    return decorate

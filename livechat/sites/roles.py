"""Roles: what a user may do at which site, and the decorators that require a role."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRefresh

from livechat.live.sources import Access, Feed
from livechat.models import AgentTimes, Connection, Membership, Role, Site

CHOSEN_SITE_KEY = "site"  # where the session keeps the id of the chosen site
RANK = {Role.VIEWER: 0, Role.SUPERVISOR: 1, Role.ADMINISTRATOR: 2}
SEES_AGENT_TIMES: dict[str, Role | None] = {  # the lowest role that does; None: no role
    AgentTimes.MEMBERS: Role.VIEWER,
    AgentTimes.SUPERVISORS: Role.SUPERVISOR,
    AgentTimes.ADMINISTRATORS: Role.ADMINISTRATOR,
    AgentTimes.NOBODY: None,
}
NO_ROLE = gettext_lazy("Your role at this site does not allow this.")
NO_AGENT_TIMES = gettext_lazy("This site does not show single agents’ times to your role.")
Answer = TypeVar("Answer", bound=HttpResponseBase)
View = Callable[..., Answer]


@dataclass(frozen=True)
class Seat:
    """The site a user looks at, their role there, and the other sites they may switch to.

    `site` is None for a user without any site. A superuser is an Administrator at every site. `agents`: whether a
    script's token was made for single agents' times; None for people, whose role decides.
    """

    site: Site | None
    role: Role | None
    others: tuple[Site, ...]
    is_superuser: bool
    user: User | None = field(default=None, compare=False)  # a script's seat has none
    agents: bool | None = None

    @cached_property
    def access(self) -> Access | None:
        """What the user reads and writes with here; None without a site."""
        return Access(self.site, self.user) if self.site else None

    @property
    def feed(self) -> Feed | None:
        """The feed of the boards here; None if there is none."""
        return self.access.board if self.access else None

    @property
    def record(self) -> Feed | None:
        """The feed of single records here; None if there is none."""
        return self.access.record if self.access else None

    @property
    def writer(self) -> Connection | None:
        """The connection for the user's writes here; None if there is none."""
        return self.access.writer if self.access else None

    def at_least(self, role: Role) -> bool:
        """Whether the role here is this one or a higher one."""
        return self.role is not None and RANK[self.role] >= RANK[role]

    @property
    def can_write(self) -> bool:
        """Whether the user may write statuses and variables."""
        return self.at_least(Role.SUPERVISOR)

    @property
    def sees_agent_times(self) -> bool:
        """Whether the user, or the script, may see single agents' times of the past."""
        if self.site is None or self.agents is None:
            return self.site is not None and sees_agent_times(self.site, self.role)
        return self.agents and SEES_AGENT_TIMES.get(self.site.agent_times) is not None

    @property
    def can_admin(self) -> bool:
        """Whether the user may manage sites, members and names."""
        return self.is_superuser or self.at_least(Role.ADMINISTRATOR)


def sees_agent_times(site: Site, role: Role | None) -> bool:
    """Whether a role may see single agents' times of the past at a site, which decides that.

    A choice that only a newer release knows is taken for nobody.
    """
    lowest = SEES_AGENT_TIMES.get(site.agent_times)
    return role is not None and lowest is not None and RANK[role] >= RANK[lowest]


NO_SEAT = Seat(None, None, (), False)


def roles_of(user: User) -> dict[Site, Role]:
    """A user's sites, sorted by name, with the role at each."""
    if user.is_superuser:
        return dict.fromkeys(Site.objects.select_related("shared"), Role.ADMINISTRATOR)
    rows = Membership.objects.filter(user=user).select_related("site__shared").order_by("site__name")
    return {row.site: Role(row.role) for row in rows}


def sites_with_role(user: User, role: Role) -> list[Site]:
    """The sites at which a user has this role or a higher one."""
    return [site for site, held in roles_of(user).items() if RANK[held] >= RANK[role]]


def administered_sites(user: User) -> QuerySet[Site]:
    """The sites whose settings and members a user may change: all of them for a superuser."""
    if user.is_superuser:
        return Site.objects.all()
    memberships = Membership.objects.filter(user=user, role=Role.ADMINISTRATOR)
    return Site.objects.filter(pk__in=memberships.values("site"))


def get_administered_site(user: User, site_id: int) -> Site:
    """One of the sites that a user administers. Raises Http404 for any other, which tells nothing about it."""
    return get_object_or_404(administered_sites(user).select_related("shared"), pk=site_id)


def seat(user: User, chosen: int | None) -> Seat:
    """A user's seat: at the chosen site, or at the first one by name if they have no such site."""
    roles = roles_of(user)
    if not roles:
        return Seat(None, None, (), user.is_superuser, user)
    site = next((site for site in roles if site.pk == chosen), next(iter(roles)))
    return Seat(site, roles[site], tuple(other for other in roles if other != site), user.is_superuser, user)


def site_required(view: View[Answer]) -> View[Answer | HttpResponse]:
    """Give the view `site` as its second argument; send a user without any site to the page with the next step.

    Another tab may have switched to another site since the page was opened. Then the page gets no data of the new
    site and changes nothing there: htmx is told to reload the page, and a form is refused with 403. Pages name their
    site in the header `X-Site`, forms in the field `seat`.
    """

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | HttpResponse:
        site = request.seat.site  # type: ignore[attr-defined]
        if site is None:
            return redirect("start")
        if request.headers.get("X-Site", str(site.pk)) != str(site.pk):
            return HttpResponseClientRefresh()
        if request.POST.get("seat", str(site.pk)) != str(site.pk):
            raise PermissionDenied(
                _("Nothing was done: another tab has switched to another site since this form was opened.")
            )
        return view(request, site, *args, **kwargs)

    return inner


def role_required(role: Role) -> Callable[[View[Answer]], View[Answer | HttpResponse]]:
    """Refuse with 403 a user who has a lower role at their site. Implies `site_required`."""

    return _seat_required(lambda seat: seat.at_least(role), NO_ROLE)


def _seat_required(
    may: Callable[[Seat], bool], reason: Promise
) -> Callable[[View[Answer]], View[Answer | HttpResponse]]:
    def decorate(view: View[Answer]) -> View[Answer | HttpResponse]:
        @wraps(view)
        def inner(request: HttpRequest, site: Site, *args: Any, **kwargs: Any) -> Answer:
            if not may(request.seat):  # type: ignore[attr-defined]
                raise PermissionDenied(reason)
            return view(request, site, *args, **kwargs)

        return site_required(inner)

    return decorate


def agent_times_required(view: View[Answer]) -> View[Answer | HttpResponse]:
    """Refuse with 403 those who may not see single agents' times at their site. Implies `site_required`."""
    return _seat_required(lambda seat: seat.sees_agent_times, NO_AGENT_TIMES)(view)

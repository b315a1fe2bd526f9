"""The five steps of a new site, as a user sees them: what is done, what is theirs to do, and what others do."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from livechat.boards import directory_names
from livechat.lib.ttl_cache import TtlCache
from livechat.models import Membership, Site, WallLink
from livechat.web.responses import Request

CACHED_SEATS, COMPLETE_SECONDS, OPEN_SECONDS = 512, 60.0, 10.0
_complete: TtlCache[tuple[int | None, int], bool] = TtlCache(CACHED_SEATS, COMPLETE_SECONDS)  # by site and user
_open: TtlCache[tuple[int | None, int, int], int] = TtlCache(CACHED_SEATS, OPEN_SECONDS)  # and by the site's version


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `gain` is what it brings. `actions` are the labels and addresses of the pages to take it.

    `others` says who takes it, if the user may not; else it is empty.
    """

    title: str
    gain: str
    done: bool
    actions: tuple[tuple[str, str], ...] = ()
    others: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is not done, and the user may do it."""
        return not (self.done or self.others)


def of(request: Request) -> list[Step]:
    """All steps, in their order."""
    site = request.seat.site
    found = _found(request, site) if site else {}
    return [
        _site(request),
        Step(
            _("A Comm100 connection"),
            _("Everyone's boards show who is online, who waits, and for how long."),
            request.seat.feed is not None,
            ((_("Connect"), reverse("connection")),) if site else (),
        ),
        Step(
            _("Names"),
            _("Boards show names: Comm100 sends only ids."),
            found.get("names", False),
            ((_("Open the directory"), reverse("directory")),) if site else (),
            "" if request.seat.can_admin else _administrator(),
        ),
        Step(
            _("A wall on a TV"),
            _("The whole room sees who waits. Done when a screen has shown a wall."),
            found.get("screens", False),
            ((_("Open the walls"), reverse("walls")),) if site else (),
            "" if request.seat.can_write else _("A supervisor or an administrator does this."),
        ),
        _colleagues(request, site, found),
    ]


def open_steps(request: Request) -> int:
    """How many steps the user still has to do. Every page asks: a site that has all is believed for a minute.

    One that has not is believed for ten seconds, while its version stays: names and connections move it.
    """
    site = request.seat.site
    key = site.pk if site else None, request.user.pk
    if _complete.get(key):
        return 0
    version = site.version if site else 0
    known = _open.get((*key, version))
    if known is not None:
        return known
    steps = of(request)
    if all(step.done for step in steps):
        _complete.put(key, True)
    count = sum(step.is_open for step in steps)
    _open.put((*key, version), count)
    return count


def _found(request: Request, site: Site) -> dict[str, bool]:
    """What a site has, by its names as they are kept, and by one query."""
    agents = directory_names.of(site).agents.values()
    row = (
        Site.objects.filter(pk=site.pk)
        .values(
            colleagues=Exists(Membership.objects.filter(site=OuterRef("pk")).exclude(user=request.user.pk)),
            screens=Exists(WallLink.objects.filter(wall__site=OuterRef("pk"), ended=None).exclude(seen=None)),
        )
        .get()
    )
    return {
        "names": any(agent.name for agent in agents),
        "capacities": any(agent.capacity is not None for agent in agents),
    } | {name: bool(there) for name, there in row.items()}


def _administrator() -> str:
    return _("An administrator does this.")


def _site(request: Request) -> Step:
    title, gain = _("A site"), _("One Comm100 account, with its own boards, walls and members.")
    done = request.seat.site is not None
    if request.user.is_superuser:
        return Step(title, gain, done, ((_("Make a site"), reverse("sites")),))
    words = _("You are not a member of any site yet. Ask an administrator to add the user “%(name)s” to one.")
    return Step(title, gain, done, others="" if done else words % {"name": request.user.get_username()})


def _colleagues(request: Request, site: Site | None, found: dict[str, bool]) -> Step:
    """Two things on two pages: only what is missing has a link."""
    links: tuple[tuple[str, str], ...] = ()
    if site is not None:
        invite = (_("Invite colleagues"), reverse("site-edit", args=[site.pk]))
        enter = (_("Enter capacities"), reverse("directory"))
        links = (*([] if found["colleagues"] else [invite]), *([] if found["capacities"] else [enter]))
    return Step(
        _("Colleagues and capacities"),
        _("Others sign in by their own names, and boards say which agents are free."),
        site is not None and found["colleagues"] and found["capacities"],
        links,
        "" if request.seat.can_admin else _administrator(),
    )

"""Where people start: the board, or what is still missing before there is one."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from livechat.live import sources
from livechat.web.responses import Request, page


@dataclass(frozen=True, slots=True)
class Step:
    """One step to a working board; `url` leads to where the user can take it, empty where somebody else must."""

    title: str
    text: str
    done: bool
    url: str = ""
    action: str = ""


@require_safe
def home(request: Request) -> HttpResponse:
    """The board, or the next step for a user without any site."""
    return redirect("start" if request.seat.site is None else "agents")


@require_safe
def start(request: Request) -> HttpResponse:
    """The steps to a working board: what is done, and what comes next.

    A region of a board is sent here when its viewer has no site any more: then the whole page goes.
    """
    if request.htmx.request_type == "partial":
        return HttpResponseClientRedirect(reverse("start"))
    steps = _steps(request)
    following = next((step for step in steps if not step.done), None)
    return page(request, "start.html", {"steps": steps, "following": following})


def _steps(request: Request) -> list[Step]:
    site = request.seat.site
    connected = site is not None and sources.board(site, request.user) is not None
    steps = [
        _site_step(request),
        Step(
            _("A Comm100 connection"),
            _("Paste an access token, or an agent's e-mail with an API key. The first one feeds everybody's boards."),
            connected,
            reverse("connection") if site else "",
            _("Connect"),
        ),
    ]
    if request.seat.can_admin:
        steps.append(
            Step(
                _("Names"),
                _("Comm100 gives agents and departments as bare ids. Import their names, or enter them by hand."),
                site is not None and site.agents.exclude(name="").exists(),
                reverse("directory") if connected else "",
                _("Open the directory"),
            )
        )
    return steps


def _site_step(request: Request) -> Step:
    title, done = _("A site"), request.seat.site is not None
    if request.user.is_superuser:
        text = _("A site is one Comm100 account: its name and the address of its API.")
        return Step(title, text, done, reverse("sites"), _("Make a site"))
    name = request.user.get_username()
    text = _("You are not a member of any site yet. Ask an administrator to add the user “%(name)s” to one.")
    return Step(title, _("You are a member.") if done else text % {"name": name}, done)

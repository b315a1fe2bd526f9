"""Where a user starts: the board, or the steps that are still missing."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from livechat.live import sources
from livechat.web.responses import Request, is_partial, page


@dataclass(frozen=True, slots=True)
class Step:
    """One step to a working board. `url` is the page to take it, empty if someone else must."""

    title: str
    text: str
    done: bool
    url: str = ""
    action: str = ""


@require_safe
def home(request: Request) -> HttpResponse:
    """The board, or the next step if the user has no site."""
    return redirect("start" if request.seat.site is None else "agents")


@require_safe
def start(request: Request) -> HttpResponse:
    """The steps to a working board: which are done, and which is next.

    A poll of a board is sent here if its user has no site any more. Then the whole page is replaced.
    """
    if is_partial(request):
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
            _("Paste an access token, or an agent's e-mail with an API key. Everyone's boards use the first one."),
            connected,
            reverse("connection") if site else "",
            _("Connect"),
        ),
    ]
    if request.seat.can_admin:
        steps.append(
            Step(
                _("Names"),
                _("Comm100 sends only ids for agents and departments. Import their names, or enter them by hand."),
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

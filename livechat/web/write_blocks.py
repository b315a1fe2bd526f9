"""Why a user cannot write at a site, and where he can mend it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from livechat.live import sources
from livechat.models import Site
from livechat.web.responses import Request


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands in the way, in a sentence; `url` leads to where the user can mend it, empty where he cannot."""

    text: str
    url: str = ""
    action: str = ""


def to_writing(request: Request, site: Site) -> Hindrance | None:
    """What keeps this user from writing at this site; none where he can."""
    if not request.seat.can_write:
        return Hindrance(_("Your role at this site is to look. A supervisor can change this."))
    if sources.writer(site, request.user) is None:
        text = _("To change something you need a Comm100 connection of your own.")
        return Hindrance(text, reverse("connection"), _("My connection"))
    return None

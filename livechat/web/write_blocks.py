"""Why a user cannot write at a site, and where he can mend it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from livechat.live import sources
from livechat.models import Site
from livechat.web.responses import Request


@dataclass(frozen=True, slots=True)
class WriteBlock:
    """What stands in the way, in a sentence; `url` leads to where the user can mend it, empty where he cannot."""

    text: str
    url: str = ""
    action: str = ""


def find(request: Request, site: Site) -> WriteBlock | None:
    """What keeps this user from writing at this site; none where he can."""
    if not request.seat.can_write:
        return WriteBlock(_("Your role at this site is to look. A supervisor can change this."))
    if sources.writer(site, request.user) is None:
        text = _("To change something you need a Comm100 connection of your own.")
        return WriteBlock(text, reverse("connection"), _("My connection"))
    return None

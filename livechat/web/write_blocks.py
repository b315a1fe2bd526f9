"""Why a user cannot write at a site, and the page where they can change that."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from livechat.live import sources
from livechat.models import Site
from livechat.web.responses import Request


@dataclass(frozen=True, slots=True)
class WriteBlock:
    """The reason in a sentence. `url` is the page where the user can remove it, empty if there is none."""

    text: str
    url: str = ""
    action: str = ""


def find(request: Request, site: Site) -> WriteBlock | None:
    """The reason this user cannot write at this site, or None if they can."""
    if not request.seat.can_write:
        return WriteBlock(_("Your role at this site is Viewer. A Supervisor can change this."))
    if sources.writer(site, request.user) is None:
        text = _("To change something, you need your own Comm100 connection.")
        return WriteBlock(text, reverse("connection"), _("My connection"))
    return None

"""Why a user cannot write at a site, and what they can do about it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from livechat.web.responses import Request


@dataclass(frozen=True, slots=True)
class WriteBlock:
    """Why the user cannot write, in a sentence. `url` is the page that helps, empty if the user can do nothing."""

    text: str
    url: str = ""
    action: str = ""


def of(request: Request) -> WriteBlock | None:
    """What keeps this user from writing at their site. None if nothing does."""
    if not request.seat.can_write:
        return WriteBlock(_("Your role at this site is to look. A supervisor can change this."))
    if request.seat.writer is None:
        text = _("To change something you need a Comm100 connection of your own.")
        return WriteBlock(text, reverse("connection"), _("My connection"))
    return None

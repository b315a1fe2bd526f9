"""The menu of a status badge: the statuses that can be set, as the page outside its polled region holds them."""

from dataclasses import dataclass

from livechat.boards import agents, directory_names, status_styles
from livechat.boards.status_styles import StatusStyle
from livechat.live import snapshot_cache
from livechat.models import Site
from livechat.web.responses import Request, is_partial
from livechat.web.write_blocks import WriteBlock


@dataclass(frozen=True, slots=True)
class Choice:
    """A status of the menu: the value that is sent, how it looks, and its limit in minutes (None: no limit)."""

    value: str
    style: StatusStyle
    limit: int | None


def settable(request: Request, site: Site) -> list[str]:
    """The statuses that can be set at this site, as its board knows them now."""
    data = snapshot_cache.get(request.seat.feed, "agents", wait=0).data
    return agents.settable_statuses(directory_names.of(site), data)


def of(request: Request, site: Site, write_block: WriteBlock | None) -> list[Choice]:
    """The choices of a whole page's menu. Empty if the user cannot write, and for a polled part, which has no menu."""
    if write_block or is_partial(request):
        return []
    known = directory_names.of(site)
    found = []
    for value in settable(request, site):
        limit = known.limit(value)
        found.append(Choice(value, status_styles.of_agent(value), limit and limit // 60))
    return found

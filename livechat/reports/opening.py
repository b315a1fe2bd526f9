"""When a site was open, as its opening hours say today."""

from livechat.models import Site
from livechat.reports import presence
from livechat.reports.presence import Times


def times(site: Site, began: int, ended: int) -> Times | None:
    """The opening times within a range, in epoch ms, in order and apart. None if no opening hours are entered."""
    hours = site.hours
    return presence.merged(hours.between(began, ended)) if hours else None

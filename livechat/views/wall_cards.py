"""Walls on the page that lists them: what each one shows now, and the state of its screens in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from livechat.boards import directory_names
from livechat.comm100.names import name_key
from livechat.lib import durations
from livechat.live import sources
from livechat.live.freshness import tag
from livechat.models import Site, Wall
from livechat.views.links import LinkRow
from livechat.walls import design, link_cache, links, screens
from livechat.walls.link_cache import ValidLink
from livechat.walls.rendering import RenderedWall, rendered_wall


@dataclass(frozen=True, slots=True)
class WallCard:
    """A wall in the list, with its open links.

    `teams`: each with whether it is gone from the directory. `version` changes with what a thumbnail of it shows.
    """

    wall: Wall
    teams: list[tuple[str, bool]]
    links: list[LinkRow]
    seen: datetime | None
    version: str
    now: datetime

    @property
    def screens(self) -> int:
        """How many screens show it now."""
        return sum(row.screens for row in self.links)

    @property
    def paused(self) -> bool:
        """Whether every open link is paused: then no screen shows it."""
        return bool(self.links) and all(row.link.paused for row in self.links)

    @property
    def state(self) -> str:
        """How many screens show it; if none does, when one was last seen."""
        if self.screens:
            return ngettext("%(n)d screen now", "%(n)d screens now", self.screens) % {"n": self.screens}
        return _("Last seen %(age)s ago") % {"age": self._age(self.seen)} if self.seen else _("No screen yet")

    @property
    def notes(self) -> list[str]:
        """What else there is to say of its links: how many are open, which are paused, and when the next one ends."""
        count = len(self.links)
        found = [ngettext("%(n)d open link", "%(n)d open links", count) % {"n": count} if count else _("No open link")]
        paused = sum(bool(row.link.paused) for row in self.links)
        if paused:
            found.append(_("paused") if self.paused else _("%(n)d of them paused") % {"n": paused})
        ends = [row.link.expires for row in self.links if row.link.expires]
        if ends and min(ends) <= self.now + links.EXPIRY_WARNING:
            days = round((min(ends) - self.now) / timedelta(days=1))
            words = ngettext("link ends in %(n)d day", "link ends in %(n)d days", days) % {"n": days}
            found.append(words if days > 1 else _("link ends within a day"))
        return found

    def _age(self, moment: datetime) -> str:
        """How long ago, in the largest unit: "2 h"."""
        units = pgettext("seconds minutes hours days", "s m h d").split()
        return " ".join(durations.duration((self.now - moment).total_seconds(), units).split()[:2])


def cards(site: Site) -> list[WallCard]:
    """The site's walls as its list shows them."""
    walls = list(site.walls.prefetch_related("links"))
    screen_counts = screens.count_now([link for wall in walls for link in wall.links.all()])
    known = {name_key(team) for team in directory_names.of(site).teams}
    now, made = timezone.now(), []
    for wall in walls:
        rows = [LinkRow(link, now, screen_counts.get(link.pk, 0)) for link in wall.links.all()]
        seen = max((row.link.seen for row in rows if row.link.seen), default=None)
        teams = [(team, name_key(team) not in known) for team in wall.teams]
        version = version_of(rendered(site, wall), now) if site.shared else ""
        made.append(WallCard(wall, teams, [row for row in rows if row.open], seen, version, now))
    return made


def rendered(site: Site, wall: Wall) -> RenderedWall:
    """A wall as its screens show it now, from the cache that they share."""
    feed = sources.of(site, site.shared) if site.shared else None
    message = link_cache.message_of(site.pk, wall.pk)
    return rendered_wall(ValidLink(0, wall.pk, site, feed, design.of(wall), message=message))


def version_of(wall: RenderedWall, now: datetime) -> str:
    """A tag of what a wall shows now. It changes with the figures, and with the minute that the wall's clock shows."""
    return tag(wall.freshness.tag, wall.freshness.state, f"{now:%H:%M}")

"""The present of the sites as metrics: agents, visitors, waits, and how old that is.

The counts are those of boards and walls. Like a wall, they are left out if figures are too old. Labels are bounded: of
teams and departments the first by name, and of visitors' statuses those that the API names; the others count as one.
"""

from collections import Counter
from collections.abc import Collection

from django.db import Error
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric

from livechat.boards import agents, departments, directory_names, status_styles, visitors
from livechat.boards.directory_names import Names
from livechat.comm100.names import name_key
from livechat.lib import outages
from livechat.lib.ttl_cache import TtlValue
from livechat.live import intervals, snapshot_cache, sources
from livechat.live.freshness import Freshness
from livechat.live.snapshot_view import SnapshotView
from livechat.live.sources import Feed
from livechat.models import Site
from livechat.web.now_export import Listed

MAX_LABELS = 50  # teams or departments of a site
OTHER = "other"
READ_SECONDS = 1.0
SLUGS = ("online", "away", "offline")


class SiteMetrics:
    """The families, to which sites are added one by one. `answers`: whether the database did so far."""

    def __init__(self, *, answers: bool) -> None:
        self.answers = answers
        self.agents = _gauge("livechat_agents", "Agents by kind of status", "site", "team", "kind")
        self.chats = _gauge("livechat_agent_chats", "Ongoing chats of all agents", "site", "team")
        self.places = _gauge("livechat_agent_places", "Chats that the agents online may have at once", "site", "team")
        self.visitors = _gauge("livechat_visitors", "Visitors by status", "site", "status")
        self.waiting = _gauge("livechat_waiting", "Visitors who wait for a chat", "site", "department")
        self.longest = _gauge("livechat_longest_wait_seconds", "The longest of the waits that last, as seen", "site")
        self.age = _gauge("livechat_snapshot_age_seconds", "Since Comm100 last confirmed a list", "site", "kind")

    def add(self, site: Site) -> None:
        """Add a site that has a shared connection."""
        if site.shared is None:
            return
        views, names = self._known(sources.of(site, site.shared), site)
        for kind, view in views.items():
            if view.age is not None:
                self.age.add_metric([site.name, kind], view.age)
        if names is not None:
            self._agents(site, _listed(site, views["agents"]), names)
            self._visitors(site, _listed(site, views["visitors"]), names)

    def _known(self, feed: Feed, site: Site) -> tuple[dict[str, SnapshotView], Names | None]:
        """The site's lists and names, as this process remembers them if the database does not answer."""
        if self.answers:
            try:
                return {kind: snapshot_cache.peek(feed, kind) for kind in intervals.LISTS}, directory_names.of(site)
            except Error as error:
                outages.note(error, "to give the metrics")
                self.answers = False
        remembered = {kind: snapshot_cache.peek(feed, kind, read=False) for kind in intervals.LISTS}
        return remembered, directory_names.remembered(site)

    def _agents(self, site: Site, listed: Listed, names: Names) -> None:
        if listed.data is None:
            return
        rows = agents.visible(listed.data, names)
        labels = bounded({row.team for row in rows})
        kinds = Counter({(label, slug): 0 for label in labels.values() for slug in SLUGS})
        chats, places = (Counter(dict.fromkeys(labels.values(), 0)) for _ in range(2))
        for row in rows:
            label = labels[row.team]
            kinds[label, row.slug] += 1
            chats[label] += row.chats or 0
            places[label] += (row.capacity or 0) if row.slug == "online" else 0
        for (label, slug), count in kinds.items():
            self.agents.add_metric([site.name, label, slug], count)
        for family, counts in ((self.chats, chats), (self.places, places)):
            for label, count in counts.items():
                family.add_metric([site.name, label], count)

    def _visitors(self, site: Site, listed: Listed, names: Names) -> None:
        if listed.data is None:
            return
        statuses = Counter(dict.fromkeys(status_styles.VISITOR_STYLES, 0))
        for status, count in visitors.count_statuses(listed.data).items():
            statuses[status if status in status_styles.VISITOR_STYLES else OTHER] += count
        for status, count in statuses.items():
            self.visitors.add_metric([site.name, status], count)
        waits = departments.waits(listed.data)
        known = names.including(departments=filter(None, waits))
        called = {key: known.department(key) for key in {*known.departments, *waits}}
        labels = bounded(set(called.values()))
        waiting = Counter(dict.fromkeys(labels.values(), 0))
        for key, name in called.items():
            waiting[labels[name]] += waits.get(key, departments.Waiting()).count
        for label, count in waiting.items():
            self.waiting.add_metric([site.name, label], count)
        queue = visitors.queue(listed.data)
        self.longest.add_metric([site.name], listed.wait(queue.since, exact=True)["longest_wait_seconds"] or 0)

    def families(self) -> list[Metric]:
        """All of them."""
        return [self.agents, self.chats, self.places, self.visitors, self.waiting, self.longest, self.age]


def bounded(names: Collection[str]) -> dict[str, str]:
    """The label of each name: one for all spellings, and OTHER for those beyond the first MAX_LABELS by name."""
    spelled = {name_key(name): name for name in sorted(names, reverse=True)}
    kept = dict(sorted(spelled.items())[:MAX_LABELS])
    return {name: kept.get(name_key(name), OTHER) for name in names}


def _gauge(name: str, told: str, *labels: str) -> Gauge:
    return Gauge(name, told, labels=labels)


def _listed(site: Site, view: SnapshotView) -> Listed:
    return Listed(site, Freshness(view, ""))


def of_all() -> SiteMetrics:
    """The metrics of all sites, of what this process remembers if the database does not answer."""
    try:
        sites, answers = _sites.now(), True
    except Error as error:
        outages.note(error, "to give the metrics")
        sites, answers = _sites.last or [], False
    found = SiteMetrics(answers=answers)
    for site in sites:
        found.add(site)
    return found


_sites: TtlValue[list[Site]] = TtlValue(READ_SECONDS, lambda: list(Site.objects.select_related("shared")))

"""The present of a site in counts, as JSON and CSV: a closed list, without anything of a single person.

The counts are those of boards and walls. Like a wall, it tells no figures that are too old, and no words of Comm100's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from livechat.boards import agents, departments, directory_names, present, visitors
from livechat.comm100.names import name_key
from livechat.live.freshness import Freshness
from livechat.live.snapshot_data import SnapshotData
from livechat.live.snapshot_view import SnapshotView, of_site
from livechat.models import Site
from livechat.walls.board import error_words

AGENT_FIGURES = {
    "online": "online", "away": "away", "offline": "offline", "free": "free_places", "ongoing": "ongoing_chats",
}  # fmt: skip
VISITOR_FIGURES = {"waiting": "waiting", "chatting": "chatting", "visitors": "on_site"}
COLUMNS = ("list", "figure", "department", "value")


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as scripts are told of it. `data`: None if there is none, or if it is too old to be told."""

    site: Site
    freshness: Freshness

    @property
    def data(self) -> SnapshotData | None:
        """The rows to count."""
        return None if self.freshness.gone else self.freshness.snapshot.data

    def told(self) -> dict[str, Any]:
        """How old it is, and what is wrong."""
        shown, age = self.freshness, self.freshness.age
        zone = self.site.zone
        checked = shown.checked and shown.checked.astimezone(zone).isoformat(timespec="seconds")
        return {
            "checked": checked,
            "age_seconds": None if age is None else round(age, 1),
            "state": shown.word,
            "stale": shown.frozen is not None,
            "error": error_words(shown.error),
        }

    def wait(self, since: datetime | None, *, exact: bool) -> dict[str, Any]:
        """The longest wait, which stands still under stale figures; at least so long if it is not exact."""
        until = self.freshness.frozen or timezone.now()
        seconds = None if since is None else max(0, round((until - since).total_seconds()))
        return {"longest_wait_seconds": seconds, "longest_wait_exact": exact if since else True}


def as_json(site: Site, agent_view: SnapshotView, visitor_view: SnapshotView) -> dict[str, Any]:
    """The counts of both lists, each with its age. A figure that is not known is null."""
    staff, guests = (Listed(site, Freshness(of_site(site, view), "")) for view in (agent_view, visitor_view))
    return {"site": site.name, "zone": site.zone.key, "agents": _agents(staff), "visitors": _visitors(guests)}


def _agents(listed: Listed) -> dict[str, Any]:
    data = listed.data
    counted = present.agent_counts(agents.visible(data, directory_names.of(listed.site)) if data else None)
    return listed.told() | {name: counted.get(slug) for slug, name in AGENT_FIGURES.items()}


def _visitors(listed: Listed) -> dict[str, Any]:
    counted, queue = present.visitor_counts(listed.data), visitors.queue(listed.data)
    return {
        **listed.told(),
        **{name: counted.get(slug) for slug, name in VISITOR_FIGURES.items()},
        **listed.wait(queue.since, exact=queue.since_exact),
        "departments": _departments(listed) if listed.data else [],
    }


def _departments(listed: Listed) -> list[dict[str, Any]]:
    """Every department of the directory and of visitors who wait, by name. Visitors without one are counted last."""
    waits = departments.waits(listed.data)
    names = directory_names.of(listed.site).including(departments=filter(None, waits))
    keys = sorted({*names.departments, *filter(None, waits)}, key=lambda key: (name_key(names.department(key)), key))
    found = []
    for key in [*keys, *([""] if "" in waits else [])]:
        waiting = waits.get(key, departments.Waiting())
        told = {"id": key or None, "name": names.department(key) if key else None, "waiting": waiting.count}
        found.append(told | listed.wait(waiting.since, exact=waiting.since_exact))
    return found


def csv_lines(told: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The same as lines: how old each list is, then a figure a line."""
    lists = ("agents", "visitors")
    yield "zone", told["zone"]
    for name in lists:
        yield (name, *(part for key in _FRESHNESS for part in (key.replace("_", " "), told[name][key])))
    yield ()
    yield COLUMNS
    for name in lists:
        for figure in [key for key in told[name] if key not in (*_FRESHNESS, "departments")]:
            yield name, figure, None, told[name][figure]
    for one in told["visitors"]["departments"]:
        for figure in ("waiting", "longest_wait_seconds", "longest_wait_exact"):
            yield "visitors", figure, one["name"] or "(none)", one[figure]


_FRESHNESS = ("checked", "age_seconds", "state", "stale", "error")

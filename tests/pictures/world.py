"""A demo with walls of 5, 24, 50 and 200 agents in every state, and their addresses."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tests.support.demo import Demo

# The sizes of teams: a wall of 5 agents, one of 24, one of 50 in three teams, and one of all 200; Away are all away.
TEAMS = {
    "Night": 5,
    "Away": 5,
    "Core": 24,
    "Billing": 18,
    "Sales": 16,
    "Support": 16,
    "Claims": 44,
    "Technical": 42,
    "Orders": 30,
}
AGENTS = {5: ["Night"], 24: ["Core"], 50: ["Billing", "Sales", "Support"], 200: []}
OFFLINE = 16
THEMES = ("dark", "light", "contrast")
# Limits of waiting visitors, of the longest wait (seconds) and of free places: the same figures are at each level.
LEVELS = {"calm": (99, 199, 3600, 7200, 0), "amber": (3, 99, 60, 7200, 0), "red": (3, 6, 60, 180, 0)}
ENVIRONMENT = {
    "DEMO_FREEZE": "1",
    "DEMO_AGENTS": str(sum(TEAMS.values()) + OFFLINE),
    "DEMO_VISITORS": "400",
    "COMM100_DEADLINE": "3",
}
# Long names, an e-mail-like length, and one that is written from the right; they stand in the team of 24.
ALIASES = ("Konstantin B.", "Maximiliane W.", "عبد الرحمن م.", "Lukas S. #21", "Bartholomew K.", "Inès")
# Minutes in an away status, by turns; the limits are of Lunch 45 and of Meeting 60.
AWAY = (("Lunch", 52), ("Meeting", 92), ("Training", 34), ("Away", 4), ("Training", 13))


def _secret(name: str) -> str:
    return f"{name}-{'x' * 30}"


GERMAN, EVERY_FIGURE, ALONE, NOBODY, PAUSED, ENDED, LONG_TITLE = map(
    _secret, ("german", "every-figure", "alone", "nobody", "paused", "ended", "long-title")
)
WAIT = 222  # seconds that the longest wait has lasted
MAKE = """
import json
from datetime import timedelta
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from livechat.comm100 import records
from livechat.live import snapshot_data
from livechat.models import AgentEntry, AwayLimit, Site, Snapshot, SnapshotBody, Wall
from livechat.models.walls import default_panels
from livechat.record.link_events import NOBODY
from livechat.walls import links
from tests.support.spans import make_span, spans

told = json.loads({told!r})
site, user, now = Site.objects.get(), User.objects.get(), timezone.now()
departments = [str(one) for one in site.departments.values_list("department_id", flat=True)]
for name, minutes in (("Lunch", 45), ("Meeting", 60)):
    AwayLimit.objects.update_or_create(site=site, key=name.lower(), defaults={{"name": name, "minutes": minutes}})
for each in told["agents"]:
    own = [departments[each["team_place"] % len(departments)]] if each["team"] != "Night" else []
    values = {{"team": each["team"], "capacity": each["places"], "departments": own}}
    AgentEntry.objects.filter(site=site, agent_id=each["id"]).update(**values, **each["alias"])
    spans(each["id"]).filter(ended=None).delete()
    make_span(site, each["id"], each["status"], now - timedelta(minutes=each["minutes"]))
Snapshot.objects.filter(kind="agents").delete()
with transaction.atomic():
    row = Snapshot.objects.select_for_update().get(kind="visitors")
    data = snapshot_data.unpack(row)
    waiting = [visitor.id for visitor in data.rows if visitor.status == "waitingForChat"]
    for visitor, seconds in zip(waiting, ({wait}, 48, 20), strict=False):
        data.since[visitor] = (round((now - timedelta(seconds=seconds)).timestamp() * 1000), True)
    row.version += 1
    row.save(update_fields=["version"])
    sealed = snapshot_data.pack(row, records.Listing(data.rows), data.since)
    SnapshotBody.objects.filter(snapshot=row).update(version=row.version, sealed=sealed)
site.bump_version()
for name, wall in told["walls"].items():
    amber, red, slow, slower, free = wall.pop("limits")
    size = wall.pop("sizes", "")
    limits = {{"waiting": (amber, red), "longest": (slow, slower), "free": (free or None, free)}}
    panels = default_panels()
    for panel in panels:
        panel["size"] = size or panel["size"] or ("normal" if panel["slug"] == "free" else "")
        panel["amber"], panel["red"] = limits.get(panel["slug"], (panel["amber"], panel["red"]))
    made = Wall.objects.create(site=site, panels=panels, every=5, **wall)
    link, _secret = links.make_link(made, user, "TV", days=None, secret=name)
    if name == {paused!r}:
        links.pause(link, NOBODY)
    if name == {ended!r}:
        links.revoke(link, NOBODY)
"""


@dataclass(frozen=True)
class View:
    """A wall to be shown: how many agents, in which colours, at which level, and its address."""

    agents: int
    theme: str
    level: str
    path: str


def prepare(demo: Demo) -> list[View]:
    """Fill the demo. Returns its walls of each number of agents, colours and level; others are known by their names."""
    views = [
        View(agents, theme, level, f"/wall/{_secret(f'{agents}-{theme}-{level}')}/")
        for agents, theme, level in product(AGENTS, THEMES, LEVELS)
    ]
    walls: dict[str, dict[str, object]] = {
        _secret(f"{view.agents}-{view.theme}-{view.level}"): {
            "title": "Support",
            "teams": AGENTS[view.agents],
            "theme": view.theme,
            "limits": LEVELS[view.level],
        }
        for view in views
    }
    core = {"title": "Kundendienst", "teams": ["Core"], "language": "de", "limits": LEVELS["red"]}
    walls |= {
        GERMAN: core,
        EVERY_FIGURE: core | {"sizes": "large"},
        ALONE: core | {"agents": False},
        NOBODY: core | {"language": "en", "title": "Support", "teams": ["Away"]},
        LONG_TITLE: core | {"title": "Customer support of the North, Zurich, hall two"},
        PAUSED: core | {"language": "en", "title": "Support"},
        ENDED: core | {"language": "en", "title": "Support"},
    }
    people = list(_people(demo))
    demo.shell(MAKE.format(wait=WAIT, paused=PAUSED, ended=ENDED, told=json.dumps({"agents": people, "walls": walls})))
    return views


def _people(demo: Demo) -> Iterator[dict[str, object]]:
    """Gives every agent a team, a status and places, some too few; sets the statuses at the chat server."""
    teams = [team for team, size in TEAMS.items() for _ in range(size)] + [""] * OFFLINE
    places: dict[str, int] = {}
    # The API sets nobody offline: those who are stay it, as far as they are needed.
    people = sorted(demo.agents(), key=lambda one: (one["status"] == "Offline", one["id"]))
    for agent, team in zip(people, teams, strict=True):
        place = places[team] = places.get(team, -1) + 1
        status, minutes = "Offline" if not team else "Online", 12
        if team and (place % 4 == 1 or team == "Away"):
            status, minutes = AWAY[(place if team == "Away" else place // 4 + len(team)) % len(AWAY)]
        if team:
            demo.set_status(agent["id"], status)
        chats = agent["ongoingChats"] or 0
        spare = -1 if place % 12 == 2 and chats > 1 else 0 if place % 6 == 4 and chats else 1 + place % 3
        alias = {"alias": ALIASES[place // 4]} if team == "Core" and place % 4 == 0 else {}
        yield {
            "id": agent["id"],
            "team_place": list(TEAMS).index(team) if team else 0,
            "team": team,
            "status": status,
            "minutes": minutes,
            "places": chats + spare,
            "alias": alias,
        }

"""A wall's JSON and its page say the same: nothing in one that is not in the other, whatever the wall shows."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from livechat.alerts import actions, rules
from livechat.boards.levels import Limits
from livechat.live import site_versions, snapshot_cache
from livechat.models import Alert, AwayLimit, LinkTurn, Plan, Rule, Wall, WallLink
from livechat.record.link_events import By
from livechat.walls import curves, link_cache, links, messages
from livechat.walls.design import PANEL_TYPES
from tests.support import wall_said
from tests.support.looks import Looks, key
from tests.support.pages import text
from tests.support.staff import SALES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_door")]
ALIASES = {1: "Lee", 2: "Over", 3: "Full", 4: "Left", 5: "Planned", 6: "Back", 7: "Open"}
EVERY = [{"slug": slug, "size": "normal", "amber": 1, "red": 3} for slug in PANEL_TYPES]
CURVES = {f"curve_{slug}": "hour" for slug in ("waiting", "longest", "online")}
FOR_SCRIPTS = {"name", "unit", "part_seconds"}  # keys whose values repeat others in a script's words


class Hall:
    """Walls of a site with agents in every state, and with visitors who wait."""

    def __init__(self, agents: int) -> None:
        self.looks = looks = Looks()
        looks.online(*range(1, agents + 1), chats=1)
        looks.look()
        site = looks.site
        AwayLimit.objects.create(site=site, name="Lunch", key="lunch", minutes=2)
        for place, entry in enumerate(site.agents.order_by("agent_id"), start=1):
            entry.alias, entry.team, entry.capacity = ALIASES.get(place, f"A{place}"), f"T{place % 3}", 3
            entry.save()
        site.agents.filter(agent_id=key(7)).update(capacity=None)
        site.agents.filter(team="T1").update(departments=[SALES])
        looks.online(1, status="Lunch")
        looks.online(2, chats=4)
        looks.online(3, chats=3)
        looks.online(4, chats=2, status="Away")
        looks.online(5, chats=2, status="Break")
        looks.offline(8)
        looks.wait(1, 2, department=SALES)
        looks.looks(240, step=30)
        looks.wait(3)
        looks.looks(60, step=30)
        for number, status in ((5, "Break"), (6, "online")):
            self.plan(number, status)
        site.bump_version()

    def plan(self, number: int, status: str) -> None:
        """Plan the end of an agent's status at a quarter past nine and some seconds."""
        due = datetime(2026, 11, 30, 9, 15, 42, tzinfo=UTC)
        given: dict[str, Any] = {"status": status, "then": "Offline", "due": due, "latest": due + timedelta(hours=1)}
        Plan.objects.create(site=self.looks.site, agent_id=key(number), name="x", nonce=f"n{number}", **given)

    def ring(self, kind: str, severity: str = "red", **fields: Any) -> None:
        """A rule that rings at once."""
        given = {"wait_seconds": 0, "keep_seconds": 0, "enabled": True, "severity": severity} | fields
        rules.begin_anew(Rule.objects.create(site=self.looks.site, kind=kind, **given))

    def show_message(self) -> None:
        """An important message, for five minutes."""
        looks, minutes = self.looks, timedelta(minutes=5)
        with time_machine.travel(looks.now, tick=False):
            messages.show(looks.site, None, "Fire <drill>", tone="important", lasts=minutes, by=By(looks.owner))

    def wall(self, **design: Any) -> tuple[WallLink, str]:
        """A link to a wall, and its path."""
        given = {"title": "Support <b>", "panels": EVERY, "time_zone": "Asia/Kolkata"} | design
        made, secret = links.make_link(
            Wall.objects.create(site=self.looks.site, **given), self.looks.owner, "TV", days=None
        )
        return made, f"/wall/{secret}/"

    def both(self, path: str, seconds: float = 0) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a wall's JSON tells, as its page would say it, and what the page says, seconds after the last look."""
        with time_machine.travel(self.looks.now + timedelta(seconds=seconds), tick=False):
            link_cache.forget()
            site_versions.forget()
            snapshot_cache.forget()
            script = json.loads(Client().get(path, HTTP_ACCEPT="application/json").content)
            return as_said(script), wall_said.told(text(Client().get(path)))


def as_said(script: dict[str, Any]) -> dict[str, Any]:
    """A wall's JSON as its page says the same: minutes as words, curves as their plots."""
    said = without_names(script)
    said["checked"] = said["checked"][11:19]
    said["agents_offline"] = said["agents_offline"] or None  # a page is silent about none
    if alarm := said["alarm"]:
        alarm |= {"since": clock(alarm["since"]), "began": utc(alarm["began"])}
        del alarm["kind"]
    if message := said["message"]:
        message["until"] = datetime.fromisoformat(message["until"]).timestamp()
    for figure in said["figures"]:
        figure["since"] = utc(figure["since"])
    for agent in said["agents"]:
        agent |= {"since": utc(agent["since"]), "until": clock(agent["until"])}
    for curve, given in zip(said["curves"], script["curves"], strict=True):
        factor, limit = (1000, Limits(1000, 3000)) if given["unit"] else (1, Limits(1, 3))
        values = [None if value is None else factor * value for value in given["values"]]
        plot = curves.plot(given["name"], values, Limits(None, None) if given["name"] == "online" else limit)
        curve |= {"values": str(plot), "began": clock(curve["began"]), "ended": clock(curve["ended"])}
        assert given["part_seconds"] * len(values) == 3600
    return said


def without_names(value: Any) -> Any:
    """Without what is for scripts alone. Teams have a name that is shown."""
    if isinstance(value, dict):
        named = "free" in value
        return {key: without_names(item) for key, item in value.items() if named or key not in FOR_SCRIPTS}
    return [without_names(item) for item in value] if isinstance(value, list) else value


def clock(moment: str | None) -> str | None:
    """The time of a moment in the wall's zone, with seconds if it has some: a page says none."""
    return moment and moment[11:-6]


def utc(moment: str | None) -> str | None:
    """A moment as a page's markup has it."""
    return moment and datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def make(db: None, stop_clock: Callable[[], None]) -> Callable[[int], Hall]:
    """Makes a hall of so many agents. Time passes as the test says alone."""
    stop_clock()
    return Hall


@pytest.mark.parametrize(
    ("agents", "design"),
    [
        (9, CURVES),
        (15, {}),
        (27, CURVES),
        (9, CURVES | {"agents": False}),
        (9, {"panels": [], "teams": ["T1", "Gone"]}),
        (9, {"teams": ["Gone"]}),
    ],
    ids=["every agent's status", "no room for it", "teams", "no agents", "a team gone", "all teams gone"],
)
def test_the_json_tells_what_the_page_says_and_nothing_else(
    make: Callable[[int], Hall], agents: int, design: dict[str, Any]
) -> None:
    hall = make(agents)
    hall.ring(Rule.Kind.WAITING, params={"count": 2, "ends": 0})
    hall.ring(Rule.Kind.LONGEST, "amber", params={"seconds": 0})
    hall.show_message()
    hall.looks.look()
    path = hall.wall(**design)[1]
    for seconds, state in ((0, "fresh"), (120, "stale")):
        script, page = hall.both(path, seconds)
        assert script == page
        assert script["state"] == state
        assert (script["alarm"]["others"], script["message"]["text"]) == (1, "Fire <drill>")
        assert len(script["curves"]) == (3 if "curve_waiting" in design else 0)


def test_without_room_only_those_who_are_away_have_their_status_told(make: Callable[[int], Hall]) -> None:
    hall = make(15)
    agents = {agent["alias"]: agent for agent in hall.both(hall.wall()[1])[0]["agents"]}
    hidden = {name for name, agent in agents.items() if agent["status"] is agent["since"] is agent["exact"] is None}
    assert set(agents) - hidden == {"Lee", "Left", "Planned"}
    assert (agents["Back"]["until"], agents["Back"]["load"]) == (None, "1/3")
    assert (agents["Left"]["left"], agents["Left"]["load"]) == ("2 chats", None)


def test_an_alarm_is_told_with_its_value_until_somebody_has_taken_it(make: Callable[[int], Hall]) -> None:
    hall = make(9)
    hall.ring(Rule.Kind.LONGEST, params={"seconds": 0})
    hall.looks.look()
    path = hall.wall()[1]
    script, page = hall.both(path)
    assert script["alarm"] == page["alarm"]
    assert script["alarm"]["began"] == "2026-11-30T09:00:35Z"
    with time_machine.travel(hall.looks.now, tick=False):
        actions.acknowledge(Alert.objects.get(), hall.looks.owner, "")
    script, page = hall.both(path)
    assert script["alarm"] == page["alarm"]
    assert (script["alarm"]["taken"], script["alarm"]["began"]) == (True, None)


def test_an_alarm_about_the_figures_is_told_whole_while_they_are_stale(make: Callable[[int], Hall]) -> None:
    hall = make(9)
    hall.ring(Rule.Kind.REFUSED)
    Alert.objects.create(rule=Rule.objects.get(), state="firing", since=hall.looks.now, fired=hall.looks.now)
    hall.looks.site.bump_version()
    script, page = hall.both(hall.wall()[1], 120)
    assert script == page
    assert (script["state"], script["alarm"]["level"], script["alarm"]["since"]) == ("stale", "red", "14:35")


def test_walls_in_turn_are_told_with_the_one_that_stays(make: Callable[[int], Hall]) -> None:
    hall = make(9)
    link, path = hall.wall()
    other = Wall.objects.create(site=hall.looks.site, title="Back", panels=[])
    for wall in (other, link.wall):
        LinkTurn.objects.create(link=link, wall=wall, seconds=30)
    script, page = hall.both(path)
    assert script["rotation"] == page["rotation"] | {"walls": ["Back", "Support <b>"]}
    assert (script["rotation"]["place"], script["rotation"]["held"]) == (1, True)

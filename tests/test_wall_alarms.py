"""Alarms on walls: one line, a figure, a sound's mark, and tags that move with all of it; nothing of another site."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from livechat.alerts import actions, rules
from livechat.live import site_versions
from livechat.models import Alert, AwayLimit, DepartmentEntry, Rule, Site, Wall
from livechat.walls import link_cache, links
from tests.support.fast_path import Answer
from tests.support.looks import Looks, key
from tests.support.pages import text
from tests.support.people import client_for, make_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_door")]
Kind = Rule.Kind
PANEL = {"slug": "alarms", "size": "normal", "amber": None, "red": None}


class Hall:
    """A wall of a site that is looked at, and its screen."""

    def __init__(self, looks: Looks, **design: Any) -> None:
        self.looks = looks
        self.wall = Wall.objects.create(site=looks.site, title="Support", panels=[PANEL], **design)
        self.path = f"/wall/{links.make_link(self.wall, looks.owner, 'TV', days=None)[1]}/"

    def rule(self, kind: str, severity: str = "red", **fields: Any) -> Rule:
        """A rule that rings at once, and ends at once."""
        given = {"wait_seconds": 0, "keep_seconds": 0, "enabled": True, "severity": severity} | fields
        made = Rule.objects.create(site=self.looks.site, kind=kind, **given)
        rules.begin_anew(made)
        return made

    def at(self, act: Callable[[], Any], seconds: float = 0) -> Any:
        """Do something some seconds after the last look, when every process knows of it."""
        with time_machine.travel(self.looks.now + timedelta(seconds=seconds), tick=False):
            link_cache.forget()
            site_versions.forget()
            return act()

    def page(self, seconds: float = 0) -> str:
        """The wall's page."""
        return str(self.at(lambda: text(Client().get(self.path)), seconds))

    def alarm(self, seconds: float = 0) -> str:
        """The words of the line; "" if there is none. Of its two right ends the one that is seen of fresh figures."""
        found = re.search(r'<p class="line alarm.*?</p>', self.page(seconds), re.DOTALL)
        line = re.sub(r"<svg.*?</svg>", "", found[0]) if found else ""
        return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r'<span class="on-stale">.*', "", line)).split())

    def classes(self) -> list[str]:
        """The classes of the line."""
        return re.findall(r'<p class="line (alarm[^"]*)"', self.page())

    def sound(self) -> list[str]:
        """What the line says of a sound."""
        return re.findall(r'data-sound="(\w+)"', self.page())

    def figure(self) -> tuple[str, str, str]:
        """The figure of alarms: its level, its value and its words."""
        found = re.search(r'<li class="panel[^>]*>.*?</li>', self.page(), re.DOTALL)
        assert found
        level = re.findall(r'data-level="(\w+)"', found[0])
        value, words = re.findall(r"data-count>(.*?)</b>", found[0]), re.findall(r'on-words">(.*?)<', found[0])
        return (*level, "")[0], value[0], (*words, "")[0]

    def tag(self, seconds: float = 0) -> str:
        """The tag of a poll."""
        return str(self.at(lambda: Answer(self.path).headers["HX-PTag"], seconds))


@pytest.fixture
def hall(db: None, stop_clock: Callable[[], None]) -> Hall:
    """A wall of a site with one agent who is online and nobody who waits. Time passes as the test says alone."""
    stop_clock()
    looks = Looks()
    looks.online(1)
    looks.look()
    looks.site.agents.update(alias="Mia")
    looks.site.bump_version()
    return Hall(looks)


def test_the_line_says_the_limit_that_was_passed_its_time_and_its_number_and_goes_when_it_ends(hall: Hall) -> None:
    assert hall.alarm() == ""
    hall.rule(Kind.WAITING, params={"count": 2, "ends": 0})
    hall.looks.wait(1, 2, 3)
    hall.looks.look()
    assert hall.alarm() == "2 or more are waiting since 09:00 · now 3"
    hall.looks.leave(1, 2, 3)
    hall.looks.look()
    assert hall.alarm() == ""


def test_of_several_the_worst_is_said_what_nobody_has_taken_first_then_red_then_the_oldest(hall: Hall) -> None:
    amber = hall.rule(Kind.LONGEST, "amber", params={"seconds": 0})
    red = hall.rule(Kind.WAITING, params={"count": 1, "ends": 0})
    hall.looks.wait(1)
    hall.looks.look()
    hall.rule(Kind.UNCOVERED)
    hall.looks.offline(1)
    hall.looks.look()
    assert hall.alarm() == "Somebody is waiting + 2 more since 09:00 · now 1"
    assert hall.figure() == ("red", "3", "Somebody is waiting")
    hall.at(lambda: actions.acknowledge(red.alerts.get(), hall.looks.owner, "I look"))
    assert hall.alarm().startswith("Somebody waits, and nobody is online + 2 more")
    Rule.objects.exclude(pk=amber.pk).update(enabled=False)
    hall.looks.site.bump_version()
    assert re.fullmatch(r"Somebody waits over 0 s since 09:00 · longest 0:0\d", hall.alarm())
    assert (hall.classes(), hall.figure()[:2]) == (["alarm amber"], ("amber", "1"))


def test_what_is_taken_has_a_frame_alone_says_so_and_names_no_user(hall: Hall) -> None:
    hall.rule(Kind.NOBODY)
    hall.looks.offline(1)
    hall.looks.look()
    assert hall.classes() == ["alarm red"]
    hall.at(lambda: actions.acknowledge(Alert.objects.get(), hall.looks.owner, "secret note"))
    assert hall.classes() == ["alarm red taken"]
    assert hall.alarm() == "Nobody is online since 09:00 · taken"
    assert hall.figure() == ("", "1", "Nobody is online")
    for hidden in ("secret note", hall.looks.owner.get_username()):
        assert hidden not in hall.page()


@pytest.mark.parametrize(
    ("design", "called"),
    [({}, "Mia"), ({"naming": "initials"}, "MI"), ({"naming": "number"}, "#1"), ({"agents": False}, "Mia")],
)
def test_an_agent_is_called_as_on_the_rest_of_the_wall(hall: Hall, design: dict[str, Any], called: str) -> None:
    AwayLimit.objects.create(site=hall.looks.site, key="lunch", name="Lunch", minutes=1)
    hall.rule(Kind.STATUS, severity="amber")
    hall.looks.online(1, status="Lunch")
    hall.looks.looks(90)
    Wall.objects.update(**design)
    assert re.fullmatch(f"{called} is past the limit of Lunch since 09:01 · 1 m", hall.alarm())


def test_a_department_is_called_by_its_name_and_never_by_its_id(hall: Hall) -> None:
    DepartmentEntry.objects.create(site=hall.looks.site, department_id=key(7), name="Billing")
    hall.rule(Kind.NOBODY, department=key(7))
    hall.looks.look()
    assert hall.alarm().startswith("Billing: Nobody is online since")
    DepartmentEntry.objects.update(name="")
    hall.looks.site.bump_version()
    assert hall.alarm().startswith("A department: Nobody is online since")
    assert key(7)[-4:] not in hall.page()


@pytest.mark.parametrize("change", [{"on_walls": False}, {"enabled": False}, {"removed": timezone.now()}])
def test_a_rule_that_is_not_for_walls_is_off_or_removed_rings_on_none(hall: Hall, change: dict[str, Any]) -> None:
    made = hall.rule(Kind.NOBODY)
    hall.looks.offline(1)
    hall.looks.look()
    assert hall.alarm()
    Rule.objects.filter(pk=made.pk).update(**change)
    hall.looks.site.bump_version()
    assert (hall.alarm(), hall.figure()) == ("", ("", "0", "none"))


def test_an_alarm_of_another_site_is_on_no_wall_of_this_one(hall: Hall) -> None:
    other = Looks(make_site("Other"))
    theirs = Hall(other)
    theirs.rule(Kind.NOBODY)
    other.offline(1)
    other.look()
    Site.objects.update(version=50)  # what is kept by versions is kept by sites too
    assert theirs.alarm()
    assert (hall.alarm(), hall.figure()[1]) == ("", "0")


def test_the_tag_moves_when_an_alarm_fires_is_taken_is_snoozed_wakes_and_ends_and_at_no_other_time(hall: Hall) -> None:
    hall.rule(Kind.NOBODY)
    tags = [hall.tag()]
    hall.looks.offline(1)
    hall.looks.look()
    tags += [hall.tag(), hall.tag(3)]
    hall.at(lambda: actions.acknowledge(Alert.objects.get(), hall.looks.owner, ""))
    tags.append(hall.tag())
    hall.at(lambda: actions.snooze(Alert.objects.get(), hall.looks.owner, 5))
    tags += [hall.tag(), hall.tag(25)]
    hall.looks.now += timedelta(minutes=5, seconds=1)
    with time_machine.travel(hall.looks.now):
        hall.looks.site.snapshots.update(checked=timezone.now())
    tags.append(hall.tag())
    hall.looks.online(1)
    hall.looks.look()
    tags.append(hall.tag())
    moved = [before != after for before, after in pairwise(tags)]
    assert moved == [True, False, True, True, False, True, True]


def test_a_poll_that_nothing_changed_makes_no_query_and_a_changed_one_reads_alarms_once(hall: Hall) -> None:
    hall.rule(Kind.NOBODY)
    hall.looks.offline(1)
    hall.looks.look()
    second = Hall(hall.looks)
    tag = hall.tag()

    def alarms_read(*paths: str, **headers: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answers = [Answer(path, **headers).status[:3] for path in paths]
        assert answers == [("304" if headers else "200")] * len(paths)
        return sum("livechat_alert" in query["sql"] for query in queries) if not headers else len(queries)

    with time_machine.travel(hall.looks.now, tick=False):
        assert Answer(hall.path, HX_PTAG=tag).status.startswith("304")
        assert alarms_read(hall.path, HX_PTAG=tag) == 0
    assert hall.at(lambda: alarms_read(second.path)) == 0, "both walls share what was read"
    hall.looks.site.bump_version()
    assert hall.at(lambda: alarms_read(hall.path, second.path)) == 1


def test_only_a_wall_that_wants_sound_has_it_and_only_while_a_rule_with_sound_rings_that_nobody_took(
    hall: Hall,
) -> None:
    hall.rule(Kind.NOBODY, sound=True)
    hall.looks.offline(1)
    hall.looks.look()
    assert hall.sound() == []
    assert 'id="sound"' not in hall.page()
    Wall.objects.update(sound=True)
    assert hall.sound() == ["fresh"]
    assert 'id="sound"' in hall.page()
    hall.at(lambda: actions.acknowledge(Alert.objects.get(), hall.looks.owner, ""))
    assert hall.sound() == []
    hall.rule(Kind.ALL_FULL, sound=False, severity="amber")
    hall.rule(Kind.REFUSED, sound=True)
    Alert.objects.create(
        rule=Rule.objects.get(kind=Kind.REFUSED), state="firing", since=hall.looks.now, fired=hall.looks.now
    )
    hall.looks.site.bump_version()
    assert hall.sound() == ["always"], "it is about the figures: stale ones do not end it"


def test_scripts_are_told_the_alarm_and_its_figure(hall: Hall) -> None:
    hall.rule(Kind.NOBODY)

    def told() -> dict[str, Any]:
        found: dict[str, Any] = hall.at(
            lambda: json.loads(Client().get(hall.path, HTTP_ACCEPT="application/json").content)
        )
        return found

    assert told()["alarm"] is None
    hall.looks.offline(1)
    hall.looks.look()
    found = told()
    said = {name: found["alarm"][name] for name in ("kind", "text", "level", "taken", "others")}
    assert said == {"kind": "nobody", "text": "Nobody is online", "level": "red", "taken": False, "others": 0}
    assert found["alarm"]["since"].startswith("2026-11-30T09:00")
    assert [(one["name"], one["value"], one["level"]) for one in found["figures"]] == [("alarms", 1, "red")]


def test_its_form_offers_the_figure_without_limits_and_the_sound_and_its_thumbnail_shows_the_line(hall: Hall) -> None:
    hall.rule(Kind.NOBODY)
    hall.looks.offline(1)
    hall.looks.look()
    web = client_for(hall.looks.owner)
    address = f"/walls/{hall.wall.pk}/"
    form = web.get(address).context["form"]
    page = text(web.get(address))
    assert 'name="alarms-size"' in page
    assert 'name="alarms-amber"' not in page
    values = {one.html_name: one.value() for one in form if one.value() not in (None, False, [])}
    assert web.post(address, values | {"sound": "on", "alarms-size": "large"}).status_code == 302
    saved = Wall.objects.get()
    assert (saved.sound, saved.panels[0]["slug"], saved.panels[0]["size"]) == (True, "alarms", "large")
    for part in ("thumbnail", "preview"):
        shown = hall.at(lambda part=part: text(client_for(hall.looks.owner).get(f"{address}{part}/")))
        assert "Nobody is online" in shown
        assert 'id="sound"' not in shown


@pytest.mark.parametrize(("language", "words"), [("de", "Niemand ist online"), ("fr", "Personne n’est en ligne")])
def test_a_wall_says_it_in_its_own_language(hall: Hall, language: str, words: str) -> None:
    hall.rule(Kind.NOBODY)
    hall.looks.offline(1)
    hall.looks.look()
    Wall.objects.update(language=language)
    assert hall.alarm().startswith(words)


def test_under_stale_figures_the_line_says_since_when_nobody_observed_it(hall: Hall) -> None:
    hall.rule(Kind.NOBODY)
    hall.looks.offline(1)
    hall.looks.look()
    page = hall.page(120)
    assert 'data-age="stale"' in page
    assert '<span class="on-stale">not observed since 09:00</span>' in page

"""What a wall shows of agents and teams: who comes first, in which words, and what it does with many."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from livechat.lib.epoch import milliseconds
from livechat.live import snapshot_cache
from livechat.models import AwayLimit, Site, Snapshot, Wall
from livechat.walls import link_cache, links, rendering, steps
from tests.support import staff as staff_of
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, text
from tests.support.spans import spans
from tests.support.staff import BILLING, VISITOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(site: Site, chatserver: ChatServer, renew: Callable[[], None]) -> list[str]:
    """Eight agents online with a free place, named A to H; A to D in Billing, E to H in Sales; nobody waits."""
    keys = staff_of.set_online(chatserver)
    renew()
    staff_of.enter(site, keys, sales=[])
    AwayLimit.objects.create(site=site, name="Lunch", key="lunch", minutes=45)
    site.bump_version()
    return keys


@pytest.fixture
def put(site: Site, staff: list[str], chatserver: ChatServer, renew: Callable[[], None]) -> Callable[..., None]:
    """Puts an agent into a status, for so many minutes, with so many chats."""

    def change(name: str, status: str, minutes: float = 0, chats: int = 0) -> None:
        key = staff["ABCDEFGH".index(name)]
        chatserver.world.set_agent(key, status=status, chats=chats)
        renew()
        began = timezone.now() - timedelta(minutes=minutes)
        spans(key).filter(ended=None).update(began=milliseconds(began), began_slack=0)
        Snapshot.objects.filter(kind="agents").delete()  # a new one is made of the spans
        renew()

    return change


@pytest.fixture
def path(site: Site, supervisor: User, staff: list[str]) -> str:
    """The path of a wall."""
    made = Wall.objects.create(site=site, title="Support")
    return f"/wall/{links.make_link(made, supervisor, 'TV', days=None)[1]}/"


def show(path: str, **design: Any) -> str:
    """The wall's page, with some of its design changed."""
    if design:
        Wall.objects.update(**design)
    link_cache.forget()
    return text(Client().get(path))


def places(page: str) -> list[tuple[str, str, str]]:
    """The agents in their order: alias, what the place looks like, and its words."""
    found = re.findall(r'<li class="agent ([\w ]+)">(.*?)</li>', page, re.DOTALL)
    return [
        (re.findall(r"<bdi>(.*?)</bdi>", inner)[0], kind, " ".join(re.sub(r"<[^>]*>", " ", inner).split()))
        for kind, inner in found
    ]


def test_who_is_past_a_limit_comes_first_then_who_is_full_then_who_is_away_by_length(
    path: str, put: Callable[..., None]
) -> None:
    put("A", "Online", chats=2)
    put("B", "Away", 3)
    put("C", "Training", 31)  # in no status of its own: the site's 30 minutes
    put("D", "Lunch", 50)
    put("E", "Online", chats=3)
    put("F", "Lunch", 70)
    put("G", "Away", 9)
    found = places(show(path))
    assert [name for name, _kind, _words in found] == ["F", "D", "C", "E", "A", "G", "B", "H"]
    assert [kind for _name, kind, _words in found] == [
        "away red",
        "away amber",
        "away amber",
        "full amber",
        "full",
        "away",
        "away",
        "online",
    ]


def test_each_agent_has_one_value_and_words_that_name_the_limit(path: str, put: Callable[..., None]) -> None:
    put("A", "Lunch", 92)
    put("B", "Online", chats=3)
    put("C", "Away", 9, chats=2)
    put("D", "Online", 12, chats=2)
    words = {name: said for name, _kind, said in places(show(path))}
    assert words["A"] == "A Lunch over 45 min 1 h 32"
    assert words["B"] == "B over 2 chats 3/2"
    assert words["C"] == "C Away 2 chats 9 m"
    assert words["D"] == "D Online 12 m 2/2"
    assert words["E"].endswith("1/2")


def test_a_bar_shows_the_places_of_who_has_room_and_of_nobody_else(
    path: str, site: Site, put: Callable[..., None]
) -> None:
    put("A", "Online", chats=2)
    put("B", "Away", 3)
    site.agents.filter(name="C").update(capacity=None)
    site.agents.filter(name="D").update(capacity=20)
    site.bump_version()
    page = show(path)
    bars = {
        re.findall(r"<bdi>(.*?)</bdi>", agent)[0]: re.findall(r'<i( class="on")?></i>', agent)
        for agent in page.split('<li class="agent ')[1:]
    }
    assert [len(bars[name]) for name in "ABCDE"] == [0, 0, 0, 0, 2]
    assert bars["E"] == [' class="on"', ""]
    assert "<b>1</b>" in page, "of an unknown capacity the chats alone"


def test_an_agent_moves_up_when_time_alone_passes_a_limit(path: str, put: Callable[..., None]) -> None:
    put("H", "Lunch", 44)
    page = show(path)
    assert places(page)[0][:2] == ("H", "away")
    tag = poll(Client(), path)["HX-PTag"]
    assert poll(Client(), path, tag).status_code == 304
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        Snapshot.objects.update(checked=timezone.now(), tried=timezone.now())
        later = poll(Client(), path, tag)
        assert later.status_code == 200
        assert places(text(later))[0] == ("H", "away amber", "H Lunch over 45 min 46 m")
        assert poll(Client(), path, later["HX-PTag"]).status_code == 304


def test_under_stale_figures_nobody_passes_a_limit(
    path: str, put: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("H", "Lunch", 44)
    made: list[datetime] = []
    render = rendering._render
    monkeypatch.setattr(rendering, "_render", lambda *given: made.append(timezone.now()) or render(*given))
    checked = timezone.now()
    for minutes in (5, 6):
        with time_machine.travel(checked + timedelta(minutes=minutes)):
            Snapshot.objects.update(checked=checked, tried=timezone.now(), looked=timezone.now())
            snapshot_cache.forget()
            assert places(show(path))[0] == ("H", "away", "H Lunch 44 m")
            before = len(made)
            assert places(text(poll(Client(), path)))[0][1] == "away"
            assert len(made) == before, "it is not rendered for each poll"


# many agents


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wall that names no more than four agents, and of more three."""
    monkeypatch.setattr(steps, "MAX_NAMED", 4)
    monkeypatch.setattr(steps, "NAMED_BESIDE_TEAMS", 3)


def teams(page: str) -> list[list[str]]:
    """The table of teams, row by row; what is at a limit has its level behind it."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL)
    marked = [re.sub(r'class="(amber|red)">', r">\1 ", row) for row in rows]
    return [
        [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.split("</t[hd]>", row)[:-1]] for row in marked
    ]


@pytest.mark.usefixtures("few")
def test_of_many_agents_those_who_need_a_look_stand_beside_all_teams_and_the_others_are_counted(
    path: str, put: Callable[..., None]
) -> None:
    put("A", "Online", chats=2)
    put("B", "Lunch", 70)
    put("C", "Away", 3)
    put("E", "Online", chats=3)
    page = show(path)
    assert [name for name, _kind, _words in places(page)] == ["B", "E", "A"]
    assert "3 of 4 · 4 others have room" in re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))
    put("C", "Online", chats=1)
    put("A", "Online", chats=1)
    page = show(path)
    assert [name for name, _kind, _words in places(page)] == ["B", "E"]
    assert ">6 others have room<" in page


@pytest.mark.usefixtures("few")
def test_a_team_shows_who_waits_and_who_is_online_free_full_and_away_on_the_same_scale(
    path: str, put: Callable[..., None], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    put("A", "Lunch", 3)
    for name in "BCD":
        put(name, "Online", chats=2)
    for place in range(3):
        waiting = {"id": f"{VISITOR[:-1]}{place}", "status": "waitingForChat", "department": BILLING}
        chatserver.world.put_visitor(waiting)
    renew()
    assert teams(show(path)) == [
        ["Billing 6 of 6 places", "amber 3", "3", "red 0", "3", "1"],
        ["Sales 4 of 8 places", "–", "4", "4", "0", "0"],
    ]


@pytest.mark.usefixtures("few")
def test_without_teams_there_is_one_row_of_all_and_agents_without_a_team_have_one_if_somebody_is_there(
    path: str, site: Site
) -> None:
    site.agents.filter(name__in="EFGH").update(team="")
    site.bump_version()
    assert [row[0].partition(" ")[0] for row in teams(show(path))] == ["Billing", "No"]
    site.agents.update(team="")
    site.bump_version()
    assert teams(show(path))[0][0] == "All agents"


@pytest.mark.usefixtures("few")
def test_of_more_teams_than_fit_the_worst_come_first_and_the_rest_is_one_row(
    path: str, site: Site, monkeypatch: pytest.MonkeyPatch, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    monkeypatch.setattr("livechat.walls.team_rows.MAX_ROWS", 3)
    for place, name in enumerate("ABCDEFGH"):
        site.agents.filter(name=name).update(team=f"Team {place}", departments=[BILLING] if name == "F" else [])
    site.bump_version()
    chatserver.world.put_visitor({"id": VISITOR, "status": "waitingForChat", "department": BILLING})
    renew()
    found = teams(show(path))
    assert [row[0] for row in found] == ["Team 5", "Team 0", "6 other teams"]
    assert found[2][2:] == ["6", "6", "0", "0"]


@pytest.mark.usefixtures("few")
def test_if_nobody_of_many_needs_a_look_the_wall_says_so(path: str) -> None:
    page = show(path)
    assert places(page) == []
    assert "Nobody needs a look" in page
    assert ">8 others have room<" in page


# limits


def test_the_longest_wait_has_the_limits_of_the_site_unless_the_wall_sets_its_own(
    path: str, site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.put_visitor({"id": VISITOR, "status": "waitingForChat"})
    renew()
    page = show(path)
    assert 'data-amber="60" data-red="180"' in page
    assert "over 1 min" in page
    Site.objects.update(wait_amber=90, wait_red=300)
    site.bump_version()
    page = show(path)
    assert 'data-amber="90" data-red="300"' in page
    assert "over 1:30 min" in page
    own = [{"slug": "longest", "size": "large", "amber": None, "red": 600}]
    assert 'data-amber="90" data-red="600"' in show(path, panels=own)


def test_the_form_of_a_wall_shows_the_sites_limits_of_a_wait_and_compares_its_own_with_them(
    web: Client, site: Site, path: str
) -> None:
    Site.objects.update(wait_amber=90, wait_red=300)
    wall = Wall.objects.get()
    page = text(web.get(f"/walls/{wall.pk}/"))
    for name, shown in (("amber", "1:30"), ("red", "5")):
        field = re.search(rf'<input[^>]*name="longest-{name}"[^>]*>', page)
        assert field
        assert f'placeholder="{shown}"' in field[0]
        assert "value=" not in field[0]
    form = web.get(f"/walls/{wall.pk}/").context["form"]
    values = {field.html_name: field.value() for field in form if field.value() not in (None, False, [])}
    answer = web.post(f"/walls/{wall.pk}/", values | {"longest-amber": "6"})
    assert answer.status_code == 422
    assert "Red comes after amber" in text(answer)


# steps and a message


@pytest.mark.parametrize(
    ("count", "classes"),
    [
        (1, "step-6 wide-1 square-1 tall-1"),
        (5, "step-6 wide-3 square-3 tall-5"),
        (6, "step-6 wide-3 square-3 tall-6"),
        (7, "step-12 wide-3 square-4 tall-4"),
        (12, "step-12 wide-4 square-6 tall-6"),
        (13, "step-24 wide-4 square-5 tall-7"),
        (24, "step-24 wide-6 square-8 tall-12"),
        (25, "beside wide-6 square-6 tall-6"),
        (200, "beside wide-6 square-6 tall-6"),
    ],
)
def test_the_number_of_agents_sets_their_step_and_rows(count: int, classes: str) -> None:
    assert steps.of_agents(count)[1] == classes


def test_long_names_get_smaller_letters_by_their_width_not_by_their_number(path: str) -> None:
    assert [steps.of_name(name, 24) for name in ("Mia", "Lilli Fitti", "Konstantin B.", "Wilhelmina Mmw.")] == [
        "",
        "",
        "long",
        "longer",
    ]
    assert steps.of_name("Konstantin B.", 6) == ""
    assert steps.of_name("王小明王小明", 24) == "", "six wide letters"


def test_a_message_stands_above_the_figures_if_there_is_one_and_leaves_no_place_if_there_is_none(path: str) -> None:
    page = show(path)
    assert 'class="line message' not in page
    wall = link_cache.find(links.hash_secret(path.split("/")[2]))
    assert wall
    context = rendering.rendered_wall(wall).context
    message = link_cache.Message("<b>Stand-up</b> at 14:00", "normal", timezone.now() + timedelta(minutes=5))
    page = render_to_string("wall/wall.html#wall", context | {"message": message})
    assert page.index('class="line message"') < page.index('class="panels')
    assert "&lt;b&gt;Stand-up&lt;/b&gt; at 14:00" in page

"""Agents who need a look: the board's order, its chips and teams, one scale of severity, and takers of a visitor."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.live import snapshot_cache
from livechat.models import AgentEntry, AwayLimit, DepartmentEntry, Role, Site
from livechat.web import board_strips
from tests.support import staff as staff_of
from tests.support.chatserver import ChatServer
from tests.support.fast_path import Answer, keep_connection
from tests.support.pages import poll, region, text
from tests.support.people import client_for
from tests.support.staff import BILLING, SALES, VISITOR

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(site: Site, chatserver: ChatServer, renew: Callable[[], None]) -> list[str]:
    """Eight agents online with a free place, named A to H; A to D in Billing, E to H in Sales; nobody waits."""
    keys = staff_of.set_online(chatserver)
    renew()
    staff_of.enter(site, keys, sales=[SALES])
    for department, name in ((BILLING, "Billing"), (SALES, "Sales")):
        DepartmentEntry.objects.create(site=site, department_id=UUID(department), name=name)
    site.bump_version()
    return keys


def wait(chatserver: ChatServer, department: str = BILLING, visitor: str = VISITOR) -> None:
    """Let somebody wait."""
    chatserver.world.put_visitor({"id": visitor, "status": "waitingForChat", "name": "Marta", "department": department})


def names(page: str) -> list[str]:
    """The agents of the board in their order."""
    return re.findall(r'<tr id="agent-.*?<a href="[^"]*"><bdi>(.)</bdi>', page, re.DOTALL)


def heads(page: str) -> list[str]:
    """The heads of the groups, in words."""
    found = re.findall(r'<tr class="group-head[^>]*>(.*?)</tr>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", head).split()) for head in found]


def chips(page: str) -> list[tuple[str, str]]:
    """What is wrong, with its level."""
    found = re.findall(r'<a class="chip( level-\w+)?"[^>]*>(.*?)</a>', page, re.DOTALL)
    return [(" ".join(re.sub(r"<[^>]*>", " ", words).split()), level.strip()) for level, words in found]


def test_who_needs_a_look_stands_first_the_worst_on_top_and_the_rest_by_team(
    web: Client, site: Site, staff: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    AwayLimit.objects.create(site=site, name="Lunch", key="lunch", minutes=30)
    site.bump_version()
    world = chatserver.world
    world.set_agent(staff[7], chats=3)  # H is over the two places, G has none left
    world.set_agent(staff[6], chats=2)
    world.set_agent(staff[3], status="Lunch")
    renew()
    began = timezone.now()
    with time_machine.travel(began + timedelta(minutes=10), tick=False):
        world.set_agent(staff[2], status="Lunch")
        world.set_agent(staff[1], status="Training")
        renew()
    with time_machine.travel(began + timedelta(minutes=47), tick=False):
        renew()
        page = text(web.get("/agents/"))
    assert names(page) == ["D", "C", "H", "G", "B", "A", "E", "F"]
    assert chips(page) == [
        ("2 past their limit", "level-red"),
        ("2 full", "level-amber"),
        ("1 away long", "level-amber"),
    ]
    assert [head.split(" ")[0] for head in heads(page)] == ["Needs", "Billing", "Sales"]
    assert re.findall(r'class="load-word[^"]*">([^<]*)<', page) == ["1 over", "full"]


def test_if_nobody_needs_a_look_one_line_says_so(web: Client, staff: list[str], renew: Callable[[], None]) -> None:
    renew()
    page = text(web.get("/agents/"))
    assert names(page) == list("ABCDEFGH")
    assert chips(page) == []
    assert "Nobody past a limit, full or away long" in page


def test_each_chip_is_a_filter_and_stays_while_it_is_in_force(
    web: Client, staff: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(staff[0], chats=2)
    renew()
    page = text(web.get("/agents/?need=full"))
    assert names(page) == ["A"]
    assert "Showing 1 of 8" in page
    chatserver.world.set_agent(staff[0], chats=1)
    renew()
    page = text(web.get("/agents/?need=full"))
    assert names(page) == []
    assert "No agent fits the filters" in page
    assert names(text(web.get("/agents/?need=nothing"))) == list("ABCDEFGH")


def test_a_team_says_how_many_are_online_and_free_and_who_waits_for_it(
    web: Client, staff: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(staff[0], status="Offline")
    wait(chatserver)
    renew()
    billing, sales = heads(text(web.get("/agents/")))
    assert re.fullmatch(r"Billing Billing 3 of 4 online 1 waiting .* 4 /6 3", billing), billing
    assert re.fullmatch(r"Sales Sales 4 of 4 online nobody waiting 4 /8 4", sales), sales


def test_a_department_where_somebody_waits_and_nobody_is_free_is_red_everywhere(
    web: Client, staff: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    for key in staff[:4]:
        chatserver.world.set_agent(key, chats=2)
    renew()
    assert chips(text(web.get("/agents/"))) == [("4 full", "")]  # nobody waits: that is news, and nothing is wrong
    wait(chatserver)
    renew()
    page = text(web.get("/agents/"))
    assert chips(page) == [("4 full", ""), ("0 free in Billing", "level-red")]
    assert "group-head level-red" in page
    assert 'class="level-red"' in region(page, "queue")
    assert names(text(web.get(f"/agents/?department={BILLING}"))) == list("ABCD")
    assert "all 4 full" in text(web.get("/visitors/"))


def test_beside_a_waiting_visitor_stands_who_could_take_it(
    web: Client, site: Site, staff: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    chatserver.world.set_agent(staff[1], chats=0)
    chatserver.world.set_agent(staff[3], status="Away")
    wait(chatserver)
    renew()
    takers = re.search(r'<span[^>]* class="takers[^>]*>(.*?)</span>\s*</td>', text(web.get("/visitors/")), re.DOTALL)
    assert takers
    assert " ".join(re.sub(r"<[^>]*>", " ", takers[1]).split()) == "4 free · B 2, A 1 +1"
    site.agents.update(departments=[])
    site.bump_version()
    snapshot_cache.forget()
    assert "free places not known" in text(web.get("/visitors/"))
    assert chips(text(web.get("/agents/"))) == []


@pytest.mark.parametrize(
    ("sort", "order"),
    [("name", "ABCDEFGH"), ("-name", "HGFEDCBA"), ("chats", "HCABDEFG"), ("-free", "CHABDEFG"), ("bad", "HCABDEFG")],
)
def test_sorted_by_a_column_the_board_is_one_list(
    web: Client, staff: list[str], chatserver: ChatServer, renew: Callable[[], None], sort: str, order: str
) -> None:
    chatserver.world.set_agent(staff[7], chats=3)
    chatserver.world.set_agent(staff[2], chats=2)
    renew()
    page = text(web.get(f"/agents/?sort={sort}"))
    assert names(page) == list(order)
    assert bool(heads(page)) == (sort == "bad"), "an order that there is not is the one by need"
    assert ("Sort by need" in page) == (sort != "bad")


def test_a_wait_is_counted_to_the_second_and_its_two_limits_are_the_sites(
    web: Client, site: Site, staff: list[str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    Site.objects.update(wait_amber=30, wait_red=300)
    site.bump_version()
    wait(chatserver)
    renew()
    began = timezone.now()
    for seconds, over in ((10, []), (60, ["amber"]), (301, ["red"])):
        with time_machine.travel(began + timedelta(seconds=seconds), tick=False):
            renew()
            for page in (region(text(web.get("/agents/")), "queue"), region(text(web.get("/visitors/")), "visitors")):
                assert re.findall(r'data-wait[^>]* data-limit="30" data-red="300"', page)
                assert re.findall('data-over="([^"]*)"', page) == over
                assert "over 30 s" in page
                assert "over 5 m" in page


def test_a_row_moves_up_at_the_moment_its_limit_is_passed_though_nothing_else_changes(
    site: Site, staff: list[str], web: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    keep_connection()
    Site.objects.update(away_minutes=1)
    site.bump_version()
    chatserver.world.set_agent(staff[0], status="Training")
    renew()
    cookie = f"sessionid={web.cookies['sessionid'].value}"
    tag = poll(web, "/agents/")["HX-PTag"]
    began = timezone.now()
    assert poll(web, "/agents/", tag).status_code == 304
    keep_connection()  # Django may have to look, if what is remembered is 30 s old
    assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith("304")
    with time_machine.travel(began + timedelta(seconds=59), tick=False):
        steps = {(began.timestamp() + seconds) // board_strips.STEP_SECONDS for seconds in (0, 59)}
        unchanged = "304" if len(steps) == 1 else "200"  # the strips have another end from time to time
        assert Answer("/agents/", COOKIE=cookie, HX_PTAG=tag).status.startswith(unchanged)
    with time_machine.travel(began + timedelta(seconds=62), tick=False):
        assert poll(web, "/agents/", tag).status_code == 200


def test_imports_bring_the_departments_of_agents_and_leave_those_that_a_person_chose(
    site: Site, make_user: Callable[..., User]
) -> None:
    administrator = client_for(make_user("ada", Role.ADMINISTRATOR))
    assert administrator.post("/directory/import/").status_code == 302
    entry = AgentEntry.objects.filter(site=site).exclude(departments=[]).first()
    assert entry, "the chat server tells them"
    AgentEntry.objects.filter(pk=entry.pk).update(departments=[SALES], departments_edited=True)
    administrator.post("/directory/import/")
    entry.refresh_from_db()
    assert entry.departments == [SALES]


def test_departments_are_chosen_by_name_and_an_unknown_one_is_told(
    site: Site, make_user: Callable[..., User], staff: list[str]
) -> None:
    administrator = client_for(make_user("ada", Role.ADMINISTRATOR))
    entry = AgentEntry.objects.get(site=site, name="A")
    address = f"/directory/agents/{entry.pk}/"
    page = text(administrator.get(address))
    assert 'value="Billing"' in page
    sent = {"name": "A", "alias": "", "team": "Billing", "capacity": "2", "order": "", "initial-served": "Billing"}
    answer = administrator.post(address, sent | {"served": "Billing; Nowhere"})
    assert answer.status_code == 422
    assert "There is no department “Nowhere”." in text(answer)
    assert 'value="Billing; Nowhere"' in text(answer)
    assert administrator.post(address, sent | {"served": "sales; Billing; Sales"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.departments, entry.departments_edited) == ([SALES, BILLING], True)

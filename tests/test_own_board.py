"""The agents' board as each person wants it: how it opens, and who is pinned."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.models import Preferences, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, text
from tests.support.people import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(chatserver: ChatServer, renew: Callable[[], None]) -> list[str]:
    """The agents, all online with nothing to do."""
    for key in chatserver.world.agent_ids():
        chatserver.world.set_agent(key, status="Online", chats=0)
    renew()
    return chatserver.world.agent_ids()


def order(page: str) -> list[str]:
    return re.findall(r'<tr id="agent-([^"]*)"', page)


def test_the_board_opens_as_a_person_chose_and_so_on_every_device(
    web: Client, ids: list[str], make_user: Callable[..., User]
) -> None:
    assert web.post("/account/board/", {"query": "status=online&sort=-chats&page=3&nonsense=1"}).status_code == 302
    answer = web.get("/agents/")
    assert (answer.status_code, answer["Location"]) == (302, "/agents/?status=online&sort=-chats")
    assert "Open the usual board again" in text(web.get(answer["Location"]))
    assert web.get("/agents/?q=x").status_code == 200, "an address that says what it shows is shown"
    assert poll(web, "/agents/").status_code == 200
    assert client_for(make_user("vic", Role.VIEWER, connected=False)).get("/agents/").status_code == 200
    web.post("/account/board/", {"query": ""})
    assert web.get("/agents/").status_code == 200


def test_clearing_the_filters_leads_to_the_whole_board_also_if_it_opens_with_one(web: Client, ids: list[str]) -> None:
    web.post("/account/board/", {"query": "status=away"})
    page = text(web.get("/agents/?status=away"))
    clear = re.search(r'href="([^"]*)"[^>]*>[^<]*Clear the filters', page)
    assert clear
    answer = web.get(clear[1])
    assert (answer.status_code, len(order(text(answer)))) == (200, len(ids))


def test_who_is_pinned_stands_above_the_teams_on_ones_own_board_alone(
    web: Client, site: Site, ids: list[str], make_user: Callable[..., User]
) -> None:
    usual = order(text(web.get("/agents/")))
    last = usual[-1]
    assert web.post(f"/agents/{last}/pin/", {"pinned": "on"}).url == f"/agents/{last}/"
    assert "Unpin" in text(web.get(f"/agents/{last}/"))
    page = text(web.get("/agents/"))
    assert order(page) == [last, *usual[:-1]]
    assert 'id="group-pinned"' in page
    other = client_for(make_user("vic", Role.VIEWER, connected=False))
    assert order(text(other.get("/agents/"))) == usual
    assert order(text(poll(other, "/agents/"))) == usual, "a fragment of one person is not another's"
    web.post(f"/agents/{last}/pin/", {"pinned": ""})
    assert order(text(web.get("/agents/"))) == usual


def test_of_too_many_pins_the_oldest_goes_and_too_long_a_query_is_refused(
    web: Client, supervisor: User, ids: list[str]
) -> None:
    Preferences.objects.create(user=supervisor, pinned=[f"old-{number}" for number in range(50)])
    web.post(f"/agents/{ids[0]}/pin/", {"pinned": "on"})
    pinned = Preferences.objects.get(user=supervisor).pinned
    assert (len(pinned), pinned[0], pinned[-1]) == (50, "old-1", ids[0])
    assert web.post("/account/board/", {"query": "q=" + "a" * 600}).status_code == 400

"""How the directory changes boards, walls and the record: order, hidden agents, names that were added later."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.models import AgentEntry, BulkItem, BulkRun, Change, Site, Wall
from livechat.walls import link_cache, links
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, region, text
from tests.support.people import KIM, client_for, make_site, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(site: Site, web: Client, renew: Callable[[], None], chatserver: ChatServer) -> list[AgentEntry]:
    """Three agents online, in the order of their names."""
    keys = chatserver.world.agent_ids()
    for key in keys:
        chatserver.world.set_agent(key, status="Offline", chats=0)
    for key in keys[:3]:
        chatserver.world.set_agent(key, status="Online", chats=1)
    renew()
    for key, name in zip(keys, ("Ann", "Bea", "Cho"), strict=False):
        site.agents.filter(agent_id=key).update(name=name, alias=name)
    site.bump_version()
    return list(site.agents.exclude(name="").order_by("name"))


def keep(site: Site, entry: AgentEntry, **values: object) -> None:
    site.agents.filter(pk=entry.pk).update(**values)
    site.bump_version()


def names_on(page: str, region_id: str = "board") -> list[str]:
    return re.findall("<bdi>(Ann|Bea|Cho)</bdi>", region(page, region_id))


def test_within_a_status_small_orders_come_first_and_agents_without_one_last(
    web: Client, site: Site, seen: list[AgentEntry], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    assert names_on(text(web.get("/agents/"))) == ["Ann", "Bea", "Cho"]
    keep(site, seen[2], order=1)
    keep(site, seen[1], order=30)
    assert names_on(text(web.get("/agents/"))) == ["Cho", "Bea", "Ann"]
    chatserver.world.set_agent(str(seen[2].agent_id), status="Away")
    renew()
    assert names_on(text(web.get("/agents/"))) == ["Bea", "Ann", "Cho"]


def test_the_wall_has_the_same_order_and_leaves_out_hidden_agents(
    site: Site, supervisor: User, seen: list[AgentEntry]
) -> None:
    address = f"/wall/{links.make_link(Wall.objects.create(site=site, title='TV'), supervisor, 'TV', days=1)[1]}/"
    keep(site, seen[2], order=1)
    keep(site, seen[0], hidden=True)
    link_cache.forget()
    page = text(Client().get(address))
    assert re.findall("<bdi>(Ann|Bea|Cho)</bdi>", page) == ["Cho", "Bea"]
    assert re.search(r"Online</p>\s*<p class=\"panel-value\"><b class=\"digits-\d\" data-count>2</b>", page)


def test_a_hidden_agent_is_in_no_row_and_no_count_and_the_board_says_how_many_there_are(
    web: Client, site: Site, seen: list[AgentEntry]
) -> None:
    tag = poll(web, "/agents/")["HX-PTag"]
    assert "hidden</a>" not in text(web.get("/agents/"))
    keep(site, seen[0], hidden=True)
    answer = poll(web, "/agents/", tag)
    page = text(answer)
    assert answer.status_code == 200
    assert names_on(page) == ["Bea", "Cho"]
    assert re.search(r"<b>2</b> <span>Online</span>", page)
    assert re.search(r"<b>2</b> <span>Ongoing chats</span>", page)
    assert '<a href="/directory/?show=hidden">1 agent is hidden</a>' in page


def test_the_directory_finds_hidden_agents_and_their_own_page_works(
    web: Client, site: Site, seen: list[AgentEntry]
) -> None:
    keep(site, seen[0], hidden=True)
    assert names_on(text(web.get("/directory/?show=hidden")), "entries") == ["Ann", "Ann"], "name and alias"
    page = text(web.get(f"/agents/{seen[0].agent_id}/"))
    assert "Ann" in page
    assert "Set the status" in page


def test_a_bulk_change_by_filter_leaves_out_hidden_agents_and_one_by_checkbox_does_not(
    web: Client, site: Site, seen: list[AgentEntry]
) -> None:
    keep(site, seen[0], hidden=True)
    assert "Ann" not in text(web.get("/agents/bulk/?status=online"))
    assert "Ann" in text(web.get("/agents/bulk/", {"boxes": "1", "agent": str(seen[0].agent_id)}))


# names on other pages


@pytest.fixture
def shop() -> Site:
    """A site that knows one agent by name."""
    made = make_site()
    AgentEntry.objects.create(site=made, agent_id=KIM, name="Kim Østergård")
    return made


@pytest.fixture
def vic(shop: Site) -> Client:
    """A supervisor's browser."""
    return client_for(make_user("vic", shop))


def test_the_record_names_agents_who_had_no_name_when_it_was_written(vic: Client, shop: Site) -> None:
    Change.objects.create(
        site=shop, kind=Change.Kind.STATUS, target=KIM, target_name=KIM[:8], actor_name="sue",
        before={"status": "online"}, asked={"status": "away"}, nonce="1",
    )  # fmt: skip
    assert "Kim Østergård" in text(vic.get("/changes/"))
    assert "Kim Østergård" in b"".join(vic.get("/changes/csv/")).decode()
    assert "Kim Østergård" in text(vic.get("/changes/?q=kim"))


def test_a_bulk_change_names_agents_who_had_no_name_when_it_was_made(vic: Client, shop: Site) -> None:
    run = BulkRun.objects.create(site=shop, actor_name="sue", nonce="1", ended=timezone.now())
    BulkItem.objects.create(run=run, agent_id=KIM, name=KIM[:8], expected="online", status="away", state="skipped")
    assert "Kim Østergård" in text(vic.get(f"/agents/bulk/{run.pk}/"))

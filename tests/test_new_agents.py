"""Agents and departments that Comm100 shows for the first time: every page and wall knows them at its next look."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.test import Client

from livechat.control import guarded
from livechat.control.statuses import StatusWrite
from livechat.lib import clock
from livechat.live import refresh
from livechat.live.sources import Feed
from livechat.models import AgentEntry, Change, Role, Site, Wall, append_only
from livechat.record import audit
from livechat.walls import link_cache, links
from tests.support.chatserver import ChatServer
from tests.support.fast_path import Answer, keep_connection
from tests.support.pages import poll, text
from tests.support.people import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_the_door")]
NEW = ["ffffffff-0000-4000-8000-000000000002", "ffffffff-0000-4000-8000-000000000001"]


class Time:
    """The steady clock, which a test moves on."""

    passed = 0.0


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    steady, moved = clock.steady, Time()
    monkeypatch.setattr(clock, "steady", lambda: steady() + moved.passed)
    return moved


@pytest.fixture
def hire(chatserver: ChatServer) -> Callable[[], None]:
    """Two more agents appear at the chat server."""

    def do() -> None:
        for key in NEW:
            chatserver.world.put_agent_record({"id": key, "status": "Online", "ongoingChats": 0})

    return do


@pytest.fixture(params=["alias", "initials", "number"])
def address(
    request: pytest.FixtureRequest, site: Site, supervisor: User, chatserver: ChatServer, renew: Callable[[], None]
) -> str:
    """A wall that this process shows from its memory. Nobody is online."""
    for key in chatserver.world.agent_ids():
        chatserver.world.set_agent(key, status="Offline")
    renew()
    wall = Wall.objects.create(site=site, title="TV", naming=request.param)
    path = f"/wall/{links.make_link(wall, supervisor, 'TV', days=1)[1]}/"
    link_cache.forget()
    tag = Answer(path).headers["HX-PTag"]
    assert Answer(path, HX_PTAG=tag).status.startswith("304")
    return path


def called(answer: Answer) -> list[str]:
    return re.findall("<bdi>(.*?)</bdi>", answer.body.decode())


@pytest.mark.parametrize("process", ["this one", "another"])
@pytest.mark.parametrize("seconds", [0.6, 1.1, 5.1])
def test_a_wall_never_calls_a_new_agent_by_number_0(
    address: str, feed: Feed, hire: Callable[[], None], time: Time, process: str, seconds: float
) -> None:
    """After 0.6 s a process has the new snapshot, but the site as it was before; after 1.1 s both are new."""
    hire()
    if process == "another":
        assert refresh.refresh(feed, "agents")
    else:
        time.passed += 5.1  # the poll finds that a refresh is due
        Answer(address)
    time.passed += seconds
    shown = Answer(address)
    assert called(shown) == ["#9", "#10"]
    time.passed += 1.1
    assert called(Answer(address)) == ["#9", "#10"]
    numbers = {str(entry.agent_id): number for number, entry in enumerate(AgentEntry.objects.order_by("pk"), start=1)}
    assert [numbers[key] for key in sorted(NEW)] == [9, 10]


def test_new_agents_move_the_sites_version_once(
    site: Site, feed: Feed, hire: Callable[[], None], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    def version() -> int:
        return Site.objects.get(pk=site.pk).version

    renew()
    before = version()
    renew()
    chatserver.world.set_agent(chatserver.world.agent_ids()[0], status="Somewhere")
    renew()
    assert version() == before, "nobody is new"
    hire()
    renew()
    assert version() == before + 1
    renew()
    assert version() == before + 1


def test_a_new_department_moves_the_sites_version_and_reaches_an_open_page(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    before, known = Site.objects.get(pk=site.pk).version, site.departments.count()
    for number in (2, 1):
        key = f"eeeeeeee-0000-4000-8000-00000000000{number}"
        chatserver.world.put_visitor({"id": f"{number:08}-0000-4000-8000-000000000000", "departmentId": key})
    renew()
    assert Site.objects.get(pk=site.pk).version == before + 1
    new = list(site.departments.order_by("pk").values_list("department_id", flat=True))[known:]
    assert new == sorted(new)
    assert "00000001</option>" in re.sub(r"\s+<", "<", text(web.get("/visitors/")))


def test_a_name_that_a_new_agent_gets_is_on_the_wall_at_its_next_look(
    address: str, site: Site, feed: Feed, hire: Callable[[], None], time: Time, make_user: Callable[..., User]
) -> None:
    hire()
    assert refresh.refresh(feed, "agents")
    time.passed += 1.1
    Answer(address)
    ada = client_for(make_user("ada", Role.ADMINISTRATOR))
    entry = AgentEntry.objects.get(agent_id=NEW[0])
    assert ada.post(f"/directory/agents/{entry.pk}/", {"name": "Nia Nord", "alias": "Nia"}).status_code == 302
    keep_connection()
    time.passed += 1.1
    naming = Wall.objects.get().naming
    wanted = {"alias": "Nia", "initials": "NI", "number": "#10"}[naming]
    assert wanted in called(Answer(address))


def test_the_directory_has_a_number_for_an_agent_that_is_newer_than_its_names(
    web: Client, site: Site, renew: Callable[[], None]
) -> None:
    renew()
    assert "#8" in text(web.get("/directory/"))
    AgentEntry.objects.create(site=site, agent_id=NEW[0])
    page = text(web.get("/directory/"))
    assert "#9<" in page
    assert "#0" not in page


def test_a_board_that_polls_shows_a_new_agent_whoever_refreshed(
    web: Client, site: Site, feed: Feed, hire: Callable[[], None], time: Time, renew: Callable[[], None]
) -> None:
    renew()
    tag = poll(web, "/agents/")["HX-PTag"]
    hire()
    assert refresh.refresh(feed, "agents")
    time.passed += 0.6
    page = text(poll(web, "/agents/", tag))
    assert all(f'id="agent-{key}"' in page for key in NEW)


# other writes that change what an open page shows


def test_a_change_that_is_about_to_be_sent_is_on_every_open_page_of_the_agent(
    web: Client, site: Site, supervisor: User, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    key = chatserver.world.agent_ids()[0]
    tag = poll(web, f"/agents/{key}/")["HX-PTag"]
    tag = poll(web, f"/agents/{key}/", tag)["HX-PTag"]
    change = Change(
        site=site, kind=Change.Kind.STATUS, target=UUID(key), target_name="Ann", actor=supervisor, actor_name="sue",
        before={"status": "online"}, asked={"status": "away"}, nonce="1",
    )  # fmt: skip
    with append_only.durable():
        assert guarded.intend(StatusWrite(key, "Ann", "away", "online"), change, audit.Known()) is None
    told = poll(web, f"/agents/{key}/", tag)
    assert told.status_code == 200
    assert "Being sent" in text(told)

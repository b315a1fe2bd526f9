"""Agents, departments and visitors without a name: what tells them apart is shown, however alike their ids."""

import json
import re
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from livechat.lib import short_ids
from livechat.live import snapshot_cache
from livechat.models import AgentEntry, BulkItem, BulkRun, Change, DepartmentEntry, Role, Site, Wall
from livechat.sites import connections
from livechat.walls import link_cache, links
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, region, text
from tests.support.people import client_for
from tests.support.talk import VISITOR

pytestmark = pytest.mark.django_db

# As newer accounts have them. Of the first two even the last eight characters are equal.
ANN, BEA, CID = (f"01000000-0000-0000-0000-{end}" for end in ("0100000192b0", "0200000192b0", "0100000192b1"))
SHORT = {ANN: "100000192b0", BEA: "200000192b0", CID: "000192b1"}
DEPARTMENTS = [f"dddddddd-0000-4000-8000-{number:012x}" for number in range(1, 17)]
GUIDS = st.lists(st.uuids().map(str) | st.sampled_from([*SHORT, *DEPARTMENTS]), max_size=40)


@pytest.fixture
def seen(web: Client, renew: Callable[[], None]) -> Client:
    """A supervisor's browser at a site with three such agents, and sixteen departments of one visitor each."""
    renew()
    return web


@pytest.fixture
def chatserver() -> Iterator[ChatServer]:
    """A chat server that lets no one read its directory."""
    with ChatServer(agents=1, visitors=1, directory=False) as server:
        server.world.remove_agent(server.world.agent_ids()[0])
        server.world.remove_visitor(server.world.visitor_ids()[0])
        for key in SHORT:
            server.world.put_agent_record({"id": key, "status": "Online", "ongoingChats": 0})
        for number, key in enumerate(DEPARTMENTS):
            record = {"id": f"{number:08x}-0000-4000-8000-000000000000", "departmentId": key, "ip": f"192.0.2.{number}"}
            server.world.put_visitor(VISITOR | {"name": "", "status": "inSite"} | record)
        yield server


def bold(page: str) -> list[str]:
    return [unescape(found) for found in re.findall("<bdi>(.*?)</bdi>", page)]


# the function


@given(GUIDS)
def test_an_end_of_an_id_is_the_end_of_no_other_and_has_eight_characters_at_least(ids: list[str]) -> None:
    found = short_ids.tails(ids)
    assert found.keys() == set(ids)
    for key, tail in found.items():
        assert [other for other in found if other.endswith(tail)] == [key]
        assert len(tail) >= 8
        assert not tail.startswith("-")


@given(GUIDS, st.uuids().map(str) | st.sampled_from([*SHORT, *DEPARTMENTS]))
def test_another_id_only_makes_ends_longer(ids: list[str], more: str) -> None:
    before, after = short_ids.tails(ids), short_ids.tails([*ids, more])
    assert all(after[key].endswith(tail) for key, tail in before.items())


@given(GUIDS)
def test_an_end_is_no_longer_than_it_takes(ids: list[str]) -> None:
    for key, tail in short_ids.tails(ids).items():
        shorter = tail[1:].lstrip("-")
        assert len(shorter) < 8 or sum(other.endswith(shorter) for other in set(ids)) > 1, key


def test_three_agents_and_sixteen_departments_are_told_apart() -> None:
    assert short_ids.tails(SHORT) == SHORT
    assert short_ids.tails(DEPARTMENTS) == {key: key[-8:] for key in DEPARTMENTS}


# over HTTP


def test_the_board_an_agents_page_and_the_directory_call_each_agent_by_what_differs(
    seen: Client, make_user: Callable[..., User]
) -> None:
    ada = client_for(make_user("ada", Role.ADMINISTRATOR))
    assert "Not read: agents" in text(ada.post("/directory/import/", follow=True))
    assert [name for name in bold(region(text(seen.get("/agents/")), "board")) if name in SHORT.values()] == sorted(
        SHORT.values()
    )
    for key, short in SHORT.items():
        page = text(seen.get(f"/agents/{key}/"))
        assert f"<title>{short}" in re.sub(r"<title>\s*", "<title>", page)
        assert f"<code>{key}</code>" in page
        assert seen.get(f"/agents/?q={short}").context["shown"] == 1
    page = text(seen.get("/directory/"))
    for key, short in (SHORT | {key: key[-8:] for key in DEPARTMENTS}).items():
        assert f"<bdi>{short}</bdi>" in page
        assert f'<code title="{key}">…{short}</code>' in page


def test_the_row_of_an_entry_sent_by_itself_is_the_row_of_the_list(
    seen: Client, site: Site, make_user: Callable[..., User]
) -> None:
    ada = client_for(make_user("ada", Role.ADMINISTRATOR))
    entry = AgentEntry.objects.get(agent_id=ANN)
    assert f"<bdi>{SHORT[ANN]}</bdi>" in text(poll(ada, f"/directory/agents/{entry.pk}/row/"))
    other = DepartmentEntry.objects.get(department_id=DEPARTMENTS[3])
    assert f"<bdi>{DEPARTMENTS[3][-8:]}</bdi>" in text(poll(ada, f"/directory/departments/{other.pk}/row/"))


def test_an_import_by_csv_names_entries_by_what_differs(
    seen: Client, site: Site, make_user: Callable[..., User]
) -> None:
    ada = client_for(make_user("ada", Role.ADMINISTRATOR))
    table = f"kind,id,team\nagent,{BEA},\ndepartment,{DEPARTMENTS[0]},\nagent,0{ANN[1:-12]}0300000192b0,\n"
    page = text(ada.post("/directory/upload/", {"text": table, "step": "preview"}))
    assert {SHORT[BEA], DEPARTMENTS[0][-8:], "300000192b0"} <= set(bold(page))


def test_the_visitors_board_tells_departments_apart_and_a_visitors_page_shows_the_whole_id(seen: Client) -> None:
    answer = seen.get("/visitors/")
    page = text(answer)
    for number, key in enumerate(DEPARTMENTS):
        assert re.search(rf'<option value="{key}">\s*{key[-8:]}\s*</option>', page)
        assert key[-8:] in bold(page) or f">{key[-8:]}<" in page
        record = text(seen.get(f"/visitors/{number:08x}-0000-4000-8000-000000000000/"))
        shown = re.search("<dt>Department</dt><dd>(.*?)</dd>", record, re.DOTALL)
        assert shown
        assert re.sub("<[^>]*>", "", shown[1]).strip() == key
    table = b"".join(seen.get("/visitors/csv/").streaming_content).decode()
    assert all(key in table for key in DEPARTMENTS), "a file has whole values"


def test_visitors_without_name_and_address_are_told_apart(
    seen: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    ids = [f"77777777-0000-4000-8000-{number}00000192b0" for number in (91, 92)]
    for key in ids:
        chatserver.world.put_visitor({"id": key, "status": "waitingForChat"})
    renew()
    page = text(seen.get("/visitors/"))
    for key in ids:
        assert key[-11:] in bold(page)
        assert f"<bdi>{key[-11:]}</bdi>" in text(seen.get(f"/visitors/{key}/"))


def test_the_address_of_a_bulk_change_names_just_the_chosen_agents(seen: Client) -> None:
    for chosen in ([ANN], [BEA], [ANN, CID], [ANN, BEA, CID]):
        answer = seen.post("/agents/bulk/", {"step": "choose", "agent": chosen})
        assert set(answer["Location"].partition("agent=")[2].split(",")) == {SHORT[key] for key in chosen}
        picks = re.findall(r'name="pick" value="(\S+)', text(seen.get(answer["Location"])))
        assert set(picks) == set(chosen)


def test_an_address_made_before_another_agent_came_never_names_that_agent(
    seen: Client, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    address = seen.post("/agents/bulk/", {"step": "choose", "agent": [CID]})["Location"]
    chatserver.world.put_agent_record({"id": f"02{CID[2:-12]}0900000192b1", "status": "Online"})
    renew()
    assert re.findall(r'name="pick" value="(\S+)', text(seen.get(address))) in ([], [CID])


def test_the_record_calls_agents_by_what_differs_however_it_was_written(seen: Client, site: Site) -> None:
    for nonce, recorded in enumerate((ANN[:8], SHORT[ANN], ANN[-8:], ANN)):
        made = Change.objects.create(
            site=site, kind=Change.Kind.STATUS, target=ANN, target_name=recorded, actor_name="sue",
            before={"status": "online"}, asked={"status": "away"}, nonce=str(nonce),
        )  # fmt: skip
        assert f"Undo a change of <bdi>{SHORT[ANN]}</bdi>" in text(seen.get(f"/changes/{made.pk}/undo/"))
    assert bold(text(seen.get("/changes/"))).count(SHORT[ANN]) == 4
    assert bold(text(seen.get(f"/changes/?q={SHORT[ANN]}"))).count(SHORT[ANN]) == 4, "what is shown can be found"
    run = BulkRun.objects.create(site=site, actor_name="sue", nonce="1")
    BulkRun.objects.filter(pk=run.pk).update(ended=run.created)
    for key in (ANN, BEA):
        BulkItem.objects.create(run=run, agent_id=key, name=key[:8], expected="online", status="away", state="skipped")
    assert {SHORT[ANN], SHORT[BEA]} <= set(bold(text(seen.get(f"/agents/bulk/{run.pk}/"))))
    AgentEntry.objects.filter(agent_id=ANN).update(name="Ann Alba")
    site.bump_version()
    assert bold(text(seen.get("/changes/"))).count("Ann Alba") == 4


def test_what_is_recorded_of_a_new_change_is_what_the_page_showed(seen: Client, site: Site) -> None:
    form = seen.get(f"/agents/{BEA}/status/").context["form"]
    sent = {field.html_name: field.value() or "" for field in form} | {"status": "away"}
    assert seen.post(f"/agents/{BEA}/status/", sent).status_code == 302
    assert Change.objects.get().target_name == SHORT[BEA]


@pytest.mark.parametrize("naming", ["alias", "initials", "number"])
def test_a_wall_numbers_them_and_shows_no_part_of_an_id(
    seen: Client, site: Site, supervisor: User, naming: str
) -> None:
    AgentEntry.objects.filter(agent_id=CID).update(name=CID[:8])  # as an older release's export may have it
    site.bump_version()
    wall = Wall.objects.create(site=site, title="TV", naming=naming)
    link_cache.forget()
    page = text(Client().get(f"/wall/{links.make_link(wall, supervisor, 'TV', days=1)[1]}/"))
    assert {"#1", "#2", "#3"} <= set(bold(page))
    assert not any(part in page for part in (*SHORT.values(), ANN[:8]))


def test_without_a_shared_connection_agents_and_departments_are_told_apart_too(
    seen: Client, site: Site, chatserver: ChatServer
) -> None:
    connections.share(site, None)
    AgentEntry.objects.all().delete()
    DepartmentEntry.objects.all().delete()
    site.bump_version()
    snapshot_cache.forget()
    assert set(SHORT.values()) <= set(bold(region(text(seen.get("/agents/")), "board")))
    for key, short in SHORT.items():
        assert f"<bdi>{short}</bdi>" in text(seen.get(f"/agents/{key}/"))
    page = text(seen.get("/visitors/"))
    assert all(re.search(rf'<option value="{key}">\s*{key[-8:]}\s*</option>', page) for key in DEPARTMENTS)
    assert json.loads(seen.get("/agents/")["X-Figures"])["error"] == ""

"""The directory: names for agents and departments, every member sees it, administrators edit it."""

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from livechat.comm100.credentials import Bearer, RenewingBearer
from livechat.live import budget
from livechat.models import AgentEntry, Role, Site
from livechat.sites import connections
from tests.support.chatserver import ChatServer
from tests.support.pages import PARTIAL, poll, region, steady, text
from tests.support.people import KIM, LEE, SALES, client_for, make_shop, make_site, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Site:
    """A site with two agents, one of them nameless, and a department."""
    return make_shop()


@pytest.fixture
def ada(shop: Site) -> Client:
    """An administrator's browser."""
    return client_for(make_user("ada", shop))


def kim(shop: Site) -> AgentEntry:
    return shop.agents.get(agent_id=KIM)


def edit(shop: Site) -> str:
    return f"/directory/agents/{kim(shop).pk}/"


# seeing


def test_every_member_sees_the_names_and_only_administrators_can_edit_them(ada: Client, shop: Site) -> None:
    page = text(client_for(make_user("vic", shop, Role.VIEWER)).get("/directory/"))
    for shown in ("Kim Østergård", "K.", "Front", "Sales"):
        assert shown in page
    assert edit(shop) not in page
    assert edit(shop) in text(ada.get("/directory/"))


def test_an_id_without_a_name_shows_its_last_eight_characters_and_comes_last(ada: Client) -> None:
    page = text(ada.get("/directory/"))
    assert f"<bdi>{LEE[-8:]}</bdi>" in page
    assert page.index("Kim Østergård") < page.index(f"<bdi>{LEE[-8:]}</bdi>")
    for key in (KIM, LEE, SALES):
        assert f'<code title="{key}">…{key[-8:]}</code>' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=øster", {"Kim"}),
        ("?q=kim+front", {"Kim"}),
        ("?q=aaaa", {LEE[-8:]}),
        ("?q=sales", {"Sales"}),
        ("?team=Front", {"Kim"}),
        ("?team=A+team+that+was", set()),
        ("?show=unnamed", {LEE[-8:]}),
        ("?show=hidden", set()),
        ("?q=zzz", set()),
        ("?show=odd", {"Kim", LEE[-8:], "Sales"}),
    ],
)
def test_a_search_in_the_address_leaves_what_fits(ada: Client, query: str, found: set[str]) -> None:
    page = region(text(ada.get(f"/directory/{query}")), "entries")
    assert {name for name in ("Kim", LEE[-8:], "Sales") if f"<bdi>{name}" in page} == found
    assert found or "No entry matches the search" in page


def test_the_fragment_is_its_place_in_the_page(ada: Client) -> None:
    whole = region(text(ada.get("/directory/?q=kim")), "entries")
    assert steady(text(poll(ada, "/directory/?q=kim"))).strip() == steady(whole)


def test_an_empty_directory_says_where_names_come_from() -> None:
    page = text(client_for(make_user("ada", make_site())).get("/directory/"))
    assert "To import names, store a Comm100 connection first." in page


def test_another_sites_names_are_not_here(ada: Client) -> None:
    AgentEntry.objects.create(site=make_site("Second"), agent_id=KIM, name="Stranger")
    assert "Stranger" not in text(ada.get("/directory/"))


# editing


def test_an_edited_agent_is_saved_and_every_viewer_sees_it(ada: Client, shop: Site) -> None:
    sent = {"name": "Kim Ø.", "alias": "Kim", "team": "Back", "capacity": "6", "order": "2", "hidden": "on"}
    answer = ada.post(edit(shop), sent)
    entry = kim(shop)
    assert answer.url == f"/directory/#agent-{entry.pk}"
    assert (entry.order, entry.hidden) == (2, True)
    assert (entry.name, entry.alias, entry.team, entry.capacity, entry.edited) == ("Kim Ø.", "Kim", "Back", 6, True)
    assert Site.objects.get().version > shop.version


def test_a_row_that_is_edited_is_as_wide_as_the_table(ada: Client, shop: Site) -> None:
    for kind, entry in (("agents", shop.agents.first()), ("departments", shop.departments.first())):
        assert entry
        row = text(ada.get(f"/directory/{kind}/{entry.pk}/", headers=PARTIAL))
        table = text(ada.get("/directory/")).partition(f'id="{kind[:-1]}-{entry.pk}"')[0].rpartition("<thead>")[2]
        assert f'colspan="{table.count("<th ")}"' in row


def test_editing_comes_back_to_the_search_it_started_from(ada: Client, shop: Site) -> None:
    assert f"{edit(shop)}?q=kim" in text(ada.get("/directory/?q=kim"))
    answer = ada.post(f"{edit(shop)}?q=kim", {"name": "Kim"})
    assert answer.url == f"/directory/?q=kim#agent-{kim(shop).pk}"


@pytest.mark.parametrize(
    "data",
    [
        {"name": "x" * 121},
        {"name": "Kim", "alias": "x" * 61},
        {"name": "Kim\u0007"},
        {"name": "Kim", "capacity": "0"},
        {"name": "Kim", "capacity": "-1"},
        {"name": "Kim", "capacity": "99999999999999999999"},
        {"name": "Kim", "capacity": "many"},
        {"name": "Kim", "order": "-1"},
        {"name": "Kim", "order": "first"},
    ],
)
def test_what_cannot_be_is_refused_in_place_and_what_was_typed_stays(
    ada: Client, shop: Site, data: dict[str, str]
) -> None:
    answer = ada.post(edit(shop), {"team": "Typed team"} | data)
    assert answer.status_code == 422
    assert 'value="Typed team"' in text(answer)
    assert kim(shop).team == "Front"


def test_a_department_gets_a_name(ada: Client, shop: Site) -> None:
    entry = shop.departments.get()
    ada.post(f"/directory/departments/{entry.pk}/", {"name": "Shop floor"})
    entry.refresh_from_db()
    assert (entry.name, entry.edited) == ("Shop floor", True)


def test_a_team_for_a_nameless_agent_leaves_the_name_to_the_import(ada: Client, shop: Site) -> None:
    entry = shop.agents.get(agent_id=LEE)
    ada.post(f"/directory/agents/{entry.pk}/", {"name": "", "team": "Front"})
    entry.refresh_from_db()
    assert entry.team == "Front"
    assert not entry.edited


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR])
def test_a_member_who_is_not_an_administrator_edits_and_imports_nothing(shop: Site, role: Role) -> None:
    client = client_for(make_user("sue", shop, role))
    assert client.get(edit(shop)).status_code == 403
    assert client.post(edit(shop), {"name": "Mine"}).status_code == 403
    assert client.post("/directory/import/").status_code == 403
    assert kim(shop).name == "Kim Østergård"


def test_another_sites_agent_is_not_found(ada: Client) -> None:
    foreign = AgentEntry.objects.create(site=make_site("Second"), agent_id=KIM, name="Stranger")
    assert ada.post(f"/directory/agents/{foreign.pk}/", {"name": "Mine"}).status_code == 404


# editing in the row


def shown(page: str) -> dict[str, str]:
    """What the form of an entry would send: its values, and the ones it showed."""
    boxes = re.findall(r'<input[^>]* name="([^"]+)"[^>]*>', page)
    values = {name: re.search(rf'name="{name}"(?:[^>]* value="([^"]*)")?', page) for name in boxes}
    found = {name: html.unescape(value[1] or "") for name, value in values.items() if value}
    if not re.search(r'name="hidden"[^>]* checked', page):
        found.pop("hidden", None)
    return found


def post(client: Client, url: str, data: dict[str, str]) -> HttpResponse:
    """The request that htmx sends for a form in a row."""
    return client.post(url, data, headers=PARTIAL)


def test_the_form_in_the_row_is_its_place_in_the_page_of_its_own(ada: Client, shop: Site) -> None:
    whole, row = steady(text(ada.get(edit(shop)))), steady(text(poll(ada, edit(shop)))).strip()
    assert row.startswith(f'<tr id="agent-{kim(shop).pk}"')
    assert row.replace('colspan="8"', 'colspan="1"') in whole  # there it is the table's only cell


def test_a_saved_row_comes_back_as_it_is_now_and_says_so_once(ada: Client, shop: Site) -> None:
    sent = shown(text(poll(ada, f"{edit(shop)}?q=kim"))) | {"alias": "Kimmy"}
    answer = post(ada, f"{edit(shop)}?q=kim", sent)
    assert answer.url == f"{edit(shop)}row/?q=kim"
    row = text(poll(ada, answer.url))
    assert row.strip().startswith(f'<tr id="agent-{kim(shop).pk}"')
    assert "<bdi>Kimmy</bdi>" in row
    assert "Saved." in row
    assert "Saved." not in text(poll(ada, answer.url))
    assert f"{edit(shop)}?q=kim" in row


def test_a_row_opened_as_a_page_is_the_directory_at_this_row(ada: Client, shop: Site) -> None:
    assert ada.get(f"{edit(shop)}row/?q=kim").url == f"/directory/?q=kim#agent-{kim(shop).pk}"
    entry = shop.departments.get()
    assert ada.get(f"/directory/departments/{entry.pk}/row/").url == f"/directory/#department-{entry.pk}"
    assert "<bdi>Sales</bdi>" in text(poll(ada, f"/directory/departments/{entry.pk}/row/"))


def test_a_refused_row_keeps_what_was_typed(ada: Client, shop: Site) -> None:
    sent = shown(text(poll(ada, edit(shop)))) | {"team": "Typed team", "capacity": "0"}
    answer = post(ada, edit(shop), sent)
    assert answer.status_code == 422
    assert text(answer).strip().startswith("<tr ")
    assert 'value="Typed team"' in text(answer)
    assert 'aria-invalid="true"' in text(answer)


def test_if_two_change_the_same_value_the_later_sees_both_and_can_save_again(ada: Client, shop: Site) -> None:
    form = shown(text(ada.get(edit(shop))))
    shop.agents.filter(agent_id=KIM).update(alias="Quicker", team="Back")
    answer = ada.post(edit(shop), form | {"alias": "Later"})
    page = text(answer)
    assert answer.status_code == 409
    for value in ("<bdi>K.</bdi>", "<bdi>Quicker</bdi>", "<bdi>Later</bdi>", "Nothing was saved."):
        assert value in page
    assert kim(shop).alias == "Quicker"
    again = shown(page)
    assert (again["alias"], again["team"]) == ("Later", "Back")
    assert ada.post(edit(shop), again).status_code == 302
    assert (kim(shop).alias, kim(shop).team) == ("Later", "Back")


def test_if_two_change_different_values_both_are_saved(ada: Client, shop: Site) -> None:
    form = shown(text(ada.get(edit(shop))))
    shop.agents.filter(agent_id=KIM).update(alias="Quicker", capacity=None, hidden=True)
    assert ada.post(edit(shop), form | {"team": "Later"}).status_code == 302
    entry = kim(shop)
    assert (entry.alias, entry.team, entry.capacity, entry.hidden) == ("Quicker", "Later", None, True)


def test_a_box_that_someone_else_ticked_is_a_conflict_too(ada: Client, shop: Site) -> None:
    shop.agents.filter(agent_id=KIM).update(order=1)
    form = shown(text(ada.get(edit(shop))))
    shop.agents.filter(agent_id=KIM).update(order=5)
    page = text(ada.post(edit(shop), form | {"order": ""}))
    assert "<bdi>5</bdi>" in page
    assert kim(shop).order == 5


def test_two_equal_changes_are_no_conflict(ada: Client, shop: Site) -> None:
    form = shown(text(ada.get(edit(shop))))
    shop.agents.filter(agent_id=KIM).update(alias="Same")
    assert ada.post(edit(shop), form | {"alias": "Same"}).status_code == 302


# importing

IMPORTED = ("global/agents", "global/departments", "global/agentAwayStatuses", "livechat/customVariables")


@pytest.fixture
def connected(site: Site, make_user: Callable[..., User]) -> Client:
    """The browser of an administrator whose connection is the shared one."""
    return client_for(make_user("ada", Role.ADMINISTRATOR))


def test_names_are_imported_and_what_was_read_is_said(connected: Client, site: Site) -> None:
    page = text(connected.post("/directory/import/", follow=True))
    assert "Read from Comm100: 8 agents, 3 departments, 4 away statuses, 5 custom variables." in page
    assert site.agents.exclude(name="").count() == 8


def test_a_name_that_a_person_gave_is_left_alone(connected: Client, site: Site, chatserver: ChatServer) -> None:
    known = AgentEntry.objects.create(site=site, agent_id=chatserver.world.agent_ids()[0], name="Mine", edited=True)
    connected.post("/directory/import/")
    known.refresh_from_db()
    assert known.name == "Mine"


def test_what_comm100_refuses_is_said_with_the_way_out(make_user: Callable[..., User], site: Site) -> None:
    with ChatServer(directory=False) as server:
        Site.objects.update(api_base=server.root)
        page = text(client_for(make_user("ada", Role.ADMINISTRATOR)).post("/directory/import/", follow=True))
    assert "Not read: agents, departments, away statuses, custom variables." in page
    assert "Enter them by hand" in page


def test_an_import_stops_at_the_first_call_that_times_out_and_says_so(
    connected: Client, site: Site, chatserver: ChatServer, settings: Any
) -> None:
    settings.COMM100_DEADLINE = 0.3
    chatserver.faults.hang()
    page = text(connected.post("/directory/import/", follow=True))
    assert [chatserver.calls(f"GET /v4/{path}") for path in IMPORTED] == [1, 0, 0, 0]
    assert "Comm100 did not answer within 0.3 seconds. The import stopped there." in page
    assert "has the permission" not in page


def test_what_was_read_before_the_time_out_is_kept(
    connected: Client, site: Site, chatserver: ChatServer, settings: Any
) -> None:
    settings.COMM100_DEADLINE = 0.3
    chatserver.faults.hang(on="GET /v4/global/departments")
    page = text(connected.post("/directory/import/", follow=True))
    assert "Read from Comm100: 8 agents." in page
    assert "Not read: departments, away statuses, custom variables." in page
    assert chatserver.calls("GET /v4/global/agentAwayStatuses") == 0
    assert site.agents.exclude(name="").count() == 8


def test_a_call_that_is_refused_at_once_does_not_stop_the_import(connected: Client, chatserver: ChatServer) -> None:
    chatserver.faults.answer(500, on="GET /v4/global/agents")
    page = text(connected.post("/directory/import/", follow=True))
    assert "Read from Comm100: 3 departments, 4 away statuses, 5 custom variables." in page


def test_without_a_connection_the_import_asks_for_one(ada: Client) -> None:
    answer = ada.post("/directory/import/")
    assert answer.url == "/connection/"
    assert "store a Comm100 connection first" in text(ada.get(answer.url))


def test_an_administrator_without_a_connection_imports_by_the_shared_one(
    make_user: Callable[..., User], site: Site, chatserver: ChatServer
) -> None:
    connections.store(site, make_user("sue", connected=False), Bearer(chatserver.token))
    client_for(make_user("ada", Role.ADMINISTRATOR, connected=False)).post("/directory/import/")
    assert chatserver.calls("GET /v4/global/agents") == 1


def test_a_link_imports_nothing(connected: Client) -> None:
    assert connected.get("/directory/import/").status_code == 405


@pytest.fixture
def renewing(site: Site, make_user: Callable[..., User], chatserver: ChatServer) -> Client:
    """The browser of an administrator whose access token must be renewed first."""
    user, options = make_user("rita", Role.ADMINISTRATOR, connected=False), chatserver.options
    given = chatserver.auth.issue()
    held = RenewingBearer(given.access_token, given.refresh_token, options.client_id, options.client_secret, 0.0)
    connections.store(site, user, held)
    return client_for(user)


def test_a_token_that_is_not_renewed_is_the_reason_why_nothing_was_imported(
    renewing: Client, chatserver: ChatServer
) -> None:
    chatserver.auth.revoke_all()
    page = text(renewing.post("/directory/import/", follow=True))
    assert "Not read: agents, departments, away statuses, custom variables." in page
    assert "does not renew the access token" in page


def test_so_are_calls_that_are_used_up_before_the_token_is_renewed(renewing: Client, chatserver: ChatServer) -> None:
    budget.close(120)
    page = text(renewing.post("/directory/import/", follow=True))
    assert "Not read: agents, departments, away statuses, custom variables." in page
    assert re.search(r"next call in \d+ s", page)
    assert chatserver.calls() == 0

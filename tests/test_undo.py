"""Undoing a change of a status or of custom variables, guarded like every write."""

import html
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from livechat.models import Change, Outcome, Role, Site
from tests.support.chatserver import ChatServer
from tests.support.pages import text
from tests.support.people import client_for, make_user

pytestmark = pytest.mark.django_db
AGENT = "c97a2afe-a38f-46f8-a55b-8ac9f873cd09"
VISITOR = "3d59f909-24cd-43bc-89cb-00a320617c0a"
PUT, PUT_VISITOR = "PUT /v4/livechat/agents/{id}", "PUT /v4/livechat/visitors/{id}"
OLD = [{"name": "CARLZHOU222SHENTI", "value": "11123123123", "url": ""}, {"name": "fccc", "value": "520", "url": ""}]


@pytest.fixture(params=["merge", "replace"])
def chatserver(request: pytest.FixtureRequest) -> Iterator[ChatServer]:
    """Both kinds of server that the API's page allows for."""
    with ChatServer(visitor_put=request.param) as server:
        server.world.set_agent(AGENT, status="Online")
        yield server


@pytest.fixture
def done(site: Site, supervisor: User, renew: Callable[[], None]) -> Callable[..., Change]:
    """A change that was made and confirmed; by default Ann's, from online to away."""
    renew()

    def make(before: Any = None, asked: Any = None, result: str = "confirmed", target: str = AGENT) -> Change:
        variables = target == VISITOR
        change = Change.objects.create(
            site=site,
            kind="variables" if variables else "status",
            target=target,
            target_name="Ann",
            actor=supervisor,
            actor_name="sue",
            before={"variables": before} if variables else {"status": before or "Online"},
            asked={"variables": asked} if variables else {"status": asked or "Away"},
            nonce=f"made {Change.objects.count()}",
        )
        for step in ("sent", result):
            Outcome.objects.create(change=change, result=step)
        return change

    return make


def url(change: Change) -> str:
    return f"/changes/{change.pk}/undo/"


def submit(web: Client, page: str, address: str, **changes: str) -> HttpResponse:
    """Send the form of a page as it stands, except for what is changed."""
    found = re.findall(r'<input type="(?:hidden|text)" name="(\w+)"(?: value="([^"]*)")?', page)
    data = {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}
    return web.post(address, data | changes)


def status(chatserver: ChatServer) -> str:
    answer = requests.get(f"{chatserver.url}/livechat/agents/{AGENT}", headers=chatserver.bearer, timeout=5)
    return str(answer.json()["status"])


def there(chatserver: ChatServer) -> dict[str, str]:
    record = json.loads(chatserver.world.visitor_body(VISITOR) or b"{}")
    return {item["name"]: item["value"] for item in record["customVariableResults"]}


def put(chatserver: ChatServer, variables: list[dict[str, str]]) -> None:
    address = f"{chatserver.url}/livechat/visitors/{VISITOR}"
    requests.put(address, json=variables, headers=chatserver.bearer, timeout=5).raise_for_status()


def test_a_status_is_set_back_by_a_write_of_its_own_that_names_what_it_undoes(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], done: Callable[..., Change]
) -> None:
    chatserver.world.set_agent(AGENT, status="Away")
    renew()
    change = done()
    page = text(web.get(url(change)))
    assert re.search(r"<bdi>Away</bdi>.*<bdi>Online</bdi>", page, re.DOTALL)
    answer = submit(web, page, url(change))
    assert answer["Location"] == f"/agents/{AGENT}/status/"
    assert status(chatserver) == "Online"
    undone = Change.objects.first()
    assert undone
    assert undone.reason.startswith("Undo: sue’s change of ")
    assert [row.result for row in undone.outcomes.all()] == ["sent", "confirmed"]


def test_the_same_undo_sent_twice_makes_one_put(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], done: Callable[..., Change]
) -> None:
    chatserver.world.set_agent(AGENT, status="Away")
    renew()
    change = done()
    page = text(web.get(url(change)))
    submit(web, page, url(change))
    submit(web, page, url(change))
    assert chatserver.calls(PUT) == 1


def test_an_agent_that_was_offline_before_stays_as_it_is_and_the_page_says_so(
    web: Client, chatserver: ChatServer, done: Callable[..., Change]
) -> None:
    change = done(before="Offline", asked="Online")
    page = text(web.get(url(change)))
    assert "Was offline before" in page
    assert 'name="nonce"' not in page
    assert web.post(url(change), {"nonce": "n", "expected": '"Online"'}).status_code == 422
    assert chatserver.calls(PUT) == 0


def test_an_agent_that_changed_since_the_page_was_shown_is_a_conflict_and_can_be_set_anyway(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], done: Callable[..., Change]
) -> None:
    chatserver.world.set_agent(AGENT, status="Away")
    renew()
    change = done()
    page = text(web.get(url(change)))
    chatserver.world.set_agent(AGENT, status="Meeting")
    answer = submit(web, page, url(change), reason="kept words")
    assert answer.status_code == 409
    assert "Meeting" in text(answer)
    assert "kept words" in text(answer)
    assert chatserver.calls(PUT) == 0
    assert submit(web, text(answer), url(change)).status_code == 302
    assert status(chatserver) == "Online"


def test_if_all_is_as_before_there_is_nothing_to_undo(
    web: Client, chatserver: ChatServer, done: Callable[..., Change]
) -> None:
    assert "nothing to undo" in text(web.get(url(done())))


@pytest.mark.parametrize("expected", ["", "{", "[1]", '"x', "[" * 5000])
def test_a_form_that_was_tampered_with_overwrites_nothing(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], done: Callable[..., Change], expected: str
) -> None:
    for change in (done(), done(OLD, [OLD[0], OLD[1] | {"value": "new"}], target=VISITOR)):
        chatserver.world.set_agent(AGENT, status="Meeting")
        answer = web.post(url(change), {"expected": expected, "nonce": "n"})
        assert answer.status_code in (409, 422)
    assert chatserver.calls(PUT) == chatserver.calls(PUT_VISITOR) == 0


def test_values_are_set_back_and_the_page_says_that_added_variables_stay(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], done: Callable[..., Change]
) -> None:
    new = [OLD[0], OLD[1] | {"value": "new"}, {"name": "plan", "value": "gold", "url": ""}]
    put(chatserver, new)
    renew()
    change = done(OLD, new, target=VISITOR)
    page = text(web.get(url(change)))
    assert "“plan” was added by this change and stays" in html.unescape(page)
    answer = submit(web, page, url(change))
    assert answer["Location"] == f"/visitors/{VISITOR}/variables/"
    assert there(chatserver) == {"CARLZHOU222SHENTI": "11123123123", "fccc": "520", "plan": "gold"}


def test_a_value_that_changed_since_is_shown_before_it_is_undone(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], done: Callable[..., Change]
) -> None:
    new = [OLD[0], OLD[1] | {"value": "new"}]
    put(chatserver, new)
    renew()
    change = done(OLD, new, target=VISITOR)
    page = text(web.get(url(change)))
    put(chatserver, [OLD[0], OLD[1] | {"value": "newer"}])
    answer = submit(web, page, url(change))
    assert answer.status_code == 409
    assert "newer" in text(answer)
    assert there(chatserver)["fccc"] == "newer"
    assert submit(web, text(answer), url(change)).status_code == 302
    assert there(chatserver)["fccc"] == "520"


def test_a_visitor_who_has_left_is_a_404_and_nothing_is_sent(
    web: Client, chatserver: ChatServer, renew: Callable[[], None], done: Callable[..., Change]
) -> None:
    change = done(OLD, [OLD[0], OLD[1] | {"value": "new"}], target=VISITOR)
    chatserver.world.remove_visitor(VISITOR)
    renew()
    assert web.get(url(change)).status_code == 404
    assert web.post(url(change), {"nonce": "n", "expected": json.dumps(OLD)}).status_code == 404
    assert chatserver.calls(PUT_VISITOR) == 0


def test_undo_is_offered_for_what_took_effect_and_to_those_who_may_write(
    web: Client, done: Callable[..., Change], make_user: Callable[..., User]
) -> None:
    held, refused = done(), done(result="refused")
    for page in ("/changes/", f"/agents/{AGENT}/"):
        assert url(held) in text(web.get(page))
        assert url(refused) not in text(web.get(page))
    viewer = client_for(make_user("vic", Role.VIEWER))
    for page in ("/changes/", f"/agents/{AGENT}/"):
        assert url(held) not in text(viewer.get(page))
    assert viewer.get(url(held)).status_code == 403


def test_another_sites_change_is_not_there(done: Callable[..., Change]) -> None:
    other = Site.objects.create(name="Other", api_base="https://api11.comm100.io")
    assert client_for(make_user("olga", other, Role.SUPERVISOR)).get(url(done())).status_code == 404


def test_a_visitors_page_says_who_changed_the_variables_and_why(web: Client, done: Callable[..., Change]) -> None:
    change = done(OLD, [OLD[0], OLD[1] | {"value": "new"}], target=VISITOR)
    page = text(web.get(f"/visitors/{VISITOR}/"))
    assert "<b><bdi>fccc</bdi></b> <bdi>520</bdi> → <bdi>new</bdi>" in page
    assert url(change) in page
    assert f"/changes/?q={VISITOR}" in page

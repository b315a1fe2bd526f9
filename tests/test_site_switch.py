"""Which of their sites a user looks at."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from livechat.models import Membership, Role, SavedView, Site, Wall
from tests.support.chatserver import ChatServer
from tests.support.corpora import load, strings
from tests.support.pages import PARTIAL, poll, text
from tests.support.people import client_for, make_site, make_user

pytestmark = pytest.mark.django_db


def two_sites() -> tuple[Client, Site]:
    user = make_user("ada", make_site("First"))
    second = make_site("Second")
    Membership.objects.create(user=user, site=second, role=Role.VIEWER)
    return client_for(user), second


def test_switching_shows_the_other_site_from_then_on() -> None:
    client, second = two_sites()
    assert client.post("/sites/switch/", {"site": second.pk}).url == "/agents/"
    assert '<bdi class="menu-site">Second</bdi>' in text(client.get("/directory/"))


def test_switching_goes_back_to_the_page_it_came_from() -> None:
    client, second = two_sites()
    assert client.post("/sites/switch/", {"site": second.pk, "next": "/changes/?q=a"}).url == "/changes/?q=a"


def test_a_page_of_another_site_of_the_user_is_offered_and_no_other_site_is_named() -> None:
    client, second = two_sites()
    Membership.objects.update(role=Role.SUPERVISOR)
    make_site("Third")
    path = f"/walls/{Wall.objects.create(site=second, title='TV').pk}/?a=b&c=d"
    page = client.get(path)
    assert page.status_code == 404
    assert "You are looking at <bdi>First</bdi>" in text(page)
    assert re.findall(r'name="site" value="(\d+)"', text(page)) == [str(second.pk)]
    following = client.post("/sites/switch/", {"site": second.pk, "next": path}, follow=True)
    assert following.redirect_chain == [(path, 302)]
    assert following.status_code == 200
    assert f'name="next" value="{path.replace("&", "&amp;")}"' in text(page)
    for other in (client_for(make_user("sue", second)), Client()):
        assert "The page may exist at another" not in text(other.get("/walls/999/", follow=True))
    assert "First" not in text(client.get("/wall/never-was/"))


def test_switching_never_leads_to_another_host() -> None:
    client, second = two_sites()
    addresses = [*strings(), *(load("wpt_url_inputs.json") or [])]
    near = [address for address in addresses if address[:1] in "/\\\t\r\n "]  # what could be taken for a path
    for address in [*near, *addresses[:100], "//", "/\\evil.example", "https://testserver/agents/"]:
        sent = address.encode(errors="replace").decode()  # a lone surrogate cannot be sent
        target = client.post("/sites/switch/", {"site": second.pk, "next": sent}).url
        # A browser removes tabs and line ends from an address, and reads "/\\" as "//".
        assert re.fullmatch(r"/([^/\\\s][^\s]*)?", target), address


@pytest.mark.parametrize("asked", ["", "0", "x", "9" * 40, "²"])
def test_a_user_cannot_switch_to_a_site_without_a_membership(asked: str) -> None:
    client, _second = two_sites()
    make_site("Third")
    assert client.post("/sites/switch/", {"site": asked}).status_code == 404


def test_switching_is_not_done_by_a_link() -> None:
    client, second = two_sites()
    assert client.get(f"/sites/switch/?site={second.pk}").status_code == 405


def test_a_page_of_another_site_is_reloaded_instead_of_getting_this_sites_rows(web: Client, site: Site) -> None:
    for path in ("/agents/", "/visitors/", "/changes/", "/directory/", "/queue/"):
        assert poll(web, path, site=site.pk).status_code == 200
        assert "HX-Refresh" not in poll(web, path, site=site.pk)
        answer = poll(web, path, site=site.pk + 1)
        assert (answer["HX-Refresh"], answer.content, "X-Figures" in answer) == ("true", b"", False)


def test_a_form_of_another_site_does_nothing_even_if_both_have_the_same_agents(
    web: Client, site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    renew()
    status = f"/agents/{chatserver.world.agent_ids()[0]}/status/"
    calls = chatserver.calls()
    answer = web.post(status, {}, headers=PARTIAL | {"X-Site": str(site.pk + 1)})
    assert answer["HX-Refresh"] == "true"
    for path in (status, "/agents/bulk/", "/visitors/views/"):
        answer = web.post(path, {"seat": site.pk + 1, "name": "Mine", "query": ""})
        assert answer.status_code == 403
        assert "Nothing was done: another tab has switched" in text(answer)
    assert chatserver.calls() == calls
    assert not site.changes.exists()
    assert not SavedView.objects.exists()


def test_a_form_of_the_site_shown_is_taken(web: Client, site: Site) -> None:
    assert web.post("/visitors/views/", {"seat": site.pk, "name": "Mine", "query": ""}).status_code == 302
    assert SavedView.objects.get().site == site


def test_another_tabs_form_still_switches() -> None:
    client, second = two_sites()
    answer = client.post("/sites/switch/", {"site": second.pk, "seat": second.pk}, headers={"X-Site": "0"})
    assert answer.url == "/agents/"

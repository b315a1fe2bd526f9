"""The first page of a user, and the next step it shows."""

import pytest
from django.test import Client
from django.utils import timezone

from livechat.models import AgentEntry, Role, Wall, WallLink
from livechat.walls import links
from tests.support.pages import poll, text
from tests.support.people import client_for, make_connection, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db


def test_home_leads_a_member_to_the_agents() -> None:
    answer = client_for(make_user("vic", make_site(), Role.VIEWER)).get("/")
    assert answer.url == "/agents/"


def test_home_leads_a_user_without_a_site_to_the_next_step() -> None:
    answer = client_for(make_user("vic")).get("/")
    assert answer.url == "/start/"


def test_a_stranger_signs_in_first(client: Client) -> None:
    assert client.get("/start/").url == "/accounts/login/?next=/start/"


def test_a_superuser_without_a_site_is_asked_to_make_one() -> None:
    page = text(client_for(make_superuser()).get("/start/"))
    assert '<a class="btn btn-primary" href="/sites/">Make a site</a>' in page


def test_a_user_without_a_site_reads_who_can_add_them_and_under_which_name() -> None:
    page = text(client_for(make_user("vic")).get("/start/"))
    assert "Ask an administrator to add the user “vic” to one." in page
    assert "btn btn-primary" not in page.split("<main")[1].split("</main>")[0]


def test_a_site_without_a_connection_leads_to_the_connection() -> None:
    page = text(client_for(make_user("vic", make_site(), Role.VIEWER)).get("/start/"))
    assert '<a class="btn btn-primary" href="/connection/">Connect</a>' in page


def test_an_administrator_of_a_connected_site_is_led_to_the_names() -> None:
    site = make_site()
    user = make_user("ada", site)
    make_connection(site, user, shared=True)
    assert '<a class="btn btn-primary" href="/directory/">' in text(client_for(user).get("/start/"))


def test_when_nothing_is_missing_the_page_says_so_and_leads_to_the_agents() -> None:
    site = make_site()
    user = make_user("ada", site)
    make_connection(site, user, shared=True)
    AgentEntry.objects.create(site=site, agent_id="0f1e2d3c-0000-4000-8000-123456789abc", name="Kim", capacity=3)
    make_user("bob", site, Role.VIEWER)
    links.make_link(Wall.objects.create(site=site, title="Floor"), user, "TV", days=None)
    WallLink.objects.update(seen=timezone.now())
    page = text(client_for(user).get("/start/"))
    assert "Everything is set up" in page
    assert '<a class="btn btn-primary" href="/agents/">' in page


def test_a_board_open_when_its_viewer_loses_the_site_goes_to_the_next_step_as_a_whole() -> None:
    client = client_for(make_user("vic"))
    moved = poll(client, "/agents/")
    assert moved.url == "/start/"
    assert poll(client, moved.url)["HX-Redirect"] == "/start/"

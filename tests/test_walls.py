"""Walls: supervisors make them; a link opens them without a login and shows nothing private."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from livechat.forms import zones
from livechat.lib import clock
from livechat.models import AgentEntry, Membership, Role, Site, Wall, WallLink
from livechat.sites import connections
from livechat.walls import link_cache, links
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, steady, text
from tests.support.people import client_for, make_site, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tv() -> Client:
    """A browser that is not signed in."""
    return Client()


@pytest.fixture
def address(site: Site, supervisor: User, renew: Callable[[], None]) -> str:
    """The path of a wall with figures."""
    renew()
    wall = Wall.objects.create(site=site, title="Support")
    return f"/wall/{links.make_link(wall, supervisor, 'TV', days=30)[1]}/"


def test_a_link_is_made_shown_once_and_opens_without_a_login(
    web: Client, tv: Client, renew: Callable[[], None]
) -> None:
    renew()
    made = web.post("/walls/", {"title": "Support", "team": "", "time_zone": "UTC"})
    link = web.post(f"{made.url}links/", {"label": "TV", "days": "30"})
    found = re.search(r'id="wall-address" href="http://testserver(/wall/[\w-]+/)"', text(web.get(link.url)))
    assert found
    assert "wall-address" not in text(web.get(link.url))
    answer = tv.get(found[1])
    assert answer.status_code == 200
    assert not answer.cookies


def test_supervisors_read_which_teams_are_gone_and_why_walls_show_no_figures(
    web: Client, site: Site, address: str
) -> None:
    wall = Wall.objects.get()
    site.agents.update(team="Night")
    site.bump_version()
    Wall.objects.update(teams=["Night", "Sales"])
    marked = r"<bdi>Sales</bdi> <small>\(not in the directory any more\)</small>"
    assert re.search(rf"<bdi>Night</bdi>, {marked}</p>", text(web.get("/walls/")))
    page = text(web.get(f"/walls/{wall.pk}/"))
    assert "Sales (not in the directory any more)" in page
    assert "Night (not" not in page
    for path in ("/walls/", f"/walls/{wall.pk}/"):
        assert "no shared connection" not in text(web.get(path))
    connections.share(site, None)
    for path in ("/walls/", f"/walls/{wall.pk}/"):
        page = text(web.get(path))
        assert "Walls show no figures: this site has no shared connection" in page
        assert "An administrator chooses one" in page
    Site.objects.update(shared_chosen=False)
    assert "The next connection that is stored will be shared" in text(web.get("/walls/"))


def test_only_the_hash_of_a_secret_is_stored(address: str) -> None:
    secret = address.split("/")[2]
    assert len(secret) >= 43, "256 bits"
    assert secret not in str(WallLink.objects.values())


def test_a_wall_shows_counts_and_agents_by_alias(tv: Client, site: Site, chatserver: ChatServer, address: str) -> None:
    entry = site.agents.get(agent_id=chatserver.world.agent_ids()[0])
    AgentEntry.objects.filter(pk=entry.pk).update(name="Ada Lovelace", alias="Countess")
    site.bump_version()
    page = text(tv.get(address))
    assert "Countess" in page
    assert "Lovelace" not in page
    assert "Waiting" in page


@pytest.mark.parametrize(("name", "shown"), [("Lovelace, Ada (Sales)", "Ada L."), ("Ada Lovelace [Sales]", "Ada L.")])
def test_an_agent_without_an_alias_is_called_by_the_given_name_and_an_initial(
    tv: Client, site: Site, chatserver: ChatServer, address: str, name: str, shown: str
) -> None:
    chatserver.world.set_agent(chatserver.world.agent_ids()[0], status="Online")
    site.agents.filter(agent_id=chatserver.world.agent_ids()[0]).update(name=name, alias="")
    site.bump_version()
    page = text(tv.get(address))
    assert f"<bdi>{shown}</bdi>" in page
    assert "Sales" not in page


def test_a_wall_never_shows_a_guid_or_anything_of_a_visitor(tv: Client, chatserver: ChatServer, address: str) -> None:
    page = text(tv.get(address)) + text(poll(tv, address))
    for key in (*chatserver.world.agent_ids(), *chatserver.world.visitor_ids()):
        assert key not in page
        assert key[:8] not in page
        assert key[-8:] not in page
    for field in ("Hangzhou", "192.168.2.128", "123@comm100.com", "CARLZHOU222SHENTI", chatserver.token):
        assert field not in page


def test_an_unchanged_poll_of_a_wall_is_a_304(tv: Client, address: str) -> None:
    tag = poll(tv, address)["HX-PTag"]
    answer = poll(tv, address, tag)
    assert answer.status_code == 304
    assert "X-Figures" in answer


def test_the_walls_fragment_equals_its_place_in_the_page(tv: Client, address: str) -> None:
    fragment = text(poll(tv, address)).strip()
    assert steady(fragment) in steady(text(tv.get(address)))


def test_a_wrong_secret_is_a_404_that_shows_nothing_of_a_wall(tv: Client, address: str) -> None:
    answer = tv.get("/wall/never-was-a-secret/")
    assert answer.status_code == 404
    assert "No wall at this address" in text(answer)
    assert "Support" not in text(answer)
    assert 'id="wall"' not in text(answer)


def test_an_ended_link_says_so_and_never_shows_a_sign_in_form(web: Client, tv: Client, address: str) -> None:
    link = WallLink.objects.get()
    web.post(f"/walls/{link.wall_id}/links/{link.pk}/", {"step": "revoke"})
    assert poll(tv, address)["HX-Refresh"] == "true"
    answer = tv.get(address)
    assert answer.status_code == 410
    assert "This link has ended" in text(answer)
    assert "password" not in text(answer)


def test_a_link_ends_by_itself(tv: Client, address: str) -> None:
    assert tv.get(address).status_code == 200
    link_cache.forget()  # as if a second had passed
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert tv.get(address).status_code == 410


def test_a_link_ends_with_its_owners_access(tv: Client, address: str, supervisor: User) -> None:
    supervisor.memberships.all().delete()
    link_cache.forget()
    assert tv.get(address).status_code == 410


def test_a_viewer_cannot_make_or_change_walls(
    client: Client, site: Site, make_user: Callable[..., User], address: str
) -> None:
    client.force_login(make_user("vic", Role.VIEWER))
    wall = Wall.objects.get()
    assert client.post("/walls/", {"title": "X", "time_zone": "UTC"}).status_code == 403
    assert client.get(f"/walls/{wall.pk}/").status_code == 403
    assert client.post(f"/walls/{wall.pk}/", {"step": "delete"}).status_code == 403
    assert Wall.objects.count() == 1


def test_a_wall_of_another_site_is_a_404(web: Client, chatserver: ChatServer) -> None:
    other = Site.objects.create(name="Other", api_base=chatserver.root)
    wall = Wall.objects.create(site=other, title="Theirs")
    assert web.get(f"/walls/{wall.pk}/").status_code == 404


def test_an_invalid_form_keeps_what_was_typed(web: Client) -> None:
    answer = web.post("/walls/", {"title": "kept title " + "x" * 80, "time_zone": "UTC"})
    assert answer.status_code == 422
    assert "kept title" in text(answer)


def test_a_wall_can_be_made_at_any_site_of_a_supervisor_who_is_then_led_to_that_site() -> None:
    user = make_user("ada", make_site("First"), Role.SUPERVISOR)
    second, third, others = (make_site(name) for name in ("Second", "Third", "Not theirs"))
    Membership.objects.create(user=user, site=second, role=Role.ADMINISTRATOR)
    Membership.objects.create(user=user, site=third, role=Role.VIEWER)
    web = client_for(user)
    offered = web.get("/walls/").context["form"].fields["site"].queryset
    assert [each.name for each in offered] == ["First", "Second"]
    for refused in (third, others):
        answer = web.post("/walls/", {"title": "Lobby", "site": refused.pk})
        assert answer.status_code == 422
        assert 'value="Lobby"' in text(answer)
    assert not Wall.objects.exists()
    page = web.post("/walls/", {"title": "Lobby", "site": second.pk}, follow=True)
    assert Wall.objects.get().site == second
    assert '<bdi class="menu-site">Second</bdi>' in text(page)


def test_a_supervisor_of_a_single_site_is_not_asked_for_it(web: Client, site: Site) -> None:
    assert 'name="site"' not in text(web.get("/walls/")).partition("Make a wall")[2]
    web.post("/walls/", {"title": "Lobby", "site": "999"})
    assert Wall.objects.get().site == site


# a new wall's time zone


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("America/Sao_Paulo", "America/Sao_Paulo"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("UTC", "UTC"),
        ("", "Europe/Zurich"),
        ("Mars/Olympus", "Europe/Zurich"),
        ("../etc/passwd", "Europe/Zurich"),
        ("x" * 500, "Europe/Zurich"),
    ],
)
def test_a_new_wall_has_the_time_zone_of_the_browser_that_makes_it(
    web: Client, settings: Any, told: str, kept: str
) -> None:
    settings.TIME_ZONE = "Europe/Zurich"
    assert web.post("/walls/", {"title": "Lobby", "time_zone": told}).status_code == 302
    assert Wall.objects.get().time_zone == kept


def test_time_zones_are_offered_by_region_each_place_once_with_its_current_offset(web: Client, site: Site) -> None:
    wall = Wall.objects.create(site=site, title="Support")
    with time_machine.travel("2026-07-01T12:00:00Z"):
        page, part = (text(web.get(url)) for url in (f"/walls/{wall.pk}/?zones=all", "/walls/zones/"))
    assert re.sub(" selected| id=[^ >]*", "", page).count(part) == 1, "scripts get the same"
    select = page.partition('name="time_zone"')[2].partition("</select>")[0]
    assert '<option value="Europe/Berlin">Berlin (UTC+2)</option>' in select
    assert '<option value="Asia/Kolkata">Kolkata (UTC+5:30)</option>' in select
    assert '<option value="America/St_Johns">St Johns (UTC-2:30)</option>' in select
    assert re.findall(r'<optgroup label="(\w+)"', select)[:3] == ["Africa", "America", "Antarctica"]
    offered = set(re.findall(r'<option value="([^"]*)"', select))
    assert {"UTC", "Europe/Oslo", "Europe/Kyiv"} <= offered
    assert not offered & {"Asia/Calcutta", "Europe/Kiev", "Etc/GMT+1", "US/Eastern", "EST5EDT"}
    Wall.objects.update(time_zone="US/Eastern")
    assert '<option value="US/Eastern" selected>' in text(web.get(f"/walls/{wall.pk}/?zones=all"))


def test_a_walls_page_holds_the_zones_that_are_chosen_and_a_way_to_all(web: Client, site: Site) -> None:
    wall = Wall.objects.create(site=site, title="Support", time_zone="US/Eastern")
    select = '<select name="time_zone"'

    def offered(page: str) -> list[str]:
        return re.findall(r'value="([^"]*)"', page.partition(select)[2].partition("</select>")[0])

    page = text(web.get(f"/walls/{wall.pk}/"))
    assert set(offered(page)) == {"US/Eastern", "UTC"}
    assert 'data-all="/walls/zones/"' in page
    assert '<noscript><a href="?zones=all">' in page
    refused = web.post(f"/walls/{wall.pk}/", {"step": "save", "title": "", "time_zone": "Asia/Kolkata"})
    assert refused.status_code == 422
    assert set(offered(text(refused))) == {"US/Eastern", "UTC", "Asia/Kolkata"}
    kept = web.get("/walls/zones/")
    assert kept["Cache-Control"] == "private, max-age=21600"
    assert "Asia/Tokyo" in offered(text(kept))


def test_without_a_table_of_places_the_zones_of_every_region_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones, "_table", lambda name: [])
    offered = zones._places.__wrapped__()
    assert {"Europe/Berlin", "Asia/Kolkata"} <= offered
    assert not [zone for zone in offered if zone.startswith(("Etc/", "US/"))]


# the list of walls


def test_the_walls_page_says_what_its_end_would_end(web: Client, tv: Client, address: str, supervisor: User) -> None:
    wall = Wall.objects.get()
    over, _secret = links.make_link(wall, supervisor, "Old TV", days=30)
    links.make_link(wall, supervisor, "Spare TV", days=30)
    WallLink.objects.filter(pk=over.pk).update(ended=timezone.now())
    tv.get(address)
    page = text(web.get(f"/walls/{wall.pk}/"))
    assert "2 open links end. 1 screen shows it now." in page


def test_the_list_costs_the_same_queries_for_many_walls(
    web: Client, address: str, supervisor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.steady()
    monkeypatch.setattr(clock, "steady", lambda: now)  # what is read every half second is read once
    web.get("/walls/")  # what is read only once
    with CaptureQueriesContext(connection) as one:
        web.get("/walls/")
    for place in range(5):
        links.make_link(Wall.objects.create(site=Site.objects.get(), title=str(place)), supervisor, "TV", days=30)
    web.get("/walls/")  # what is read once after a link is made
    with CaptureQueriesContext(connection) as many:
        web.get("/walls/")
    assert len(many) == len(one)

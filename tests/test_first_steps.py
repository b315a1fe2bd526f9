"""The first ten minutes: a site that has not begun is calm, its form stands in the middle, five steps lead on."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.live import snapshot_cache
from livechat.models import AgentEntry, Connection, Role, Site, Wall, WallLink
from livechat.sites import connections
from livechat.walls import link_cache, links
from tests.support.chatserver import ChatServer
from tests.support.pages import figures, poll, region, text
from tests.support.people import KIM, client_for, make_connection, make_site, make_superuser, make_user

pytestmark = pytest.mark.django_db
REGIONS = {"/agents/": "board", "/visitors/": "visitors", "/walls/": "queue", "/directory/": "queue"}


def age_line(page: str) -> str:
    """The line that says how old the figures are."""
    return page.partition('<div id="age"')[2].partition("</div>")[0]


def states(page: str) -> dict[str, tuple[str, str]]:
    """Each step of the page: its title, with its state and the addresses that it leads to."""
    items = page.partition('<ol class="steps-list">')[2].partition("</ol>")[0].split("<li")[1:]
    found = {}
    for item in items:
        title = re.search(r"<h2>\d\. (.*?)</h2>", item)
        state = re.search(r'class="badge.*?</svg>(.*?)</span>', item, re.DOTALL)
        assert title
        assert state
        found[title[1]] = (state[1].strip(), " ".join(re.findall(r'<a [^>]*href="(/[^"]*)"', item)))
    return found


def connect_form(page: str) -> bool:
    """Whether the page's middle is the form that stores a connection."""
    main = page.partition("<main")[2].partition("</main>")[0]
    middle = main.partition('<div class="middle">')[2]
    return 'action="/connection/"' in middle and 'name="api_key"' in middle


# ---- Calm ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", REGIONS)
def test_a_site_without_a_connection_is_calm_and_says_what_to_do(path: str) -> None:
    client = client_for(make_user("ada", make_site()))
    page = text(client.get(path))
    assert 'data-age="none"' in region(page, REGIONS[path])
    line = age_line(page)
    assert 'data-age="none"' in line
    assert "No figures yet: This site has no Comm100 connection yet." in line
    assert re.search(r'<a class="age-act" href="/connection/">Connect this site</a>', line)
    assert not re.search('data-age="(late|stale|old)"', page)
    assert "alert-warning" not in page.replace('id="ended" class="alert alert-warning"', "").replace(
        'id="moved" class="alert alert-warning"', ""
    )


@pytest.mark.usefixtures("feed")
def test_figures_that_never_came_are_calm_until_there_is_a_reason(web: Client, site: Site) -> None:
    now = timezone.now()
    web.get("/agents/")
    for error, state in (("", "none"), ("unreachable", "stale")):
        site.snapshots.update(checked=None, tried=now, looked=now, error=error, error_text=error)
        snapshot_cache.forget()
        assert f'data-age="{state}"' in region(text(web.get("/agents/")), "board"), error


def test_figures_whose_connection_was_removed_are_red(
    web: Client, site: Site, supervisor: User, renew: Callable[[], None]
) -> None:
    renew()
    made = Wall.objects.create(site=site, title="Floor")
    address = f"/wall/{links.make_link(made, supervisor, 'TV', days=None)[1]}/"
    assert '<body data-age="fresh"' in text(Client().get(address))
    connections.remove(site, Connection.objects.get())
    link_cache.forget()
    page = text(web.get("/agents/"))
    assert 'data-age="stale"' in region(page, "board")
    assert "No figures: This site&#x27;s Comm100 connection was removed." in age_line(page)
    assert connect_form(page)
    polled = poll(web, "/agents/")
    assert figures(polled)["error"] == "connection-removed"
    again = poll(web, "/agents/", polled["HX-PTag"])
    assert (again.status_code, figures(again)["error"]) == (304, "connection-removed")
    again = poll(web, "/agents/", polled["HX-PTag"])
    assert (again.status_code, figures(again)["error"]) == (304, "connection-removed"), "not answered from memory"
    assert '<body data-age="stale"' in text(Client().get(address))


def test_the_wall_of_a_site_that_has_not_begun_is_calm() -> None:
    site = make_site()
    made = Wall.objects.create(site=site, title="Floor")
    page = text(Client().get(f"/wall/{links.make_link(made, make_user('ada', site), 'TV', days=None)[1]}/"))
    assert '<body data-age="none"' in page
    assert "This site has no shared Comm100 connection" in page


def test_walls_without_a_shared_connection_warn_only_if_somebody_chose_none() -> None:
    site = make_site()
    client = client_for(make_user("ada", site))

    def note() -> str:
        return text(client.get("/walls/")).split('id="no-shared-connection"')[0].rpartition("<div")[2]

    assert "alert-info" in note()
    assert '<a class="btn btn-primary" href="/connection/">Store a connection</a>' in text(client.get("/walls/"))
    connections.share(site, None)
    assert "alert-warning" in note()


# ---- The middle ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/agents/", "/visitors/", "/directory/", "/connection/"])
def test_the_form_of_the_connection_is_the_middle_of_a_page_that_shows_nothing_without(path: str) -> None:
    assert connect_form(text(client_for(make_user("ada", make_site())).get(path)))


def test_a_viewer_gets_one_button_to_the_form() -> None:
    client = client_for(make_user("vic", make_site(), Role.VIEWER))
    for path in ("/agents/", "/visitors/"):
        page = text(client.get(path))
        assert not connect_form(page)
        assert page.count('<a class="btn btn-primary" href="/connection/">My connection</a>') == 1


@pytest.mark.parametrize("path", [f"/agents/{KIM}/", f"/visitors/{KIM}/"])
def test_the_page_of_one_record_leads_to_the_connection_instead_of_trying_again(path: str) -> None:
    site = make_site()
    answer = client_for(make_user("ada", site)).get(path)
    assert answer.status_code == 503
    assert connect_form(text(answer))
    page = text(client_for(make_user("vic", site, Role.VIEWER)).get(path))
    assert '<a class="btn btn-primary" href="/connection/">My connection</a>' in page
    for shown in (text(answer), page):
        assert "http-equiv" not in shown
        assert "tries again" not in shown


@pytest.mark.parametrize("path", ["/agents/", "/visitors/", "/directory/"])
def test_the_form_is_gone_when_there_is_a_connection(web: Client, path: str) -> None:
    assert not connect_form(text(web.get(path)))


def test_a_polled_part_never_has_the_form() -> None:
    client = client_for(make_user("ada", make_site()))
    assert "csrfmiddlewaretoken" not in text(poll(client, "/agents/"))
    assert "csrfmiddlewaretoken" not in text(poll(client, "/visitors/"))


def test_the_form_of_the_board_stores_the_first_connection_and_leads_to_the_next_step(chatserver: ChatServer) -> None:
    site = make_site(api_base=chatserver.root)
    client = client_for(make_user("ada", site))
    form = {"kind": "bearer", "token": chatserver.token, "address": site.api_base, "seat": site.pk}
    assert client.post("/connection/", form).url == "/start/"
    assert states(text(client.get("/start/")))["A Comm100 connection"][0] == "Done"
    assert client.post("/connection/", form).url == "/connection/", "a later one"


# ---- Which credential ------------------------------------------------------------------------


def test_what_lasts_is_offered_first_with_where_it_comes_from() -> None:
    page = text(client_for(make_user("ada", make_site())).get("/connection/"))
    assert re.findall(r'type="radio" name="kind" value="([\w-]*)"', page) == ["api-key", "renewing", "bearer"]
    assert re.search(r'value="api-key"[^>]* checked', page)
    words = re.findall(r'<p class="field-source">(.*?)</p>', page)
    assert "come from Comm100 at https://dash11.comm100.io." in words[0]
    assert "at https://dash11.comm100.io/oauth/token" in words[1]
    assert "it ends after about 12 hours" in page


# ---- Five steps ------------------------------------------------------------------------------


def test_the_start_page_has_five_steps_with_their_state_and_a_link() -> None:
    site = make_site()
    client = client_for(make_user("ada", site))
    page = text(client.get("/start/"))
    assert states(page) == {
        "A site": ("Done", ""),
        "A Comm100 connection": ("To do", "/connection/"),
        "Names": ("To do", "/directory/"),
        "A wall on a TV": ("To do", "/walls/"),
        "Colleagues and capacities": ("To do", f"/sites/{site.pk}/ /directory/"),
    }
    assert "First steps: 1 of 5 done" in page


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.VIEWER, ["Done", "To do", "Not yours to do", "Not yours to do", "Not yours to do"]),
        (Role.SUPERVISOR, ["Done", "To do", "Not yours to do", "To do", "Not yours to do"]),
    ],
)
def test_a_step_that_a_role_may_not_take_is_not_theirs_and_has_no_link(role: Role, expected: list[str]) -> None:
    page = text(client_for(make_user("pat", make_site(), role)).get("/start/"))
    found = states(page)
    assert [state for state, _links in found.values()] == expected
    assert all(not led for state, led in found.values() if state != "To do")
    assert "An administrator does this." in page


def set_up(site: Site, user: User) -> None:
    """Take every step of a site, as pages do: names are kept by a site's version."""
    make_user("bob", site, Role.VIEWER)
    make_connection(site, user, shared=True)
    AgentEntry.objects.create(site=site, agent_id=KIM, name="Kim", capacity=3)
    links.make_link(Wall.objects.create(site=site, title="Floor"), user, "TV", days=None)
    WallLink.objects.update(seen=timezone.now())
    site.bump_version()


def test_the_steps_leave_the_bar_when_all_are_done_and_stay_in_the_menu() -> None:
    site = make_site()
    user = make_user("ada", site)
    client = client_for(user)

    def bar() -> str:
        return text(client.get("/directory/")).partition("<header")[2].partition("</header>")[0]

    assert re.search(r'class="steps-open" href="/start/">First steps <span class="badge tone-blue">4<', bar())
    set_up(site, user)
    assert "steps-open" not in bar()
    assert re.search(r'<a href="/start/">(?:(?!</a>).)*First steps</a>', bar(), re.DOTALL)
    page = text(client.get("/start/"))
    assert [state for state, _links in states(page).values()] == ["Done"] * 5
    assert "Everything is set up" in page


def test_each_step_is_done_by_itself() -> None:
    site = make_site()
    user = make_user("ada", site)
    client = client_for(user)
    set_up(site, user)
    undo: list[tuple[str, Callable[[], object], str]] = [
        ("Colleagues and capacities", lambda: site.agents.update(capacity=None), "/directory/"),
        ("Names", lambda: site.agents.update(name=""), "/directory/"),
        ("A wall on a TV", lambda: site.walls.all().delete(), "/walls/"),
        ("A Comm100 connection", lambda: Connection.objects.all().delete(), "/connection/"),
    ]
    for title, take_back, led in undo:
        assert states(text(client.get("/start/")))[title][0] == "Done"
        take_back()
        site.bump_version()
        assert states(text(client.get("/start/")))[title] == ("To do", led)


def test_a_link_that_no_screen_has_shown_is_no_wall_on_a_tv() -> None:
    site = make_site()
    user = make_user("ada", site)
    set_up(site, user)
    WallLink.objects.update(seen=None)
    assert states(text(client_for(user).get("/start/")))["A wall on a TV"] == ("To do", "/walls/")


def test_whose_colleagues_are_all_missing_is_led_to_invite_them() -> None:
    site = make_site()
    AgentEntry.objects.create(site=site, agent_id=KIM, name="Kim", capacity=3)
    found = states(text(client_for(make_superuser(), site).get("/start/")))
    assert found["Colleagues and capacities"] == ("To do", f"/sites/{site.pk}/")


# ---- Walls -----------------------------------------------------------------------------------


def test_pairing_and_a_link_say_which_to_take_where_they_stand(web: Client, site: Site) -> None:
    wall = Wall.objects.create(site=site, title="Floor")
    for path in ("/walls/", f"/walls/{wall.pk}/"):
        page = text(web.get(path))
        assert "if the screen has only a remote control: open the short address /tv/ there" in page
        assert "if you can paste an address" in page

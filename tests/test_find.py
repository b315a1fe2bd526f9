"""One search over everything of a site: what it finds for whom, in which order, and what "set … to …" offers."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from livechat.boards import commands
from livechat.boards.ranking import ABSENT, BEGINNING, MIDDLE, WHOLE, closeness
from livechat.models import AgentEntry, Membership, Role, Site, Wall
from tests.support.chatserver import ChatServer
from tests.support.pages import PARTIAL, text
from tests.support.people import client_for, make_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(site: Site, chatserver: ChatServer, web: Client, renew: Callable[[], None]) -> dict[str, str]:
    """Six agents with names, by their first names; the rest have none, and one is hidden."""
    names = ("Liam Roy", "Julia Mliam", "Liame Ort", "Zoë Ångström", "Ann Lee", "Hidden Liam")
    found = dict(zip(names, chatserver.world.agent_ids(), strict=False))
    for name, agent_id in found.items():
        chatserver.world.set_agent(agent_id, status="Training" if name == "Ann Lee" else "Online")
        fields = {"name": name, "hidden": name.startswith("Hidden")}
        AgentEntry.objects.update_or_create(site=site, agent_id=agent_id, defaults=fields)
    site.bump_version()
    renew()
    return {name.split()[0]: agent_id for name, agent_id in found.items()}


def found(client: Client, q: str) -> dict[str, list[str]]:
    """What a search shows, by the headings of its groups: each line as one reads it."""
    page = text(client.get("/find/", {"q": q}, headers=PARTIAL))
    assert re.match(r'\s*<div id="found"', page)
    groups = {}
    for group in page.split("<h2")[1:]:
        title = re.match(r"[^>]*>(.*?)</h2>", group)
        assert title
        links = re.findall(r'<a class="find-hit"[^>]*>(.*?)</a>', group, re.DOTALL)
        groups[title[1]] = [" ".join(re.sub(r"<[^>]*>", " ", link).split()) for link in links]
    return groups


def names(lines: list[str], *among: str) -> list[str]:
    """Which of these each line begins with."""
    return [next(name for name in among if line.startswith(name)) for line in lines]


def test_agents_are_found_by_whole_words_first_then_by_beginnings_then_inside(
    web: Client, named: dict[str, str]
) -> None:
    lines = found(web, "liam")["Agents"]
    assert names(lines, "Liam Roy", "Liame Ort", "Julia Mliam") == ["Liam Roy", "Liame Ort", "Julia Mliam"]
    assert lines[0] == "Liam Roy Online"
    assert found(web, "roy li")["Agents"] == ["Liam Roy Online"]
    assert found(web, "zoe angstrom")["Agents"] == ["Zoë Ångström Online"], "accents are left out, as on the board"


def test_a_hidden_agent_is_not_found(web: Client, named: dict[str, str]) -> None:
    assert "Agents" not in found(web, "hidden")
    assert found(web, "set hidden to away") == {}


def test_of_many_the_eight_best_are_shown(web: Client, named: dict[str, str], site: Site, renew: None) -> None:
    for number in range(12):
        Wall.objects.create(site=site, title=f"Big {number}")
    Wall.objects.create(site=site, title="Big")
    walls = found(web, "big")["Walls"]
    assert len(walls) == 8
    assert found(web, "big 1")["Walls"][0] == "Big 1"


def test_visitors_are_those_that_the_board_finds(web: Client, chatserver: ChatServer, named: dict[str, str]) -> None:
    page = text(web.get("/visitors/"))
    visitor = re.search(r'<tr [^>]*id="visitor-([\w-]+)"', page)
    assert visitor
    for q in (visitor[1], "nobody is called like this"):
        there = set(re.findall(r'<tr [^>]*id="visitor-([\w-]+)"', text(web.get("/visitors/", {"q": q}))))
        assert set(re.findall(r'href="/visitors/([\w-]{36})/"', text(web.get("/find/", {"q": q})))) == there
    assert there == set()


def test_without_a_search_it_lists_the_pages(web: Client, named: dict[str, str]) -> None:
    assert list(found(web, "")) == ["Pages"]
    assert "Walls" in found(web, "  ")["Pages"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_it_finds_the_pages_of_the_navigation_that_a_role_may_open(
    role: Role, site: Site, make_user: Callable[..., User]
) -> None:
    client = client_for(make_user("pat", role))
    page = text(client.get("/find/"))
    bar = page[page.index("<nav") : page.index("</header>")]
    listed = re.findall(r'<a class="find-hit" href="([^"]*)"', page)
    assert set(listed) == set(re.findall(r'<a (?:class="(?:nav-more|menu-phone)" )?href="([^"]*)"', bar))
    assert all(client.get(path).status_code == 200 for path in listed if not path.startswith("/accounts/"))
    assert (reverse("sites") in listed) == (role == Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    "q",
    [
        "set liam roy to training",
        "set liam roy training",
        "SET Roy TO Train",
        "set roy tr",
        " set  liam roy  to training ",
    ],
)
def test_set_offers_a_status_with_the_one_it_ends(web: Client, named: dict[str, str], q: str) -> None:
    assert found(web, q)["Set a status"] == ["Set Liam Roy : Online → Training"]
    page = text(web.get("/find/", {"q": q}))
    agent = named["Liam"]
    assert f'href="/agents/{agent}/status/?status=Training"' in page
    for said in (f'data-set="/agents/{agent}/status/set/"', 'data-expected="Online"', 'data-status="Training"'):
        assert said in page


def test_set_offers_all_whom_a_name_may_mean_the_likeliest_first(web: Client, named: dict[str, str]) -> None:
    lines = found(web, "set liam to away")["Set a status"]
    assert lines == [f"Set {name} : Online → Away" for name in ("Liam Roy", "Liame Ort", "Julia Mliam")]


@pytest.mark.parametrize("q", ["set ann lee", "set ann lee to"])
def test_set_without_a_status_offers_those_that_one_agent_can_have(web: Client, named: dict[str, str], q: str) -> None:
    lines = found(web, q)["Set a status"]
    assert lines == ["Set Ann Lee : Training → Online", "Set Ann Lee : Training → Away"]
    assert found(web, q)["Agents"] == ["Ann Lee Training"]
    assert "Set a status" not in found(web, "set liam"), "three agents have such a name"


def test_a_status_that_an_agent_has_is_not_offered_and_it_says_so(web: Client, named: dict[str, str]) -> None:
    assert "Set a status" not in found(web, "set ann lee to training")
    assert "Ann Lee is Training already." in text(web.get("/find/?q=set+ann+lee+to+training"))


def test_the_agents_page_has_the_status_chosen_beforehand(web: Client, named: dict[str, str]) -> None:
    page = text(web.get(f"/agents/{named['Liam']}/status/?status=Training"))
    assert re.findall(r'type="radio" name="status" value="(\w+)"[^>]* checked', page) == ["Training"]
    page = text(web.get(f"/agents/{named['Liam']}/status/?status=Dancing"))
    assert not re.search(r'type="radio"[^>]* checked', page)


def test_a_viewer_is_offered_no_status_and_told_why(
    client: Client, make_user: Callable[..., User], named: dict[str, str]
) -> None:
    client = client_for(make_user("vic", Role.VIEWER))
    assert found(client, "set liam roy to away") == {"Agents": ["Liam Roy Online"]}
    page = text(client.get("/find/?q=set+liam+roy+to+away"))
    assert "Your role at this site is to look." in page
    assert "data-set" not in page
    assert "set … to …" not in page


def test_who_has_no_connection_to_write_with_is_told_so(make_user: Callable[..., User], named: dict[str, str]) -> None:
    client = client_for(make_user("sam", connected=False))
    assert "Set a status" not in found(client, "set liam roy to away")
    assert "connection of your own" in text(client.get("/find/?q=set+liam+roy+to+away"))


def test_a_viewer_is_led_to_the_list_of_walls(site: Site, make_user: Callable[..., User], web: Client) -> None:
    wall = Wall.objects.create(site=site, title="Support hall")
    viewer = client_for(make_user("vic", Role.VIEWER))
    assert f'href="/walls/{wall.pk}/"' in text(web.get("/find/?q=hall"))
    assert f'href="/walls/{wall.pk}/"' not in text(viewer.get("/find/?q=hall"))
    assert found(viewer, "hall") == {"Walls": ["Support hall"]}


def test_nothing_of_another_site_is_found(web: Client, named: dict[str, str], supervisor: User, site: Site) -> None:
    other = make_site("Zoo")
    Membership.objects.create(user=supervisor, site=other, role=Role.VIEWER)
    Wall.objects.create(site=other, title="Liam's hall")
    assert "Walls" not in found(web, "liam")
    there = client_for(supervisor, other)
    assert found(there, "liam") == {"Walls": ["Liam's hall".replace("'", "&#x27;")]}
    assert "no Comm100 connection yet" in text(there.get("/find/?q=liam"))
    answer = there.get("/find/?q=liam", headers=PARTIAL | {"X-Site": str(site.pk)})
    assert (answer["HX-Refresh"], answer.content) == ("true", b"")


def test_a_stranger_is_asked_to_sign_in() -> None:
    assert Client().get("/find/?q=liam").url == "/accounts/login/?next=/find/%3Fq%3Dliam"
    answer = Client().get("/find/?q=liam", headers=PARTIAL | {"HX-Current-URL": "http://testserver/agents/"})
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fagents%2F"
    assert b"Liam" not in answer.content


def test_searching_calls_comm100_for_nothing_but_the_boards_own_lists(
    web: Client, chatserver: ChatServer, named: dict[str, str]
) -> None:
    web.get("/agents/")
    web.get("/visitors/")
    calls = chatserver.calls()
    for q in ("liam", "set liam roy to away", "hall", "", named["Liam"]):
        web.get("/find/", {"q": q})
    assert chatserver.calls() == calls


@pytest.mark.parametrize(
    "q", ["\0", "set", "set to", "set to to to", "a" * 5000, "set " + "a " * 3000, "<b>&\"'", "%", "﷽"]
)
def test_odd_searches_find_nothing_and_break_nothing(web: Client, named: dict[str, str], q: str) -> None:
    answer = web.get("/find/", {"q": q})
    assert answer.status_code == 200
    assert "<b>&" not in text(answer)


def test_the_results_stand_in_the_page_as_they_come_by_themselves(web: Client, named: dict[str, str]) -> None:
    whole = text(web.get("/find/?q=liam"))
    part = text(web.get("/find/?q=liam", headers=PARTIAL)).strip()
    assert part in whole
    assert 'value="liam"' in whole


def test_closeness_tells_whole_words_from_beginnings_and_middles() -> None:
    cases = {
        ("ann lee", "lee"): WHOLE,
        ("anna", "ann"): BEGINNING,
        ("joann ann", "ann"): WHOLE,
        ("joann", "ann"): MIDDLE,
    }
    cases |= {
        ("anne-marie", "marie"): WHOLE,
        ("joanna anna", "ann"): BEGINNING,
        ("bo", "ann"): ABSENT,
        ("a@b.example", "b.ex"): BEGINNING,
    }
    assert {case: closeness(*case) for case in cases} == cases


def test_only_a_search_that_begins_with_set_is_a_command() -> None:
    assert commands.words_of("set ann to lunch") == ["ann", "to", "lunch"]
    assert commands.words_of("Set") == []
    assert commands.words_of("settings") is None
    assert commands.words_of("") is None

"""Designing a wall: which figures it shows, how, and when they raise an alarm."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from livechat.boards import directory_names
from livechat.chatserver.crowd import CHATTING_STATUSES
from livechat.forms.designs import DesignForm
from livechat.models import AgentEntry, Role, Site, Wall
from livechat.walls import design, link_cache, links
from tests.support.chatserver import ChatServer
from tests.support.pages import poll, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def values(web: Client, wall: Wall) -> dict[str, Any]:
    """What the wall's form sends when nothing is changed: the form that the page shows, without the page."""
    form = DesignForm(teams=directory_names.of(wall.site).teams, instance=wall)
    found = {field.html_name: field.value() for field in form}
    given = {name: "on" if value is True else value for name, value in found.items() if value not in (None, "")}
    return {"step": "save"} | {name: value for name, value in given.items() if value is not False}


@pytest.fixture
def shown(web: Client, wall: Wall, supervisor: User, values: dict[str, Any]) -> Callable[..., str]:
    """Saves the form with some values changed. Returns the wall's page."""
    path = f"/wall/{links.make_link(wall, supervisor, 'TV', days=None)[1]}/"

    def show(**changes: Any) -> str:
        answer = web.post(
            f"/walls/{wall.pk}/", values | {name.replace("__", "-"): new for name, new in changes.items()}
        )
        assert answer.status_code == 302, answer.context["form"].errors
        link_cache.forget()
        return text(Client().get(path))

    return show


def slugs(page: str) -> list[str]:
    """The labels of a wall's figures, in their order."""
    return re.findall(r'panel-label">(.*?)</p>', page)


def panel(page: str, label: str) -> str:
    """One figure of a wall."""
    return next(part for part in page.split('<li class="panel ')[1:] if f'panel-label">{label}</p>' in part)


# what it shows


def test_every_figure_can_be_shown_or_left_out(shown: Callable[..., str]) -> None:
    sizes = {f"{slug}__size": "normal" for slug in design.PANEL_TYPES}
    page = shown(**sizes)
    assert set(slugs(page)) == {str(kind.label) for kind in design.PANEL_TYPES.values()}
    assert 'class="agent ' in page
    page = shown(**dict.fromkeys(sizes, "") | {"waiting__size": "double", "agents": ""})
    assert slugs(page) == ["Waiting"]
    assert "size-double" in page
    assert 'class="agent' not in page


def test_figures_are_the_counts_of_the_lists(shown: Callable[..., str], chatserver: ChatServer, site: Site) -> None:
    AgentEntry.objects.filter(site=site).update(capacity=4)
    site.bump_version()
    page = shown(**{f"{slug}__size": "normal" for slug in design.PANEL_TYPES})
    found = {word: re.search(r"<b[^>]* data-count>(.*?)</b>", panel(page, word)) for word in slugs(page)}
    numbers = {word: match[1] for word, match in found.items() if match}
    agents = json.loads(chatserver.world.agents_body())
    online = [agent for agent in agents if agent["status"] == "Online"]
    assert numbers["Online"] == str(len(online))
    assert numbers["Ongoing chats"] == str(sum(agent["ongoingChats"] or 0 for agent in agents))
    assert numbers["Free places"] == str(sum(max(0, 4 - (agent["ongoingChats"] or 0)) for agent in online))
    assert numbers["Offline"] == str(sum(agent["status"] == "Offline" for agent in agents))
    assert "–" not in numbers.values()


def test_chatting_and_away_are_the_visitors_who_chat_and_the_agents_who_are_away(
    shown: Callable[..., str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    world = chatserver.world
    for place, key in enumerate(world.agent_ids()):
        world.set_agent(key, status=("Away", "Lunch", "Online")[min(place, 2)])
    renew()
    page = shown(chatting__size="normal", away__size="normal")
    numbers = {word: re.search(r"<b[^>]* data-count>(.*?)</b>", panel(page, word)) for word in ("Chatting", "Away")}
    visitors = json.loads(world.visitors_body())
    assert {word: match[1] for word, match in numbers.items() if match} == {
        "Chatting": str(sum(visitor["status"] in CHATTING_STATUSES for visitor in visitors)),
        "Away": "2",
    }


def test_free_places_are_not_known_if_no_capacity_is_known(shown: Callable[..., str]) -> None:
    assert " data-count>–</b>" in panel(shown(free__size="normal"), "Free places")


def test_ongoing_chats_are_not_known_if_no_agents_chats_are_known(
    shown: Callable[..., str], chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    for record in json.loads(chatserver.world.agents_body()):
        chatserver.world.put_agent_record(record | {"ongoingChats": None})
    renew()
    page = shown(ongoing__size="normal")
    assert " data-count>–</b>" in panel(page, "Ongoing chats")
    assert "–" not in panel(page, "Online")


def test_a_figure_moved_up_or_down_lands_at_its_place(shown: Callable[..., str], values: dict[str, Any]) -> None:
    before = slugs(shown())
    assert before[:3] == ["Waiting", "Longest wait", "Online"]
    assert slugs(shown(online__place="1"))[:3] == ["Online", "Waiting", "Longest wait"]
    values |= {"online-place": "1", "waiting-place": "2", "longest-place": "3"}
    assert slugs(shown(online__place="3"))[:3] == ["Waiting", "Longest wait", "Online"]


def test_a_wall_of_some_teams_shows_only_their_agents(
    shown: Callable[..., str], site: Site, chatserver: ChatServer
) -> None:
    for place, key in enumerate(chatserver.world.agent_ids()):
        chatserver.world.set_agent(key, status="Online")
        AgentEntry.objects.filter(agent_id=key).update(
            alias=f"Agent{place}", team=("Sales", "Billing", "Night")[place % 3]
        )
    site.bump_version()
    page = shown(teams=["Sales", "Night"])
    found = set(re.findall(r"Agent(\d)", page))
    assert found
    assert {int(place) % 3 for place in found} <= {0, 2}
    assert "Agent1" in shown()


def test_a_team_that_is_gone_is_reported_and_does_not_count_as_an_empty_team(
    shown: Callable[..., str], site: Site, chatserver: ChatServer
) -> None:
    for key in chatserver.world.agent_ids():
        chatserver.world.set_agent(key, status="Online")
    site.agents.update(team="Sales", alias="Kim")
    site.bump_version()
    page = shown(teams=["Sales"], language="de")
    assert "Kim" in page
    site.agents.update(team="Night")
    site.bump_version()
    page = shown(teams=["Sales"], language="de")
    assert "Die Teams dieser Anzeige stehen nicht mehr im Verzeichnis" in page
    assert "Kim" not in page
    assert " data-count>–</b>" in panel(page, "Online")
    assert "data-level" not in panel(page, "Online"), "no alarm: it is not known"
    assert "–" not in panel(page, "Wartende"), "visitors are of the site"


def test_the_agents_place_and_size_come_from_the_design(shown: Callable[..., str]) -> None:
    page = shown()
    assert '<div class="people below">' in page
    assert 'data-size="normal">' in page
    page = shown(agents_place="above", agents_size="double")
    assert '<div class="people above">' in page
    assert 'data-size="double">' in page
    assert re.search(r'class="panels [^"]*tighter', page), "the figures make room"


def test_agents_are_called_by_alias_initials_or_number(
    shown: Callable[..., str], site: Site, chatserver: ChatServer
) -> None:
    key = chatserver.world.agent_ids()[0]
    AgentEntry.objects.filter(agent_id=key).update(name="Ada Lovelace", alias="Countess")
    site.bump_version()
    assert "<bdi>Countess</bdi>" in shown(naming="alias")
    page = shown(naming="initials")
    assert "<bdi>CO</bdi>" in page
    assert "<bdi>AL</bdi>" not in page, "an alias is given so that the name is not told"
    page = shown(naming="number")
    assert f"<bdi>{number(key)}</bdi>" in page
    assert "Countess" not in page


def number(key: str) -> str:
    """An agent's number: its place in the order in which the directory's entries were made."""
    return f"#{[str(entry.agent_id) for entry in AgentEntry.objects.order_by('pk')].index(key) + 1}"


def test_numbers_stay_when_an_agent_is_added_stand_in_the_directory_and_are_sorted(
    web: Client, shown: Callable[..., str], site: Site, chatserver: ChatServer, renew: Callable[[], None]
) -> None:
    keys = chatserver.world.agent_ids()
    for key in keys:
        chatserver.world.set_agent(key, status="Online")
    renew()
    names = ["Zoe", "Yan", "Xenia", "Will", "Vera", "Uma", "Tom", "Sue"]
    for key, name in zip(sorted(keys), names, strict=True):
        AgentEntry.objects.filter(agent_id=key).update(name=name)
    before = {key: number(key) for key in keys}
    AgentEntry.objects.create(site=site, agent_id="00000000-0000-4000-8000-000000000001", name="Newcomer")
    site.bump_version()
    found = re.findall(r'class="agent .*?<bdi>#(\d+)</bdi>', shown(naming="number"), re.DOTALL)
    assert [int(one) for one in found] == sorted(int(before[key][1:]) for key in keys)
    directory = text(web.get("/directory/"))
    for key in keys:
        assert re.search(
            rf'id="agent-\d+"((?!</tr>).)*data-label="Number">{before[key]}<((?!</tr>).)*{key}', directory, re.S
        )


@pytest.mark.parametrize(("naming", "told"), [("alias", "Kim"), ("initials", "KI")])
def test_agents_who_would_look_alike_have_their_numbers_added(
    shown: Callable[..., str], site: Site, chatserver: ChatServer, renew: Callable[[], None], naming: str, told: str
) -> None:
    one, two, third, *rest = chatserver.world.agent_ids()
    for key in (one, two, third):
        chatserver.world.set_agent(key, status="Online")
    renew()
    AgentEntry.objects.filter(agent_id__in=rest).update(hidden=True)
    AgentEntry.objects.filter(agent_id__in=[one, two]).update(alias="Kim", name="Kimberly Secret")
    AgentEntry.objects.filter(agent_id=third).update(alias="Night Desk")
    site.bump_version()
    found = re.findall(r'class="agent .*?<bdi>(.*?)</bdi>', shown(naming=naming), re.DOTALL)
    alone = "Night Desk" if naming == "alias" else "ND"
    assert sorted(found) == sorted([f"{told} {number(one)}", f"{told} {number(two)}", alone])


@pytest.mark.parametrize(
    ("name", "alias", "initials"),
    [
        ("Ada Lovelace", "", "AL"),
        ("Ada King Lovelace", "", "AL"),
        ("Ada", "", "AD"),
        ("Ada Lovelace", "Night Desk", "ND"),
        ("ada@example.org", "Countess", "CO"),
        ("", "Countess", "CO"),
        ("ada@example.org", "", "#"),
        ("Ada (ada@example.org)", "", "#"),
        ("", "", "#"),
    ],
)
def test_initials_are_of_the_alias_or_name_and_a_number_stands_for_an_address_or_no_name(
    shown: Callable[..., str], site: Site, chatserver: ChatServer, name: str, alias: str, initials: str
) -> None:
    key = min(chatserver.world.agent_ids())
    chatserver.world.set_agent(key, status="Online")
    AgentEntry.objects.filter(site=site).exclude(agent_id=key).update(hidden=True)
    AgentEntry.objects.filter(agent_id=key).update(name=name, alias=alias)
    site.bump_version()
    assert re.findall(r'class="agent .*?<bdi>(.*?)</bdi>', shown(naming="initials"), re.DOTALL) == [
        number(key) if initials == "#" else initials
    ]


# limits


@pytest.mark.parametrize(("field", "typed"), [("waiting-amber", "0"), ("longest-red", "0"), ("longest-amber", "0:00")])
def test_a_limit_that_is_always_reached_is_refused(
    web: Client, wall: Wall, values: dict[str, Any], field: str, typed: str
) -> None:
    answer = web.post(f"/walls/{wall.pk}/", values | {field: typed})
    assert answer.status_code == 422
    instead = "for no limit" if field == "waiting-amber" else "for the site’s limit"
    assert f"This limit would always be reached. Leave it empty {instead}." in text(answer)
    assert web.post(f"/walls/{wall.pk}/", values | {"online-red": "0"}).status_code == 302, "nobody is online"


def test_a_figure_past_its_limit_says_so_in_words(shown: Callable[..., str]) -> None:
    calm = panel(shown(waiting__amber="", waiting__red=""), "Waiting")
    assert "data-level" not in calm
    amber = panel(shown(waiting__amber="1", waiting__red=""), "Waiting")
    assert 'data-level="amber"' in amber
    assert "i-alert-triangle" in amber
    assert "1 or more" in amber
    red = panel(shown(waiting__amber="1", waiting__red="1"), "Waiting")
    assert 'data-level="red"' in red
    assert "i-alert-octagon" in red
    assert "1 or more" in red


def test_too_few_agents_or_free_places_raise_the_alarm(shown: Callable[..., str]) -> None:
    assert "data-level" not in panel(shown(online__amber="0", online__red="0"), "Online")
    page = panel(shown(online__amber="99", online__red="0"), "Online")
    assert 'data-level="amber"' in page
    assert "99 or fewer" in page
    assert "nobody" in page, "what red would say"


def test_the_longest_wait_carries_its_limits_for_the_clock_of_the_page(shown: Callable[..., str]) -> None:
    page = panel(shown(longest__amber="1:30", longest__red="4"), "Longest wait")
    assert 'data-amber="90"' in page
    assert 'data-red="240"' in page
    assert "data-level" not in page
    for minutes, level in ((2, "amber"), (5, "red")):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            later = panel(shown(longest__amber="1:30", longest__red="4"), "Longest wait")
        assert f'data-level="{level}"' in later, "for a TV whose browser has no scripts"


# looks, language, time


@pytest.mark.parametrize("zone", ["CET", "Singapore"])
def test_a_wall_keeps_the_servers_time_zone_by_whatever_name(web: Client, wall: Wall, zone: str) -> None:
    Wall.objects.filter(pk=wall.pk).update(time_zone=zone)
    assert f'<option value="{zone}" selected>' in text(web.get(f"/walls/{wall.pk}/"))


def test_colours_language_clock_time_zone_and_refresh_interval_come_from_the_design(
    shown: Callable[..., str], wall: Wall
) -> None:
    page = shown(theme="contrast", language="fr", clock="12", time_zone="Asia/Kathmandu", every="20")
    assert '<html lang="fr" translate="no" data-theme="contrast">' in page
    assert 'data-hours="12" data-offset="20700" data-change="0" data-then="20700"' in page
    assert 'data-every="20"' in page
    assert "En attente" in slugs(page)
    assert "Mis à jour il y a {age}" in page
    assert 'id="clock"' not in shown(clock="")


def test_only_the_wall_speaks_its_language(web: Client, wall: Wall, shown: Callable[..., str]) -> None:
    shown(language="de")
    page = text(web.get(f"/walls/{wall.pk}/"))
    assert "Longest wait" in page
    assert "Wartezeit" not in page


def test_a_new_design_reaches_the_screens_at_their_next_poll(
    web: Client, wall: Wall, supervisor: User, values: dict[str, Any]
) -> None:
    path = f"/wall/{links.make_link(wall, supervisor, 'TV', days=None)[1]}/"
    first = poll(Client(), path)
    web.post(f"/walls/{wall.pk}/", values | {"theme": "light"})
    second = poll(Client(), path, first["HX-PTag"])
    assert second.status_code == 200
    designed = [re.findall(r'data-design="(\w+)"', text(answer)) for answer in (first, second)]
    assert [len(found) for found in designed] == [1, 1]
    assert designed[0] != designed[1]


# the form


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", "", "required"),
        ("title", "kept" * 30, "at most 80"),
        ("every", "1", "greater than or equal to 2"),
        ("every", "61", "less than or equal to 60"),
        ("time_zone", "Mars/Olympus", "not one of the available choices"),
        ("waiting-amber", "soon", "whole number"),
        ("waiting-size", "huge", "not one of the available choices"),
        ("longest-red", "1:75", "Write minutes, or minutes and seconds"),
        ("longest-red", "99999", "At most 9999 minutes."),
        ("longest-red", "9" * 5000, "At most 9999 minutes."),
        ("waiting-red", "2", "Red comes after amber"),
        ("online-amber", "many", "whole number"),
    ],
)
def test_errors_are_shown_beside_their_fields_and_what_was_typed_stays(
    web: Client, wall: Wall, values: dict[str, Any], field: str, typed: str, said: str
) -> None:
    answer = web.post(f"/walls/{wall.pk}/", values | {"theme": "light", field: typed})
    assert answer.status_code == 422
    page = text(answer)
    assert said in page
    assert typed in page
    assert '<option value="light" selected>' in page, "the rest stays too"
    wall.refresh_from_db()
    assert wall.theme == "dark", "nothing is saved"


def test_a_refused_form_lists_the_fields_with_errors_on_top_and_links_to_them(
    web: Client, wall: Wall, values: dict[str, Any]
) -> None:
    page = text(web.post(f"/walls/{wall.pk}/", values | {"waiting-amber": "soon", "every": "1"}))
    alert = page[page.index('class="alert alert-error" tabindex="-1" autofocus') :]
    assert page.index("alert-error") < page.index('id="design"')
    assert "Not saved." in alert
    assert '<a href="#id_waiting-amber">Waiting: amber</a>: Enter a whole number.' in alert
    assert '<a href="#id_every">Seconds between refreshes</a>: Ensure this value' in alert
    assert " autofocus" not in page[: page.index("alert-error")]
    for anchor in ("id_waiting-amber", "id_every"):
        assert f'id="{anchor}"' in page


def test_an_error_in_a_row_says_which_field_it_is_about(web: Client, wall: Wall, values: dict[str, Any]) -> None:
    page = text(web.post(f"/walls/{wall.pk}/", values | {"waiting-amber": "soon"}))
    row = page.partition('class="panel-errors"')[2].partition("</tr>")[0]
    assert "<b>Waiting: amber</b>" in row
    assert "Enter a whole number." in row
    waiting = page.partition('<tr data-figure="waiting">')[2].partition("</tr>")[0]
    assert "<details open>" in waiting, "a field with an error is not folded"


def test_a_refused_form_keeps_the_order_of_figures_that_was_asked_for_and_saves_it_later(
    web: Client, wall: Wall, values: dict[str, Any]
) -> None:
    moved = {"online-place": "1", "waiting-place": "2", "longest-place": "3", "offline-place": "4"}
    form = web.post(f"/walls/{wall.pk}/", values | moved | {"every": "1"}).context["form"]
    rows = [row.type.slug for row in form.panels]
    assert rows[:4] == ["online", "waiting", "longest", "offline"]
    assert form["online-place"].value() == "1"
    web.post(f"/walls/{wall.pk}/", values | moved)
    assert [each["slug"] for each in Wall.objects.get().panels] == rows


def test_an_empty_wall_is_refused(web: Client, wall: Wall, values: dict[str, Any]) -> None:
    nothing = {f"{slug}-size": "" for slug in design.PANEL_TYPES} | {"agents": ""}
    answer = web.post(f"/walls/{wall.pk}/", values | nothing)
    assert answer.status_code == 422
    assert "The wall would be empty" in text(answer)


def test_a_form_saved_as_it_stands_changes_nothing(web: Client, wall: Wall, values: dict[str, Any]) -> None:
    before = design.of(wall)
    assert web.post(f"/walls/{wall.pk}/", values).status_code == 302
    assert design.of(Wall.objects.get()) == before


def test_a_figure_that_is_missing_in_a_stored_design_is_offered_and_not_shown(web: Client, wall: Wall) -> None:
    Wall.objects.update(panels=[{"slug": "online", "size": "normal", "amber": None, "red": None}, {"slug": "gone"}])
    form = web.get(f"/walls/{wall.pk}/").context["form"]
    rows = list(form.panels)
    assert rows[0].type.slug == "online"
    assert {row.type.slug for row in rows} == set(design.PANEL_TYPES)
    assert {row.size.value() for row in rows[1:]} == {""}


def test_a_copy_has_the_design_and_no_link(web: Client, wall: Wall, supervisor: User, values: dict[str, Any]) -> None:
    links.make_link(wall, supervisor, "TV", days=None)
    web.post(f"/walls/{wall.pk}/", values | {"theme": "light", "waiting-size": "double"})
    answer = web.post(f"/walls/{wall.pk}/", values | {"theme": "light", "waiting-size": "double", "step": "copy"})
    copy = Wall.objects.exclude(pk=wall.pk).get()
    assert answer["Location"] == f"/walls/{copy.pk}/"
    assert copy.title == "Copy of Support"
    assert (copy.theme, copy.links.count(), wall.links.count()) == ("light", 0, 1)
    assert copy.panels == Wall.objects.get(pk=wall.pk).panels


def test_a_copy_has_what_was_typed_and_the_wall_stays_as_it_was(
    web: Client, wall: Wall, values: dict[str, Any]
) -> None:
    typed = {"step": "copy", "title": "Second floor", "theme": "light", "waiting-red": "20", "online-place": "1"}
    web.post(f"/walls/{wall.pk}/", values | typed)
    copy = Wall.objects.exclude(pk=wall.pk).get()
    assert (copy.title, copy.theme, copy.site) == ("Copy of Second floor", "light", wall.site)
    assert [(panel["slug"], panel["red"]) for panel in copy.panels[:2]] == [("online", 0), ("waiting", 20)]
    before = design.of(wall)
    wall.refresh_from_db()
    assert design.of(wall) == before


def test_a_copy_with_errors_is_not_made(web: Client, wall: Wall, values: dict[str, Any]) -> None:
    answer = web.post(f"/walls/{wall.pk}/", values | {"step": "copy", "every": "1"})
    assert answer.status_code == 422
    assert Wall.objects.count() == 1


# the preview


def test_the_preview_shows_the_values_of_the_form_and_saves_nothing(
    web: Client, wall: Wall, values: dict[str, Any]
) -> None:
    changed = values | {"title": "Not yet", "theme": "light", "language": "es"}
    page = text(web.post(f"/walls/{wall.pk}/preview/", changed))
    assert "Not yet" in page
    assert 'data-theme="light"' in page
    assert "En espera" in page
    assert "data-still" in page
    assert Wall.objects.get().title == "Support"
    assert "Not yet" not in text(web.get(f"/walls/{wall.pk}/preview/"))


def test_a_preview_of_a_form_with_errors_says_what_is_wrong(web: Client, wall: Wall, values: dict[str, Any]) -> None:
    wrong = {"every": "1", "waiting-red": "2", "longest-amber": "soon", "time_zone": "Mars"}
    answer = web.post(f"/walls/{wall.pk}/preview/", values | wrong)
    assert answer.status_code == 422
    page = text(answer)
    assert "<li>Seconds between refreshes: Ensure this value is greater than or equal to 2.</li>" in page
    assert "<li>Waiting: red: Red comes after amber" in page
    assert "<li>Longest wait: amber: Write minutes" in page
    assert "<li>Time zone: Select a valid choice." in page


def test_a_preview_of_eighty_teams_with_long_names_is_shown(
    web: Client, wall: Wall, site: Site, values: dict[str, Any]
) -> None:
    teams = [f"{place:02} team with a name of some length, for customers who are many" for place in range(80)]
    Wall.objects.update(teams=teams)
    page = text(web.get(f"/walls/{wall.pk}/"))
    assert 'id="design" method="post"' in page
    answer = web.post(f"/walls/{wall.pk}/preview/", values | {"teams": teams, "title": "All of them"})
    assert answer.status_code == 200
    assert "All of them" in text(answer)


def test_only_a_preview_may_be_framed_and_only_by_us(web: Client, wall: Wall) -> None:
    preview, page = web.get(f"/walls/{wall.pk}/preview/"), web.get(f"/walls/{wall.pk}/")
    assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]
    assert preview["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in preview["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-src" not in web.get("/agents/")["Content-Security-Policy"]


def test_only_users_who_may_design_walls_see_a_preview(
    client: Client, site: Site, wall: Wall, make_user: Callable[..., User], chatserver: ChatServer
) -> None:
    assert client.get(f"/walls/{wall.pk}/preview/").status_code == 302
    client.force_login(make_user("vic", Role.VIEWER))
    assert client.get(f"/walls/{wall.pk}/preview/").status_code == 403
    other = Wall.objects.create(site=Site.objects.create(name="Other", api_base=chatserver.root), title="Theirs")
    client.force_login(make_user("sid", Role.SUPERVISOR))
    assert client.get(f"/walls/{other.pk}/preview/").status_code == 404

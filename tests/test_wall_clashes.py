"""A wall's design that two people have open at once."""

import html
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from livechat.models import AgentEntry, Role, Site, Wall
from tests.support.pages import text
from tests.support.people import client_for, make_site, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def wall() -> Wall:
    """A wall of a site with two teams."""
    site = make_site()
    for place, team in enumerate(("Sales", "Billing")):
        AgentEntry.objects.create(site=site, agent_id=f"00000000-0000-4000-8000-00000000000{place}", team=team)
    return Wall.objects.create(site=site, title="Support")


@pytest.fixture
def ada(wall: Wall) -> Client:
    """A supervisor's browser."""
    return client_for(make_user("ada", Site.objects.get(), Role.SUPERVISOR))


def shown(page: HttpResponse) -> dict[str, Any]:
    """What the untouched form would send: its values, and the values that it showed."""
    values = {field.html_name: field.value() for field in page.context["form"]}
    sent = {name: "on" if value is True else value for name, value in values.items() if value not in (None, False)}
    for name, field in re.findall(r'<input type="hidden" name="(initial-[^"]*)"([^>]*)>', text(page)):
        value = re.search(r'value="([^"]*)"', field)
        sent[name] = html.unescape(value[1]) if value else ""
    return sent


def red(slug: str) -> Any:
    return next(panel["red"] for panel in Wall.objects.get().panels if panel["slug"] == slug)


def order() -> list[str]:
    return [panel["slug"] for panel in Wall.objects.get().panels]


def test_a_value_that_someone_else_saved_meanwhile_stays_if_it_was_left_alone(ada: Client, wall: Wall) -> None:
    url = f"/walls/{wall.pk}/"
    form = shown(ada.get(url))
    theirs = {"waiting-red": "20", "theme": "light", "teams": ["Sales"], "longest-amber": "1:30", "agents": ""}
    assert ada.post(url, form | theirs | {"online-place": "1"}).status_code == 302
    assert ada.post(url, form | {"title": "Second floor"}).status_code == 302
    saved = Wall.objects.get()
    assert (saved.title, saved.theme, saved.teams, saved.agents) == ("Second floor", "light", ["Sales"], False)
    assert (red("waiting"), order()[:2]) == (20, ["online", "waiting"])
    assert next(panel["amber"] for panel in saved.panels if panel["slug"] == "longest") == 90


def test_teams_that_were_left_alone_stay_as_someone_else_chose_them(ada: Client, wall: Wall) -> None:
    url = f"/walls/{wall.pk}/"
    for before, after in ((["Sales"], ["Billing"]), (["Billing"], []), ([], ["Billing", "Sales"])):
        Wall.objects.update(teams=before)
        form = shown(ada.get(url))
        Wall.objects.update(teams=after)
        assert ada.post(url, form | {"title": f"After {before}"}).status_code == 302
        saved = Wall.objects.get()
        assert (saved.title, saved.teams) == (f"After {before}", after)


def test_if_two_people_change_the_same_value_the_later_one_reads_both_and_can_insist(ada: Client, wall: Wall) -> None:
    url = f"/walls/{wall.pk}/"
    form = shown(ada.get(url))
    ada.post(url, form | {"waiting-red": "20", "theme": "light", "teams": ["Sales"], "every": "10"})
    mine = {"waiting-red": "9", "theme": "contrast", "teams": ["Billing"], "title": "Mine"}
    answer = ada.post(url, form | mine)
    page = text(answer)
    assert answer.status_code == 409
    assert '<div tabindex="-1" autofocus>' in page
    assert "Nothing was saved." in page
    found = re.findall(r"<p><b>([^<]*)</b></p>\s*<dl(.*?)</dl>", page, re.DOTALL)
    told = {label: re.findall(r"<bdi>(.*?)</bdi>", values) for label, values in found}
    assert told == {
        "Waiting: red": ["6", "20", "9"],
        "Colours": ["Dark", "Light", "High contrast"],
        "Teams": ["All teams", "Sales", "Billing"],
    }
    assert (Wall.objects.get().title, red("waiting")) == ("Support", 20)
    again = shown(answer)
    assert (again["title"], again["every"], again["waiting-red"]) == ("Mine", "10", "9")
    assert "Save it anyway" in page
    assert ada.post(url, again).status_code == 302
    saved = Wall.objects.get()
    assert (saved.title, saved.theme, saved.teams, saved.every) == ("Mine", "contrast", ["Billing"], 10)
    assert red("waiting") == 9


def test_two_orders_clash_as_wholes(ada: Client, wall: Wall) -> None:
    url = f"/walls/{wall.pk}/"
    form, before = shown(ada.get(url)), order()
    ada.post(url, form | {"online-place": "1"})
    theirs = order()
    answer = ada.post(url, form | {"offline-place": "1", "title": "Mine"})
    assert answer.status_code == 409
    assert [clash.label for clash in answer.context["form"].clashes] == ["Order of the figures"]
    assert order() == theirs
    mine = ["offline", *(slug for slug in before if slug != "offline")]
    assert [row.type.slug for row in answer.context["form"].panels] == mine
    assert ada.post(url, shown(answer)).status_code == 302
    assert order() == mine


def test_limits_that_are_in_the_wrong_order_only_together_are_a_clash(ada: Client, wall: Wall) -> None:
    url = f"/walls/{wall.pk}/"
    form = shown(ada.get(url))
    assert ada.post(url, form | {"waiting-red": "4"}).status_code == 302
    answer = ada.post(url, form | {"waiting-amber": "5"})
    assert answer.status_code == 409
    assert [(one.label, one.saw, one.now, one.asked) for one in answer.context["form"].clashes] == [
        ("Waiting: amber / red", "3 / 6", "3 / 4", "5 / 6")
    ]
    assert "Red comes after amber" in text(answer)
    assert red("waiting") == 4


def test_a_form_with_errors_still_knows_what_it_showed(ada: Client, wall: Wall) -> None:
    url = f"/walls/{wall.pk}/"
    form = shown(ada.get(url))
    ada.post(url, form | {"waiting-red": "20", "teams": ["Sales"]})
    refused = ada.post(url, form | {"every": "1"})
    assert refused.status_code == 422
    assert ada.post(url, shown(refused) | {"every": "10"}).status_code == 302
    assert (red("waiting"), Wall.objects.get().teams, Wall.objects.get().every) == (20, ["Sales"], 10)


@pytest.mark.parametrize("sent", ["{", "5", "[[]]", "null", "[" * 100_000, "\0"])
def test_nonsense_in_the_values_that_a_form_showed_is_handled(ada: Client, wall: Wall, sent: str) -> None:
    url = f"/walls/{wall.pk}/"
    form = shown(ada.get(url))
    nonsense = {name: sent[:2000] for name in form if name.startswith("initial-")} | {"initial-teams": sent}
    answer = ada.post(url, form | nonsense | {"title": "Mine"})
    assert answer.status_code in (302, 409)

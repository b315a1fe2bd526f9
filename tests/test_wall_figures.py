"""The figures in a wall's form: only the chosen ones are listed, and buttons arrange them, with or without scripts."""

import re
from typing import Any

import pytest
from django.test import Client

from livechat.models import Wall
from tests.support.pages import text

pytestmark = pytest.mark.django_db
CHOSEN = ["waiting", "longest", "online", "away", "chatting", "visitors"]
REST = ["free", "ongoing", "offline", "alarms"]


@pytest.fixture
def address(wall: Wall) -> str:
    """The wall's page."""
    return f"/walls/{wall.pk}/"


def fields(page: str) -> dict[str, Any]:
    """What a browser would send of a wall's form, hidden rows too. Of several teams the last one."""
    form = page.partition('<form id="design"')[2].partition("</form>")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") != "checkbox" or re.search(r"\schecked\b", tag):
            found[given["name"]] = given.get("value", "")
    for name, options in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]*\sselected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def listed(page: str) -> list[str]:
    """The figures that a page lists."""
    return re.findall(r'<tr data-figure="(\w+)">', page.partition("<tbody>")[2].partition("</tbody>")[0])


def offered(page: str) -> list[str]:
    """The figures that a page offers to add."""
    return re.findall(r'data-add="(\w+)" aria-label="[^"]*">', page)


def test_only_chosen_figures_are_listed_and_the_others_are_offered(web: Client, address: str) -> None:
    page = text(web.get(address))
    assert listed(page) == CHOSEN
    assert offered(page) == REST


def test_the_page_has_at_most_two_sentences_of_help(web: Client, address: str) -> None:
    helps = re.findall(r'class="field-help"[^>]*>(.*?)<', text(web.get(address)), re.DOTALL)
    assert len(helps) <= 2
    assert all(words.count(". ") == 0 for words in helps)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("add:ongoing", [*CHOSEN, "ongoing"]),
        ("remove:away", ["waiting", "longest", "online", "chatting", "visitors"]),
        ("up:online", ["waiting", "online", "longest", "away", "chatting", "visitors"]),
        ("down:online", ["waiting", "longest", "away", "online", "chatting", "visitors"]),
        ("up:waiting", CHOSEN),
        ("down:visitors", CHOSEN),
        ("add:waiting", CHOSEN),
        ("up:free", CHOSEN),
        ("add:nothing", CHOSEN),
        ("remove:", CHOSEN),
    ],
)
def test_a_step_gives_the_form_back_as_it_was_typed_and_saves_nothing(
    web: Client, address: str, wall: Wall, step: str, expected: list[str]
) -> None:
    sent = fields(text(web.get(address))) | {"title": "Typed", "waiting-amber": "2", "step": step}
    answer = web.post(address, sent)
    page = text(answer)
    assert answer.status_code == 200
    assert listed(page) == expected
    again = fields(page)
    assert (again["title"], again["waiting-amber"]) == ("Typed", "2")
    assert [again[f"{slug}-place"] for slug in expected] == [str(place) for place in range(1, len(expected) + 1)]
    before = Wall.objects.get()
    assert (before.title, before.panels) == (wall.title, wall.panels)
    assert "Not saved. Correct" not in page
    assert web.post(address, again | {"step": "save"}).status_code == 302
    saved = Wall.objects.get()
    assert [panel["slug"] for panel in saved.panels if panel["size"]] == expected
    assert saved.title == "Typed"


def test_a_removed_figure_keeps_its_limits_for_when_it_is_added_again(web: Client, address: str) -> None:
    page = text(web.post(address, fields(text(web.get(address))) | {"step": "remove:waiting"}))
    web.post(address, fields(page) | {"step": "save"})
    page = text(web.post(address, fields(text(web.get(address))) | {"step": "add:waiting"}))
    assert listed(page)[-1] == "waiting"
    again = fields(page)
    assert (again["waiting-size"], again["waiting-amber"], again["waiting-red"]) == ("normal", "3", "6")


@pytest.mark.parametrize(
    "wrong", [{"waiting-amber": "soon"}, {"waiting-amber": "9"}, {"waiting-amber": "0", "waiting-red": "x"}]
)
def test_wrong_limits_of_a_figure_that_is_removed_are_in_nobodys_way(
    web: Client, address: str, wrong: dict[str, str]
) -> None:
    sent = fields(text(web.get(address)))
    assert web.post(address, sent | wrong | {"step": "save"}).status_code == 422
    assert web.post(address, sent | wrong | {"waiting-size": "", "step": "save"}).status_code == 302
    stored = {panel["slug"]: panel for panel in Wall.objects.get().panels}
    assert stored["waiting"] == {"slug": "waiting", "size": "", "amber": 3, "red": 6}


def test_a_step_with_a_wrong_value_keeps_it_and_marks_it(web: Client, address: str) -> None:
    sent = fields(text(web.get(address))) | {"longest-red": "soon", "step": "remove:away"}
    page = text(web.post(address, sent))
    assert "away" not in listed(page)
    assert 'value="soon"' in page
    assert "Write minutes, or minutes and seconds" in page


def test_a_step_does_not_forget_what_the_form_showed_so_that_a_conflict_is_still_found(
    web: Client, address: str, wall: Wall
) -> None:
    sent = fields(text(web.get(address)))
    panels = [panel | ({"size": "double"} if panel["slug"] == "away" else {}) for panel in wall.panels]
    Wall.objects.update(panels=panels)
    page = text(web.post(address, sent | {"step": "remove:away"}))
    assert "Someone else has changed" not in page, "a step saves nothing, so nothing collides"
    assert "Save it anyway" not in page
    answer = web.post(address, fields(page) | {"step": "save"})
    assert answer.status_code == 409
    told = text(answer)
    for words in ("Away: size", "<bdi>Normal</bdi>", "<bdi>Double</bdi>", "<bdi>Not shown</bdi>"):
        assert words in told
    assert "away" not in listed(told)
    assert web.post(address, fields(told) | {"step": "save"}).status_code == 302
    assert {panel["slug"] for panel in Wall.objects.get().panels if panel["size"]} == set(CHOSEN) - {"away"}


def test_a_figure_that_somebody_else_adds_meanwhile_stays(web: Client, address: str, wall: Wall) -> None:
    sent = fields(text(web.get(address)))
    panels = [panel | ({"size": "large"} if panel["slug"] == "free" else {}) for panel in wall.panels]
    Wall.objects.update(panels=panels)
    assert web.post(address, sent | {"title": "Renamed", "step": "save"}).status_code == 302
    saved = Wall.objects.get()
    assert (saved.title, saved.panels) == ("Renamed", panels)

"""Everything works in a browser that runs no JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.demo import Demo


def test_a_user_signs_in_and_sees_the_board(new_context: Callable[..., BrowserContext], demo: Demo) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto("/agents/")
    page.get_by_label("User name").fill(demo.user)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(f"{demo.url}/agents/")
    on = [item for item in demo.agents() if item["status"] != "Offline"]
    expect(page.locator("#agents-on [data-row]")).to_have_count(len(on))
    expect(page.locator("#age")).to_contain_text("Figures of")


def test_lists_reload_every_fifteen_seconds(plain: Page) -> None:
    for address in ("/agents/", "/visitors/?status=waiting"):
        plain.goto(address)
        expect(plain.locator("meta[http-equiv=refresh]")).to_have_attribute("content", "15")


@pytest.mark.long(sibling="test_lists_reload_every_fifteen_seconds")
def test_reloading_can_be_stopped_to_tick_and_type(plain: Page, sample: dict[str, Any]) -> None:
    again = plain.locator("meta[http-equiv=refresh]")
    for address in ("/agents/", "/visitors/?status=waiting"):
        plain.goto(address)
        plain.get_by_role("link", name="Stop reloading").click()
        expect(plain.get_by_role("link", name="Reload it every 15 s")).to_be_visible()
        expect(again).to_have_count(0)
        plain.get_by_role("searchbox").fill(sample["name"])
        plain.get_by_role("button", name="Filter").click()
        expect(plain).to_have_url(re.compile(r"[?&]q="))
        expect(again).to_have_count(0)
        plain.get_by_role("link", name="Reload it every 15 s").click()
        expect(again).to_have_count(1)
        expect(plain).to_have_url(re.compile(r"[?&]q="))


def test_the_filters_have_a_button(plain: Page, sample: dict[str, Any]) -> None:
    plain.goto("/agents/")
    plain.get_by_role("searchbox").fill(sample["name"])
    plain.get_by_role("button", name="Filter").click()
    expect(plain).to_have_url(re.compile(r"/agents/\?q="))
    expect(plain.locator("#agents-on [data-row]")).to_have_text(re.compile(re.escape(sample["name"])))


def test_columns_are_chosen_and_kept_through_a_filter(plain: Page, demo: Demo) -> None:
    plain.goto("/visitors/?status=chatting&sort=name")
    plain.locator("summary", has_text="Columns").click()
    plain.get_by_role("checkbox", name="E-mail").check()
    plain.get_by_role("checkbox", name="Place").uncheck()
    plain.get_by_role("button", name="Show these columns").click()
    columns = "name,status,wait,department,page,visits,chats,email"
    expect(plain).to_have_url(re.compile(rf"/visitors/\?(?=.*status=chatting)(?=.*sort=name).*columns={columns}"))
    plain.get_by_role("combobox", name="Status").select_option("waiting")
    plain.get_by_role("button", name="Filter").click()
    expect(plain).to_have_url(re.compile(r"status=waiting"))
    expect(plain.get_by_role("columnheader", name="E-mail")).to_be_visible()
    expect(plain.get_by_role("columnheader", name="Place")).to_have_count(0)


def test_a_status_is_set_and_its_outcome_shown(plain: Page, demo: Demo, agent: dict[str, Any]) -> None:
    plain.goto(f"/agents/{agent['id']}/")
    plain.get_by_role("radio", name="Short break").check()
    plain.get_by_role("button", name="Set the status").click()
    expect(plain.locator("#status-form .outcome")).to_contain_text("Confirmed")
    assert demo.status(agent["id"]) == "Short break"


def test_a_variable_is_edited(plain: Page, demo: Demo, visitor: dict[str, Any]) -> None:
    before = demo.variables(visitor["id"])
    plain.goto(f"/visitors/{visitor['id']}/")
    plain.locator("#variables").get_by_role("link", name="variable", exact=True).click()
    form = plain.locator("#variables-form")
    form.get_by_role("button", name="Add a row").click()
    form.get_by_label("Value").first.fill("Without a script")
    form.get_by_label("Name").last.fill("last")
    form.get_by_label("Value").last.fill("Row")
    form.get_by_role("button", name="Preview the changes").click()
    expect(form.get_by_role("row", name="last new")).to_be_visible()
    form.get_by_role("button", name="Send to Comm100").click()
    expect(form.locator(".outcome")).to_contain_text("Confirmed")
    assert demo.variables(visitor["id"]) == before | {next(iter(before)): "Without a script", "last": "Row"}


def test_the_wall_shows_the_same(new_context: Callable[..., BrowserContext], demo: Demo) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(demo.wall)
    on = [item for item in demo.agents() if item["status"] != "Offline"]
    shown = page.locator(".agent").count()
    told = [int(number) for number in re.findall(r"\d+", page.locator(".named .head").inner_text())]
    needy = told[1] if len(told) == 3 else shown  # "12 of 14 · 18 others have room", or "27 others have room"
    assert 0 < shown <= 12
    assert needy + told[-1] == len(on), "it says how many it does not show"
    expect(page.locator("#age")).to_contain_text(re.compile(r"(Figures of|Not updated since) \d+ \w+ \d\d:\d\d:\d\d"))


@pytest.mark.long(sibling="test_a_status_is_set_and_its_outcome_shown")
def test_a_badge_leads_to_the_status_page(plain: Page, demo: Demo, agent: dict[str, Any]) -> None:
    plain.goto("/agents/")
    plain.locator(f"#agent-{agent['id']} .badge-menu").click()
    expect(plain).to_have_url(f"{demo.url}/agents/{agent['id']}/status/")
    plain.get_by_role("radio", name="Training").check()
    plain.get_by_role("button", name="Set the status").click()
    expect(plain.locator("#status-form .outcome")).to_contain_text("Confirmed")
    assert demo.status(agent["id"]) == "Training"
    for width in (1440, 390):
        plain.set_viewport_size({"width": width, "height": 844})
        plain.goto("/agents/")
        expect(plain.locator("#status-menu")).to_be_hidden()

"""The first ten minutes in a browser: a new site is calm, and its form stands in the middle until it is used."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_every_page import AXE, LOOKS, look
from tests.support.demo import Demo

PASSWORD = "correct horse battery"
NEW = f"""
from django.contrib.auth.models import User
from livechat.models import *
site = Site.objects.create(name="A new shop", api_base=Site.objects.get(pk=1).api_base)
ada = User.objects.create_user("ada-of-the-new-shop", password="{PASSWORD}")
Membership.objects.create(user=ada, site=site, role=Role.ADMINISTRATOR)
"""
GONE = """
from django.contrib.auth.models import User
from livechat.models import *
User.objects.filter(username="ada-of-the-new-shop").delete()
Site.objects.filter(name="A new shop").delete()
"""
PAGES = ["/agents/", "/visitors/", "/walls/", "/directory/", "/connection/", "/start/"]
GREYS = "(element) => getComputedStyle(element).backgroundColor"


@pytest.fixture
def newcomer(new_context: Callable[..., BrowserContext], demo: Demo) -> Iterator[Page]:
    """The administrator of a site that has nothing yet, at their board."""
    demo.shell(NEW)
    page = new_context(reduced_motion="reduce").new_page()
    page.goto("/agents/")
    page.get_by_label("User name").fill("ada-of-the-new-shop")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/agents/")
    yield page
    demo.shell(GONE)


@pytest.mark.long(sibling="test_the_form_stands_in_the_middle_and_goes_when_the_figures_come")
def test_the_pages_of_a_new_site_are_calm_accessible_and_fit(newcomer: Page) -> None:
    wrong = []
    for path in PAGES:
        newcomer.goto(path)
        expect(newcomer.locator("#age")).to_have_attribute("data-age", "none")
        expect(newcomer.locator("main .alert-warning:visible, main .alert-error:visible")).to_have_count(0)
        assert newcomer.locator("#age").evaluate(GREYS) == "rgba(0, 0, 0, 0)", "no colour"
        newcomer.evaluate(AXE)
        for width, scheme, options in LOOKS:
            wrong += [f"{path} {text}" for text in look(newcomer, width, scheme, options)]
    assert wrong == []


def test_the_form_stands_in_the_middle_and_goes_when_the_figures_come(newcomer: Page, demo: Demo) -> None:
    newcomer.set_viewport_size({"width": 1440, "height": 900})
    newcomer.goto("/agents/")
    form = newcomer.locator(".middle form")
    box = form.bounding_box()
    assert box
    assert abs(box["x"] + box["width"] / 2 - 720) < 10
    expect(newcomer.get_by_text("No figures yet", exact=True)).to_be_hidden()
    expect(form.get_by_label("API key", exact=True)).to_be_visible()
    expect(form.get_by_label("Access token", exact=True)).to_be_hidden()

    elsewhere = newcomer.context.new_page()
    elsewhere.goto("/agents/")
    elsewhere.get_by_label("Access token: it ends after about 12 hours").check()
    elsewhere.get_by_label("Access token", exact=True).fill(demo.lines["Token"])
    elsewhere.get_by_role("button", name="Test and store").click()
    elsewhere.wait_for_url("**/start/")
    expect(elsewhere.locator(".steps-list > li").nth(1)).to_contain_text("Done")

    expect(newcomer.locator("#board [data-row]").first).to_be_visible()
    expect(form).to_be_hidden()
    expect(newcomer.locator(".age-act")).to_be_hidden()
    expect(newcomer.locator("#age")).to_have_attribute("data-age", "fresh")


@pytest.mark.long(sibling="test_the_form_stands_in_the_middle_and_goes_when_the_figures_come")
def test_the_steps_lead_from_the_bar_on_a_desktop_and_from_the_menu_on_a_phone(newcomer: Page) -> None:
    bar = newcomer.get_by_role("link", name="First steps 4 to do")
    expect(bar).to_be_visible()
    newcomer.set_viewport_size({"width": 390, "height": 844})
    expect(bar).to_be_hidden()
    newcomer.locator(".topbar .menu > summary").click()
    newcomer.get_by_role("link", name="First steps", exact=True).click()
    newcomer.wait_for_url("**/start/")
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("First steps: 1 of 5 done")
    newcomer.get_by_role("link", name="Connect", exact=True).click()
    newcomer.wait_for_url("**/connection/")

"""Two tabs and two sites: a page never shows or changes anything of a site other than its own."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.watch import Clock, Complaints
from tests.support.demo import Demo


@pytest.fixture
def second(demo: Demo) -> Iterator[str]:
    """Another site of the demo's user with the same chat server. Deleted after the test."""
    made = """
from livechat.models import *
demo = Site.objects.get(name="Demo")
member = demo.memberships.get(user__username="demo")
second = Site.objects.create(name="Second", api_base=demo.api_base)
Membership.objects.create(site=second, user=member.user, role=member.role)
"""
    demo.shell(made)
    yield "Second"
    demo.shell('from livechat.models import Site; Site.objects.filter(name="Second").delete()')


def switch(page: Page, name: str) -> None:
    """Switch to another site in a separate tab."""
    tab = page.context.new_page()
    tab.goto("/agents/")
    tab.locator(".menu summary").first.click()
    tab.get_by_role("button", name=name).click()
    expect(tab.locator(".menu-site")).to_have_text(name)
    tab.close()


@pytest.mark.long(sibling="test_a_half_filled_form_stays_is_not_sent_to_the_other_site_and_goes_on_when_switched_back")
def test_a_tab_follows_when_another_tab_switches_the_site(clocked: Page, clock: Clock, second: str) -> None:
    clocked.goto("/agents/")
    expect(clocked.locator(".menu-site")).to_have_text("Demo")
    switch(clocked, second)
    clock.until(lambda: clocked.locator(".menu-site").inner_text() == second, "the header says so too")
    expect(clocked.locator("[data-row]")).to_have_count(0)


def test_a_half_filled_form_stays_is_not_sent_to_the_other_site_and_goes_on_when_switched_back(
    clocked: Page, clock: Clock, demo: Demo, second: str, agent: dict[str, Any]
) -> None:
    clocked.goto(f"/agents/{agent['id']}/")
    clocked.get_by_label("Reason").fill("Half a sentence")
    clocked.get_by_role("radio", name="Meeting", exact=True).check()
    switch(clocked, second)
    moved = clocked.locator("#moved")
    clock.until(moved.is_visible, "word of the other site")
    expect(moved).to_contain_text("this page belongs to Demo")
    expect(clocked.locator("#facts")).to_contain_text("Online")
    with clocked.expect_response(lambda answer: answer.request.method == "POST") as sent:
        clocked.get_by_role("button", name="Set the status").click()
    assert sent.value.headers["hx-refresh"] == "true"
    expect(clocked.get_by_label("Reason")).to_have_value("Half a sentence")
    assert demo.status(agent["id"]) == "Online"
    switch(clocked, "Demo")
    clock.until(moved.is_hidden, "the page goes on")
    clocked.get_by_role("button", name="Set the status").click()
    clock.until(lambda: demo.status(agent["id"]) == "Meeting", "the status is set")


@pytest.mark.long(sibling="test_a_half_filled_form_stays_is_not_sent_to_the_other_site_and_goes_on_when_switched_back")
def test_a_plain_form_of_another_site_is_refused(page: Page, second: str, complaints: Complaints) -> None:
    complaints.allow(r"\b403\b")
    page.goto("/visitors/views/")
    page.get_by_label("Name").fill("Of the demo")
    switch(page, second)
    with page.expect_navigation():
        page.locator("main form").evaluate("form => form.requestSubmit()")
    expect(page.locator("main")).to_contain_text("Nothing was done: another tab has switched")

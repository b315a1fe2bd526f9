"""A moment of the past in a browser: the slider moves it, by keys too, and keeps the focus."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.support.demo import Demo
from tests.support.past import DAY, record_day

MOMENT = DAY - timedelta(days=7)


def test_keys_on_the_slider_write_its_time_and_then_show_that_minute(page: Page, demo: Demo) -> None:
    record_day(demo, MOMENT)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"/history/replay/?at={MOMENT:%F}T14:05")
    expect(page.locator(".past-band")).to_contain_text("Wed 25 Feb 14:05")
    assert page.locator("table.agents [data-row]").count() > 20
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "14:08")
    expect(page).to_have_url(re.compile("minute=848"))
    expect(page.locator(".past-band")).to_contain_text("Wed 25 Feb 14:08")
    expect(slider).to_be_focused()

"""What rings, in a browser: it comes without a reload, and is taken on the page one looks at."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_fit import WIDTHS
from tests.browser.watch import Clock, turn
from tests.support.demo import Demo

RULE = """
from django.db import transaction
from livechat.alerts import rules
from livechat.models import Rule, Site
with transaction.atomic():
    rules.begin_anew(Rule.objects.create(
        site=Site.objects.get(name="Demo"), kind="waiting", params={"count": 1, "ends": 0}, enabled=True, sound=True,
    ))
"""
GONE = """
from livechat.models import Rule, Site, append_only
with append_only.allow_purge():
    Rule.objects.filter(standard=False).delete()
Site.objects.get(name="Demo").bump_version()
"""


# Whether what stands above the banner is beside it or under it.
COVERED = """() => {
  const top = document.querySelector(".alarm").getBoundingClientRect().top;
  return ["#queue .pill", "#age", "#pause"]
    .some((place) => document.querySelector(place).getBoundingClientRect().bottom > top);
}"""


def is_covered(page: Page, width: int) -> bool:
    """Whether the banner is too high at this width of the window."""
    page.set_viewport_size({"width": width, "height": 900})
    return bool(page.evaluate(COVERED))


# Chromium without a window refuses notices whatever is granted: this one asks, and keeps what it is to show.
NOTICES = """(() => {
  window.asked = 0;
  window.notices = [];
  window.Notification = class extends EventTarget {
    static permission = "default";
    static async requestPermission() {
      window.asked += 1;
      return (this.permission = "granted");
    }
    constructor(words, options) {
      super();
      window.notices.push([words, options.tag]);
    }
  };
})()"""


@pytest.fixture
def ringing(demo: Demo, page: Page) -> Iterator[Page]:
    """An open board, and a rule by which it begins to ring."""
    page.goto("/agents/")
    expect(page.locator(".alarm")).to_have_count(0)
    demo.shell(RULE)
    yield page
    demo.shell(GONE)


def test_what_begins_to_ring_is_told_on_an_open_page_and_is_taken_there(ringing: Page) -> None:
    banner = ringing.locator(".alarm")
    expect(banner).to_contain_text("Somebody is waiting")
    expect(ringing).to_have_title(re.compile(r"^\(\d+\) Somebody is waiting · Agents · Livechat Board$"))
    expect(ringing.locator("[data-alarm-count]")).to_have_text("1")
    assert "favicon-alarm" in (ringing.locator("link[rel=icon]").get_attribute("href") or "")
    expect(ringing.locator("html")).not_to_have_class("sound-blocked")
    assert [width for width in WIDTHS if is_covered(ringing, width)] == [], "the age and Pause stand above it"
    ringing.evaluate("localStorage.setItem('alarm-sound', 'yes')")
    ringing.reload()
    expect(banner).to_contain_text("Sound is blocked: press a key")
    expect(ringing.locator(".alarm-silent")).to_be_visible()
    ringing.keyboard.press("Shift")
    expect(ringing.locator(".alarm-silent")).to_be_hidden()
    banner.get_by_role("button", name="Acknowledge").click()
    expect(ringing).to_have_url("/agents/")
    expect(banner).to_have_count(0)
    expect(ringing.locator("[data-alarm-count]")).to_have_text("1")


def test_a_tab_that_is_not_looked_at_tells_once_by_a_notice_if_it_was_asked_to(
    clocked: Page, clock: Clock, demo: Demo
) -> None:
    clocked.add_init_script(NOTICES)
    clocked.goto("/alerts/")
    expect(clocked.locator(".alarm")).to_have_count(0)
    assert clocked.evaluate("asked") == 0, "nobody is asked before they want it"
    clocked.get_by_role("button", name="Notices off").click()
    expect(clocked.get_by_role("button", name="Notices on")).to_have_attribute("aria-pressed", "true")
    assert clocked.evaluate("asked") == 1
    turn(clocked, hidden=True)
    demo.shell(RULE)
    try:
        clock.until(lambda: clocked.evaluate("notices.length") > 0, "a notice is shown")
        ((words, _tag),) = clocked.evaluate("notices")
        assert words == "Somebody is waiting"
        for _ in range(61):  # and a further poll
            clock.second()
        assert len(clocked.evaluate("notices")) == 1
    finally:
        demo.shell(GONE)

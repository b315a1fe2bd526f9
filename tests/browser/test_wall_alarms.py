"""On a screen: an alarm's line above the message, and a sound that the browser holds back until a key is pressed."""

from playwright.sync_api import Page, expect

from tests.browser.screen import Screen
from tests.browser.walls import delete_wall, make_link, make_wall
from tests.browser.watch import Complaints
from tests.support.demo import Demo

# A rule whose condition always holds, and a wall that makes sounds.
RING = """
from livechat.alerts import rules
from livechat.models import Rule, Site, Wall
params = {"count": 0, "ends": -1}
rule = Rule.objects.create(site=Site.objects.get(), kind="waiting", params=params, sound=True, enabled=True)
rules.begin_anew(rule)
Wall.objects.filter(title="Loud").update(sound=True)
"""
QUIET = """
from livechat.alerts import rules
from livechat.models import Rule
rule = Rule.objects.get(kind="waiting", params__count=0)
rule.enabled = False
rule.save()
rules.begin_anew(rule)
"""
# Counts the tones that the browser's own AudioContext is asked for.
COUNT = """(() => {
  window.tones = 0;
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.tones += 1; return make.call(this); };
})()"""


def test_an_alarm_is_read_at_once_and_heard_after_a_key_and_both_end_with_it(
    page: Page, tv: Screen, demo: Demo, complaints: Complaints
) -> None:
    complaints.allow("AudioContext was not allowed to start")  # Chromium says it until the key
    wall = make_wall(page, "Loud")
    address = make_link(page, wall)
    demo.shell(RING)
    try:
        tv.page.add_init_script(COUNT)
        tv.page.set_viewport_size({"width": 1920, "height": 1080})
        tv.page.goto(address)
        alarm, blocked = tv.page.locator(".alarm.red"), tv.page.locator("#sound")
        expect(alarm).to_contain_text("Somebody is waiting")
        box = alarm.bounding_box()
        assert box
        assert box["height"] >= 1080 * 0.06
        expect(blocked).to_have_text("Sound is blocked: press a key")
        assert tv.page.evaluate("window.tones") == 0
        tv.page.keyboard.press("a")
        expect(blocked).to_be_hidden()
        tv.page.wait_for_function("() => window.tones > 0")
    finally:
        demo.shell(QUIET)
    expect(alarm).to_have_count(0)
    tv.page.goto("about:blank")  # its polls would be answered 410 once the wall is deleted
    delete_wall(page, wall)

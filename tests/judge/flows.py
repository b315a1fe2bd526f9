"""What people do, from the sign-in to a link for a TV, by the keyboard alone and without scripts.

By the keyboard each control is reached by Tab and pressed, and after each step the focus is on its result. Without
scripts each step loads a page.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect

from tests.judge import browsers
from tests.judge.findings import Seen
from tests.judge.world import World
from tests.support.demo import Demo

CHECKS = ["keyboard", "plain"]
TABS = 400
SOON = 20_000  # milliseconds
NOWHERE = "() => !document.activeElement || document.activeElement === document.body"


class Hands:
    """A person at a page: with a keyboard alone, or with a browser that runs no script."""

    def __init__(self, page: Page, demo: Demo, agent: dict[str, Any], *, keyboard: bool) -> None:
        self.page, self.demo, self.agent, self.keyboard = page, demo, agent, keyboard

    def reach(self, control: Locator) -> None:
        """Tab to a control from where the focus is. AssertionError if Tab never gets there."""
        expect(control).to_be_visible(timeout=SOON)
        for _press in range(TABS):
            if control.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {control}")

    def press(self, control: Locator) -> None:
        """Press a button, or follow a link."""
        if self.keyboard:
            self.reach(control)
            self.page.keyboard.press("Enter")
        else:
            control.click()

    def write(self, field: Locator, text: str) -> None:
        """Write into a field, in the place of what is there."""
        if self.keyboard:
            self.reach(field)
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)
        else:
            field.fill(text)

    def choose(self, box: Locator) -> None:
        """Check a box. Of radio buttons the arrows choose: Tab stops at one of them."""
        if not self.keyboard:
            box.check()
            return
        if box.get_attribute("type") == "radio":
            self._choose_of(box)
        else:
            self.reach(box)
            self.page.keyboard.press("Space")
        expect(box).to_be_checked(timeout=SOON)

    def _choose_of(self, radio: Locator) -> None:
        group = self.page.locator(f"main input[type=radio][name='{radio.get_attribute('name')}']")
        for _press in range(TABS):
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                break
            self.page.keyboard.press("Tab")
        for _press in range(group.count()):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")
        if not radio.is_checked():
            self.page.keyboard.press("Space")

    def sees(self, text: str, within: str = "main") -> None:
        """Wait for a text. By the keyboard the focus must then be somewhere in the page."""
        expect(self.page.locator(within).first).to_contain_text(text, timeout=SOON)
        if self.keyboard:
            # A new page sets it when its scripts have run, which may be after its text is there.
            focus = self.page.locator("body :focus")
            expect(focus, f"the focus is lost when the page says {text!r}").not_to_have_count(0, timeout=SOON)

    def button(self, name: str) -> Locator:
        """A button of the page by its words."""
        return self.page.get_by_role("button", name=name, exact=True).first


def sign_in(hands: Hands) -> None:
    """As somebody whom the browser does not know."""
    page = hands.page
    page.context.clear_cookies()
    page.goto("/agents/")
    hands.write(page.get_by_label("User name"), hands.demo.user)
    hands.write(page.get_by_label("Password"), hands.demo.password)
    hands.press(hands.button("Sign in"))
    page.wait_for_url("**/agents/")
    hands.sees("Online")


def find_an_agent(hands: Hands) -> None:
    """Filter the board."""
    hands.page.goto("/agents/")
    hands.write(hands.page.get_by_role("searchbox").first, hands.agent["name"])
    if not hands.keyboard:
        hands.press(hands.button("Filter"))
    hands.sees("Showing 1 of")
    if hands.keyboard:
        expect(hands.page.locator("#announce")).to_contain_text("Showing 1 of", timeout=SOON)


def set_a_status(hands: Hands) -> None:
    """From an agent's page of statuses to the confirmed outcome."""
    page = hands.page
    page.goto(f"/agents/{hands.agent['id']}/status/")
    hands.choose(page.get_by_role("radio", name="Meeting", exact=True))
    hands.press(hands.button("Set the status"))
    expect(page.locator("main .outcome").first).to_contain_text("Confirmed", timeout=SOON)
    hands.sees("Confirmed")
    assert hands.demo.status(hands.agent["id"]) == "Meeting"


def change_in_bulk(hands: Hands) -> None:
    """From a choice of one agent over the preview to the end."""
    page = hands.page
    page.goto(f"/agents/bulk/?boxes=1&agent={hands.agent['id']}")
    hands.choose(page.get_by_role("radio", name="Training", exact=True))
    hands.press(hands.button("Preview"))
    hands.sees("1 agent is set to Training")
    hands.press(hands.button("Start"))
    page.wait_for_url("**/agents/bulk/*/")
    hands.sees("Done", "#progress")
    assert hands.demo.status(hands.agent["id"]) == "Training"


def set_a_variable(hands: Hands) -> None:
    """From a visitor's variables over the preview to the confirmed outcome."""
    page = hands.page
    visitor = [item for item in hands.demo.visitors() if item["customVariableResults"]][3 if hands.keyboard else 4]
    page.goto(f"/visitors/{visitor['id']}/variables/")
    hands.write(page.get_by_label("Value").first, "By the judge")
    hands.press(hands.button("Preview the changes"))
    hands.sees("By the judge")
    hands.press(hands.button("Send to Comm100"))
    hands.sees("Confirmed")
    assert "By the judge" in hands.demo.variables(visitor["id"]).values()


def make_a_link(hands: Hands) -> None:
    """A new wall and a link to it."""
    page = hands.page
    page.goto("/walls/")
    hands.write(page.get_by_label("Title"), f"Of the judge, {'keyboard' if hands.keyboard else 'plain'}")
    hands.press(page.locator("main .form-card button[type=submit]"))
    page.wait_for_url("**/walls/*/")
    hands.sees("Of the judge", "main h1")
    page.goto(page.url + "links/")
    hands.write(page.locator("main input[name=label]"), "TV")
    hands.press(page.locator("main form button[type=submit]").last)
    page.wait_for_url("**/links/*/")
    hands.sees("/wall/")


def edit_the_directory(hands: Hands) -> None:
    """An agent's alias."""
    page = hands.page
    page.goto("/directory/")
    edit = page.locator(f"#agent-{2 if hands.keyboard else 3} .cell-do a")
    hands.press(edit)
    alias = page.get_by_label("Alias")
    hands.write(alias, "Judged")
    hands.press(hands.button("Save"))
    hands.sees("Saved")
    hands.sees("Judged")


def what_is_wrong_is_said(hands: Hands) -> None:
    """A form that is not carried out says why, with what was typed."""
    page = hands.page
    page.goto("/directory/upload/")
    hands.write(page.get_by_label("Text"), "no,columns,of,ours")
    hands.press(hands.button("Preview"))
    expect(page.locator("main :is(.errorlist, [role=alert])").first).to_be_visible(timeout=SOON)
    expect(page.get_by_label("Text")).to_have_value("no,columns,of,ours")
    assert not hands.keyboard or not page.evaluate(NOWHERE)


FLOWS: tuple[Callable[[Hands], None], ...] = (
    sign_in,
    find_an_agent,
    set_a_status,
    change_in_bulk,
    set_a_variable,
    make_a_link,
    edit_the_directory,
    what_is_wrong_is_said,
)


def run(world: World, demo: Demo) -> list[Seen]:
    """Every flow in both ways, each way in a browser of its own, by other agents and visitors."""
    found = [Seen(flow.__name__.replace("_", " ")) for flow in FLOWS]
    with ThreadPoolExecutor(2) as pool:
        for way, stuck in zip(CHECKS, pool.map(lambda way: _all(world, demo, way == "keyboard"), CHECKS), strict=True):
            for seen, texts in zip(found, stuck, strict=True):
                seen.note(way, texts)
    return found


def _all(world: World, demo: Demo, keyboard: bool) -> list[list[str]]:
    """Where each flow got stuck."""
    names = demo.names()
    spare = [agent | {"name": names[agent["id"]]} for agent in demo.agents() if agent["status"] == "Online"]
    agent, found = spare[-1 if keyboard else -2], []
    with browsers.chromium() as browser:
        for flow in FLOWS:
            demo.forget_calls()
            with world.context(browser, "user", java_script_enabled=keyboard) as context:
                found.append(_stuck(flow, Hands(context.new_page(), demo, agent, keyboard=keyboard)))
    return found


def _stuck(flow: Callable[[Hands], None], hands: Hands) -> list[str]:
    """Do it. Returns where it got stuck, if it did."""
    hands.page.set_default_timeout(SOON)
    try:
        flow(hands)
    except (AssertionError, Error) as error:
        return [" ".join(str(error).split())[:300]]
    return []

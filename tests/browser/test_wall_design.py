"""Designing a wall with its preview beside the form, and the wall itself with the new design."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, StorageState, expect

from tests.bench.weight import assets, weigh
from tests.browser.conftest import sign_in
from tests.browser.screen import WAITS
from tests.browser.walls import delete_wall, make_link, make_wall
from tests.browser.watch import Clock, Complaints, turn
from tests.support.demo import Demo, wait_until

PREVIEW = "iframe[name=preview]"
ROWS = "#figures tbody:not([data-spare]) tr:not(.panel-errors) th"
FIRST = ["Waiting", "Longest wait", "Online"]


@pytest.fixture
def own(page: Page) -> Iterator[Page]:
    """The page of a wall for this test alone."""
    wall = make_wall(page, "For a test")
    page.goto(wall)
    yield page
    delete_wall(page, wall)


def previews(page: Page) -> list[str]:
    """The previews that a page requests from now on."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/preview/") else None)
    return sent


def add(page: Page, figure: str) -> None:
    """Add a figure to the wall."""
    page.locator(".add-figure > summary").click()
    page.get_by_role("button", name=f"Add {figure}").click()


def unfold(page: Page, figure: str) -> None:
    """Open the limits of a figure."""
    page.locator("#figures tr", has=page.get_by_role("rowheader", name=figure)).locator("summary").click()


def listed(page: Page) -> list[str]:
    """The figures in the form, in their order."""
    return [row.strip() for row in page.locator(ROWS).all_inner_texts()]


def shows_first(page: Page, *labels: str) -> None:
    """Wait until these figures come first in the preview."""
    found = page.frame_locator(PREVIEW).locator(".panel-label")
    for place, label in enumerate(labels):
        expect(found.nth(place)).to_contain_text(label)


def test_the_preview_follows_what_is_typed_and_nothing_is_saved(own: Page) -> None:
    preview = own.frame_locator(PREVIEW)
    expect(preview.locator("h1")).to_have_text("For a test")
    own.get_by_label("Title").fill("Second floor")
    expect(preview.locator("h1")).to_have_text("Second floor")
    own.get_by_label("Colours").select_option("Light")
    own.get_by_label("Language").select_option("Deutsch")
    add(own, "Free places")
    own.get_by_label("Free places: size").select_option("Double")
    expect(preview.locator("html[data-theme=light][lang=de]")).to_have_count(1)
    expect(preview.locator(".panel", has_text="Freie Plätze")).to_be_visible()
    own.reload()
    expect(preview.locator("h1")).to_have_text("For a test")


@pytest.mark.long(sibling="test_the_preview_follows_what_is_typed_and_nothing_is_saved")
def test_what_is_saved_is_previewed_once_when_the_page_opens(own: Page) -> None:
    sent = previews(own)
    own.reload()
    own.goto("/walls/")
    sent.clear()
    own.get_by_role("link", name="For a test").click()
    expect(own.frame_locator(PREVIEW).locator("h1")).to_have_text("For a test")
    own.wait_for_load_state("networkidle")
    assert len(sent) == 1


@pytest.mark.long(sibling="test_the_preview_follows_what_is_typed_and_nothing_is_saved")
def test_the_agents_stand_above_the_figures_and_are_larger_if_that_is_chosen(own: Page) -> None:
    frame = own.frame_locator(PREVIEW)
    agents, figures = frame.locator(".agents"), frame.locator(".panels")
    letters = "list => parseFloat(getComputedStyle(list).fontSize)"

    def are_below(low: Locator, high: Locator) -> bool:
        try:
            boxes = low.bounding_box(), high.bounding_box()
        except Error:
            return False  # the preview is just being replaced
        return None not in boxes and boxes[0]["y"] > boxes[1]["y"]  # type: ignore[index]

    for figure in ("Away", "Chatting", "All visitors"):  # so that there is room
        own.get_by_role("button", name=f"Remove {figure}").click()
    expect(frame.locator(".panel")).to_have_count(3)
    own.get_by_label("Sales").check()
    wait_until(lambda: are_below(agents, figures), 30, "the agents are below", every=0.25)
    own.get_by_label("Agents’ place").select_option("Above the figures")
    expect(frame.locator(".people.above")).to_have_count(1)
    wait_until(lambda: are_below(figures, agents), 30, "the figures are below", every=0.25)
    for size in ("Large", "Double"):
        before = agents.evaluate(letters)
        own.get_by_label("Agents’ size").select_option(size)
        expect(frame.locator(f".agents[data-size={size.lower()}]")).to_have_count(1)
        wait_until(lambda before=before: agents.evaluate(letters) > before, 30, f"{size} is larger", every=0.25)
    assert not frame.locator("html").evaluate("page => page.scrollHeight > innerHeight")


@pytest.mark.long(sibling="test_the_preview_follows_what_is_typed_and_nothing_is_saved")
def test_a_preview_that_is_open_for_long_raises_no_alarm(clocked: Page, own: Page, clock: Clock) -> None:
    frame = clocked.frame_locator(PREVIEW)
    expect(frame.locator("body")).to_have_attribute("data-age", "fresh")
    for _ in range(60):
        clock.second()
    assert frame.locator("body").get_attribute("data-age") == "fresh"
    assert "Updated" in frame.locator("#age-text").inner_text()


def test_a_user_who_leaves_unsaved_changes_is_asked(own: Page) -> None:
    asked: list[str] = []
    own.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    link = own.get_by_role("link", name="Make a link")
    own.get_by_label("Title").fill("Half done")
    link.click()
    wait_until(lambda: own.evaluate("1") and asked, 10, "it asks")
    assert asked == ["beforeunload"]
    expect(own.get_by_label("Title")).to_have_value("Half done")
    own.get_by_role("button", name="Save", exact=True).click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    link.click()
    own.wait_for_url("**/links/")
    assert asked == ["beforeunload"]


@pytest.mark.long(sibling="test_after_going_back_the_rows_stand_in_the_order_of_their_places")
def test_going_back_from_the_form_does_not_step_through_previews(own: Page) -> None:
    own.goto("/walls/")
    own.get_by_role("link", name="For a test").click()
    for title in ("One", "Two"):
        own.get_by_label("Title").fill(title)
        expect(own.frame_locator(PREVIEW).locator("h1")).to_have_text(title)
    own.go_back()
    own.wait_for_url("**/walls/")
    own.go_forward()


def test_the_preview_is_fetched_again_while_the_page_is_visible_and_not_while_it_is_hidden(
    clocked: Page, own: Page, clock: Clock
) -> None:
    expect(clocked.frame_locator(PREVIEW).locator("h1")).to_have_text("For a test")
    clock.stop()
    sent = previews(clocked)
    for _ in range(31):
        clock.second()
    clock.until(lambda: len(sent) >= 3, "three previews are fetched")
    assert len(sent) <= 4
    expect(clocked.locator("iframe")).to_have_count(1)
    turn(clocked, hidden=True)
    sent.clear()
    for _ in range(31):
        clock.second()
    assert sent == []
    with clocked.expect_request("**/preview/"):  # immediately: the page's clock stands still
        turn(clocked, hidden=False)


@pytest.mark.long(sibling="test_the_preview_is_fetched_again_while_the_page_is_visible_and_not_while_it_is_hidden")
def test_the_preview_moves_with_the_figures(
    clocked: Page, own: Page, clock: Clock, demo: Demo, agent: dict[str, Any]
) -> None:
    figure = clocked.frame_locator(PREVIEW).locator(".panel", has_text="Away").locator("b")
    before = int(figure.inner_text())
    demo.set_status(agent["id"], "Away")
    clock.until(lambda: int(figure.inner_text()) == before + 1, "the preview shows one more")


@pytest.mark.long(sibling="test_a_refused_form_says_so_on_top_and_links_to_the_errors")
def test_the_preview_of_a_form_with_errors_lists_them(own: Page, complaints: Complaints) -> None:
    complaints.allow("422")
    preview = own.frame_locator(PREVIEW)
    own.get_by_label("Seconds between refreshes").fill("1")
    expect(preview.locator("h1")).to_have_text("No preview")
    expect(preview.locator("li")).to_contain_text("Seconds between refreshes: Ensure this value is greater")
    own.get_by_label("Seconds between refreshes").fill("2")
    expect(preview.locator("h1")).to_have_text("For a test")


def test_a_preview_that_fails_to_load_says_so_and_recovers(
    clocked: Page, own: Page, clock: Clock, complaints: Complaints
) -> None:
    complaints.allow("503")
    expect(clocked.frame_locator(PREVIEW).locator("h1")).to_have_text("For a test")
    clocked.route("**/preview/", lambda route: route.fulfill(status=503))
    clock.until(lambda: clocked.locator("#preview-gone").is_visible(), "it says that there is none")
    expect(clocked.locator(PREVIEW)).to_be_hidden()
    clocked.unroute("**/preview/")
    clock.until(lambda: clocked.locator(PREVIEW).is_visible(), "it is back")
    expect(clocked.locator("#preview-gone")).to_be_hidden()


@pytest.mark.long(sibling="test_a_preview_that_fails_to_load_says_so_and_recovers")
def test_the_preview_comes_back_after_another_sign_in(
    new_context: Callable[..., BrowserContext], demo: Demo, complaints: Complaints
) -> None:
    complaints.allow("403")
    context = new_context()
    page = context.new_page()
    sign_in(page, demo)
    page.clock.install()
    page.goto("/walls/1/")
    clock, shown = Clock(page), page.frame_locator(PREVIEW).locator("h1")
    expect(shown).to_have_text("Support")
    page.get_by_label("Title").fill("Typed before")
    context.clear_cookies()
    clock.until(page.locator("#ended").is_visible, "word of the end")
    clock.until(page.locator("#preview-gone").is_visible, "word of the preview")
    sign_in(context.new_page(), demo)
    clock.until(lambda: shown.is_visible() and shown.inner_text() == "Typed before", "the preview")
    expect(page.locator("#preview-gone")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_a_refused_form_says_so_on_top_and_links_to_the_errors(
    new_context: Callable[..., BrowserContext], signed_in: StorageState, complaints: Complaints, script: bool
) -> None:
    complaints.allow("422")
    page = new_context(storage_state=signed_in, java_script_enabled=script).new_page()
    page.goto("/walls/1/")
    unfold(page, "Waiting")
    page.get_by_label("Waiting: amber").fill("7")  # red is 6
    page.get_by_role("button", name="Save", exact=True).click()
    alert = page.locator(".alert-error[tabindex]")
    expect(alert).to_be_focused()
    expect(alert).to_be_in_viewport()
    expect(alert).to_contain_text("Not saved.")
    if script:
        expect(page.frame_locator(PREVIEW).locator("h1")).to_have_text("No preview")
    alert.get_by_role("link", name="Waiting: red").click()
    expect(page.get_by_label("Waiting: red")).to_be_in_viewport()
    page.keyboard.press("Tab" if script else "Shift+Tab")
    assert page.get_by_label("Waiting: amber").input_value() == "7"


@pytest.mark.long(sibling="test_a_refused_form_says_so_on_top_and_links_to_the_errors")
def test_a_refused_order_of_figures_stands_as_typed_and_can_be_changed_further(
    own: Page, complaints: Complaints
) -> None:
    complaints.allow("422")
    up = own.get_by_role("button", name="Move Online up")
    up.click()
    unfold(own, "Waiting")
    own.get_by_label("Waiting: amber").fill("7")
    own.get_by_role("button", name="Save", exact=True).click()
    expect(own.locator(".alert-error[tabindex]")).to_be_focused()
    assert listed(own)[:3] == ["Waiting", "Online", "Longest wait"]
    up.click()
    expect(own.locator("#announce")).to_have_text("Online: 1")
    assert own.locator(".panel-errors").count() == 1
    own.get_by_label("Waiting: amber").fill("3")
    own.get_by_role("button", name="Save", exact=True).click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    shows_first(own, "Online", "Waiting", "Longest wait")


def test_after_going_back_the_rows_stand_in_the_order_of_their_places(own: Page) -> None:
    up = own.get_by_role("button", name="Move Online up")
    up.click()
    up.click()
    add(own, "Free places")
    own.get_by_role("link", name="All walls").click()
    own.wait_for_url("**/walls/")
    own.go_back()
    own.wait_for_url(re.compile(r"/walls/\d+/$"))
    expect(own.locator(ROWS).first).to_have_text("Online")
    assert listed(own)[-1] == "Free places", "what was added is listed again"
    places = own.locator('.panel-place > input:not([type="hidden"])')
    assert [place.input_value() for place in places.all()] == [str(place) for place in range(1, 11)]
    shows_first(own, "Online", "Waiting", "Longest wait")


@pytest.mark.long(sibling="test_of_two_administrators_the_later_sees_both_values")
def test_if_two_people_change_the_same_value_the_later_one_reads_what_the_other_did(
    own: Page, context: BrowserContext, complaints: Complaints
) -> None:
    complaints.allow("409")
    other = context.new_page()
    other.goto(own.url)
    unfold(other, "Waiting")
    other.get_by_label("Waiting: red").fill("20")
    other.get_by_label("Colours").select_option("Light")
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator(".alert-success")).to_contain_text("Saved")
    unfold(own, "Waiting")
    own.get_by_label("Waiting: red").fill("9")
    own.get_by_role("button", name="Save", exact=True).click()
    told = own.locator("[autofocus]", has_text="Nothing was saved")
    expect(told).to_be_focused()
    expect(told).to_contain_text("Waiting: red")
    expect(own.get_by_label("Waiting: red")).to_have_value("9")
    expect(own.get_by_label("Colours")).to_have_value("light")
    own.get_by_role("button", name="Save it anyway").click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    expect(own.get_by_label("Waiting: red")).to_have_value("9")


def test_a_new_wall_has_the_time_zone_of_the_browser(
    browser: Browser, demo: Demo, signed_in: StorageState, complaints: Complaints
) -> None:
    context = browser.new_context(base_url=demo.url, storage_state=signed_in, timezone_id="America/St_Johns")
    complaints.listen(context)
    page = context.new_page()
    page.goto("/walls/")
    page.get_by_label("Title").fill("Out east")
    page.get_by_role("button", name="Make the wall").click()
    expect(page.get_by_label("Time zone")).to_have_value("America/St_Johns")
    page.locator("summary", has_text="Delete the wall").click()
    page.get_by_role("button", name="Delete the wall", exact=True).click()
    context.close()


def test_all_time_zones_are_offered_the_chosen_one_stays_and_the_list_is_fetched_once(own: Page) -> None:
    zone = own.get_by_label("Time zone")
    before = zone.input_value()
    expect(zone.locator("option[value='Asia/Tokyo']")).to_be_attached()
    expect(zone).to_have_value(before)
    zone.select_option("Asia/Tokyo")
    own.get_by_role("button", name="Save", exact=True).click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    expect(zone.locator("option")).not_to_have_count(2)
    expect(zone).to_have_value("Asia/Tokyo")
    entry = "performance.getEntriesByType('resource').find(({ name }) => name.endsWith('/walls/zones/'))"
    assert own.evaluate(f"{entry}.transferSize") == 0


@pytest.mark.long(sibling="test_it_asks_when_it_was_told_to_and_does_not_slow_down_while_it_is_hidden")
@pytest.mark.parametrize(("every", "seconds"), [(2, 40), (60, 130)])
def test_a_wall_asks_as_often_as_its_design_says(own: Page, stranger: Page, every: int, seconds: int) -> None:
    own.get_by_label("Seconds between refreshes").fill(str(every))
    own.get_by_role("button", name="Save", exact=True).click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    address = make_link(own, own.url)
    stranger.clock.install()
    stranger.goto(address)
    clock = Clock(stranger)
    clock.stop()
    asked: list[str] = []
    stranger.on("request", lambda request: asked.append(request.url))
    for _ in range(seconds):
        clock.second()
    assert set(asked) == {address}
    expected = seconds / every
    assert expected * 0.9 - 1 <= len(asked) <= expected + 1


@pytest.mark.long(sibling="test_only_chosen_figures_are_listed_and_others_come_and_go_by_buttons")
def test_figures_move_by_keyboard(own: Page) -> None:
    expect(own.frame_locator(PREVIEW).locator(".panel")).to_have_count(6)
    shows_first(own, *FIRST)
    up = own.get_by_role("button", name="Move Online up")
    up.focus()
    own.keyboard.press("Enter")
    own.keyboard.press("Enter")
    expect(up).to_be_focused()
    expect(own.frame_locator(PREVIEW).locator(".panel-label").first).to_contain_text("Online")
    expect(own.locator("#announce")).to_have_text("Online: 1")
    own.get_by_role("button", name="Save").click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    shows_first(own, "Online", "Waiting", "Longest wait")


def test_only_chosen_figures_are_listed_and_others_come_and_go_by_buttons(own: Page) -> None:
    chosen = ["Waiting", "Longest wait", "Online", "Away", "Chatting", "All visitors"]
    frame = own.frame_locator(PREVIEW)
    assert listed(own) == chosen
    assert own.get_by_role("row").count() == 1 + len(chosen), "and a head"
    expect(own.locator("#unsaved")).to_be_hidden()
    add(own, "Free places")
    expect(own.get_by_label("Free places: size")).to_be_focused()
    expect(own.locator("#announce")).to_have_text("Free places: 7")
    expect(own.locator("#unsaved")).to_be_visible()
    expect(frame.locator(".panel", has_text="Free places")).to_be_visible()
    own.get_by_role("button", name="Remove Away").click()
    expect(own.get_by_role("button", name="Remove Chatting")).to_be_focused()
    expect(own.locator("#announce")).to_have_text("Away: removed")
    expect(frame.locator(".panel", has_text="Away")).to_have_count(0)
    own.get_by_role("button", name="Save", exact=True).click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    chosen = ["Waiting", "Longest wait", "Online", "Chatting", "All visitors", "Free places"]
    assert listed(own) == chosen
    own.locator(".add-figure > summary").click()
    offered = own.locator(".add-figure .menu-body button:visible")
    assert sorted(offered.all_inner_texts()) == ["Alarms", "Away", "Offline", "Ongoing chats"]


def test_limits_are_folded_and_say_their_values(own: Page) -> None:
    row = own.locator("#figures tr[data-figure=online]")
    summary = row.locator("summary")
    expect(own.get_by_label("Online: red")).to_be_hidden()
    expect(summary).to_have_text(re.compile(r"red\s+0\s+or fewer"))
    summary.focus()
    own.keyboard.press("Enter")
    own.get_by_label("Online: amber").fill("4")
    own.get_by_label("Online: red").fill("2")
    summary.click()
    expect(own.get_by_label("Online: red")).to_be_hidden()
    expect(summary).to_have_text(re.compile(r"amber\s+4\s*red\s+2\s+or fewer"))
    expect(row.locator(".limit-none")).to_be_hidden()
    expect(own.locator("#figures tr[data-figure=away] .limit-none")).to_be_visible()


@pytest.mark.long(sibling="test_limits_are_folded_and_say_their_values")
def test_a_wrong_limit_that_is_folded_is_shown_when_the_browser_refuses_it(own: Page, complaints: Complaints) -> None:
    complaints.allow("422")  # of the preview
    unfold(own, "Waiting")
    own.get_by_label("Waiting: red").fill("0")
    unfold(own, "Waiting")
    expect(own.get_by_label("Waiting: red")).to_be_hidden()
    own.get_by_role("button", name="Save", exact=True).click()
    expect(own.get_by_label("Waiting: red")).to_be_focused()
    own.get_by_role("button", name="Remove Waiting").click()
    own.get_by_role("button", name="Save", exact=True).click()
    expect(own.locator(".alert-success")).to_contain_text("Saved")


def test_enter_in_a_field_saves_and_a_discarded_form_asks_nothing(own: Page) -> None:
    own.get_by_label("Title").fill("Second floor")
    own.get_by_label("Title").press("Enter")
    expect(own.locator(".alert-success")).to_contain_text("Saved")
    assert listed(own)[:3] == FIRST
    own.get_by_label("Title").fill("Thrown away")
    own.get_by_role("link", name="Discard").click()
    expect(own.get_by_label("Title")).to_have_value("Second floor")


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_save_is_in_sight_wherever_the_page_stands(own: Page, width: int) -> None:
    own.set_viewport_size({"width": width, "height": 800})
    save = own.get_by_role("button", name="Save", exact=True)
    for label in ("Title", "Agents’ names", "Seconds between refreshes"):
        field = own.get_by_label(label)
        field.scroll_into_view_if_needed()
        field.focus()
        expect(save).to_be_in_viewport()
        expect(field).to_be_in_viewport()


@pytest.mark.long(sibling="test_a_step_gives_the_form_back_as_it_was_typed_and_saves_nothing")
def test_without_a_script_buttons_show_the_preview_and_arrange_the_figures(
    new_context: Callable[..., BrowserContext], signed_in: StorageState
) -> None:
    page = new_context(storage_state=signed_in, java_script_enabled=False).new_page()
    page.goto("/walls/1/")
    before = listed(page)
    page.get_by_label("Title").fill("Not saved")
    page.get_by_role("button", name="Move Online up").click()
    page.get_by_role("button", name="Move Online up").click()
    page.get_by_role("button", name="Remove Away").click()
    add(page, "Offline")
    rest = [figure for figure in before if figure not in ("Online", "Away")]
    assert listed(page) == ["Online", *rest, "Offline"]
    expect(page.locator("#figures-title")).to_be_in_viewport()
    expect(page.locator("#unsaved")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Not saved")
    page.get_by_role("button", name="Preview").click()
    shown = page.frame_locator(PREVIEW)
    expect(shown.locator("h1")).to_have_text("Not saved")
    expect(shown.locator(".panel-label").first).to_contain_text("Online")
    expect(shown.locator(".panel-label").last).to_contain_text("Offline")
    page.goto("/walls/1/")
    expect(page.get_by_label("Title")).to_have_value("Support")
    assert listed(page) == before


@pytest.mark.long(sibling="test_a_new_design_reaches_the_screens_at_their_next_poll")
def test_a_new_design_is_on_the_screen_without_anybody_touching_it(own: Page, stranger: Page) -> None:
    stranger.goto(make_link(own, own.url))
    expect(stranger.locator("html[data-theme=dark]")).to_have_count(1)
    own.get_by_label("Colours").select_option("High contrast")
    own.get_by_label("Clock").select_option("No clock")
    own.get_by_role("button", name="Save").click()
    expect(stranger.locator("html[data-theme=contrast]")).to_have_count(1)
    expect(stranger.locator("#clock")).to_have_count(0)


def test_the_longest_wait_turns_amber_and_red_by_the_walls_own_clock(stranger: Page, demo: Demo) -> None:
    stranger.clock.install()
    stranger.goto(demo.wall)
    panel = stranger.locator(".panel", has_text="Longest wait")
    clock = Clock(stranger)
    clock.stop()
    # The demo's wall is amber after one minute and red after three.
    for seconds, mark in ((58, ".on-amber"), (178, ".on-red")):
        stranger.evaluate(WAITS, seconds)
        clock.second()
        expect(panel.locator(mark)).to_be_hidden()
        clock.until(lambda mark=mark: panel.locator(mark).is_visible(), f"{mark} is there")  # type: ignore[misc]
    assert panel.get_attribute("data-level") == "red"


def test_the_first_load_is_at_most_60_kilobytes_on_the_wire(demo: Demo) -> None:
    parts = assets(requests.get(demo.wall, timeout=30).text)
    assert len(parts) == 8, "an icon, a style sheet, six scripts"
    found = {address: weigh(address) for address in (demo.wall, *(f"{demo.url}{part}" for part in parts))}
    assert {each.encoding for address, each in found.items() if not address.endswith(".svg")} == {"br"}
    assert sum(each.all for each in found.values()) <= 60_000

"""Custom variables, edited in their rows on the visitor's page."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, StorageState, expect

from tests.browser.outage import REFUSED, Outage
from tests.browser.test_every_page import AXE, LOOKS, look
from tests.browser.test_signin import fill
from tests.browser.test_wall_alone import held
from tests.browser.watch import Clock, Complaints
from tests.support.corpora import strings
from tests.support.demo import Demo, wait_until

Visitor = dict[str, Any]
WIDTHS = pytest.mark.parametrize("width", [1440, 390])
FOCUSED = "document.activeElement.className"
MEMBER = """
from livechat.models import Membership, Role, Site
from django.contrib.auth.models import User
user = User.objects.filter(username="rowan").first() or User.objects.create_user("rowan", None, "correct horse battery")
Membership.objects.update_or_create(user=user, site=Site.objects.get(), defaults={"role": Role.%s})
Site.objects.update(shared_writes=True)
Site.objects.get().bump_version()
"""


def here(visitor: Visitor) -> str:
    """The visitor's page."""
    return f"/visitors/{visitor['id']}/"


def row(page: Page, name: str) -> Locator:
    """A variable's row, also while it is being added."""
    return page.locator(".variable-row").filter(
        has=page.locator(".variable-name", has_text=re.compile(f"^{re.escape(name)}$"))
    )


def told(page: Page, name: str) -> Locator:
    """What a row says of its latest change."""
    return row(page, name).locator(".variable-told")


def edit(page: Page, name: str, value: str) -> None:
    """Change a value in its row by the keyboard."""
    row(page, name).locator("[data-edit]").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(value)
    page.keyboard.press("Enter")


@pytest.fixture(scope="module")
def bare(demo: Demo) -> Iterator[Visitor]:
    """Visitors without variables, each given out once."""
    return iter([item for item in demo.visitors()[1:] if not item["customVariableResults"]])


@pytest.fixture
def visitor(demo: Demo, bare: Iterator[Visitor]) -> Visitor:
    """A visitor for this test alone, with two variables from now on."""
    found = next(bare)
    demo.set_variables(found["id"], {"Plan": "Basic", "VIP": "no"})
    return found


@pytest.fixture
def opened(page: Page, visitor: Visitor) -> Page:
    """The visitor's page, which shows these two."""
    return ready(page, visitor)


def ready(page: Page, visitor: Visitor) -> Page:
    """Open a visitor's page once it shows what the chat server has."""
    wait_until(lambda: "Basic" in page.request.get(here(visitor)).text(), 60, "it was not fetched", every=0.5)
    page.goto(here(visitor))
    return page


@WIDTHS
def test_a_value_is_changed_in_its_row_and_the_focus_and_the_announcement_follow_it(
    opened: Page, demo: Demo, visitor: Visitor, width: int
) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    opened.evaluate("window.stayed = true")
    row(opened, "Plan").locator("[data-edit]").click()
    expect(row(opened, "Plan").get_by_label("Value of Plan")).to_be_focused()
    opened.keyboard.type("Business")
    opened.keyboard.press("Enter")
    expect(told(opened, "Plan")).to_contain_text("asking Comm100…")
    expect(row(opened, "Plan").locator(".variable-value")).to_have_text("Business")
    assert opened.evaluate(FOCUSED) == "variable-told"
    expect(told(opened, "Plan")).to_contain_text(re.compile(r"confirmed \d\d:\d\d:\d\d, was Basic"))
    expect(told(opened, "Plan")).to_be_focused()
    expect(opened.locator("#announce")).to_contain_text(re.compile("Plan: confirmed .*, was Basic"))
    expect(opened.locator(".visitor-changes li").first).to_contain_text("Plan Basic → Business")
    expect(told(opened, "Plan")).to_be_focused()
    assert demo.variables(visitor["id"]) == {"Plan": "Business", "VIP": "no"}
    assert opened.evaluate("window.stayed") is True


def test_escape_leaves_a_row_as_it_was_and_the_focus_returns_to_its_pencil(
    opened: Page, demo: Demo, visitor: Visitor
) -> None:
    for leave in (
        lambda: opened.keyboard.press("Escape"),
        row(opened, "Plan").get_by_role("button", name="Cancel").click,
    ):
        row(opened, "Plan").locator("[data-edit]").press("Enter")
        opened.keyboard.type("Never sent")
        leave()
        expect(row(opened, "Plan").locator("form")).to_have_count(0)
        expect(row(opened, "Plan").locator("[data-edit]")).to_be_focused()
        expect(row(opened, "Plan").locator(".variable-value")).to_have_text("Basic")
    row(opened, "Plan").locator("[data-edit]").press("Enter")
    opened.keyboard.press("Enter")  # nothing differs
    expect(row(opened, "Plan").locator("[data-edit]")).to_be_focused()
    assert demo.variables(visitor["id"])["Plan"] == "Basic"
    expect(opened.locator(".visitor-changes")).to_have_count(0)


@WIDTHS
def test_a_variable_is_added_with_a_link(opened: Page, demo: Demo, visitor: Visitor, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 844})
    opened.get_by_role("link", name="variable", exact=True).click()
    form = opened.locator("#variables-new form")
    expect(form.get_by_label("Name")).to_be_focused()
    opened.keyboard.type("Order <b>")
    form.get_by_label("Value").fill("458528")
    form.get_by_role("button", name="+ link").click()
    expect(form.get_by_placeholder("https://")).to_be_focused()
    opened.keyboard.type("https://shop.example/458528")
    opened.keyboard.press("Enter")
    expect(told(opened, "Order <b>")).to_contain_text(re.compile("confirmed .*, added"))
    expect(told(opened, "Order <b>")).to_be_focused()
    expect(row(opened, "Order <b>")).to_have_count(1)
    expect(row(opened, "Order <b>").get_by_role("link", name="458528")).to_have_attribute(
        "href", "https://shop.example/458528"
    )
    assert demo.variables(visitor["id"]) == {"Plan": "Basic", "VIP": "no", "Order <b>": "458528"}


@pytest.mark.long(sibling="test_a_value_is_changed_in_its_row_and_the_focus_and_the_announcement_follow_it")
def test_two_variables_edited_one_after_the_other_fast_are_both_confirmed(
    opened: Page, demo: Demo, visitor: Visitor
) -> None:
    for name, value in (("Plan", "Business"), ("VIP", "yes")):
        row(opened, name).locator("[data-edit]").click()
        row(opened, name).get_by_label(f"Value of {name}").fill(value)
    opened.evaluate("for (const form of document.querySelectorAll('#variables form')) form.requestSubmit()")
    expect(told(opened, "VIP")).to_contain_text("asking Comm100…")
    expect(told(opened, "Plan")).to_contain_text("confirmed")
    expect(told(opened, "VIP")).to_contain_text(re.compile("confirmed .*, was no"))
    expect(told(opened, "Plan")).to_contain_text("was Basic")
    assert demo.variables(visitor["id"]) == {"Plan": "Business", "VIP": "yes"}


@pytest.mark.long(sibling="test_an_older_outcome_goes_as_soon_as_something_else_is_chosen")
def test_an_older_outcome_goes_when_its_row_is_edited_and_the_next_one_takes_its_place(opened: Page) -> None:
    edit(opened, "Plan", "Business")
    expect(told(opened, "Plan")).to_contain_text("was Basic")
    row(opened, "Plan").locator("[data-edit]").click()
    expect(told(opened, "Plan")).to_be_hidden()
    opened.keyboard.type("Gold")
    opened.keyboard.press("Enter")
    expect(told(opened, "Plan")).not_to_contain_text("Basic")
    expect(told(opened, "Plan")).to_contain_text("was Business")
    expect(told(opened, "Plan").get_by_role("link", name="Undo")).to_be_visible()


@pytest.mark.long(
    sibling="test_refreshes_leave_an_open_menu_and_a_half_typed_reason_alone_and_the_choice_expects_what_was_shown"
)
def test_polls_neither_lose_nor_move_a_row_that_is_edited(
    clocked: Page, clock: Clock, demo: Demo, visitor: Visitor
) -> None:
    ready(clocked, visitor)
    row(clocked, "VIP").locator("[data-edit]").click()
    clocked.keyboard.type("half a wo")
    place = row(clocked, "VIP").bounding_box()
    demo.set_variables(visitor["id"], {"Plan": "Changed elsewhere", "VIP": "maybe", "arrived": "1"})
    wait_until(lambda: "arrived" in clocked.request.get(here(visitor)).text(), 60, "it was not fetched", every=0.5)

    def held() -> bool:
        clocked.keyboard.press("End")  # 30 s after the last key a page goes on, and the next poll may come later
        return "waiting" in clocked.locator("#age").inner_text()

    clock.until(held, "the region is held")
    expect(row(clocked, "Plan")).to_contain_text("Basic")
    clock.until(lambda: "Changed elsewhere" in row(clocked, "Plan").inner_text(), "the page moves on after a while")
    for _ in range(5):
        clock.poll(here(visitor))
    field = row(clocked, "VIP").get_by_label("Value of VIP")
    expect(field).to_be_focused()
    assert row(clocked, "VIP").bounding_box() == place
    clocked.keyboard.type("rd")
    expect(field).to_have_value("half a word")
    clocked.keyboard.press("Escape")
    clock.until(lambda: "maybe" in row(clocked, "VIP").inner_text(), "it shows what it missed")


@pytest.mark.long(
    sibling="test_refreshes_leave_an_open_menu_and_a_half_typed_reason_alone_and_the_choice_expects_what_was_shown"
)
def test_a_half_typed_new_variable_survives_ten_polls_and_a_change(
    clocked: Page, clock: Clock, demo: Demo, visitor: Visitor
) -> None:
    ready(clocked, visitor)
    clocked.locator("[data-add]").click()
    clocked.keyboard.type("newOn")
    demo.set_variables(visitor["id"], {"Plan": "Changed elsewhere", "VIP": "no"})
    clock.until(lambda: "Changed elsewhere" in row(clocked, "Plan").inner_text(), "the page moves on after a while")
    for _ in range(10):
        clock.poll(here(visitor))
    clocked.keyboard.type("e")
    expect(clocked.locator("#variables-new").get_by_label("Name")).to_have_value("newOne")


@pytest.mark.long(
    sibling="test_refreshes_leave_an_open_menu_and_a_half_typed_reason_alone_and_the_choice_expects_what_was_shown"
)
def test_a_variable_that_goes_while_it_is_edited_keeps_what_was_typed(
    clocked: Page, clock: Clock, demo: Demo, visitor: Visitor
) -> None:
    ready(clocked, visitor)
    row(clocked, "VIP").locator("[data-edit]").click()
    clocked.keyboard.type("kept")

    def without(route: Route) -> None:
        """The page's region as if the visitor had this variable no more: the demo's server only adds."""
        answer = route.fetch()
        rest = re.sub(r'<li id="[^"]*"[^>]*data-name="VIP".*?</li>', "", answer.text(), flags=re.DOTALL)
        route.fulfill(response=answer, body=rest)

    clocked.route(f"**{here(visitor)}", without)
    demo.set_variables(visitor["id"], {"Plan": "Changed elsewhere"})
    clock.until(lambda: "Changed elsewhere" in row(clocked, "Plan").inner_text(), "the page moves on after a while")
    expect(row(clocked, "VIP").get_by_label("Value of VIP")).to_be_focused()
    expect(row(clocked, "VIP").get_by_label("Value of VIP")).to_have_value("kept")
    clocked.keyboard.press("Enter")
    clock.until(lambda: demo.variables(visitor["id"])["VIP"] == "kept", "it is set")


@pytest.mark.long(sibling="test_where_somebody_was_quicker_both_are_told_and_it_can_be_set_anyway")
def test_two_persons_edit_the_same_variable_and_the_later_one_may_set_it_anyway(
    opened: Page, demo: Demo, visitor: Visitor, context: BrowserContext, complaints: Complaints
) -> None:
    complaints.allow(r"\b409\b")
    other = context.new_page()
    other.goto(here(visitor))
    row(opened, "Plan").locator("[data-edit]").click()
    opened.keyboard.type("mine")
    edit(other, "Plan", "theirs")
    expect(told(other, "Plan")).to_contain_text("confirmed")
    opened.keyboard.press("Enter")
    expect(told(opened, "Plan")).to_contain_text(
        "is theirs now, no longer Basic. You asked for mine. Nothing was sent."
    )
    expect(told(opened, "Plan")).to_be_focused()
    expect(opened.locator("#announce")).to_contain_text("is theirs now, no longer Basic")
    assert demo.variables(visitor["id"])["Plan"] == "theirs"
    told(opened, "Plan").get_by_role("button", name="Set it anyway").click()
    expect(told(opened, "Plan")).to_contain_text(re.compile("confirmed .*, was theirs"))
    assert demo.variables(visitor["id"])["Plan"] == "mine"
    other.evaluate("document.getElementById('record').dispatchEvent(new CustomEvent('refresh', { detail: {} }))")
    expect(told(other, "Plan")).to_contain_text(
        "was theirs"
    )  # a poll brings it: a focus on the outcome holds nothing back


@pytest.mark.long(sibling="test_without_an_answer_of_the_dashboard_trying_again_sends_once_at_most")
def test_while_comm100_hangs_the_row_asks_and_then_says_that_nothing_was_sent(
    opened: Page, demo: Demo, visitor: Visitor, complaints: Complaints
) -> None:
    complaints.allow(r"\b422\b")
    with held(demo, "chatserver"):
        edit(opened, "Plan", "Business")
        expect(told(opened, "Plan")).to_contain_text("asking Comm100…")
        expect(told(opened, "Plan")).to_contain_text(
            re.compile(r"Business: Comm100 did not answer.* Nothing was sent\.")
        )
        expect(row(opened, "Plan").locator(".variable-value")).to_have_text("Basic")
        expect(told(opened, "Plan")).to_be_focused()
    expect(opened.locator("#failed")).to_be_hidden()  # nothing is said twice
    row(opened, "Plan").locator("[data-edit]").click()
    expect(row(opened, "Plan").get_by_label("Value of Plan")).to_have_value("Business")
    opened.keyboard.press("Escape")
    edit(opened, "Plan", "Gold")
    expect(told(opened, "Plan")).to_contain_text("confirmed")
    assert demo.variables(visitor["id"])["Plan"] == "Gold"


@pytest.mark.long(sibling="test_without_an_answer_of_the_dashboard_trying_again_sends_once_at_most")
def test_a_failure_stands_through_polls_until_somebody_acts_or_the_variable_is_changed_again(
    clocked: Page, clock: Clock, demo: Demo, visitor: Visitor, complaints: Complaints, context: BrowserContext
) -> None:
    complaints.allow(r"\b422\b")
    ready(clocked, visitor)
    with held(demo, "chatserver"):
        for name in ("Plan", "VIP"):
            edit(clocked, name, "unsent")
            clock.until(lambda name=name: "Nothing was sent" in told(clocked, name).inner_text(), "it is told")  # type: ignore[misc]
    for _ in range(3):
        clock.poll(here(visitor))
    expect(told(clocked, "Plan")).to_contain_text("Nothing was sent")
    told(clocked, "VIP").get_by_role("button", name="Close").click()
    expect(told(clocked, "VIP")).to_be_hidden()
    expect(row(clocked, "VIP").locator("[data-edit]")).to_be_focused()
    other = context.new_page()
    other.goto(here(visitor))
    edit(other, "Plan", "newer")
    expect(told(other, "Plan")).to_contain_text("confirmed")
    clock.until(lambda: "was Basic" in told(clocked, "Plan").inner_text(), "the newer outcome takes its place")
    expect(told(clocked, "Plan")).not_to_contain_text("Nothing was sent")


@pytest.mark.long(sibling="test_without_an_answer_of_the_dashboard_trying_again_sends_once_at_most")
def test_without_an_answer_of_the_dashboard_trying_again_sends_once_at_most(
    opened: Page, demo: Demo, visitor: Visitor, complaints: Complaints, outage: Outage
) -> None:
    complaints.allow(REFUSED)
    row(opened, "Plan").locator("[data-edit]").click()
    opened.keyboard.type("Business")
    outage.begin()
    opened.keyboard.press("Enter")
    expect(told(opened, "Plan")).to_contain_text("There was no answer. It may have been sent")
    again = json.loads(told(opened, "Plan").locator("[data-again]").get_attribute("data-again") or "")
    outage.end()
    with opened.expect_request(lambda request: request.method == "POST") as sent:
        told(opened, "Plan").get_by_role("button", name="Try again").click()
    assert f"nonce={again['nonce']}" in (sent.value.post_data or "")
    expect(told(opened, "Plan")).to_contain_text("confirmed")
    assert demo.variables(visitor["id"])["Plan"] == "Business"


@pytest.mark.long(sibling="test_an_ended_session_sends_nothing_and_the_choice_can_be_sent_after_signing_in_again")
def test_an_ended_session_sends_nothing_and_what_was_typed_can_be_sent_after_signing_in_again(
    clocked: Page, clock: Clock, demo: Demo, visitor: Visitor, complaints: Complaints
) -> None:
    complaints.allow(r"\b403\b")
    ready(clocked, visitor)
    row(clocked, "Plan").locator("[data-edit]").click()
    clocked.keyboard.type("Business")
    clocked.context.clear_cookies()
    clocked.keyboard.press("Enter")
    expect(told(clocked, "Plan")).to_contain_text("Business: That was refused. Nothing was sent")
    ended = clocked.locator("#ended")
    clock.until(ended.is_visible, "word of the ended session")
    with clocked.context.expect_page() as opened:
        ended.get_by_role("link").click()
    fill(opened.value, demo.user, demo.password)
    opened.value.wait_for_url("**/agents/")
    clock.until(ended.is_hidden, "the page goes on")
    told(clocked, "Plan").get_by_role("button", name="Try again").click()
    clock.until(lambda: demo.variables(visitor["id"])["Plan"] == "Business", "it is set")


@pytest.mark.long(sibling="test_members_of_a_lesser_role_are_refused")
def test_somebody_who_lost_the_role_meanwhile_is_told_in_the_row_and_a_viewer_has_no_pencil(
    demo: Demo, visitor: Visitor, new_context: Callable[..., BrowserContext], complaints: Complaints, page: Page
) -> None:
    complaints.allow(r"\b403\b")
    ready(page, visitor)
    demo.shell(MEMBER % "SUPERVISOR")
    theirs = new_context().new_page()
    theirs.goto(here(visitor))
    fill(theirs, "rowan", "correct horse battery")
    theirs.wait_for_url(f"**{here(visitor)}")
    row(theirs, "Plan").locator("[data-edit]").click()
    theirs.keyboard.type("Business")
    demo.shell(MEMBER % "VIEWER")
    theirs.keyboard.press("Enter")
    expect(told(theirs, "Plan")).to_contain_text("Business: That was refused. Nothing was sent")
    expect(told(theirs, "Plan")).to_be_focused()
    expect(theirs.locator("#failed")).to_be_hidden()
    expect(theirs.locator("[data-edit], [data-add]")).to_have_count(0)
    theirs.goto(here(visitor))
    expect(theirs.locator("[data-edit], [data-add], #variable-form")).to_have_count(0)
    assert demo.variables(visitor["id"])["Plan"] == "Basic"


def test_a_visitor_who_has_left_is_told_in_the_row(opened: Page, visitor: Visitor, complaints: Complaints) -> None:
    complaints.allow(r"\b404\b")
    nobody = "00000000-0000-4000-8000-000000000000"
    opened.locator("#variable-form form").evaluate(
        "(form, [there, nobody]) => { form.dataset.hxPost = form.dataset.hxPost.replace(there, nobody); }",
        [visitor["id"], nobody],
    )
    edit(opened, "Plan", "Business")
    expect(told(opened, "Plan")).to_contain_text(
        "Business: This visitor has left, or was never here. Nothing was sent."
    )


def test_bad_input_is_told_at_the_field_with_what_was_typed(
    opened: Page, demo: Demo, visitor: Visitor, complaints: Complaints
) -> None:
    complaints.allow(r"\b422\b")
    opened.locator("[data-add]").click()
    opened.keyboard.type("VIP")
    form = opened.locator("#variables-new form")
    form.get_by_label("Value").fill("typed")
    opened.keyboard.press("Enter")
    expect(form.locator(".variable-wrong")).to_have_text(
        "A variable of this name is there already: edit it in its row."
    )
    expect(form.get_by_label("Name")).to_be_focused()
    expect(form.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(form.locator("[name=value]")).to_have_value("typed")
    opened.keyboard.press("Control+A")
    opened.keyboard.type("Other")
    opened.keyboard.press("Enter")
    expect(told(opened, "Other")).to_contain_text("confirmed")
    assert demo.variables(visitor["id"])["Other"] == "typed"


@pytest.mark.long(sibling="test_hostile_text_is_shown_as_text")
def test_hostile_names_and_values_are_shown_edited_and_sent_as_text(page: Page, demo: Demo, visitor: Visitor) -> None:
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    hostile = [each for each in dict.fromkeys(strings()) if each.isprintable() and each.strip() == each][:120]
    demo.set_variables(visitor["id"], {each: each for each in hostile})
    mark = f"<small>{len(hostile) + 2}</small>"
    wait_until(lambda: mark in page.request.get(here(visitor)).text(), 60, "it was not fetched", every=0.5)
    page.goto(here(visitor))
    listed = page.locator("#variables .variables-list:not(#variables-new) > .variable-row")
    expect(listed).to_have_count(len(hostile) + 2)
    editable = [each for each in listed.all() if each.locator("[data-edit]").count()]
    changed = {}
    for one in editable[2:5]:
        name = json.loads(one.get_attribute("data-item") or "")["name"]
        one.locator("[data-edit]").click()
        expect(one.locator("[name=value]")).to_have_value(name)
        one.locator("[name=value]").fill(f"{name} & more")
        page.keyboard.press("Enter")
        expect(one.locator(".variable-told")).to_contain_text("confirmed")
        changed[name] = f"{name} & more"
    assert len(changed) == 3
    assert demo.variables(visitor["id"]) == {"Plan": "Basic", "VIP": "no"} | {each: each for each in hostile} | changed


@pytest.mark.parametrize(("width", "columns"), [(1440, 2), (1280, 2), (900, 1), (390, 1)])
def test_facts_stand_beside_the_variables_or_below_and_empty_ones_are_folded(
    opened: Page, width: int, columns: int
) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    rows, facts = (opened.locator(each).bounding_box() for each in ("#variables", ".visitor-facts"))
    assert rows
    assert facts
    assert (facts["x"] >= rows["x"] + rows["width"]) is (columns == 2)
    assert (facts["y"] >= rows["y"] + rows["height"]) is (columns == 1)
    expect(opened.locator(".visitor-facts summary")).to_contain_text(re.compile(r"^\s*\d+ empty: "))
    expect(opened.locator(".visitor-facts details dt").first).to_be_hidden()


@pytest.mark.long(sibling="test_bad_input_is_told_at_the_field_with_what_was_typed")
def test_every_state_of_a_row_is_accessible_and_fits(
    opened: Page, demo: Demo, visitor: Visitor, complaints: Complaints
) -> None:
    complaints.allow(r"\b(409|422)\b")
    opened.emulate_media(reduced_motion="reduce")
    opened.evaluate(AXE)

    def good() -> None:
        assert [text for each in LOOKS for text in look(opened, *each)] == []

    row(opened, "Plan").locator("[data-edit]").click()
    opened.locator("[data-add]").click()
    good()
    opened.keyboard.press("Escape")
    demo.set_variables(visitor["id"], {"Plan": "theirs", "VIP": "no"})
    row(opened, "Plan").get_by_label("Value of Plan").fill("mine")
    opened.keyboard.press("Enter")
    expect(told(opened, "Plan")).to_contain_text("Nothing was sent")
    good()
    told(opened, "Plan").get_by_role("button", name="Set it anyway").click()
    expect(told(opened, "Plan")).to_contain_text("confirmed")
    good()


@pytest.mark.long(sibling="test_a_variable_is_edited")
def test_without_scripts_the_pencil_leads_to_the_whole_form(
    new_context: Callable[..., BrowserContext], signed_in: StorageState, page: Page, demo: Demo, visitor: Visitor
) -> None:
    ready(page, visitor)
    plain = new_context(storage_state=signed_in, java_script_enabled=False).new_page()
    plain.goto(here(visitor))
    row(plain, "VIP").locator("[data-edit]").click()
    expect(plain).to_have_url(re.compile(r"/variables/#id_form-1-value$"))
    plain.locator("#id_form-1-value").fill("yes")
    plain.get_by_role("button", name="Preview the changes").click()
    plain.get_by_role("button", name="Send to Comm100").click()
    expect(plain.locator(".outcome")).to_contain_text("Confirmed")
    assert demo.variables(visitor["id"]) == {"Plan": "Basic", "VIP": "yes"}
    plain.goto(here(visitor))
    expect(told(plain, "VIP")).to_contain_text("was no")
    expect(told(plain, "VIP").get_by_role("link", name="Undo")).to_be_visible()

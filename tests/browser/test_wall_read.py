"""A wall is read from across the room, whatever it shows: `python -m tests.pictures` goes through more of it.

The letters are those of DejaVu Sans, which are wider than most; the server expects narrower ones.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Route, expect

from tests.browser.test_every_page import AXE, CHECK, COLOURS
from tests.browser.watch import Complaints
from tests.pictures import world
from tests.pictures.measure import WATCH, measure
from tests.pictures.states import STATES, enter, reached
from tests.support.cases import every
from tests.support.demo import Demo, wait_until

HD, UPRIGHT = (1920, 1080), (1080, 1920)
SCREENS = [HD, (3840, 2160), (1280, 720), UPRIGHT]
RED = {agents: f"/wall/{agents}-dark-red-{'x' * 30}/" for agents in world.AGENTS}
# The agents on the screen, from the top of the first column down: their names, and what their places look like.
PLACES = """() => [...document.querySelectorAll(".agent")].map((agent) => ({
  name: agent.querySelector("bdi").textContent,
  kind: agent.className.replace("agent ", ""),
  seen: agent.getBoundingClientRect().bottom <= innerHeight && agent.getBoundingClientRect().right <= innerWidth,
}))"""
TEAMS = """() => [...document.querySelectorAll(".teams tbody tr")].filter((row) =>
  row.getBoundingClientRect().height > 0 && row.getBoundingClientRect().bottom <= innerHeight
).map((row) => row.querySelector("bdi").textContent)"""
# Each colour of words, frames and grounds in the wall that is none of black, white and grey.
COLOURED = """() => [...document.querySelectorAll("#wall *, #stale, #age *")].flatMap((element) => {
  const style = getComputedStyle(element);
  const all = [style.color, style.backgroundColor, style.boxShadow];
  return all.flatMap((value) => value.match(/rgba?\\([^)]*\\)/g) || [])
    .filter((colour) => { const [r, g, b, a] = colour.match(/[\\d.]+/g).map(Number);
      return a !== 0 && Math.max(r, g, b) - Math.min(r, g, b) > 40; });
})"""

WATCHED = 45_000 if every() else 12_000  # milliseconds
COUNT_FITS = """() => {
  const fit = window.fit;
  window.fit = Object.assign((wall) => { window.fits += 1; fit(wall); }, { reveal: fit.reveal });
  Object.assign(window, { fits: 0, began: performance.now() });
}"""


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with walls of 5, 24, 50 and 200 agents."""
    with Demo(tmp_path_factory.mktemp("crowd"), ready=True, **world.ENVIRONMENT) as running:
        world.prepare(running)
        yield running


@pytest.fixture
def open_wall(new_context: Callable[..., BrowserContext], crowd: Demo) -> Callable[..., Page]:
    """Opens a wall on a screen of a size, in letters of DejaVu Sans."""

    def show(path: str, size: tuple[int, int] = HD, *, state: str = "", scripts: bool = True) -> Page:
        page = new_context(java_script_enabled=scripts).new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.add_init_script(WATCH)
        page.route("**/wall*.css", dejavu)
        if state:
            enter(page, STATES[state])
        page.goto(f"{crowd.url}{path}")
        if scripts:
            expect(page.locator("html")).not_to_have_attribute("data-unfitted", "")
        if state:
            reached(page, STATES[state])
        return page

    return show


def dejavu(route: Route) -> None:
    """The style sheet with wide letters."""
    with suppress(Error):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + 'body { font-family: "DejaVu Sans" !important; }')


@pytest.mark.parametrize("agents", world.AGENTS)
def test_names_are_large_nothing_is_cut_nothing_jumps_and_an_upright_screen_is_full(
    open_wall: Callable[..., Page], agents: int
) -> None:
    for size in SCREENS:
        found = measure(open_wall(RED[agents], size))
        assert found.faults == [], size
        assert found.name >= (1 / 24 if agents > 5 else 1 / 14)


@pytest.mark.long(sibling="test_names_are_large_nothing_is_cut_nothing_jumps_and_an_upright_screen_is_full")
@pytest.mark.parametrize("wall", [world.GERMAN, world.EVERY_FIGURE, world.ALONE, world.NOBODY])
def test_german_words_every_figure_and_figures_alone_fit_too(open_wall: Callable[..., Page], wall: str) -> None:
    for size in (HD, UPRIGHT):
        assert measure(open_wall(f"/wall/{wall}/", size)).faults == [], size


def test_a_name_that_is_written_from_the_right_stands_at_its_place_and_a_long_one_has_smaller_letters(
    open_wall: Callable[..., Page],
) -> None:
    page = open_wall(RED[24])
    arabic, short = (page.locator(".agent", has_text=name).locator("bdi") for name in ("عبد الرحمن", "Inès"))
    left = "(name) => name.getBoundingClientRect().left - name.closest('.agent').getBoundingClientRect().left"
    assert arabic.evaluate(left) == pytest.approx(short.evaluate(left), abs=1)
    assert arabic.evaluate("(name) => name.scrollWidth <= name.clientWidth")
    size = "(name) => parseFloat(getComputedStyle(name).fontSize)"
    konstantin = page.locator(".agent", has_text="Konstantin B.").locator("bdi")
    assert konstantin.evaluate(size) == pytest.approx(0.0375 * 1080)
    assert short.evaluate(size) == pytest.approx(0.043 * 1080)


def test_a_long_title_has_two_lines_beside_the_clock_on_an_upright_screen(open_wall: Callable[..., Page]) -> None:
    page = open_wall(f"/wall/{world.LONG_TITLE}/", UPRIGHT)
    assert measure(page).faults == []
    title = page.locator("h1 bdi")
    lines = "(title) => title.getBoundingClientRect().height / parseFloat(getComputedStyle(title).lineHeight)"
    assert title.evaluate(lines) == pytest.approx(2, abs=0.1)
    assert title.evaluate("(title) => title.scrollWidth <= title.clientWidth")


@pytest.mark.parametrize("size", [HD, UPRIGHT], ids=str)
def test_of_200_agents_the_twelve_worst_and_every_team_are_in_sight_without_waiting(
    open_wall: Callable[..., Page], size: tuple[int, int]
) -> None:
    page = open_wall(RED[200], size)
    places = page.evaluate(PLACES)
    assert [place["seen"] for place in places] == [True] * 12
    kinds = [place["kind"].split()[1] for place in places]
    assert kinds == sorted(kinds, reverse=True), "red before amber"
    assert set(kinds) == {"red", "amber"}
    assert page.evaluate(TEAMS) == sorted(world.TEAMS)
    expect(page.locator(".head")).to_contain_text("12 of ")


def test_agents_stand_in_the_order_of_how_much_they_need_a_look(open_wall: Callable[..., Page]) -> None:
    kinds = [place["kind"] for place in open_wall(RED[24]).evaluate(PLACES)]
    rank = {"away red": 0, "away amber": 1, "full amber": 2, "full": 3, "away": 4, "online": 5}
    ranks = [rank[kind.replace(" longer", "").replace(" long", "")] for kind in kinds]
    assert ranks == sorted(ranks)
    assert set(ranks) >= {0, 1, 3, 4, 5}


def test_without_scripts_a_wall_reads_as_well_and_says_how_many_agents_it_does_not_show(
    open_wall: Callable[..., Page],
) -> None:
    page = open_wall(RED[200], scripts=False)
    expect(page.locator(".agent")).to_have_count(12)
    words = page.locator(".head span").inner_text()
    shown, needy, others = (int(word) for word in words.replace("·", " ").split() if word.isdigit())
    assert (shown, needy + others) == (12, 200)
    assert page.locator(".panel time").inner_text().count(":") == 1, "a wait, not a time of the day"
    for agents in (5, 24):
        assert [one for one in measure(open_wall(RED[agents], scripts=False)).wrong if "panel" not in one] == []


def test_a_phone_scrolls_through_names_of_19_pixels_in_places_of_44(open_wall: Callable[..., Page]) -> None:
    for wall in (f"/wall/{world.GERMAN}/", RED[200], RED[24]):
        page = open_wall(wall, (390, 844))
        assert measure(page).faults == [], wall
    assert page.evaluate("document.documentElement.scrollHeight") > 844
    size = "(all) => [...new Set(all.map((one) => getComputedStyle(one).fontSize))]"
    assert page.locator(".agent bdi").evaluate_all(size) == ["19px"]
    assert page.locator(".agent").evaluate_all("(all) => [...new Set(all.map((one) => one.offsetHeight))]") == [44]
    assert page.locator(".size-large .panel-value").evaluate_all(size) == ["54px"]
    assert page.locator(".size-normal .panel-value").evaluate_all(size) == ["34px"]
    expect(page.get_by_text("Meeting", exact=True).first).to_be_visible()


@pytest.mark.long(sibling="test_a_page_is_quiet_accessible_and_fits")
@pytest.mark.parametrize("theme", world.THEMES)
def test_words_have_enough_contrast_in_every_colour_and_state(
    open_wall: Callable[..., Page], complaints: Complaints, theme: str
) -> None:
    complaints.allow("Failed to load resource|ERR_FAILED")
    shown = ((24, "red", ""), (200, "amber", ""), (24, "red", "stale"), (200, "red", "away"), (24, "red", "gone"))
    for agents, level, state in shown:
        page = open_wall(f"/wall/{agents}-{theme}-{level}-{'x' * 30}/", state=state)
        page.evaluate(AXE)
        assert page.evaluate(CHECK, COLOURS) == [], (agents, level, state)


@pytest.mark.long(sibling="test_figures_of_long_ago_leave")
def test_late_figures_have_a_grey_square_and_stale_ones_no_colour_and_stand_still(
    open_wall: Callable[..., Page], complaints: Complaints
) -> None:
    complaints.allow("Failed to load resource|ERR_FAILED")
    page = open_wall(RED[24], state="late")
    assert page.evaluate(COLOURED) != []
    expect(page.locator(".age-dot")).to_have_css("border-radius", "0px")
    expect(page.locator("#stale")).to_be_hidden()
    for state, opacity in (("stale", "1"), ("away", "0.55")):
        page = open_wall(RED[24], state=state)
        assert page.evaluate(COLOURED) == []
        at = page.locator(".on-stale").all_inner_texts()
        assert len(at) == 7
        assert {words[:3] for words in at} == {"at "}
        whose = "Comm100 does not answer" if state == "stale" else "The dashboard does not answer"
        expect(page.locator("#stale")).to_contain_text(f" · {whose}")
        expect(page.locator(".people")).to_have_css("opacity", opacity)
        expect(page.locator("#clock")).to_have_css("opacity", "1")
        before = page.locator("time").all_inner_texts()
        page.wait_for_timeout(1500)
        assert page.locator("time").all_inner_texts() == before


def test_figures_of_long_ago_leave(open_wall: Callable[..., Page], complaints: Complaints) -> None:
    complaints.allow("Failed to load resource|ERR_FAILED")
    page = open_wall(RED[24], state="gone")
    expect(page.locator("#wall")).to_be_hidden()
    expect(page.get_by_role("heading", name="No figures since")).to_be_visible()
    expect(page.get_by_text("This screen asks every 10 seconds")).to_be_visible()
    expect(page.locator("#clock")).to_be_visible()


@pytest.mark.long(sibling="test_no_page_jumps_on_load_or_while_figures_come_in")
def test_nothing_jumps_while_figures_come_in_and_nothing_is_measured_again(browser: Browser, crowd: Demo) -> None:
    with browser.new_context(base_url=crowd.url, viewport={"width": 1920, "height": 1080}) as context:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(RED[50])
        expect(page.locator("html")).not_to_have_attribute("data-unfitted", "")
        page.evaluate(COUNT_FITS)
        wait_until(lambda: page.evaluate("performance.now() - began") > WATCHED, 90, "time does not pass", every=1)
        assert page.evaluate("shifts.reduce((sum, { at, value }) => sum + (at > began ? value : 0), 0)") <= 0.001
        assert page.evaluate("fits") <= 1, "a fragment came when somebody passed a limit, if any"


def test_the_script_that_fits_a_wall_is_small() -> None:
    script = Path(__file__).resolve().parents[2] / "static" / "js" / "fit.js"
    lines = [line.strip() for line in script.read_text().splitlines()]
    assert len("\n".join(line for line in lines if not line.startswith(("/*", "*", "//")))) < 1700


def test_forced_colours_leave_frames_and_fills_to_what_is_past_a_limit(open_wall: Callable[..., Page]) -> None:
    page = open_wall(RED[24])
    page.emulate_media(forced_colors="active")
    places = page.locator(".panel[data-level], .agent.amber, .agent.red")
    assert places.count() > 2
    frames = places.evaluate_all("all => all.map((one) => getComputedStyle(one).boxShadow)")
    assert "none" not in frames

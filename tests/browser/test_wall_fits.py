"""A wall fills its screen and nothing of it is cut off, whatever it shows, on upright TVs too; its counts are large.

Most pages are previews: the same template, styles and scripts as the wall. Their agents are multiplied in the page.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.screen import Screen
from tests.browser.test_wall_old import without_properties
from tests.browser.watch import Complaints
from tests.support.demo import Demo, wait_until

HD = [(1920, 1080), (1080, 1920)]
SCREENS = [*HD, (3840, 2160), (2160, 3840)]
AGENTS = [5, 50, 200]
FIGURES = ("waiting", "longest", "chatting", "online", "away", "offline", "ongoing", "free", "visitors")
SHOWN: dict[str, dict[str, str]] = {
    "as it comes": {},
    "every figure": {f"{figure}-size": "normal" for figure in FIGURES},
    "some of them large": {"waiting-size": "double", "longest-size": "double", "free-size": "large"},
    "figures alone": {"agents": "", "away-size": "", "chatting-size": ""},
    "every figure alone, in German": {f"{figure}-size": "large" for figure in FIGURES}
    | {"agents": "", "language": "de"},
    "agents alone": {f"{figure}-size": "" for figure in FIGURES},
}
DOUBLE = {f"{figure}-size": "double" for figure in FIGURES}
VALUES = """(changes) => {
  const values = new URLSearchParams(new FormData(document.getElementById("design")));
  for (const [name, value] of Object.entries(changes)) values.set(name, value);
  if (!values.get("agents")) values.delete("agents");
  return values.toString();
}"""
SUBMIT = """(values) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: "/walls/1/preview/" });
  for (const [name, value] of new URLSearchParams(values)) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}"""
MULTIPLY = """(count) => {
  const list = document.querySelector(".agents");
  const some = [...(list?.children || [])].slice(0, 12).map((agent) => agent.cloneNode(true));
  list?.replaceChildren(...Array.from({ length: count }, (_, place) => some[place % some.length].cloneNode(true)));
  dispatchEvent(new Event("resize"));
}"""
BUSY = """() => {
  const began = new Date(Date.now() - 36_330_000).toISOString(); // the wall's own clock writes the same, each second
  const over = ' <span class="over"><svg class="icon"><use xlink:href="#i-alert-triangle"/></svg></span>';
  for (const count of document.querySelectorAll("[data-count]")) count.textContent = "88";
  document.querySelectorAll(".icon use").forEach((use) => {
    if (use.getAttribute("xlink:href") === "#i-eye") use.closest(".panel").querySelector("b").textContent = "888";
  });
  document.querySelectorAll(".agent").forEach((agent, place) => {
    const [time, word] = [agent.querySelector("time"), agent.querySelector(".word")];
    word.lastChild.data = " " + ["Online", "Short break", "Meeting", "Abwesend"][place % 4];
    agent.querySelector(".over")?.remove();
    if (place % 4 === 0) return;
    time.setAttribute("data-limit", place % 4 === 1 ? 7200 : 30000);
    time.setAttribute("data-over", place % 4 === 1 ? "red" : "amber");
    time.insertAdjacentHTML("afterend", over);
  });
  for (const time of document.querySelectorAll("time")) {
    time.setAttribute("datetime", began);
    time.toggleAttribute("data-least", !time.closest(".panel"));
    time.textContent = time.closest(".panel") ? "10 h 05 m" : "≥ 10 h 05 m";
  }
  dispatchEvent(new Event("resize"));
}"""
# What the longest wait says under stale figures.
SEEN = """(time) => {
  time.textContent = "≥ 10 h 05 m at 20:31";
  document.body.dataset.age = "stale";
}"""
HUNDREDS = """() => {
  for (const count of document.querySelectorAll("[data-count]")) count.textContent = "888";
  dispatchEvent(new Event("resize"));
}"""
NAMES = [
    "Alexandra-Wilhelmina von Hohenzollern-Sigmaringen",
    "مدير خدمة العملاء الأول عبد الرحمن بن محمد",
    "אלכסנדרה בן־דוד מנהלת צוות תמיכה טכנית",
    "👩‍👩‍👧‍👦 Family team lead of the night and of the weekend",
    "محمد",
    "Ada",
]
# The aliases whose first letter is not visible.
HIDDEN = """(names) => [...document.querySelectorAll(".agent:not([hidden])")].flatMap((agent, place) => {
  const [name, letter] = [agent.querySelector("bdi"), document.createRange()];
  name.textContent = names[place % names.length];
  letter.setStart(name.firstChild, 0);
  letter.setEnd(name.firstChild, name.textContent.codePointAt(0) > 0xffff ? 2 : 1);
  const [seen, room] = [letter.getBoundingClientRect(), agent.querySelector("b").getBoundingClientRect()];
  return seen.width && seen.left > room.left - 1 && seen.right < room.right + 1 ? [] : [name.textContent];
})"""
# How many agents are completely visible, and how many only partly.
HALVES = """() => {
  const room = document.querySelector(".agents").getBoundingClientRect();
  const places = [...document.querySelectorAll(".agent")].map((agent) => agent.getBoundingClientRect());
  const seen = places.filter((place) => place.left < room.right - 1 && place.top < room.bottom - 1);
  const whole = seen.filter((place) => place.right < room.right + 1 && place.bottom < room.bottom + 1);
  return [whole.length, seen.length - whole.length];
}"""
TURNS = """() => {
  const tops = [...document.querySelectorAll(".agent:not([hidden])")].map((agent) => agent.getBoundingClientRect().top);
  return { rows: new Set(tops).size, parts: Number(document.getElementById("part").textContent.split(" ")[3]) };
}"""
# The parts of the last line that are broken into two lines.
BROKEN = """() => [...document.querySelectorAll("#age-text, #part, #wake")].filter(
  (words) => words.offsetHeight > 2 * parseFloat(getComputedStyle(words).fontSize)
).map((words) => words.textContent)"""
CHECK = (Path(__file__).parent / "wall_fits.js").read_text()


@pytest.fixture(scope="module")
def preview(browser: Browser, demo: Demo, signed_in: StorageState) -> Iterator[Page]:
    """A page in which previews are opened."""
    with browser.new_context(base_url=demo.url, storage_state=signed_in, reduced_motion="reduce") as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        yield page


def open_with(page: Page, changes: dict[str, str]) -> None:
    """Open the preview of the demo's wall with some of its form's values changed."""
    page.goto("/walls/1/")
    post(page, page.evaluate(VALUES, changes))


def post(page: Page, values: str) -> None:
    """Open the preview of a form's values from the form's page: the preview takes them only by POST.

    The first one may show what was read while nobody looked; under such figures times say when they were seen.
    """
    form = page.url

    def fresh() -> bool:
        if page.url != form:
            page.goto(form)
        with page.expect_navigation(url="**/preview/") as answer:
            page.evaluate(SUBMIT, values)
        assert answer.value.request.method == "POST"
        assert answer.value.status == 200
        return page.locator("body").get_attribute("data-age") not in ("stale", "old")

    wait_until(fresh, 30, "its figures are not fresh", every=0.5)


@pytest.mark.parametrize("busy", [False, True], ids=["now", "busy"])
@pytest.mark.parametrize("shown", SHOWN)
def test_nothing_is_cut_off_and_counts_are_a_twelfth_of_the_height(preview: Page, shown: str, busy: bool) -> None:
    open_with(preview, SHOWN[shown])
    wrong: dict[Any, Any] = {}
    for width, height in SCREENS:
        preview.set_viewport_size({"width": width, "height": height})
        for count in AGENTS if "agents" not in SHOWN[shown] else AGENTS[:1]:
            preview.evaluate(MULTIPLY, count)
            if busy:
                preview.evaluate(BUSY)
            found = preview.evaluate(CHECK)
            if found:
                wrong[width, height, count] = found[:4]
    assert wrong == {}


@pytest.mark.parametrize("size", HD, ids=str)
def test_a_long_alias_shows_its_beginning_in_both_writing_directions(preview: Page, size: tuple[int, int]) -> None:
    open_with(preview, {})
    preview.set_viewport_size({"width": size[0], "height": size[1]})
    preview.evaluate(MULTIPLY, 50)
    assert preview.evaluate(HIDDEN, NAMES) == []
    assert preview.evaluate(CHECK) == []


def test_a_long_title_shows_its_beginning_in_both_writing_directions(preview: Page) -> None:
    open_with(preview, {"title": " ".join(NAMES[1:3])[:80]})
    preview.set_viewport_size({"width": 1080, "height": 1920})
    title, inner = preview.locator("h1").bounding_box(), preview.locator("h1 bdi").bounding_box()
    assert title
    assert inner
    assert (inner["x"], inner["width"]) == (title["x"], title["width"])


@pytest.mark.parametrize("title", ["Customer support, Zurich, hall two", "Support of the North " * 3 + "second floor"])
def test_on_an_upright_screen_a_long_title_has_a_second_line_beside_the_clock(preview: Page, title: str) -> None:
    for width, height in [(1080, 1920), (540, 960)]:
        preview.set_viewport_size({"width": width, "height": height})
        heights = []
        for words in ("Support", title):
            open_with(preview, {"title": words, "clock": "12"})
            heights.append(preview.evaluate("document.getElementById('wall').offsetHeight"))
            assert [wrong for wrong in preview.evaluate(CHECK) if "px high" not in wrong] == []
        assert heights[1] >= heights[0]
        lines = "(title) => title.clientHeight / parseFloat(getComputedStyle(title).lineHeight)"
        assert preview.locator("h1").evaluate(lines) == pytest.approx(2, abs=0.1)


def test_agents_who_do_not_fit_on_the_screen_are_shown_in_turn(preview: Page) -> None:
    open_with(preview, {})
    preview.set_viewport_size({"width": 1920, "height": 1080})
    preview.evaluate(MULTIPLY, 200)
    seen = preview.evaluate("""() => {
      const wall = document.getElementById("wall"), agents = [...wall.querySelectorAll(".agent")], seen = new Set();
      const { parts } = fitting.fit(wall, 0);
      for (let part = 0; part < parts; part += 1) {
        fitting.fit(wall, part);
        agents.forEach((agent, place) => agent.hidden || seen.add(place));
      }
      return [parts, seen.size];
    }""")
    assert seen[0] > 1
    assert seen[1] == 200
    expect(preview.locator("#part")).to_have_text(re.compile(f"Part [1-{seen[0]}] of {seen[0]}"))


@pytest.mark.parametrize("counts", [BUSY, HUNDREDS], ids=["long times", "counts of three digits"])
def test_on_an_upright_screen_with_every_figure_agents_keep_three_rows_and_are_soon_seen(
    preview: Page, counts: str
) -> None:
    open_with(preview, DOUBLE)
    preview.set_viewport_size({"width": 1080, "height": 1920})
    preview.evaluate(MULTIPLY, 200)
    preview.evaluate(counts)
    found = preview.evaluate(TURNS)
    assert found["rows"] >= 3
    assert found["parts"] <= 25
    assert [wrong for wrong in preview.evaluate(CHECK) if "px high" not in wrong or counts == BUSY] == []


@pytest.mark.parametrize(("width", "height", "ratio"), [(1920, 1080, 1), (540, 960, 2), (600, 1024, 1.8)])
def test_the_wall_itself_fits_as_its_previews_do_also_on_upright_tvs_with_a_high_pixel_ratio(
    new_context: Callable[..., BrowserContext], demo: Demo, width: int, height: int, ratio: float
) -> None:
    page = new_context(device_scale_factor=ratio).new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(demo.wall)
    expect(page.locator(".agent").first).to_be_visible()
    page.wait_for_function("fitting.holds(document.getElementById('wall'))")
    assert page.evaluate(CHECK) == []


@pytest.mark.parametrize("size", HD, ids=str)
def test_the_words_about_old_figures_take_no_room_from_the_figures(
    tv: Screen, demo: Demo, complaints: Complaints, size: tuple[int, int]
) -> None:
    complaints.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    tv.page.set_viewport_size({"width": size[0], "height": size[1]})
    tv.show(demo.wall)
    tv.until("fresh")
    tv.page.context.set_offline(True)
    for state in ("late", "stale", "old"):
        if state == "old":
            tv.minutes(4.5)
        tv.until(state)
        assert "The dashboard does not answer" in tv.words
        assert (state, tv.page.evaluate(CHECK)) == (state, [])
        assert tv.page.evaluate(BROKEN) == []
    tv.page.evaluate(BUSY)
    tv.clock.second()
    assert [words for words in tv.page.locator("time").all_inner_texts() if " at " not in words] == []
    assert tv.page.evaluate(CHECK) == []


@pytest.mark.parametrize(
    ("changes", "old"),
    [({}, False), ({"language": "de"}, False), (DOUBLE | {"language": "de"}, False), (DOUBLE, True)],
    ids=["as it comes", "in German", "every figure double, in German", "every figure double, by an old engine"],
)
def test_without_scripts_no_part_of_a_panel_reaches_beyond_it(
    preview: Page, browser: Browser, demo: Demo, signed_in: StorageState, changes: dict[str, str], old: bool
) -> None:
    preview.goto("/walls/1/")
    values = preview.evaluate(VALUES, changes)
    with browser.new_context(base_url=demo.url, storage_state=signed_in, java_script_enabled=False) as context:
        page = context.new_page()
        if old:
            page.route("**/wall*.css", without_properties)
        page.goto("/walls/1/")
        post(page, values)
        page.evaluate(HUNDREDS)
        page.evaluate("document.querySelectorAll('.panel').forEach((panel) => (panel.dataset.level = 'red'))")
        assert reaching_out(page) == {}
        wait = page.locator(".panel time")
        today = str(wait.get_attribute("datetime")).startswith(datetime.now(UTC).date().isoformat())
        expect(wait).to_have_text(re.compile(r"^(since|seit) \d\d:\d\d$" if today else r"^\d+ \w+ \d\d:\d\d$"))
        wait.evaluate(SEEN)
        assert reaching_out(page) == {}


def reaching_out(page: Page) -> dict[tuple[int, int], list[str]]:
    """What reaches beyond its panel, by the size of the screen."""
    wrong = {}
    for width, height in [*SCREENS, (540, 960)]:
        page.set_viewport_size({"width": width, "height": height})
        wrong[width, height] = [
            each for each in page.evaluate(CHECK) if re.match("scrolls|cut off|.*(overlaps|outside).*panel", each)
        ]
    return {screen: found for screen, found in wrong.items() if found}


def test_without_scripts_no_agent_is_cut_in_half(new_context: Callable[..., BrowserContext], demo: Demo) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(demo.wall)
    for width, height in HD:
        page.set_viewport_size({"width": width, "height": height})
        for count in (5, 24, 50):
            page.evaluate(MULTIPLY, count)
            whole, part = page.evaluate(HALVES)
            assert (width, count, part) == (width, count, 0)
            assert whole >= min(count, 10)


def test_a_phone_gets_a_summary_to_scroll_through(stranger: Page, demo: Demo) -> None:
    stranger.set_viewport_size({"width": 390, "height": 844})
    stranger.goto(demo.wall)
    assert stranger.evaluate("document.documentElement.scrollWidth") == 390
    last = stranger.locator(".panel").last.bounding_box()
    assert last
    assert last["y"] + last["height"] < 844, "the figures stand above the fold"
    assert stranger.locator(".agent").count() == stranger.locator(".agent:visible").count()
    stranger.evaluate(BUSY)
    stranger.evaluate("document.querySelector('.panel-label span').lastChild.data = ' Längste Wartezeit'")
    sizes = stranger.locator(".panel time, [data-count]").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).fontSize)"
    )
    assert set(sizes) == {"40px"}
    assert [wrong for wrong in stranger.evaluate(CHECK) if wrong.startswith(("cut off", "too wide"))] == []

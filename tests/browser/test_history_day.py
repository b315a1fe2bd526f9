"""A day of the agents in a browser: it fits a phone, names stay in sight, and it needs no script."""

from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.support.demo import Demo
from tests.support.past import DAY, record_day

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js").read_text()
CHECK = """async () => {
  const { violations } = await axe.run({ resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 150)).join(" | ")}`);
}"""
LOOKS: list[tuple[int, Literal["light", "dark"]]] = [
    (390, "light"),
    (390, "dark"),
    (768, "dark"),
    (1440, "light"),
    (1440, "dark"),
]
ADDRESS = f"/history/day/?day={DAY:%F}"
# Whether each strip lies beside its name and its total, and what is drawn in it lies inside.
STRIPS = """() => [...document.querySelectorAll(".day-table tbody [data-row]")].map((row) => {
  const [name, strip, total] = [".cell-name", ".cell-strip svg", ".cell-total"].map((one) =>
    row.querySelector(one).getBoundingClientRect());
  const bars = [...row.querySelectorAll(".cell-strip rect")].map((bar) => bar.getBoundingClientRect());
  return name.right <= strip.left && strip.right <= total.left && strip.width > 90 && bars.length > 0 &&
    bars.every((bar) => bar.left >= strip.left - 1 && bar.right <= strip.right + 1);
})"""
# How wide the narrowest strip in sight is, and whether two numbers of the hours above the strips touch.
SCALES = """() => {
  const shown = (one) => one.getBoundingClientRect().width > 0;
  const strips = [...document.querySelectorAll(".coverage-table td .strip")].filter(shown);
  const ticks = [...document.querySelectorAll(".strip-tick")].filter(shown).map((one) => one.getBoundingClientRect());
  return [
    Math.min(...strips.map((one) => one.getBoundingClientRect().width)),
    ticks.some((one, place) => place && one.left > ticks[place - 1].left && one.left < ticks[place - 1].right + 2),
  ];
}"""
LEFT = "document.querySelector('.day-table tbody [data-row] .cell-name').getBoundingClientRect().left"


@pytest.fixture(scope="module", autouse=True)
def _past(demo: Demo) -> None:
    """A day of long ago in the record of this demo."""
    record_day(demo)


@pytest.mark.long(sibling="test_a_day_with_a_gap_fits_and_is_accessible_on_a_phone_and_a_desktop")
def test_the_day_fits_and_is_accessible(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(ADDRESS)
    page.evaluate(AXE)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = page.evaluate(STRIPS)
        assert len(found) > 20
        assert all(found), (width, found)
        assert page.evaluate(CHECK) == [], (width, scheme)


def test_on_the_smallest_phone_the_table_moves_under_its_names(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(ADDRESS)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    before = page.evaluate(LEFT)
    moved = page.evaluate("""() => {
      const card = document.querySelector(".card:has(> .day-table)");
      card.scrollLeft = 1000;
      return card.scrollLeft;
    }""")
    assert moved > 0
    assert page.evaluate(LEFT) == before


def test_the_heads_stay_below_the_queue_and_a_name_leads_to_the_agent(page: Page) -> None:
    page.goto(ADDRESS)
    page.mouse.wheel(0, 900)
    page.wait_for_function("scrollY > 300")
    pulse, head = (
        page.evaluate(f"document.querySelector('{one}').getBoundingClientRect().toJSON()")
        for one in (".pulse", ".day-table thead th")
    )
    assert abs(head["top"] - pulse["bottom"]) < 2
    row = page.locator(".day-table tbody [data-row]").nth(15).get_by_role("link")
    name = row.inner_text()
    row.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_without_scripts_a_day_and_a_team_are_chosen_by_the_form_and_days_by_links(plain: Page) -> None:
    plain.goto("/history/day/")
    plain.get_by_label("Day", exact=True).fill(f"{DAY:%F}")
    plain.get_by_label("Team", exact=True).select_option("Sales")
    plain.get_by_role("button", name="Show").click()
    expect(plain.locator(".history-sure")).to_contain_text("Wed 4 Mar 2026")
    every = plain.locator(".day-table tbody [data-row]").count()
    assert 0 < every < 30
    plain.get_by_role("link", name="Day after").click()
    expect(plain.locator(".history-sure")).to_contain_text("Thu 5 Mar 2026")
    expect(plain.get_by_label("Team", exact=True)).to_have_value("Sales")


def test_strips_beside_figures_are_wide_enough_to_be_read_at_every_width(page: Page, demo: Demo) -> None:
    began = "SELECT a.agent_id FROM livechat_agententry a JOIN livechat_span s ON s.agent_id = a.id ORDER BY s.began"
    agent = UUID(demo.query(f"{began} LIMIT 1")[0][0])
    for path in ("coverage/", f"agents/{agent}/"):
        page.goto(f"/history/{path}?from={DAY:%F}&to={DAY:%F}")
        for width in (390, 720, 752, 768, 820, 940, 1024, 1280, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            narrowest, touch = page.evaluate(SCALES)
            assert 96 <= narrowest <= width, (path, width, narrowest)
            assert not touch, (path, width)

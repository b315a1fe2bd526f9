"""Times in statuses of two days, hundreds of hours in each of many: no width breaks a time, and On stays in sight."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.support.demo import Demo
from tests.support.past import DAY, record_day

FIRST = DAY - timedelta(days=10)  # of no other module
RANGE = f"from={FIRST:%F}&to={FIRST + timedelta(days=1):%F}"
# What is wrong in the table: a word that is broken or a time that leaves its cell, and whether On is cut off.
FAULTS = """() => {
  const card = document.querySelector(".time-table").parentElement.getBoundingClientRect();
  const found = [];
  for (const cell of document.querySelectorAll(".time-table :is(th, td)")) {
    const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), room = cell.getBoundingClientRect();
    if (!room.width || cell.querySelector(".visually-hidden")) continue;
    for (let text = words.nextNode(); text; text = words.nextNode()) {
      for (const word of text.data.matchAll(cell.matches(".cell-name, th") ? /\\S+/g : /\\S.*\\S|\\S/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = [...range.getClientRects()];
        if (lines.length > 1) found.push(`broken: ${word[0]}`);
        const out = (line) => line.left < room.left - 1 || line.right > room.right + 1;
        if (lines.some(out)) found.push(`out: ${word[0]}`);
      }
    }
    if (cell.matches(":last-child") && room.right > card.right + 1) found.push(`cut: ${cell.innerText}`);
  }
  return found;
}"""


@pytest.fixture(scope="module", autouse=True)
def _past(demo: Demo) -> None:
    """Two days of long ago in the record of this demo."""
    for day in (FIRST, FIRST + timedelta(days=1)):
        record_day(demo, day)


def test_no_time_is_broken_and_the_sum_is_in_sight_at_every_width_of_a_table(page: Page) -> None:
    found = {}
    for by in ("day", "team"):
        page.goto(f"/history/time/?{RANGE}&by={by}")
        assert page.locator(".time-table thead .col-part").count() == 8  # seven statuses, and On
        found |= {(by, width): faults(page, width) for width in (768, 820, 940, 1024, 1100, 1280, 1440)}
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def faults(page: Page, width: int) -> list[str]:
    """What is wrong at a width."""
    page.set_viewport_size({"width": width, "height": 900})
    return list(page.evaluate(FAULTS))

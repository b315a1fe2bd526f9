"""A wall fills its screen and nothing of it is cut off, whatever it shows, on TVs upright or not; its counts are large.

The pages are previews: the same template, styles and scripts as the wall. Their agents are multiplied in the page.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.support.demo import Demo

SCREENS = [(1920, 1080), (3840, 2160), (1080, 1920), (2160, 3840)]
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
QUERY = """(changes) => {
  const values = new URLSearchParams(new FormData(document.getElementById("design")));
  values.delete("csrfmiddlewaretoken");
  for (const [name, value] of Object.entries(changes)) value || name !== "agents" ? values.set(name, value) : values.delete(name);
  return document.getElementById("design").dataset.preview + "?" + values;
}"""
MULTIPLY = """(count) => {
  const list = document.querySelector(".agents");
  const some = [...(list?.children || [])].slice(0, 12).map((agent) => agent.cloneNode(true));
  list?.replaceChildren(...Array.from({ length: count }, (_, place) => some[place % some.length].cloneNode(true)));
  dispatchEvent(new Event("resize"));
}"""
CHECK = """() => {
  const [wide, high] = [innerWidth, innerHeight], wrong = [], root = document.documentElement;
  const say = (what, element) => wrong.push(`${what}: ${element.className || element.id} "${element.textContent.trim().slice(0, 30)}"`);
  if (root.scrollWidth > wide || root.scrollHeight > high) wrong.push(`scrolls: ${root.scrollWidth} x ${root.scrollHeight}`);
  const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.offsetWidth);
  const box = (element) => element.getBoundingClientRect();
  const inside = (inner, outer) => inner.left > outer.left - 1 && inner.top > outer.top - 1 && inner.right < outer.right + 1 && inner.bottom < outer.bottom + 1;
  const boxes = all("header h1, #clock, .panel, .agent, .offline, #age");
  for (const element of boxes) if (!inside(box(element), { left: 0, top: 0, right: wide, bottom: high })) say("outside", element);
  for (let i = 0; i < boxes.length; i += 1) {
    for (let j = i + 1; j < boxes.length; j += 1) {
      const [a, b] = [box(boxes[i]), box(boxes[j])];
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) say("overlaps " + boxes[j].className, boxes[i]);
    }
  }
  for (const panel of all(".panel")) {
    for (const part of panel.querySelectorAll(".panel-label span, .panel-value b, .on-amber, .on-red"))
      if (part.offsetWidth && !inside(box(part), box(panel))) say("cut off", part);
  }
  for (const element of all(".agents, .agent div, .agent b, .agent .word, .panel, h1")) {
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline") say("too wide", element);
    if (element.scrollHeight > element.clientHeight + 1 && getComputedStyle(element).display !== "inline") say("too high", element);
  }
  const pen = document.createElement("canvas").getContext("2d");
  for (const count of all("[data-count]")) {
    const style = getComputedStyle(count);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const digits = pen.measureText("8").actualBoundingBoxAscent;
    if (digits < high / 12) say(`${Math.round(digits)} px high, of ${high}`, count);
  }
  const list = document.querySelector(".agents");
  const letters = list ? parseFloat(getComputedStyle(list).fontSize) : high;
  if (letters < high * 0.012) wrong.push(`agents' letters of ${letters} px`);
  return wrong;
}"""


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
    answer = page.goto(page.evaluate(QUERY, changes))
    assert answer
    assert answer.status == 200


@pytest.mark.parametrize("shown", SHOWN)
def test_nothing_is_cut_off_and_counts_are_a_twelfth_of_the_height(preview: Page, shown: str) -> None:
    open_with(preview, SHOWN[shown])
    wrong: dict[Any, Any] = {}
    for width, height in SCREENS:
        preview.set_viewport_size({"width": width, "height": height})
        for count in AGENTS if "agents" not in SHOWN[shown] else AGENTS[:1]:
            preview.evaluate(MULTIPLY, count)
            found = preview.evaluate(CHECK)
            if found:
                wrong[width, height, count] = found[:4]
    assert wrong == {}

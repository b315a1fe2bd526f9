// Under stale figures times stand still at what was seen, without colour, on pages and on walls.
import assert from "node:assert/strict";
import test from "node:test";

import { Browser, Element } from "./browser.mjs";
import { FIGURES, Page, timed } from "./page.mjs";
import { Wall } from "./tv.mjs";

test("on a wall times stand still under stale figures at what was seen, without colour, until figures come back", async () => {
  const wall = new Wall({ panel: { "data-amber": "60", "data-red": "90" }, count: { "data-count-level": "amber" }, since: 100 });
  const seen = () => [wall.time.textContent, wall.stale.textContent, wall.panel.getAttribute("data-level"), wall.count.getAttribute("data-level")];
  await wall.wait(5); // the last answer: its figures are 1 s old
  wall.answer = new TypeError("Failed to fetch");
  await wall.wait(29);
  assert.deepEqual(seen(), ["2 m", "", "red", "amber"]);
  await wall.wait(1);
  assert.deepEqual(seen(), ["1 m", "at 20:31", null, null]);
  await wall.wait(420);
  assert.deepEqual(seen(), ["1 m", "at 20:31", null, null]);
  wall.answer = { status: 304 };
  await wall.wait(15);
  assert.deepEqual(seen(), ["1 m", "", "red", "amber"]);
});

test("on a wall whose figures the dashboard itself cannot renew times stand still too", async () => {
  const wall = new Wall({ panel: { "data-amber": "60" }, since: 500 });
  const figures = { ...FIGURES, age: 400, seen: "20:24", error: "unreachable", text: "Comm100 does not answer" };
  wall.answer = { status: 304, figures: JSON.stringify(figures) };
  await wall.wait(6);
  assert.deepEqual([wall.time.textContent, wall.stale.textContent, wall.panel.getAttribute("data-level")], ["1 m", "at 20:24", null]);
});

test("on a slow wall times go on between two polls", async () => {
  const wall = new Wall({ attributes: { "data-every": "60" }, since: 100 });
  await wall.wait(50);
  assert.equal(wall.time.textContent, "2 m");
});

test("while nobody answers a page, a time stands still at what was seen, without colour, until an answer without new rows", () => {
  const page = new Page();
  const time = timed(page, 100, { "data-limit": "60" });
  page.pass(5); // the last answer: its figures are 1 s old
  page.answer = { status: 502 };
  page.pass(29);
  assert.deepEqual([time.textContent, time.dataset.over], ["2 m", "red"]);
  for (const seconds of [1, 400]) {
    page.pass(seconds);
    assert.deepEqual([time.textContent, time.dataset.over], ["1 m at 20:31", undefined]);
  }
  page.answer = { status: 304 };
  page.pass(61);
  assert.deepEqual([time.textContent, time.dataset.over, page.shown], ["1 m", "red", 0]);
});

test("the times of each region stand still by its own figures", () => {
  const page = new Page();
  const other = new Element({ "data-live": "", "data-figures": JSON.stringify({ ...FIGURES, age: 400, seen: "20:24" }) });
  Object.assign(other, { id: "queue", dispatchEvent: () => {} });
  const dead = (other.inside["time[data-ticks]"] = [new Element({ datetime: new Date(FIGURES.now - 520_000).toISOString() })])[0];
  const time = timed(page, 125);
  page.window.document.inside["[data-live]"].push(other);
  page.pass(6);
  assert.deepEqual([time.textContent, dead.textContent], ["2 m", "2 m at 20:24"]);
});

test("on a paused page times go on for 30 s and then stand still", () => {
  const { storage } = new Browser();
  storage.setItem("paused", "yes");
  const page = new Page({ storage });
  const time = timed(page, 100);
  page.pass(29);
  assert.equal(time.textContent, "2 m");
  page.pass(31);
  assert.deepEqual([time.textContent, page.state], ["1 m at 20:31", "held"]);
});

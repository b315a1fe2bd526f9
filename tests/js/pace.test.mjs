import assert from "node:assert/strict";
import test from "node:test";

import { Browser } from "./browser.mjs";
import { FIGURES, Page } from "./page.mjs";
import { Wall } from "./tv.mjs";

const pace = (random) => new Browser({ random }).run("pace").pace;

test("figures that say when to ask again are obeyed, spread over half a second, and by whoever asks more often not", () => {
  for (const [random, spread] of [[0, 0], [0.5, 0.25], [1, 0.5]]) {
    const { ofPage, ofWall } = pace(random);
    assert.equal(ofPage({ ...FIGURES, again: 3 }, 0, 0, false), 3 + spread);
    assert.equal(ofWall({ ...FIGURES, again: 3 }, 30, 0), 3 + spread, "sooner than the wall's own pace");
    assert.equal(ofWall({ ...FIGURES, again: 3 }, 2, 0), 2 + spread, "not later either");
  }
});

test("figures that do not say it, of an older server or because they fail, leave the pace as it is", () => {
  const { ofPage, ofWall } = pace(0.5);
  for (const figures of [FIGURES, { ...FIGURES, again: null }, { ...FIGURES, again: 0 }]) {
    assert.deepEqual([ofPage(figures, 0, 0, false), ofPage(figures, 7, 0, false)], [5, 7]);
    assert.deepEqual([ofWall(figures, 0, 0), ofWall(figures, 30, 0)], [5, 30]);
  }
  assert.equal(ofPage(null, 0, 0, false), 5);
});

test("a hidden tab keeps its minute, and polls that fail their pace", () => {
  const { ofPage, ofWall } = pace(0.5);
  const soon = { ...FIGURES, again: 0.5 };
  assert.equal(ofPage(soon, 0, 0, true), 60);
  assert.deepEqual([1, 2, 3, 4, 9].map((failures) => ofPage(soon, 0, failures, false)), [5, 5, 10, 20, 60]);
  assert.deepEqual([1, 3, 4].map((failures) => ofWall(soon, 5, failures)), [5, 5, 10]);
});

test("a page and a wall ask when their answers say, not at the next tick before", async () => {
  const figures = { ...FIGURES, again: 2 };
  const page = new Page({ figures });
  page.answer = { status: 304, figures };
  page.pass(13);
  assert.deepEqual(page.pauses, [3, 3, 3], "2.25 s, when the test's clock comes to it");
  const wall = new Wall({ figures, attributes: { "data-every": "30" } });
  wall.answer = { status: 304, figures: JSON.stringify(figures) };
  await wall.wait(13);
  assert.deepEqual(new Set(wall.pauses.map(Math.round)), new Set([3]));
});

test("what a newer poll says counts while new content waits, and after it the figures' own pace", () => {
  const page = new Page();
  page.held = true;
  page.answer = { status: 200, figures: { ...FIGURES, again: 2 } };
  page.pass(12);
  assert.deepEqual(page.pauses, [3, 3]);
  page.answer = { status: 304 };
  page.pass(14);
  assert.deepEqual(page.pauses.slice(-2), [5, 5]);
});

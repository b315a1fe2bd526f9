import assert from "node:assert/strict";
import test from "node:test";

import { Browser, Element } from "./browser.mjs";

const UNITS = ["s", "m", "h", "d"];
const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

const open = (options) => {
  const browser = new Browser(options);
  return { browser, ...browser.run("ages").ages };
};

test("a duration is told in its two largest units", () => {
  const { duration } = open();
  const told = {
    "-5": "0 s",
    0: "0 s",
    59.9: "59 s",
    [MINUTE]: "1 m",
    [HOUR - 1]: "59 m",
    [HOUR]: "1 h 00 m",
    [HOUR + 9 * MINUTE]: "1 h 09 m",
    [HOUR + 10 * MINUTE]: "1 h 10 m",
    [DAY - 1]: "23 h 59 m",
    [DAY]: "1 d 0 h",
    [2 * DAY + 3 * HOUR]: "2 d 3 h",
  };
  for (const [total, words] of Object.entries(told)) assert.equal(duration(Number(total), UNITS), words);
  assert.equal(duration(DAY + HOUR, ["Sek", "Min", "Std", "T"]), "1 T 1 Std");
});

test("figures age by the page's own clock from when they arrived", () => {
  const { browser, age, seconds } = open();
  const at = seconds();
  browser.now += 7;
  browser.date -= 86_400; // the system's clock is set back
  assert.equal(age({ age: 2.5 }, at), 9.5);
  assert.equal(age({ age: null }, at), null);
});

test("a browser without a clock of its own counts on the system's", () => {
  const { browser, age, seconds } = open({ with: { performance: undefined } });
  const at = seconds();
  browser.date += 7;
  assert.equal(age({ age: 2.5 }, at), 9.5);
});

test("figures are late after two intervals, stale after three but not before 30 s, and old after five minutes", () => {
  const { state, late } = open();
  const figures = { every: 5, error: "" };
  const states = { 0: "fresh", 11: "fresh", 11.1: "late", 30: "late", 30.1: "stale", 300: "stale", 300.1: "old" };
  for (const [old, expected] of Object.entries(states)) {
    assert.equal(state(figures, Number(old), 0), expected, `${old} s`);
    assert.equal(late(figures, Number(old)), expected !== "fresh", `${old} s`);
  }
  const slow = (every, old) => state({ every, error: "" }, old, 0);
  assert.deepEqual([41, 60, 60.1].map((old) => slow(20, old)), ["fresh", "late", "stale"]);
  assert.deepEqual([240, 301, 360, 360.1].map((old) => slow(120, old)), ["fresh", "late", "late", "old"]);
});

test("an error makes fresh figures late and no others better", () => {
  const { state } = open();
  const figures = { every: 5, error: "unreachable" };
  assert.deepEqual([3, 12, 31, 400].map((old) => state(figures, old, 0)), ["late", "late", "stale", "old"]);
});

test("figures that never came are none, and stale if something is wrong", () => {
  const { state } = open();
  assert.equal(state({ every: 5, error: "" }, null, 0), "none");
  assert.equal(state({ every: 5, error: "no-connection" }, null, 0), "none");
  assert.equal(state({ every: 5, error: "no-connection" }, null, 1), "stale");
  assert.equal(state({ every: 5, error: "connection-removed" }, null, 0), "stale");
  assert.equal(state({ every: 5, error: "" }, null, 1), "stale");
  assert.equal(state({ every: 5, error: "refused" }, null, 0), "stale");
});

test("a time is amber and red from its limits on, and without limits never", () => {
  const { level } = open();
  assert.deepEqual([59, 60, 89, 90, 1e9].map((total) => level(total, 60, 90)), ["", "amber", "amber", "red", "red"]);
  assert.deepEqual([59, 60, 1e9].map((total) => level(total, 60, null)), ["", "amber", "amber"]);
  assert.deepEqual([59, 90, 1e9].map((total) => level(total, null, 90)), ["", "red", "red"]);
  assert.deepEqual([level(0, 0, null), level(0, null, 0)], ["amber", "red"], "a limit of 0 is one");
  assert.equal(level(1e9, null, null), "");
  assert.equal(level(100, 90, 60), "red", "red comes first if the limits are the wrong way round");
});

/** Makes one time tick that began `since` seconds ago, under figures that are so many seconds old. */
function ticked(since, attributes = {}, { text = "08:15", old = [0] } = {}) {
  const { browser, tick, clock } = open();
  const began = new Date((browser.date - since) * 1000).toISOString();
  const time = new Element({ datetime: began, ...attributes }, { text });
  const root = new Element({}, { inside: { "time[data-ticks]": [time] } });
  for (const age of old) tick(root, clock({ every: 5, seen: "20:31" }, age, browser.date), UNITS, "{age} at {time}");
  return time;
}

test("a time is shown as a duration, and what the server wrote becomes its title", () => {
  const time = ticked(125);
  assert.deepEqual([time.textContent, time.title], ["2 m", "08:15"]);
  assert.equal(ticked(125, { "data-least": "" }).textContent, "≥ 2 m");
});

test("a time that shows its duration already is not written again", () => {
  const time = ticked(125, {}, { text: "2 m" });
  assert.deepEqual([time.writes, time.title], [0, ""]);
});

test("a time past its limit is amber, and red at one and a half times the limit", () => {
  const over = (since, attributes) => ticked(since, attributes).getAttribute("data-over");
  const limit = { "data-limit": "60" };
  assert.deepEqual([59, 60, 89, 90].map((since) => over(since, limit)), [null, "amber", "amber", "red"]);
  assert.equal(over(10, { ...limit, "data-over": "red" }), null, "the level goes when the time begins again");
  assert.equal(over(1e6, {}), null);
  assert.equal(over(1e6, { "data-limit": "0" }), null);
});

test("a time under stale figures stands still at what was seen, and says when", () => {
  const told = (old, attributes) => ticked(125 + old, attributes, { old: [old] }).textContent;
  assert.deepEqual([30, 31, 400, 86_400].map((old) => told(old)), ["2 m", "2 m at 20:31", "2 m at 20:31", "2 m at 20:31"]);
  assert.equal(told(31, { "data-least": "" }), "≥ 2 m at 20:31");
  assert.equal(ticked(125, {}, { old: [400] }).textContent, "0 s at 20:31", "nothing lasts less than no time");
});

test("a time under figures that never came counts on", () => {
  assert.equal(ticked(125, {}, { old: [null] }).textContent, "2 m");
});

test("a time under stale figures has no level, and has it again when they come back", () => {
  const over = (old) => ticked(125, { "data-limit": "60" }, { old }).getAttribute("data-over");
  assert.deepEqual([over([0]), over([0, 31]), over([0, 31, 400]), over([0, 400, 0])], ["red", null, null, "red"]);
  const back = ticked(125, {}, { old: [400, 0] });
  assert.deepEqual([back.textContent, back.title], ["2 m", "08:15"]);
});

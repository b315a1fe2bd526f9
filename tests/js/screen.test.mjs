import assert from "node:assert/strict";
import test from "node:test";

import { Browser, Element } from "./browser.mjs";

const [HOUR, DAY] = [3600, 86_400];
const NOON = Date.UTC(2026, 6, 31, 12) / 1000;

const open = (options) => {
  const browser = new Browser(options);
  return { browser, ...browser.run("screen").wallScreen };
};

// ---- The clock -------------------------------------------------------------------------------

/** What a wall's clock shows at these moments. */
function shown(attributes, ...moments) {
  const clock = new Element(attributes);
  const { tell } = open({ ids: { clock }, date: 0 }); // the TV's own clock was never set
  return moments.map((moment) => {
    tell(moment);
    return clock.textContent;
  });
}

test("a clock shows the time of the wall's zone, whatever the TV's own clock says", () => {
  const zone = (offset) => ({ "data-hours": "24", "data-offset": String(offset), "data-change": "", "data-then": "" });
  assert.deepEqual(shown(zone(0), NOON, NOON + 59, NOON + 60), ["12:00", "12:00", "12:01"]);
  assert.deepEqual(shown(zone(5.75 * HOUR), NOON), ["17:45"]);
  assert.deepEqual(shown(zone(14 * HOUR), NOON), ["02:00"]);
  assert.deepEqual(shown(zone(-12.5 * HOUR), NOON), ["23:30"]);
});

test("a clock changes to summer time at the very second", () => {
  const offsets = { "data-offset": String(HOUR), "data-change": String(NOON), "data-then": String(2 * HOUR) };
  const zone = { "data-hours": "24", ...offsets };
  assert.deepEqual(shown(zone, NOON - 1, NOON, NOON + DAY), ["12:59", "14:00", "14:00"]);
});

test("a clock of twelve hours has no hour 0 and none above 12", () => {
  const zone = { "data-hours": "12", "data-offset": "0", "data-change": "", "data-then": "" };
  const times = [-12, -11, 0, 1, 11].map((hours) => NOON + hours * HOUR);
  assert.deepEqual(shown(zone, ...times), ["12:00 AM", "01:00 AM", "12:00 PM", "01:00 PM", "11:00 PM"]);
});

test("a clock is written once a minute, and a screen without one is left alone", () => {
  const clock = new Element({ "data-hours": "24", "data-offset": "0" });
  const { tell } = open({ ids: { clock } });
  for (let second = 0; second < 60; second += 1) tell(NOON + second);
  assert.equal(clock.writes, 1);
  assert.doesNotThrow(() => open().tell(NOON));
});

// ---- Against burn-in -------------------------------------------------------------------------

test("a screen drifts round a small square in twelve minutes, a pixel never resting, and a phone does not", () => {
  const element = new Element();
  const { browser, drift } = open({ selectors: { "#screen, .holding": [element] }, date: 0 });
  const places = Array.from({ length: 13 }, (_, minute) => {
    browser.date = minute * 60;
    drift();
    return element.style.transform;
  });
  assert.equal(new Set(places).size, 12);
  assert.equal(places[12], places[0]);
  for (const place of places) {
    const [x, y] = place.match(/^translate\((-?\d)px,(-?\d)px\)$/).slice(1).map(Number);
    assert.equal(Math.max(Math.abs(x), Math.abs(y)), 4, place);
  }
  browser.scrolls = true;
  drift();
  assert.equal(element.style.transform, "");
});

// ---- Which screen this is --------------------------------------------------------------------

test("a tab keeps its id over reloads, and two tabs have two", () => {
  const { browser, id } = open();
  assert.match(id, /^[a-z0-9]{20,}$/);
  assert.equal(open({ storage: browser.storage }).id, id);
  assert.notEqual(open().id, id);
});

test("an id that was cut short is made long again, and a tab that keeps nothing has one too", () => {
  const { browser } = open();
  browser.storage.setItem("screen", "short");
  assert.match(open({ storage: browser.storage }).id, /^short[a-z0-9]{15,}$/);
  assert.match(open({ storage: null }).id, /^[a-z0-9]{20,}$/);
});

// ---- Asking ----------------------------------------------------------------------------------

test("one request is under way at a time, and its answer is told once", () => {
  const { browser, get } = open();
  const told = [];
  const done = (request) => told.push(request.status);
  get("/tv/", { "X-Screen": "abc" }, done);
  get("/tv/", {}, done);
  assert.equal(browser.requests.length, 1);
  const { method, address, headers, timeout } = browser.lastRequest;
  assert.deepEqual([method, address, { ...headers }, timeout], ["GET", "/tv/", { "X-Screen": "abc" }, 15_000]);
  browser.lastRequest.answer(304);
  get("/tv/", {}, done);
  browser.lastRequest.answer(0);
  assert.deepEqual(told, [304, 0]);
});

test("a request whose end the browser never told is given up, and its late answer does not count", () => {
  const { browser, get } = open();
  const told = [];
  const done = (request) => told.push(request.status);
  get("/tv/", {}, done);
  const [lost] = browser.requests;
  browser.pass(29);
  get("/tv/", {}, done);
  assert.equal(browser.requests.length, 1);
  browser.pass(1);
  get("/tv/", {}, done);
  assert.deepEqual([browser.requests.length, lost.aborted], [2, true]);
  lost.answer(200);
  browser.lastRequest.answer(304);
  assert.deepEqual(told, [304]);
});

test("a clock that is set back a year does not stop a screen from asking", () => {
  const { browser, get } = open();
  get("/tv/", {}, () => {});
  browser.date -= 365 * DAY;
  get("/tv/", {}, () => {});
  assert.equal(browser.requests.length, 2);
});

// ---- Loading again ---------------------------------------------------------------------------

/** Asks to load the page again, and tells how often it was, with this answer. */
function reloaded({ browser, reload }, why, status = 200, headers = { "X-Figures": "{}" }) {
  reload(why);
  browser.lastRequest.answer(status, headers);
  return browser.reloads;
}

test("a page is loaded again only if the dashboard itself answers well", () => {
  const screen = open();
  assert.equal(reloaded(screen, "", 200, {}), 0, "a hotel's sign-in page");
  assert.equal(reloaded(screen, "", 502, { "X-Figures": "{}" }), 0);
  assert.equal(reloaded(screen, "", 0, {}), 0, "no answer");
  assert.equal(reloaded(screen, ""), 1);
  assert.equal(screen.browser.lastRequest.address, "/wall/secret/");
});

test("a page is loaded again for one reason every five minutes, over reloads too", () => {
  const screen = open();
  assert.equal(reloaded(screen), 1);
  assert.equal(reloaded(screen), 1);
  assert.equal(reloaded(screen, "a new design"), 2, "another reason");
  const next = open({ storage: screen.browser.storage });
  next.browser.pass(300);
  assert.equal(reloaded(next), 0);
  next.browser.pass(1);
  assert.equal(reloaded(next), 1);
});

test("a screen that waits is loaded at once, whatever was loaded before", () => {
  const screen = open();
  reloaded(screen);
  assert.equal(reloaded(screen, undefined, 410, { "X-Standby": "ended" }), 2);
});

test("a tab that keeps nothing is loaded again five minutes after it was loaded", () => {
  const screen = open({ storage: null });
  screen.browser.pass(300);
  assert.equal(reloaded(screen), 0);
  screen.browser.pass(1);
  assert.equal(reloaded(screen), 1);
});

test("a clock that is set back a year does not forbid reloads for a year", () => {
  const screen = open();
  reloaded(screen);
  screen.browser.date -= 365 * DAY;
  assert.equal(reloaded(screen), 2);
});

test("a timer loads the page every so many seconds, and tells each time that it cannot", () => {
  const { browser, timer } = open();
  let bad = 0;
  timer(10, () => (bad += 1));
  browser.pass(10);
  browser.lastRequest.answer(502);
  assert.deepEqual([browser.reloads, bad], [0, 1]);
  browser.pass(10);
  browser.lastRequest.answer(200, { "X-Figures": "{}" });
  assert.deepEqual([browser.reloads, bad], [1, 1]);
});

test("the reload in a minute is called off only if all scripts and styles have arrived", () => {
  const calledOff = (names, computed = {}) => {
    const removed = [];
    const again = { parentNode: { removeChild: (child) => removed.push(child) } };
    const style = () => ({ marginTop: "0px", position: "relative", ...computed });
    const page = { ids: { again }, selectors: { ".holding": [new Element()] }, with: { getComputedStyle: style } };
    const { browser, arrived } = open(page);
    arrived(names);
    browser.happen("load");
    return removed.length;
  };
  assert.equal(calledOff(["wallScreen"]), 1);
  assert.equal(calledOff(["wallScreen", "ages"]), 0);
  assert.equal(calledOff(["wallScreen"], { marginTop: "8px" }), 0);
  assert.equal(calledOff(["wallScreen"], { position: "static" }), 0);
});

// ---- Staying on ------------------------------------------------------------------------------

test("a screen says whether it is kept on, and asks again only if the lock was lost", async () => {
  const line = new Element({ "data-say-awake": "Screen kept on", "data-say-asleep": "Screen may sleep" });
  const word = new Element();
  const locks = [];
  const request = () => {
    locks.push({ addEventListener: (_name, react) => (locks.at(-1).lose = react) });
    return Promise.resolve(locks.at(-1));
  };
  const { browser, wake } = open({ ids: { age: line, wake: word } });
  wake();
  assert.equal(word.textContent, "Screen may sleep", "a browser without wakeLock");
  browser.window.navigator.wakeLock = { request };
  await wake();
  await wake();
  assert.deepEqual([word.textContent, locks.length], ["Screen kept on", 1]);
  locks[0].lose();
  assert.equal(word.textContent, "Screen may sleep");
  browser.window.document.hidden = true;
  await wake();
  assert.equal(locks.length, 1, "hidden pages are refused anyway");
  browser.window.document.hidden = false;
  await wake();
  assert.deepEqual([word.textContent, locks.length], ["Screen kept on", 2]);
});

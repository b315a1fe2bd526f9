import assert from "node:assert/strict";
import test from "node:test";

import { Browser, Element } from "./browser.mjs";

/** The page of a screen that waits in this state, after it has asked and got this answer. */
function waiting(state, status = 304, headers = {}) {
  const place = new Element();
  const browser = new Browser({ selectors: { "#screen, .holding": [place] } });
  const attributes = { "data-state": state, "data-every": "5", "data-ask": "/tv/code/" };
  for (const [name, value] of Object.entries(attributes)) browser.body.setAttribute(name, value);
  let locks = 0;
  browser.window.navigator.wakeLock = { request: () => ((locks += 1), new Promise(() => {})) };
  browser.run("screen", "holding");
  browser.pass(5);
  browser.lastRequest.answer(status, headers);
  return { browser, place, locks };
}

test("a waiting screen asks in its name every few seconds whether its state still holds", () => {
  const { browser } = waiting("paused");
  const { address, headers } = browser.lastRequest;
  assert.equal(address, "/tv/code/");
  const partial = { "HX-Request": "true", "HX-Request-Type": "partial" };
  assert.deepEqual({ ...headers }, { ...partial, "HX-PTag": "paused", "X-Screen": browser.window.wallScreen.id });
  browser.pass(4);
  assert.equal(browser.requests.length, 1);
  browser.pass(1);
  assert.equal(browser.requests.length, 2);
});

test("a waiting screen is loaded again when the dashboard says that the state is over, and by no one else's word", () => {
  const reloads = (...answer) => waiting(...answer).browser.reloads;
  assert.equal(reloads("paused", 200, { "HX-Refresh": "true" }), 1);
  assert.equal(reloads("paused", 200, { "X-Figures": "{}" }), 1);
  assert.equal(reloads("paused", 200), 0, "a proxy's page");
  assert.equal(reloads("paused", 304), 0);
  assert.equal(reloads("paused", 502, { "HX-Refresh": "true" }), 0);
  assert.equal(reloads("paused", 0), 0);
  assert.equal(reloads("", 200), 1, "a page without a state takes any that answers");
});

test("a waiting screen is kept on and moves against burn-in; one whose link has ended may sleep", () => {
  assert.deepEqual(["paused", "ended"].map((state) => waiting(state).locks), [1, 0]);
  const { browser, place } = waiting("ended");
  const before = place.style.transform;
  browser.pass(60);
  assert.notEqual(place.style.transform, before);
});

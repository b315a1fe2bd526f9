import assert from "node:assert/strict";
import test from "node:test";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const SOURCE = readFileSync(new URL("../../static/js/alarm.js", import.meta.url), "utf8");

/** The script on a page without a queue, as the sign-in page is: only what it offers. */
function open() {
  const nothing = { addEventListener() {}, getElementById: () => null, querySelectorAll: () => [] };
  const window = { Notification: {} };
  vm.runInNewContext(SOURCE, { window, document: nothing, Math, Number });
  return window.alarm;
}

test("it rings while the page says so, and never on figures that are out of date", () => {
  const { rings } = open();
  assert.equal(rings({ alarmSound: "", age: "fresh" }), true);
  assert.equal(rings({ alarmSound: "", age: "late" }), true);
  assert.equal(rings({ age: "fresh" }), false);
  for (const age of ["stale", "old"]) assert.equal(rings({ alarmSound: "", age }), false);
});

test("of a browser's tabs one rings, and another one goes on when that is closed", () => {
  const { mayRing } = open();
  assert.equal(mayRing(null, 100, "me"), true);
  assert.equal(mayRing("me 105", 100, "me"), true);
  assert.equal(mayRing("other 105", 100, "me"), false);
  assert.equal(mayRing("other 99", 100, "me"), true);
  assert.equal(mayRing("other 100000", 100, "me"), true, "a clock was set back since");
  assert.equal(mayRing("nonsense", 100, "me"), true);
});

import assert from "node:assert/strict";
import test from "node:test";

import { Browser } from "./browser.mjs";
import { FIGURES, FRAGMENT, Page, SIGN_IN, timed } from "./page.mjs";

test("a page polls at the figures' own pace", () => {
  const page = new Page();
  page.pass(31);
  assert.deepEqual(page.pauses, [5, 5, 5, 5, 5]);
  page.answer = { status: 304, figures: { ...FIGURES, every: 12 } };
  page.pass(29 + 12);
  assert.deepEqual(page.pauses.slice(-2), [12, 12]);
});

test("a page that opens with old figures asks soon", () => {
  const page = new Page({ figures: { ...FIGURES, age: 9 } });
  page.pass(2);
  assert.equal(page.polls.length, 1);
});

test("polls that fail get slower, up to a minute, and quick again after an answer", () => {
  const page = new Page();
  page.answer = { status: 502 };
  page.pass(300);
  assert.deepEqual(page.pauses.slice(0, 8), [5, 5, 10, 20, 40, 60, 60, 60]);
  page.answer = { status: 304 };
  page.pass(75); // one slow pause at most
  assert.deepEqual(page.pauses.slice(-2), [5, 5]);
});

test("pages whose polls fail do not ask in step", () => {
  const pauses = (random) => {
    const page = new Page({ random });
    page.answer = { status: 502 };
    page.pass(300);
    return page.pauses.slice(0, 6);
  };
  assert.deepEqual(pauses(0), [4, 4, 8, 16, 32, 48]);
  assert.deepEqual(pauses(1), [6, 6, 12, 24, 48, 72]);
});

test("a hidden tab polls once a minute, and at once when it is seen again", () => {
  const page = new Page();
  page.pass(5);
  page.window.document.hidden = true;
  page.pass(200);
  assert.deepEqual(page.pauses.slice(1), [60, 60, 60]);
  const before = page.polls.length;
  page.window.document.hidden = false;
  page.happen("visibilitychange");
  assert.equal(page.polls.length, before + 1);
});

test("a machine that slept asks at once, though its own clock stood still", () => {
  const page = new Page();
  page.pass(6);
  const before = page.polls.length;
  page.date += 3600;
  page.pass(1);
  assert.equal(page.polls.length, before + 1);
});

test("the line says how old the figures are, and whose fault it is", () => {
  const page = new Page();
  page.pass(10);
  assert.deepEqual([page.words, page.state], ["Updated 1 s ago", "fresh"]);
  page.answer = { status: 502 };
  page.pass(15);
  assert.deepEqual([page.words, page.state], ["No answer; figures 16 s old", "late"]);
  page.pass(14);
  assert.deepEqual([page.words, page.state], ["No answer; figures 30 s old", "late"]);
  page.pass(1);
  assert.deepEqual([page.words, page.state], ["No answer; figures 31 s old", "stale"]);
  page.pass(400);
  assert.deepEqual([page.words, page.state], ["No answer; figures 7 m old", "old"]);
  page.answer = { status: 304, figures: { ...FIGURES, age: 14, error: "unreachable", text: "Comm100 does not answer" } };
  page.pass(120);
  assert.match(page.words, /^Not updated for 1\d s: Comm100 does not answer$/);
});

test("the line of figures that never came says whether they are on their way", () => {
  const words = (change) => new Page({ figures: { ...FIGURES, age: null, ...change } }).words;
  assert.equal(words({}), "No figures yet");
  assert.equal(words({ loading: true }), "Loading");
  assert.equal(words({ loading: true, error: "refused", text: "Refused" }), "No figures yet: Refused");
  const page = new Page({ figures: { ...FIGURES, age: null } });
  page.answer = { error: true, status: 0 };
  page.pass(3);
  assert.equal(page.words, "No answer");
});

test("updates wait while the pointer is on a row, the figures age meanwhile, and 30 s without a move show them", () => {
  const page = new Page();
  page.held = true;
  page.answer = { status: 200 };
  page.pass(6);
  assert.deepEqual([page.words, page.state, page.shown], ["1 update waits; figures 7 s old", "held", 0]);
  page.answer = { status: 304 };
  page.pass(5);
  assert.equal(page.words, "1 update waits; figures 12 s old", "what a newer poll says is not of the figures shown");
  page.answer = { status: 200 };
  page.pass(9);
  assert.deepEqual([page.words, page.state, page.shown], ["3 updates wait; figures 21 s old", "held", 0]);
  page.pass(11);
  assert.ok(page.shown > 0);
  assert.match(page.words, /^Updated \d s ago$/);
});

test("a paused page polls nothing and says so", () => {
  const { storage } = new Browser();
  storage.setItem("paused", "yes");
  const page = new Page({ storage });
  page.pass(60);
  assert.deepEqual([page.polls, page.words, page.state], [[], "Paused; figures 1 m old", "held"]);
});

test("what is not the dashboard's own answer leaves the rows and their age", () => {
  const strange = [
    { status: 200, figures: null, text: SIGN_IN },
    { status: 200, figures: null },
    { status: 200, figures: "<html>" },
    { status: 200, figures: { now: 1, age: 0 } },
    { status: 200, text: SIGN_IN },
    { status: 200, text: `<!doctype html><main>${FRAGMENT}</main>` },
    { status: 200, text: FRAGMENT.slice(0, -3) },
    { status: 200, text: FRAGMENT.replace("board", "other") },
    { status: 203 },
    { status: 304, figures: null },
  ];
  for (const answer of strange) {
    const page = new Page();
    page.answer = answer;
    page.pass(17);
    assert.deepEqual([page.words, page.shown], ["No answer; figures 18 s old", 0], JSON.stringify(answer));
    assert.equal(page.region._htmx.ptag, "t1", "its tag is not taken");
  }
});

test("a region without figures is not replaced by a stranger's page either", () => {
  const page = new Page({ figures: null });
  page.answer = { status: 200, figures: null, text: SIGN_IN };
  page.pass(6);
  assert.deepEqual([page.polls.length, page.shown], [1, 0]);
  page.answer = { status: 200, figures: null, text: `\n  ${FRAGMENT}\n` };
  page.pass(6);
  assert.equal(page.shown, 1);
});

test("the dashboard's own word to load the page again is heard", () => {
  const page = new Page();
  page.answer = { status: 200, figures: null, text: "", hx: { refresh: "true" } };
  page.pass(6);
  assert.equal(page.reloads, 1);
});

test("the time of a row ticks by the server's clock", () => {
  const page = new Page();
  const time = timed(page, 125);
  page.date += 90; // this machine's clock is wrong
  page.pass(1);
  assert.equal(time.textContent, "2 m");
});

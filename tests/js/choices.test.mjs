import assert from "node:assert/strict";
import { webcrypto } from "node:crypto";
import test from "node:test";

import { Browser } from "./browser.mjs";

const { choices } = new Browser({ with: { crypto: webcrypto, btoa } }).run("choices");
const plain = (value) => JSON.parse(JSON.stringify(value)); // objects of the page are of another realm
const VIEW = { width: 1000, height: 800 };
const MENU = { width: 250, height: 300 };
const badge = (left, top) => ({ left, top, bottom: top + 28 });
const SAYS = { sayState: "{status} for {time}", sayChat: "1 chat goes on", sayChats: "{n} chats go on" };

test("a menu stands under its badge, or over it near the window's foot", () => {
  assert.deepEqual(plain(choices.place(badge(300, 100), MENU, VIEW)), { left: 300, top: 132 });
  assert.deepEqual(plain(choices.place(badge(300, 700), MENU, VIEW)), { left: 300, top: 396 });
});

test("a menu never leaves the window", () => {
  assert.deepEqual(plain(choices.place(badge(900, 100), MENU, VIEW)), { left: 742, top: 132 });
  assert.deepEqual(plain(choices.place(badge(-40, 100), MENU, VIEW)), { left: 8, top: 132 });
  assert.deepEqual(plain(choices.place(badge(300, 200), MENU, { width: 1000, height: 400 })), { left: 300, top: 92 });
  assert.deepEqual(plain(choices.place(badge(0, 50), MENU, { width: 200, height: 200 })), { left: 8, top: 8 });
});

test("a letter leads to the next choice that begins with it, around the end", () => {
  const words = ["Online", "Away", "Meeting", "Mittag", "Übung"];
  assert.equal(choices.match(words, "m", 0), 2);
  assert.equal(choices.match(words, "M", 2), 3);
  assert.equal(choices.match(words, "m", 3), 2);
  assert.equal(choices.match(words, "a", -1), 1);
  assert.equal(choices.match(words, "ü", 0), 4);
  assert.equal(choices.match(words, "x", 0), -1);
  assert.equal(choices.match([], "x", -1), -1);
});

test("arrows go around, Home and End to the ends, and other keys nowhere", () => {
  assert.equal(choices.step("ArrowDown", 5, 6), 0);
  assert.equal(choices.step("ArrowUp", 0, 6), 5);
  assert.equal(choices.step("ArrowDown", -1, 6), 0);
  assert.equal(choices.step("ArrowUp", -1, 6), 5);
  assert.equal(choices.step("Home", 3, 6), 0);
  assert.equal(choices.step("End", 3, 6), 5);
  assert.equal(choices.step("Tab", 3, 6), null);
});

test("a menu's line tells the status, how long it lasts, and the chats that go on", () => {
  assert.equal(choices.state({ label: "Online", time: "38 m", chats: "1" }, SAYS), "Online for 38 m · 1 chat goes on");
  assert.equal(choices.state({ label: "Online", time: "38 m", chats: "3" }, SAYS), "Online for 38 m · 3 chats go on");
  assert.equal(choices.state({ label: "Away", time: "", chats: "0" }, SAYS), "Away");
  assert.equal(choices.state({ label: "Away", time: "1 h", chats: "" }, SAYS), "Away for 1 h");
});

test("a status of braces or of a dollar is told as it is", () => {
  assert.equal(choices.state({ label: "{time} $& $1", time: "1 m", chats: "" }, SAYS), "{time} $& $1 for 1 m");
});

test("two sendings never have one nonce, and a nonce fits an id and the server's field", () => {
  const made = new Set(Array.from({ length: 1000 }, () => choices.nonce()));
  assert.equal(made.size, 1000);
  for (const each of made) assert.match(each, /^[\w-]{32}$/);
});

test("a click with a key or another button leads elsewhere", () => {
  const click = { button: 0, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  assert.equal(choices.leads(click), false);
  for (const other of [{ button: 1 }, { ctrlKey: true }, { metaKey: true }, { shiftKey: true }, { altKey: true }]) {
    assert.equal(choices.leads({ ...click, ...other }), true);
  }
});

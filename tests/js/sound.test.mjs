import assert from "node:assert/strict";
import test from "node:test";

import { Browser, Element } from "./browser.mjs";

/** A tab with a wall that makes sounds. `alarm`: its data-sound. `tones`: when each began and what became of it. */
class Tab extends Browser {
  constructor({ running = true, lock = new Map(), alarm = "fresh", able = true, wanted = true } = {}) {
    const text = new Element({ "data-say-blocked": "Press a key", "data-say-none": "No sound" });
    const line = new Element({ hidden: "" });
    const tones = [];
    const audio = { state: running ? "running" : "suspended" };
    const param = { setValueAtTime() {}, linearRampToValueAtTime() {} };
    const node = () => ({ connect() {}, frequency: {}, gain: param });
    const tab = () => this.now;
    class AudioContext {
      destination = {};
      currentTime = 0;
      get state() {
        return audio.state;
      }
      resume() {
        audio.state = "running";
        return { then: (done) => done() };
      }
      createGain = node;
      createOscillator() {
        const tone = { began: tab(), ended: null };
        tones.push(tone);
        return { ...node(), start() {}, stop() {}, disconnect: () => (tone.ended ??= tab()) };
      }
    }
    super({ ids: wanted ? { sound: line, "sound-text": text } : {}, with: able ? { AudioContext } : {} });
    const storage = { getItem: (key) => lock.get(key) ?? null, setItem: (key, value) => lock.set(key, value) };
    this.window.localStorage = lock.denied ? undefined : storage;
    Object.assign(this, { tones, line, text, audio, state: "fresh", failures: 0 });
    this.ring(alarm);
    this.run("ages", "sound");
  }

  ring(alarm) {
    const found = alarm ? [new Element({ "data-sound": alarm })] : [];
    this.wall = new Element({}, { inside: { "[data-sound]": found } });
  }

  /** Lets seconds pass, each with a tick of the wall's script. */
  wait(seconds) {
    for (let step = 0; step < seconds; step += 1) {
      this.pass(1);
      this.window.wallSound.tick(this.wall, this.state, this.failures);
    }
    return this;
  }

  get began() {
    return this.tones.map((tone) => tone.began);
  }

  get words() {
    return this.line.hasAttribute("hidden") ? "" : this.text.textContent;
  }
}

test("while an alarm rings a tone begins every five seconds, and none without one", () => {
  assert.deepEqual(new Tab().wait(14).began, [2, 7, 12]);
  assert.deepEqual(new Tab({ alarm: "" }).wait(14).began, []);
  assert.deepEqual(new Tab({ wanted: false }).wait(14).began, [], "the wall wants no sound");
});

test("the tone stops at once when the alarm ends, is taken or its figures go stale", () => {
  for (const change of [(tab) => tab.ring(""), (tab) => (tab.state = "stale"), (tab) => (tab.state = "gone")]) {
    const tab = new Tab().wait(7);
    change(tab);
    tab.wait(10);
    assert.deepEqual(tab.began, [2, 7]);
    assert.equal(tab.tones[1].ended, 8);
  }
});

test("an alarm about the figures goes on under stale ones, as long as the dashboard answers", () => {
  const tab = new Tab({ alarm: "always" });
  tab.state = "stale";
  assert.deepEqual(tab.wait(7).began, [2, 7]);
  tab.failures = 1;
  assert.deepEqual(tab.wait(10).began, [2, 7]);
});

test("late figures are not stale ones", () => {
  const tab = new Tab();
  tab.state = "late";
  assert.deepEqual(tab.wait(7).began, [2, 7]);
});

test("of two tabs one rings, and the other one when the first is closed", () => {
  const lock = new Map();
  const [one, other] = [new Tab({ lock }), new Tab({ lock })];
  for (let second = 0; second < 12; second += 1) {
    one.wait(1);
    other.wait(1);
  }
  assert.deepEqual([one.began.length, other.began.length].sort(), [0, 3]);
  const left = one.began.length ? other : one;
  left.wait(12);
  assert.ok(left.began.length > 0, "the lock has run out");
});

test("a tab that may not make a sound leaves the lock to one that may", () => {
  const lock = new Map();
  const [silent, loud] = [new Tab({ lock, running: false }), new Tab({ lock })];
  silent.wait(5);
  assert.deepEqual(loud.wait(5).began, [2]);
});

test("a lock of before a change of the clock holds nobody back", () => {
  const lock = new Map([["sound", `other ${1_900_000_000_000}`]]);
  assert.deepEqual(new Tab({ lock }).wait(5).began, [2]);
  const { claim } = new Tab().window.wallSound;
  const what = (found) => ({ ...claim(found, "me", 10_000) });
  assert.deepEqual(what("other 11000"), { holds: false, takes: false });
  assert.deepEqual(what("other 9000"), { holds: false, takes: true });
  assert.deepEqual(what("me 11000"), { holds: true, takes: true });
  assert.deepEqual(what("me 9000"), { holds: false, takes: true }, "another tab may have rung meanwhile");
  assert.deepEqual(what("odd"), { holds: false, takes: true });
});

test("without a storage a tab rings by itself", () => {
  const lock = Object.assign(new Map(), { denied: true });
  assert.deepEqual(new Tab({ lock }).wait(7).began, [1, 6]);
});

test("a browser that holds sound back is said to, until a key is pressed, whether an alarm rings or not", () => {
  for (const name of ["keydown", "click", "touchend"]) {
    const tab = new Tab({ running: false, alarm: "" });
    assert.equal(tab.wait(2).words, "", "it may still begin by itself");
    assert.equal(tab.wait(2).words, "Press a key");
    tab.ring("fresh");
    assert.deepEqual(tab.wait(3).began, []);
    tab.happen(name);
    assert.equal(tab.words, "");
    assert.ok(tab.wait(3).began.length > 0);
  }
});

test("a browser without sound is said to have none", () => {
  assert.equal(new Tab({ able: false }).wait(1).words, "No sound");
});

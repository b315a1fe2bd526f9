import assert from "node:assert/strict";
import test from "node:test";

import { Element } from "./browser.mjs";
import { FIGURES, WHOLE, Wall } from "./tv.mjs";

test("a wall polls at its own pace", async () => {
  const wall = new Wall({ attributes: { "data-every": "7" } });
  await wall.wait(36);
  assert.deepEqual(wall.pauses, [7, 7, 7, 7]);
});

test("a wall whose polls fail slows down after the fourth, never in step with others", async () => {
  const pauses = async (random) => {
    const wall = new Wall({ random });
    wall.answer = new TypeError("Failed to fetch");
    await wall.wait(70);
    return wall.pauses.slice(0, 5);
  };
  assert.deepEqual(await pauses(0.25), [5, 5, 5, 9, 9]);
  assert.deepEqual(await pauses(0.75), [5, 5, 5, 11, 11]);
});

test("a wall says how old its figures are, and whose fault it is", async () => {
  const wall = new Wall();
  await wall.wait(7);
  assert.deepEqual([wall.words, wall.state], ["Updated 3 s ago", "fresh"]);
  wall.answer = new TypeError("Failed to fetch");
  await wall.wait(9);
  assert.deepEqual([wall.words, wall.state], ["Not updated for 12 s: No answer", "late"]);
  await wall.wait(18);
  assert.deepEqual([wall.words, wall.state, wall.away], ["Not updated for 30 s: No answer", "late", null]);
  await wall.wait(1);
  assert.deepEqual([wall.words, wall.state, wall.away], ["Last figures at 20:31", "stale", "1"]);
  assert.deepEqual(wall.line, ["Figures of 20:31 · No answer", "31 s old"]);
  await wall.wait(300);
  assert.deepEqual([wall.state, wall.line[1]], ["stale", "5 m old"]);
  const figures = JSON.stringify({ ...FIGURES, age: 14, error: "unreachable", text: "Comm100 does not answer" });
  wall.answer = { status: 304, figures };
  await wall.wait(12);
  assert.match(wall.words, /^Not updated for 1\d s: Comm100 does not answer$/);
  assert.equal(wall.away, null, "the dashboard answers again");
});

test("after 15 minutes the figures leave, and the screen says since when, whose fault it is and that it goes on", async () => {
  const wall = new Wall();
  await wall.wait(5);
  wall.answer = new TypeError("Failed to fetch");
  await wall.wait(899);
  assert.equal(wall.state, "stale");
  await wall.wait(1);
  assert.equal(wall.state, "gone");
  assert.deepEqual(["gone-title", "gone-text"].map((id) => wall.ids[id].textContent), ["No figures since 20:31", "It asks on."]);
  wall.answer = { status: 304, figures: JSON.stringify({ ...FIGURES, age: 1000, error: "x", text: "Comm100 does not answer" }) };
  await wall.wait(15);
  assert.equal(wall.ids["gone-text"].textContent, "Comm100 does not answer. They come back.");
  wall.answer = { status: 304 };
  await wall.wait(6);
  assert.equal(wall.state, "fresh");
});

test("a screen that may sleep says so for a minute", async () => {
  const wall = new Wall();
  const words = () => [wall.ids.wake.textContent, wall.ids.wake.className];
  await wall.wait(59);
  assert.deepEqual(words(), ["Screen may sleep", ""]);
  await wall.wait(61);
  assert.deepEqual(words(), ["Screen may sleep", "faded"]);
});

test("a wall's times are short, and smaller if a figure's place has no room for them", async () => {
  const text = async (since, attributes) => {
    const wall = new Wall({ since });
    for (const name of attributes) wall.time.setAttribute(name, "");
    await wall.wait(1);
    return [wall.time.textContent, wall.time.className];
  };
  assert.deepEqual(await text(113, ["data-wait"]), ["1:54", ""]);
  assert.deepEqual(await text(113, ["data-wait", "data-least"]), ["≥1:54", "long"]);
  assert.deepEqual(await text(5519, ["data-wait"]), ["1 h 32", "long"]);
  assert.deepEqual(await text(5519, ["data-wait", "data-least"]), ["≥1 h 32", "longer"]);
  assert.deepEqual(await text(200000, []), ["2 d", ""]);
});

test("while nothing changes a wall writes only what counts on, and looks at no sizes", async () => {
  const wall = new Wall({ since: 7200 });
  await wall.wait(3);
  const written = () => [wall.time, wall.stale, wall.ids["stale-text"], wall.ids["gone-title"]].map((each) => each.writes);
  const before = written();
  await wall.wait(30);
  assert.deepEqual([written(), wall.fits], [before, 1]);
});

test("a wall that opens with figures that nobody looked at waits for the first answer before it is seen", async () => {
  const seen = (figures) => new Wall({ figures: { ...FIGURES, ...figures } }).revealed ?? false;
  assert.deepEqual([seen({}), seen({ age: 50 }), seen({ age: 50, error: "unreachable" })], [true, false, true]);
  const wall = new Wall({ figures: { ...FIGURES, age: 50 } });
  await wall.wait(3);
  assert.equal(wall.revealed, true);
});

test("a slow wall is not a late one", async () => {
  const wall = new Wall({ attributes: { "data-every": "60" } });
  await wall.wait(50);
  assert.deepEqual([wall.words, wall.state], ["Updated 51 s ago", "fresh"]);
});

test("a wall without figures says so, and asks soon", async () => {
  const wall = new Wall({ figures: { ...FIGURES, age: null, text: "Refused" } });
  assert.equal(wall.words, "No figures yet: Refused");
  wall.answer = new TypeError("Failed to fetch");
  await wall.wait(3);
  assert.deepEqual([wall.words, wall.polls], ["No answer", [2]]);
});

test("what is not the dashboard's own whole answer leaves the figures ageing", async () => {
  const strange = [
    { status: 200, figures: null, text: WHOLE },
    { status: 200, figures: "null", text: WHOLE },
    { status: 304, figures: "<html>" },
    { status: 304, figures: '{"now": 1, "age": 0}' },
    { status: 502, text: WHOLE },
    { status: 204 },
    { status: 200, text: WHOLE.slice(0, -3) },
    { status: 200, text: "<main>Sign in</main>" },
    { status: 304, "HX-Refresh": "true" },
  ];
  for (const answer of strange) {
    const wall = new Wall();
    wall.answer = { ...answer, "HX-PTag": "t2" };
    await wall.wait(20);
    assert.equal(wall.words, "Not updated for 21 s: No answer", JSON.stringify(answer));
    assert.deepEqual(new Set(wall.tags), new Set(["t1"]), "its tag is not taken");
    assert.equal(wall.shown, undefined);
  }
});

test("a new wall is shown, and its tag sent from then on", async () => {
  const wall = new Wall();
  wall.answer = { status: 200, text: WHOLE, "HX-PTag": "t2" };
  await wall.wait(6);
  assert.equal(wall.words, "Updated 2 s ago");
  assert.equal(wall.shown.getAttribute("data-design"), "d1");
  assert.equal(wall.fits, 2, "its letters may be wider");
  await wall.wait(5);
  assert.deepEqual(wall.tags, ["t1", "t2"]);
});

test("a new wall that cannot be shown leaves the figures ageing and its tag, so that it is sent again", async () => {
  const wall = new Wall();
  wall.ids.wall.parentNode.replaceChild = () => {
    throw new Error("odd");
  };
  wall.answer = { status: 200, text: WHOLE, "HX-PTag": "t2" };
  await wall.wait(16);
  assert.equal(wall.words, "Not updated for 17 s: No answer");
  assert.deepEqual(wall.tags, ["t1", "t1", "t1"]);
});

test("a new build and a word of the dashboard load the page again", async () => {
  for (const answer of [
    { status: 304, figures: JSON.stringify({ ...FIGURES, build: "y" }) },
    { status: 304, "HX-Refresh": "true" },
  ]) {
    const wall = new Wall();
    wall.answer = answer;
    await wall.wait(6);
    wall.lastRequest.answer(200, { "X-Figures": "{}" });
    assert.equal(wall.reloads, 1);
  }
});

test("an old wall loads its page again every 12 hours, give or take one", async () => {
  for (const [random, hours] of [[1e-9, 11], [1 - 1e-9, 13]]) {
    const wall = new Wall({ random });
    wall.now = hours * 3600 - 60;
    wall.pass(1);
    assert.equal(wall.requests.length, 0);
    wall.pass(120);
    assert.ok(wall.requests.length > 0, "it looks whether the page answers well");
  }
});

test("a wall that makes sounds is not loaded again for its age: the browser could hold sound back then", async () => {
  const wall = new Wall({ random: 1e-9 });
  wall.ids.sound = new Element({ hidden: "" });
  wall.ids["sound-text"] = new Element();
  wall.now = 24 * 3600;
  wall.pass(120);
  assert.equal(wall.requests.length, 0);
  wall.answer = { status: 304, figures: JSON.stringify({ ...FIGURES, build: "y" }) };
  await wall.wait(6);
  assert.ok(wall.requests.length > 0, "a new build loads it");
});

test("a panel's time reaches its limits by the page's own clock", async () => {
  const level = async (panel, since, seconds) => {
    const wall = new Wall({ panel, since });
    await wall.wait(seconds);
    return wall.panel.getAttribute("data-level");
  };
  const limits = { "data-amber": "60", "data-red": "90" };
  assert.deepEqual([await level(limits, 57, 2), await level(limits, 57, 3)], [null, "amber"]);
  assert.deepEqual([await level(limits, 87, 2), await level(limits, 87, 3)], ["amber", "red"]);
  assert.equal(await level({ ...limits, "data-level": "red" }, 10, 1), null, "the level goes when the time begins again");
  assert.equal(await level({ "data-red": "90" }, 80, 1), null);
  assert.equal(await level({ "data-amber": "0" }, 0, 1), "amber", "a limit of 0 is one");
  assert.equal(await level({}, 1e6, 1), null);
});

test("a machine that slept shows figures as old as they are, though its own clock stood still", async () => {
  const wall = new Wall();
  await wall.wait(1);
  wall.answer = new TypeError("Failed to fetch");
  wall.date += 3600;
  await wall.wait(2);
  assert.deepEqual([wall.words, wall.state], ["Last figures at 20:31 · 1 h 00 m old", "gone"]);
  assert.ok(wall.polls.length > 0, "it asks at once");
});

test("a preview asks for nothing and does not age, so that its times stand still too", async () => {
  const wall = new Wall({ still: true, since: 100 });
  await wall.wait(600);
  assert.deepEqual([wall.polls, wall.words, wall.time.textContent], [[], "Updated 1 s ago", "1 m"]);
});

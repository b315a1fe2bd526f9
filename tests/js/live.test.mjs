import assert from "node:assert/strict";
import test from "node:test";

import { Browser, Element } from "./browser.mjs";

const FIGURES = { now: 1_800_000_000_000, age: 1, every: 5, error: "", text: "", note: "", loading: false, build: "x" };
const SAYS = {
  "data-units": "s m h d",
  "data-say-fresh": "Updated {age} ago",
  "data-say-late": "Not updated for {age}",
  "data-say-dead": "No answer; figures {age} old",
  "data-say-silent": "No answer",
  "data-say-never": "No figures yet",
  "data-say-loading": "Loading",
  "data-say-held": "{count} updates wait; figures {age} old",
  "data-say-held-one": "1 update waits; figures {age} old",
  "data-say-paused": "Paused; figures {age} old",
};

const FRAGMENT = '<section id="board" data-live>rows</section>';
const SIGN_IN = "<!doctype html><body><h1>Sign in</h1></body>";

/** A page with one polled region. `answer`: what htmx brings at each poll; `held`: whether the pointer is on a row. */
class Page extends Browser {
  constructor({ figures = FIGURES, storage, random = 0.5 } = {}) {
    const told = figures ? { "data-figures": JSON.stringify(figures) } : {};
    const region = new Element({ ...told, "data-live": "", "data-every": figures ? "" : "5" });
    const line = new Element(SAYS, { inside: { ".age-text": [new Element()] } });
    super({
      ids: { age: line, announce: new Element(), board: region },
      selectors: { "[data-live]": [region], "main [data-live][data-figures]": figures ? [region] : [] },
      storage,
      random,
      with: {
        CustomEvent: class {},
        getSelection: () => ({ isCollapsed: true }),
        htmx: { swap: (ctx) => this.#swap(ctx) },
      },
    });
    Object.assign(this, { region, line, polls: [], shown: 0, held: false, answer: { status: 304 } });
    Object.assign(region, { id: "board", localName: "section", _htmx: { ptag: "t1" }, matches: () => true, dispatchEvent: () => this.#poll() });
    region.querySelector = () => (this.held ? region : null);
    this.run("ages", "answers", "live");
  }

  /** What htmx does of a poll: it tells what comes, and takes the answer. */
  #poll() {
    this.polls.push(this.now);
    const { status, error, figures = FIGURES, text = FRAGMENT, hx = {} } = this.answer;
    const headers = new Map([["X-Figures", status === 502 ? null : typeof figures === "string" ? figures : JSON.stringify(figures)]]);
    const request = { method: "GET", headers: { "HX-PTag": this.region._htmx.ptag } };
    const ctx = { sourceElement: this.region, target: this.region, request, response: { status, headers }, text, hx };
    let refused = false;
    this.#tell("before:request", ctx);
    if (error) this.#tell("error", ctx);
    else {
      this.region._htmx.ptag = "t2"; // its extension takes the tag before the page is told
      this.#tell("after:request", ctx, () => (refused = true));
    }
    if (hx.refresh && !refused) this.reloads += 1;
    else if (status >= 200 && status < 300 && !refused) this.#swap(ctx);
    this.#tell("finally:request", ctx);
  }

  #swap(ctx) {
    let prevented = false;
    this.#tell("before:swap", ctx, () => (prevented = true));
    if (prevented) return;
    this.shown += 1;
    this.#tell("after:swap", ctx);
  }

  #tell(name, ctx, preventDefault) {
    this.happen(`htmx:${name}`, { detail: { ctx }, preventDefault });
  }

  get words() {
    return this.line.querySelector(".age-text").textContent;
  }

  get state() {
    return this.line.dataset.age;
  }

  /** Seconds between the polls so far. */
  get pauses() {
    return this.polls.slice(1).map((at, place) => at - this.polls[place]);
  }
}

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
  page.pass(130);
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
  page.pass(2);
  assert.deepEqual([page.words, page.state], ["No answer; figures 18 s old", "stale"]);
  page.pass(400);
  assert.deepEqual([page.words, page.state], ["No answer; figures 6 m old", "old"]);
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
  const time = new Element({ datetime: new Date(FIGURES.now - 125_000).toISOString() });
  const page = new Page();
  page.window.document.inside["time[data-ticks]"] = [time];
  page.date += 90; // this machine's clock is wrong
  page.pass(1);
  assert.equal(time.textContent, "2 m");
});

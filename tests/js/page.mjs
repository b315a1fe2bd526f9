// A page with one polled region, as live.js sees it, and what htmx does of its polls.
import { Browser, Element } from "./browser.mjs";
import * as told from "./told.mjs";

export const FIGURES = { ...told.FIGURES, loading: false };
const SAYS = {
  ...told.SAYS,
  "data-say-loading": "Loading",
  "data-say-held": "{count} updates wait; figures {age} old",
  "data-say-held-one": "1 update waits; figures {age} old",
  "data-say-paused": "Paused; figures {age} old",
};

export const FRAGMENT = '<section id="board" data-live>rows</section>';
export const SIGN_IN = "<!doctype html><body><h1>Sign in</h1></body>";

/** A page with one polled region. `answer`: what htmx brings at each poll; `held`: whether the pointer is on a row. */
export class Page extends Browser {
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
    this.run("ages", "answers", "pace", "live");
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

/** Puts a time into a page's region that began `since` seconds before its figures came. */
export function timed(page, since, attributes = {}) {
  const time = new Element({ datetime: new Date(FIGURES.now - since * 1000).toISOString(), ...attributes });
  page.region.inside["time[data-ticks]"] = [time];
  return time;
}

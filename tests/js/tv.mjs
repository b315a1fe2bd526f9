// A wall on its screen, as wall.js sees it, and what answers its polls.
import { Browser, Element } from "./browser.mjs";
import * as told from "./told.mjs";

const SAYS = {
  ...told.SAYS,
  "data-say-last": "Last figures at {time}",
  "data-say-at": "at {time}",
  "data-say-stale": "Figures of {time}",
  "data-say-gone": "No figures since {time}",
  "data-say-old": "{age} old",
  "data-say-asleep": "Screen may sleep",
};
const GONE = { "data-say-back": "They come back.", "data-say-dead": "It asks on." };

export const { FIGURES } = told;

export const WHOLE = '<main id="wall"></main>';

/** A wall with a panel of a time and one of a count. `answer`: what its polls get; an Error is no answer at all. */
export class Wall extends Browser {
  constructor({ figures = FIGURES, attributes = {}, panel = {}, count = {}, since = 0, random = 0.5, still = false } = {}) {
    const began = new Date(FIGURES.now - since * 1000).toISOString();
    const time = new Element({ datetime: began });
    const stale = new Element();
    const panels = new Element(panel, { inside: { time: [time], ".on-stale": [stale] } });
    const carried = { "data-ptag": "t1", "data-design": "d1", "data-every": "5", ...attributes };
    const counts = new Element(count, { inside: { ".on-stale": [new Element()] } });
    const inside = { ".panel": [panels, counts], "time[data-ticks]": [time] };
    const wall = new Element({ "data-figures": JSON.stringify(figures), ...carried }, { inside });
    const ids = { age: new Element(SAYS), wall };
    for (const name of ["age-text", "wake", "clock", "stale-text", "stale-age"]) ids[name] = new Element();
    for (const name of ["gone-title", "gone-text"]) ids[name] = new Element(GONE);
    super({
      ids,
      selectors: { "#screen, .holding": [new Element()] },
      random,
      with: {
        fetch: (address, options) => this.#fetch(options),
        DOMParser: class {
          parseFromString(text) {
            const found = text.includes('id="wall"') ? new Element({ "data-design": "d1" }) : null;
            return { getElementById: () => found };
          }
        },
        fit: Object.assign(() => (this.fits += 1), { reveal: () => (this.revealed = true) }),
      },
    });
    Object.assign(this, { fits: 0, ids, panel: panels, count: counts, time, stale, polls: [], tags: [], answer: { status: 304 } });
    this.window.document.importNode = (element) => element;
    wall.parentNode = { replaceChild: (fresh) => (this.shown = fresh) };
    if (still) this.window.document.documentElement.setAttribute("data-still", "");
    this.run("ages", "pace", "screen", "wall_page", "sound", "wall");
  }

  async #fetch({ headers }) {
    this.polls.push(this.now);
    this.tags.push(headers["HX-PTag"]);
    if (this.answer instanceof Error) throw this.answer;
    const { status, figures = JSON.stringify(FIGURES), text = "", ...more } = this.answer;
    const sent = { "X-Figures": figures, ...more };
    return { status, headers: { get: (name) => sent[name] ?? null }, text: async () => text };
  }

  /** Lets time pass; each second what was answered meanwhile is taken. */
  async wait(seconds) {
    for (let step = 0; step < seconds; step += 1) {
      this.pass(1);
      await new Promise(setImmediate);
    }
  }

  get words() {
    return this.ids["age-text"].textContent;
  }

  get state() {
    return this.body.getAttribute("data-age");
  }

  get away() {
    return this.body.getAttribute("data-away");
  }

  get line() {
    return ["stale-text", "stale-age"].map((id) => this.ids[id].textContent);
  }

  get pauses() {
    return this.polls.slice(1).map((at, place) => at - this.polls[place]);
  }
}

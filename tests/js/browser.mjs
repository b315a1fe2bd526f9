// As much of a browser as the scripts in static/js touch. The very files that pages load run in it; tests set its clock.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const FOLDER = new URL("../../static/js/", import.meta.url);

/** An element with attributes, a text and a style. `inside`: selector -> the elements it finds in this one. */
export class Element {
  constructor(attributes = {}, { text = "", inside = {} } = {}) {
    this.attributes = new Map(Object.entries(attributes));
    Object.assign(this, { inside, textContent: text, title: "", style: {}, writes: 0 });
    const name = (key) => `data-${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    this.dataset = new Proxy({}, {
      get: (_target, key) => this.attributes.get(name(key)),
      set: (_target, key, value) => this.attributes.set(name(key), String(value)),
    });
  }

  get textContent() {
    return this.text;
  }

  set textContent(text) {
    this.text = text;
    this.writes += 1;
  }

  hasAttribute(name) {
    return this.attributes.has(name);
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  querySelectorAll(selector) {
    return this.inside[selector] ?? [];
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }
}

/** A request that waits for the test's `answer`. */
class Request {
  constructor() {
    Object.assign(this, { headers: {}, readyState: 0, status: 0, answered: {}, aborted: false });
  }

  open(method, address) {
    Object.assign(this, { method, address });
  }

  setRequestHeader(name, value) {
    this.headers[name] = value;
  }

  send() {
    this.sent = true;
  }

  abort() {
    this.aborted = true;
    this.answer(0);
  }

  getResponseHeader(name) {
    return this.answered[name] ?? null;
  }

  answer(status, headers = {}) {
    Object.assign(this, { status, answered: headers, readyState: 4 });
    this.onreadystatechange();
  }
}

class Storage {
  items = new Map();

  getItem(key) {
    return this.items.get(key) ?? null;
  }

  setItem(key, value) {
    this.items.set(key, String(value));
  }
}

/**
 * A tab with a page of these elements, by id and by selector. `now` (seconds) is what performance.now() tells, and `date`
 * (seconds since 1970) what the system's clock does; `pass` moves both and runs the timers that are due. `random`: what
 * Math.random() gives, if a test wants to know.
 */
export class Browser {
  constructor({ ids = {}, selectors = {}, storage = new Storage(), date = 1_800_000_000, random, with: more = {} } = {}) {
    Object.assign(this, { now: 0, date, storage, reloads: 0, requests: [], timers: [], listeners: {}, scrolls: false });
    this.body = new Element();
    const browser = this;
    const listen = (name, react) => (this.listeners[name] ??= []).push(react);
    const document = new Element({}, { inside: selectors });
    const root = { body: this.body, documentElement: new Element() };
    Object.assign(document, { ...root, hidden: false, title: "", addEventListener: listen });
    document.getElementById = (id) => ids[id] ?? null;
    class Sent extends Request {
      constructor() {
        super();
        browser.requests.push(this);
      }
    }
    this.window = vm.createContext({
      document,
      console,
      navigator: {},
      location: { pathname: "/wall/secret/", reload: () => (this.reloads += 1) },
      performance: { now: () => this.now * 1000, getEntriesByType: () => [] },
      XMLHttpRequest: Sent,
      getComputedStyle: () => ({ overflowY: this.scrolls ? "visible" : "hidden" }),
      addEventListener: listen,
      setInterval: (act, delay) => this.#after(act, delay, true),
      setTimeout: (act, delay) => this.#after(act, delay, false),
      clearTimeout: (timer) => this.timers.splice(0, Infinity, ...this.timers.filter((each) => each !== timer)),
      ...more,
    });
    this.window.window = this.window;
    Object.defineProperty(this.window, "sessionStorage", {
      get: () => {
        if (!this.storage) throw new Error("denied");
        return this.storage;
      },
    });
    vm.runInContext("Date", this.window).now = () => this.date * 1000;
    if (random !== undefined) vm.runInContext("Math", this.window).random = () => random;
  }

  #after(act, delay, again) {
    const timer = { act, every: delay / 1000, due: this.now + delay / 1000, again };
    this.timers.push(timer);
    return timer;
  }

  /** Runs scripts of static/js as the page's script elements do. */
  run(...names) {
    for (const name of names) {
      const file = new URL(`${name}.js`, FOLDER);
      vm.runInContext(readFileSync(file, "utf8"), this.window, { filename: file.pathname });
    }
    return this.window;
  }

  /** Lets time pass, in steps of a second. */
  pass(seconds) {
    for (let step = 0; step < seconds; step += 1) {
      this.now += 1;
      this.date += 1;
      for (const timer of [...this.timers]) {
        if (timer.due > this.now || !this.timers.includes(timer)) continue;
        if (timer.again) timer.due += timer.every;
        else this.timers.splice(this.timers.indexOf(timer), 1);
        timer.act();
      }
    }
  }

  /** Lets something happen to the page. */
  happen(name, event = {}) {
    for (const react of this.listeners[name] ?? []) react(event);
  }

  get lastRequest() {
    return this.requests.at(-1);
  }
}

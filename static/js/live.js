/*
 * Keeps a page live: polls its regions, says how old their figures are, ticks times, and holds updates back
 * while the user is at a row.
 *
 * A region is `[data-live]` with an id, `data-hx-get` and `data-hx-trigger="refresh"`; this file decides when, htmx does the rest.
 *   data-figures   JSON {now, age, again, seen, every, error, text, note, loading, build}; each answer, a 304 too, has it in
 *                  X-Figures. A region without it tells what becomes of the user's own change: neither a row nor a pause holds it back
 *   data-every     seconds between polls, if not the figures' own `every`
 *   data-row       (inside) a row; while one is hovered, focused or checked, or its menu is open, new content waits
 *   data-say       a sentence told to screen readers when it changes
 * This file writes data-age on regions and on #age (none, fresh, late, stale, old; held: old for a reason that is no fault), the
 * text of `time[data-ticks]` in regions, and data-over of times past their limit (see ages.js).
 * A `refresh` with detail.asked (a filter) is never held back.
 */
(() => {
  "use strict";
  const TICK = 1; // seconds; a poll happens at the tick nearest to when it is due, if the figures do not say when
  const EARLY = 0.02; // seconds; a timer may end a little before its time
  const IDLE = 30; // seconds without pointer or keys after which held updates are shown

  const { seconds, duration } = window.ages;
  const regions = new Map(); // id -> what is known of a region
  const line = document.getElementById("age");
  const pause = document.getElementById("pause");
  const title = document.title.replace(/^\(\d+\) /, "").replace(`${document.getElementById("queue")?.dataset.alarmTitle} · `, "");
  const units = (line?.dataset.units || "s m h d").split(" ");
  const seenWords = line?.dataset.saySeen || "{age}";
  const paused = () => sessionStorage.getItem("paused") === "yes";
  let touched = seconds();

  // ---- Regions -------------------------------------------------------------------------------

  function know(element) {
    if (!regions.has(element.id)) {
      const figures = element.dataset.figures ? JSON.parse(element.dataset.figures) : null;
      const at = (performance.getEntriesByType("navigation")[0]?.responseStart || 0) / 1000;
      const region = { figures, at, due: 0, busy: false, answered: false, failures: 0, held: null, count: 0, said: element.dataset.say };
      // The figures are old if no one has looked for a while. The page has just asked for newer ones, so fetch them soon.
      const stale = figures && (figures.age === null || figures.age > figures.every);
      regions.set(element.id, region);
      plan(element, region, stale ? pace.SOON : undefined);
    }
    return regions.get(element.id);
  }

  /** Says when a region is polled next: at its pace, or in so many seconds. If the figures say when, a timer waits for it. */
  function plan(element, region, wait) {
    const figures = region.told || region.figures;
    const pause = wait ?? pace.ofPage(figures, Number(element.dataset.every), region.failures, document.hidden);
    region.due = seconds() + pause;
    region.early = pace.told(figures) && !region.failures ? EARLY : TICK / 2;
    clearTimeout(region.timer);
    if (region.early === EARLY) region.timer = setTimeout(() => ask(document.getElementById(element.id), region), pause * 1000);
  }

  /** Polls a region if that is due. */
  function ask(element, region) {
    if (!element || region.busy || (paused() && element.dataset.figures) || seconds() <= region.due - region.early) return;
    element.dispatchEvent(new CustomEvent("refresh", { detail: {} }));
  }

  /** Whether the user is at a row, or has selected text, and has moved or typed lately. */
  function holding(element) {
    if (!element.dataset.figures || seconds() - touched > IDLE) return false;
    if (element.querySelector("[data-row]:is(:hover, :focus-within), [data-row] :is(:checked, [aria-expanded=true])")) return true;
    const selection = getSelection();
    return !selection.isCollapsed && selection.getRangeAt(0).intersectsNode(element);
  }

  function release(element, region) {
    const { ctx, figures, at } = region.held;
    Object.assign(region, { figures, at, held: null, count: 0 });
    ctx.sourceElement = ctx.target = element;
    ctx.released = true;
    htmx.swap(ctx);
  }

  // ---- What htmx tells -----------------------------------------------------------------------

  /** Calls `react(region, ctx, event)` for htmx events of a polled region. */
  function on(name, react) {
    document.addEventListener(`htmx:${name}`, (event) => {
      const ctx = event.detail.ctx;
      if (ctx?.sourceElement?.matches?.("[data-live]")) react(know(ctx.sourceElement), ctx, event);
    });
  }

  on("before:request", (region) => (region.busy = true));

  /** Whether an answer below 400 is the dashboard's. In a region that has figures it says how old they are. */
  function isOurs(region, ctx, figures) {
    return answers.own(ctx) && Boolean(figures || !region.figures || ctx.hx.refresh || ctx.hx.redirect);
  }

  function learn(region, ctx, figures) {
    const news = { figures, at: seconds() };
    if (ctx.response.status === 200) ctx.news = news;
    // While new content waits, newer polls tell the age of that content, and what is shown goes on ageing.
    else Object.assign(region.held || region, news);
  }

  on("after:request", (region, ctx, event) => {
    const { status, headers } = ctx.response;
    const figures = region.figures && ages.read(headers.get("X-Figures"));
    const ours = status < 400 && isOurs(region, ctx, figures);
    region.failures = ours ? 0 : region.failures + 1;
    region.answered = true;
    if (status < 400 && !ours) answers.refuse(event);
    if (ours && figures) learn(region, ctx, (region.told = figures));
  });

  on("before:swap", (region, ctx, event) => {
    if (ctx.response.status !== 200) return;
    if (!ctx.released && !ctx.sourceEvent?.detail?.asked && holding(ctx.sourceElement)) {
      event.preventDefault();
      region.held = { ctx, figures: region.figures, at: region.at, ...ctx.news };
      region.count += 1;
      return;
    }
    if (!ctx.released) Object.assign(region, ctx.news);
    Object.assign(region, { held: null, count: 0 });
  });

  on("after:swap", (region, ctx) => {
    if (ctx.response.status !== 200) return;
    say(region, ctx.sourceElement);
    tick();
  });

  on("error", (region) => (region.failures += 1));

  on("finally:request", (region, ctx) => {
    region.busy = false;
    plan(ctx.sourceElement, region);
  });

  // ---- Words ---------------------------------------------------------------------------------

  const announce = (text) => (document.getElementById("announce").textContent = text);

  /** Tells a region's data-say if it has changed, and keeps the title in step with the queue and with what rings. */
  function say(region, element) {
    if (element.id === "queue") {
      const waiting = Number(element.dataset.waiting);
      const alarm = element.dataset.alarmTitle;
      document.title = (waiting ? `(${waiting}) ` : "") + (alarm ? `${alarm} · ` : "") + title;
    }
    const words = element.dataset.say;
    if (words && words !== region.said) announce((region.said = words));
  }

  function because({ text, note }) {
    return text ? `: ${text}` : note ? `. ${note}` : "";
  }

  /** What to say if the figures were never checked. */
  function unchecked({ failures, figures }) {
    if (failures) return line.dataset.saySilent;
    return (figures.loading && !figures.error ? line.dataset.sayLoading : line.dataset.sayNever) + because(figures);
  }

  function sentence(region, age, state) {
    const says = line.dataset;
    if (age === null) return unchecked(region);
    const fill = (words) => words.replace("{age}", duration(age, units)).replace("{count}", region.count);
    if (region.failures && state !== "fresh") return fill(says.sayDead);
    if (region.held) return fill(region.count === 1 ? says.sayHeldOne : says.sayHeld);
    if (paused()) return fill(says.sayPaused);
    return fill(region.answered && ages.late(region.figures, age) ? says.sayLate : says.sayFresh) + because(region.figures);
  }

  /** The state to show: "held" if the figures are old for a reason that is no fault. */
  function shownState(region, state) {
    const meant = region.held || paused() || (state !== "fresh" && !(region.answered || region.figures.error));
    return meant && !region.failures && state !== "old" ? "held" : state;
  }

  let shown = ""; // the state shown in #age
  let told = "fresh"; // the state last told to screen readers
  let steady = 0; // for so many seconds the state shown has not changed

  /** Writes the page's one line: the age of its own region. If it has none, the age of the queue, which the line names. */
  function tickAge() {
    const own = document.querySelector("main [data-live][data-figures]");
    const element = own || document.querySelector("[data-live][data-figures]");
    if (!element || !line) return;
    const region = know(element);
    const age = ages.age(region.figures, region.at);
    const known = ages.state(region.figures, age, region.failures);
    const text = (own ? "" : `${element.getAttribute("aria-label")} · `) + sentence(region, age, known);
    const state = shownState(region, known);
    line.querySelector(".age-text").textContent = text;
    if (line.dataset.age !== state) line.dataset.age = state;
    steady = state === shown ? steady + 1 : 0;
    shown = state;
    if (steady > 2 && told !== state && state !== "held") {
      told = state;
      announce(text);
    }
  }

  // ---- The clock -----------------------------------------------------------------------------

  /** Shows what time does to a region: its state, and its times. */
  function age(element, { figures, at, failures }) {
    const old = ages.age(figures, at);
    const state = ages.state(figures, old, failures);
    if (element.dataset.age !== state) element.dataset.age = state;
    ages.tick(element, ages.clock(figures, old, figures.now / 1000 + seconds() - at), units, seenWords);
  }

  function tick() {
    for (const element of document.querySelectorAll("[data-live]")) {
      const region = know(element);
      if (region.held && !holding(element)) release(element, region);
      ask(element, region);
      if (region.figures) age(element, region);
    }
    tickAge();
  }

  function hurry() {
    for (const region of regions.values()) region.due = 0;
    tick();
  }

  const showPause = () => pause?.setAttribute("aria-pressed", String(paused()));

  pause?.addEventListener("click", () => {
    sessionStorage.setItem("paused", paused() ? "no" : "yes");
    showPause();
    hurry();
  });
  document.addEventListener("visibilitychange", () => document.hidden || hurry());
  window.addEventListener("pageshow", (event) => event.persisted && hurry());
  for (const name of ["pointermove", "pointerdown", "keydown", "wheel"]) {
    document.addEventListener(name, () => (touched = seconds()), { passive: true });
  }

  let apart = Date.now() / 1000 - seconds();
  setInterval(() => {
    // performance.now() may stand still while the machine sleeps; then the two clocks part, and it is time to ask.
    const now = Date.now() / 1000 - seconds();
    if (Math.abs(now - apart) > 5) hurry();
    else tick();
    apart = now;
  }, TICK * 1000);
  showPause();
  tick();
})();

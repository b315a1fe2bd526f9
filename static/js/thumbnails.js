/*
 * Keeps the pictures of walls as they are now: loads one again when its card says that its wall shows something else.
 *   [data-version]      a card; the page's poll writes it
 *   .thumbnail-frame    (inside) holds the picture, an iframe
 * It loads what is in sight of a visible tab, one picture at a time, and each at most every PAUSE. Without this file
 * pictures stay as they were when the page was opened.
 */
(() => {
  "use strict";
  const PAUSE = 10_000; // milliseconds between two pictures of a wall
  const EVERY = 1_000; // milliseconds between two looks at the cards
  const TIMEOUT = 8_000; // milliseconds after which a picture is no longer waited for

  const shown = new WeakMap(); // holder -> the version that it shows, and when that was asked for
  const seen = new Set(); // holders in sight
  let busy = null; // the frame that is loading

  const version = (holder) => holder.closest("[data-version]")?.dataset.version;
  const sight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target);
  });

  /** Notes the cards that are new, with the version that they came with. */
  function note() {
    for (const holder of document.querySelectorAll(".thumbnail-frame")) {
      if (shown.has(holder)) continue;
      shown.set(holder, { version: version(holder), at: performance.now() });
      sight.observe(holder);
    }
    for (const holder of seen) if (!holder.isConnected) seen.delete(holder);
  }

  /** Whether a frame holds a wall: an error or a sign-in page must not take a picture's place. */
  function isWall(frame) {
    try {
      return Boolean(frame.contentDocument?.getElementById("wall"));
    } catch {
      return false;
    }
  }

  /** Loads a picture behind the one that is shown, so that nothing flickers. A new frame is no step for the back button. */
  function load(holder) {
    const old = holder.querySelector("iframe");
    const next = old.cloneNode();
    const end = (well) => {
      clearTimeout(late);
      if (busy !== next) return;
      busy = null;
      (well ? old : next).remove();
      if (!well) shown.get(holder).version = ""; // it is tried again
    };
    const late = setTimeout(end, TIMEOUT, false);
    busy = next;
    shown.set(holder, { version: version(holder), at: performance.now() });
    next.loading = "eager";
    next.addEventListener("load", () => end(isWall(next)));
    old.before(next);
  }

  function tick() {
    if (document.hidden) return;
    note();
    if (busy) return;
    const now = performance.now();
    const due = [...seen].filter((holder) => shown.get(holder).version !== version(holder) && now - shown.get(holder).at >= PAUSE);
    due.sort((one, other) => shown.get(one).at - shown.get(other).at);
    if (due.length) load(due[0]);
  }

  note();
  setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", tick);
})();

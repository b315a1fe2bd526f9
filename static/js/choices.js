/*
 * What the menu of a status and its toasts compute, without a page: where a menu goes, which choice a letter means, what a
 * form is called, and sentences with what they tell of.
 */
(() => {
  "use strict";
  const GAP = 4; // px between a badge and its menu
  const EDGE = 8; // px between a menu and the window's edge

  /** Where a menu of this size goes, beside its badge's box: below, or above if only there is room, and in the window. */
  function place(badge, size, view) {
    const below = badge.bottom + GAP;
    const above = badge.top - GAP - size.height;
    const fits = below + size.height <= view.height - EDGE;
    const top = fits ? below : above >= EDGE ? above : view.height - EDGE - size.height;
    const left = Math.min(badge.left, view.width - EDGE - size.width);
    return { left: Math.max(left, EDGE), top: Math.max(top, EDGE) };
  }

  /** The place of the next word after `at` that begins with a letter, around the end; -1 if none does. */
  function match(words, letter, at) {
    const begins = (word) => word.trim().toLocaleLowerCase().startsWith(letter.toLocaleLowerCase());
    for (let step = 1; step <= words.length; step += 1) {
      const place = (at + step + words.length) % words.length;
      if (begins(words[place])) return place;
    }
    return -1;
  }

  /** The place where an arrow, Home or End leads from `at`; null for another key. */
  function step(key, at, count) {
    const steps = { ArrowDown: at + 1, ArrowUp: at < 0 ? count - 1 : at - 1, Home: 0, End: count - 1 };
    return key in steps ? (steps[key] + count) % count : null;
  }

  /** A sentence with its {places} filled in. */
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  /** Status, time and chats of an agent in a line: what a person should know before they choose. */
  function state({ label, time, chats }, says) {
    const now = time ? fill(says.sayState, { status: label, time }) : label;
    const many = Number(chats) || 0;
    return many ? `${now} · ${fill(many === 1 ? says.sayChat : says.sayChats, { n: many })}` : now;
  }

  /** A name for one sending: with it the server sends once, however often the form arrives. */
  function nonce() {
    const bytes = crypto.getRandomValues(new Uint8Array(24));
    return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
  }

  /** Whether a click opens a link elsewhere: another tab, a window, a download. */
  const leads = (event) => Boolean(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  window.choices = { place, match, step, fill, state, nonce, leads };
})();

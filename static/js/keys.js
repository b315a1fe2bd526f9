/*
 * The keyboard.
 *   [data-row]               a row: `j` and `k` move between rows. Enter is the browser's own: the focus is on the row's link
 *   [data-key="letter"]      pressed by its letter in the row that has the focus, or in a toast
 *   [data-cancel]            pressed by Escape: it closes the row's form
 * Keys of every page: `/` search, `p` pause, `?` the list of keys, Escape leaves a row or the search.
 */
(() => {
  "use strict";

  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.checkVisibility());
  const current = () => document.activeElement.closest("[data-row]");

  function move(step) {
    const all = rows();
    const at = all.indexOf(current());
    const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
    next?.querySelector("a")?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  const searchBox = document.querySelector("main input[type=search]");
  const actions = {
    "/": () => searchBox?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    j: () => move(1),
    k: () => move(-1),
    p: () => document.getElementById("pause")?.click(),
  };

  function leave(target) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
    const cancel = current()?.querySelector("[data-cancel]");
    if (cancel) cancel.click();
    else if (current() || target.type === "search") document.activeElement.blur();
  }

  /** Whether a key is not the page's: a shortcut of the browser's, or in a dialog or a menu, which have keys of their own. */
  function isForeign(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return true;
    return Boolean(document.querySelector("dialog[open]") || event.target.closest?.("[popover]"));
  }

  document.addEventListener("keydown", (event) => {
    if (isForeign(event)) return;
    if (event.key === "Escape") return leave(event.target);
    if (event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
    const bound = `[data-key="${CSS.escape(event.key)}"]`;
    const button = current()?.querySelector(bound) || document.querySelector(`[data-toast] ${bound}`);
    const action = actions[event.key] || (button && (() => button.click()));
    if (!action) return;
    event.preventDefault();
    action();
  });
})();

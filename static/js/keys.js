/*
 * The keyboard: `/` search, `j` and `k` rows, `p` pause, `?` the list of keys, Escape leaves a row, its form (`[data-cancel]`) or the search.
 * Any other letter presses `[data-key="letter"]` in the row that has the focus. Enter is the browser's own: the focus is on the row's link.
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

  const search = document.querySelector("main input[type=search]");
  const actions = {
    "/": () => search?.focus(),
    "?": () => document.getElementById("keys")?.showModal(),
    j: () => move(1),
    k: () => move(-1),
    p: () => document.getElementById("pause")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = event.target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (event.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
        menu.open = false;
      }
      const cancel = current()?.querySelector("[data-cancel]");
      if (cancel) cancel.click();
      else if (current() || event.target.type === "search") document.activeElement.blur();
      return;
    }
    if (typing) return;
    const action = actions[event.key] || (() => current()?.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click());
    if (event.key in actions || current()?.querySelector(`[data-key="${CSS.escape(event.key)}"]`)) event.preventDefault();
    action();
  });
})();

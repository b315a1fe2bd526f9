/*
 * Folds groups of rows, and chooses all rows at once.
 *   [data-fold]              the button in a group's head: folds the other rows of its tbody, which has an id
 *   tbody[data-folded]       a folded group. The swap of a refresh leaves the attribute alone (morphIgnore)
 * What is folded is kept for this tab, by the group's id.
 */
(() => {
  "use strict";
  const KEY = "folded";
  const kept = () => new Set(JSON.parse(sessionStorage.getItem(KEY) || "[]"));

  function apply() {
    const folded = kept();
    for (const button of document.querySelectorAll("[data-fold]")) {
      const group = button.closest("tbody");
      const open = String(!folded.has(group.id));
      group.toggleAttribute("data-folded", open === "false");
      if (button.getAttribute("aria-expanded") !== open) button.setAttribute("aria-expanded", open);
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fold]");
    if (!button) return;
    const folded = kept();
    const { id } = button.closest("tbody");
    if (!folded.delete(id)) folded.add(id);
    sessionStorage.setItem(KEY, JSON.stringify([...folded]));
    apply();
  });

  document.addEventListener("htmx:after:swap", apply);
  apply();
})();

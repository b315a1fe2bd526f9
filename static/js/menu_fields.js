/*
 * What a person types in the menu of a status: the reason, and until when with what comes then, each in a fold of its own.
 */
(() => {
  "use strict";
  const form = document.querySelector("#status-menu form");
  if (!form) return;
  const { reason, until, then } = form.elements;
  const typed = [reason, until];

  /** Puts what was typed before into the fields, and opens the folds that have something. */
  function fill(before) {
    if (before.reason) reason.value = before.reason;
    if (before.until) [until.value, then.value] = [before.until, before.then];
    for (const field of typed) if (field.value) field.closest("details").open = true;
  }

  function clear() {
    for (const field of typed) [field.value, field.closest("details").open] = ["", false];
    then.selectedIndex = 0;
  }

  window.menuFields = { fill, clear };
})();

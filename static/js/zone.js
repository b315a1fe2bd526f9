/*
 * Tells the time zone of this browser:
 *   input[data-own-zone]   a hidden field that takes its name; empty without this file, and the server has one of its own
 */
(() => {
  "use strict";
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  for (const field of document.querySelectorAll("[data-own-zone]")) field.value = timeZone || "";
})();

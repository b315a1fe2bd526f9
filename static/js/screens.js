/*
 * Which screen this is: an id that a wall's page makes up and sends with its polls, so that two screens of one link
 * are two, and one that loads itself anew stays one. It lives as long as the tab does. Plain old JavaScript.
 */
(function () {
  "use strict";
  var KEY = "screen";
  var LONG = 20; // characters, of 36 kinds

  /** The id that this tab has had before; empty where it is new here, or keeps nothing. */
  function kept() {
    try {
      return window.sessionStorage.getItem(KEY) || "";
    } catch (denied) {
      return "";
    }
  }

  function keep(id) {
    try {
      window.sessionStorage.setItem(KEY, id);
    } catch (denied) {
      return; // each page is a screen of its own then
    }
  }

  var id = kept();
  while (id.length < LONG) id += Math.random().toString(36).slice(2, 12);
  keep(id);
  window.screens = { id: id };
})();

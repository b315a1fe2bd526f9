/*
 * When a display asks again, for the pages (live.js) and for walls (wall.js). X-Figures says `again`: the seconds until newer
 * figures can be there, or null. Old JavaScript only: TVs run it too.
 */
(function () {
  "use strict";
  var SOON = 1.5; // seconds after which a display that opens with old figures, or with none yet, asks again
  var SPREAD = 0.5; // seconds over which displays that were told the same ask, so that they do not ask at once
  var HIDDEN = 60; // seconds between polls of a tab that is not visible
  var SLOWEST = 60; // seconds; failed polls of a page slow down to this
  var TRIES = 3; // failed polls after which a wall slows down
  var SLOW = 10; // seconds; to this

  /** Whether the figures say when to ask again. A server of before says nothing. */
  function told(figures) {
    return Boolean(figures && figures.again > 0);
  }

  /** Seconds until the next poll of a display that would ask every `own` seconds by itself. */
  function next(figures, own) {
    return told(figures) ? Math.min(figures.again, own) + Math.random() * SPREAD : own;
  }

  /** The same of a region of a page. `own`: its own pace, if it has one; `failures`: polls that failed since the last answer. */
  function ofPage(figures, own, failures, hidden) {
    var every = own || (figures && figures.loading ? SOON : figures && figures.every) || 5;
    var slower = failures > 2 ? every * Math.pow(2, Math.min(failures - 2, 6)) : every;
    var capped = Math.min(slower, Math.max(every, SLOWEST));
    return Math.max(failures ? capped * (0.8 + Math.random() * 0.4) : next(figures, every), hidden ? HIDDEN : 0);
  }

  /** The same of a wall. */
  function ofWall(figures, own, failures) {
    var every = own || figures.every;
    if (failures > TRIES) return Math.max(every, SLOW) * (0.8 + Math.random() * 0.4);
    return failures ? every : next(figures, every);
  }

  window.pace = { SOON: SOON, told: told, ofPage: ofPage, ofWall: ofWall };
})();

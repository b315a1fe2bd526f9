/*
 * Loading a page anew that nobody watches over, and never into an error page: what comes is asked for first, and must be
 * the dashboard's own answer. Plain old JavaScript, with XMLHttpRequest: it looks after browsers without fetch too.
 */
(function () {
  "use strict";
  var PAUSE = 300; // seconds between two reloads: two builds behind one address must not make a screen flicker
  var ENDED = 30; // seconds between two looks whether a link that has ended holds again
  var TIMEOUT = 15;
  var KEY = "reloaded";
  var loaded = Date.now();
  var asking = false;

  /** Fetch this page: `good(status)` with 200 (a wall with figures) or 410 (its link has ended), else `bad()`. */
  function ask(good, bad) {
    if (asking) return;
    asking = true;
    var request = new XMLHttpRequest();
    request.onreadystatechange = function () {
      if (request.readyState !== 4 || !asking) return;
      asking = false;
      // A proxy or a hotel's sign-in page answers 200 as well, but without figures.
      var wall = request.status === 200 && request.getResponseHeader("X-Figures");
      if (wall || request.status === 410) good(request.status);
      else if (bad) bad();
    };
    request.open("GET", location.pathname, true);
    request.timeout = TIMEOUT * 1000;
    request.send();
  }

  /** Whether the last reload is long enough ago; it is kept for the next page, where the browser keeps anything. */
  function due() {
    var now = Date.now();
    var last = loaded;
    try {
      last = Number(window.sessionStorage.getItem(KEY));
      if (Math.abs(now - last) > PAUSE * 1000) window.sessionStorage.setItem(KEY, now);
    } catch (denied) {
      last = loaded;
    }
    return Math.abs(now - last) > PAUSE * 1000; // a clock set back a year must not forbid it for a year
  }

  /** Load the page anew if it answers well; where its link has ended at once, else with a pause between two reloads. */
  function reload() {
    ask(function (status) {
      if (status === 410 || due()) location.reload();
    });
  }

  /** Load the page anew every so many seconds while it answers well; `bad()` each time that it does not. */
  function timer(seconds, bad) {
    setInterval(function () {
      ask(function () { location.reload(); }, bad);
    }, seconds * 1000);
  }

  if (!document.getElementById("wall")) {
    setInterval(function () {
      ask(function (status) {
        if (status === 200) location.reload();
      });
    }, ENDED * 1000);
  }

  window.alone = { reload: reload, timer: timer };
})();

/*
 * Loading a page anew that nobody watches over, and never into an error page: what comes is asked for first, and must be
 * the dashboard's own answer. Plain old JavaScript, with XMLHttpRequest: it looks after browsers without fetch too.
 * A page of which a file did not arrive loads itself anew, by its #again: see `arrived`.
 */
(function () {
  "use strict";
  var PAUSE = 300; // seconds between two reloads: two builds behind one address must not make a screen flicker
  var TIMEOUT = 15;
  var LOST = 2 * TIMEOUT; // seconds after which a request is over whose end nobody told
  var KEY = "reloaded";
  var loaded = Date.now();
  var asked = 0; // when the request under way was sent; 0: there is none

  /** Fetch this page: `good(waits)` where it is a wall with figures, or waits (paused, ended), else `bad()`. */
  function ask(good, bad) {
    if (Math.abs(Date.now() - asked) < LOST * 1000) return;
    var mine = (asked = Date.now());
    var request = new XMLHttpRequest();
    request.onreadystatechange = function () {
      if (request.readyState !== 4 || asked !== mine) return;
      asked = 0;
      // A proxy or a hotel's sign-in page answers 200 as well, but without these headers.
      var waits = request.getResponseHeader("X-Standby");
      if (waits || (request.status === 200 && request.getResponseHeader("X-Figures"))) good(waits);
      else if (bad) bad();
    };
    request.open("GET", location.pathname, true);
    request.timeout = TIMEOUT * 1000;
    request.send();
  }

  /** Whether the last reload for this reason is long enough ago; kept for the next page, where the browser keeps anything. */
  function due(why) {
    var now = Date.now();
    var last = loaded;
    try {
      last = Number(window.sessionStorage.getItem(KEY + why));
      if (Math.abs(now - last) > PAUSE * 1000) window.sessionStorage.setItem(KEY + why, now);
    } catch (denied) {
      last = loaded;
    }
    return Math.abs(now - last) > PAUSE * 1000; // a clock set back a year must not forbid it for a year
  }

  /** Load the page anew if it answers well; where it waits at once, else with a pause between two for the same reason. */
  function reload(why) {
    ask(function (waits) {
      if (waits || due(why || "")) location.reload();
    });
  }

  /** Load the page anew every so many seconds while it answers well; `bad()` each time that it does not. */
  function timer(seconds, bad) {
    setInterval(function () {
      ask(function () { location.reload(); }, bad);
    }, seconds * 1000);
  }

  /** Whether the style sheets apply: each sets something that no browser does by itself. */
  function styled() {
    var waits = document.querySelector(".standby");
    return getComputedStyle(document.body).marginTop === "0px" && (!waits || getComputedStyle(waits).position === "relative");
  }

  /** Where the scripts that make these names, and all styles, are here: calls off #again, which is due in a minute. */
  function arrived(names) {
    window.addEventListener("load", function () {
      for (var i = 0; i < names.length; i += 1) if (!window[names[i]]) return;
      if (!styled()) return;
      var again = document.getElementById("again");
      if (window.stop) window.stop();
      again.parentNode.removeChild(again);
    });
  }

  window.alone = { reload: reload, timer: timer, arrived: arrived };
})();

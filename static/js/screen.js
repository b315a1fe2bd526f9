/*
 * The screen that a wall hangs on, or that waits for one: which screen it is, how its page is loaded again, its clock,
 * and how it stays on without burn-in. No one looks after it for months, so a page is loaded again only if the dashboard
 * answers well. If a file did not arrive, the page reloads by its #again: see `arrived`.
 * Old JavaScript only, with XMLHttpRequest: it serves browsers without fetch too.
 */
(function () {
  "use strict";
  var TIMEOUT = 15; // seconds after which an answer is no longer waited for
  var LOST = 2 * TIMEOUT; // seconds after which a request counts as ended although the browser did not say so
  var PAUSE = 300; // seconds between two reloads: two builds behind one address must not make a screen flicker
  var FADE = 60; // seconds after which the words about sleep fade
  var ID_LENGTH = 20; // characters, of 36 kinds

  // ---- What this tab keeps, if the browser lets it -------------------------------------------

  function kept(key) {
    try {
      return window.sessionStorage.getItem(key);
    } catch (denied) {
      return null;
    }
  }

  /** Whether the browser has kept it. */
  function keep(key, value) {
    try {
      window.sessionStorage.setItem(key, value);
      return true;
    } catch (denied) {
      return false;
    }
  }

  /** The id that polls carry: two screens of one link count as two, and a tab that reloads stays one screen. */
  function identify() {
    var id = kept("screen") || "";
    while (id.length < ID_LENGTH) id += Math.random().toString(36).slice(2, 12);
    keep("screen", id);
    return id;
  }

  // ---- Asking and loading again --------------------------------------------------------------

  var request = null; // the one under way
  var sent = 0; // when it was sent

  /** Sends a GET unless one is under way; `done(request)` when it has ended, with status 0 if no answer came. */
  function get(address, headers, done) {
    if (request && Math.abs(Date.now() - sent) < LOST * 1000) return;
    var lost = request;
    var mine = (request = new XMLHttpRequest());
    if (lost) lost.abort();
    sent = Date.now();
    mine.onreadystatechange = function () {
      if (mine.readyState !== 4 || request !== mine) return;
      request = null;
      done(mine);
    };
    mine.open("GET", address);
    for (var name in headers) mine.setRequestHeader(name, headers[name]);
    mine.timeout = TIMEOUT * 1000;
    mine.send();
  }

  /** Fetches this page: `good(waits)` if it is a wall with figures, or the page of a screen that waits; else `bad()`. */
  function look(good, bad) {
    get(location.pathname, {}, function (answer) {
      // A proxy or a hotel's sign-in page answers 200 as well, but without these headers.
      var waits = answer.getResponseHeader("X-Standby");
      if (waits || (answer.status === 200 && answer.getResponseHeader("X-Figures"))) good(waits);
      else if (bad) bad();
    });
  }

  var loaded = Date.now();

  /** Whether a moment is long enough from now. Either way: a clock set back a year must not forbid reloads for a year. */
  function past(moment) {
    return Math.abs(Date.now() - moment) > PAUSE * 1000;
  }

  /** Whether the last reload for this reason is long enough ago. The next page knows it too, if the tab keeps anything. */
  function due(why) {
    if (!past(Number(kept("reloaded" + why)))) return false;
    return keep("reloaded" + why, Date.now()) || past(loaded);
  }

  /** Loads the page again if it answers well: at once if it waits, else with a pause after the last time for this reason. */
  function reload(why) {
    look(function (waits) {
      if (waits || due(why || "")) location.reload();
    });
  }

  /** Loads the page again every so many seconds if it answers well; `bad()` each time that it does not. */
  function timer(seconds, bad) {
    setInterval(function () {
      look(function () { location.reload(); }, bad);
    }, seconds * 1000);
  }

  /** Whether the style sheets apply: each sets something that no browser does by itself. */
  function styled() {
    var waits = document.querySelector(".holding");
    return getComputedStyle(document.body).marginTop === "0px" && (!waits || getComputedStyle(waits).position === "relative");
  }

  /** Calls off #again, which is due in a minute, if the scripts that make these names have arrived, and all styles. */
  function arrived(names) {
    window.addEventListener("load", function () {
      for (var i = 0; i < names.length; i += 1) if (!window[names[i]]) return;
      if (!styled()) return;
      var again = document.getElementById("again");
      if (window.stop) window.stop();
      again.parentNode.removeChild(again);
    });
  }

  // ---- Its clock, and staying on -------------------------------------------------------------

  var clock, half, line; // a screen that waits has no clock and no such line
  var awake = false; // a lock is held or asked for
  var fading; // the timer of its words

  /** Reads what this page has of these; again after another wall has taken its place. */
  function read() {
    clock = document.getElementById("clock");
    half = clock && clock.getAttribute("data-hours") === "12";
    line = document.getElementById("age");
    if (awake) told(true);
  }

  /**
   * Shows the wall's time by its zone's offsets. `now` is the server's, in seconds: it does not matter how the TV's clock is
   * set, nor which zones the TV knows.
   */
  function tell(now) {
    if (!clock) return;
    var change = Number(clock.getAttribute("data-change"));
    var offset = Number(clock.getAttribute(change && now >= change ? "data-then" : "data-offset"));
    var text = new Date((now + offset) * 1000).toISOString().slice(11, 16);
    if (half) {
      var hour = Number(text.slice(0, 2));
      text = ("0" + (hour % 12 || 12)).slice(-2) + text.slice(2) + (hour < 12 ? " AM" : " PM");
    }
    if (clock.textContent !== text) clock.textContent = text;
  }

  /** Says whether the screen is kept on. The words fade: they are for the person who sets the screen up. */
  function told(on) {
    awake = on;
    if (!line) return;
    var element = document.getElementById("wake");
    var words = line.getAttribute(on ? "data-say-awake" : "data-say-asleep");
    if (element.textContent === words) return;
    element.textContent = words;
    element.className = "";
    clearTimeout(fading);
    fading = setTimeout(function () { element.className = "faded"; }, FADE * 1000);
  }

  /** Keeps the screen on and says whether it is. Asks for the lock again if it was lost. */
  function wake() {
    if (!navigator.wakeLock) return told(false);
    if (awake || document.hidden) return undefined;
    awake = true;
    return navigator.wakeLock.request("screen").then(function (lock) {
      told(true);
      lock.addEventListener("release", function () { told(false); });
    }, function () { told(false); });
  }

  /** Moves all by a few pixels each minute, round a small square, so that nothing burns in; not on a phone, which scrolls. */
  function drift() {
    var step = Math.floor(Date.now() / 60000) % 12;
    var x = [0, 2, 4, 4, 4, 2, 0, -2, -4, -4, -4, -2][step];
    var y = [-4, -4, -2, 0, 2, 4, 4, 4, 2, 0, -2, -4][step];
    var scrolls = getComputedStyle(document.documentElement).overflowY === "visible";
    document.querySelector("#screen, .holding").style.transform = scrolls ? "" : "translate(" + x + "px," + y + "px)";
  }

  read();
  window.wallScreen = {
    id: identify(), get: get, reload: reload, timer: timer, arrived: arrived, tell: tell, wake: wake, drift: drift, read: read,
  };
})();

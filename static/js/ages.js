/*
 * How old figures are, for the pages (live.js) and the wall (wall.js). Plain old JavaScript: TVs run it too.
 * Ages count on performance.now(), which no change of the system's clock bends, and on the server's clock for times.
 */
(function () {
  "use strict";
  var OLD = 300; // seconds after which figures are greyed; livechat/live/freshness.py says the same, of `state` too
  var loaded = Date.now();
  var RED = 1.5; // times its limit a time is red; at the limit amber (templatetags/board.py says the same)
  var GRACE = 1; // a poll and a refresh that just miss each other are not yet late

  function seconds() {
    return window.performance && performance.now ? performance.now() / 1000 : (Date.now() - loaded) / 1000;
  }

  /** "45 s", "12 m", "1 h 05 m", "2 d 3 h"; units are the four letters. */
  function duration(total, units) {
    var whole = Math.max(0, Math.floor(total));
    var minutes = Math.floor(whole / 60) % 60;
    var hours = Math.floor(whole / 3600);
    if (whole < 60) return whole + " " + units[0];
    if (hours < 1) return minutes + " " + units[1];
    if (hours < 24) return hours + " " + units[2] + " " + (minutes < 10 ? "0" : "") + minutes + " " + units[1];
    return Math.floor(hours / 24) + " " + units[3] + " " + (hours % 24) + " " + units[2];
  }

  /** Seconds since the figures were last checked with Comm100, or null: never. `at`: seconds() when they arrived. */
  function age(figures, at) {
    return figures.age === null ? null : figures.age + seconds() - at;
  }

  function late(figures, old) {
    return old > 2 * figures.every + GRACE;
  }

  /** fresh, late (amber), stale (red) or old (grey). */
  function state(figures, old, failed) {
    if (old === null) return figures.error || failed ? "stale" : "late";
    if (old > OLD) return "old";
    if (old > 3 * figures.every + GRACE) return "stale";
    return late(figures, old) || figures.error ? "late" : "fresh";
  }

  /** "", "amber" or "red": how a time of so many seconds stands to its limit. */
  function over(total, limit) {
    if (!limit || total < limit) return "";
    return total < limit * RED ? "amber" : "red";
  }

  function mark(time, state) {
    if ((time.getAttribute("data-over") || "") === state) return;
    if (state) time.setAttribute("data-over", state);
    else time.removeAttribute("data-over");
  }

  /**
   * Makes every time[data-ticks] under root a duration up to `now` (server's clock, seconds); its own text goes to the title.
   * One past its data-limit (seconds) gets data-over, which the style sheets colour.
   */
  function tick(root, now, units) {
    var times = root.querySelectorAll("time[data-ticks]");
    for (var i = 0; i < times.length; i += 1) {
      var time = times[i];
      var total = now - Date.parse(time.getAttribute("datetime")) / 1000;
      var text = (time.hasAttribute("data-least") ? "≥ " : "") + duration(total, units);
      mark(time, over(total, Number(time.getAttribute("data-limit"))));
      if (time.textContent === text) continue;
      if (!time.title) time.title = time.textContent;
      time.textContent = text; // a translating browser has put elements in between
    }
  }

  window.ages = { seconds: seconds, duration: duration, age: age, late: late, state: state, tick: tick };
})();

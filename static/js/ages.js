/*
 * Says how old figures are, how a time stands to its limits, and that both stand still under stale figures, for the pages
 * (live.js) and for walls (wall.js).
 * Old JavaScript only: TVs run it too. Ages count on performance.now(), which a change of the system's clock does not
 * move. Times of the day count on the server's clock.
 */
(function () {
  "use strict";
  // The rules of `state`; livechat/live/freshness.py has the same ones for browsers without scripts.
  var STALE = 30; // seconds; figures are not stale sooner, however short their interval is
  var OLD = 300; // seconds after which stale figures are greyed
  var GRACE = 1; // seconds; a poll and a refresh that just miss each other are not late yet
  var UNCONNECTED = "no-connection"; // the error of a site that has not begun
  var RED = 1.5; // a time is amber at its limit, and red at so many times its limit; livechat/boards/levels.py says the same
  var loaded = Date.now();

  function seconds() {
    return window.performance && performance.now ? performance.now() / 1000 : (Date.now() - loaded) / 1000;
  }

  /**
   * "45 s", "12 m", "1 h 05 m", "2 d 3 h". `units`: the four letters. A `wait` of less than ten minutes is "1:24". A `short`
   * one has no last unit: "1 h 05", "2 d".
   */
  function duration(total, units, wait, short) {
    var whole = Math.max(0, Math.floor(total));
    if (wait && whole < 600) return Math.floor(whole / 60) + ":" + (whole % 60 < 10 ? "0" : "") + (whole % 60);
    var minutes = Math.floor(whole / 60) % 60;
    var hours = Math.floor(whole / 3600);
    if (whole < 60) return whole + " " + units[0];
    if (hours < 1) return minutes + " " + units[1];
    if (hours < 24) return hours + " " + units[2] + " " + (minutes < 10 ? "0" : "") + minutes + (short ? "" : " " + units[1]);
    return Math.floor(hours / 24) + " " + units[3] + (short ? "" : " " + (hours % 24) + " " + units[2]);
  }

  /** What X-Figures says; null if the answer is not from the dashboard. */
  function read(header) {
    try {
      var said = JSON.parse(header);
    } catch (malformed) {
      return null;
    }
    return said && said.now > 0 && said.every > 0 ? said : null;
  }

  /** Seconds since the figures were checked with Comm100; null if they never were. `at`: seconds() when they arrived. */
  function age(figures, at) {
    return figures.age === null ? null : figures.age + seconds() - at;
  }

  function late(figures, old) {
    return old > 2 * figures.every + GRACE;
  }

  function stale(figures, old) {
    return old !== null && old > Math.max(3 * figures.every, STALE);
  }

  /**
   * The state of figures that are `old` seconds old: fresh, late (amber), stale (red) or old (grey). Figures that never came
   * are none, unless something is wrong; that a new site has no connection yet is not wrong.
   */
  function state(figures, old, failed) {
    if (old === null) return failed || (figures.error && figures.error !== UNCONNECTED) ? "stale" : "none";
    if (stale(figures, old)) return old > OLD ? "old" : "stale";
    return late(figures, old) || figures.error ? "late" : "fresh";
  }

  /**
   * Up to when times under figures count, in seconds of the server's clock. `now`: the same clock's present. Times of stale
   * figures stand still at the last check, which `seen` then names as a time of the day; else it is null.
   */
  function clock(figures, old, now) {
    return stale(figures, old) ? { until: now - old, seen: figures.seen } : { until: now, seen: null };
  }

  /** The level of a time that has lasted `total` seconds: "", "amber" or "red". A limit that is null does not exist. */
  function level(total, amber, red) {
    if (red !== null && total >= red) return "red";
    return amber !== null && total >= amber ? "amber" : "";
  }

  /** When a time is red: at its data-red (0: never), else at so many times its limit. */
  function redLimit(time, limit) {
    return time.hasAttribute("data-red") ? Number(time.getAttribute("data-red")) || null : limit && limit * RED;
  }

  /** Sets the attribute that the style sheets colour an element by, or removes it. */
  function mark(element, name, value) {
    if ((element.getAttribute(name) || "") === value) return;
    if (value) element.setAttribute(name, value);
    else element.removeAttribute(name);
  }

  /**
   * Shows each time[data-ticks] under `root` as a duration up to clock.until. The text that the server wrote becomes the
   * title. A time that has a data-limit (seconds), and perhaps a data-red, gets its level as data-over. A time that stands
   * still has no level, and says by the sentence `words` when it was seen. Without `words` times are short and have no
   * title: so on walls, which say it elsewhere.
   */
  function tick(root, clock, units, words) {
    var times = root.querySelectorAll("time[data-ticks]");
    var frozen = clock.seen !== null;
    for (var i = 0; i < times.length; i += 1) {
      var time = times[i];
      var total = clock.until - Date.parse(time.getAttribute("datetime")) / 1000;
      var least = time.hasAttribute("data-least") ? (words ? "≥ " : "≥") : "";
      var text = least + duration(total, units, time.hasAttribute("data-wait"), !words);
      var limit = Number(time.getAttribute("data-limit")) || null;
      if (frozen && words) text = words.replace("{age}", text).replace("{time}", clock.seen);
      mark(time, "data-over", frozen ? "" : level(total, limit, redLimit(time, limit)));
      if (time.textContent === text) continue;
      if (words && !time.title) time.title = time.textContent;
      time.textContent = text; // a browser that translates the page has put elements into it
    }
  }

  window.ages = {
    seconds: seconds, duration: duration, read: read, age: age, late: late, state: state, clock: clock, level: level,
    mark: mark, tick: tick,
  };
})();

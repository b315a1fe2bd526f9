/*
 * The screen that a wall hangs on, or waits for it: its clock, kept on, and never the same pixels for long.
 * Plain old JavaScript.
 */
(function () {
  "use strict";
  var clock = document.getElementById("clock");
  var half = clock && clock.getAttribute("data-hours") === "12";
  var line = document.getElementById("age"); // a screen that waits has no clock and no such line
  var awake = false; // a lock is held or asked for

  /**
   * Shows the wall's time by its zone's offsets; `now` is the server's, in seconds: neither how the TV's clock is set
   * matters, nor what it knows of zones.
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

  function told(on) {
    awake = on;
    if (line) document.getElementById("wake").textContent = line.getAttribute(on ? "data-say-awake" : "data-say-asleep");
  }

  /** Keeps the screen on and says whether it is kept; where the lock was lost, asks for it again. */
  function wake() {
    if (!navigator.wakeLock) return told(false);
    if (awake || document.hidden) return undefined;
    awake = true;
    return navigator.wakeLock.request("screen").then(function (lock) {
      told(true);
      lock.addEventListener("release", function () { told(false); });
    }, function () { told(false); });
  }

  /** A few pixels each minute, round a small square, so that nothing burns in; a phone's page would become too wide. */
  function drift() {
    var step = Math.floor(Date.now() / 60000) % 12;
    var x = [0, 2, 4, 4, 4, 2, 0, -2, -4, -4, -4, -2][step];
    var y = [-4, -4, -2, 0, 2, 4, 4, 4, 2, 0, -2, -4][step];
    var scrolls = getComputedStyle(document.documentElement).overflowY === "visible";
    document.querySelector("#screen, .standby").style.transform = scrolls ? "" : "translate(" + x + "px," + y + "px)";
  }

  window.tv = { tell: tell, wake: wake, drift: drift };
})();

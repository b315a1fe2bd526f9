/*
 * A screen that waits (to be paired, paused, ended): asks whether its state still holds, and loads its page again if not.
 * Old JavaScript only, for any TV; without it the page refreshes itself. Only the dashboard can say that the state is over,
 * with HX-Refresh or a wall's figures: what a proxy answers says nothing.
 */
(function () {
  "use strict";
  var body = document.body;
  var state = body.getAttribute("data-state");
  var headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": state, "X-Screen": wallScreen.id };

  function ask() {
    wallScreen.get(body.getAttribute("data-ask"), headers, function (answer) {
      if (answer.status !== 200) return;
      if (!state || answer.getResponseHeader("HX-Refresh") || answer.getResponseHeader("X-Figures")) location.reload();
    });
  }

  /** Stays on, since someone comes to pair it or resumes its wall. If its link has ended, it may sleep. */
  function minute() {
    wallScreen.drift();
    if (state !== "ended") wallScreen.wake();
  }

  /** The clock goes on from the server's time, whatever becomes of the system's: many TVs set theirs after they started. */
  var clock = document.getElementById("clock");
  var loaded = Date.now();
  function passed() {
    return window.performance && performance.now ? performance.now() : Date.now() - loaded;
  }
  function second() {
    wallScreen.tell(Number(clock.getAttribute("data-now")) + passed() / 1000);
  }

  if (clock) setInterval(second, 1000);
  setInterval(ask, Number(body.getAttribute("data-every")) * 1000);
  setInterval(minute, 60000);
  window.addEventListener("resize", wallScreen.drift);
  document.addEventListener("visibilitychange", minute);
  minute();
  wallScreen.arrived(["wallScreen"]);
})();

/*
 * A screen that waits (paired soon, paused, ended): asks whether its state still holds, and loads itself anew when not.
 * Plain old JavaScript for any TV; without it the page refreshes itself. That the state is over
 * the dashboard says itself, with HX-Refresh or a wall's figures: what a proxy answers says nothing.
 */
(function () {
  "use strict";
  var TIMEOUT = 15; // seconds after which an answer is no longer waited for
  var LOST = 2 * TIMEOUT; // seconds after which a request is over whose end nobody told
  var body = document.body;
  var state = body.getAttribute("data-state");
  var request = null; // the one under way
  var sent = 0; // when it was sent

  function answered() {
    if (!request || request.readyState !== 4) return;
    var status = request.status;
    var over = status === 200 && (request.getResponseHeader("HX-Refresh") || request.getResponseHeader("X-Figures") || !state);
    request = null;
    if (over) location.reload();
  }

  function ask() {
    if (request && Math.abs(Date.now() - sent) < LOST * 1000) return;
    if (request) request.abort();
    sent = Date.now();
    request = new XMLHttpRequest();
    request.onreadystatechange = answered;
    request.open("GET", body.getAttribute("data-ask"));
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Request-Type", "partial");
    request.setRequestHeader("HX-PTag", state);
    request.setRequestHeader("X-Screen", screens.id);
    request.timeout = TIMEOUT * 1000;
    request.send();
  }

  /** Kept on, for somebody comes to pair it or resumes its wall; where its link has ended it may sleep. */
  function minute() {
    tv.drift();
    if (state !== "ended") tv.wake();
  }

  setInterval(ask, Number(body.getAttribute("data-every")) * 1000);
  setInterval(minute, 60000);
  window.addEventListener("resize", tv.drift);
  document.addEventListener("visibilitychange", minute);
  minute();
  alone.arrived(["screens", "tv"]);
})();

/*
 * A screen that waits (paired soon, paused, ended): asks whether its state still holds, and loads itself anew when not.
 * Plain old JavaScript for any TV; without it the page refreshes itself. That the state is over
 * the dashboard says itself, with HX-Refresh or a wall's figures: what a proxy answers says nothing.
 */
(function () {
  "use strict";
  var TIMEOUT = 15; // seconds after which an answer is no longer waited for
  var body = document.body;

  function later() {
    setTimeout(ask, Number(body.getAttribute("data-every")) * 1000);
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", body.getAttribute("data-ask"));
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("HX-Request-Type", "partial");
    request.setRequestHeader("HX-PTag", body.getAttribute("data-state"));
    request.setRequestHeader("X-Screen", screens.id);
    request.timeout = TIMEOUT * 1000;
    request.onload = function () {
      var over = request.getResponseHeader("HX-Refresh") || request.getResponseHeader("X-Figures");
      if (request.status === 200 && (over || !body.getAttribute("data-state"))) location.reload();
      else later();
    };
    request.onerror = request.ontimeout = later;
    request.send();
  }

  later();
  alone.arrived(["screens"]);
})();

/*
 * A screen that waits (paired soon, paused, ended): asks whether its state still holds, and loads itself anew when not.
 * Plain old JavaScript for any TV; without it the page refreshes itself. An answer of 200 says that the state is over.
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
    request.timeout = TIMEOUT * 1000;
    request.onload = function () {
      if (request.status === 200) location.reload();
      else later();
    };
    request.onerror = request.ontimeout = later;
    request.send();
  }

  later();
})();

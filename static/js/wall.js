/*
 * The wall: fetches its fragment, tells its own age, and looks after the TV it runs on; fit.js sizes it to the screen.
 * Plain old JavaScript; a browser without fetch reloads the page by a timer and still shows correct figures.
 *
 * #wall carries data-figures (as X-Figures), data-ptag, data-every and data-design, of which another one means that
 * the page must be fetched anew. An answer is 200 with a new #wall, or 304; `HX-Refresh: true` means the same.
 * A panel's data-amber and data-red are seconds, and data-level (amber, red) follows them as its time passes.
 */
(function () {
  "use strict";
  var RELOAD = 12 * 3600; // seconds between full reloads, give or take a twelfth
  var PART = 10; // seconds each part stays where the agents do not fit at once
  var SOON = 1.5; // seconds after which a page that opens with old figures, or with none yet, asks again
  var TIMEOUT = 15; // seconds after which an answer is no longer waited for

  var root = document.documentElement;
  var still = root.hasAttribute("data-still"); // a preview: it asks for nothing
  var line = document.getElementById("age");
  var clock = document.getElementById("clock");
  var units = line.getAttribute("data-units").split(" ");
  var wall = document.getElementById("wall");
  var figures = JSON.parse(wall.getAttribute("data-figures"));
  var tag = wall.getAttribute("data-ptag");
  var build = figures.build;
  var at = 0; // when the figures arrived
  var failures = 0;
  var asking = 0; // the number of the request whose answer counts
  var part = 0;
  var screen = ""; // tells this page from another that shows the same wall, for as long as it is open
  while (screen.length < 20) screen += Math.random().toString(36).slice(2, 12);

  function every() {
    var own = Number(wall.getAttribute("data-every")) || figures.every;
    return failures > 3 ? Math.max(own, 10) * (0.8 + Math.random() * 0.4) : own;
  }

  /** The figures with the pace at which this wall can know of newer ones: a slow wall is not a late one. */
  function paced() {
    return { age: figures.age, error: figures.error, every: Math.max(figures.every, Number(wall.getAttribute("data-every")) || 0) };
  }

  function say(name) {
    return line.getAttribute("data-say-" + name);
  }

  if (!window.fetch || !window.DOMParser) {
    setTimeout(function () { location.reload(); }, Math.max(every(), 5) * 1000);
    return;
  }

  // ---- Fitting the screen --------------------------------------------------------------------

  function fit() {
    var shown = fitting.fit(wall, part);
    part = shown.part;
    document.getElementById("part").textContent =
      shown.parts > 1 ? say("page").replace("{page}", part + 1).replace("{pages}", shown.parts) : "";
  }

  // ---- Fetching ------------------------------------------------------------------------------

  function show(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("wall");
    if (!fresh) return;
    if (fresh.getAttribute("data-design") !== wall.getAttribute("data-design")) return location.reload();
    wall.parentNode.replaceChild(document.importNode(fresh, true), wall);
    wall = document.getElementById("wall");
    tick();
    fit();
  }

  function answered(response, number) {
    if (number !== asking) return null;
    if (response.headers.get("HX-Refresh") === "true") {
      location.reload();
      return null;
    }
    if (response.status !== 200 && response.status !== 304) throw new Error("status " + response.status);
    failures = 0;
    at = ages.seconds();
    figures = JSON.parse(response.headers.get("X-Figures"));
    tag = response.headers.get("HX-PTag") || tag;
    if (figures.build !== build) reloadWhenHealthy();
    return response.status === 200 ? response.text().then(show) : null;
  }

  function poll() {
    var number = (asking += 1);
    var headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": tag, "X-Screen": screen };
    function missed() {
      if (number !== asking) return;
      asking += 1;
      failures += 1;
      next();
    }
    var late = setTimeout(missed, TIMEOUT * 1000);
    fetch(location.pathname, { headers: headers, credentials: "omit", cache: "no-store" })
      .then(function (response) { return answered(response, number); })
      .then(function () {
        clearTimeout(late);
        if (number === asking) next();
      }, function () {
        clearTimeout(late);
        missed();
      });
  }

  var coming;
  function next(soon) {
    clearTimeout(coming);
    coming = setTimeout(poll, (soon || every()) * 1000);
  }

  function reloadWhenHealthy() {
    fetch("/healthz", { cache: "no-store", credentials: "omit" }).then(function (response) {
      if (response.ok) location.reload();
    }, function () { /* the next poll or the next hour tries again */ });
  }

  // ---- The clock -----------------------------------------------------------------------------

  function words(old, state) {
    if (old === null) return failures ? say("silent") : say("never") + (figures.text ? ": " + figures.text : "");
    var name = failures && state !== "fresh" ? "dead" : ages.late(paced(), old) ? "late" : "fresh";
    var because = name === "dead" ? "" : figures.text ? ": " + figures.text : figures.note ? ". " + figures.note : "";
    return say(name).replace("{age}", ages.duration(old, units)) + because;
  }

  function showClock(now) {
    if (!clock) return;
    var shape = { hour: "2-digit", minute: "2-digit", hour12: clock.getAttribute("data-hours") === "12", timeZone: clock.getAttribute("data-zone") };
    try {
      clock.textContent = new Date(now * 1000).toLocaleTimeString(root.lang, shape);
      clock.hidden = false;
    } catch (error) {
      clock.hidden = true; // the TV does not know the zone: no time is better than a wrong one
    }
  }

  /** A time reaches its limits by this page's clock, for a poll in which nothing else changed brings nothing. */
  function showLevels(now) {
    var panels = wall.querySelectorAll(".panel");
    for (var i = 0; i < panels.length; i += 1) {
      var panel = panels[i];
      var time = panel.querySelector("time");
      if (!time) continue;
      var passed = now - Date.parse(time.getAttribute("datetime")) / 1000;
      var level = "";
      if (panel.hasAttribute("data-amber") && passed >= Number(panel.getAttribute("data-amber"))) level = "amber";
      if (panel.hasAttribute("data-red") && passed >= Number(panel.getAttribute("data-red"))) level = "red";
      if ((panel.getAttribute("data-level") || "") !== level) {
        if (level) panel.setAttribute("data-level", level);
        else panel.removeAttribute("data-level");
      }
      if (!fitting.small() && time.offsetWidth > panel.querySelector(".panel-value").clientWidth) fitting.times([panel]);
    }
  }

  function tick() {
    var old = ages.age(figures, at);
    var state = ages.state(paced(), old, failures);
    var now = figures.now / 1000 + ages.seconds() - at;
    if (document.body.getAttribute("data-age") !== state) document.body.setAttribute("data-age", state);
    document.getElementById("age-text").textContent = words(old, state);
    ages.tick(wall, now, units);
    showLevels(now);
    showClock(now);
  }

  // ---- Looking after the TV ------------------------------------------------------------------

  function wake() {
    function tell(on) {
      document.getElementById("wake").textContent = say(on ? "awake" : "asleep");
    }
    if (!navigator.wakeLock) return tell(false);
    return navigator.wakeLock.request("screen").then(function (lock) {
      tell(true);
      lock.addEventListener("release", function () { tell(false); });
    }, function () { tell(false); });
  }

  /** A few pixels each minute, round a small square, so that nothing burns in. */
  function drift() {
    var step = Math.floor(ages.seconds() / 60) % 12;
    var x = [0, 2, 4, 4, 4, 2, 0, -2, -4, -4, -4, -2][step];
    var y = [-4, -4, -2, 0, 2, 4, 4, 4, 2, 0, -2, -4][step];
    document.getElementById("screen").style.transform = "translate(" + x + "px," + y + "px)";
  }

  window.addEventListener("resize", fit);
  setInterval(function () {
    part += 1;
    fit();
  }, PART * 1000);
  tick();
  fit();
  if (still) {
    setInterval(tick, 1000);
    return;
  }
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) return;
    wake();
    poll();
  });
  var apart = Date.now() / 1000 - ages.seconds();
  setInterval(function () {
    // The machine slept: performance.now() may have stood still, and the figures look younger than they are.
    var now = Date.now() / 1000 - ages.seconds();
    if (Math.abs(now - apart) > 5) poll();
    apart = now;
    tick();
  }, 1000);
  setInterval(drift, 60000);
  setTimeout(function () { setInterval(reloadWhenHealthy, 3600000 / 12); reloadWhenHealthy(); }, RELOAD * 1000 * (1 + (Math.random() - 0.5) / 6));
  wake();
  next(figures.age === null || figures.age > figures.every ? SOON : 0);
})();

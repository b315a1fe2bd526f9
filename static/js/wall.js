/*
 * The wall: fetches its fragment, sizes it to the screen, tells its own age, and looks after the TV it runs on.
 * Plain old JavaScript; a browser without fetch reloads the page by a timer and still shows correct figures.
 *
 * #wall carries data-figures (as X-Figures), data-ptag and data-every. An answer is 200 with a new #wall, or 304;
 * `HX-Refresh: true` means that the link has ended or the page must be fetched anew.
 */
(function () {
  "use strict";
  var RELOAD = 12 * 3600; // seconds between full reloads, give or take a twelfth
  var PART = 10; // seconds each part stays where the agents do not fit at once
  var TIMEOUT = 15; // seconds after which an answer is no longer waited for
  var SMALLEST = { landscape: 0.022, portrait: 0.0125 }; // of the screen's height: the agents' letters never get smaller
  var CELL = { wide: 13.5, high: 3.3, most: 0.05 }; // an agent's place, in letters' heights, and their greatest size

  var root = document.documentElement;
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

  function say(name) {
    return line.getAttribute("data-say-" + name);
  }

  if (!window.fetch || !window.DOMParser) {
    setTimeout(function () { location.reload(); }, Math.max(every(), 5) * 1000);
    return;
  }

  // ---- Fitting the screen --------------------------------------------------------------------

  /** The greatest letters at which `count` places fit into the box, with their columns. */
  function best(count, width, height) {
    var found = { size: 0, columns: 1 };
    for (var columns = 1; columns <= count; columns += 1) {
      var size = Math.min(width / columns / CELL.wide, height / Math.ceil(count / columns) / CELL.high);
      if (size > found.size) found = { size: size, columns: columns };
    }
    return found;
  }

  function fitAgents() {
    var list = wall.querySelector(".agents");
    var agents = list.querySelectorAll(".agent");
    var small = getComputedStyle(root).overflowY === "visible"; // a phone: it scrolls
    var wide = list.clientWidth;
    var high = list.clientHeight;
    var least = window.innerHeight * (window.innerHeight > window.innerWidth ? SMALLEST.portrait : SMALLEST.landscape);
    var whole = best(agents.length, wide, high);
    var parts = 1;
    if (agents.length && whole.size < least) {
      var columns = Math.max(1, Math.floor(wide / (least * CELL.wide)));
      var rows = Math.max(1, Math.floor(high / (least * CELL.high)));
      parts = Math.ceil(agents.length / (columns * rows));
      whole = { size: Math.min(wide / columns / CELL.wide, high / rows / CELL.high), columns: columns };
    }
    var size = Math.min(whole.size, window.innerHeight * CELL.most);
    var each = Math.ceil(agents.length / parts);
    part = parts > 1 ? part % parts : 0;
    list.style.fontSize = small || !agents.length ? "" : size + "px";
    for (var i = 0; i < agents.length; i += 1) {
      agents[i].style.width = small ? "" : 100 / whole.columns + "%";
      agents[i].hidden = !small && Math.floor(i / each) !== part;
    }
    document.getElementById("part").textContent =
      small || parts === 1 ? "" : say("page").replace("{page}", part + 1).replace("{pages}", parts);
  }

  /** A figure too wide for its panel gets smaller letters. */
  function fitPanels() {
    var values = wall.querySelectorAll(".panel-value");
    for (var i = 0; i < values.length; i += 1) {
      var value = values[i].firstElementChild;
      value.style.fontSize = "";
      var room = values[i].clientWidth / value.offsetWidth;
      if (room < 1) value.style.fontSize = Math.floor(room * 100) + "%";
    }
  }

  function fit() {
    fitPanels();
    fitAgents();
  }

  // ---- Fetching ------------------------------------------------------------------------------

  function show(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("wall");
    if (!fresh) return;
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
  function next() {
    clearTimeout(coming);
    coming = setTimeout(poll, every() * 1000);
  }

  function reloadWhenHealthy() {
    fetch("/healthz", { cache: "no-store", credentials: "omit" }).then(function (response) {
      if (response.ok) location.reload();
    }, function () { /* the next poll or the next hour tries again */ });
  }

  // ---- The clock -----------------------------------------------------------------------------

  function words(old, state) {
    if (old === null) return failures ? say("silent") : say("never") + (figures.text ? ": " + figures.text : "");
    var name = failures && state !== "fresh" ? "dead" : ages.late(figures, old) ? "late" : "fresh";
    var because = name === "dead" ? "" : figures.text ? ": " + figures.text : figures.note ? ". " + figures.note : "";
    return say(name).replace("{age}", ages.duration(old, units)) + because;
  }

  function showClock(now) {
    var zone = clock.getAttribute("data-zone") || undefined;
    clock.textContent = new Date(now * 1000).toLocaleTimeString(root.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone });
    clock.hidden = false;
  }

  function tick() {
    var old = ages.age(figures, at);
    var state = ages.state(figures, old, failures);
    var now = figures.now / 1000 + ages.seconds() - at;
    if (document.body.getAttribute("data-age") !== state) document.body.setAttribute("data-age", state);
    document.getElementById("age-text").textContent = words(old, state);
    ages.tick(wall, now, units);
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
  setInterval(function () {
    part += 1;
    fit();
  }, PART * 1000);
  setTimeout(function () { setInterval(reloadWhenHealthy, 3600000 / 12); reloadWhenHealthy(); }, RELOAD * 1000 * (1 + (Math.random() - 0.5) / 6));
  tick();
  fit();
  wake();
  next();
})();

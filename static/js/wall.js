/*
 * A wall: fetches its fragment and says how old it is, for months without help. fit.js sizes it to the screen.
 * Old JavaScript only. A browser without fetch loads the page again by a timer, and still shows correct figures.
 *
 * #wall carries data-figures (as X-Figures), data-ptag, data-every and data-design; a new data-design means that the page
 * must be loaded again. An answer is 200 with a new #wall, or 304; `HX-Refresh: true` asks to load the page again too.
 * Anything else, such as a proxy's page or half an answer, is no answer: the figures stay and age. Only screen.js loads
 * the page again. A panel's data-amber and data-red are seconds; data-level (amber, red) follows them as its time passes, or
 * is its data-count-level. Under stale figures times stand still, and there is no data-level.
 */
(function () {
  "use strict";
  var LIFE = 12 * 3600 * (1 + (Math.random() - 0.5) / 6); // seconds after which the page is loaded again
  var PART = 10; // seconds each part stays if the agents do not fit at once
  var SOON = 1.5; // seconds after which a page that opens with old figures, or with none yet, asks again
  var TIMEOUT = 15; // seconds after which an answer is no longer waited for
  var SETTLED = 2; // seconds after which every process of the dashboard knows a new design
  var PLAIN = 10; // seconds between two loads of the page in a browser that cannot fetch its fragment

  var still = document.documentElement.hasAttribute("data-still"); // a preview asks for nothing
  var line = document.getElementById("age");
  var units = line.getAttribute("data-units").split(" ");
  var wall = document.getElementById("wall");
  var figures = JSON.parse(wall.getAttribute("data-figures"));
  var tag = wall.getAttribute("data-ptag");
  var build = figures.build;
  var design = wall.getAttribute("data-design");
  var at = 0; // when the figures arrived
  var failures = 0;
  var frozen = false; // whether times stand still
  var asking = 0; // the number of the request whose answer counts
  var asked = 0; // when it was sent
  var aborter; // ends it
  var part = Math.floor(Date.now() / 1000 / PART); // by the clock, to go on if the page is loaded again every few seconds

  function every() {
    var own = Number(wall.getAttribute("data-every")) || figures.every;
    return failures > 3 ? Math.max(own, 10) * (0.8 + Math.random() * 0.4) : own;
  }

  /** The figures with the pace at which this wall can learn of newer ones: a slow wall is not a late one. */
  function paced() {
    return { seen: figures.seen, error: figures.error, every: Math.max(figures.every, Number(wall.getAttribute("data-every")) || 0) };
  }

  function say(name) {
    return line.getAttribute("data-say-" + name);
  }

  // ---- Fitting the screen --------------------------------------------------------------------

  function fit() {
    var shown = fitting.fit(wall, part);
    part = shown.part;
    document.getElementById("part").textContent =
      shown.parts > 1 ? say("page").replace("{page}", part + 1).replace("{pages}", shown.parts) : "";
  }

  // ---- Fetching ------------------------------------------------------------------------------

  function able() {
    if (!window.fetch || !window.Promise || !window.DOMParser) return false;
    try {
      return Boolean(new DOMParser().parseFromString("<p></p>", "text/html"));
    } catch (unsupported) {
      return false;
    }
  }

  /** The #wall of an answer. Throws if the answer is cut short or is no wall. */
  function whole(html) {
    var fresh = html.indexOf("</main>") < 0 ? null : new DOMParser().parseFromString(html, "text/html").getElementById("wall");
    if (!fresh) throw new Error("this is not a wall");
    return document.importNode(fresh, true);
  }

  function redesigned() {
    return wall.getAttribute("data-design") !== design;
  }

  function redesign() {
    if (redesigned()) wallScreen.reload(wall.getAttribute("data-design"));
  }

  /** Shows a new #wall, if there is one, and only then how old it is: an error here must not make old figures look new. */
  function show(fresh, came, said) {
    if (fresh) {
      wall.parentNode.replaceChild(fresh, wall);
      wall = fresh;
    }
    at = came;
    figures = said;
    failures = 0;
    tick();
    if (fresh) fit();
  }

  /** Takes an answer as a whole or throws. Its tag is taken last: the server then sends again what could not be shown. */
  function answered(response, number) {
    var came = ages.seconds();
    var said = ages.read(response.headers.get("X-Figures"));
    var refresh = response.headers.get("HX-Refresh") === "true";
    if (refresh && number === asking) wallScreen.reload();
    if (refresh || !said || (response.status !== 200 && response.status !== 304)) throw new Error("status " + response.status);
    return (response.status === 200 ? response.text().then(whole) : Promise.resolve(null)).then(function (fresh) {
      if (number !== asking) return;
      show(fresh, came, said);
      tag = response.headers.get("HX-PTag") || tag;
      if (redesigned()) setTimeout(redesign, SETTLED * 1000);
      if (said.build !== build) wallScreen.reload();
    });
  }

  function poll() {
    var number = (asking += 1);
    var headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": tag, "X-Screen": wallScreen.id };
    var options = { headers: headers, credentials: "omit", cache: "no-store" };
    function missed() {
      if (number !== asking) return;
      asking += 1;
      failures += 1;
      next();
    }
    var late = setTimeout(missed, TIMEOUT * 1000);
    // Requests without an answer must not pile up: a browser opens six connections and no more.
    if (aborter) aborter.abort();
    aborter = window.AbortController ? new AbortController() : null;
    if (aborter) options.signal = aborter.signal;
    asked = ages.seconds();
    fetch(location.pathname, options)
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

  // ---- The clock -----------------------------------------------------------------------------

  function words(old, state) {
    if (old === null) return failures ? say("silent") : say("never") + (figures.text ? ": " + figures.text : "");
    var name = failures && state !== "fresh" ? "dead" : ages.late(paced(), old) ? "late" : "fresh";
    var because = name === "dead" ? "" : figures.text ? ": " + figures.text : figures.note ? ". " + figures.note : "";
    return say(name).replace("{age}", ages.duration(old, units)) + because;
  }

  /** A panel's limit in seconds; null if it has none. */
  function limit(panel, name) {
    return panel.hasAttribute(name) ? Number(panel.getAttribute(name)) : null;
  }

  function timeLevel(panel, passed) {
    return ages.level(passed, limit(panel, "data-amber"), limit(panel, "data-red"));
  }

  /** A time reaches its limits by this page's clock, since a poll brings nothing if nothing else has changed. */
  function showLevels(clock) {
    var panels = wall.querySelectorAll(".panel");
    for (var i = 0; i < panels.length; i += 1) {
      var panel = panels[i];
      var time = panel.querySelector("time");
      var level = time ? timeLevel(panel, clock.until - Date.parse(time.getAttribute("datetime")) / 1000) : panel.getAttribute("data-count-level");
      ages.mark(panel, "data-level", clock.seen === null ? level || "" : "");
      if (!time) continue;
      if (!fitting.small() && time.offsetWidth > panel.querySelector(".panel-value").clientWidth) fitting.times([panel]);
    }
  }

  function tick() {
    var old = still ? figures.age : ages.age(figures, at);
    var state = ages.state(paced(), old, failures);
    var now = figures.now / 1000 + ages.seconds() - at;
    var clock = ages.clock(paced(), old, still ? figures.now / 1000 : now);
    var turned = frozen !== (clock.seen !== null); // times have become much longer, or shorter
    frozen = clock.seen !== null;
    if (document.body.getAttribute("data-age") !== state) document.body.setAttribute("data-age", state);
    document.getElementById("age-text").textContent = words(old, state);
    ages.tick(wall, clock, units, say("seen"));
    showLevels(clock);
    wallScreen.tell(now);
    if (turned || !fitting.holds(wall)) fit();
  }

  // ---- Going on for months ------------------------------------------------------------------

  function second() {
    // The machine slept: performance.now() may have stood still, and the figures look younger than they are.
    var now = Date.now() / 1000 - ages.seconds();
    var slept = now - apart;
    apart = now;
    if (Math.abs(slept) > 5) {
      at -= Math.max(0, slept);
      ask();
    } else {
      if (ages.seconds() - asked > 2 * every() + 4 * TIMEOUT) ask(); // a timer was lost
      tick();
    }
  }

  function minute() {
    wallScreen.drift();
    wallScreen.wake();
    if (ages.seconds() > LIFE) wallScreen.reload();
  }

  setInterval(function () { part += 1; fit(); }, PART * 1000);
  window.addEventListener("resize", fit);
  if (still) {
    setInterval(tick, 1000);
    tick();
    fit();
    return;
  }
  // The timers come first: an odd browser may throw below, and the wall still goes on asking.
  var apart = Date.now() / 1000 - ages.seconds();
  var ask = able() ? poll : function () { asked = ages.seconds(); };
  if (ask === poll) next(figures.age === null || figures.age > figures.every ? SOON : 0);
  else wallScreen.timer(PLAIN, function () { failures += 1; });
  setInterval(second, 1000);
  setInterval(minute, 60000);
  window.addEventListener("resize", wallScreen.drift);
  window.addEventListener("online", ask);
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) return;
    wallScreen.wake();
    ask();
  });
  tick();
  fit();
  wallScreen.drift();
  wallScreen.wake();
  wallScreen.arrived(["ages", "wallScreen", "fitting"]);
})();

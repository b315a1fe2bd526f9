/*
 * A wall: fetches its fragment and says how old it is, for months without help. Its style sheet sizes it, with fit.js.
 * Old JavaScript only. A browser without fetch loads the page again by a timer, and still shows correct figures.
 *
 * #wall carries data-figures (as X-Figures), data-ptag, data-every and data-design; a new data-design means that the page
 * must be loaded again. An answer is 200 with a new #wall, or 304; `HX-Refresh: true` asks to load the page again too.
 * Anything else, such as a proxy's page or half an answer, is no answer: the figures stay and age. Only screen.js loads
 * the page again. A panel's data-amber and data-red are seconds; data-level (amber, red) follows them as its time passes, or
 * is its data-count-level. Under stale figures times stand still without data-level; body has data-away if no one answers.
 */
(function () {
  "use strict";
  var LIFE = 12 * 3600 * (1 + (Math.random() - 0.5) / 6); // seconds after which the page is loaded again
  var GONE = 900; // seconds after which figures are not shown any more
  var TIMEOUT = 15; // seconds after which an answer is no longer waited for
  var SETTLED = 2; // seconds after which every process of the dashboard knows a new design
  var PLAIN = 10; // seconds between two loads of the page in a browser that cannot fetch its fragment

  var still = document.documentElement.hasAttribute("data-still"); // a preview asks for nothing
  var line, units, wall, figures, tag, design; // of the page as it is: see read()
  var at = 0; // when the figures arrived
  var failures = 0;
  var asking = 0; // the number of the request whose answer counts
  var asked = 0; // when it was sent
  var aborter; // ends it

  /** Reads what the page is and says; again after another of several walls has taken its place. */
  function read() {
    line = document.getElementById("age");
    units = line.getAttribute("data-units").split(" ");
    wall = document.getElementById("wall");
    figures = JSON.parse(wall.getAttribute("data-figures"));
    tag = wall.getAttribute("data-ptag");
    design = wall.getAttribute("data-design");
  }

  read();
  var build = figures.build;

  function every() {
    return pace.ofWall(figures, Number(wall.getAttribute("data-every")), failures);
  }

  /** The figures with the pace at which this wall can learn of newer ones: a slow wall is not a late one. */
  function paced() {
    return { seen: figures.seen, error: figures.error, every: Math.max(figures.every, Number(wall.getAttribute("data-every")) || 0) };
  }

  function say(name) {
    return line.getAttribute("data-say-" + name);
  }

  // ---- Fetching ------------------------------------------------------------------------------

  function redesign() {
    if (wall.getAttribute("data-design") !== design) wallScreen.reload(wall.getAttribute("data-design"));
  }

  /** Shows another one of several walls in the place of this one. */
  function turn(number) {
    wallPage.take(function () { return number === asking; }, function (shown) {
      next();
      if (!shown) return;
      read();
      at = ages.seconds();
      failures = 0;
      tick();
      window.fit(wall);
      wallScreen.drift();
    });
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
    if (fresh) window.fit(wall);
    window.fit.reveal();
  }

  /** Takes an answer as a whole or throws. Its tag is taken last: the server then sends again what could not be shown. */
  function answered(response, number) {
    var came = ages.seconds();
    var said = ages.read(response.headers.get("X-Figures"));
    var refresh = response.headers.get("HX-Refresh") === "true";
    if (refresh && number === asking) wallScreen.reload();
    if (refresh || !said || (response.status !== 200 && response.status !== 304)) throw new Error("status " + response.status);
    return (response.status === 200 ? response.text().then(wallPage.whole) : Promise.resolve(null)).then(function (fresh) {
      if (number !== asking) return;
      if (wallPage.due(fresh, design)) return turn(number);
      show(fresh, came, said);
      tag = response.headers.get("HX-PTag") || tag;
      setTimeout(redesign, SETTLED * 1000);
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
    if (old === null) return failures ? say("silent") : say("never") + because(": ");
    var last = say("last").replace("{time}", figures.seen);
    if (state === "gone") return last + " · " + say("old").replace("{age}", ages.duration(old, units)); // perhaps days
    if (state === "stale") return last;
    var late = ages.late(paced(), old);
    var why = late ? because(": ") : figures.text ? ": " + figures.text : "";
    if (!why && figures.note) why = ". " + figures.note;
    return say(late ? "late" : "fresh").replace("{age}", ages.duration(old, units)) + why;
  }

  /** Why the figures are not renewed, behind a mark; nothing if that is not known. */
  function because(mark) {
    return failures || figures.text ? mark + (failures ? say("silent") : figures.text) : "";
  }

  /** The line above stale figures, and what stands in the place of those that are gone. */
  function tellStale(old) {
    var seen = old === null ? say("never") : say("stale").replace("{time}", figures.seen);
    var gone = document.getElementById("gone-text");
    wallPage.write(document.getElementById("stale-text"), seen + because(" · "));
    wallPage.write(document.getElementById("stale-age"), old === null ? "" : say("old").replace("{age}", ages.duration(old, units)));
    wallPage.write(document.getElementById("gone-title"), say("gone").replace("{time}", figures.seen));
    wallPage.write(gone, failures ? gone.getAttribute("data-say-dead") : (figures.text ? figures.text + ". " : "") + gone.getAttribute("data-say-back"));
  }

  /** A time reaches its limits by this page's clock, since a poll brings nothing if nothing else has changed. */
  function showPanels(clock) {
    var panels = wall.querySelectorAll(".panel");
    var at = clock.seen === null ? "" : say("at").replace("{time}", clock.seen);
    var alarm = wall.querySelector(".alarm .on-stale");
    if (alarm) wallPage.write(alarm, at && say("unseen").replace("{time}", clock.seen));
    for (var i = 0; i < panels.length; i += 1) {
      var time = panels[i].querySelector("time");
      var level = time ? wallPage.timed(panels[i], time, clock.until) : panels[i].getAttribute("data-count-level");
      ages.mark(panels[i], "data-level", clock.seen === null ? level || "" : "");
      wallPage.write(panels[i].querySelector(".on-stale"), at);
    }
  }

  function tick() {
    var old = still ? figures.age : ages.age(figures, at);
    var state = ages.state(paced(), old, failures);
    var now = figures.now / 1000 + ages.seconds() - at;
    var clock = ages.clock(paced(), old, still ? figures.now / 1000 : now);
    if (state === "old") state = old > GONE ? "gone" : "stale";
    if (document.body.getAttribute("data-age") !== state) document.body.setAttribute("data-age", state);
    ages.mark(document.body, "data-away", state === "stale" && failures ? "1" : "");
    wallPage.write(document.getElementById("age-text"), words(old, state));
    if (state === "stale" || state === "gone") tellStale(old);
    ages.tick(wall, clock, units, "");
    showPanels(clock);
    wallPage.end(wall, now);
    wallScreen.tell(now);
    if (window.wallSound) wallSound.tick(wall, state, failures);
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
    // Browsers may hold sound back after a load: see sound.js.
    if (ages.seconds() > LIFE && !(window.wallSound && wallSound.on())) wallScreen.reload();
  }

  window.addEventListener("resize", function () { window.fit(wall); });
  tick();
  window.fit(wall);
  // Figures that nobody looked at are old for a moment, until the first answer.
  if (still || document.body.getAttribute("data-age") !== "stale" || figures.error) window.fit.reveal();
  if (still) setInterval(tick, 1000);
  if (still) return;
  // The timers come first: an odd browser may throw below, and the wall still goes on asking.
  var apart = Date.now() / 1000 - ages.seconds();
  var ask = wallPage.able() ? poll : function () { asked = ages.seconds(); };
  if (ask === poll) next(figures.age === null || figures.age > figures.every ? pace.SOON : 0);
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
  wallScreen.drift();
  wallScreen.wake();
  wallScreen.arrived(["ages", "pace", "wallScreen", "wallPage", "fit"].concat(document.getElementById("sound") ? "wallSound" : []));
})();

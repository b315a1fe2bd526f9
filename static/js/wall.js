/*
 * The wall: fetches its fragment, sizes it to the screen and tells its own age, for months without anybody's help.
 * Plain old JavaScript; a browser without fetch loads the page anew by a timer and still shows correct figures.
 *
 * #wall carries data-figures (as X-Figures), data-ptag and data-every. An answer is 200 with a new #wall, or 304;
 * `HX-Refresh: true` means that the link has ended or the page must be fetched anew. Whatever else comes, a proxy's page
 * or half an answer, is no answer: the figures stay and age. The page is loaded anew by alone.js only.
 */
(function () {
  "use strict";
  var LIFE = 12 * 3600 * (1 + (Math.random() - 0.5) / 6); // seconds after which the page is loaded anew
  var PART = 10; // seconds each part stays where the agents do not fit at once
  var TIMEOUT = 15; // seconds after which an answer is no longer waited for
  var PLAIN = 10; // seconds between two loads of the page in a browser that cannot fetch its fragment
  var SMALLEST = { landscape: 0.022, portrait: 0.0125 }; // of the screen's height: the agents' letters never get smaller
  var CELL = { wide: 13.5, high: 3.3, most: 0.05 }; // an agent's place, in letters' heights, and their greatest size

  var root = document.documentElement;
  var line = document.getElementById("age");
  var units = line.getAttribute("data-units").split(" ");
  var wall = document.getElementById("wall");
  var figures = JSON.parse(wall.getAttribute("data-figures"));
  var tag = wall.getAttribute("data-ptag");
  var build = figures.build;
  var at = 0; // when the figures arrived
  var failures = 0;
  var asking = 0; // the number of the request whose answer counts
  var asked = 0; // when it was sent
  var aborter; // ends it
  var part = 0;

  function every() {
    var own = Number(wall.getAttribute("data-every")) || figures.every;
    return failures > 3 ? Math.max(own, 10) * (0.8 + Math.random() * 0.4) : own;
  }

  function say(name) {
    return line.getAttribute("data-say-" + name);
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

  function able() {
    if (!window.fetch || !window.Promise || !window.DOMParser) return false;
    try {
      return Boolean(new DOMParser().parseFromString("<p></p>", "text/html"));
    } catch (unsupported) {
      return false;
    }
  }

  /** What X-Figures says, or null: whoever answered is not the dashboard. */
  function read(header) {
    try {
      var said = JSON.parse(header);
    } catch (malformed) {
      return null;
    }
    return said && said.now > 0 && said.every > 0 ? said : null;
  }

  /** The #wall of an answer. Throws where it is cut short or is no wall. */
  function whole(html) {
    var fresh = html.indexOf("</main>") < 0 ? null : new DOMParser().parseFromString(html, "text/html").getElementById("wall");
    if (!fresh) throw new Error("this is not a wall");
    return document.importNode(fresh, true);
  }

  function show(fresh) {
    if (fresh) {
      wall.parentNode.replaceChild(fresh, wall);
      wall = fresh;
    }
    tick();
    if (fresh) fit();
  }

  /** Takes an answer as a whole or throws: half taken, old figures would look new. */
  function answered(response, number) {
    var came = ages.seconds();
    var said = read(response.headers.get("X-Figures"));
    var refresh = response.headers.get("HX-Refresh") === "true";
    if (refresh && number === asking) alone.reload();
    if (refresh || !said || (response.status !== 200 && response.status !== 304)) throw new Error("status " + response.status);
    return (response.status === 200 ? response.text().then(whole) : Promise.resolve(null)).then(function (fresh) {
      if (number !== asking) return;
      failures = 0;
      at = came;
      figures = said;
      tag = response.headers.get("HX-PTag") || tag;
      if (said.build !== build) alone.reload();
      show(fresh);
    });
  }

  function poll() {
    var number = (asking += 1);
    var options = {
      headers: { "HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": tag }, credentials: "omit", cache: "no-store"
    };
    function missed() {
      if (number !== asking) return;
      asking += 1;
      failures += 1;
      next();
    }
    var late = setTimeout(missed, TIMEOUT * 1000);
    // Requests that nobody answers must not pile up: a browser opens six connections and no more.
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
  function next() {
    clearTimeout(coming);
    coming = setTimeout(poll, every() * 1000);
  }

  // ---- The clock -----------------------------------------------------------------------------

  function words(old, state) {
    if (old === null) return failures ? say("silent") : say("never") + (figures.text ? ": " + figures.text : "");
    var name = failures && state !== "fresh" ? "dead" : ages.late(figures, old) ? "late" : "fresh";
    var because = name === "dead" ? "" : figures.text ? ": " + figures.text : figures.note ? ". " + figures.note : "";
    return say(name).replace("{age}", ages.duration(old, units)) + because;
  }

  function tick() {
    var old = ages.age(figures, at);
    var state = ages.state(figures, old, failures);
    var now = figures.now / 1000 + ages.seconds() - at;
    if (document.body.getAttribute("data-age") !== state) document.body.setAttribute("data-age", state);
    document.getElementById("age-text").textContent = words(old, state);
    ages.tick(wall, now, units);
    tv.tell(now);
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
    tv.drift();
    tv.wake();
    if (ages.seconds() > LIFE) alone.reload();
  }

  // The timers first: whatever an odd browser throws below, the wall goes on asking.
  var apart = Date.now() / 1000 - ages.seconds();
  var ask = able() ? poll : function () { asked = ages.seconds(); };
  if (ask === poll) next();
  else alone.timer(PLAIN, function () { failures += 1; });
  setInterval(second, 1000);
  setInterval(minute, 60000);
  setInterval(function () {
    part += 1;
    fit();
  }, PART * 1000);
  window.addEventListener("resize", fit);
  window.addEventListener("online", ask);
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) return;
    tv.wake();
    ask();
  });
  tick();
  fit();
  tv.wake();
  // The page asks to be loaded anew in a minute, for the case that this script is missing. It is not, so it need not.
  window.addEventListener("load", function () {
    var again = document.getElementById("again");
    window.stop();
    again.parentNode.removeChild(again);
  });
})();

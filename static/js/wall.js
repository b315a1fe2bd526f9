/*
 * The wall: fetches its fragment, sizes it to the screen, tells its own age, and looks after the TV it runs on.
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
  var SMALLEST = { landscape: 0.022, portrait: 0.0125 }; // of the screen's height: the agents' letters never get smaller
  // A panel, in its letters' heights: the width of its sides, of two digits, of a time, and how far a time may shrink.
  var PANEL = { high: 1.72, sides: 0.4, digits: 1.15, time: 2.6, squeeze: 0.62, least: 0.12, most: 0.2, mostAlone: 0.5 };
  var CELL = { wide: 13.5, high: 3.3, most: 0.05 }; // an agent's place, in letters' heights, and their greatest size

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

  function portrait() {
    return window.innerHeight > window.innerWidth;
  }

  /** A phone scrolls; nothing is fitted there. */
  function small() {
    return getComputedStyle(root).overflowY === "visible";
  }

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
    var says = document.getElementById("part");
    says.textContent = "";
    if (!list) return;
    var agents = list.querySelectorAll(".agent");
    var free = small();
    var wide = list.clientWidth;
    var high = list.clientHeight;
    var least = window.innerHeight * (portrait() ? SMALLEST.portrait : SMALLEST.landscape);
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
    list.style.fontSize = free || !agents.length ? "" : size + "px";
    for (var i = 0; i < agents.length; i += 1) {
      agents[i].style.width = free ? "" : 100 / whole.columns + "%";
      agents[i].hidden = !free && Math.floor(i / each) !== part;
    }
    if (!free && parts > 1) says.textContent = say("page").replace("{page}", part + 1).replace("{pages}", parts);
  }

  /** How much of the height the agents should get: as much as they need at a good size, in bounds. */
  function agentsShare(width, height) {
    var list = wall.querySelector(".agents");
    if (!list) return 0;
    var size = window.innerHeight * (portrait() ? 0.019 : 0.03);
    var rows = Math.ceil(list.children.length / Math.max(1, Math.floor(width / size / CELL.wide)));
    return Math.min(Math.max((rows * CELL.high * size) / height, 0.18), 0.5);
  }

  /** What each panel needs, in its letters' heights: measured, so that fonts and languages may differ. */
  function needs(panels) {
    var found = [];
    for (var i = 0; i < panels.length; i += 1) {
      var own = panels[i];
      var em = parseFloat(getComputedStyle(own).fontSize);
      var value = own.querySelector(".panel-value b");
      var counts = value.hasAttribute("data-count");
      value.style.fontSize = "";
      var words = own.querySelectorAll(".panel-label > span, .on-amber, .on-red");
      var wide = 0;
      for (var j = 0; j < words.length; j += 1) wide = Math.max(wide, words[j].offsetWidth / em);
      var digits = Math.max(value.offsetWidth / em, counts ? PANEL.digits : PANEL.time);
      found.push({
        share: own.className.indexOf("size-double") > 0 ? 2 : own.className.indexOf("size-large") > 0 ? 1.5 : 1,
        letters: own.className.indexOf("size-double") > 0 ? 1.6 : own.className.indexOf("size-large") > 0 ? 1.3 : 1,
        wide: Math.max(wide, digits * (counts ? 1 : PANEL.squeeze)) + PANEL.sides,
      });
    }
    return found;
  }

  /** One way to break the panels into rows (bit i: a row ends after panel i): the letters it allows, and its rows. */
  function broken(breaks, found, width, height, margin) {
    var rows = [];
    var row = [];
    var size = Infinity;
    var high = 0;
    var shares = [];
    for (var i = 0; i < found.length; i += 1) {
      row.push(i);
      if (i < found.length - 1 && !(breaks & (1 << i))) continue;
      var wide = 0;
      var share = 0;
      var letters = 0;
      for (var j = 0; j < row.length; j += 1) {
        wide += found[row[j]].wide * found[row[j]].letters;
        share += found[row[j]].share;
        letters = Math.max(letters, found[row[j]].letters);
      }
      size = Math.min(size, (width - row.length * margin - 1) / wide);
      high += letters;
      shares.push(share);
      rows.push(row);
      row = [];
    }
    size = Math.min(size, (height - rows.length * margin - 1) / high / PANEL.high);
    var uneven = Math.max.apply(null, shares) / Math.min.apply(null, shares);
    return { size: size, rows: rows, good: size / (1 + 0.12 * (uneven - 1)) };
  }

  /**
   * The panels in rows, all of one measure. Beside agents: counts as high as they must be, in as few rows as that
   * takes; alone: as large as the screen lets them.
   */
  function fitPanels() {
    var list = wall.querySelector(".panels");
    if (!list) return;
    var panels = list.querySelectorAll(".panel");
    var i;
    list.style.fontSize = small() ? "" : "100px";
    for (i = 0; i < panels.length; i += 1) panels[i].style.flex = small() ? "" : "none";
    if (small()) return;
    PANEL.high = list.className.indexOf("marked") > 0 ? 1.71 : 1.46;
    var found = needs(panels);
    var margin = Math.max(window.innerHeight * 0.01, window.innerWidth * 0.008) + 1;
    var width = list.clientWidth;
    var whole = wall.clientHeight;
    var alone = list.className.indexOf("alone") > 0;
    var least = window.innerHeight * PANEL.least;
    var most = window.innerHeight * (alone ? PANEL.mostAlone : PANEL.most);
    var offline = wall.querySelector(".offline");
    if (offline) whole -= offline.offsetHeight;
    var chosen = choose(found, width, whole * (1 - agentsShare(width, whole)), margin, least, alone);
    if (chosen.size < least && !alone) chosen = choose(found, width, whole * 0.86, margin, least, alone);
    var size = Math.min(chosen.size, most);
    list.style.fontSize = size + "px";
    for (i = 0; i < chosen.rows.length; i += 1) spread(chosen.rows[i], panels, found, size, width, margin);
    fitTimes(panels);
  }

  function choose(found, width, height, margin, least, alone) {
    var chosen = null;
    for (var breaks = 0; breaks < 1 << (found.length - 1); breaks += 1) {
      var way = broken(breaks, found, width, height, margin);
      way.good += !alone && way.size >= least ? (20 - way.rows.length) * 1e4 : 0;
      if (!chosen || way.good > chosen.good) chosen = way;
    }
    return chosen;
  }

  /** Widths of a row: by the panels' shares, unless one needs more. */
  function spread(row, panels, found, size, width, margin) {
    var share = 0;
    var enough = true;
    var i;
    for (i = 0; i < row.length; i += 1) share += found[row[i]].share;
    for (i = 0; i < row.length; i += 1) {
      var own = found[row[i]];
      if ((width / share) * own.share - margin < own.wide * own.letters * size) enough = false;
    }
    for (i = 0; i < row.length; i += 1) {
      var panel = found[row[i]];
      var basis = enough ? (width / share) * panel.share - margin : panel.wide * panel.letters * size;
      panels[row[i]].style.flex = panel.share + " 1 " + Math.floor(basis) + "px";
    }
  }

  /** A time that grew too wide for its panel gets smaller letters. */
  function fitTimes(panels) {
    for (var i = 0; i < panels.length; i += 1) {
      var box = panels[i].querySelector(".panel-value");
      var value = box.firstElementChild;
      value.style.fontSize = "";
      var room = box.clientWidth / value.offsetWidth;
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
    var headers = { "HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": tag };
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
      if (!small() && time.offsetWidth > panel.querySelector(".panel-value").clientWidth) fitTimes([panel]);
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

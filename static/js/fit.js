/*
 * Sizes a wall to its screen: panels in rows, agents in columns, both as large as fit. Plain old JavaScript.
 *   fitting.fit(wall, part)   sizes all; of agents that do not fit at once this part is shown: {part, parts}
 *   fitting.holds(wall)       whether it still has the height it was sized for: a longer line below takes some away
 *   fitting.times(panels)     makes the letters of times smaller that have become too wide
 *   fitting.small()           whether this is a phone, where the page scrolls and nothing is fitted
 */
(function () {
  "use strict";
  // The agents' letters, of the screen's height: they never get smaller, and are as large as is good where there is room.
  var AGENTS = { landscape: { least: 0.022, good: 0.03 }, portrait: { least: 0.0125, good: 0.019 } };
  // An agent's place, in its letters' heights; its width depends on what it holds. No figures take the room of so many `rows`.
  var CELL = { wide: 13.5, widest: 16.5, gap: 0.45, high: 3.3, most: 0.05, rows: 3 };
  // How much larger agents are where there is room, and the greatest share of the height that they take.
  var SIZES = { normal: { times: 1, most: 0.5 }, large: { times: 1.3, most: 0.6 }, double: { times: 1.7, most: 0.7 } };
  var REFERENCE = 100; // the letters' height in px at which panels are measured
  // A panel, in its letters' heights: the slack in its width, the width of two digits, of a time, and how far a time may shrink.
  var PANEL = { slack: 0.04, digits: 1.15, time: 2.6, squeeze: 0.48, most: 0.2, mostAlone: 0.5 };

  var fitted = 0; // the wall's height when it was sized

  /** A phone scrolls; nothing is fitted there. */
  function small() { return getComputedStyle(document.documentElement).overflowY === "visible"; }

  /** The agents' least or good letters, in px. */
  function letters(which) { return window.innerHeight * AGENTS[window.innerHeight > window.innerWidth ? "portrait" : "landscape"][which]; }

  /** How wide the agents' places must be, in letters' heights: measured, for a long time must not cut a status' word. */
  function cellWidth(list) {
    if (!list) return 0;
    var agents = list.querySelectorAll(".agent");
    var times = list.querySelectorAll("time");
    var wide = CELL.wide;
    list.style.fontSize = REFERENCE + "px";
    for (var i = 0; i < agents.length; i += 1) {
      agents[i].hidden = false;
      agents[i].style.width = "30em";
    }
    for (i = 0; i < times.length; i += 1) {
      var word = times[i].parentNode.querySelector(".word").getBoundingClientRect();
      wide = Math.max(wide, 30 + CELL.gap - (times[i].getBoundingClientRect().left - word.right) / REFERENCE);
    }
    return Math.min(wide, CELL.widest);
  }

  /** The greatest letters at which `count` places of a width fit into the box, with their columns. */
  function best(count, cell, width, height) {
    var found = { size: 0, columns: 1 };
    for (var columns = 1; columns <= count; columns += 1) {
      var size = Math.min(width / columns / cell, height / Math.ceil(count / columns) / CELL.high);
      if (size > found.size) found = { size: size, columns: columns };
    }
    return found;
  }

  /** Shows the agents all at once, or in parts where the letters would become too small: tells which of how many. */
  function fitAgents(list, part, cell) {
    if (!list) return { part: 0, parts: 1 };
    var agents = list.querySelectorAll(".agent");
    var size = SIZES[list.getAttribute("data-size")];
    var free = small();
    var least = letters("least");
    var columns = Math.max(1, Math.floor(list.clientWidth / least / cell));
    var rows = Math.max(1, Math.floor(list.clientHeight / least / CELL.high));
    var parts = free || !agents.length ? 1 : Math.ceil(agents.length / columns / rows);
    var each = Math.ceil(agents.length / parts);
    var shown = best(each, cell, list.clientWidth, list.clientHeight);
    part = part % parts;
    list.style.fontSize = free || !agents.length ? "" : Math.min(shown.size, window.innerHeight * CELL.most * size.times) + "px";
    for (var i = 0; i < agents.length; i += 1) {
      agents[i].style.width = free ? "" : 100 / shown.columns + "%";
      agents[i].hidden = Math.floor(i / each) !== part;
    }
    return { part: part, parts: parts };
  }

  /** How much of the height the agents take in letters of a size, in all their rows or in no more than `most` of them. */
  function agentsShare(list, room, size, most) {
    var rows = Math.ceil(list.children.length / Math.max(1, Math.floor(room.width / size / room.cell)));
    return ((Math.min(rows, most) + 0.15) * CELL.high * size) / room.height;
  }

  function sized(panel, name) { return panel.className.indexOf("size-" + name) > 0; }

  /** What each panel needs, in its letters' heights: measured, so that fonts and languages may differ. */
  function needs(panels) {
    var found = [];
    var sides = (2 * parseFloat(getComputedStyle(panels[0]).paddingLeft)) / REFERENCE + PANEL.slack;
    for (var i = 0; i < panels.length; i += 1) {
      var own = panels[i];
      var value = own.querySelector(".panel-value b");
      var counts = value.hasAttribute("data-count");
      var words = own.querySelectorAll(".panel-label > span, .on-amber, .on-red");
      var wide = 0;
      value.style.fontSize = "";
      for (var j = 0; j < words.length; j += 1) wide = Math.max(wide, words[j].offsetWidth / REFERENCE);
      var digits = Math.max(value.offsetWidth / REFERENCE, counts ? PANEL.digits : PANEL.time);
      found.push({
        share: sized(own, "double") ? 2 : sized(own, "large") ? 1.5 : 1,
        grown: sized(own, "double") ? 0.6 : sized(own, "large") ? 0.3 : 0,
        wide: Math.max(wide, digits * (counts ? 1 : PANEL.squeeze)) + sides,
      });
    }
    return found;
  }

  /** Letters' heights at which a count's digits are a twelfth of the screen. */
  function leastLetters() {
    var pen = document.createElement("canvas").getContext("2d");
    pen.font = "bold 100px " + getComputedStyle(document.body).fontFamily;
    var digit = pen.measureText("8").actualBoundingBoxAscent || 70;
    return (window.innerHeight / 12 / digit) * 101;
  }

  /** One way to break the panels into rows (bit i: a row ends after panel i): the letters it allows, and its rows. */
  function broken(breaks, found, room, growth) {
    var way = { rows: [], size: Infinity, growth: growth };
    var row = { places: [], wide: 0, share: 0, letters: 0 };
    var high = 0;
    var shares = [];
    for (var i = 0; i < found.length; i += 1) {
      var letters = 1 + found[i].grown * growth;
      row.places.push(i);
      row.wide += found[i].wide * letters;
      row.share += found[i].share;
      row.letters = Math.max(row.letters, letters);
      if (i < found.length - 1 && !(breaks & (1 << i))) continue;
      way.size = Math.min(way.size, (room.width - row.places.length * room.margin - 1) / row.wide);
      high += row.letters;
      shares.push(row.share);
      way.rows.push(row);
      row = { places: [], wide: 0, share: 0, letters: 0 };
    }
    way.size = Math.min(way.size, (room.height - way.rows.length * room.margin - 1) / high / room.tall);
    way.good = way.size / (1 + 0.12 * (Math.max.apply(null, shares) / Math.min.apply(null, shares) - 1));
    return way;
  }

  /** The best way: with `least`, counts as high as they must be in as few rows as that takes; else as large as can be. */
  function choose(found, room, growth, least) {
    var chosen = null;
    for (var breaks = 0; breaks < 1 << (found.length - 1); breaks += 1) {
      var way = broken(breaks, found, room, growth);
      if (least && way.size >= least) way.good += (20 - way.rows.length) * 1e4;
      if (!chosen || way.good > chosen.good) chosen = way;
    }
    return chosen;
  }

  /**
   * Where it is tight large panels give up their larger letters first, then the agents give up room, all but a few rows:
   * these come before counts of a twelfth of the screen, for who is shown once in ten minutes is never seen.
   */
  function arrange(list, found, room) {
    var least = leastLetters();
    var whole = room.height;
    var chosen = null;
    var few = list ? agentsShare(list, room, letters("least"), CELL.rows) : 0;
    var wanted = list ? SIZES[list.getAttribute("data-size")] : null;
    var good = list ? agentsShare(list, room, letters("good") * wanted.times, Infinity) : 0;
    var shares = list ? [Math.min(Math.max(good, 0.18), wanted.most), 0.18, few] : [0];
    for (var i = 0; i < shares.length; i += 1) {
      for (var growth = 1; growth >= 0; growth -= 0.5) {
        room.height = whole * (1 - Math.max(shares[i], few));
        var way = choose(found, room, growth, list ? least : 0);
        if (i > 0) way.size = Math.min(way.size, least); // tight: the rest is the agents'
        if (!chosen || way.size > chosen.size) chosen = way;
        if (chosen.size >= least) return chosen;
      }
    }
    return chosen;
  }

  /** The panels in rows: beside agents no larger than they must be, alone as large as the screen lets them. */
  function fitPanels(wall, agents, cell) {
    var list = wall.querySelector(".panels");
    if (!list) return;
    var panels = list.querySelectorAll(".panel");
    var free = small();
    list.style.fontSize = free ? "" : REFERENCE + "px";
    for (var i = 0; i < panels.length; i += 1) {
      panels[i].style.flex = free ? "" : "none";
      panels[i].style.fontSize = free ? "" : "1em";
    }
    if (free) return;
    var offline = wall.querySelector(".offline");
    var style = getComputedStyle(panels[0]);
    var room = {
      width: list.clientWidth,
      height: wall.clientHeight - (offline ? offline.offsetHeight : 0),
      margin: Math.max(2 * parseFloat(style.marginTop), 2 * parseFloat(style.marginLeft)) + 1,
      tall: 0,
      cell: cell,
    };
    for (i = 0; i < panels[0].children.length; i += 1) room.tall += panels[0].children[i].offsetHeight;
    room.tall = (room.tall + parseFloat(style.paddingTop) + parseFloat(style.paddingBottom) + 2) / REFERENCE;
    var found = needs(panels);
    var chosen = arrange(agents, found, room);
    var size = Math.min(chosen.size, window.innerHeight * (!agents ? PANEL.mostAlone : PANEL.most));
    list.style.fontSize = size + "px";
    for (i = 0; i < chosen.rows.length; i += 1) spread(chosen.rows[i], panels, found, size, chosen.growth, room);
    fitTimes(panels);
  }

  /** Widths of a row: by the panels' shares, unless one needs more. */
  function spread(row, panels, found, size, growth, room) {
    var enough = true;
    var each = room.width / row.share;
    for (var i = 0; i < row.places.length; i += 1) {
      var own = found[row.places[i]];
      own.needed = own.wide * (1 + own.grown * growth) * size;
      if (each * own.share - room.margin < own.needed) enough = false;
    }
    for (i = 0; i < row.places.length; i += 1) {
      var panel = found[row.places[i]];
      var style = panels[row.places[i]].style;
      style.fontSize = 1 + panel.grown * growth + "em";
      style.flex = panel.share + " 1 " + Math.floor(enough ? each * panel.share - room.margin : panel.needed) + "px";
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

  function holds(wall) { return wall.clientHeight === fitted; }

  /** Until a wall is sized wall.css hides it, so that nothing jumps. This file is read before the wall is in the page. */
  function reveal() { document.documentElement.removeAttribute("data-unfitted"); }

  function fit(wall, part) {
    var agents = wall.querySelector(".agents");
    var cell = small() ? CELL.wide : cellWidth(agents);
    fitPanels(wall, agents, cell);
    fitted = wall.clientHeight;
    reveal();
    return fitAgents(agents, part, cell);
  }

  document.documentElement.setAttribute("data-unfitted", "");
  setTimeout(reveal, 3000); // a wall that could not be sized is shown as it is
  window.fitting = { fit: fit, holds: holds, times: fitTimes, small: small };
})();

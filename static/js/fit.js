/*
 * Sizes a wall to its screen: panels in rows, agents in columns, both as large as fit. Plain old JavaScript.
 *   fitting.fit(wall, part)   sizes all; of agents that do not fit at once this part is shown: {part, parts}
 *   fitting.times(panels)     makes the letters of times smaller that have become too wide
 *   fitting.small()           whether this is a phone, where the page scrolls and nothing is fitted
 */
(function () {
  "use strict";
  var SMALLEST = { landscape: 0.022, portrait: 0.0125 }; // of the screen's height: the agents' letters never get smaller
  var CELL = { wide: 13.5, high: 3.3, most: 0.05 }; // an agent's place, in letters' heights, and their greatest size
  var REFERENCE = 100; // the letters' height in px at which panels are measured
  // A panel, in its letters' heights: the slack in its width, the width of two digits, of a time, and how far a time may shrink.
  var PANEL = { slack: 0.04, digits: 1.15, time: 2.6, squeeze: 0.48, most: 0.2, mostAlone: 0.5 };

  function portrait() {
    return window.innerHeight > window.innerWidth;
  }

  /** A phone scrolls; nothing is fitted there. */
  function small() {
    return getComputedStyle(document.documentElement).overflowY === "visible";
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

  /** Shows the agents all at once, or in parts where the letters would become too small: tells which of how many. */
  function fitAgents(wall, part) {
    var list = wall.querySelector(".agents");
    if (!list) return { part: 0, parts: 1 };
    var agents = list.querySelectorAll(".agent");
    var free = small();
    var wide = list.clientWidth;
    var high = list.clientHeight;
    var least = window.innerHeight * (portrait() ? SMALLEST.portrait : SMALLEST.landscape);
    var whole = best(agents.length, wide, high);
    var parts = 1;
    if (!free && agents.length && whole.size < least) {
      var columns = Math.max(1, Math.floor(wide / (least * CELL.wide)));
      var rows = Math.max(1, Math.floor(high / (least * CELL.high)));
      parts = Math.ceil(agents.length / (columns * rows));
      whole = { size: Math.min(wide / columns / CELL.wide, high / rows / CELL.high), columns: columns };
    }
    var size = Math.min(whole.size, window.innerHeight * CELL.most);
    var each = Math.ceil(agents.length / parts);
    part = part % parts;
    list.style.fontSize = free || !agents.length ? "" : size + "px";
    for (var i = 0; i < agents.length; i += 1) {
      agents[i].style.width = free ? "" : 100 / whole.columns + "%";
      agents[i].hidden = Math.floor(i / each) !== part;
    }
    return { part: part, parts: parts };
  }

  /** How much of the height the agents should get: as much as they need at a good size, in bounds. */
  function agentsShare(wall, width, height) {
    var list = wall.querySelector(".agents");
    if (!list) return 0;
    var size = window.innerHeight * (portrait() ? 0.019 : 0.03);
    var rows = Math.ceil(list.children.length / Math.max(1, Math.floor(width / size / CELL.wide)));
    return Math.min(Math.max((rows * CELL.high * size) / height, 0.18), 0.5);
  }

  function sized(panel, name) {
    return panel.className.indexOf("size-" + name) > 0;
  }

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

  /** Where it is tight large panels give up their larger letters first, then the agents give up room. */
  function arrange(wall, found, room, alone) {
    var least = leastLetters();
    var whole = room.height;
    var chosen = null;
    var shares = alone ? [0] : [agentsShare(wall, room.width, whole), 0.18, 0.1, 0.05];
    for (var i = 0; i < shares.length; i += 1) {
      for (var growth = 1; growth >= 0; growth -= 0.5) {
        room.height = whole * (1 - shares[i]);
        var way = choose(found, room, growth, alone ? 0 : least);
        if (i > 0) way.size = Math.min(way.size, least); // tight: the rest is the agents'
        if (!chosen || way.size > chosen.size) chosen = way;
        if (chosen.size >= least) return chosen;
      }
    }
    return chosen;
  }

  /** The panels in rows: beside agents no larger than they must be, alone as large as the screen lets them. */
  function fitPanels(wall) {
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
    var alone = list.className.indexOf("alone") > 0;
    var offline = wall.querySelector(".offline");
    var style = getComputedStyle(panels[0]);
    var room = {
      width: list.clientWidth,
      height: wall.clientHeight - (offline ? offline.offsetHeight : 0),
      margin: Math.max(2 * parseFloat(style.marginTop), 2 * parseFloat(style.marginLeft)) + 1,
      tall: 0,
    };
    for (i = 0; i < panels[0].children.length; i += 1) room.tall += panels[0].children[i].offsetHeight;
    room.tall = (room.tall + parseFloat(style.paddingTop) + parseFloat(style.paddingBottom) + 2) / REFERENCE;
    var found = needs(panels);
    var chosen = arrange(wall, found, room, alone);
    var size = Math.min(chosen.size, window.innerHeight * (alone ? PANEL.mostAlone : PANEL.most));
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

  function fit(wall, part) {
    fitPanels(wall);
    return fitAgents(wall, part);
  }

  window.fitting = { fit: fit, times: fitTimes, small: small };
})();

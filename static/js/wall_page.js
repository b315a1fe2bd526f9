/*
 * A wall's page and its answers: whether a browser can read them, another wall's turn, the end of a message,
 * and levels of times.
 * Old JavaScript only.
 */
(function () {
  "use strict";
  var ROOM = [4, 6]; // letters of a time that a figure's place has room for in full size, and in a smaller one

  function able() {
    try {
      return Boolean(window.fetch && window.Promise && new DOMParser().parseFromString("<p></p>", "text/html"));
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

  /** Whether a #wall is another one of the walls that this screen shows in turn: the whole page is another one. */
  function due(wall, design) {
    return Boolean(wall && wall.querySelector(".turns") && wall.getAttribute("data-design") !== design);
  }

  /** The page in an answer's text, if it is a wall's. */
  function parse(answer) {
    var page = answer.getResponseHeader("X-Figures") && new DOMParser().parseFromString(answer.responseText, "text/html");
    return page && page.getElementById("screen") && page.getElementById("wall") && page.getElementById("age") ? page : null;
  }

  /** Shows the wall whose turn it is in the place of this one, then `done(shown)`. A load of the page would flash. */
  function take(wanted, done) {
    wallScreen.get(location.pathname, { "X-Screen": wallScreen.id }, function (answer) {
      var page = parse(answer);
      if (!page || !wanted()) return done(false);
      document.documentElement.lang = page.documentElement.lang;
      document.documentElement.setAttribute("data-theme", page.documentElement.getAttribute("data-theme"));
      document.title = page.title;
      var old = document.getElementById("screen");
      old.parentNode.replaceChild(document.importNode(page.getElementById("screen"), true), old);
      wallScreen.read();
      return done(true);
    });
  }

  /** Takes a message away whose time is over, also if no one answers any more. */
  function end(wall, now) {
    var message = wall.querySelector(".message");
    if (!message || now < Number(message.getAttribute("data-until"))) return;
    var gone = wall.querySelector(".alarm") ? message : message.parentNode; // with the room for lines
    gone.parentNode.removeChild(gone);
  }

  /** Writes a text if it is another one. */
  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  /** A panel's limit in an attribute; null if it has none. */
  function limit(panel, name) {
    return panel.hasAttribute(name) ? Number(panel.getAttribute(name)) : null;
  }

  /** The level of a panel's time, which gets smaller letters if it has many. */
  function timed(panel, time, until) {
    var letters = time.textContent.length;
    var name = letters > ROOM[1] ? "longer" : letters > ROOM[0] ? "long" : "";
    if (time.className !== name) time.className = name;
    return ages.level(until - Date.parse(time.getAttribute("datetime")) / 1000, limit(panel, "data-amber"), limit(panel, "data-red"));
  }

  window.wallPage = { able: able, whole: whole, due: due, take: take, end: end, write: write, timed: timed };
})();

/*
 * Goes one step on if this screen's letters are wider than the server expected: for figures that would stand in two rows,
 * for an alarm and a message, and for names that would be cut. wall.js calls it for the page and for each new fragment, before they are painted.
 * It is read before the wall, and hides it until then, so that nothing jumps. Old JavaScript only.
 */
(function () {
  "use strict";
  var STEPS = [" tight", " tighter", " rows"]; // of figures; the last one is for those that need two rows

  /** Whether figures need another row, or one of them is wider than its place. */
  function wide(panels) {
    var all = panels.children;
    for (var i = 0; i < all.length; i += 1) {
      if (all[i].scrollWidth > all[i].clientWidth + 1) return true;
      if (innerWidth > innerHeight && all[i].offsetTop > all[0].offsetTop) return true;
    }
    return false;
  }

  /** Whether its words are wider than it is, by parts of a pixel too: these would be cut as well. */
  function cut(element) {
    var words = document.createRange();
    words.selectNodeContents(element);
    return words.getBoundingClientRect().width > element.getBoundingClientRect().width + 0.1;
  }

  /** Adds a class to the places whose words are cut. All are measured first: each change would make the next one slow. */
  function shorten(places, words, step) {
    var found = [];
    for (var i = 0; i < places.length; i += 1) {
      var all = places[i].querySelectorAll(words);
      for (var j = 0; j < all.length; j += 1) if (cut(all[j])) found.push(places[i]);
    }
    for (i = 0; i < found.length; i += 1) found[i].className += step;
  }

  window.fit = function (wall) {
    var panels = wall.querySelector(".panels:not(.alone)");
    var places = wall.querySelectorAll(".agent");
    shorten(wall.querySelectorAll(".both"), "b", " two"); // an alarm and a message stand below each other then
    for (var i = 0; panels && i < STEPS.length && wide(panels); i += 1) panels.className += STEPS[i];
    shorten(places, "bdi", " long");
    shorten(places, "bdi, .second", " longer");
  };

  window.fit.reveal = function () { document.documentElement.removeAttribute("data-unfitted"); };
  document.documentElement.setAttribute("data-fits", ""); // see wall.css
  document.documentElement.setAttribute("data-unfitted", "");
  setTimeout(window.fit.reveal, 3000); // a wall that could not be fitted is shown as it is
})();

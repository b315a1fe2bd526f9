/*
 * A wall's sound: a tone of one second every five, as long as an alarm rings that nobody has taken.
 * wall.js calls `tick` every second and after each answer, so that a tone stops at once. An alarm that makes a sound has
 * data-sound: "fresh" as long as the figures are not stale, "always" also then if the dashboard answers. #sound is there
 * if the wall makes sounds; it is shown while the browser holds them back, which any key or tap ends.
 * Of several tabs of a browser one makes the sound: it holds a lock in localStorage that it renews.
 * Old JavaScript only.
 */
(function () {
  "use strict";
  var EVERY = 5; // seconds between the beginnings of two tones
  var LONG = 1; // seconds that one lasts
  var PITCH = 880; // Hz
  var LOUD = 0.3; // of the loudest
  var SOFT = 0.02; // seconds in which it becomes loud and quiet: it would crack
  var LEASE = 3; // seconds for which a tab holds the lock unless it renews it
  var WAIT = 2; // seconds in which a browser that holds no sound back lets it begin
  var LOCK = "sound";

  // ---- Pure ----------------------------------------------------------------------------------

  /** Whether an alarm with this data-sound is to be heard. `failures`: of polls since the last answer. */
  function heard(kind, state, failures) {
    if (!kind) return false;
    return state === "fresh" || state === "late" || (kind === "always" && !failures);
  }

  /**
   * Whether a tab that finds this in the lock holds it already, and whether it takes it, for the first time or again.
   * A tab that takes it for the first time rings at the next tick only: if two do so at once, one finds the other then.
   * `now`: milliseconds. A lock that lasts for too long is from before a change of the clock.
   */
  function claim(found, id, now) {
    var parts = (found || "").split(" ");
    var left = Number(parts[1]) - now;
    var lasts = left > 0 && left <= LEASE * 1000;
    return { holds: lasts && parts[0] === id, takes: !lasts || parts[0] === id };
  }

  // ---- The lock ------------------------------------------------------------------------------

  var id = Math.random().toString(36).slice(2); // of this load of the page: a copy of a tab has the same sessionStorage

  /** Whether this tab is the one that rings. A browser that keeps nothing knows of no other tab. */
  function mine() {
    try {
      var found = claim(window.localStorage.getItem(LOCK), id, Date.now());
      if (found.takes) window.localStorage.setItem(LOCK, id + " " + (Date.now() + LEASE * 1000));
      return found.holds;
    } catch (denied) {
      return true;
    }
  }

  // ---- The tone ------------------------------------------------------------------------------

  var Sound = window.AudioContext || window.webkitAudioContext;
  var context = null;
  var opened = 0; // when
  var tone = null;
  var last = null; // when the last tone began

  function open() {
    if (context || !Sound) return;
    opened = ages.seconds();
    try {
      context = new Sound();
    } catch (unable) {
      Sound = null;
    }
  }

  function blocked() {
    return !context || context.state !== "running";
  }

  function resume() {
    if (!context || !blocked()) return;
    var done = context.resume();
    if (done && done.then) done.then(tell, function () {});
  }

  function begin() {
    var now = context.currentTime;
    var gain = context.createGain();
    tone = context.createOscillator();
    tone.frequency.value = PITCH;
    gain.gain.setValueAtTime(0, now);
    gain.gain.linearRampToValueAtTime(LOUD, now + SOFT);
    gain.gain.setValueAtTime(LOUD, now + LONG - SOFT);
    gain.gain.linearRampToValueAtTime(0, now + LONG);
    tone.connect(gain);
    gain.connect(context.destination);
    tone.start(now);
    tone.stop(now + LONG);
  }

  function hush() {
    if (tone) tone.disconnect();
    tone = null;
    last = null;
  }

  /** Says that the browser makes no sound, as long as that is so. */
  function tell() {
    var line = document.getElementById("sound");
    if (!line) return;
    var text = document.getElementById("sound-text");
    var late = ages.seconds() - opened >= WAIT;
    var words = !Sound ? text.getAttribute("data-say-none") : blocked() && late ? text.getAttribute("data-say-blocked") : "";
    if (text.textContent === words) return;
    text.textContent = words;
    if (words) line.removeAttribute("hidden");
    else line.setAttribute("hidden", "");
  }

  // ---- For wall.js ---------------------------------------------------------------------------

  /** Whether this wall makes sounds. */
  function on() {
    return Boolean(document.getElementById("sound"));
  }

  /** Begins a tone if it is time for one, or stops it. `state`: of the figures, as body's data-age. */
  function tick(wall, state, failures) {
    var alarm = on() && wall.querySelector("[data-sound]");
    if (on()) open();
    tell();
    if (!alarm || blocked() || !heard(alarm.getAttribute("data-sound"), state, failures) || !mine()) return hush();
    if (last !== null && ages.seconds() - last < EVERY - 0.5) return undefined; // ticks are not exact
    last = ages.seconds();
    return begin();
  }

  document.addEventListener("keydown", resume);
  document.addEventListener("click", resume);
  document.addEventListener("touchend", resume);
  window.wallSound = { heard: heard, claim: claim, on: on, tick: tick };
})();

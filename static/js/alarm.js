/*
 * What rings, beside the page: the number in the top bar, the icon of the tab, a sound, and a desktop notice.
 *   #queue[data-alarms]        how many ring; data-alarm: the worst that nobody has taken; data-alarm-title: in words;
 *                              data-alarm-sound: with a sound; data-age: stale figures make no sound
 *   [data-alarm-count]         the number in the top bar
 *   button[data-alarm-sound]   switches the sound of this browser on; data-say-on, -off and -blocked are its words
 *   button[data-alarm-notice]  asks whether this browser may show notices; data-say-on, -off and -refused
 * One tab of a browser makes the sound: the one that holds the lease in localStorage.
 */
(() => {
  "use strict";
  const EVERY = 5; // seconds between two sounds
  const LASTS = 1; // seconds of a sound
  const LEASE = 8; // seconds for which a tab is the one that rings
  const PITCH = 880; // Hz
  const VOLUME = 0.2;
  const SOUND = "alarm-sound";
  const HOLDER = "alarm-tab";
  const NOTICE = "alarm-notice";
  const me = Math.random().toString(36).slice(2);
  const queue = () => document.getElementById("queue");

  /** Whether something rings with a sound, by what the queue's region says: never on figures that are out of date. */
  const rings = ({ alarmSound, age }) => alarmSound !== undefined && age !== "stale" && age !== "old";

  /** Whether this tab may ring: it holds the lease, or nobody does. `held` is what is stored, `now` in seconds. */
  function mayRing(held, now, tab) {
    const [holder, until] = (held || "").split(" ");
    return holder === tab || !(Number(until) > now) || Number(until) > now + LEASE;
  }

  window.alarm = { rings, mayRing };

  let context = null;
  let told = queue()?.dataset.alarm;
  const on = () => localStorage.getItem(SOUND) === "yes";
  const blocked = () => on() && context?.state !== "running";

  function sound() {
    const now = Date.now() / 1000;
    if (!on() || !queue() || !rings(queue().dataset) || blocked()) return;
    if (!mayRing(localStorage.getItem(HOLDER), now, me)) return;
    localStorage.setItem(HOLDER, `${me} ${now + LEASE}`);
    const tone = context.createOscillator();
    const gain = context.createGain();
    gain.gain.value = VOLUME;
    tone.frequency.value = PITCH;
    tone.connect(gain).connect(context.destination);
    tone.start();
    tone.stop(context.currentTime + LASTS);
  }

  /** Browsers let a page make sounds only after the person did something on it. */
  function unblock() {
    if (!on()) return;
    context ||= new AudioContext();
    if (context.state !== "running") context.resume().then(show, show);
  }

  function show() {
    const silenced = Boolean(queue() && rings(queue().dataset) && blocked());
    document.documentElement.classList.toggle("sound-blocked", silenced);
    for (const button of document.querySelectorAll("button[data-alarm-sound]")) {
      const { sayOn, sayOff, sayBlocked } = button.dataset;
      button.setAttribute("aria-pressed", String(on()));
      button.querySelector("span").textContent = !on() ? sayOff : blocked() ? sayBlocked : sayOn;
    }
    for (const button of document.querySelectorAll("button[data-alarm-notice]")) {
      const { sayOn, sayOff, sayRefused } = button.dataset;
      const granted = Notification.permission === "granted" && localStorage.getItem(NOTICE) === "yes";
      button.setAttribute("aria-pressed", String(granted));
      button.querySelector("span").textContent = Notification.permission === "denied" ? sayRefused : granted ? sayOn : sayOff;
    }
  }

  function notify(words, tag) {
    if (!("Notification" in window) || Notification.permission !== "granted" || localStorage.getItem(NOTICE) !== "yes") return;
    try {
      new Notification(words, { tag: `alarm-${tag}` }).addEventListener("click", () => window.focus());
    } catch {
      // Phones have notices for service workers alone: the banner tells.
    }
  }

  /** Keeps the number and the tab's icon in step, and tells an alarm that is new. */
  function follow() {
    const { alarms, alarm, alarmTitle } = queue().dataset;
    for (const count of document.querySelectorAll("[data-alarm-count]")) {
      count.textContent = alarms;
      count.hidden = alarms === "0";
    }
    const icon = document.querySelector("link[rel=icon]");
    const wanted = alarm ? icon.dataset.alarm : icon.dataset.calm;
    if (icon.getAttribute("href") !== wanted) icon.setAttribute("href", wanted);
    if (alarm && alarm !== told && document.hidden) notify(alarmTitle, alarm);
    told = alarm;
    show();
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-alarm-sound], button[data-alarm-notice]");
    if (button?.matches("[data-alarm-sound]")) {
      localStorage.setItem(SOUND, on() && !blocked() ? "no" : "yes");
    } else if (button) {
      localStorage.setItem(NOTICE, localStorage.getItem(NOTICE) === "yes" ? "no" : "yes");
      if (Notification.permission === "default") Notification.requestPermission().then(show);
    }
    unblock();
    if (button) show();
  });
  document.addEventListener("keydown", unblock);

  if (!("Notification" in window)) for (const button of document.querySelectorAll("button[data-alarm-notice]")) button.remove();
  if (queue()) {
    new MutationObserver(follow).observe(document.querySelector(".pulse"), { subtree: true, childList: true, attributes: true, attributeFilter: ["data-alarms", "data-alarm"] });
    follow();
    setInterval(sound, EVERY * 1000);
  }
})();

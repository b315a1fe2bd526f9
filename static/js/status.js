/*
 * Sets an agent's status without leaving the page: a menu on the badge, and toasts that say what became of it.
 *   a[data-menu]        a status badge, a link to the status page: a click opens #status-menu for data-agent instead, and
 *                       data-status, as it is then, is what the choice expects
 *   #status-menu        the menu (agents/acts.html), outside of polled regions; [data-say-…]: its sentences
 *   #toasts             toasts, each [data-toast=STATE] and [data-agent]. A choice makes one of #toast-new, whose form
 *                       sends it; the answer takes its place (agents/toast.html), and polls until the outcome is there
 *   [data-choose]       in a toast: opens the menu again, with what was asked and typed, against what is there now;
 *                       [data-override]: the person has seen what is there now
 *   [data-close]        removes a toast
 * This file writes aria-expanded and data-asking on badges, and data-told on their rows, anew after each swap.
 */
(() => {
  "use strict";
  const menu = document.getElementById("status-menu");
  if (!menu?.showPopover) return; // badges stay links
  const STAYS = 8000; // ms; only a confirmed toast goes by itself
  const { place, match, step, state, nonce, leads } = window.choices;
  const says = menu.dataset;
  const form = menu.querySelector("form");
  const { reason, until } = form.elements;
  const { fill, clear } = window.menuFields;
  const choices = [...menu.querySelectorAll(".status-choice")];
  const toasts = document.getElementById("toasts");
  const draft = document.getElementById("toast-new").content.firstElementChild;
  let about = null; // whom the menu is for: { agent, name, status, label, url, override }
  let pressed = null; // the badge whose menu was open when the pointer went down on it

  const announce = (text) => (document.getElementById("announce").textContent = text);
  const badgeOf = (agent) => document.querySelector(`[data-menu][data-agent="${CSS.escape(agent)}"]`);
  const toastsOf = (agent) => toasts.querySelectorAll(`[data-agent="${CSS.escape(agent)}"]`);
  const slot = (element, name) => element.querySelector(`[data-slot="${name}"]`);
  const isOpen = () => menu.matches(":popover-open");

  // ---- The menu ------------------------------------------------------------------------------

  function open(whom, { anchor, line, asked = "" }) {
    if (about?.agent !== whom.agent) clear();
    about = whom;
    fill(whom);
    document.getElementById("status-menu-name").textContent = whom.name;
    slot(menu, "state").textContent = line;
    const same = (choice, status) => choice.value.toLowerCase() === status.toLowerCase();
    for (const choice of choices) {
      if (same(choice, whom.status)) choice.setAttribute("aria-current", "true");
      else choice.removeAttribute("aria-current");
    }
    if (!isOpen()) menu.showPopover(); // the keyboard can leave it open
    const spot = place(anchor.getBoundingClientRect(), { width: menu.offsetWidth, height: menu.offsetHeight }, { width: innerWidth, height: innerHeight });
    menu.style.setProperty("--left", `${spot.left}px`);
    menu.style.setProperty("--top", `${spot.top}px`);
    const first = choices.find((choice) => asked && same(choice, asked)) || menu.querySelector("[aria-current]") || choices[0];
    first.focus({ preventScroll: true });
  }

  function openAt(badge) {
    const { agent, name, status, chats } = badge.dataset;
    const label = badge.dataset.asking || badge.querySelector("span").textContent;
    const time = badge.closest("[data-row], .now")?.querySelector("time")?.textContent;
    open({ agent, name, status, label, url: `${badge.pathname}set/` }, { anchor: badge, line: state({ label, time, chats }, says) });
  }

  function openAgain(button) {
    const { agent, name } = button.closest("[data-toast]").dataset;
    const { asked, override, ...rest } = button.dataset;
    open({ ...rest, agent, name, override: override !== undefined }, { anchor: badgeOf(agent) || button, line: rest.label, asked });
  }

  menu.addEventListener("toggle", () => mark());

  menu.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = choices.indexOf(document.activeElement);
    const words = choices.map((choice) => choice.querySelector("span").textContent);
    const next = step(event.key, at, choices.length) ?? (/^\p{L}$/u.test(event.key) ? match(words, event.key, at) : -1);
    if (next < 0) return;
    event.preventDefault();
    choices[next].focus();
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault(); // Enter in the reason: a status is still to be chosen
    (menu.querySelector("[aria-current]") || choices[0]).focus();
  });

  /** After a click nobody is at the row: only the keyboard's focus stays there, and would hold the board. */
  function unlessKeys() {
    if (!document.activeElement.matches(":focus-visible")) document.activeElement.blur();
  }

  function choose(choice) {
    menu.hidePopover();
    unlessKeys();
    if (choice.hasAttribute("aria-current") && !until.value) return; // nothing to do
    send(about, choice.value, choice.querySelector("span").textContent);
    about = null;
  }

  /** Asks for a status of an agent, if the agent still has the one that was shown. */
  function send({ override, ...whom }, value, after) {
    const fields = [...new FormData(form), ["status", value], ["expected", whom.status], ["nonce", nonce()]];
    if (override) fields.push(["override", "on"]);
    ask({ ...whom, before: whom.label, after }, fields);
  }

  /** Sets a status that was chosen elsewhere (find.js, row_undo.js), with its own reason and not what the menu may hold. */
  window.setStatus = (whom, ...chosen) => (clear(), (reason.value = whom.reason ?? ""), send(whom, ...chosen));

  // ---- Toasts --------------------------------------------------------------------------------

  /** Sends these fields, in the form of a new toast. What older toasts say of this agent is past. */
  function ask({ url, agent, name, before, after }, fields) {
    for (const old of toastsOf(agent)) old.remove();
    const toast = draft.cloneNode(true);
    const send = toast.querySelector("form");
    for (const [key, value] of fields) {
      send.append(Object.assign(document.createElement("input"), { type: "hidden", name: key, value }));
    }
    for (const [key, text] of Object.entries({ name, before, after })) slot(toast, key).textContent = text;
    toast.id = `toast-${send.elements.nonce.value}`;
    Object.assign(toast.dataset, { agent, name });
    send.setAttribute("data-hx-post", url);
    toasts.append(toast);
    htmx.process(toast);
    send.requestSubmit();
  }

  /** The toast whose own form this htmx event is of; null for anything else, a poll too. */
  const sender = (event) => event.detail.ctx?.sourceElement?.closest?.("[data-toast] > form")?.parentElement ?? null;

  function tell(toast, what, words) {
    toast.dataset.toast = what;
    toast.querySelector(".toast-do").hidden = what === "asking";
    slot(toast, "state").textContent = words;
    announce(toast.querySelector("p").textContent);
    mark();
  }

  document.addEventListener("htmx:before:request", (event) => {
    const toast = sender(event);
    if (toast) tell(toast, "asking", `, ${says.sayAsking}`);
  });

  document.addEventListener("htmx:finally:request", (event) => {
    const toast = sender(event);
    if (!toast?.isConnected) return; // its answer took its place
    const { response, hx } = event.detail.ctx;
    // An ended session and a switched site are redirects: page.js says in a banner what to do, and the choice is kept.
    const refused = (response?.status >= 400 && response.status < 500) || hx?.redirect || hx?.refresh;
    tell(toast, "unsent", `. ${refused ? says.sayRefused : says.sayUnanswered}`);
  });

  document.addEventListener("htmx:after:swap", (event) => {
    mark();
    const toast = document.getElementById(event.detail.ctx.target?.id);
    const badge = toast?.matches("[data-toast]") && badgeOf(toast.dataset.agent);
    if (badge) rows.renew(badge).then(mark);
  });

  const keysIn = (toast) => toast.querySelector(":focus-visible") !== null;

  function remove(toast) {
    const back = keysIn(toast) && badgeOf(toast.dataset.agent);
    toast.remove();
    if (back) back.focus();
    mark();
  }

  const leaving = new WeakSet();

  /** Removes a toast after a while, but never while somebody is at it or cannot see it. */
  function fade(toast, wait) {
    setTimeout(() => {
      if (!toast.isConnected) return;
      if (document.hidden || toast.matches(":hover, :focus-within")) fade(toast, STAYS / 4);
      else remove(toast);
    }, wait);
  }

  // ---- What badges and rows show of it -------------------------------------------------------

  function unmark() {
    for (const row of document.querySelectorAll("[data-told]")) row.removeAttribute("data-told");
    for (const badge of document.querySelectorAll("[data-menu]:is([data-asking], [aria-expanded])")) {
      badge.removeAttribute("aria-expanded");
      if (!badge.dataset.asking) continue;
      badge.querySelector("span").textContent = badge.dataset.asking;
      badge.removeAttribute("data-asking");
    }
  }

  function mark() {
    unmark();
    if (about && isOpen()) badgeOf(about.agent)?.setAttribute("aria-expanded", "true");
    for (const toast of toasts.children) show(toast);
  }

  function show(toast) {
    const badge = badgeOf(toast.dataset.agent);
    badge?.closest("[data-row]")?.setAttribute("data-told", "");
    if (toast.dataset.toast === "asking") showAsking(badge);
    if (!["confirmed", "planned"].includes(toast.dataset.toast) || leaving.has(toast)) return;
    leaving.add(toast);
    fade(toast, STAYS);
  }

  function showAsking(badge) {
    for (const old of document.querySelectorAll("#status-form .outcome")) old.remove(); // of an older choice
    const word = badge?.querySelector("span");
    if (!word) return;
    badge.dataset.asking = word.textContent;
    word.textContent = says.sayAsking;
  }

  // ---- What is pressed -----------------------------------------------------------------------

  /** The badge whose status page a link leads to: itself, or the one in its row. */
  function badgeFor(link) {
    const badge = link?.matches("[data-menu]") ? link : link?.closest("[data-row]")?.querySelector("[data-menu]");
    return badge?.href === link?.href ? badge : null;
  }

  document.addEventListener("pointerdown", (event) => (pressed = event.target.closest("[data-menu][aria-expanded]")), true);

  document.addEventListener("click", (event) => {
    if (leads(event)) return;
    const badge = badgeFor(event.target.closest("a"));
    const choice = event.target.closest(".status-choice");
    const again = event.target.closest("[data-choose]");
    const close = event.target.closest("[data-close]");
    if (badge) event.preventDefault();
    if (badge && badge === pressed) menu.hidePopover();
    else if (badge) openAt(badge);
    else if (choice) choose(choice);
    else if (again) openAgain(again);
    else if (close) remove(close.closest("[data-toast]"));
    pressed = null;
  });

  toasts.addEventListener("submit", (event) => {
    const sent = event.target;
    if (sent.hasAttribute("data-hx-post")) return; // htmx sends it
    event.preventDefault();
    const toast = sent.closest("[data-toast]");
    const { agent, name } = toast.dataset;
    const keys = keysIn(toast);
    ask({ url: sent.action, agent, name, ...sent.dataset }, [...new FormData(sent)]);
    if (keys) badgeOf(agent)?.focus({ preventScroll: true });
  });
})();

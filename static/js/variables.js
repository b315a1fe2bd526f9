/*
 * Edits a visitor's custom variables in their rows, one at a time, without leaving the page. The forms: variable_forms.js.
 *   .variable-row          a row: data-item (what Comm100 has, as JSON), data-change (its latest change), data-state
 *   .variable-told      (inside) what became of its latest change. The focus lands here after each step
 *   [data-edit], [data-add]   links to the whole form: a click opens a row instead
 *   [data-again]        sends this again (JSON: name, value, url; after a conflict what was seen there)
 *   [data-drop], [data-leave]   close what a row says, or its form
 * A row being edited, and words that are in no record, have data-morph-skip: a poll leaves them alone. A write waits until
 * the one before it is verified: its guard must know what that one did. The server guards and records each of them.
 */
(() => {
  "use strict";
  const PATIENCE = 15000; // ms after which a write no longer waits for another one
  const { told, itemOf, put, showLink, open, edit, add, correct, close, showAsking, showUnanswered } = window.variableForms;
  const says = document.getElementById("variable-form").dataset;
  const queue = []; // forms that wait for their turn
  const mine = new Map(); // id of a row in which a change of the user's is under way -> that change
  let sending = null; // the form under way
  let under = null; // its request: htmx gives that another source when the answer has taken the form's place

  const announce = (text) => (document.getElementById("announce").textContent = text.replace(/\s+/g, " ").trim());
  const region = () => document.getElementById("record");
  const rowOf = (element) => element.closest(".variable-row");
  const added = (filter) => document.querySelectorAll(`#variables-new > .variable-row${filter}`);
  const listed = () => [...document.querySelectorAll("#record .variables-list:not(#variables-new) > .variable-row")];
  const refresh = () => region().dispatchEvent(new CustomEvent("refresh", { detail: { asked: true } }));

  /** Fetches the region even if the page has its newest markup: a row that was left alone may have missed something. */
  function renew() {
    if (region()._htmx) region()._htmx.ptag = "";
    refresh();
  }

  /** Tells what a row says, and brings the focus there if the step took it away. */
  function tell(row) {
    announce(`${row.querySelector(".variable-name").textContent}: ${told(row).textContent}`);
    if (document.activeElement === document.body || row.contains(document.activeElement)) told(row).focus();
  }

  // ---- Sending -------------------------------------------------------------------------------

  /** What the page shows now, with the edited variable as it was when its form was opened: the guard of the write. */
  function expected({ shows }) {
    const items = listed().map(itemOf).filter((item) => item && item.name !== shows?.name);
    return JSON.stringify(shows ? [...items, shows] : items);
  }

  const isSame = ({ shows, seen, elements }) => !seen && shows?.value === elements.value.value && shows.url === elements.url.value;

  function ask(form) {
    const row = rowOf(form);
    if (isSame(form)) {
      leave(row);
      return;
    }
    showAsking(form, row);
    told(row).focus();
    tell(row);
    form.queued = performance.now();
    queue.push(form);
    for (const wait of [0, PATIENCE]) setTimeout(pump, wait); // a form cannot be sent while its own submit event goes on
  }

  /** Whether a change of any variable is under way. */
  function isBusy() {
    const rows = [...listed(), ...added("")];
    return rows.some((row) => row.dataset.state === "asking" && !row.querySelector("form"));
  }

  /** Sends the first form that waits, if nothing is under way. */
  function pump() {
    const form = queue[0];
    if (!form || sending || (isBusy() && performance.now() - form.queued < PATIENCE - 100)) return;
    sending = queue.shift();
    put(form, "expected", form.seen || expected(form));
    if (!form.shows) put(form, "row", rowOf(form).id);
    form.requestSubmit();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".variable-form");
    if (!form || form === sending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!queue.includes(form)) ask(form);
  }, true);

  // ---- Answers -------------------------------------------------------------------------------

  document.addEventListener("htmx:before:request", (event) => {
    if (sending && event.detail.ctx.sourceElement === sending) under = event.detail.ctx;
  });

  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = event.detail;
    const form = sending;
    if (!under || ctx !== under) return;
    sending = under = null;
    if (form.isConnected) {
      const { response, hx } = ctx;
      // An ended session and a switched site are redirects: page.js says in a banner what to do, and what was typed is kept.
      const refused = (response?.status >= 400 && response.status < 500) || hx?.redirect || hx?.refresh;
      const row = rowOf(form);
      showUnanswered(form, row, refused ? says.sayRefused : says.sayUnanswered);
      tell(row);
      if (refused) renew(); // what this person may do here may have changed
    }
    pump();
  });

  /** The answer to a row's own form has taken the row's place. */
  function answered(row) {
    if (row.dataset.state === "invalid") {
      const words = row.querySelector(".variable-failed").textContent.trim();
      correct(row, JSON.parse(row.querySelector("[data-again]").dataset.again), words);
      return announce(words);
    }
    tell(row);
    if (told(row).hasAttribute("data-morph-skip")) return null;
    mine.set(row.id, row.dataset.change);
    return settle(row.id) || refresh();
  }

  /** Tells the outcome of a change of the user's, if it has come. */
  function settle(id) {
    const row = document.getElementById(id);
    if (!row || row.dataset.change !== mine.get(id) || row.dataset.state === "asking") return false;
    mine.delete(id);
    tell(row);
    refresh(); // the list of changes
    return true;
  }

  /** A variable that was added has a row of its own by now: the one that asked for it goes. */
  function arrive() {
    for (const old of added(":not(:has(form, [data-again]))")) {
      const row = listed().find((each) => each.dataset.change === old.dataset.change);
      if (!row) continue;
      mine.delete(old.id);
      mine.set(row.id, row.dataset.change);
      const focused = old.contains(document.activeElement);
      old.remove();
      if (focused) told(row).focus();
    }
  }

  /** Words that are in no record go as soon as a newer change of the same variable is there. */
  function outdate() {
    for (const words of document.querySelectorAll(".variable-told[data-morph-skip]")) {
      const { change } = rowOf(words).dataset;
      words.change ??= change;
      if (words.change === change) continue;
      for (const name of ["data-morph-skip", "data-typed"]) words.removeAttribute(name);
      renew();
    }
  }

  /** A variable that is edited, and is not there any more, keeps its row: what was typed stays. */
  function rescue(text) {
    for (const row of listed().filter((each) => each.classList.contains("editing") && !text.includes(`id="${each.id}"`))) {
      const field = row.contains(document.activeElement) ? document.activeElement : null;
      document.getElementById("variables-new").append(row);
      field?.focus();
    }
  }

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (ctx.target === region() && ctx.response?.status === 200 && !event.defaultPrevented) rescue(ctx.text);
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const { ctx } = event.detail;
    const row = document.getElementById(ctx.target?.id);
    if (under && ctx === under && row) answered(row);
    arrive();
    outdate();
    for (const id of [...mine.keys()]) settle(id);
    pump();
  });

  // ---- What is pressed -----------------------------------------------------------------------

  /** Closes what is open in a row; the focus goes back to where it was opened. */
  function leave(row) {
    close(row);
    (row.querySelector("[data-edit]") || document.querySelector("[data-add]") || document.getElementById("main")).focus();
    renew();
  }

  const ACTS = {
    "[data-edit]": (link) => edit(rowOf(link)),
    "[data-add]": () => edit(added(".editing")[0] || add()),
    "[data-again]": (button) => ask(open(rowOf(button), JSON.parse(button.dataset.again))),
    "[data-drop], [data-leave]": (button) => leave(rowOf(button)),
    "[data-link]": ({ form }) => {
      showLink(form);
      form.elements.url.focus();
    },
  };

  /** Whether a click opens a link elsewhere: another tab, a window, a download. */
  const leads = (event) => event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;

  document.addEventListener("click", (event) => {
    if (leads(event)) return;
    const selector = Object.keys(ACTS).find((each) => event.target.closest(each));
    if (!selector) return;
    event.preventDefault();
    ACTS[selector](event.target.closest(selector));
  });
})();

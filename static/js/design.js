/*
 * The page that designs a wall: shows the wall as the form stands, and moves figures up and down.
 *   form#design[data-preview]   the preview's address, which takes the form's values; [data-saved]: the form holds saved ones
 *   .design-frame > iframe      the preview; #preview-gone beside it is shown instead if none comes
 *   select[data-all]            time zones: those of that address, which the browser keeps, take the place of the few in it
 *   [data-move]                 a button in a row of figures; it numbers all places again
 * Without this file a button shows the preview, and the user types the places.
 */
(() => {
  "use strict";
  const form = document.getElementById("design");
  const gone = document.getElementById("preview-gone");
  const PAUSE = 400; // milliseconds without a key before the preview follows
  const EVERY = 10_000; // milliseconds after which it is fetched again: a preview asks for no figures itself
  const TIMEOUT = 8_000; // milliseconds after which an answer is no longer waited for

  let frame = document.querySelector(".design-frame > iframe");
  let coming; // the frame that takes its place as soon as it has loaded
  let soon;
  let typed = !("saved" in form.dataset); // whether the form holds anything that is not saved
  let asking; // ends the request whose answer counts

  // ---- Time zones ----------------------------------------------------------------------------

  /** Offers all zones. The one that is chosen stays, by whatever name. */
  async function offerAll(select) {
    const holder = document.createElement("template");
    try {
      const answer = await fetch(select.dataset.all);
      if (!answer.ok || answer.redirected) return;
      holder.innerHTML = await answer.text();
    } catch {
      return; // the few stay
    }
    const chosen = select.selectedOptions[0];
    select.replaceChildren(...holder.content.firstElementChild.children);
    if (chosen && !select.querySelector(`[value="${CSS.escape(chosen.value)}"]`)) select.prepend(chosen);
    if (chosen) select.value = chosen.value;
  }

  for (const select of form.querySelectorAll("select[data-all]")) offerAll(select);

  // ---- The preview ---------------------------------------------------------------------------

  /** The preview's page; null if none comes. A form with mistakes has one too, which says what they are. */
  async function fetched(signal) {
    try {
      const options = { method: "POST", body: new URLSearchParams(new FormData(form)), signal };
      const answer = await fetch(form.dataset.preview, options);
      return !answer.redirected && (answer.ok || answer.status === 422) ? await answer.text() : null;
    } catch {
      return null;
    }
  }

  async function show() {
    asking?.abort();
    const mine = (asking = new AbortController());
    const late = setTimeout(() => mine.abort(), TIMEOUT);
    const page = await fetched(mine.signal);
    clearTimeout(late);
    if (mine !== asking) return;
    gone.hidden = page !== null;
    frame.hidden = page === null;
    coming?.remove();
    if (page !== null) swap(page);
  }

  /** Loads the page in a new frame behind the one that is shown: no flicker, and no step for the back button. */
  function swap(page) {
    const next = (coming = frame.cloneNode());
    next.removeAttribute("src");
    next.removeAttribute("name");
    next.srcdoc = page;
    next.addEventListener("load", () => {
      if (next !== coming) return;
      frame.remove();
      next.name = "preview";
      frame = next;
      coming = undefined;
    });
    frame.after(next);
  }

  form.addEventListener("input", () => {
    typed = true;
    clearTimeout(soon);
    soon = setTimeout(show, PAUSE);
  });

  form.addEventListener("submit", (event) => {
    typed = typed && Boolean(event.submitter?.formTarget);
    if (!event.submitter?.formTarget) return;
    event.preventDefault();
    show();
  });

  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault(); // the browser asks
  });

  const showVisible = () => document.hidden || show();
  setInterval(showVisible, EVERY);
  document.addEventListener("visibilitychange", showVisible);

  // ---- The order of the figures --------------------------------------------------------------

  const rows = () => [...form.querySelectorAll("tbody tr:not(.panel-errors)")];
  const place = (row) => row.querySelector(".panel-place > input:not([type=hidden])");
  /** A row, with the row below it that says what is wrong in it. */
  const whole = (row) => (row.nextElementSibling?.matches(".panel-errors") ? [row, row.nextElementSibling] : [row]);

  /** Puts rows in the order of their places: a browser fills in places again, after Back for example, but moves no rows. */
  function sort() {
    const wanted = rows().sort((one, other) => place(one).value - place(other).value);
    form.querySelector("tbody").append(...wanted.flatMap(whole));
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("tr");
    const up = button.dataset.move === "up";
    const before = rows();
    const other = before[before.indexOf(row) + (up ? -1 : 1)];
    if (!other) return;
    if (up) other.before(...whole(row));
    else whole(other).at(-1).after(...whole(row));
    rows().forEach((each, index) => (place(each).value = index + 1));
    button.focus();
    document.getElementById("announce").textContent = `${row.querySelector("th").textContent.trim()}: ${place(row).value}`;
    form.dispatchEvent(new Event("input"));
  });

  // The frame shows what is saved. The form holds other values if it was refused, or if a browser filled it in again.
  const opened = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  window.addEventListener("pageshow", () => {
    sort();
    if (!opened || !("saved" in form.dataset)) show();
  });
})();

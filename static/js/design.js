/*
 * The page that designs a wall: shows the wall as the form stands, and adds, moves and removes figures.
 *   form#design[data-preview]   the preview's address, which takes the form's values; [data-saved]: the form holds saved ones
 *   .design-frame > iframe      the preview; #preview-gone beside it is shown instead if none comes
 *   select[data-all]            time zones: those of that address, which the browser keeps, take the place of the few in it
 *   tbody[data-spare]           the rows of figures that are not shown: their size is empty
 *   [data-move] [data-remove]   buttons in a row of figures; [data-add]: a button for each figure that is not shown
 *   [data-limit-of]                says the value of the limit of this name, while its field is folded
 *   #unsaved, [data-discard]    says that something is typed; leaves it
 * Without this file each button sends the form, which comes back with the step done.
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

  function setTyped(value) {
    typed = value;
    document.getElementById("unsaved").toggleAttribute("data-on", value);
  }

  form.addEventListener("input", (event) => {
    setTyped(true);
    const said = event.target.name && form.querySelector(`[data-limit-of="${event.target.name}"]`);
    if (said) said.textContent = event.target.value || event.target.placeholder;
    clearTimeout(soon);
    soon = setTimeout(show, PAUSE);
  });

  form.addEventListener("submit", () => (typed = false));
  document.querySelector("[data-discard]").addEventListener("click", () => (typed = false));

  // What is folded cannot have the focus: the browser would refuse the form without a word.
  form.addEventListener("invalid", (event) => event.target.closest("details")?.setAttribute("open", ""), true);

  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault(); // the browser asks
  });

  const showVisible = () => document.hidden || show();
  setInterval(showVisible, EVERY);
  document.addEventListener("visibilitychange", showVisible);

  // ---- The figures ---------------------------------------------------------------------------

  const [listed, spare] = document.getElementById("figures").tBodies;
  const rows = (body) => [...body.querySelectorAll("tr[data-figure]")];
  const place = (row) => row.querySelector(".panel-place > input:not([type=hidden])");
  const size = (row) => row.querySelector("select");
  const adder = (row) => form.querySelector(`[data-add="${row.dataset.figure}"]`);
  /** A row, with the row below it that says what is wrong in it. */
  const whole = (row) => (row.nextElementSibling?.matches(".panel-errors") ? [row, row.nextElementSibling] : [row]);

  /** Puts rows where their values say: a browser fills in values again, after Back for example, but moves no rows. */
  function sort() {
    const all = [...rows(listed), ...rows(spare)].sort((one, other) => place(one).value - place(other).value);
    for (const row of all) {
      const isListed = Boolean(size(row).value);
      (isListed ? listed : spare).append(...whole(row));
      adder(row).hidden = isListed;
    }
  }

  /** Numbers the places after a step, says it, and shows it in the preview. */
  function arranged(row, words) {
    [...rows(listed), ...rows(spare)].forEach((each, index) => (place(each).value = index + 1));
    document.getElementById("announce").textContent = `${row.querySelector("th").textContent.trim()}: ${words}`;
    form.dispatchEvent(new Event("input"));
  }

  function move(row, button) {
    const up = button.dataset.move === "up";
    const before = rows(listed);
    const other = before[before.indexOf(row) + (up ? -1 : 1)];
    if (!other) return;
    if (up) other.before(...whole(row));
    else whole(other).at(-1).after(...whole(row));
    button.focus();
    arranged(row, rows(listed).indexOf(row) + 1);
  }

  function add(button) {
    const row = rows(spare).find((each) => each.dataset.figure === button.dataset.add);
    size(row).value = "normal";
    listed.append(...whole(row));
    button.hidden = true;
    button.closest("details").open = false;
    size(row).focus();
    arranged(row, rows(listed).length);
  }

  function remove(row, button) {
    const others = rows(listed);
    const next = others[others.indexOf(row) + 1] ?? others[others.indexOf(row) - 1];
    for (const field of row.querySelectorAll("input")) if (!field.validity.valid) field.value = "";
    size(row).value = "";
    spare.append(...whole(row));
    adder(row).hidden = false;
    (next?.querySelector("[data-remove]") ?? form.querySelector(".add-figure > summary")).focus();
    arranged(row, button.dataset.remove);
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move], [data-add], [data-remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("tr");
    if (button.dataset.add) add(button);
    else if (button.dataset.move) move(row, button);
    else remove(row, button);
  });

  // The frame shows what is saved. The form holds other values if it was refused, or if a browser filled it in again.
  const opened = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  window.addEventListener("pageshow", () => {
    sort();
    if (!opened || !("saved" in form.dataset)) show();
  });
})();

/*
 * The form that a row of custom variables gets while it is edited (variables.js): what it is filled with, and how it goes.
 *   #variable-form      holds the form, and the sentences [data-say-…]; outside of the polled region
 *   .variable-row          a row: data-item (what Comm100 has, as JSON; null for one that is being added)
 *   .variable-told      (inside) what became of its latest change
 * Only a row that is edited is a [data-row], at which the page waits (live.js): a focus on an outcome holds nothing back.
 * A form remembers what its row showed when it was opened (`shows`) and what was seen in a conflict (`seen`, as JSON).
 */
(() => {
  "use strict";
  const holder = document.getElementById("variable-form");
  const { fill, nonce } = window.choices;
  const FIELDS = ["name", "value", "url"];
  let added = 0;

  const told = (row) => row.querySelector(".variable-told");
  const itemOf = (row) => JSON.parse(row.dataset.item);
  const copy = (id) => document.getElementById(id).content.cloneNode(true);
  const first = (form) => form.elements[form.shows ? "value" : "name"];

  /** Fills a field, so that it does not count as typed. */
  function put(form, name, text) {
    form.elements[name].value = text;
    form.elements[name].defaultValue = text;
  }

  function showLink(form) {
    form.elements.url.hidden = false;
    form.querySelector("[data-link]").hidden = true;
  }

  function label(form, name) {
    const { sayValue, sayLink } = holder.dataset;
    form.elements.value.setAttribute("aria-label", fill(sayValue, { name }));
    form.elements.url.setAttribute("aria-label", fill(sayLink, { name }));
  }

  function retype(form, typed) {
    for (const name of FIELDS) form.elements[name].value = typed[name];
    if (!typed.override) return;
    put(form, "override", "on");
    form.seen = typed.expected;
  }

  /** Puts a form into a row, filled with what Comm100 has; `typed` is what was typed before. */
  function open(row, typed = null) {
    const form = holder.querySelector("form").cloneNode(true);
    form.shows = itemOf(row);
    for (const name of FIELDS) put(form, name, form.shows?.[name] ?? "");
    if (form.shows) {
      form.elements.name.type = "hidden";
      label(form, form.shows.name);
    } else put(form, "new", "on");
    put(form, "nonce", typed?.nonce ?? nonce());
    if (typed) retype(form, typed);
    if (form.elements.url.value) showLink(form);
    row.classList.add("editing");
    row.dataset.morphSkip = "";
    row.dataset.row = "";
    row.append(form);
    htmx.process(form);
    return form;
  }

  /** Opens a row's form for the person, with what was not sent if there is such. */
  function edit(row) {
    const again = row.querySelector("[data-again]");
    const { name, value, url } = again ? JSON.parse(again.dataset.again) : {};
    const form = row.querySelector("form") || open(row, again && { name, value, url });
    first(form).focus();
    first(form).select();
  }

  /** A row for a variable that is added. */
  function add() {
    const row = copy("variable-added").firstElementChild;
    added += 1;
    row.id = `variable-new-${added}`;
    document.getElementById("variables-new").append(row);
    return row;
  }

  /** Opens a form again with what was typed, and says what is wrong with it. Returns that sentence. */
  function correct(row, typed, words) {
    const form = open(row, typed);
    const wrong = form.querySelector(".variable-wrong");
    Object.assign(wrong, { textContent: words, hidden: false, id: `${row.id}-wrong` });
    first(form).setAttribute("aria-invalid", "true");
    first(form).setAttribute("aria-describedby", wrong.id);
    first(form).focus();
  }

  function quiet(row) {
    const words = told(row);
    if (!words.hasAttribute("data-morph-skip")) return;
    words.replaceChildren();
    for (const name of ["data-morph-skip", "data-typed"]) words.removeAttribute(name);
  }

  /** Takes the form out of its row, and what the row says of something that was not sent. */
  function close(row) {
    row.querySelector("form")?.remove();
    row.classList.remove("editing");
    for (const mark of ["morphSkip", "row"]) delete row.dataset[mark];
    quiet(row);
    if (row.closest("#variables-new")) row.remove();
  }

  /** Shows what is asked for in the place of the form, which stays in the row until it is answered. */
  function showAsking(form, row) {
    row.dataset.state = "asking";
    row.classList.remove("editing");
    const value = row.querySelector(".variable-value");
    form.covered = [...value.childNodes];
    row.querySelector(".variable-name bdi").textContent = form.elements.name.value || "–";
    value.replaceChildren(Object.assign(document.createElement("bdi"), { textContent: form.elements.value.value || "–" }));
    told(row).replaceChildren(copy("variable-asking"));
  }

  /** Says that there was no answer that is a row, with a button that sends the same once at most. */
  function showUnanswered(form, row, words) {
    const { name, value, url, nonce: used, override, expected } = Object.fromEntries(new FormData(form));
    const again = { name, value, url, nonce: used, ...(override && { override, expected }) };
    form.remove();
    delete row.dataset.morphSkip;
    row.dataset.state = "unsent";
    const line = told(row);
    line.replaceChildren(copy("variable-unanswered"));
    line.querySelector(".variable-failed").textContent = `${value || "–"}: ${words}`;
    line.querySelector("[data-again]").dataset.again = JSON.stringify(again);
    for (const mark of ["data-morph-skip", "data-typed"]) line.setAttribute(mark, "");
    line.change = row.dataset.change;
    row.querySelector(".variable-value").replaceChildren(...form.covered);
  }

  window.variableForms = { told, itemOf, put, showLink, open, edit, add, correct, close, showAsking, showUnanswered };
})();

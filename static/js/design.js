/*
 * The page that designs a wall: shows the wall as the form stands, and moves figures up and down.
 *   form#design[data-preview]   the preview's address, which takes the form's values
 *   [data-move]                 a button in a row of figures; the places are numbered anew
 * Without this file a button shows the preview, and the places are typed.
 */
(() => {
  "use strict";
  const form = document.getElementById("design");
  const frame = document.querySelector("iframe[name=preview]");
  const PAUSE = 400; // milliseconds without a key before the preview follows

  let soon;
  let shown = "";

  function show() {
    if (!form.checkValidity()) return;
    const values = new URLSearchParams(new FormData(form));
    for (const name of ["csrfmiddlewaretoken", "seat"]) values.delete(name);
    const address = `${form.dataset.preview}?${values}`;
    if (address === shown) return;
    shown = address;
    frame.contentWindow.location.replace(address); // no step for the back button
  }

  form.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(show, PAUSE);
  });

  function number() {
    const places = form.querySelectorAll('[name$="-place"]');
    places.forEach((place, index) => (place.value = index + 1));
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const rows = [...form.querySelectorAll("tbody tr:not(.panel-errors)")];
    const row = button.closest("tr");
    const other = rows[rows.indexOf(row) + (button.dataset.move === "up" ? -1 : 1)];
    if (!other) return;
    for (const note of form.querySelectorAll(".panel-errors")) note.remove();
    if (button.dataset.move === "up") other.before(row);
    else other.after(row);
    number();
    button.focus();
    document.getElementById("announce").textContent = `${row.querySelector("th").textContent.trim()}: ${rows.indexOf(other) + 1}`;
    form.dispatchEvent(new Event("input"));
  });

  // A form that came back with errors, or that the browser filled in again, differs from what is saved.
  if (form.querySelector("[aria-invalid=true]") === null) window.addEventListener("pageshow", show);
})();

/*
 * A slider of the minutes of a day, in form[data-slider]: its time is written while it moves, and a moment after it was let
 * go the form is sent. On a day when the clocks change the time is written only by the server.
 */
(() => {
  "use strict";
  const WAIT_MS = 700; // keys move it minute by minute

  for (const form of document.querySelectorAll("form[data-slider]")) {
    const slider = form.querySelector("input[type=range]");
    const told = form.querySelector("b[data-plain]");
    let soon;
    slider.addEventListener("input", () => {
      clearTimeout(soon);
      if (!told) return;
      const text = `${Math.floor(slider.value / 60)}:${String(slider.value % 60).padStart(2, "0")}`;
      told.textContent = text;
      slider.setAttribute("aria-valuetext", text);
    });
    slider.addEventListener("change", () => {
      clearTimeout(soon);
      soon = setTimeout(() => form.requestSubmit(), WAIT_MS);
    });
  }
})();

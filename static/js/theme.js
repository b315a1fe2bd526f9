/*
 * Light or dark, before the first paint. The class `js` shows what only works with scripts.
 *   html[data-theme]     the user's choice: light, dark, or system, which the device decides
 *   form[data-display]   the choices in the account menu. They are kept by the server and shown at once: the page is not
 *                        loaded again, so that what is half typed, or shown once, stays
 */
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");

  function paint() {
    const { theme } = root.dataset;
    const system = dark.matches ? "dark" : "light";
    root.setAttribute("data-bs-theme", theme === "light" || theme === "dark" ? theme : system);
  }

  root.classList.add("js");
  paint();
  dark.addEventListener("change", paint);

  /** Sends a choice: "kept", "ended" if the session has, and "" if anything else came. */
  async function send(form, { name, value }) {
    const body = new URLSearchParams(new FormData(form));
    body.set(name, value);
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } });
      return answer.status === 204 ? "kept" : answer.headers.has("HX-Redirect") ? "ended" : "";
    } catch {
      return "";
    }
  }

  function show(form, { name, value }) {
    root.dataset[name] = value;
    for (const choice of form.querySelectorAll("button")) {
      if (choice.name === name) choice.setAttribute("aria-pressed", String(choice.value === value));
    }
    paint();
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const pressed = event.submitter;
    if (!form.matches("[data-display]") || !pressed) return;
    event.preventDefault();
    const became = await send(form, pressed);
    if (became === "kept") return show(form, pressed);
    if (became === "ended") return (document.getElementById("ended").hidden = false);
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: pressed.name, value: pressed.value });
    form.append(field);
    form.submit(); // as without scripts: the page that comes says what is wrong
  });
})();

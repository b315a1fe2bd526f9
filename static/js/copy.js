/*
 * Copies secrets and addresses (components/copy.html).
 *   [data-copy="ID"]     a button: copies the text of the element ID, or the value of a field
 *   [data-say-copied], [data-say-keys]  beside it: tells that it is done; or, because browsers let pages copy only at https
 *                        and on this machine, that the text is selected and which keys copy it
 */
(() => {
  "use strict";
  const KEYS = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘C" : "Ctrl+C";

  const isField = (element) => element.matches("input, textarea");

  /** Whether the browser has put the text on its clipboard. */
  async function put(text) {
    if (!navigator.clipboard) return false; // neither https nor this machine
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false; // the person has forbidden it
    }
  }

  function select(element) {
    if (isField(element)) {
      element.focus();
      element.select();
    } else {
      getSelection().selectAllChildren(element);
    }
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const element = document.getElementById(button.dataset.copy);
    const said = button.parentElement.querySelector("[data-say-copied]");
    said.textContent = ""; // so that a second time is told too
    const done = await put(isField(element) ? element.value : element.textContent.trim());
    if (!done) select(element);
    said.textContent = done ? said.dataset.sayCopied : said.dataset.sayKeys.replace("{keys}", KEYS);
  });
})();

/*
 * Undoes an agent's last change from their row on the board.
 *   a[data-undo]    a link to the page that undoes it: asks the address data-undo instead, for the status data-after and
 *                   with data-reason. A toast says what became of it, as for a status that was chosen (status.js)
 */
(() => {
  "use strict";

  function undo({ dataset }, badge) {
    const { agent, name, status } = badge.dataset;
    const toast = document.querySelector(`#toasts > [data-agent="${CSS.escape(agent)}"]`);
    // A toast tells of a newer change than the row does, and has the undo of that one.
    if (toast) toast.querySelector("[data-key=u]")?.click();
    else window.setStatus({ url: dataset.undo, agent, name, status, label: badge.querySelector("span").textContent, reason: dataset.reason }, "", dataset.after);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-undo]");
    if (!link || !window.setStatus || window.choices.leads(event)) return;
    event.preventDefault();
    const badge = link.closest("[data-row]").querySelector("[data-menu]");
    const keys = link.matches(":focus-visible");
    undo(link, badge);
    if (keys) badge.focus({ preventScroll: true });
    else link.blur();
  });
})();

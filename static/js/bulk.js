/*
 * The bar of chosen agents (agents/bulk_bar.html): counts the boxes, chooses all, clears, and lets the board go on when a
 * change has started.
 *   .pick                  the box of a row; its row's [data-chats] says how many chats the agent has
 *   [data-pick-all]        the box in the table's head: chooses every row in sight, or none
 *   [data-clear]           clears the boxes and shows the first bar again (#bulk-start)
 *   [data-started]         the bar of a change that runs: what was chosen is done with. When it has ended, the board is renewed
 */
(() => {
  "use strict";
  const first = document.getElementById("bulk-start");
  if (!first) return;
  const picks = () => [...document.querySelectorAll(".pick")];
  const inSight = (box) => box.closest("tr").checkVisibility();
  const bar = () => document.getElementById("bulk-bar");

  function count() {
    const chosen = picks().filter((box) => box.checked);
    const all = document.querySelector("[data-pick-all]");
    if (all) {
      all.checked = chosen.length > 0 && picks().filter(inSight).every((box) => box.checked);
      all.indeterminate = chosen.length > 0 && !all.checked;
    }
    const [words, busy] = ["[data-chosen]", "[data-busy]"].map((name) => bar().querySelector(name));
    if (!words) return;
    const chatting = chosen.filter((box) => Number(box.closest("tr").querySelector("[data-chats]")?.dataset.chats) > 0);
    words.textContent = chosen.length === 1 ? words.dataset.sayOne : words.dataset.sayMany.replace("{n}", chosen.length);
    busy.textContent = chatting.length ? busy.dataset.say.replace("{n}", chatting.length) : "";
  }

  function uncheck() {
    for (const box of picks()) box.checked = false;
  }

  function restart() {
    bar().replaceWith(first.content.firstElementChild.cloneNode(true));
    htmx.process(bar());
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-pick-all]")) {
      for (const box of picks().filter(inSight)) box.checked = event.target.checked;
    } else if (!event.target.matches(".pick")) return;
    // Somebody chooses anew: the preview and the outcome before it are of another choice.
    if (bar().matches(".bulk-busy:not([data-live])")) restart();
    count();
  });

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-clear]")) return;
    uncheck();
    restart();
    count();
    document.querySelector("main").focus();
  });

  document.addEventListener("htmx:after:swap", () => {
    if (bar().matches("[data-started]")) uncheck();
    count();
    const ended = bar().matches("[data-started]:not([data-live], [data-told])");
    if (!ended) return;
    bar().dataset.told = "";
    document.getElementById("board").dispatchEvent(new CustomEvent("refresh", { detail: {} }));
  });
  count();
})();

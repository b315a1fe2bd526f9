/*
 * Brings what a region shows of one agent up to date, as soon as a change of the user's own shows. On the board only the
 * row is renewed, in its place, with the counts, and the focus stays: live.js holds the rest back while somebody is at a row.
 */
(() => {
  "use strict";

  /** What the region shows now, as elements; null if there is no answer of the dashboard's. */
  async function fetched(region) {
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "X-Site": document.documentElement.dataset.site };
    const holder = document.createElement("template");
    try {
      const answer = await fetch(region.getAttribute("data-hx-get"), { headers });
      if (answer.status !== 200 || answer.redirected) return null;
      holder.innerHTML = await answer.text();
    } catch {
      return null; // the next poll brings it
    }
    return holder.content.firstElementChild?.id === region.id ? holder.content : null;
  }

  /** Makes a badge show what another one does. It stays the same element, which may have the focus. */
  function copy(badge, news) {
    for (const { name } of [...badge.attributes]) if (!news.hasAttribute(name)) badge.removeAttribute(name);
    for (const { name, value } of [...news.attributes]) badge.setAttribute(name, value);
    badge.replaceChildren(...news.childNodes);
  }

  /** Makes a badge, and the undo beside it, show what another cell does. */
  function renewBadge(badge, cell) {
    copy(badge, cell.querySelector("[data-menu]"));
    const [undo, news] = [badge.parentElement, cell].map((one) => one.querySelector("[data-undo]"));
    if (undo && news) copy(undo, news);
    else if (undo) undo.remove();
    else if (news) badge.after(news);
  }

  /** Makes the line of a row's plan show what another row says; a row may have none. */
  function renewPlan(row, news) {
    const [plan, other] = [row, news].map((one) => one.querySelector(".row-plan"));
    if (plan && other) plan.replaceWith(other);
    else if (plan) plan.remove();
    else if (other) row.querySelector(".cell-name a").after(other);
  }

  /** Makes the counts above the rows show what the answer counts. */
  function count(region, found) {
    const news = found.querySelectorAll(".counts b");
    for (const [place, number] of region.querySelectorAll(".counts b").entries()) {
      if (news[place]) number.textContent = news[place].textContent;
    }
  }

  const refresh = (region) => void region.dispatchEvent(new CustomEvent("refresh", { detail: { asked: true } }));

  /** Renews the row of this badge, or the region if that has no rows. */
  async function renew(badge) {
    const region = badge.closest("[data-live]");
    const row = badge.closest("[data-row]");
    if (!row) return refresh(region);
    const found = await fetched(region);
    if (!found || !row.isConnected) return;
    const news = found.getElementById(row.id);
    if (!news) return refresh(region); // the row no longer fits the filters
    count(region, found);
    renewPlan(row, news);
    const cells = [...news.cells];
    for (const [place, cell] of [...row.cells].entries()) {
      if (cell.contains(badge)) renewBadge(badge, cells[place]);
      else if (!cell.querySelector("a, input")) cell.replaceWith(cells[place]);
    }
  }

  window.rows = { renew };
})();

/*
 * What a page does beyond plain HTML: its forms, menus and dialogs.
 *   form[data-filters="ID"]  a GET form that filters the polled region ID: its values go to the address and the region is
 *                            refreshed, while the focus stays where it is. Checkboxes of one name become a list with commas
 *   a[data-here]             a link that takes along the query of the address, as filters change it
 *   input[data-query]        a hidden field that takes the same query
 *   [data-announce]          told to screen readers when it arrives in the page; after a step that loaded a new page, the first
 *                            of these gets the focus
 *   [data-found]             in a filtered region: how much was found, told to screen readers
 *   [data-result]            what the page shows after a step, if it is none of the above
 *   html[data-site]          the site of this page: each request names it, since another tab may have switched
 *   [data-shows]             in a polled region: the status it shows. The form beside it expects that one, until it is filled in
 *   [data-typed]             holds what was typed before: a form that was not carried out comes back with it. A choice in a
 *                            toast that was not sent is kept like it
 *   [data-tells]             a form whose row says itself what becomes of it, and where the focus goes
 *   .outcome                 of the last change of a form: goes as soon as something else is chosen or typed there
 *   #ended[data-renew]       the address of a page whose forms have the token of a new session
 *   #failed, #ended, #moved  banners: a request got no usable answer; a session ended, or the site was switched, under a
 *                            half-filled form
 *   input[data-own-zone]     a hidden field that takes the name of the browser's time zone. It stays empty without this file;
 *                            the server then uses a zone of its own
 */
(() => {
  "use strict";
  const announce = (text) => (document.getElementById("announce").textContent = text.trim());

  // ---- The result of a step that loaded this page ---------------------------------------------

  /** Whether a form was sent to this page, or to one that led here. */
  function isAnswer() {
    const [visit] = performance.getEntriesByType("navigation");
    return Boolean(document.querySelector("main[data-typed]") || visit?.redirectCount);
  }

  if (isAnswer() && document.activeElement === document.body) {
    const wrong = ["[autofocus]:not(input, select, textarea)", "[aria-invalid=true]", ".errorlist", "[role=alert]"];
    const results = [...wrong, "[autofocus]", "[data-announce]", "[data-result]", ""];
    const found = results.map((what) => document.querySelector(`main ${what}`));
    const result = found.find((each) => each?.checkVisibility());
    if (!result.matches("input, select, textarea, button")) result.tabIndex = -1;
    if (!result.autofocus) result.focus();
  }

  // ---- Filters -------------------------------------------------------------------------------

  function filter(form) {
    const region = document.getElementById(form.dataset.filters);
    const query = new URLSearchParams(location.search);
    query.delete("page");
    const values = new FormData(form);
    for (const name of new Set([...form.elements].map((field) => field.name))) {
      const value = values.getAll(name).join(",");
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const search = query.size ? `?${String(query).replaceAll("%2C", ",")}` : "";
    const url = location.pathname + search;
    history.replaceState(null, "", url);
    for (const link of document.querySelectorAll("a[data-here]")) link.search = search;
    for (const field of document.querySelectorAll("input[data-query]")) field.value = search.slice(1);
    region.setAttribute("data-hx-get", url);
    region.dispatchEvent(new CustomEvent("refresh", { detail: { asked: true } }));
  }

  for (const form of document.querySelectorAll("form[data-filters]")) {
    let soon;
    const later = (delay) => {
      clearTimeout(soon);
      soon = setTimeout(() => filter(form), delay);
    };
    form.addEventListener("input", (event) => later(event.target.type === "search" ? 250 : 0));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      later(0);
    });
  }

  // ---- Answers that did not come, or are no use ----------------------------------------------

  const failed = document.getElementById("failed");

  function complain(words, status) {
    const text = words.replace("{status}", status);
    failed.querySelector("div").textContent = text;
    failed.hidden = false;
    failed.scrollIntoView({ block: "nearest" });
    announce(text);
  }

  const writes = (ctx) => ctx.request.method !== "GET";
  /** Whether a toast (status.js) or a row (variables.js) tells of it. */
  const inToast = (ctx) => ctx.sourceElement.closest?.("[data-toast], [data-tells]");
  /** Whether the user asked for it: polls come again by themselves, and live.js tells how old the figures are. */
  const asked = (ctx) => ctx && !inToast(ctx) && (writes(ctx) || !ctx.sourceElement.matches("[data-live]"));

  function content(ctx) {
    const holder = document.createElement("template"); // which takes rows of a table by themselves too
    holder.innerHTML = ctx.text;
    return holder.content;
  }

  /** Whether an answer is the form again, with what is wrong in it, and not the whole page of an error. */
  const fits = (ctx) => [404, 409, 422].includes(ctx.response.status) && content(ctx).getElementById(ctx.target.id);

  document.addEventListener("htmx:before:request", (event) => {
    if (asked(event.detail.ctx)) failed.hidden = true;
  });

  document.addEventListener("htmx:response:error", (event) => {
    const ctx = event.detail.ctx;
    if (!asked(ctx) || (writes(ctx) && fits(ctx))) return;
    const { status } = ctx.response;
    const reason = status === 404 && content(ctx).querySelector("main > .reason");
    const { sayRefused, sayBroken, sayUnread } = failed.dataset;
    complain(reason ? reason.textContent : !writes(ctx) ? sayUnread : status < 500 ? sayRefused : sayBroken, status);
  });

  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.response.status >= 400 || answers.own(ctx)) return;
    answers.refuse(event);
    if (asked(ctx)) complain(writes(ctx) ? failed.dataset.saySilent : failed.dataset.sayUnread, "");
  });

  document.addEventListener("htmx:before:swap", (event) => {
    const ctx = event.detail.ctx;
    if (ctx.response.status >= 400 && !fits(ctx)) event.preventDefault();
  });

  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail.ctx;
    if (asked(ctx)) complain(writes(ctx) ? failed.dataset.saySilent : failed.dataset.sayUnread, "");
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const arrived = document.getElementById(event.detail.ctx.target?.id);
    if (!arrived) return;
    const news = [...arrived.querySelectorAll(event.detail.ctx.sourceEvent?.detail?.asked ? "[data-found]" : "[data-announce]")];
    if (news.length) announce(news.map((each) => each.textContent.trim()).join(" "));
    const first = arrived.querySelector("[aria-invalid=true]") || arrived.querySelector("[autofocus]") || arrived;
    if (!writes(event.detail.ctx) || inToast(event.detail.ctx)) return;
    if (!event.detail.ctx.response.raw.redirected) arrived.dataset.typed = "";
    first.focus();
  });

  // ---- A session that ended, a site that was switched ----------------------------------------

  const { site } = document.documentElement.dataset;

  document.addEventListener("htmx:config:request", (event) => {
    if (site) event.detail.ctx.request.headers["X-Site"] = site;
  });

  const typed = (field) =>
    field.type !== "hidden" &&
    (field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.options
        ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.selectedIndex > 0
        : "defaultValue" in field && field.value !== field.defaultValue);

  const halfFilled = () =>
    document.querySelector("[data-typed], [data-toast=unsent]") ||
    [...document.querySelectorAll('form[method="post"] :is(input, textarea, select)')].some(typed);

  document.addEventListener("htmx:after:swap", () => {
    const shows = document.querySelector("[data-shows]");
    const expected = document.querySelector("main [name=expected]");
    if (shows && expected && !halfFilled()) expected.value = shows.dataset.shows;
  });

  document.addEventListener("input", (event) => {
    const form = event.target.closest?.('form[method="post"]');
    for (const old of form?.parentElement.querySelectorAll(":scope > .outcome") || []) old.remove();
  });

  const ended = document.getElementById("ended");
  const moved = document.getElementById("moved");

  /** The banner that says why this answer takes the page away; none if it does not. */
  function obstacle(ctx) {
    if (ctx.hx.refresh) return moved;
    const signIn = ended.querySelector("a").pathname;
    return ctx.hx.redirect && new URL(ctx.hx.redirect, location).pathname === signIn ? ended : null;
  }

  /** After another sign-in: gives the forms here its token, because the token of the session that ended is refused. */
  async function goOn() {
    const answer = await fetch(ended.dataset.renew);
    if (!answer.ok || answer.redirected) return; // the next poll tries again
    const name = "[name=csrfmiddlewaretoken]";
    const { value } = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(name);
    for (const field of document.querySelectorAll(name)) field.value = value;
    ended.hidden = true;
  }

  document.addEventListener("htmx:after:request", (event) => {
    const ctx = event.detail.ctx;
    const banner = obstacle(ctx);
    if (banner && (writes(ctx) || halfFilled())) {
      event.preventDefault();
      if (banner.hidden) announce(banner.textContent);
      banner.hidden = false;
    } else if (!banner && !event.defaultPrevented && ctx.response.status < 400) {
      if (moved) moved.hidden = true;
      if (!ended.hidden) goOn();
    }
  });

  // ---- Dialogs and menus ---------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog).showModal();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (opener || !menu.contains(event.target)) menu.open = false;
    }
  });

  // ---- The time zone -------------------------------------------------------------------------

  for (const field of document.querySelectorAll("[data-own-zone]")) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }
})();

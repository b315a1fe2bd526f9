/*
 * The box that Ctrl-K opens (⌘K on a Mac): what is typed is looked up at /find/, and its results are the options of a list.
 *   [data-find]          a link to the page /find/: opens #find instead. On that page itself, Ctrl-K leads to its field;
 *                        on a page without the box, as those that show a secret are, it follows the link
 *   [data-group] > h2    of the answer (find.html): a group of options and its name; its links become the options
 *   a[data-set]          an option that sets a status: it goes the way of the status menu (status.js) if that is there
 *   [data-count], [data-note]  how many there are, and why something may be missing: told under the list
 */
(() => {
  "use strict";
  const TYPING = 120; // ms without a key, then it is looked up
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  const opener = document.querySelector("a[data-find]");
  const key = opener?.querySelector("kbd");
  if (key && mac) key.textContent = "⌘ K";

  /** Whether this is Ctrl-K: on a Mac it deletes the rest of a line, and ⌘K is meant. */
  const calls = (event) => event.key.toLowerCase() === "k" && (mac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey;

  const box = document.getElementById("find");
  if (!box) {
    document.addEventListener("keydown", (event) => {
      if (!opener || !calls(event)) return;
      event.preventDefault();
      const field = document.getElementById("find-page-q");
      if (field) field.select();
      else opener.click();
    });
    return;
  }

  const form = box.querySelector("form");
  const field = document.getElementById("find-q");
  const list = document.getElementById("find-list");
  const said = document.getElementById("find-said");
  const failed = document.getElementById("find-failed");
  let asking = null; // what stops the request under way
  let soon;

  // ---- Results -------------------------------------------------------------------------------

  const options = () => [...list.querySelectorAll("[role=option]")];
  const active = () => list.querySelector("[aria-selected=true]");

  function select(option) {
    active()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  /** Makes a list box of the page's headings and links. */
  function show(found) {
    list.replaceChildren();
    for (const group of found.querySelectorAll("[data-group]")) {
      const holder = document.createElement("div");
      const title = document.createElement("div");
      Object.assign(title, { id: `find-${group.firstElementChild.id}`, className: "find-title", textContent: group.firstElementChild.textContent });
      holder.setAttribute("role", "group");
      holder.setAttribute("aria-labelledby", title.id);
      holder.append(title, ...group.querySelectorAll("a"));
      list.append(holder);
    }
    for (const [place, option] of [...list.querySelectorAll("a")].entries()) {
      Object.assign(option, { id: `find-option-${place}`, tabIndex: -1 });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
    }
    field.setAttribute("aria-expanded", String(options().length > 0));
    list.scrollTop = 0;
    select(options()[0]);
    const words = [found.querySelector("[data-count]"), ...found.querySelectorAll("[data-note]")];
    said.textContent = words.map((one) => one.textContent.trim()).join(" ");
    list.dataset.q = found.dataset.q;
  }

  function complain() {
    const link = failed.querySelector("a");
    link.search = new URLSearchParams({ q: field.value });
    failed.hidden = false;
  }

  /** Looks up what is typed. An answer that is not the dashboard's, such as a sign-in page, is none. */
  async function look() {
    clearTimeout(soon);
    asking?.abort();
    const mine = (asking = new AbortController());
    const url = `${form.action}?${new URLSearchParams({ q: field.value })}`;
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial", "X-Site": document.documentElement.dataset.site };
    const holder = document.createElement("template");
    try {
      const answer = await fetch(url, { headers, signal: mine.signal });
      if (answer.status === 200 && !answer.redirected) holder.innerHTML = await answer.text();
    } catch {
      if (mine.signal.aborted) return; // more was typed
    }
    if (asking !== mine) return;
    const found = holder.content.firstElementChild;
    failed.hidden = true;
    if (found?.id === "found") show(found);
    else complain();
  }

  // ---- What is chosen ------------------------------------------------------------------------

  /** Sets the status that an option stands for; false if it is followed as a link. */
  function set({ dataset }) {
    if (!dataset.set || !window.setStatus) return false;
    const { agent, name, expected, before, status, after } = dataset;
    box.close();
    window.setStatus({ url: dataset.set, agent, name, status: expected, label: before }, status, after);
    return true;
  }

  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return; // elsewhere, in a tab of its own
    if (set(option)) event.preventDefault();
  });

  /** Chooses the active option, if it is of what is typed: results of fewer letters may be somebody else's. */
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (list.dataset.q === field.value) active()?.click();
    else look();
  });

  // ---- Keys and buttons ----------------------------------------------------------------------

  function step(by) {
    const all = options();
    const at = all.indexOf(active());
    select(all[(at + by + all.length) % all.length]);
  }

  field.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    step(by);
  });

  field.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(look, TYPING);
  });

  function open() {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    if (!box.open) box.showModal();
    field.select();
    look();
  }

  document.addEventListener("keydown", (event) => {
    if (!calls(event) || (document.querySelector("dialog[open]") && !box.open)) return;
    event.preventDefault();
    open();
  });

  opener.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });

  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.closest("[data-find-close]")) box.close();
  });

  box.addEventListener("close", () => asking?.abort());
})();

/* What the judge asks a page: each function answers with sentences about what is wrong, none if nothing is. */
(() => {
  "use strict";
  const brief = (one) => one.outerHTML.slice(0, 110);
  const visible = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && one.getBoundingClientRect().width > 1;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(visible);

  // ---- Fit -----------------------------------------------------------------------------------

  /** Words that end outside their box. Names of people and sites may be that long: fit.py measures their room. */
  function cut() {
    return all("h1, h2, label, legend, .btn, .badge, th, dt, summary, .topnav a, .menu-body a")
      .filter((one) => !one.closest(".visually-hidden") && !one.querySelector("bdi"))
      .filter((one) => !one.matches("th") || getComputedStyle(one.closest("table").tHead || one).position !== "absolute") // a list on a phone
      .filter((one) => getComputedStyle(one).display !== "inline" && one.scrollWidth > one.clientWidth + 1)
      .filter((one) => one.matches(".btn, .badge, th") || getComputedStyle(one).overflowX !== "visible")
      .map((one) => `cut: ${brief(one)}`);
  }

  function sideways() {
    const wide = document.documentElement.scrollWidth - innerWidth;
    return wide > 0 ? [`${innerWidth}: ${wide} px too wide`] : [];
  }

  /** Icons whose outlines did not come. */
  function undrawn() {
    return all("svg:has(> use)").filter((one) => one.getBBox().width === 0).map((one) => `not drawn: ${brief(one)}`);
  }

  /** What axe finds; for a browser of which the rest of the judge knows nothing. */
  async function inaccessible() {
    const { violations } = await window.axe.run({ resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `axe: ${id}: ${nodes[0].html.slice(0, 110)}`);
  }

  // ---- Focus ---------------------------------------------------------------------------------

  const stops = new Map(); // element -> its number; a frame is its title, since previews put a new one in its place

  /** Whether something of an element is on top where it is. */
  function seen(one) {
    const { left, top, width, height } = one.getBoundingClientRect();
    const [line] = one.getClientRects();
    const middle = top + height / 2;
    const points = [[left + width / 2, middle], [left + 4, middle], [left + Math.max(width - 4, 1), middle], [left + 6, top + 6], [line.left + 3, line.top + line.height / 2]];
    return points.some(([x, y]) => {
      const found = document.elementFromPoint(x, y);
      return found && (one.contains(found) || [...(one.labels || [])].some((label) => label.contains(found)));
    });
  }

  /** Where the focus is; null if it is nowhere. */
  function stop() {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const stands = one.localName === "iframe" ? one.title : one;
    if (!stops.has(stands)) stops.set(stands, stops.size);
    const wrong = [];
    if (!visible(one) || !seen(one)) wrong.push("not seen");
    if (one.localName !== "iframe" && getComputedStyle(one).outlineStyle === "none") wrong.push("not marked");
    return { key: stops.get(stands), frame: one.localName === "iframe", html: brief(one), wrong };
  }

  /** What Tab could reach and did not. One of a group of radio buttons stands for all. */
  function missed() {
    const reached = [...stops.keys()].filter((one) => one.type === "radio").map((one) => one.name);
    return all("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")
      .filter((one) => one.tabIndex >= 0 && !one.matches(":disabled"))
      .filter((one) => !stops.has(one) && !(one.type === "radio" && reached.includes(one.name)))
      .map((one) => `left out: ${brief(one)}`);
  }

  function begin() {
    stops.clear();
    const before = document.createElement("span"); // from here on Tab goes to the first stop
    before.tabIndex = -1;
    document.body.prepend(before);
    before.focus();
    scrollTo(0, 0);
  }

  // ---- Names and boxes -----------------------------------------------------------------------

  function nameless() {
    const words = (id) => document.getElementById(id)?.textContent.trim();
    return [...document.querySelectorAll("table")]
      .filter((one) => !one.caption?.textContent.trim() && !one.ariaLabel?.trim())
      .filter((one) => !(one.getAttribute("aria-labelledby") || "").split(" ").some(words))
      .map((one) => `a table without a name: ${brief(one)}`);
  }

  /** Boxes that are less than 24 px wide or high, with the label that is pressed for them. */
  function small() {
    return all("input:is([type=checkbox], [type=radio])")
      .map((one) => [one, (one.closest("label") || one).getBoundingClientRect()])
      .filter(([, { width, height }]) => Math.round(width) < 24 || Math.round(height) < 24)
      .map(([one, { width, height }]) => `${Math.round(width)} × ${Math.round(height)} px: ${brief(one)}`);
  }

  // ---- Forced colours ------------------------------------------------------------------------

  function lines(one) {
    const { fontWeight, textDecorationLine, borderStyle, borderWidth, borderColor, outlineStyle } = getComputedStyle(one);
    return [fontWeight, textDecorationLine, borderStyle, borderWidth, borderColor, outlineStyle].join();
  }

  /** Links to the current page that look like the links beside them. */
  function currentLikeOthers() {
    return all("[aria-current]").filter((one) => {
      const others = [...(one.closest("nav, ul, .menu-body, form") || one.parentElement).querySelectorAll(one.localName)];
      const other = others.find((each) => !each.hasAttribute("aria-current") && visible(each));
      return other && lines(one) === lines(other);
    }).map((one) => `the current one looks like the others: ${brief(one)}`);
  }

  /** Whether times over their limits are told by words in a frame, amber otherwise than red. Puts two of them over. */
  function limits() {
    const times = all("main time[data-limit]").slice(0, 2);
    const kept = times.map((time) => time.dataset.over);
    times.forEach((time, at) => (time.dataset.over = ["amber", "red"][at]));
    const words = times.map((time) => {
      let one = time.nextElementSibling;
      while (one?.matches(".over") && !visible(one)) one = one.nextElementSibling; // each level may have words of its own
      return one?.matches(".over") ? one : null;
    });
    const wrong = words.filter((one) => !one || getComputedStyle(one).borderStyle === "none");
    const alike = words.length > 1 && !wrong.length && lines(words[0]) === lines(words[1]);
    times.forEach((time, at) => {
      if (kept[at]) time.dataset.over = kept[at];
      else delete time.dataset.over;
    });
    return [...(wrong.length ? ["a time over its limit shows no frame"] : []), ...(alike ? ["amber looks like red"] : [])];
  }

  const forced = () => [...currentLikeOthers(), ...limits()];

  // ---- Print ---------------------------------------------------------------------------------

  function hides(one) {
    const clipped = getComputedStyle(one).overflowX !== "visible";
    return !visible(one) || (clipped && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 2));
  }

  function printed() {
    const pressed = all(".topbar, .skip, #queue, .btn, main button:not(.group-fold), .pick, .row-undo, .filters, .pages, .toasts, .bulk, .sorts");
    const names = [...document.querySelectorAll("main :is(.cell-name, .cell-entry) bdi")]
      .filter((one) => one.textContent.trim() && !one.closest("details:not([open]), .under, .no-js, .group-head") && hides(one));
    const titles = [...document.querySelectorAll("main h1")].filter((one) => one.getBoundingClientRect().width < 2);
    return [
      ...pressed.slice(0, 3).map((one) => `what is pressed is printed: ${brief(one)}`),
      ...names.slice(0, 3).map((one) => `a name is not printed whole: ${brief(one)}`),
      ...titles.map(() => "the title is not printed"),
    ];
  }

  // ---- Without scripts -----------------------------------------------------------------------

  function plain() {
    const sends = "button:not([type=button], [type=reset]), input[type=submit]";
    const passkeys = "[id^=mfa_webauthn]"; // which are the browser's own, and asked for by a script; the pages say so
    const mute = [...document.querySelectorAll("form:not([method=dialog])")].filter(({ elements }) =>
      [...elements].some(visible) && ![...elements].some((one) => one.matches(`${sends}, ${passkeys}`)));
    const words = (document.querySelector("main") || document.body).innerText.trim();
    return [
      ...all(".js-only").map((one) => `needs a script: ${brief(one)}`),
      ...mute.map((one) => `cannot be sent: ${brief(one)}`),
      ...(words.length < 10 ? ["the page is empty"] : []),
    ];
  }

  window.judge = { cut, sideways, undrawn, inaccessible, stop, missed, begin, nameless, small, forced, printed, plain };
})();

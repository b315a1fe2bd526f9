/*
 * Lets what moves when a region is refreshed glide to its new place, so that the eye can follow it: nothing jumps.
 *
 * Works on regions `[data-live]`: their children, rows, cells and facts in them, and what stands after them in the page.
 * Elements that stay are the same before and after a swap, because htmx morphs the region. Nothing glides if the person
 * asked for reduced motion. Words about free places that differ are new ones: the browser would take changed ones for moved.
 */
(() => {
  "use strict";
  const TIME = 250; // milliseconds
  const INSIDE = ".rows > tbody, [data-row], [data-row] > td, .facts > div, .queue-departments > li";
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let before = new Map(); // element -> [x, y] before the swap

  /** What a region's new content can move. */
  function movable(region) {
    const found = new Set([...region.children, ...region.querySelectorAll(INSIDE)]);
    for (let one = region; one && one.id !== "main"; one = one.parentElement) {
      for (let next = one.nextElementSibling; next; next = next.nextElementSibling) found.add(next);
    }
    return found;
  }

  function corner(element) {
    const { left, top } = element.getBoundingClientRect();
    return [left + scrollX, top + scrollY];
  }

  /** Where each element is: in the one that carries it along if there is one, else in the page. */
  function places(elements) {
    const found = new Map();
    for (const element of elements) {
      let carrier = element.parentElement;
      while (carrier && !elements.has(carrier)) carrier = carrier.parentElement;
      const [x, y] = corner(element);
      const [fromX, fromY] = carrier ? corner(carrier) : [0, 0];
      found.set(element, [x - fromX, y - fromY]);
    }
    return found;
  }

  function glide(region) {
    for (const [element, [x, y]] of places(movable(region))) {
      const [byX, byY] = before.has(element) ? [before.get(element)[0] - x, before.get(element)[1] - y] : [0, 0];
      if (Math.abs(byX) < 1 && Math.abs(byY) < 1) continue;
      element.animate([{ transform: `translate(${byX}px, ${byY}px)` }, { transform: "none" }], { duration: TIME, easing: "ease-out" });
    }
    before = new Map();
  }

  /** Calls `react` with the region of an htmx event, if it is a polled one. */
  function on(name, react) {
    document.addEventListener(`htmx:${name}`, (event) => {
      const region = document.getElementById(event.detail.ctx?.target?.id);
      if (region?.matches("[data-live]") && !still.matches && !document.hidden) react(region);
    });
  }

  htmx.registerExtension("new-words", {
    htmx_before_morph_node(element, { newNode }) {
      if (element.matches(".takers") && !element.isEqualNode(newNode)) element.replaceChildren(...newNode.cloneNode(true).childNodes);
    },
  });

  on("before:swap", (region) => (before = places(movable(region))));
  on("after:swap", glide);
})();

/* What a wall's screen shows, measured: see measure.py. */
() => {
  const short = Math.min(innerWidth, innerHeight);
  const box = (element) => element.getBoundingClientRect();
  const words = (element) => {
    const { left, top, right, bottom } = box(element);
    return { left, top, right, bottom: bottom - parseFloat(getComputedStyle(element).paddingBottom) };
  };
  const seen = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.offsetWidth && box(each).height);
  const inside = (inner, outer) =>
    inner.left > outer.left - 1 && inner.top > outer.top - 1 && inner.right < outer.right + 1 && inner.bottom < outer.bottom + 1;
  const say = (what, element) => `${what}: ${element.className || element.id || element.tagName} "${element.textContent.trim().slice(0, 30)}"`;
  const phone = getComputedStyle(document.documentElement).overflowY === "visible";

  const names = seen(".agent bdi").map((name) => ({
    name: name.textContent,
    share: parseFloat(getComputedStyle(name).fontSize) / short,
    long: /long/.test(name.closest(".agent").className),
  }));

  const blocks = seen("header h1, header .whose, #clock, .line, .panel, .curve, .agent, .teams, .notice, #age, #gone h2, .holding h1, .holding .code, .holding .qr");
  const wrong = phone ? [] : blocks.filter((block) => !inside(box(block), { left: 0, top: 0, right: innerWidth, bottom: innerHeight })).map((block) => say("outside the screen", block));
  const cells = (outer, inner) => seen(outer).forEach((cell) => cell.querySelectorAll(inner).forEach((part) => {
    if (part.offsetWidth && !inside(words(part), box(cell))) wrong.push(say("outside its place", part));
  }));
  cells(".panel", ".panel-label, .panel-value b, .panel-value time, .panel-mark span");
  cells(".agent", ".name, .second span, .second .icon, .value, .value time, .bar");
  cells(".teams", "td b, th");
  blocks.forEach((block, place) => blocks.slice(place + 1).forEach((other) => {
    const [a, b] = [box(block), box(other)];
    if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) wrong.push(say(`overlaps ${other.className}`, block));
  }));
  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`scrolls sideways: ${document.documentElement.scrollWidth}`);

  // Bands across the whole width in which nothing is shown, higher than the gaps between places.
  const bands = [...blocks, ...seen(".offline, .head, .nobody")].map(box).sort((a, b) => a.top - b.top);
  let [end, empty] = [0, 0];
  for (const { top, bottom } of [...bands, { top: innerHeight, bottom: innerHeight }]) {
    if (top - end > 0.02 * short) empty += top - end;
    end = Math.max(end, bottom);
  }
  const shift = (window.shifts || []).reduce((sum, each) => sum + each.value, 0);
  return { names, wrong, empty: empty / innerHeight, shift, upright: innerHeight > innerWidth, phone };
}

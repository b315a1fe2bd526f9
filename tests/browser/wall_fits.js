/* What is wrong with a wall's layout: an array of sentences. */
() => {
  const [wide, high] = [innerWidth, innerHeight];
  const root = document.documentElement;
  const wrong = [];
  const say = (what, element) =>
    wrong.push(`${what}: ${element.className || element.id} "${element.textContent.trim().slice(0, 30)}"`);
  const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.offsetWidth);
  const box = (element) => element.getBoundingClientRect();
  const inside = (inner, outer) =>
    inner.left > outer.left - 1 && inner.top > outer.top - 1 && inner.right < outer.right + 1 && inner.bottom < outer.bottom + 1;
  const meet = (a, b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;

  if (root.scrollWidth > wide || root.scrollHeight > high) wrong.push(`scrolls: ${root.scrollWidth} x ${root.scrollHeight}`);

  const blocks = all("header h1, #clock, .panel, .agent, .offline, #age");
  const screen = { left: 0, top: 0, right: wide, bottom: high };
  blocks.forEach((block, place) => {
    if (!inside(box(block), screen)) say("outside", block);
    for (const other of blocks.slice(place + 1)) if (meet(box(block), box(other))) say(`overlaps ${other.className}`, block);
  });

  for (const panel of all(".panel")) {
    for (const part of panel.querySelectorAll(".panel-label span, .panel-value b, .on-amber, .on-red")) {
      if (part.offsetWidth && !inside(box(part), box(panel))) say("cut off", part);
    }
  }
  for (const element of all(".agents, .agent div, .agent b, .agent .word, h1")) {
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth) say("too wide", element);
    if (element.scrollHeight > element.clientHeight + 1 && element.clientHeight) say("too high", element);
  }

  const pen = document.createElement("canvas").getContext("2d");
  for (const count of all("[data-count]")) {
    const style = getComputedStyle(count);
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const digits = pen.measureText("8").actualBoundingBoxAscent;
    if (digits < high / 12) say(`${Math.round(digits)} px high, of ${high}`, count);
  }
  const list = document.querySelector(".agents");
  if (list && parseFloat(getComputedStyle(list).fontSize) < high * 0.012) say("too small", list);
  return wrong;
}

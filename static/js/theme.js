// Sets light or dark as the system asks, before the first paint. The class `js` shows what only works with scripts.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => root.setAttribute("data-bs-theme", dark.matches ? "dark" : "light");
  root.classList.add("js");
  paint();
  dark.addEventListener("change", paint);
})();

/*
 * Tells the dashboard's own answers from those of somebody else, such as the sign-in page of a proxy, a captive portal, or
 * the whole page because a proxy took htmx's headers away. An answer of somebody else is none.
 */
(() => {
  "use strict";

  /** Whether an htmx answer below 400 is the dashboard's: unchanged, its target and nothing else, or where to go. */
  function own(ctx) {
    const { status } = ctx.response;
    if (ctx.hx.refresh || ctx.hx.redirect || status === 304) return true;
    const { localName, id } = ctx.target;
    const text = ctx.text.trim();
    return status === 200 && text.startsWith(`<${localName} id="${id}"`) && text.endsWith(`</${localName}>`);
  }

  /** Keeps the answer of this htmx:after:request event from the page. Its tag is not taken: htmx's extension has, already. */
  function refuse(event) {
    const { sourceElement, request } = event.detail.ctx;
    event.preventDefault();
    if (sourceElement._htmx) sourceElement._htmx.ptag = request.headers["HX-PTag"];
  }

  window.answers = { own, refuse };
})();

// @ts-check
/* The one global of these scripts, and what the server says of the page once for all: texts, ids,
   paths and limits (callbacks/browser.py). It is loaded first; docs/browser.md tells the rest. */
(function () {
  "use strict";

  const said = /** @type {HTMLElement} */ (document.getElementById("cutline-config"));
  /** @type {Config} */
  const config = JSON.parse(said.textContent || "");

  window.cutline = /** @type {Cutline} */ ({
    config,

    /* A text of wording/pages/browser.py with its gaps filled. */
    say: (name, values = {}) =>
      config.texts[name].replace(/\{(\w+)\}/g, (_whole, gap) => String(values[gap])),

    set: (id, properties) => window.dash_clientside.set_props(id, properties),
  });
  window.dash_clientside = window.dash_clientside || {};
})();

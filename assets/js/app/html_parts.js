// @ts-check
/* Parts of a page arrive as html text in an attribute and are set at once; what the server says of
   the figures arrives beside them. */
(function () {
  "use strict";

  const { cutline } = window;
  const PAINTED = 50; // ms in which the browser paints what has come

  /* What was unfolded stays so. */
  const folds = (place) => Array.from(place.querySelectorAll("details:not(.help)"));
  function set(place) {
    const open = folds(place).map((one) => one.open);
    place.innerHTML = place.getAttribute("data-html") || "";
    const now = folds(place);
    if (now.length === open.length) now.forEach((one, i) => { one.open = open[i]; });
  }

  /* What the server says of the figures comes with the texts and is compared before these are
     painted; what hangs on it waits until they are. */
  function hear(said) {
    cutline.requests.answered(said.of);
    cutline.drag.confirm(said);
    setTimeout(() => cutline.set(cutline.config.ids.heard, { data: said.at }), PAINTED);
  }

  new MutationObserver((changes) => {
    let grown = false, said = null;
    for (const change of changes) {
      const target = /** @type {HTMLElement} */ (change.target);
      if (change.attributeName === "data-said") said = target.dataset.said || "null";
      else if (change.type === "attributes") set(target);
      if (change.target instanceof SVGElement) continue; // what Plotly draws: thousands a figure
      for (const node of /** @type {Iterable<any>} */ (change.addedNodes)) {
        if (!node.querySelectorAll) continue;
        node.querySelectorAll("[data-html]").forEach(set);
        grown = true;
      }
    }
    if (grown) cutline.nameFigures();
    if (said) hear(JSON.parse(said));
  }).observe(document.documentElement, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-html", "data-said"],
  });
})();

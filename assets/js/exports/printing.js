// @ts-check
/* On paper a figure is as wide as its column: drawn for that width, or a little larger and then
   made smaller, so that its words do not meet. */
(function () {
  "use strict";

  const PAPER = 700; // px of A4 and Letter between their margins
  const COLUMN = PAPER / 2 - 26, LEAST = 420;

  /* Every figure that is shown, with its box. */
  const figures = () =>
    /** @type {PlotlyElement[]} */ (Array.from(document.querySelectorAll(".js-plotly-plot")))
      .map((gd) => ({ gd, box: /** @type {HTMLElement} */ (gd.closest(".figure")) }))
      .filter(({ gd, box }) => box && !box.hidden && gd.layout);

  window.addEventListener("beforeprint", () => {
    for (const { gd, box } of figures()) {
      const beside = gd.closest(".two") !== null;
      window.Plotly.relayout(gd, { width: beside ? LEAST : PAPER - 30, autosize: false });
      box.style.zoom = String(beside ? COLUMN / LEAST : 1);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const { gd, box } of figures()) {
      box.style.zoom = "";
      window.Plotly.relayout(gd, { width: null, autosize: true });
    }
  });
})();

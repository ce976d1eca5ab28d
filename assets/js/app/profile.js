// @ts-check
/* A click on the profile of cut-offs goes to the one under it; Plotly knows which that is. */
(function () {
  "use strict";

  const { cutline } = window;
  const clickable = new WeakSet();

  document.addEventListener("pointerover", (event) => {
    const target = /** @type {Element} */ (event.target);
    /** @type {PlotlyElement | null} */
    const gd = target.closest && target.closest(".figure-profile .js-plotly-plot");
    if (!gd || !gd.on || clickable.has(gd)) return;
    clickable.add(gd);
    gd.on("plotly_click", ({ points }) => {
      const cut = points.map((point) => point.customdata).find((one) => typeof one === "string");
      if (cut) cutline.set(cutline.config.ids.cut, { value: cut });
    });
  });
})();

// @ts-check
/* From any mark to the patients it stands for, and back.

   A figure names its patients in layout.meta.subjects ([id, label] each); customdata of a point is
   the place of one of them, or a list of places. Click opens, shift-click selects, hover rings the
   same patients in every figure without asking anybody. */
(function () {
  "use strict";

  const { cutline } = window;
  const SVG = "http://www.w3.org/2000/svg";
  const MOST_RINGS = 400;

  const graphs = () =>
    /** @type {PlotlyElement[]} */ (Array.from(document.querySelectorAll(".js-plotly-plot")));
  const subjects = (gd) => {
    const meta = gd._fullLayout && gd.layout && gd.layout.meta;
    return (meta && Array.isArray(meta.subjects) && meta.subjects) || null;
  };
  // Curves that a drag has moved are not the ones that customdata was written for.
  const moved = (gd) => {
    const state = document.body.classList;
    const meta = (gd.layout && gd.layout.meta) || {};
    return state.contains("dragging") || (state.contains("settling") && Boolean(meta.key));
  };

  const places = (value) =>
    value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
  const behind = (gd, point) => {
    const known = subjects(gd), trace = gd._fullData[point.curveNumber];
    const at = point.pointNumber === undefined ? point.pointIndex : point.pointNumber;
    if (!known || !trace || !trace.customdata) return [];
    return places(trace.customdata[at]).map((i) => known[i]).filter(Boolean);
  };
  const together = (gd, event) => {
    const found = new Map();
    for (const point of event.points || [])
      for (const pair of behind(gd, point)) found.set(pair[0], pair);
    return Array.from(found.values());
  };

  /* Where each patient of a figure has marks, worked out once a drawing: id -> [[trace, point]]. */
  const indexed = new WeakMap();
  function index(gd) {
    if (indexed.has(gd)) return indexed.get(gd);
    const found = new Map(), known = subjects(gd);
    (gd._fullData || []).forEach((trace, t) => {
      if (!trace.visible || !trace.customdata || trace.meta === "chosen") return;
      for (let i = 0; i < trace.customdata.length; i++)
        for (const place of places(trace.customdata[i])) {
          const pair = known[place];
          if (!pair) continue;
          if (!found.has(pair[0])) found.set(pair[0], []);
          found.get(pair[0]).push([t, i]);
        }
    });
    indexed.set(gd, found);
    return found;
  }

  /* ------------------------------------------------------------------------------------- rings */

  const away = (gd) => gd.querySelectorAll(".person-ring").forEach((one) => one.remove());
  function pixel(gd, trace, i) {
    const of = (id) => gd._fullLayout[id.replace(/^([xy])/, "$1axis")];
    const x = of(trace.xaxis || "x"), y = of(trace.yaxis || "y");
    if (!x || !y) return null;
    const at = [x, y].map((axis, k) => {
      const value = (k ? trace.y : trace.x)[i];
      return value === null || value === undefined ? NaN : axis._offset + axis.d2p(value);
    });
    return at.every(Number.isFinite) ? at : null;
  }
  /* The chosen ones stay ringed in figures that do not draw them in a way of their own. */
  const standing = (gd) =>
    (gd._fullData || []).some((trace) => trace.meta === "chosen") ? [] : cutline.selection.ids();

  function ring(gd, pointed) {
    away(gd);
    const patients = pointed.concat(standing(gd));
    if (!patients.length || !subjects(gd) || moved(gd) || gd.closest("[hidden]")) return;
    const of = index(gd), seen = new Set(), all = document.createDocumentFragment();
    for (const [t, i] of patients.flatMap((id) => of.get(id) || [])) {
      const at = pixel(gd, gd._fullData[t], i);
      const key = at && at.map(Math.round).join();
      if (!at || seen.has(key) || seen.size > MOST_RINGS) continue;
      seen.add(key);
      all.append(circle(at));
    }
    gd.querySelector(".main-svg").append(all);
  }
  function circle(/** @type {any[]} */ [x, y]) {
    const element = document.createElementNS(SVG, "circle");
    element.setAttribute("class", "person-ring");
    element.setAttribute("cx", x);
    element.setAttribute("cy", y);
    element.setAttribute("r", "8");
    return element;
  }
  const highlight = (patients) => graphs().forEach((gd) => ring(gd, patients));

  /* The mark under the pointer. Plotly says so once a mark: a figure that is drawn anew under a
     hand at rest, or wired after the pointer came, must be asked what it holds. */
  const under = (gd) =>
    gd._hoverdata && gd.matches(":hover") && !moved(gd)
      ? together(gd, { points: gd._hoverdata }).map(([id]) => id) : [];

  /* ------------------------------------------------------------------------------------- wiring */

  function wire(gd) {
    if (gd.dataset.people || !gd.on || !subjects(gd)) return;
    gd.dataset.people = "yes";
    gd.on("plotly_hover", (event) => {
      if (!moved(gd)) highlight(together(gd, event).map(([id]) => id));
    });
    gd.on("plotly_unhover", () => highlight([]));
    gd.on("plotly_click", (event) => {
      const who = moved(gd) ? [] : together(gd, event);
      if (who.length) clicked(who, event.event || {});
    });
    gd.on("plotly_afterplot", () => {
      indexed.delete(gd);
      ring(gd, under(gd));
    });
    ring(gd, under(gd));
  }
  function clicked(who, event) {
    if (event.shiftKey) return cutline.selection.toggle(who.map(([id]) => id));
    if (who.length === 1) return cutline.selection.openPatient(who[0][0]);
    cutline.markList.open(who, event);
  }
  new MutationObserver(() => graphs().forEach(wire)).observe(document.documentElement, {
    subtree: true, childList: true,
  });

  /* A link that stands for a patient lights up in the figures, too. */
  const { patient } = cutline.config.paths;
  const LINKS = `.part a[href^='${patient}'], .about a[href^='${patient}']`;
  const link = (event) => event.target.closest && event.target.closest(LINKS);
  for (const type of ["mouseover", "focusin"])
    document.addEventListener(type, (event) => {
      const found = link(event);
      if (found) highlight([found.pathname.slice(patient.length)]);
    });
  for (const type of ["mouseout", "focusout"])
    document.addEventListener(type, (event) => {
      if (link(event)) highlight([]);
    });

  cutline.marks = { highlight, moved };
})();

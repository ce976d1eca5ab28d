// @ts-check
/* A figure is drawn once, when it has something to show.

   Dash draws every figure of a page empty before its data are there, and asks Plotly to fit it to
   its box after the first drawing and whenever the box has another height; Plotly then draws all
   of it anew even where it fits. With twelve figures on a page each of these takes a while. */
(function () {
  "use strict";

  const fits = (gd) => {
    const drawn = gd._fullLayout;
    if (!drawn) return true; // it will be drawn to fit
    const box = window.getComputedStyle(gd); // of a hidden figure it says "auto"
    const same = (length, side) => Math.abs(parseFloat(length) - side) <= 1;
    return same(box.width, drawn.width) && same(box.height, drawn.height);
  };
  const nothing = (gd, figure) =>
    gd && !gd._fullLayout && gd.closest("[hidden]") && !((figure || {}).data || []).length;

  /* What is in view is drawn first, and a few at a time, so that the page stays awake: after each
     time the browser paints, which costs as much as a figure. */
  const MOST_AT_ONCE = 150; // ms
  const channel = new MessageChannel(); // a task of its own, sooner than any timer
  /** @typedef {{gd: PlotlyElement, draw: () => any, done: (gd: any) => void,
      failed: (why: any) => void}} Waiting */
  /** @type {Waiting[]} */
  const waiting = [];
  let woken = false;
  const later = (gd, draw) => new Promise((done, failed) => {
    waiting.push({ gd, draw, done, failed });
    wake();
  });
  function wake() {
    if (woken || !waiting.length) return;
    woken = true;
    channel.port2.postMessage(0);
  }
  const away = ({ gd }) => {
    const { top, bottom, height } = gd.getBoundingClientRect();
    return !height || bottom < 0 || top > window.innerHeight;
  };
  channel.port1.onmessage = () => {
    const began = performance.now();
    const far = new Set(waiting.filter(away));
    waiting.sort((a, b) => Number(far.has(a)) - Number(far.has(b)));
    do {
      const { gd, draw, done, failed } = /** @type {Waiting} */ (waiting.shift());
      // What Plotly throws at once must not keep the others waiting.
      if (gd.isConnected) new Promise((drawn) => drawn(draw())).then(done, failed);
      else done(gd);
    } while (waiting.length && performance.now() - began < MOST_AT_ONCE);
    woken = false;
    wake();
  };

  const once = (plotly) => {
    const { resize } = plotly.Plots, { react } = plotly;
    plotly.Plots.resize = (gd) => (fits(gd) ? Promise.resolve(gd) : resize(gd));
    plotly.react = (gd, ...given) => {
      if (!nothing(gd, given[0])) return later(gd, () => react(gd, ...given));
      gd.on = gd.on || (() => gd); // Dash listens to it at once; Plotly puts its own there
      return Promise.resolve(gd);
    };
    return plotly;
  };

  let known; // it is fetched with the first figure
  Object.defineProperty(window, "Plotly", {
    configurable: true, get: () => known, set: (plotly) => { known = plotly && once(plotly); },
  });
})();

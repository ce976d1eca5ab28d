// @ts-check
/* The strip beside the slider while a cut moves: dots, or bars of many patients, change sides. */
(function () {
  "use strict";

  const { DrawnFigure } = window.cutline.drawn;

  class MarkerStrip extends DrawnFigure {
    /** @type {any[] | null} */
    points = null;
    shown = 0;

    drop() {
      this.points = null;
    }
    side(number, layer) {
      const found = Array.from(this.gd.querySelectorAll(`${layer} .trace`)).find(
        (g) => /** @type {any} */ (g).__data__[0].trace.meta === `side ${number}`);
      return found ? Array.from(found.querySelectorAll(".point")) : [];
    }
    paint(model, cut) {
      const low = model.low[cut];
      if (this.gd.querySelector(".barlayer .trace")) return this.bars(model.bins, low);
      if (!this.points) {
        const below = this.side(0, ".scatterlayer");
        this.points = below.concat(this.side(1, ".scatterlayer"));
        this.shown = below.length;
      }
      const most = Math.min(low, this.points.length);
      while (this.shown < most) this.kept.style(this.points[this.shown++], "fill", "var(--low)");
      while (this.shown > most) this.kept.style(this.points[--this.shown], "fill", "var(--high)");
    }

    /** @param {Uint8Array | Uint16Array} bins @param {number} low */
    bars(bins, low) {
      const { xaxis, yaxis } = this.gd._fullLayout, most = Math.max(...bins);
      const points = (this.points = this.points || [0, 1].map((number) =>
        this.side(number, ".barlayer").map((point) => point.querySelector("path"))));
      const ground = yaxis.l2p(0);
      split(bins, low).forEach((sizes, b) => {
        const [left, right] = [b, b + 1].map((edge) => xaxis.l2p(edge / bins.length));
        sizes.forEach((size, i) => {
          const d = `M${left},${ground}V${yaxis.l2p(size / most)}H${right}V${ground}Z`;
          if (points[i][b]) this.kept.attribute(points[i][b], "d", size ? d : "M0,0Z");
        });
      });
    }
  }

  /* How many of each bin lie at or below the cut, and how many above. */
  function split(bins, low) {
    let before = 0;
    return Array.from(bins, (count) => {
      const under = Math.min(Math.max(low - before, 0), count);
      before += count;
      return [under, count - under];
    });
  }

  window.cutline.MarkerStrip = MarkerStrip;
  window.cutline.splitBins = split;
})();

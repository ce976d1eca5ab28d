/* Drawing while a cut moves, beside the slider: dots change their side. */
(function () {
  "use strict";

  const { Drawn } = window.cutlinePreview;

  /* The dots, or above 2,500 patients the bars, by side of the cut. */
  class Dots extends Drawn {
    drop() {
      this.points = null;
    }
    side(name, inside) {
      const found = Array.from(this.gd.querySelectorAll(`${inside} .trace`)).find(
        (g) => g.__data__[0].trace.meta === name);
      return found ? Array.from(found.querySelectorAll(".point")) : [];
    }
    paint(model, cut) {
      const low = model.low[cut];
      if (this.gd.querySelector(".barlayer .trace")) return this.bars(model, low);
      if (!this.points) {
        const below = this.side("0", ".scatterlayer");
        this.points = below.concat(this.side("1", ".scatterlayer"));
        this.shown = below.length;
      }
      const most = Math.min(low, this.points.length);
      while (this.shown < most) this.kept.style(this.points[this.shown++], "fill", "var(--low)");
      while (this.shown > most) this.kept.style(this.points[--this.shown], "fill", "var(--high)");
    }
    bars(model, low) {
      const { xaxis, yaxis } = this.gd._fullLayout, most = Math.max(...model.bins);
      if (!this.points)
        this.points = ["0", "1"].map((name) =>
          this.side(name, ".barlayer").map((point) => point.querySelector("path")));
      const ground = yaxis.l2p(0);
      let before = 0;
      model.bins.forEach((count, b) => {
        const under = Math.min(Math.max(low - before, 0), count);
        before += count;
        const [left, right] = [b, b + 1].map((edge) => xaxis.l2p(edge / model.bins.length));
        [under, count - under].forEach((size, i) => {
          const d = `M${left},${ground}V${yaxis.l2p(size / most)}H${right}V${ground}Z`;
          if (this.points[i][b]) this.kept.attribute(this.points[i][b], "d", size ? d : "M0,0Z");
        });
      });
    }
    side(name, layer) {
      const found = Array.from(this.gd.querySelectorAll(`${layer} .trace`)).find(
        (g) => g.__data__[0].trace.meta === `side ${name}`);
      return found ? Array.from(found.querySelectorAll(".point")) : [];
    }
  }

  Object.assign(window.cutlinePreview, { Dots });
})();

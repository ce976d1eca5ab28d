// @ts-check
/* Drawing over what Plotly drew, so that everything can be put back. */
(function () {
  "use strict";

  /* What was written over, so that it can be put back unless somebody else wrote since. */
  class Overwritten {
    constructor() {
      this.all = new Map();
    }
    write(place, name, value, read, set) {
      let kept = this.all.get(place);
      if (!kept) this.all.set(place, (kept = new Map()));
      let one = kept.get(name);
      if (!one) kept.set(name, (one = { before: read(), read, set }));
      if (one.value === value) return;
      set(value);
      one.value = value;
      one.now = read(); // as the browser writes it
    }
    attribute(place, name, value) {
      const set = (v) => (v === null ? place.removeAttribute(name) : place.setAttribute(name, v));
      this.write(place, name, value, () => place.getAttribute(name), set);
    }
    style(place, name, value) {
      const set = (v) => place.style.setProperty(name, v);
      this.write(place, name, value, () => place.style.getPropertyValue(name), set);
    }
    property(place, name, value) {
      this.write(place, name, value, () => place[name], (v) => (place[name] = v));
    }
    restore() {
      for (const kept of this.all.values())
        for (const one of kept.values()) if (one.read() === one.now) one.set(one.before);
      this.all.clear();
    }
    /* Somebody drew anew: what no longer holds what was written here is theirs. */
    forget() {
      for (const [place, kept] of this.all) {
        for (const [name, one] of kept)
          if (!place.isConnected || one.read() !== one.now) kept.delete(name);
        if (!kept.size) this.all.delete(place);
      }
    }
    clear() {
      this.all.clear();
    }
  }

  /* A figure that is drawn over: `paint` does, `restore` puts it back, `drop` forgets what is gone. */
  class DrawnFigure {
    /** @param {PlotlyElement} gd @param {(figure: DrawnFigure) => void} after */
    constructor(gd, after) {
      this.gd = gd;
      this.kept = new Overwritten();
      gd.on("plotly_afterplot", () => {
        this.kept.forget();
        this.drop();
        after(this);
      });
    }
    /** @returns {FigureMeta} */
    get meta() {
      return (this.gd.layout && this.gd.layout.meta) || {};
    }
    get hidden() {
      return Boolean(this.gd.closest("[hidden]"));
    }
    drop() {}
    /** @param {any} _model @param {number} _cut */
    paint(_model, _cut) {}
    restore() {
      this.kept.restore();
      this.drop();
    }
  }

  window.cutline.drawn = { Overwritten, DrawnFigure };
})();

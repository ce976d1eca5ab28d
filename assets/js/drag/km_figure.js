// @ts-check
/* A Kaplan-Meier figure that follows a cut: curves, bands, marks, table, words and names.

   Traces and annotations are found by their names: trace.meta is "band 1", "solid 1", "tail 1",
   "marks 1", "n_risk 1" (1: above the cut, 0: at or below), annotations as in the payload. */
(function () {
  "use strict";

  const { config, drawn } = window.cutline;
  const SVG = "http://www.w3.org/2000/svg";
  const TABLE_ROW = /^n_(risk|censor|event) ([01])$/;
  const { name: NAME, marks: MARKS, tail: TAIL } = config.curve;
  const traceName = (g) => g.__data__ && g.__data__[0].trace.meta;

  class KmFigure extends drawn.DrawnFigure {
    texts = new Map();
    cells = new Map();
    /** @type {Element[]} */
    made = [];
    /** @type {any} */
    geometry = null; // where the axes lie, until Plotly draws anew
    /** @type {Record<string, any>} */
    paths = {}; // by the names of traces
    /** @type {Record<string, any>} */
    groups = {};
    /** @type {any[]} */
    rows = []; // of the table
    /** @type {Record<string, {g: Element, text: string}>} */
    named = {}; // annotations

    drop() {
      this.made.forEach((path) => path.remove());
      this.made = [];
      this.texts.clear();
      this.cells.clear();
      this.geometry = null;
    }
    restore() {
      for (const { text, nodes } of this.texts.values()) text.replaceChildren(...nodes);
      for (const [text, { nodes, fill }] of this.cells) {
        text.replaceChildren(...nodes);
        text.style.fill = fill;
      }
      super.restore();
    }

    paint(model, cut) {
      const { patients, texts } = model.figures[this.meta.of || ""];
      patients.at(cut);
      if (!this.geometry) this.measure(patients);
      for (const [side, group] of [[patients.low, "0"], [patients.high, "1"]])
        this.curve(side, group);
      for (const [name, parts] of Object.entries(texts)) this.say(name, model.text(parts, cut));
      this.nameCurves(patients);
      this.table(patients);
    }

    /* Axes in pixels, and what is drawn over: nothing is looked for in a frame. */
    measure(patients) {
      const { xaxis, yaxis } = this.gd._fullLayout;
      const pixel = { x: (time) => xaxis.l2p(time), y: (percent) => yaxis.l2p(percent) };
      this.geometry = window.cutline.curvePaths.geometry(patients.times, pixel);
      this.findTraces(patients);
      this.findAnnotations();
    }

    findTraces(patients) {
      this.paths = {};
      this.groups = {};
      const traces = Array.from(this.gd.querySelectorAll(".scatterlayer > .trace"));
      for (const g of traces) {
        const name = traceName(g);
        if (!name) continue;
        this.groups[name] = g;
        const path = g.querySelector(name.startsWith("band") ? ".js-fill" : ".js-line");
        if (path && !name.startsWith("marks")) this.paths[name] = path;
      }
      this.rows = traces.map((g) => this.row(g, patients)).filter(Boolean);
    }

    findAnnotations() {
      this.named = {};
      this.gd._fullLayout.annotations.forEach((one, i) => {
        const g = this.gd.querySelector(`.annotation[data-index="${i}"]`);
        if (one.name && g) this.named[one.name] = { g, text: one.text };
      });
    }

    /* A row of the table under the ticks: its texts, and the distinct time at each tick. */
    row(g, patients) {
      const [, what, group] = TABLE_ROW.exec(traceName(g) || "") || [];
      if (!what) return null;
      const until = Array.from(g.__data__[0].trace.x, (tick) => patients.until(tick));
      return { what, group, until, texts: Array.from(g.querySelectorAll("text")) };
    }

    /* At risk, censored and events by side up to each tick. */
    table(patients) {
      for (const { what, group, until, texts } of this.rows) {
        const side = group === "1" ? patients.high : patients.low;
        side.table(until).forEach((counts, tick) => {
          const text = texts[tick];
          if (text) this.cell(text, String(counts[what]), counts.risk < side.scarce);
        });
      }
    }
    /* Plotly writes the same element anew: what it held is known only until then (`drop`). */
    cell(text, count, pale) {
      if (!this.cells.has(text))
        this.cells.set(text, { nodes: Array.from(text.childNodes), fill: text.style.fill });
      if (text.textContent !== count) text.textContent = count;
      text.style.fill = pale ? "var(--muted)" : "var(--ink)";
    }

    curve(side, group) {
      const { curvePaths: paths } = window.cutline, { geometry } = this;
      const end = side.rows - 1, { known } = side;
      this.write(`band ${group}`, side.n ? paths.outline(side, geometry) : "");
      this.write(`solid ${group}`, side.n ? paths.steps(side, 0, known, geometry) : "");
      this.write(`tail ${group}`, side.n ? paths.steps(side, known, end, geometry) : "");
      this.marks(side, `marks ${group}`);
    }
    marks(side, name) {
      const look = side.marks > MARKS.many ? MARKS.fine : MARKS.plain;
      // Plotly has an element for every mark: these are hidden, and one path stands for all.
      if (this.groups[name]) this.kept.style(this.groups[name], "display", "none");
      const d = side.marks ? window.cutline.curvePaths.marks(side, look.half, this.geometry) : "";
      const path = this.write(name, d);
      if (path) path.style.strokeWidth = look.width + "px";
    }

    write(name, d) {
      let path = this.paths[name];
      if (!path && !d) return null;
      if (!path) path = this.paths[name] = this.make(name);
      if (path) this.kept.attribute(path, "d", d || "M0,0");
      return path;
    }

    /* Plotly leaves out a trace without points: a path is made in the look of its group. */
    make(name) {
      const [kind, group] = name.split(" ");
      const like = this.paths[`solid ${group}`] || this.paths[`tail ${group}`];
      if (!like || kind === "band") return null;
      const path = document.createElementNS(SVG, "path");
      path.style.cssText = like.style.cssText;
      if (kind === "marks") path.style.strokeDasharray = "none";
      path.style.strokeOpacity = kind === "tail" ? String(TAIL) : "1";
      const next = group === "0" ? this.groups["band 1"] : null;
      like.closest(".scatterlayer").insertBefore(path, next || null);
      this.made.push(path);
      return path;
    }

    say(name, text) {
      const found = this.named[name];
      if (!found) return;
      const { bare, set } = window.cutline.markup;
      const element = /** @type {Element} */ (
        found.g.querySelector("text.annotation-text"));
      let kept = this.texts.get(name);
      if (!kept) {
        const now = bare(found.text);
        kept = { text: element, nodes: Array.from(element.childNodes), now, first: now };
        this.texts.set(name, kept);
      }
      if (kept.now === text) return;
      if (kept.first === text) element.replaceChildren(...kept.nodes);
      else set(element, text);
      kept.now = text;
    }

    /* The curves' names, where the two lie farthest apart and there is room (figures/km/curve_names.py). */
    nameCurves(patients) {
      const n = patients.times.length, end = this.gd._fullLayout.xaxis.range[1];
      if (!this.levels || this.levels[0].length !== n)
        this.levels = [new Float64Array(n), new Float64Array(n)];
      const above = patients.high.levels(this.levels[0]);
      const below = patients.low.levels(this.levels[1]);
      const best = window.cutline.curvePaths.apart(patients.times, end, above, below, NAME.room);
      const over = above[best] >= below[best];
      this.placeName(NAME.high, best, above[best], over);
      this.placeName(NAME.low, best, below[best], !over);
    }
    placeName(name, at, level, above) {
      const { g } = this.named["name " + name] || this.makeName(name);
      this.kept.style(g, "visibility", at < 0 ? "hidden" : "visible");
      if (at < 0) return;
      const { xaxis, yaxis } = this.gd._fullLayout, box = /** @type {Element} */ (g.querySelector("rect.bg"));
      const [wide, tall] = ["width", "height"].map((side) => Number(box.getAttribute(side)) + 1);
      const x = xaxis._offset + this.geometry.x[at] + (above ? NAME.shift : -NAME.shift - wide);
      const height = this.geometry.height(level) / window.cutline.curvePaths.GRAIN;
      const y = yaxis._offset + height - (above ? tall : 0);
      const inner = /** @type {Element} */ (
        g.querySelector(".cursor-pointer, .annotation-text-g > g"));
      this.kept.attribute(inner, "transform", `translate(${Math.round(x)},${Math.round(y)})`);
    }

    /* A name that the drawn figure had no room for. */
    makeName(name) {
      const g = document.createElementNS(SVG, "g");
      g.setAttribute("class", "annotation");
      g.innerHTML = '<g class="cursor-pointer"><rect class="bg" height="17" fill="none"></rect>' +
        `<text y="13" style="font-size: ${NAME.size}px; fill: var(--ink)">${name}</text></g>`;
      this.gd.querySelector(".infolayer")?.append(g);
      const wide = /** @type {SVGTextElement} */ (g.querySelector("text")).getComputedTextLength();
      g.querySelector("rect")?.setAttribute("width", String(Math.round(wide)));
      this.made.push(g);
      return (this.named["name " + name] = { g, text: name });
    }
  }

  window.cutline.KmFigure = KmFigure;
})();

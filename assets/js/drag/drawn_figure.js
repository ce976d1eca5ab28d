/* Drawing while a cut moves: rewrites what Plotly drew, and can put everything back.

   Traces and annotations are found by their names: trace.meta is "band 1", "solid 1", "tail 1",
   "marks 1" (1: above the cut, 0: at or below), annotations are named as in the payload. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const FINE = 4; // steps closer than a quarter of a pixel are drawn as one
  const GRAIN = 20;
  const MANY_ROWS = 1500; // only where there are so many distinct times
  const MANY_MARKS = 100;
  const ROOM = { from: 0.3, to: 0.8, top: 0.88, bottom: 0.08 }; // where curves may be named

  /* What was written over, so that it can be put back unless somebody else wrote since. */
  class Kept {
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

  const decoded = (text) =>
    text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

  // A "<" of its own, as in "p < .001", is text.
  const PIECES = /<(b|span)>(.*?)<\/\1>|((?:[^<]|<(?!(?:b|span)>))+)/g;

  /* A text with <b>, <span> (pale) and <br>, as Plotly would have set it. */
  function set(text, markup) {
    const lines = markup.split("<br>").map((line) => {
      const parts = [];
      for (const [, tag, inside, plain] of line.matchAll(PIECES)) {
        const part = plain === undefined ? document.createElementNS(SVG, "tspan")
          : document.createTextNode(decoded(plain));
        if (plain === undefined) {
          part.textContent = decoded(inside.replace(/<[^>]*>/g, ""));
          part.style[tag === "b" ? "fontWeight" : "fill"] = tag === "b" ? "bold" : "var(--muted)";
        }
        parts.push(part);
      }
      return parts;
    });
    if (lines.length === 1) return text.replaceChildren(...lines[0]);
    text.replaceChildren(...lines.map((parts, i) => {
      const line = document.createElementNS(SVG, "tspan");
      line.setAttribute("x", text.getAttribute("x"));
      line.setAttribute("dy", i ? "1.3em" : "0em");
      line.append(...parts);
      return line;
    }));
  }
  const bare = (markup) => markup.replace(/<(b|span)\s[^>]*>/g, "<$1>");

  /* A drawn figure: `paint` draws over it, `restore` puts it back, `drop` forgets what is gone. */
  class Drawn {
    constructor(gd, after) {
      this.gd = gd;
      this.kept = new Kept();
      gd.on("plotly_afterplot", () => {
        this.kept.forget();
        this.drop();
        after(this);
      });
    }
    get meta() {
      return (this.gd.layout && this.gd.layout.meta) || {};
    }
    get hidden() {
      return Boolean(this.gd.closest("[hidden]"));
    }
    restore() {
      this.kept.restore();
      this.drop();
    }
  }

  /* One Kaplan-Meier figure. */
  class Figure extends Drawn {
    texts = new Map();
    cells = new Map();
    made = [];

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

    /* Axes in pixels, and the strings that paths are made of: nothing is formatted in a frame. */
    measure(patients) {
      const { xaxis, yaxis, annotations } = this.gd._fullLayout;
      const x = Array.from(patients.times, (time) => xaxis.l2p(time));
      const top = yaxis.l2p(100), bottom = yaxis.l2p(0);
      const many = patients.times.length > MANY_ROWS;
      this.geometry = {
        x, top, bottom, xaxis,
        start: xaxis.l2p(0),
        along: x.map((at) => "H" + Math.round(at * 100) / 100),
        column: many ? Int32Array.from(x, (at) => Math.floor(at * FINE)) : null,
        // Heights are whole twentieths of a pixel, so that their texts are made once.
        height: (share) => Math.round((bottom + (top - bottom) * share) * GRAIN),
        up: Array.from({ length: Math.ceil(bottom * GRAIN) + 2 }, (_, q) => "V" + q / GRAIN),
        percent: (bottom - top) / 100,
      };
      this.paths = {};
      this.groups = {};
      for (const g of this.gd.querySelectorAll(".scatterlayer > .trace")) {
        const name = g.__data__ && g.__data__[0].trace.meta;
        if (!name) continue;
        this.groups[name] = g;
        const path = g.querySelector(/^band/.test(name) ? ".js-fill" : ".js-line");
        if (path && !/^marks/.test(name)) this.paths[name] = path;
      }
      this.rows = Array.from(this.gd.querySelectorAll(".scatterlayer > .trace"))
        .map((g) => this.row(g, patients)).filter(Boolean);
      this.named = {};
      annotations.forEach((one, i) => {
        const g = this.gd.querySelector(`.annotation[data-index="${i}"]`);
        if (one.name && g) this.named[one.name] = { g, text: one.text };
      });
    }

    /* A row of the table under the ticks: its texts, and the distinct time at each tick. */
    row(g, patients) {
      const trace = g.__data__ && g.__data__[0].trace;
      const [, what, group] = /^n_(risk|censor|event) ([01])$/.exec((trace && trace.meta) || "") || [];
      if (!what) return null;
      const until = Array.from(trace.x, (tick) => patients.until(tick));
      return { what, group, until, texts: Array.from(g.querySelectorAll("text")) };
    }
    /* At risk, censored and events by side up to each tick. */
    table(patients) {
      for (const { what, group, until, texts } of this.rows) {
        const side = group === "1" ? patients.high : patients.low;
        let i = 0, deaths = 0, lost = 0;
        until.forEach((end, tick) => {
          for (; i < end; i++) (deaths += side.deaths[i]), (lost += side.lost[i]);
          const risk = side.n - deaths - lost, text = texts[tick];
          const count = what === "risk" ? risk : what === "event" ? deaths : lost;
          if (text) this.cell(text, String(count), risk < side.scarce);
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

    paint(model, cut) {
      const { patients, texts } = model.figures[this.meta.of];
      patients.at(cut);
      if (!this.geometry) this.measure(patients);
      for (const [side, name] of [[patients.low, "0"], [patients.high, "1"]]) this.curve(side, name);
      for (const [name, parts] of Object.entries(texts)) this.say(name, model.text(parts, cut));
      this.name(patients);
      this.table(patients);
    }

    curve(side, name) {
      this.write(`band ${name}`, side.n ? this.outline(side) : "");
      const end = side.rows - 1, known = side.known;
      this.write(`solid ${name}`, side.n ? this.steps(side, 0, known) : "");
      this.write(`tail ${name}`, side.n ? this.steps(side, known, end) : "");
      const many = side.marks > MANY_MARKS;
      // Plotly has an element for every mark: these are hidden, and one path stands for all.
      if (this.groups[`marks ${name}`]) this.kept.style(this.groups[`marks ${name}`], "display", "none");
      const path = this.write(`marks ${name}`, side.marks ? this.marks(side, many) : "");
      if (path) path.style.strokeWidth = many ? "1px" : "1.6px";
    }

    /* The steps of rows `from` to `to`; a tail begins with the drop at its first row, too. */
    steps(side, from, to) {
      const { start, along, x, column, height, up } = this.geometry;
      const at = side.row[from] < 0 ? start : x[side.row[from]];
      let now = height(side.level[from ? from - 1 : 0]);
      let path = `M${Math.round(at * 100) / 100},${now / GRAIN}`;
      for (let r = from; r <= to; r++) {
        const row = side.row[r];
        if (row < 0) continue;
        const next = height(side.level[r]);
        if (r < to && next === now) continue;
        if (r < to && column && column[side.row[r + 1]] === column[row]) continue;
        path += along[row];
        if (next !== now) path += up[next];
        now = next;
      }
      return path;
    }

    /* The band's outline: its upper edge forwards, its lower edge back. */
    outline(side) {
      const { start, along, column, height, up } = this.geometry;
      const rows = [], lower = [], upper = [];
      for (let r = 1; r < side.rows; r++) {
        const last = r === side.rows - 1 || side.level[r] === 0;
        const same = side.level[r] === side.level[r - 1];
        const near = column && !last && column[side.row[r + 1]] === column[side.row[r]];
        if (last || (!same && !near)) {
          const [low, high] = side.level[r] ? side.band(r) : [NaN, NaN];
          rows.push(along[side.row[r]]);
          lower.push(side.level[r] ? height(low) : lower.length ? lower.at(-1) : height(1));
          upper.push(side.level[r] ? height(high) : upper.length ? upper.at(-1) : height(1));
        }
        if (side.level[r] === 0) break;
      }
      const left = Math.round(start * 100) / 100, one = height(1);
      let path = `M${left},${one / GRAIN}`;
      for (let i = 0; i < rows.length; i++) path += rows[i] + up[upper[i]];
      if (rows.length) path += up[lower.at(-1)];
      for (let i = rows.length - 2; i >= 0; i--) path += up[lower[i]] + rows[i];
      path += `V${one / GRAIN}H${left}`;
      return path + "Z";
    }

    marks(side, many) {
      const { x, column, height, percent } = this.geometry;
      const half = Math.round((many ? 1.4 : 2.2) * percent * 100) / 100;
      let path = "", before = -1, level = -1;
      for (let r = 1; r < side.rows; r++) {
        if (!side.censored[r]) continue;
        const row = side.row[r], y = height(side.level[r]);
        if (column && column[row] === before && y === level) continue;
        if (column) before = column[row];
        level = y;
        const middle = y / GRAIN;
        path += `M${Math.round(x[row] * 100) / 100},${middle + half}V${middle - half}`;
      }
      return path;
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
      path.style.strokeOpacity = kind === "tail" ? "0.38" : "1";
      const next = group === "0" ? this.groups["band 1"] : null;
      like.closest(".scatterlayer").insertBefore(path, next || null);
      this.made.push(path);
      return path;
    }

    say(name, markup) {
      const found = this.named[name];
      if (!found) return;
      const text = found.g.querySelector("text.annotation-text");
      let kept = this.texts.get(name);
      if (!kept) {
        kept = { text, nodes: Array.from(text.childNodes), now: bare(found.text) };
        this.texts.set(name, kept);
        kept.first = kept.now;
      }
      if (kept.now === markup) return;
      if (kept.first === markup) text.replaceChildren(...kept.nodes);
      else set(text, markup);
      kept.now = markup;
    }

    /* The curves' names, where the two lie farthest apart and there is room (figures/kmnames.py). */
    name(patients) {
      const n = patients.times.length, end = this.geometry.xaxis.range[1];
      if (!this.levels || this.levels[0].length !== n)
        this.levels = [new Float64Array(n), new Float64Array(n)];
      const above = patients.high.levels(this.levels[0]), below = patients.low.levels(this.levels[1]);
      let best = -1, apart = -1;
      for (let i = 0; i < n; i++) {
        const time = patients.times[i], a = above[i], b = below[i];
        if (time < ROOM.from * end || time > ROOM.to * end) continue;
        if (!(Math.max(a, b) <= ROOM.top && Math.min(a, b) >= ROOM.bottom)) continue;
        if (Math.abs(a - b) > apart) [best, apart] = [i, Math.abs(a - b)];
      }
      const over = above[best] >= below[best];
      this.place("above", best, above[best], over);
      this.place("at or below", best, below[best], !over);
    }
    place(text, at, level, above) {
      const { g } = this.named["name " + text] || this.christen(text);
      this.kept.style(g, "visibility", at < 0 ? "hidden" : "visible");
      if (at < 0) return;
      const { xaxis, yaxis } = this.gd._fullLayout, box = g.querySelector("rect.bg");
      const wide = +box.getAttribute("width") + 1, tall = +box.getAttribute("height") + 1;
      const x = xaxis._offset + this.geometry.x[at] + (above ? 5 : -5 - wide);
      const y = yaxis._offset + this.geometry.height(level) / GRAIN - (above ? tall : 0);
      const inner = g.querySelector(".cursor-pointer, .annotation-text-g > g");
      this.kept.attribute(inner, "transform", `translate(${Math.round(x)},${Math.round(y)})`);
    }

    /* A name that the drawn figure had no room for. */
    christen(text) {
      const g = document.createElementNS(SVG, "g");
      g.setAttribute("class", "annotation");
      g.innerHTML = '<g class="cursor-pointer"><rect class="bg" height="17" fill="none"></rect>' +
        `<text y="13" style="font-size: 12px; fill: var(--ink)">${text}</text></g>`;
      this.gd.querySelector(".infolayer").append(g);
      const wide = g.querySelector("text").getComputedTextLength();
      g.querySelector("rect").setAttribute("width", Math.round(wide));
      this.made.push(g);
      return (this.named["name " + text] = { g, text });
    }
  }

  window.cutlinePreview = Object.assign(window.cutlinePreview || {}, { Kept, Drawn, Figure });
})();

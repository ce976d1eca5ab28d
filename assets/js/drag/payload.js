/* The payload of a drag, and the arithmetic of curves that follow a cut without asking anybody.

   Numbers that are read come as finished texts; only curves and bands are worked out here. */
(function () {
  "use strict";

  const Z = 1.959963984540054; // the normal quantile of a 95 % band

  const bytes = (text) => {
    const raw = atob(text);
    const found = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) found[i] = raw.charCodeAt(i);
    return found.buffer;
  };
  const KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };
  const array = (coded) => new KINDS[coded[0]](bytes(coded[1]));

  /* Texts are words by their place: a plain word, or the number of a column of words by cut. */
  class Texts {
    constructor(words, columns) {
      this.words = words;
      this.columns = columns.map(array);
    }
    at(parts, i) {
      return parts
        .map((part) => (typeof part === "string" ? part : this.words[this.columns[part][i]]))
        .filter(Boolean)
        .join(" ");
    }
  }

  /* One side of the cut: its counts at every distinct time, and its curve row by row. */
  class Side {
    constructor(size) {
      this.deaths = new Int32Array(size);
      this.lost = new Int32Array(size);
      this.row = new Int32Array(size + 1); // the distinct time of a row; -1 is the start
      this.level = new Float64Array(size + 1); // survival just after it
      this.spread = new Float64Array(size + 1); // Greenwood's sum
      this.censored = new Int32Array(size + 1);
      this.n = this.rows = this.marks = this.known = 0;
    }

    /* Rows of the Kaplan-Meier curve; `known` is the last one with enough patients at risk. */
    fill() {
      let risk = this.n, level = 1, spread = 0, rows = 1;
      const scarce = Math.max(Math.ceil(this.n / 10), Math.min(10, Math.ceil(this.n / 4)));
      this.scarce = scarce;
      this.row[0] = -1;
      this.level[0] = 1;
      this.spread[0] = this.censored[0] = this.marks = this.known = 0;
      for (let i = 0; i < this.deaths.length; i++) {
        const deaths = this.deaths[i], lost = this.lost[i];
        if (!deaths && !lost) continue;
        if (deaths) {
          spread += deaths / (risk * (risk - deaths));
          level = deaths === risk ? 0 : level * (1 - deaths / risk);
        }
        this.row[rows] = i;
        this.level[rows] = level;
        this.spread[rows] = spread;
        this.censored[rows] = lost;
        if (lost) this.marks++;
        if (risk >= scarce) this.known = rows;
        risk -= deaths + lost;
        rows++;
      }
      this.rows = rows;
    }

    /* The log-log band at a row: 1 to 1 before the first event; none where survival is 0. */
    band(r) {
      const level = this.level[r];
      if (level === 1) return [1, 1];
      const log = Math.log(level);
      const factor = Math.exp((-Z * Math.sqrt(this.spread[r])) / log);
      return [Math.exp(log * factor), Math.exp(log / factor)];
    }

    /* Survival at each distinct time, NaN beyond the last row. */
    levels(into) {
      let r = 0;
      for (let i = 0; i < into.length; i++) {
        if (r + 1 < this.rows && this.row[r + 1] <= i) r++;
        into[i] = i > this.row[this.rows - 1] ? NaN : this.level[r];
      }
      return into;
    }
  }

  /* The patients of one endpoint, ascending by marker; `at` moves them to the other side. */
  class Patients {
    constructor(coded) {
      this.times = array(coded.times);
      this.time = array(coded.time);
      this.event = array(coded.event);
      this.cuts = array(coded.low);
      this.low = new Side(this.times.length);
      this.high = new Side(this.times.length);
      this.high.n = this.time.length;
      for (let i = 0; i < this.time.length; i++) this.count(this.high, i, 1);
    }
    /* How many distinct times lie before a time. */
    until(time) {
      return first(this.times, time);
    }
    count(side, i, step) {
      (this.event[i] ? side.deaths : side.lost)[this.time[i]] += step;
    }
    at(cut) {
      const wanted = this.cuts[cut];
      while (this.low.n < wanted) this.move(this.high, this.low, this.low.n);
      while (this.low.n > wanted) this.move(this.low, this.high, this.low.n - 1);
      this.low.fill();
      this.high.fill();
    }
    move(from, to, i) {
      this.count(from, i, -1);
      this.count(to, i, 1);
      from.n--;
      to.n++;
    }
  }

  class Model {
    constructor(payload) {
      this.key = payload.key;
      this.texts = new Texts(payload.words, payload.columns);
      this.place = array(payload.at);
      this.low = array(payload.low);
      this.bins = payload.bins ? array(payload.bins) : null;
      this.plain = payload.plain;
      this.said = payload.said;
      this.counts = payload.counts;
      this.figures = {};
      for (const [code, one] of Object.entries(payload.figures))
        this.figures[code] = { patients: new Patients(one), texts: one.texts };
    }
    get last() {
      return this.place.length - 1;
    }
    text(parts, i) {
      return this.texts.at(parts, i);
    }
    /* The cut nearest to a place on the axis. */
    nearest(x) {
      const at = first(this.place, x);
      if (at === 0) return 0;
      return at > this.last || x - this.place[at - 1] <= this.place[at] - x ? at - 1 : at;
    }
    /* Where so many patients lie at or below: a whole number, or one between two cuts. */
    index(low) {
      const at = first(this.low, low);
      return this.low[at] === low ? at : at - 0.5;
    }
  }

  /* The first place of an ascending array that is not below the value. */
  function first(sorted, value) {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  window.cutlinePreview = Object.assign(window.cutlinePreview || {}, { Model });
})();

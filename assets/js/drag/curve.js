// @ts-check
/* Kaplan-Meier curves that follow a cut: patients change sides, and each side is counted anew.

   The same estimator as analysis' own, kept equal by tests/assets/test_javascript.py. */
(function () {
  "use strict";

  /* The first place of an ascending array that is not below the value. */
  function firstFrom(sorted, value) {
    let low = 0, high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /* At fewer patients at risk a curve of n is greyed: 2 of 8, 5 of 17, 10 from 40. */
  const scarceBelow = (n) => Math.max(Math.ceil(n / 10), Math.min(10, Math.ceil(n / 4)));

  /* One side of the cut: its counts at every distinct time, and its curve row by row. */
  class Side {
    constructor(size) {
      this.deaths = new Int32Array(size);
      this.lost = new Int32Array(size);
      this.row = new Int32Array(size + 1); // the distinct time of a row; -1 is the start
      this.level = new Float64Array(size + 1); // survival just after it
      this.spread = new Float64Array(size + 1); // Greenwood's sum
      this.censored = new Int32Array(size + 1);
      this.n = this.rows = this.marks = this.known = this.scarce = 0;
    }

    /* Rows of the Kaplan-Meier curve; `known` is the last one with enough patients at risk. */
    fill() {
      let risk = this.n, level = 1, spread = 0, rows = 1;
      const scarce = (this.scarce = scarceBelow(this.n));
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
      const log = Math.log(level), { z } = window.cutline.config.curve;
      const factor = Math.exp((-z * Math.sqrt(this.spread[r])) / log);
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

    /* At risk, censored and events up to each of these places among the distinct times. */
    table(until) {
      let i = 0, deaths = 0, lost = 0;
      return until.map((end) => {
        for (; i < end; i++) {
          deaths += this.deaths[i];
          lost += this.lost[i];
        }
        return { risk: this.n - deaths - lost, censor: lost, event: deaths };
      });
    }
  }

  /* The patients of one endpoint, ascending by marker; `at` moves them to the other side.
     `times`: the distinct times; `time`: each patient's place among them; `cuts`: how many patients
     lie at or below each cut. */
  class Patients {
    constructor({ times, time, event, cuts }) {
      this.times = times;
      this.time = time;
      this.event = event;
      this.cuts = cuts;
      this.low = new Side(times.length);
      this.high = new Side(times.length);
      this.high.n = time.length;
      for (let i = 0; i < time.length; i++) this.count(this.high, i, 1);
    }
    /* How many distinct times lie before a time. */
    until(time) {
      return firstFrom(this.times, time);
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

  window.cutline.curve = { Patients, Side, firstFrom, scarceBelow };
})();

// @ts-check
/* The strings that paths of a survival curve are made of, from a side of the cut and a geometry.

   A geometry has the pixel of every distinct time (`x`, and `along` as the text of a step), of time
   0 (`start`), and the height of a level in grains, twentieths of a pixel, so that `up`, the text
   of a rise to a grain, is made once. `column`: where there are very many times, the fine column
   that each lies in; steps within one are drawn as one. */
(function () {
  "use strict";

  const FINE = 4; // steps closer than a quarter of a pixel are drawn as one
  const GRAIN = 20;
  const MANY_ROWS = 1500; // only where there are so many distinct times
  const hundredths = (pixel) => Math.round(pixel * 100) / 100;

  /** @param {Float64Array | number[]} times
      @param {{x: (time: number) => number, y: (percent: number) => number}} pixel */
  function geometry(times, pixel) {
    const x = Array.from(times, (time) => pixel.x(time));
    const top = pixel.y(100), bottom = pixel.y(0);
    return {
      x, start: pixel.x(0),
      along: x.map((at) => "H" + hundredths(at)),
      column: times.length > MANY_ROWS ? Int32Array.from(x, (at) => Math.floor(at * FINE)) : null,
      height: (share) => Math.round((bottom + (top - bottom) * share) * GRAIN),
      up: Array.from({ length: Math.ceil(bottom * GRAIN) + 2 }, (_, q) => "V" + q / GRAIN),
      percent: (bottom - top) / 100,
    };
  }

  /* The steps of rows `from` to `to`; a tail begins with the drop at its first row, too. */
  function steps(side, from, to, { start, along, x, column, height, up }) {
    const at = side.row[from] < 0 ? start : x[side.row[from]];
    let now = height(side.level[from ? from - 1 : 0]);
    let path = `M${hundredths(at)},${now / GRAIN}`;
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

  /* The rows at which the band's outline steps, and its two edges there. */
  function edges(side, { along, column, height }) {
    const rows = [], lower = [], upper = [], one = height(1);
    for (let r = 1; r < side.rows; r++) {
      const level = side.level[r], last = r === side.rows - 1 || level === 0;
      const near = column && !last && column[side.row[r + 1]] === column[side.row[r]];
      if (last || (level !== side.level[r - 1] && !near)) {
        const [low, high] = level ? side.band(r) : [NaN, NaN];
        rows.push(along[side.row[r]]);
        lower.push(level ? height(low) : lower.length ? lower.at(-1) : one);
        upper.push(level ? height(high) : upper.length ? upper.at(-1) : one);
      }
      if (level === 0) break;
    }
    return { rows, lower, upper };
  }

  /* The band's outline: its upper edge forwards, its lower edge back. */
  function outline(side, place) {
    const { start, height, up } = place, { rows, lower, upper } = edges(side, place);
    const left = hundredths(start), one = height(1);
    let path = `M${left},${one / GRAIN}`;
    for (let i = 0; i < rows.length; i++) path += rows[i] + up[upper[i]];
    if (rows.length) path += up[lower.at(-1)];
    for (let i = rows.length - 2; i >= 0; i--) path += up[lower[i]] + rows[i];
    return path + `V${one / GRAIN}H${left}Z`;
  }

  /* A stroke at every time with censored patients, `reach` percent of the axis up and down. */
  function marks(side, reach, { x, column, height, percent }) {
    const half = hundredths(reach * percent);
    let path = "", before = -1, level = -1;
    for (let r = 1; r < side.rows; r++) {
      if (!side.censored[r]) continue;
      const row = side.row[r], y = height(side.level[r]);
      if (column && column[row] === before && y === level) continue;
      if (column) before = column[row];
      level = y;
      const middle = y / GRAIN;
      path += `M${hundredths(x[row])},${middle + half}V${middle - half}`;
    }
    return path;
  }

  /* The place among the times where two curves lie farthest apart and a name has room; -1: none. */
  function apart(times, end, above, below, room) {
    let best = -1, widest = -1;
    for (let i = 0; i < times.length; i++) {
      const time = times[i], a = above[i], b = below[i];
      if (time < room.from * end || time > room.to * end) continue;
      if (!(Math.max(a, b) <= room.top && Math.min(a, b) >= room.bottom)) continue;
      if (Math.abs(a - b) > widest) [best, widest] = [i, Math.abs(a - b)];
    }
    return best;
  }

  window.cutline.curvePaths = { GRAIN, geometry, steps, outline, marks, apart };
})();

/* The curves of a drag are those of analysis and figures, at every cut that is tried. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, truths } from "./load.mjs";

const { curve, curvePaths, payload } = load("drag/curve.js", "drag/paths.js", "drag/payload.js");
const near = (one, other, within, what) =>
  assert.ok(Math.abs(one - other) <= within, `${what}: ${one} is not ${other}`);

function side({ time, event }) {
  const times = [...new Set(time)].sort((a, b) => a - b);
  const found = new curve.Side(times.length);
  time.forEach((at, i) => {
    (event[i] ? found.deaths : found.lost)[times.indexOf(at)] += 1;
  });
  found.n = time.length;
  found.fill();
  return found;
}

test("where a curve is greyed is the same rule as in figures/curves.py", () => {
  truths.scarce.forEach((fewest, n) => assert.equal(curve.scarceBelow(n), fewest, `of ${n}`));
});

for (const one of truths.curves)
  test(`survival and its band are those of analysis, n = ${one.time.length}`, () => {
    const found = side(one);
    assert.equal(found.rows - 1, one.rows.length);
    one.rows.forEach((row, i) => {
      near(found.level[i + 1], row.survival, 1e-12, "survival");
      assert.equal(found.censored[i + 1], row.n_censor);
      if (row.survival === 0 || row.survival === 1) return; // no limits there
      const [low, high] = found.band(i + 1);
      near(low, row.lower, 1e-9, "lower limit");
      near(high, row.upper, 1e-9, "upper limit");
    });
  });

/* ------------------------------------------------------------- against the figures of the server */

const WIDE = 700, TALL = 400;
const pixel = (end) => ({ x: (time) => (time / end) * WIDE, y: (percent) => TALL - percent * 4 });

/* The corners of a path of M, H, V and Z. */
function corners(path) {
  let x = 0, y = 0;
  return Array.from(path.matchAll(/([MHV])([-\d.]+)(?:,([-\d.]+))?/g), ([, kind, one, other]) => {
    if (kind === "M") [x, y] = [Number(one), Number(other)];
    else if (kind === "H") x = Number(one);
    else y = Number(one);
    return { x, y, kind };
  });
}
/* The last height of a stair at or before a place. */
const heightAt = (stair, x) => stair.filter((one) => one.x <= x + 0.01).at(-1)?.y;
const area = (points) =>
  Math.abs(points.reduce((sum, one, i) => {
    const next = points[(i + 1) % points.length];
    return sum + one.x * next.y - next.x * one.y;
  }, 0)) / 2;

for (const { payload: given, cuts, places, low } of truths.previews) {
  const model = new payload.Model(given), codes = Object.keys(given.figures).join(", ");

  test(`the line stands where the server says: ${codes}`, () => {
    assert.equal(model.last, places.length - 1);
    places.forEach((place, i) => {
      assert.equal(model.nearest(place), i);
      assert.equal(model.index(low[i]), i);
    });
    assert.equal(model.nearest(-1), 0);
    assert.equal(model.nearest(2), model.last);
    assert.equal(model.index(low[0] - 1), -0.5); // below the first place
  });

  for (const { at, figures } of cuts)
    for (const [code, figure] of Object.entries(figures)) {
      const { patients, texts } = model.figures[code], name = `${code}, cut ${at}`;
      const px = pixel(figure.end), place = curvePaths.geometry(patients.times, px);
      const drawn = (kind, group) => {
        const { x, y } = figure.traces[`${kind} ${group}`];
        return x.map((time, i) => ({
          x: time === null ? null : px.x(time), y: y[i] === null ? null : px.y(y[i]),
        }));
      };
      const sides = () => {
        patients.at(at);
        return [["0", patients.low], ["1", patients.high]];
      };

      test(`the words are those of the figure: ${name}`, () => {
        for (const [line, parts] of Object.entries(texts))
          assert.equal(model.text(parts, at), figure.words[line].replace(/ +/g, " "));
      });

      test(`the curve steps where the figure's does: ${name}`, () => {
        for (const [group, one] of sides())
          for (const [kind, from, to] of [["solid", 0, one.known], ["tail", one.known, one.rows - 1]]) {
            const stair = corners(curvePaths.steps(one, from, to, place)), points = drawn(kind, group);
            points.forEach((point, i) => {
              if (i + 1 < points.length && points[i + 1].x === point.x) return; // before the drop
              near(heightAt(stair, point.x), point.y, 0.051, `${kind} ${group} at ${point.x}`);
            });
          }
      });

      test(`the band covers what the figure's does: ${name}`, () => {
        for (const [group, one] of sides()) {
          const ours = area(corners(curvePaths.outline(one, place)));
          const theirs = area(drawn("band", group));
          near(ours, theirs, 0.06 * WIDE, `band ${group}`);
        }
      });

      test(`a mark stands where the figure's does: ${name}`, () => {
        for (const [group, one] of sides()) {
          const ours = corners(curvePaths.marks(one, 2.2, place)).filter(({ kind }) => kind === "M");
          const theirs = drawn("marks", group).filter((point, i) => i % 3 === 0);
          assert.equal(ours.length, theirs.length);
          theirs.forEach((point, i) => near(ours[i].x, point.x, 0.006, `mark ${i} of ${group}`));
        }
      });

      test(`the table counts as the figure's does: ${name}`, () => {
        for (const [group, one] of sides())
          for (const what of ["risk", "censor", "event"]) {
            const { x, text } = figure.traces[`n_${what} ${group}`];
            const counts = one.table(x.map((tick) => patients.until(tick)));
            assert.deepEqual(counts.map((row) => String(row[what])), text);
          }
      });

      test(`the curves are named where the figure's are: ${name}`, () => {
        sides();
        const n = patients.times.length;
        const above = patients.high.levels(new Float64Array(n));
        const below = patients.low.levels(new Float64Array(n));
        const { room, high } = truths.config.curve.name;
        const best = curvePaths.apart(patients.times, figure.end, above, below, room);
        const theirs = figure.names[`name ${high}`];
        assert.equal(best >= 0, Boolean(theirs));
        if (!theirs) return;
        near(patients.times[best], theirs[0], 1e-9, "time");
        near(above[best] * 100, theirs[1], 1e-9, "level");
      });
    }
}

test("very many times make a path no longer, and no further from the curve than a fine column", () => {
  const many = Array.from({ length: 4000 }, (_, i) => i + 1);
  const found = side({ time: many, event: many.map(() => 1) });
  const px = { x: (time) => time / 40, y: (percent) => 100 - percent };
  const stair = corners(curvePaths.steps(found, 0, found.rows - 1, curvePaths.geometry(many, px)));
  assert.ok(stair.length < 1000, `${stair.length} corners`);
  for (let r = 97; r < found.rows; r += 97) {
    const x = px.x(many[found.row[r]]);
    const around = [x - 0.26, x + 0.26].map((at) => heightAt(stair, at));
    const y = px.y(found.level[r] * 100);
    assert.ok(y >= around[0] - 0.1 && y <= around[1] + 0.1, `at ${x}`);
  }
});

import assert from "node:assert/strict";
import test from "node:test";
import { load, truths } from "./load.mjs";

const { numbers } = load("app/numbers.js");

test("four significant digits are those of Python", () => {
  for (const [value, text] of truths.numbers) assert.equal(numbers.significant(value), text);
});

test("no value is no text", () => {
  assert.equal(numbers.significant(null), "");
  assert.equal(numbers.significant(undefined), "");
});

test("sizes are those of Python", () => {
  for (const [bytes, text] of truths.megabytes) assert.equal(numbers.megabytes(bytes), text);
});

test("a share is a whole number of percent", () => {
  assert.deepEqual([0, 0.004, 0.005, 0.5, 1].map(numbers.percent), ["0", "0", "1", "50", "100"]);
});

test("a sparkline goes from the lowest at the bottom to the highest at the top", () => {
  const { path, last } = numbers.sparkline([1, 2, 3], 100, 24);
  assert.equal(path, "M3.0,20.0L50.0,12.0L97.0,4.0");
  assert.deepEqual(last, { x: 97, y: 4 });
});

test("a gap of a sparkline stays a gap, and the last known value ends it", () => {
  const { path, last, known } = numbers.sparkline([5, null, 5, null], 100, 24);
  assert.equal(path.match(/M/g).length, 2);
  assert.equal(path.includes("L"), false);
  assert.deepEqual(known, [5, 5]);
  assert.equal(last.y, 12); // all equal: in the middle
  assert.ok(Math.abs(last.x - (3 + (2 / 3) * 94)) < 1e-9);
});

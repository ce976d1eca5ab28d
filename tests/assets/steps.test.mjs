import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { NONE, MOST, arrived, moved, valid } = load("questions/steps.js").steps;
const asked = (...queries) => queries.reduce((steps, one) => arrived(steps, one, false), NONE);

test("a question that arrives becomes a step, the same one does not", () => {
  const steps = asked("a", "b", "b", "c");
  assert.deepEqual([steps.past, steps.at, steps.future], [["a", "b"], "c", []]);
});

test("undo and redo move between past and future", () => {
  const back = moved(asked("a", "b"), "past", "future");
  assert.deepEqual([back.past, back.at, back.future], [[], "a", ["b"]]);
  const again = moved(back, "future", "past");
  assert.deepEqual([again.past, again.at, again.future], [["a"], "b", []]);
});

test("a question that was asked for by a step is no new one", () => {
  const back = { ...moved(asked("a", "b"), "past", "future"), wanted: ["a"] };
  assert.deepEqual(arrived(back, "a", false), { ...back, wanted: [] });
});

test("the browser's back and forward are steps, too", () => {
  const back = arrived(asked("a", "b"), "a", true);
  assert.deepEqual([back.at, back.future], ["a", ["b"]]);
  assert.deepEqual(arrived(back, "b", true), asked("a", "b"));
});

test("a new question forgets what was undone", () => {
  assert.deepEqual(arrived(moved(asked("a", "b"), "past", "future"), "c", false).future, []);
});

test("only the last steps are kept", () => {
  const steps = asked(...Array.from({ length: MOST + 20 }, (_, i) => String(i)));
  assert.equal(steps.past.length, MOST);
  assert.equal(steps.past.at(-1), String(MOST + 18));
});

test("what another version kept is not taken", () => {
  for (const kept of [null, {}, { past: [1], future: [] }, { past: ["a"] }])
    assert.equal(valid(kept), false);
  assert.equal(valid({ past: ["a"], at: "b", future: [] }), true);
});

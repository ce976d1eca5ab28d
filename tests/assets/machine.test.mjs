/* The machine of a drag: every state of the hand, every event, and what the server says. */
import assert from "node:assert/strict";
import test from "node:test";
import { load } from "./load.mjs";

const { START, next } = load("drag/machine.js").dragState;
const LINE = { start: 4, last: 9, ahead: true };

/* A state after some events, and all that had to be done. */
function after(events, state = START, line = LINE) {
  const done = [];
  for (const event of events) {
    const given = typeof event === "string" ? { type: event } : event;
    const at = "line" in given ? given.line : line;
    const { state: now, effects } = next(state, given, at);
    state = now;
    done.push(...effects);
  }
  return { state, done };
}
const move = (cut) => ({ type: "move", cut });
const step = (by) => ({ type: "step", by });
const DRAGGED = ["press", move(6), "release"];

test("the hand goes from state to state, and no other way", () => {
  const events = ["press", move(6), "release", "cancel", step(1), "rest"];
  const names = events.map((one) => one.type || one);
  const ways = {
    resting: { press: "pressed", step: "stepping" },
    pressed: { move: "dragging", release: "resting", cancel: "resting" },
    dragging: { release: "resting", cancel: "resting" },
    stepping: { rest: "resting", press: "pressed", cancel: "resting" },
  };
  const reached = {
    resting: [], pressed: ["press"], dragging: ["press", move(5)], stepping: [step(1)],
  };
  for (const [hand, first] of Object.entries(reached)) {
    const { state } = after(first);
    assert.equal(state.hand, hand);
    events.forEach((event, i) =>
      assert.equal(after([event], state).state.hand, ways[hand][names[i]] || hand,
        `${hand} after ${names[i]}`));
  }
});

test("a release asks once for the cut under the hand", () => {
  const { state, done } = after(DRAGGED);
  assert.deepEqual(done, ["show", "paint", "stop", "ask"]);
  assert.deepEqual([state.target, state.answer.cut, state.answer.n], [6, 6, 1]);
  assert.equal(state.answer.ahead, true);
});

test("a press without a move asks nothing and changes nothing", () => {
  const { state, done } = after(["press", "release"]);
  assert.deepEqual(done, ["stop"]);
  assert.deepEqual(state, START);
});

test("a hand that comes back to where it began puts everything back", () => {
  const { state, done } = after(["press", move(7), move(4), "release"]);
  assert.deepEqual(done, ["show", "show", "restore"]);
  assert.equal(state.answer, null);
  assert.equal(state.target, null);
});

test("Escape puts back what was there, or goes back to the cut that is awaited", () => {
  assert.deepEqual(after(["press", move(7), "cancel"]).done, ["show", "restore"]);
  const { state, done } = after([...DRAGGED, "press", move(8), "cancel"]);
  assert.equal(state.target, 6);
  assert.equal(state.answer.cut, 6);
  assert.deepEqual(done.slice(-2), ["stop", "show"]);
});

test("a pointer that is taken away before it moved leaves an awaited answer alone", () => {
  const { state, done } = after(["press", "cancel"], after(DRAGGED).state);
  assert.deepEqual([state.target, done], [6, ["stop"]]);
});

test("keys step from cut to cut, stay on the line, and settle after a rest", () => {
  const { state, done } = after([step(1), step(10), "rest"]);
  assert.equal(state.answer.cut, 9);
  assert.deepEqual(done,
    ["show", "await rest", "show", "await rest", "paint", "stop", "ask"]);
  assert.equal(after([step(-Infinity)]).state.target, 0);
  assert.equal(after([step(Infinity)]).state.target, 9);
});

test("from between two cuts a step goes to the next one", () => {
  const line = { ...LINE, start: 3.5 };
  assert.equal(after([step(1)], START, line).state.target, 4);
  assert.equal(after([step(-1)], START, line).state.target, 3);
});

test("keys do nothing while the pointer holds the line", () => {
  for (const first of [["press"], ["press", move(5)]]) {
    const { state } = after(first);
    assert.deepEqual(after([step(1)], state), { state, done: [] });
  }
});

test("a press settles what the keys have moved", () => {
  const { state, done } = after([step(1), "press"]);
  assert.equal(state.hand, "pressed");
  assert.equal(state.answer.cut, 5);
  assert.ok(done.includes("ask"));
});

test("the same cut is not asked for twice while it is awaited", () => {
  const { done } = after(["press", move(6), "release"], after(DRAGGED).state);
  assert.equal(done.includes("ask"), false);
});

test("another movement before the answer asks for its own cut, with a number of its own", () => {
  const { state } = after([...DRAGGED, "press", move(8), "release"]);
  assert.deepEqual([state.answer.n, state.answer.cut], [2, 8]);
});

/* ------------------------------------------------------------------ before the payload is there */

test("what the hand does before the payload is there is done when it comes", () => {
  const { state } = after(["press", { type: "move", cut: null }, "release"], START, null);
  assert.deepEqual([state.hand, state.over], ["pressed", true]);
  const { state: now, done } = after([{ type: "payload", cut: 7 }], state);
  assert.deepEqual([now.hand, now.answer.cut], ["resting", 7]);
  assert.deepEqual(done, ["show", "paint", "stop", "ask"]);
});

test("a hand that still holds the line goes on when the payload comes", () => {
  const { state } = after([{ type: "payload", cut: 7 }], after(["press"], START, null).state);
  assert.deepEqual([state.hand, state.target, state.from], ["dragging", 7, 4]);
});

test("steps that came too early are made when the payload comes, or forgotten without one", () => {
  const { state } = after([step(1), step(1)], START, null);
  assert.deepEqual(state.early, [1, 1]);
  const { state: now } = after([{ type: "payload", cut: null }], state);
  assert.deepEqual([now.hand, now.target, now.early], ["stepping", 6, []]);
  assert.deepEqual(after(["unwanted"], state).state.early, []);
});

test("another payload puts back what was shown", () => {
  const { state, done } = after([{ type: "payload", cut: 5 }], after(["press", move(6)]).state);
  assert.deepEqual([state.target, state.hand, done], [null, "resting", ["restore"]]);
});

/* ------------------------------------------------------------------------- what the server says */

const arrive = { type: "question", mine: true };
const words = (agree) => ({ type: "words", agree });
const look = (there, long = false) => ({ type: "look", n: 1, there, long });
const draw = { type: "draw", n: 1 };

test("the server's words agree: they are confirmed, and the figures are asked for at rest", () => {
  const { state, done } = after([words(true)], after(DRAGGED).state);
  assert.equal(state.answer.words, true);
  assert.deepEqual(done, ["write soon", "confirm", "draw at rest"]);
});

test("the server's words differ: its figures are asked for at once", () => {
  assert.deepEqual(after([words(false)], after(DRAGGED).state).done, ["write soon", "draw"]);
});

test("words that were not asked for ahead say nothing", () => {
  const { state } = after(DRAGGED, START, { ...LINE, ahead: false });
  assert.deepEqual(after([words(true)], state).done, []);
});

test("figures are asked for once, when the question is there and the hand rests", () => {
  const settled = after(DRAGGED).state;
  assert.deepEqual(after([draw], settled).done, ["draw at rest"]);
  const { state, done } = after([arrive, draw, draw], settled);
  assert.deepEqual(done, ["keep controls", "ask figures"]);
  assert.equal(state.answer.drawn, true);
  assert.deepEqual(after([arrive, "press", move(8), draw], settled).done.at(-1), "draw at rest");
  assert.deepEqual(after([arrive, { ...draw, n: 7 }], settled).done, ["keep controls"]);
});

test("it is finished when every figure is the server's and the hand rests", () => {
  const there = after([arrive], after(DRAGGED).state).state;
  assert.deepEqual(after([look(false)], there).done, ["look again"]);
  const { state, done } = after([look(true)], there);
  assert.deepEqual([state.target, state.answer, done], [null, null, ["finish"]]);
  const held = after(["press", move(8)], there).state;
  assert.deepEqual(after([look(true)], held).done, ["look again"]);
});

test("an answer that does not come is given up, one whose words are there is waited for", () => {
  const settled = after(DRAGGED).state;
  assert.deepEqual(after([look(false, true)], settled).done, ["restore"]);
  const confirmed = after([words(true)], settled).state;
  assert.deepEqual(after([look(false, true)], confirmed).done, ["look again"]);
});

test("another question ends what is shown, but not a hand that holds the line", () => {
  const other = { type: "question", mine: false };
  assert.deepEqual(after([other], after(DRAGGED).state).done, ["restore"]);
  assert.deepEqual(after([other]).done, []);
  const held = after(["press", move(6)]).state;
  const { state, done } = after([{ ...other, line: { ...LINE, start: 2 } }], held);
  assert.deepEqual([state.hand, state.from, done], ["dragging", 2, []]);
});

test("a message instead of an answer puts everything back, one beside it does not", () => {
  const settled = after(DRAGGED).state;
  assert.deepEqual(after(["message"], settled).done, ["restore"]);
  assert.deepEqual(after([arrive, "message"], settled).done, ["keep controls"]);
  assert.deepEqual(after(["message"]).done, []);
});

test("an event changes no state that was given out", () => {
  const frozen = (value) => Object.freeze(Object.fromEntries(Object.entries(value).map(
    ([name, one]) => [name, one && typeof one === "object" ? Object.freeze(one) : one])));
  const all = ["press", move(6), "release", arrive, words(true), draw, look(true), step(1), "rest"];
  let state = frozen(START);
  for (const one of all)
    state = frozen(next(state, typeof one === "string" ? { type: one } : one, LINE).state);
});

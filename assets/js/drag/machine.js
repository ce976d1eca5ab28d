// @ts-check
/* The drag as a machine: which state the hand is in, what is shown, which answer is awaited.

   `next(state, event, line)` gives the new state and what has to be done, in order, and does
   nothing itself. An event without a row in its state is ignored. `line` is what the payload knows
   ({start, last, ahead}: the question's cut, the last one, whether its texts are asked for ahead
   of the question); null while the payload is on its way.

   The hand   resting   nothing holds the line
              pressed   the pointer is on the line and has not moved it, or there is no payload yet
              dragging  the pointer has moved it
              stepping  the keys have moved it; after a rest it settles
   The answer null, or {n, cut, ahead, arrived, words, drawn}: the cut that was asked for last,
              until its figures stand on the page. `arrived`: the server's question is that cut's;
              `words`: whether its texts are those shown here (undefined until they are there);
              `drawn`: its figures have been asked for. */
(function () {
  "use strict";

  /** @type {DragState} */
  const START = {
    hand: "resting", from: null, target: null, answer: null, count: 0, early: [], over: false,
  };

  /** @returns {DragState} */
  const rested = (state) => ({ ...state, hand: "resting", from: null, over: false });

  /* The cut under the hand, held inside the line's ends. */
  const shown = (state, cut, line) => ({ ...state, target: Math.min(Math.max(cut, 0), line.last) });
  const started = (state, line) =>
    state.from !== null ? state.from : state.target === null ? line.start : state.target;

  /* Everything as the server left it. */
  /** @returns {any[]} */
  const restored = (state) => [{ ...rested(state), target: null, answer: null }, "restore"];

  const press = (state) => [{ ...state, hand: "pressed", over: false }];
  const regrip = (state) => [{ ...state, over: false }];

  function pull(state, { cut }, line) {
    if (!line) return [state]; // `payload` goes on from here
    const moved = { ...state, hand: "dragging", from: started(state, line) };
    return [shown(moved, cut, line), "show"];
  }

  /* By keys: from between two cuts to the next one. */
  function step(state, { by }, line) {
    if (!line) return [{ ...state, early: [...state.early, by] }];
    const from = started(state, line);
    const here = state.target === null ? from : state.target;
    const to = by > 0 ? Math.floor(here) + by : Math.ceil(here) + by;
    return [shown({ ...state, hand: "stepping", from }, to, line), "show", "await rest"];
  }

  const letGo = (state, _event, line) =>
    line ? [rested(state), "stop"] : [{ ...state, over: true }];

  function putBack(state, _event, line) {
    if (!state.answer) return restored(state);
    if (state.from === null || !line) return [rested(state), "stop"];
    return [shown(rested(state), state.from, line), "stop", "show"];
  }

  /* The question changes once; the server's answer takes the place of what is shown. */
  /** @type {Transition} */
  function settle(state, _event, line) {
    const rest = rested(state);
    if (state.target === null || !line) return [rest, "paint", "stop"];
    if (!state.answer && state.target === state.from) return restored(state);
    if (state.answer && state.target === state.answer.cut) return [rest, "paint", "stop"];
    const n = state.count + 1;
    const answer = { n, cut: state.target, ahead: line.ahead, arrived: false, drawn: false };
    return [{ ...rest, count: n, answer }, "paint", "stop", "ask"];
  }

  function settleAndPress(state, event, line) {
    const [settled, ...effects] = settle(state, event, line);
    return [press(settled)[0], ...effects];
  }

  /** @type {Record<Hand, Record<string, Transition>>} */
  const HANDS = {
    resting: { press, step },
    pressed: { press: regrip, move: pull, release: letGo, cancel: putBack },
    dragging: { press: regrip, move: pull, release: settle, cancel: putBack },
    stepping: { step, rest: settle, press: settleAndPress, cancel: putBack },
  };

  /* --------------------------------------------- what the server says, in any state of the hand */

  const marked = (state, change) => ({ ...state, answer: { ...state.answer, ...change } });

  /* A question has arrived: the awaited one (`mine`), or another that ends what is shown. */
  function question(state, { mine }, line) {
    if (state.answer && mine)
      return line ? [marked(state, { arrived: true }), "keep controls"] : restored(state);
    if (state.target === null) return [state];
    // A number that was typed before the line was grabbed: the hand goes on.
    if (state.hand === "dragging" && line) return [{ ...state, from: line.start }];
    return restored(state);
  }

  /* Another payload, perhaps while a hand already holds the line. */
  function payload(state, { cut }, line) {
    /** @type {string[]} */
    let effects = [];
    let now = state;
    const run = (/** @type {any[]} */ [after, ...more]) => {
      now = after;
      effects = effects.concat(more);
    };
    if (state.target !== null) run(restored(state));
    if (!line) return [now, ...effects];
    const { early } = now;
    now = { ...now, early: [] };
    for (const by of early) if (HANDS[now.hand].step) run(HANDS[now.hand].step(now, { by }, line));
    if (now.hand !== "pressed") return [now, ...effects];
    const { over } = now;
    run(pull(now, { cut }, line));
    if (over) run(settle(now, {}, line));
    return [now, ...effects];
  }

  /* The server has said the same as stands here (`agree`): it is the answer. */
  function words(state, { agree }, line) {
    if (!state.answer || !state.answer.ahead || !line) return [state];
    const resting = state.from === null;
    const later = agree ? "draw at rest" : "draw";
    const effects = agree && resting ? ["confirm", later] : [later];
    return [marked(state, { words: agree }), "write soon", ...effects];
  }

  /* Time to ask for the figures of answer n. */
  function draw(state, { n }) {
    if (!state.answer || state.answer.n !== n || state.answer.drawn) return [state];
    if (state.from !== null || !state.answer.arrived) return [state, "draw at rest"];
    return [marked(state, { drawn: true }), "ask figures"];
  }

  /* Whether every figure is drawn for answer n (`there`), or it has taken too `long`. */
  function look(state, { n, there, long }) {
    if (!state.answer || state.answer.n !== n) return [state];
    if (there && state.answer.arrived && state.from === null)
      return [{ ...state, target: null, answer: null }, "finish"];
    return long && !state.answer.words ? restored(state) : [state, "look again"];
  }

  /* A message instead of an answer: what is drawn is still the last one. */
  const message = (state) =>
    state.answer && !state.answer.arrived ? restored(state) : [state];

  /* No payload will come: steps that waited for one are forgotten. */
  const unwanted = (state) => [{ ...state, early: [] }];

  /** @type {Record<string, Transition>} */
  const SERVER = { question, payload, words, draw, look, message, unwanted };

  /** @type {DragMachine["next"]} */
  function next(state, event, line) {
    const go = SERVER[event.type] || HANDS[state.hand][event.type];
    const [now, ...effects] = go ? go(state, event, line) : [state];
    return { state: now, effects };
  }

  window.cutline.dragState = { START, next };
})();

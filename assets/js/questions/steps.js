// @ts-check
/* The steps of undo and redo as a value: questions that were asked before, and after. */
(function () {
  "use strict";

  const MOST = 100;

  /** @type {Steps} `wanted`: asked for by a step and not arrived yet. */
  const NONE = { past: [], at: "", future: [], wanted: [] };

  const texts = (list) => Array.isArray(list) && list.every((one) => typeof one === "string");
  const valid = (kept) => Boolean(kept && texts(kept.past) && texts(kept.future));

  function moved(steps, from, to) {
    return {
      ...steps, at: steps[from].at(-1),
      [from]: steps[from].slice(0, -1), [to]: [...steps[to], steps.at],
    };
  }

  /* A question has arrived; `popped`: by the browser's own back or forward. */
  function arrived(steps, query, popped) {
    const at = steps.wanted.indexOf(query);
    if (at >= 0) return { ...steps, wanted: steps.wanted.slice(at + 1) };
    const now = { ...steps, wanted: [] };
    if (query === steps.at) return now;
    if (popped && query === steps.past.at(-1)) return moved(now, "past", "future");
    if (popped && query === steps.future.at(-1)) return moved(now, "future", "past");
    const past = steps.at ? [...steps.past, steps.at].slice(-MOST) : steps.past;
    return { ...now, past, future: [], at: query };
  }

  window.cutline.steps = { NONE, MOST, valid, moved, arrived };
})();

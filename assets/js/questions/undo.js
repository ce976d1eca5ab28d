// @ts-check
/* Undo and redo of the question, and back to the cohort's first one.

   The steps are this tab's own, kept over a reload. They change the question and leave the page; a
   step is a new entry of the browser's history, as every change is. What was looked at stays looked
   at: the ledger is the server's. */
(function () {
  "use strict";

  const { cutline } = window, { ids, paths } = cutline.config;
  const KEPT = "cutline-steps"; // in the session's storage
  const { NONE, arrived, moved, valid } = cutline.steps;

  let steps = loaded();
  let asks = false; // whether the question stands on the page
  let popped = false; // the browser's own back or forward
  window.addEventListener("popstate", () => { popped = true; });

  function loaded() {
    try {
      const kept = JSON.parse(window.sessionStorage.getItem(KEPT) || "null");
      if (valid(kept)) return { ...NONE, ...kept };
    } catch { /* of another version */ }
    return NONE;
  }

  function keep() {
    const { past, at, future } = steps;
    try {
      window.sessionStorage.setItem(KEPT, JSON.stringify({ past, at, future }));
    } catch { /* full or forbidden: the steps last until a reload */ }
    cutline.set(ids.undo, { disabled: !past.length });
    cutline.set(ids.redo, { disabled: !future.length });
  }

  function ask(query) {
    const { cohortOf } = cutline.queries, { pathname, search } = window.location;
    const other = cohortOf(query) !== cohortOf(search);
    // Another cohort has other patients.
    const path = other && pathname.startsWith(paths.patient) ? paths.patients : pathname;
    cutline.address.open(path + "?" + query);
  }

  function step(from, to, done, nothing) {
    if (!asks) return cutline.tell(cutline.say("undoElsewhere"));
    if (!steps[from].length) return cutline.tell(cutline.say(nothing));
    steps = moved(steps, from, to);
    steps = { ...steps, wanted: [...steps.wanted, steps.at] };
    keep();
    ask(steps.at);
    cutline.tell(cutline.say(done));
  }
  const undo = () => step("past", "future", "undone", "nothingToUndo");
  const redo = () => step("future", "past", "redone", "nothingToRedo");

  /* The cohort's own first question; an outcome that is covered stays covered. */
  function reset() {
    const now = new URLSearchParams(window.location.search);
    const blind = now.get("blind") ? "&blind=" + now.get("blind") : "";
    ask("cohort=" + encodeURIComponent(now.get("cohort") || "") + blind);
  }

  /* Whether the keys belong to what is being written: a list that is closed and the number of the
     answered question are not being written. */
  function writing(target) {
    if (!target.closest || target.isContentEditable) return Boolean(target.isContentEditable);
    const field = target.closest("input, textarea, select");
    if (!field || ["radio", "checkbox", "range"].includes(field.type)) return false;
    if (field.getAttribute("aria-haspopup") === "listbox")
      return field.getAttribute("aria-expanded") === "true";
    const cut = new URLSearchParams(steps.at).get("cut");
    return !(field.id === ids.cut && field.value === cut);
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
    const key = event.key.toLowerCase();
    if ((key !== "z" && key !== "y") || writing(event.target)) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) redo();
    else undo();
  });

  cutline.undo = {
    /* A question has arrived, however it was asked; a page about several has none of its own. */
    arrived(question) {
      if (!question) return;
      asks = Boolean(question.asks);
      if (question.own) return;
      steps = arrived(steps, question.query, popped);
      popped = false;
      keep();
    },
  };

  window.dash_clientside.undo = {
    click() {
      const context = window.dash_clientside.callback_context;
      const done = { [ids.undo]: undo, [ids.redo]: redo, [ids.reset]: reset };
      for (const one of context.triggered) if (one.value) done[one.prop_id.split(".")[0]]();
    },
  };
})();

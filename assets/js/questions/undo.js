/* Undo and redo of the question, and back to the cohort's first one.

   The steps are this tab's own, kept over a reload. They change the question and leave the page; a
   step is a new entry of the browser's history, as every change is. What was looked at stays looked
   at: the ledger is the server's. */
(function () {
  "use strict";

  const KEPT = "cutline-steps";
  const MOST = 100;
  const SAID = {
    elsewhere: "The question does not stand on this page: undo and redo work where it does.",
    undo: "There is nothing to undo.",
    redo: "There is nothing to redo.",
  };
  const loaded = () => {
    try {
      const kept = JSON.parse(window.sessionStorage.getItem(KEPT) || "null");
      const right = (list) => Array.isArray(list) && list.every((one) => typeof one === "string");
      if (kept && right(kept.past) && right(kept.future)) return kept;
    } catch { /* of another version */ }
    return { past: [], at: "", future: [] };
  };
  const steps = loaded();
  let wanted = []; // questions that were asked for by a step and have not arrived yet
  let asks = false; // whether the question stands on the page
  let popped = false; // the browser's own back or forward
  window.addEventListener("popstate", () => { popped = true; });

  function keep() {
    try {
      window.sessionStorage.setItem(KEPT, JSON.stringify(steps));
    } catch { /* full or forbidden: the steps last until a reload */ }
    const { set_props } = window.dash_clientside;
    set_props("undo", { disabled: !steps.past.length });
    set_props("redo", { disabled: !steps.future.length });
  }

  function move(from, to) {
    steps[to].push(steps.at);
    steps.at = steps[from].pop();
  }

  function arrived(query) {
    const pop = popped, at = wanted.indexOf(query);
    popped = false;
    if (at >= 0) {
      wanted = wanted.slice(at + 1);
      return;
    }
    wanted = [];
    if (query === steps.at) return;
    if (pop && query === steps.past.at(-1)) move("past", "future");
    else if (pop && query === steps.future.at(-1)) move("future", "past");
    else {
      if (steps.at) steps.past.push(steps.at);
      steps.past = steps.past.slice(-MOST);
      steps.future = [];
      steps.at = query;
    }
  }

  const cohort = (query) => new URLSearchParams(query).get("cohort");
  function ask(query) {
    const { pathname, search } = window.location;
    const other = cohort(query) !== cohort(search);
    // Another cohort has other patients.
    const path = other && pathname.startsWith("/patients/") ? "/patients" : pathname;
    window.dash_clientside.cutline.open(path + "?" + query);
  }

  function step(from, to, said) {
    const { tell } = window.dash_clientside.keeping;
    if (!asks) return tell(SAID.elsewhere);
    if (!steps[from].length) return tell(SAID[said]);
    move(from, to);
    wanted.push(steps.at);
    keep();
    ask(steps.at);
    tell(said === "undo" ? "Undone." : "Done again.");
  }
  const undo = () => step("past", "future", "undo");
  const redo = () => step("future", "past", "redo");

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
    return !(field.id === "cut" && field.value === cut);
  }

  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
    const key = event.key.toLowerCase();
    if ((key !== "z" && key !== "y") || writing(event.target)) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) redo();
    else undo();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.undo = {
    /* A question has arrived, however it was asked; a page about several has none of its own. */
    arrived(question) {
      if (!question) return;
      asks = Boolean(question.asks);
      if (question.own) return;
      arrived(question.query);
      keep();
    },
    click() {
      const context = window.dash_clientside.callback_context;
      const done = { undo, redo, reset };
      for (const one of context.triggered) if (one.value) done[one.prop_id.split(".")[0]]();
    },
  };
})();

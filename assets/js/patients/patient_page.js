// @ts-check
/* A patient's page: next and previous follow the list as it was sorted and filtered, by keys, too;
   figures that are not of one patient alone follow when the hand rests. */
(function () {
  "use strict";

  const { cutline } = window, { ids, paths } = cutline.config;
  const ORDER = "cutline-order"; // in the session's storage: {of: cohort, ids}, as it was sorted
  const { first, rest, here: none } = cutline.config.figures;
  const REST = 250, LOOK = 60, PATIENCE = 4000; // ms
  let resting = 0;

  const cohort = () => cutline.queries.cohortOf(window.location.search) || "";
  const here = () => {
    const path = window.location.pathname;
    return path.startsWith(paths.patient) ? path.slice(paths.patient.length).replace(/\/$/, "") : "";
  };

  function order() {
    try {
      const kept = JSON.parse(window.sessionStorage.getItem(ORDER) || "null");
      return kept && kept.of === cohort() ? kept.ids : [];
    } catch {
      return [];
    }
  }
  function keepOrder(all) {
    try {
      window.sessionStorage.setItem(ORDER, JSON.stringify({ of: cohort(), ids: all }));
    } catch { /* without room the cohort's order is followed */ }
  }

  /** @returns {HTMLElement | null} */
  const stepOf = (key) => document.querySelector(`.way-step[data-key=${key}]`);
  function linkNeighbours() {
    const all = order(), at = all.indexOf(here());
    if (at < 0) return;
    for (const [key, by] of /** @type {[string, number][]} */ ([["p", -1], ["n", 1]])) {
      const step = stepOf(key), id = all[at + by], address = id && cutline.selection.link(id);
      if (!step || (id ? step.getAttribute("href") === address : step.tagName === "SPAN")) continue;
      step.replaceWith(wayStep(key, step.textContent, address));
    }
  }
  function wayStep(key, text, address) {
    const step = document.createElement(address ? "a" : "span");
    step.className = "way-step" + (address ? "" : " pale");
    step.dataset.key = key;
    step.textContent = text;
    if (address) step.setAttribute("href", address);
    return step;
  }
  new MutationObserver(() => {
    if (here() && document.querySelector(".way")) linkNeighbours();
  }).observe(document.documentElement, { subtree: true, childList: true });

  const writing = (event) =>
    event.target.closest && event.target.closest("input, textarea, select, [contenteditable]," +
      " [role=slider], [role=radio], .ag-root");

  /* Escape closes what is open, and then clears the selection. */
  function escape(event) {
    if (cutline.markList.close() || document.querySelector("details.help[open]")) return;
    if (cutline.marks.moved(document.body) || writing(event)) return;
    if (cutline.selection.ids().length) cutline.selection.select([]);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") return escape(event);
    if (!here() || writing(event) || event.shiftKey) return;
    if (event.key === "n" || event.key === "p") {
      const step = stepOf(event.key);
      if (step && step.hasAttribute("href")) step.click();
    } else if (event.key === "s") cutline.selection.toggle([here()]);
  });

  cutline.patientPage = { keepOrder };

  window.dash_clientside.patient_page = {
    /* What is of one patient was asked for first; the curves and dots follow when the hand rests,
       and show no patient's mark until they are those of this one. */
    rest(question) {
      clearTimeout(resting);
      const pending = Boolean(question && [first, none].includes(question.only));
      document.body.classList.toggle("moving-on", pending);
      if (!pending) return;
      const begun = performance.now();
      const follow = () => {
        const there = document.querySelector(".page .figure:not([hidden]) .main-svg");
        if (!there && performance.now() - begun < PATIENCE)
          return (resting = setTimeout(follow, LOOK));
        cutline.set(ids.figures, { data: { ...question, only: rest } });
      };
      resting = setTimeout(follow, REST);
    },
  };
})();

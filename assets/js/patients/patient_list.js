/* The list of patients: cells, the order that next and previous follow, and who is chosen. */
(function () {
  "use strict";

  const DRAFT = "cutline-draft-";
  const REST = 250; // ms
  const BOX = "patients-grid-box";
  const { ORDER, open_patient, select, selection } = window.cutlinePatients;
  let api = null, sent = "", box = null, saving = 0, setting = false, resting = 0, drafted = "";

  const parts = (window.dashAgGridComponentFunctions =
    window.dashAgGridComponentFunctions || {});
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const element = (...all) => window.React.createElement(...all);

  /* ------------------------------------------------------------------------------- cells */

  parts.CutlinePatient = (props) => {
    adopt(props.api);
    const id = props.data && props.data.id;
    return element("a", {
      href: "/patients/" + id + window.location.search,
      className: "patient-link", dir: "auto", tabIndex: -1,
      onClick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        keep();
        open_patient(id);
      },
    }, props.value);
  };

  /* A small line through the values that are there; a gap stays a gap. */
  parts.CutlineTrend = (props) => {
    const values = props.value || [];
    const known = values.filter((one) => one !== null);
    if (!known.length) return element("span", { className: "pale" }, "–");
    const low = Math.min(...known), high = Math.max(...known), wide = 100, tall = 24;
    const x = (i) => (values.length < 2 ? wide / 2 : 3 + (i / (values.length - 1)) * (wide - 6));
    const y = (one) => (high === low ? tall / 2 : tall - 4 - ((one - low) / (high - low)) * (tall - 8));
    let path = "", pen = false;
    values.forEach((one, i) => {
      if (one === null) return (pen = false);
      path += (pen ? "L" : "M") + x(i).toFixed(1) + "," + y(one).toFixed(1);
      pen = true;
    });
    const last = values.length - 1 - [...values].reverse().findIndex((one) => one !== null);
    const said = known.length === 1 ? "one value, " + text(known[0])
      : known.length + " values, from " + text(known[0]) + " to " + text(known[known.length - 1]);
    return element("svg", { width: wide, height: tall, role: "img", "aria-label": said },
      element("path", { d: path, fill: "none", stroke: "currentColor", strokeWidth: 1.4 }),
      element("circle", { cx: x(last), cy: y(values[last]), r: 2.4, fill: "currentColor" }));
  };

  const text = (one) => (one === null || one === undefined ? "" : String(Number(one.toPrecision(4))));
  functions.cutlineNumber = (params) => text(params.value);
  functions.cutlineOutcome = (params) => {
    const event = params.data && params.data["x" + params.colDef.field.slice(1)];
    return text(params.value) + (params.value === null || event ? "" : "+");
  };
  functions.cutlineLevel = (a, b, one, other) => one.data.at - other.data.at;
  functions.cutlineNothing = () => "";

  /* -------------------------------------------------------------------- order and choice */

  function adopt(now) {
    if (now === api) return;
    api = now;
    api.addEventListener("modelUpdated", () => {
      clearTimeout(saving);
      saving = setTimeout(keep, 150);
    });
    setTimeout(sync, 0);
  }
  function keep() {
    clearTimeout(saving);
    if (!api || api.isDestroyed()) return;
    const ids = [];
    api.forEachNodeAfterFilterAndSort((node) => ids.push(node.data.id));
    const of = new URLSearchParams(window.location.search).get("cohort") || "";
    try {
      window.sessionStorage.setItem(ORDER, JSON.stringify({ of, ids }));
    } catch { /* without room the cohort's order is followed */ }
  }
  /* The boxes show what the address selects. */
  function sync() {
    if (!api || api.isDestroyed()) return;
    const now = new Set(selection());
    setting = true;
    api.forEachNode((node) => {
      const wanted = now.has(node.data.id);
      if (Boolean(node.isSelected()) !== wanted) node.setSelected(wanted, false, "api");
    });
    setTimeout(() => { setting = false; }, 60);
  }

  document.addEventListener("input", (event) => {
    if (drafted && event.target.closest(".note-form textarea"))
      try {
        window.sessionStorage.setItem(DRAFT + drafted, event.target.value);
      } catch { /* the box still holds it */ }
    if (event.target.id === "patients-search" && api && !api.isDestroyed())
      api.setGridOption("quickFilterText", event.target.value);
  });
  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest && event.target.closest("#" + BOX + " .ag-cell");
    const link = cell && cell.parentElement && event.key === "Enter" &&
      document.querySelector(`#${BOX} .ag-row[row-id="${cell.parentElement.getAttribute("row-id")}"] .patient-link`);
    if (link) link.click();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.patients = {
    /* The question whose rows are wanted; none while the list has them already. */
    rows_of(question) {
      const { no_update } = window.dash_clientside;
      if (!question || !String(question.view).startsWith("patient/")) drafted = "";
      if (!question || !String(question.view).startsWith("patients/")) return no_update;
      setTimeout(sync, 0);
      const now = document.getElementById(BOX), context = window.dash_clientside.callback_context;
      const written = context.triggered.some((one) => one.prop_id.startsWith("written"));
      if (now === box && question.query === sent && !written) return no_update;
      box = now;
      sent = question.query;
      return { query: question.query, at: performance.now() };
    },

    /* What is of one patient was asked for first; the curves and dots follow when the hand rests,
       and show no patient's mark until they are those of this one. */
    rest(question) {
      clearTimeout(resting);
      const pending = Boolean(question && ["first", "here"].includes(question.only));
      document.body.classList.toggle("moving-on", pending);
      if (!pending) return;
      const begun = performance.now();
      const follow = () => {
        const there = document.querySelector(".page .figure:not([hidden]) .main-svg");
        if (!there && performance.now() - begun < 4000) return (resting = setTimeout(follow, 60));
        window.dash_clientside.set_props("figures", { data: { ...question, only: "rest" } });
      };
      resting = setTimeout(follow, REST);
    },

    /* A patient's notes have arrived, or one was saved: a draft that was left here comes back, and
       one that is written down goes. */
    noted(lists) {
      const seen = (lists || [])[0];
      if (!seen || !seen.patient) return;
      const first = drafted !== seen.patient;
      drafted = seen.patient;
      setTimeout(() => {
        const box = document.querySelector(".note-form textarea");
        if (!box || drafted !== seen.patient || box.value) return;
        if (!first) return window.sessionStorage.removeItem(DRAFT + seen.patient);
        const value = window.sessionStorage.getItem(DRAFT + seen.patient);
        if (value) window.dash_clientside.set_props({ type: "note-text", of: "patient" }, { value });
      }, 80);
    },

    /* Boxes were ticked: the selection goes into the address. */
    chosen(lists) {
      const rows = (lists || [])[0];
      if (!rows || setting || !api || api.isDestroyed()) return;
      const ids = api.getSelectedRows().map((row) => row.id);
      const before = selection();
      if (ids.length === before.length && ids.every((id) => before.includes(id))) return;
      const added = ids.filter((id) => !before.includes(id));
      select(before.filter((id) => ids.includes(id)).concat(added));
      if (ids.length > 20) setTimeout(sync, 0);
    },
  };
})();

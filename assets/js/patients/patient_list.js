// @ts-check
/* The list of patients: its cells, its order, and who is chosen in it. */
(function () {
  "use strict";

  const { cutline } = window, { ids, views } = cutline.config;
  const { significant, sparkline } = cutline.numbers;
  const SAVES = 150, READY = 60; // ms
  let api = null, sent = "", saving = 0, setting = false;
  /** @type {HTMLElement | null} */
  let box = null;
  const here = () => api && !api.isDestroyed();

  /** @type {Record<string, Function>} */
  const parts = (window.dashAgGridComponentFunctions =
    window.dashAgGridComponentFunctions || {});
  /** @type {Record<string, Function>} */
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const element = (...all) => window.React.createElement(...all);

  /* ------------------------------------------------------------------------------- cells */

  parts.CutlinePatient = (props) => {
    adopt(props.api);
    const id = props.data && props.data.id;
    return element("a", {
      href: cutline.selection.link(id),
      className: "patient-link", dir: "auto", tabIndex: -1,
      onClick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        keep();
        cutline.selection.openPatient(id);
      },
    }, props.value);
  };

  /* A small line through the values that are there; a gap stays a gap. */
  parts.CutlineTrend = (props) => {
    const values = props.value || [], wide = 100, tall = 24;
    if (values.every((one) => one === null)) return element("span", { className: "pale" }, "–");
    const { known, path, last } = sparkline(values, wide, tall);
    return element("svg", { width: wide, height: tall, role: "img", "aria-label": spoken(known) },
      element("path", { d: path, fill: "none", stroke: "currentColor", strokeWidth: 1.4 }),
      element("circle", { cx: last.x, cy: last.y, r: 2.4, fill: "currentColor" }));
  };
  const spoken = (known) => cutline.say(known.length === 1 ? "oneValue" : "values", {
    n: known.length, first: significant(known[0]), last: significant(known.at(-1)),
  });

  functions.cutlineNumber = (params) => significant(params.value);
  functions.cutlineOutcome = (params) => {
    const event = params.data && params.data["x" + params.colDef.field.slice(1)];
    return significant(params.value) + (params.value === null || event ? "" : "+");
  };
  functions.cutlineLevel = (_a, _b, one, other) => one.data.at - other.data.at;
  functions.cutlineNothing = () => "";

  /* -------------------------------------------------------------------- order and choice */

  function adopt(now) {
    if (now === api) return;
    api = now;
    api.addEventListener("modelUpdated", () => {
      clearTimeout(saving);
      saving = setTimeout(keep, SAVES);
    });
    setTimeout(sync, 0);
  }
  function keep() {
    clearTimeout(saving);
    if (!here()) return;
    const order = [];
    api.forEachNodeAfterFilterAndSort((node) => order.push(node.data.id));
    cutline.patientPage.keepOrder(order);
  }
  /* The boxes show what the address selects. */
  function sync() {
    if (!here()) return;
    const now = new Set(cutline.selection.ids());
    setting = true;
    api.forEachNode((node) => {
      const wanted = now.has(node.data.id);
      if (Boolean(node.isSelected()) !== wanted) node.setSelected(wanted, false, "api");
    });
    setTimeout(() => { setting = false; }, READY);
  }

  document.addEventListener("input", (event) => {
    const target = /** @type {HTMLInputElement} */ (event.target);
    if (target.id === ids.patientsSearch && here())
      api.setGridOption("quickFilterText", target.value);
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const cell = target.closest && target.closest(`#${ids.gridBox} .ag-cell`);
    if (!cell || !cell.parentElement || event.key !== "Enter") return;
    const row = cell.parentElement.getAttribute("row-id");
    /** @type {HTMLElement | null} */
    const link = document.querySelector(`#${ids.gridBox} .ag-row[row-id="${row}"] .patient-link`);
    if (link) link.click();
  });

  window.dash_clientside.patients = {
    /* The question whose rows are wanted; none while the list has them already. */
    rows_of(question) {
      const { no_update, callback_context } = window.dash_clientside;
      cutline.notes.leave(question);
      if (!question || !String(question.view).startsWith(views.patients + "/")) return no_update;
      setTimeout(sync, 0);
      const now = document.getElementById(ids.gridBox);
      const written = callback_context.triggered.some((one) => one.prop_id.startsWith(ids.written));
      if (now === box && question.query === sent && !written) return no_update;
      box = now;
      sent = question.query;
      return { query: question.query, at: performance.now() };
    },

    /* Boxes were ticked: the selection goes into the address. */
    chosen(lists) {
      const rows = (lists || [])[0];
      if (!rows || setting || !here()) return;
      const ticked = api.getSelectedRows().map((row) => row.id);
      const before = cutline.selection.ids();
      if (ticked.length === before.length && ticked.every((id) => before.includes(id))) return;
      const added = ticked.filter((id) => !before.includes(id));
      cutline.selection.select(before.filter((id) => ticked.includes(id)).concat(added));
      if (ticked.length > cutline.config.limits.selected) setTimeout(sync, 0);
    },
  };
})();

/* From any mark to the patients it stands for, and back.

   A figure names its patients in layout.meta.subjects ([id, label] each); customdata of a point is
   the place of one of them, or a list of places. Click opens, shift-click selects, hover rings the
   same patients in every figure without asking anybody, Escape clears the selection. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const PAGE = "/patients/";
  const MOST = 20; // patients in a selection
  const MOST_LISTED = 40; // links at a mark
  const ORDER = "cutline-order"; // the order of the list, as it was sorted there

  const graphs = () => Array.from(document.querySelectorAll(".js-plotly-plot"));
  const subjects = (gd) => {
    const meta = gd._fullLayout && gd.layout && gd.layout.meta;
    return (meta && Array.isArray(meta.subjects) && meta.subjects) || null;
  };
  const query = () => new URLSearchParams(window.location.search);
  const selection = () => (query().get("sel") || "").split(",").filter(Boolean);
  const open = (address) => window.dash_clientside.cutline.open(address);
  const open_patient = (id) => open(PAGE + id + window.location.search);
  // Curves that a drag has moved are not the ones that customdata was written for.
  const moved = (gd) => {
    const state = document.body.classList;
    const meta = (gd.layout && gd.layout.meta) || {};
    return state.contains("dragging") || (state.contains("settling") && Boolean(meta.key));
  };

  function select(ids) {
    const now = query();
    now.delete("sel");
    const kept = Array.from(new Set(ids)).slice(0, MOST);
    const text = now.toString().replace(/%2C/g, ",");
    // An empty one is said, too: it would be carried over otherwise.
    open(window.location.pathname + "?" + (text ? text + "&" : "") + "sel=" + kept.join(","));
  }
  const toggle = (ids) => {
    const now = selection();
    const all = ids.every((id) => now.includes(id));
    select(all ? now.filter((id) => !ids.includes(id)) : now.concat(ids));
  };

  /* ----------------------------------------------------------------------- marks and rings */

  const places = (value) =>
    value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
  const behind = (gd, point) => {
    const known = subjects(gd), trace = gd._fullData[point.curveNumber];
    const at = point.pointNumber === undefined ? point.pointIndex : point.pointNumber;
    if (!known || !trace || !trace.customdata) return [];
    return places(trace.customdata[at]).map((i) => known[i]).filter(Boolean);
  };
  const together = (gd, event) => {
    const found = new Map();
    for (const point of event.points || [])
      for (const pair of behind(gd, point)) found.set(pair[0], pair);
    return Array.from(found.values());
  };

  /* Where each patient of a figure has marks, worked out once a drawing: id -> [[trace, point]]. */
  const indexed = new WeakMap();
  function index(gd) {
    if (indexed.has(gd)) return indexed.get(gd);
    const found = new Map(), known = subjects(gd);
    (gd._fullData || []).forEach((trace, t) => {
      if (!trace.visible || !trace.customdata || trace.meta === "chosen") return;
      for (let i = 0; i < trace.customdata.length; i++)
        for (const place of places(trace.customdata[i])) {
          const pair = known[place];
          if (!pair) continue;
          if (!found.has(pair[0])) found.set(pair[0], []);
          found.get(pair[0]).push([t, i]);
        }
    });
    indexed.set(gd, found);
    return found;
  }
  const away = (gd) => gd.querySelectorAll(".person-ring").forEach((one) => one.remove());
  function pixel(gd, trace, i) {
    const of = (id) => gd._fullLayout[id.replace(/^([xy])/, "$1axis")];
    const x = of(trace.xaxis || "x"), y = of(trace.yaxis || "y");
    if (!x || !y) return null;
    const at = [x, y].map((axis, k) => {
      const value = (k ? trace.y : trace.x)[i];
      return value === null || value === undefined ? NaN : axis._offset + axis.d2p(value);
    });
    return at.every(Number.isFinite) ? at : null;
  }
  /* The chosen ones stay ringed in figures that do not draw them in a way of their own. */
  const standing = (gd) =>
    (gd._fullData || []).some((trace) => trace.meta === "chosen") ? [] : selection();
  function ring(gd, pointed) {
    away(gd);
    const ids = pointed.concat(standing(gd));
    if (!ids.length || !subjects(gd) || moved(gd) || gd.closest("[hidden]")) return;
    const svg = gd.querySelector(".main-svg"), of = index(gd), seen = new Set();
    const all = document.createDocumentFragment();
    for (const id of ids)
      for (const [t, i] of of.get(id) || []) {
        const at = pixel(gd, gd._fullData[t], i);
        const key = at && at.map(Math.round).join();
        if (!at || seen.has(key) || seen.size > 400) continue;
        seen.add(key);
        const circle = document.createElementNS(SVG, "circle");
        circle.setAttribute("class", "person-ring");
        circle.setAttribute("cx", at[0]);
        circle.setAttribute("cy", at[1]);
        circle.setAttribute("r", 8);
        all.append(circle);
      }
    svg.append(all);
  }
  const highlight = (ids) => graphs().forEach((gd) => ring(gd, ids));

  /* The mark under the pointer. Plotly says so once a mark: a figure that is drawn anew under a
     hand at rest, or wired after the pointer came, must be asked what it holds. */
  const under = (gd) =>
    gd._hoverdata && gd.matches(":hover") && !moved(gd)
      ? together(gd, { points: gd._hoverdata }).map(([id]) => id) : [];

  function wire(gd) {
    if (gd.dataset.people || !gd.on || !subjects(gd)) return;
    gd.dataset.people = "yes";
    gd.on("plotly_hover", (event) => {
      if (!moved(gd)) highlight(together(gd, event).map(([id]) => id));
    });
    gd.on("plotly_unhover", () => highlight([]));
    gd.on("plotly_click", (event) => {
      const who = moved(gd) ? [] : together(gd, event);
      if (!who.length) return;
      const from = event.event || {};
      if (from.shiftKey) return toggle(who.map(([id]) => id));
      if (who.length === 1) return open_patient(who[0][0]);
      list(who, from);
    });
    gd.on("plotly_afterplot", () => {
      indexed.delete(gd);
      ring(gd, under(gd));
    });
    ring(gd, under(gd));
  }
  new MutationObserver(() => graphs().forEach(wire)).observe(document.documentElement, {
    subtree: true, childList: true,
  });

  /* ------------------------------------------------------ several patients at one mark */

  let shown = null, before = null;
  function close() {
    if (!shown) return false;
    shown.remove();
    shown = null;
    highlight([]);
    if (before && before.isConnected) before.focus();
    return true;
  }
  function list(who, from) {
    close();
    before = document.activeElement;
    shown = document.createElement("div");
    shown.className = "mark-list";
    shown.setAttribute("role", "dialog");
    shown.setAttribute("aria-label", who.length + " patients at this mark");
    const head = document.createElement("p");
    const more = who.length - MOST_LISTED;
    head.textContent = who.length + " patients" + (more > 0 ? ", the first " + MOST_LISTED : "");
    const links = document.createElement("ul");
    for (const [id, label] of who.slice(0, MOST_LISTED)) {
      const link = document.createElement("a"), item = document.createElement("li");
      link.href = PAGE + id + window.location.search;
      link.textContent = label; // text, whatever it looks like
      link.dir = "auto";
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        close();
        open_patient(id);
      });
      for (const type of ["mouseenter", "focus"])
        link.addEventListener(type, () => highlight([id]));
      item.append(link);
      links.append(item);
    }
    shown.append(head, links);
    document.body.append(shown);
    const box = shown.getBoundingClientRect();
    const x = Math.min(from.clientX || 0, window.innerWidth - box.width - 8);
    const y = Math.min(from.clientY || 0, window.innerHeight - box.height - 8);
    shown.style.left = Math.max(8, x) + "px";
    shown.style.top = Math.max(8, y) + "px";
    shown.querySelector("a").focus();
  }
  document.addEventListener("pointerdown", (event) => {
    if (shown && !shown.contains(event.target)) close();
  }, true);

  /* ------------------------------------------------- the order of the list, and keys */

  const here = () => {
    const path = window.location.pathname;
    return path.startsWith(PAGE) ? path.slice(PAGE.length).replace(/\/$/, "") : "";
  };
  const ordered = () => {
    try {
      const kept = JSON.parse(window.sessionStorage.getItem(ORDER) || "null");
      return kept && kept.of === (query().get("cohort") || "") ? kept.ids : [];
    } catch {
      return [];
    }
  };
  /* Next and previous follow the list as it was sorted and filtered, where it holds this patient. */
  function way() {
    const ids = ordered(), at = ids.indexOf(here());
    if (at < 0) return;
    for (const [key, by] of [["p", -1], ["n", 1]]) {
      const step = document.querySelector(`.way-step[data-key=${key}]`), id = ids[at + by];
      if (!step) continue;
      const now = id ? document.createElement("a") : document.createElement("span");
      const address = id && PAGE + id + window.location.search;
      if (id ? step.getAttribute("href") === address : step.tagName === "SPAN") continue;
      now.className = "way-step" + (id ? "" : " pale");
      now.dataset.key = key;
      now.textContent = step.textContent;
      if (id) now.href = address;
      step.replaceWith(now);
    }
  }
  new MutationObserver(() => {
    if (here() && document.querySelector(".way")) way();
  }).observe(document.documentElement, { subtree: true, childList: true });

  const writing = (event) =>
    event.target.closest && event.target.closest("input, textarea, select, [contenteditable]," +
      " [role=slider], [role=radio], .ag-root");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape") {
      if (close() || document.querySelector("details.help[open]") || moved(document.body)) return;
      if (!writing(event) && selection().length) select([]);
      return;
    }
    if (!here() || writing(event) || event.shiftKey) return;
    if (event.key === "n" || event.key === "p") {
      const step = document.querySelector(`.way-step[data-key=${event.key}]`);
      if (step && step.href) step.click();
    } else if (event.key === "s") toggle([here()]);
  });

  /* A link that stands for a patient lights up in the figures, too. */
  const pointed = (event) => {
    const link = event.target.closest && event.target.closest(".part a[href^='/patients/'], .about a[href^='/patients/']");
    if (link) highlight([link.pathname.slice(PAGE.length)]);
    return Boolean(link);
  };
  document.addEventListener("mouseover", pointed);
  document.addEventListener("focusin", pointed);
  for (const type of ["mouseout", "focusout"])
    document.addEventListener(type, (event) => {
      if (event.target.closest && event.target.closest(".part a[href^='/patients/'], .about a[href^='/patients/']"))
        highlight([]);
    });

  window.cutlinePatients = { select, toggle, selection, open_patient, highlight, ORDER };
})();

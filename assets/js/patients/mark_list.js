// @ts-check
/* The list of several patients at one mark. */
(function () {
  "use strict";

  const { cutline } = window;
  const MOST = 40; // links
  const EDGE = 8; // px

  /** @type {HTMLElement | null} */
  let shown = null;
  /** @type {HTMLElement | null} */
  let before = null; // what had the focus

  function close() {
    if (!shown) return false;
    shown.remove();
    shown = null;
    cutline.marks.highlight([]);
    if (before && before.isConnected) before.focus();
    return true;
  }

  function open(who, from) {
    close();
    before = /** @type {HTMLElement} */ (document.activeElement);
    shown = document.createElement("div");
    shown.className = "mark-list";
    shown.setAttribute("role", "dialog");
    shown.setAttribute("aria-label", cutline.say("patientsAtMark", { n: who.length }));
    const head = document.createElement("p");
    const said = { n: who.length, most: MOST };
    head.textContent = cutline.say(who.length > MOST ? "patientsFirst" : "patients", said);
    const links = document.createElement("ul");
    links.append(...who.slice(0, MOST).map(item));
    shown.append(head, links);
    document.body.append(shown);
    place(shown, from);
    shown.querySelector("a")?.focus();
  }

  function item([id, label]) {
    const link = document.createElement("a"), row = document.createElement("li");
    link.href = cutline.selection.link(id);
    link.textContent = label; // text, whatever it looks like
    link.dir = "auto";
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      close();
      cutline.selection.openPatient(id);
    });
    for (const type of ["mouseenter", "focus"])
      link.addEventListener(type, () => cutline.marks.highlight([id]));
    row.append(link);
    return row;
  }

  /* At the mark, inside the window. */
  function place(list, { clientX = 0, clientY = 0 }) {
    const box = list.getBoundingClientRect();
    const x = Math.min(clientX, window.innerWidth - box.width - EDGE);
    const y = Math.min(clientY, window.innerHeight - box.height - EDGE);
    list.style.left = Math.max(EDGE, x) + "px";
    list.style.top = Math.max(EDGE, y) + "px";
  }

  document.addEventListener("pointerdown", (event) => {
    if (shown && !shown.contains(/** @type {Node} */ (event.target))) close();
  }, true);

  cutline.markList = { open, close };
})();

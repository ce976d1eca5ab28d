/* Presenting: larger type, no controls, arrow keys go through the saved questions. And printing. */
(function () {
  "use strict";

  const NOTHING = "No question of this cohort has been saved: arrow keys go through the saved ones.";
  const on = () => document.body.classList.contains("presenting");
  const tell = (text) => window.dash_clientside.keeping.tell(text);
  const drawn = () => Array.from(document.querySelectorAll(".js-plotly-plot"));
  const resized = () => window.dispatchEvent(new Event("resize"));

  function present(now) {
    const button = document.getElementById("present");
    document.body.classList.toggle("presenting", now);
    button.setAttribute("aria-pressed", String(now));
    const menu = document.getElementById("saved-menu");
    if (menu) menu.open = false;
    if (now) {
      document.activeElement.blur(); // what has the focus may be hidden now
      tell("Presenting. Left and right: the saved questions. Escape: back.");
    } else {
      tell("");
      button.focus({ preventScroll: true });
    }
    resized();
  }

  const saved = () => Array.from(document.querySelectorAll("#saved-list a.saved-name"));
  const question = (address) => {
    const found = new URL(address, window.location.href).searchParams;
    found.delete("sel");
    found.sort();
    return found.toString();
  };
  function go(by) {
    const links = saved();
    if (!links.length) return tell(NOTHING);
    const here = links.findIndex((link) => question(link.href) === question(window.location.href));
    const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
    if (next < 0 || next >= links.length)
      return tell(by > 0 ? "This is the last saved question." : "This is the first saved question.");
    window.dash_clientside.cutline.open(links[next].getAttribute("href"));
    tell(`${next + 1} of ${links.length}: ${links[next].textContent}`);
  }

  const writing = (target) => target.closest &&
    target.closest("input, textarea, select, [contenteditable], [role=slider], .ag-root");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.defaultPrevented || writing(event.target)) return;
    // On a patient's page the key goes to the one before.
    if (event.key === "p" && !document.querySelector(".way-step")) return present(!on());
    if (!on()) return;
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") present(false);
    else if (by) go(by);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  /* On paper a figure is as wide as its column: drawn for that width, or a little larger and then
     made smaller, so that its words do not meet. */
  const PAPER = 700; // px of A4 and Letter between their margins
  const COLUMN = PAPER / 2 - 26, LEAST = 420;
  function fit() {
    for (const gd of drawn()) {
      const frame = gd.closest(".figure"), beside = gd.closest(".two") !== null;
      if (!frame || frame.hidden || !gd.layout) continue;
      const wide = beside ? LEAST : PAPER - 30;
      window.Plotly.relayout(gd, { width: wide, autosize: false });
      frame.style.zoom = String(beside ? COLUMN / LEAST : 1);
    }
  }
  function unfit() {
    for (const gd of drawn()) {
      const frame = gd.closest(".figure");
      if (!frame || frame.hidden || !gd.layout) continue;
      frame.style.zoom = "";
      window.Plotly.relayout(gd, { width: null, autosize: true });
    }
  }
  window.addEventListener("beforeprint", fit);
  window.addEventListener("afterprint", unfit);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.presenting = { toggle: () => present(!on()) };
})();

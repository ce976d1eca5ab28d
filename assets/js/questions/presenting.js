// @ts-check
/* Presenting: larger type, no controls, arrow keys go through the saved questions. */
(function () {
  "use strict";

  const { cutline } = window, { ids } = cutline.config;
  const on = () => document.body.classList.contains("presenting");

  function present(now) {
    const button = /** @type {HTMLElement} */ (document.getElementById(ids.present));
    document.body.classList.toggle("presenting", now);
    button.setAttribute("aria-pressed", String(now));
    cutline.menu.close();
    if (now) {
      /** @type {HTMLElement} */ (document.activeElement).blur(); // it may be hidden now
      cutline.tell(cutline.say("presenting"));
    } else {
      cutline.tell("");
      button.focus({ preventScroll: true });
    }
    window.dispatchEvent(new Event("resize"));
  }

  const saved = () =>
    /** @type {HTMLAnchorElement[]} */ (
      Array.from(document.querySelectorAll(`#${ids.savedList} a.saved-name`)));
  const question = (address) =>
    cutline.queries.sorted(new URL(address, window.location.href).search, "sel");
  function go(by) {
    const links = saved();
    if (!links.length) return cutline.tell(cutline.say("nothingSaved"));
    const here = links.findIndex((link) => question(link.href) === question(window.location.href));
    const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
    if (next < 0 || next >= links.length)
      return cutline.tell(cutline.say(by > 0 ? "lastSaved" : "firstSaved"));
    cutline.address.open(links[next].getAttribute("href"));
    const said = { at: next + 1, of: links.length, name: links[next].textContent };
    cutline.tell(cutline.say("savedAt", said));
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

  window.dash_clientside.presenting = { toggle: () => present(!on()) };
})();

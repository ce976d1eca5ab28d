// @ts-check
/* Explanations and Download menus: one is open at a time, and none leaves the window. */
(function () {
  "use strict";

  const FOLDS = "details.help, .leaving > details";
  const EDGE = 8; // px

  /* Escape or a click elsewhere closes it. */
  const close = (except) =>
    Array.from(document.querySelectorAll(FOLDS)).forEach((fold) => {
      if (fold !== except) /** @type {HTMLDetailsElement} */ (fold).open = false;
    });
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    close(target.closest && target.closest(FOLDS));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(null);
  });

  /* An explanation hangs over everything, also over the edge of a table that scrolls, and inside
     the window: under its mark, or above it where there is more room. */
  function hang(fold) {
    const text = fold.querySelector(".help-text"), mark = fold.getBoundingClientRect();
    const { clientWidth, clientHeight } = document.documentElement;
    text.style.position = "fixed";
    const { width, height } = text.getBoundingClientRect();
    const under = clientHeight - mark.bottom >= Math.min(height + 2 * EDGE, mark.top);
    text.style.left = Math.max(EDGE, Math.min(mark.left - EDGE, clientWidth - width - EDGE)) + "px";
    text.style.top = (under ? mark.bottom + EDGE : mark.top - height - EDGE) + "px";
  }
  const hung = () => document.querySelectorAll("details.help[open]").forEach(hang);
  for (const type of ["toggle", "scroll", "resize"]) window.addEventListener(type, hung, true);
})();

// @ts-check
/* The menu of saved questions: a click elsewhere, on one of its links, or Escape closes it. */
(function () {
  "use strict";

  const { cutline } = window;

  const menu = () =>
    /** @type {HTMLDetailsElement | null} */ (
      document.getElementById(cutline.config.ids.savedMenu));
  function close() {
    const open = menu();
    if (!open || !open.open) return false;
    open.open = false;
    return true;
  }
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const inside = target.closest && target.closest(".menu");
    if (!inside || target.closest(".menu a")) close();
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const naming = target.classList.contains("name-field"); // there it leaves the name
    if (event.key !== "Escape" || event.defaultPrevented || naming || !close()) return;
    event.preventDefault();
    menu()?.querySelector("summary")?.focus();
  }, true);

  cutline.menu = { close };
})();

// @ts-check
/* What is asked of the server about data that were uploaded: one wish after the other, since a draft
   is read by one at a time. Nothing is kept in the browser. */
(function () {
  "use strict";

  const { cutline } = window, { ids, paths } = cutline.config;
  const PATIENCE = 60000; // ms for an answer
  const PLACES = ".brought-draft, .brought-sets";

  let n = 0, timer = 0;
  /** @type {UploadWish[]} */
  const waiting = [];
  /** @type {UploadWish | null} */
  let asked = null;
  /** @type {string | null} */
  let focus = null; // the key of what has the focus again after the answer
  /** @type {{draft: string, values: Record<string, string>} | null} */
  let typed = null;

  /** @returns {HTMLElement | null} */
  const place = () => document.querySelector(".brought-draft");
  function draft() {
    /** @type {HTMLElement | null | undefined} */
    const here = place()?.querySelector("[data-draft]");
    return (here && here.dataset.draft) || "";
  }

  function want(wish) {
    waiting.push({ draft: draft(), ...wish, n: (n += 1) });
    send();
  }
  function send() {
    if (asked || !waiting.length) return;
    asked = /** @type {UploadWish} */ (waiting.shift());
    busy(true);
    keepTyped();
    timer = window.setTimeout(answered, PATIENCE);
    cutline.set(ids.brought, { data: asked });
  }
  function answered() {
    window.clearTimeout(timer);
    asked = null;
    busy(waiting.length > 0);
    send();
  }
  function busy(now) {
    const here = place();
    if (!here) return;
    here.classList.toggle("busy", now);
    here.setAttribute("aria-busy", String(now));
  }

  /* What is typed for the button that opens stays while something else is changed. */
  function keepTyped() {
    const row = place()?.querySelector(".open-row");
    typed = row ? { draft: draft(), values: cutline.uploadFields.named(row) } : null;
  }
  function giveBack() {
    const here = place();
    if (!typed || !here || typed.draft !== draft()) return;
    const { values } = typed;
    for (const one of /** @type {NodeListOf<HTMLInputElement>} */ (
      here.querySelectorAll(".open-row [data-name]"))) {
      const value = values[one.dataset.name || ""];
      if (value !== undefined) one.value = value;
    }
  }

  /* An answer has come: what had the focus has it again, and a new draft is looked at. */
  new MutationObserver((changes) => {
    const came = changes.some(({ target }) =>
      /** @type {Element} */ (target).closest && /** @type {Element} */ (target).closest(PLACES));
    if (!came || !asked) return;
    const wish = asked;
    answered();
    if (wish.do === "delete" || wish.do === "rename") refresh(wish);
    giveBack();
    if (wish.do === "read" || wish.do === "edit") lookAt(wish);
    else if (focus && document.querySelector(MARKED)) focusAgain(focus);
    focus = null;
  }).observe(document.documentElement, {
    subtree: true, attributes: true, attributeFilter: ["data-html"],
  });
  const MARKED = "[data-field], [data-press], [data-do], #" + ids.dataUnderstood;

  function lookAt(wish) {
    cutline.uploadFiles.hideProgress();
    /** @type {HTMLInputElement | null | undefined} */
    const choice = place()?.querySelector("[data-name=instead]");
    if (wish.instead && choice) choice.value = wish.instead;
    const head = document.getElementById(ids.dataUnderstood);
    if (!head) return;
    head.focus({ preventScroll: true });
    head.scrollIntoView({ block: "start" });
  }

  /* The list of cohorts in the header is another one; the one that is shown may be gone. */
  function refresh(wish) {
    const here = cutline.queries.cohortOf(window.location.search);
    if (wish.do === "delete" && wish.code === here) return cutline.address.open(paths.data);
    cutline.address.read();
  }

  /* What tells an element from the others, also after it came anew. */
  const key = (one) => one && [one.dataset.field, one.dataset.press, one.dataset.do,
    one.dataset.value, one.dataset.code, one.dataset.name].join("|");
  function focusAgain(wanted) {
    window.requestAnimationFrame(() => {
      const found = Array.from(document.querySelectorAll(
        "[data-field], [data-press], [data-do], [data-name]")).find((one) => key(one) === wanted);
      if (found) /** @type {HTMLElement} */ (found).focus({ preventScroll: true });
    });
  }
  document.addEventListener("focusin", (event) => {
    const target = /** @type {Element} */ (event.target);
    // The change of a field that is left comes before the focus is where it goes to.
    if (asked && target.closest && target.closest(".brought-draft")) focus = key(target);
  });

  cutline.uploadWishes = {
    want,

    /* The element that has the focus again after the next answer. */
    remember: (...elements) => { focus = elements.map(key).find(Boolean) || null; },
  };
})();

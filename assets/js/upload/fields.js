// @ts-check
/* The data page's fields and buttons: each change of what was understood is a wish. */
(function () {
  "use strict";

  const { cutline } = window;
  const wish = (asked) => cutline.uploadWishes.want(asked);
  const remember = (...given) => cutline.uploadWishes.remember(...given);

  /* The codes that are ticked in a box's group. */
  const codes = (box) =>
    Array.from(box.closest("fieldset").querySelectorAll("[data-code]"))
      .filter((one) => one.checked).map((one) => one.dataset.code);
  const valueOf = (field) =>
    field.dataset.value ? JSON.parse(field.dataset.value) : field.value;

  /* What is typed beside a button, by name. */
  function named(button) {
    const box = button.closest(".builder, .open-row, .asking") || document.createElement("div");
    return Object.fromEntries(Array.from(box.querySelectorAll("[data-name]"),
      (one) => [one.dataset.name, one.value]));
  }

  const change = (field, value) => wish({ do: "change", field: JSON.parse(field), value });
  document.addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.id === window.cutline.config.ids.dataFiles)
      return cutline.uploadFiles.upload(Array.from(field.files || []), field);
    if (!field.dataset || !field.dataset.field || !field.closest(".brought-draft")) return;
    remember(document.activeElement, field);
    change(field.dataset.field, valueOf(field));
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const box = event.key === "Enter" && target.dataset && target.dataset.name
      && target.closest(".open-row, .asking, .builder");
    if (box) /** @type {HTMLElement} */ (box.querySelector("[data-do]")).click();
  });
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    /** @type {HTMLElement | null} */
    const button = target.closest && target.closest(
      ".brought-draft button, .brought-sets button");
    if (!button) return;
    if (button.dataset.press) {
      remember(button);
      return change(button.dataset.press, null);
    }
    const [what, code] = (button.dataset.do || "").split(" ");
    pressed(button, what, code);
  });

  function pressed(button, what, code) {
    if (what.startsWith("ask-")) return ask(button.dataset.do);
    if (what === "never-mind") return ask("");
    if (what === "replace") return cutline.uploadFiles.chooseInstead(code);
    if (what === "codes" || what === "derive") remember(button);
    if (what === "codes") return change(button.dataset.of, codes(button));
    if (what === "derive") return wish({ do: "change", field: ["derive"], value: named(button) });
    wish({ do: what, code: code || button.dataset.code || "", ...named(button) });
  }

  /* What cannot be undone is asked for first, beside its row. */
  function ask(name) {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (
      document.querySelectorAll("[data-asks]"))) {
      one.hidden = one.dataset.asks !== name || !one.hidden;
      if (one.hidden) continue;
      /** @type {HTMLElement} */ (
        one.querySelector("input") || one.querySelector("button:last-child")).focus();
    }
  }

  cutline.uploadFields = { named };
})();

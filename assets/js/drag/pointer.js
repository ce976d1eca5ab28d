// @ts-check
/* What the hand does with the line: pointer and keyboard, said to the drag as events. */
(function () {
  "use strict";

  const { drag } = window.cutline;
  const KEYS = {
    ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10,
    Home: -Infinity, End: Infinity,
  };

  /** @type {{id: number, offset: number, x: number} | null} */
  let grip = null;
  const hand = () => drag.state().hand;
  const held = () => {
    if (hand() !== "pressed" && hand() !== "dragging") grip = null; // the drag let it go
    return grip;
  };
  const holds = (event) => event.pointerId === held()?.id;
  const within = (event) =>
    Boolean(event.target.closest && event.target.closest(".cut-slider")) && drag.previews();

  /* The cut under the pointer, null without one. */
  function cut() {
    if (!held() || !grip) return null;
    const track = /** @type {HTMLElement} */ (drag.thumb().parentElement).getBoundingClientRect();
    return drag.nearest((grip.x - grip.offset - track.left) / track.width);
  }
  const follow = () => drag.send({ type: "move", cut: drag.ready() ? cut() : null });

  /** @param {PointerEvent} event */
  function press(event) {
    if (!within(event) || !event.isPrimary || event.button) return;
    const handle = drag.thumb();
    event.preventDefault();
    handle.focus({ preventScroll: true });
    drag.send({ type: "press" });
    const box = handle.getBoundingClientRect();
    const onThumb = handle.contains(/** @type {Node} */ (event.target));
    grip = {
      id: event.pointerId, x: event.clientX,
      offset: onThumb ? event.clientX - (box.left + box.width / 2) : 0,
    };
    drag.slider().setPointerCapture(event.pointerId);
    if (!onThumb) follow();
  }

  /** @param {PointerEvent} event */
  function move(event) {
    if (!holds(event) || !grip) return;
    if (event.clientX === grip.x && hand() === "pressed") return;
    grip.x = event.clientX;
    follow();
  }

  const release = (type) => (event) => {
    if (holds(event)) drag.send({ type });
  };

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (!within(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    const moved = hand() === "dragging" || hand() === "stepping";
    if (event.key === "Escape" && moved) drag.send({ type: "cancel" });
    else if (event.key === "Enter" && hand() === "stepping") drag.send({ type: "rest" });
    else if (event.key in KEYS) drag.send({ type: "step", by: KEYS[event.key] });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const quiet = (event) => {
    if (within(event)) event.stopPropagation();
  };
  const listen = (type, heard) => document.addEventListener(type, heard, true);
  for (const type of ["pointerdown", "keydown", "click", "input", "change", "focusin"])
    listen(type, drag.write);
  listen("pointerdown", press);
  listen("pointermove", move);
  listen("pointerup", release("release"));
  listen("pointercancel", release("cancel"));
  listen("keydown", (event) => { // wherever the focus is
    if (event.key === "Escape" && hand() === "dragging") drag.send({ type: "cancel" });
  });
  listen("keydown", key);
  listen("focusout", (event) => {
    if (within(event)) drag.send({ type: "rest" });
  });
  // A click elsewhere comes after what the keys have moved, even where it takes no focus.
  listen("click", (event) => {
    if (!within(event)) drag.send({ type: "rest" });
  });
  // The slider's own handlers would move it, too.
  listen("mousedown", quiet);
  document.addEventListener("touchstart", quiet, { capture: true, passive: true });

  window.cutline.pointer = { cut };
})();

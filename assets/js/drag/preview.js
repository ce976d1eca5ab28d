/* Dragging the cut-off: curves, numbers and dots follow the hand; nothing is asked meanwhile.

   A movement begins with the pointer on the line or a key on the thumb, and is settled once: on
   release, on Enter, on leaving or after a rest. What was drawn over stays until the server's
   figure for that cut has arrived; where it does not come, everything is put back. */
(function () {
  "use strict";

  const { Model, Kept, Figure, Dots } = window.cutlinePreview;
  const REST = 350; // ms after the last key
  const PAINTED = 50; // ms in which the browser paints what has come
  const PATIENCE = 20000; // ms for the server's figures
  const KEYS = {
    ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10,
    Home: -Infinity, End: Infinity,
  };

  let model = null; // the payload of the question
  let question = null; // {cut, preview, low, ...} as the server wrote it
  let target = null; // the cut that is shown over what was drawn
  let from = null; // where the movement began
  let grip = null; // the pointer: {id, offset, x}
  let keyed = 0; // the timer of the keyboard's rest
  let sent = null; // the cut that the server was asked for last, until its figures are there
  let count = 0; // how often it was asked
  let wanted = null; // whose payload was asked for
  let frame = 0;
  let unwritten = null; // writes the question of a drag that has been asked already
  let early = []; // steps by key before the payload was there

  const controls = new Kept();
  const drawn = new WeakMap();
  const slider = () => document.getElementById("cut-slider");
  const thumb = () => slider().querySelector("[role=slider]");
  const ready = () =>
    Boolean(model && question && question.preview && model.key === question.preview);

  const all = (selector, Kind) =>
    Array.from(document.querySelectorAll(`${selector} .js-plotly-plot`)).map((gd) => {
      if (!drawn.has(gd) && gd._fullLayout && gd.on) drawn.set(gd, new Kind(gd, again));
      return drawn.get(gd);
    }).filter(Boolean);
  const everything = () =>
    [...all(".strip", Dots), ...all(".page", Figure)].filter((one) => one.meta.key);
  // Of a page whose figures do not follow the line, only the places are asked for, as if covered.
  const same = (one) => Boolean(one.meta.key) && bare(one.meta.key) === bare(model.key);
  const bare = (key) => key.replace(/&?blind=yes/, "");
  const fits = (one) =>
    !one.hidden && same(one) && (!one.meta.of || model.figures[one.meta.of]);
  const shows = (one, cut) => same(one) && one.meta.cut === plain(cut);
  const plain = (cut) => model.text(model.plain, cut);

  /* ------------------------------------------------------------------------------ painting */

  function show(cut) {
    target = Math.min(Math.max(cut, 0), model.last);
    document.body.classList.add("dragging");
    if (!frame) frame = requestAnimationFrame(paint);
  }

  function paint() {
    frame = 0;
    if (target === null || !ready()) return;
    paintControls();
    everything().forEach(paintOver);
  }

  function paintOver(one) {
    if (!fits(one)) return;
    if (shows(one, target)) one.restore();
    else one.paint(model, target);
  }

  function paintControls() {
    const handle = thumb(), box = document.getElementById("cut");
    const counts = document.getElementById("cut-count");
    const at = Math.round(model.place[target] * 1e5) / 1e3;
    controls.style(handle, "--slider-thumb-offset", at + "%");
    controls.attribute(handle, "aria-valuetext", model.text(model.said, target));
    controls.attribute(handle, "aria-valuenow", plain(target));
    if (box) controls.property(box, "value", plain(target));
    if (counts && counts.firstChild)
      controls.property(counts.firstChild, "nodeValue", model.text(model.counts, target));
  }

  /* Plotly has drawn a figure anew, in the middle of it all. */
  function again(one) {
    if (target !== null && ready()) paintOver(one);
  }

  /* Everything as the server left it. */
  function restore() {
    stop();
    sent = target = null;
    unwritten = null;
    controls.restore();
    everything().forEach((one) => one.restore());
    document.body.classList.remove("dragging", "settling");
  }

  function stop() {
    cancelAnimationFrame(frame);
    clearTimeout(keyed);
    frame = keyed = 0;
    from = grip = null;
  }

  /* --------------------------------------------------------------------------- a movement */

  function begin() {
    if (from !== null) return;
    from = target === null ? model.index(question.low) : target;
  }

  function back() {
    const was = from;
    stop();
    if (sent === null) restore();
    else show(was);
  }

  /* The question changes once; the server's answer takes the place of what is shown. */
  function settle(released) {
    if (frame) { // a move that has not been painted yet
      cancelAnimationFrame(frame);
      paint();
    }
    const was = from;
    stop();
    if (target === null || !ready()) return;
    if (sent === null && target === was) return restore();
    if (sent !== null && target === sent.cut) return;
    const early = question.follows && !window.dash_clientside.cutline.busy();
    sent = { cut: target, at: performance.now(), asked: false, early };
    document.body.classList.add("settling"); // until the figures are the server's
    count += 1;
    const { set_props } = window.dash_clientside;
    // The texts are asked for at once, alone: the two would wait for each other.
    const data = { cut: plain(target), n: count };
    unwritten = () => set_props("cut-settled", { data });
    if (early) set_props("asked", { data: { ...question, query: query(target) } });
    if (early && released) setTimeout(write, REST);
    else write();
    wait(sent);
  }

  /* The question and the address follow the answer, or go before whatever is done next. */
  function write() {
    const now = unwritten;
    unwritten = null;
    if (now) now();
  }

  const query = (cut) => question.query.replace(/(^|&)cut=[^&]*/, "$1cut=" + plain(cut));
  const agrees = (said) =>
    everything().filter(fits).every((one) => !one.meta.of || said.figures[one.meta.of]) &&
    Object.entries(said.figures).every(([code, texts]) => {
      const own = model.figures[code];
      return own && Object.entries(texts).every(
        ([name, text]) => own.texts[name] && model.text(own.texts[name], sent.cut) === text);
    });

  /* The server has said the same as stands here: it is the answer. Plotly draws it at rest. */
  function confirm(said) {
    if (!sent || !sent.early || !ready() || !said || said.cut !== plain(sent.cut)) return;
    sent.confirmed = agrees(said);
    if (sent.confirmed && from === null) document.body.classList.remove("dragging");
    setTimeout(write, PAINTED);
    draw(sent, sent.confirmed ? REST : 0);
  }

  function draw(mine, later) {
    setTimeout(() => {
      if (sent !== mine || mine.drawn) return;
      if (from !== null || !mine.asked) return draw(mine, REST);
      mine.drawn = true;
      window.dash_clientside.set_props("figures", { data: question });
    }, later);
  }

  /* Until every figure that is still shown has been drawn for the cut that was settled. */
  function wait(mine) {
    if (sent !== mine) return;
    const there = mine.asked && ready() &&
      everything().every((one) => one.hidden || shows(one, mine.cut));
    if (there && from === null) return finish();
    const patient = mine.confirmed || performance.now() - mine.at < PATIENCE;
    if (!patient) return restore();
    setTimeout(() => wait(mine), 30);
  }

  function finish() {
    sent = target = null;
    controls.clear();
    everything().forEach((one) => one.restore());
    document.body.classList.remove("dragging", "settling");
  }

  /* -------------------------------------------------------------------- pointer and keyboard */

  const within = (event) => {
    const root = event.target.closest && event.target.closest(".cut-slider");
    return root && question && question.preview ? root : null;
  };
  const track = () => thumb().parentElement.getBoundingClientRect();
  const place = () => {
    const box = track();
    return (grip.x - grip.offset - box.left) / box.width;
  };

  function press(event) {
    if (!within(event) || !event.isPrimary || event.button) return;
    const handle = thumb();
    event.preventDefault();
    handle.focus({ preventScroll: true });
    if (keyed) settle();
    const box = handle.getBoundingClientRect();
    const held = handle.contains(event.target);
    grip = {
      id: event.pointerId, x: event.clientX,
      offset: held ? event.clientX - (box.left + box.width / 2) : 0,
    };
    slider().setPointerCapture(event.pointerId);
    if (!held) follow();
  }

  function follow() {
    if (!ready()) return; // the payload is on its way: `take` goes on from here
    begin();
    show(model.nearest(place()));
  }

  function move(event) {
    if (!grip || event.pointerId !== grip.id) return;
    if (event.clientX === grip.x && from === null) return;
    grip.x = event.clientX;
    follow();
  }

  function release(event) {
    if (!grip || event.pointerId !== grip.id) return;
    if (from === null && !ready()) grip.over = true;
    else if (from === null) stop();
    else settle(true);
  }

  function key(event) {
    if (!within(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && from !== null) back();
    else if (event.key === "Enter" && keyed) settle();
    else if (event.key in KEYS) step(KEYS[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function step(by) {
    if (grip) return;
    if (!ready()) {
      early.push(by); // the payload is on its way: `take` makes these steps
      return;
    }
    begin();
    const here = target === null ? from : target;
    const next = by > 0 ? Math.floor(here) + by : Math.ceil(here) + by;
    show(next);
    clearTimeout(keyed);
    keyed = setTimeout(settle, REST);
  }

  const quiet = (event) => {
    if (within(event)) event.stopPropagation();
  };
  for (const type of ["pointerdown", "keydown", "click", "input", "change", "focusin"])
    document.addEventListener(type, write, true);
  document.addEventListener("pointerdown", press, true);
  document.addEventListener("pointermove", move, true);
  document.addEventListener("pointerup", release, true);
  document.addEventListener("pointercancel", (event) => {
    if (grip && event.pointerId === grip.id) back();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && grip && from !== null) back();
  }, true);
  document.addEventListener("keydown", key, true);
  document.addEventListener("focusout", (event) => {
    if (keyed && within(event)) settle();
  }, true);
  // A click elsewhere comes after what the keys have moved, even where it takes no focus.
  document.addEventListener("click", (event) => {
    if (keyed && !within(event)) settle();
  }, true);
  // The slider's own handlers would move it, too.
  document.addEventListener("mousedown", quiet, true);
  document.addEventListener("touchstart", quiet, { capture: true, passive: true });

  /* ----------------------------------------------------------------- what the server says */

  Object.assign(window.dash_clientside, {
    preview: {
      /* A question has arrived: the awaited one, or another that ends what was shown. */
      asked(now, hidden) {
        const { no_update } = window.dash_clientside;
        const before = wanted;
        const changed = now !== question;
        question = now;
        if (changed && sent && now && now.cut === plain(sent.cut)) {
          controls.clear(); // what they show is the server's by now
          if (ready()) sent.asked = true;
          else restore();
        } else if (changed && target !== null) {
          // A number that was typed before the line was grabbed: the hand goes on.
          if (grip && from !== null && ready()) from = model.index(now.low);
          else restore();
        }
        wanted = now && !hidden ? now.preview : "";
        if (!wanted) early = [];
        return wanted === before ? no_update : wanted;
      },

      /* Whether this is the question that the hand has asked; its figures are drawn at rest. */
      awaited(now) {
        return Boolean(sent && sent.early && ready() && now.query === query(sent.cut));
      },

      /* The words of the figures, as the server has them. */
      confirm,

      /* Its payload has arrived, perhaps while a hand already holds the line. */
      take(payload) {
        if (target !== null) restore();
        model = payload ? new Model(payload) : null;
        if (!ready()) return;
        const steps = early;
        early = [];
        steps.forEach(step);
        if (!grip) return;
        const over = grip.over;
        follow();
        if (over) settle();
      },

      /* A message instead of an answer: what is drawn is still the last one. */
      said(message) {
        if (message && sent && !sent.asked) restore();
      },
    },
  });
})();

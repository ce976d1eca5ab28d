// @ts-check
/* Dragging the cut-off: curves, numbers and dots follow the hand; nothing is asked meanwhile.

   A movement is settled once: on release, on Enter, on leaving or after a rest. What was drawn over
   stays until the server's figure for that cut has arrived; where it does not come, everything is
   put back. machine.js decides what happens when; here it is done. */
(function () {
  "use strict";

  const { cutline } = window, { ids } = cutline.config;
  const REST = 350; // ms after the last key
  const PAINTED = 50; // ms in which the browser paints what has come
  const PATIENCE = 20000; // ms for the server's figures
  const BLIND = new RegExp(`&?${cutline.config.blind}`);
  const LOOK = 30; // ms between two looks at what has been drawn

  let state = cutline.dragState.START;
  /** @type {any} */
  let model = null; // the payload of the question
  /** @type {Question | null} */
  let question = null; // as the server wrote it
  /** @type {string | null} */
  let wanted = null; // whose payload was asked for
  let frame = 0;
  let resting = 0; // the timer of the keyboard's rest
  let asked = 0; // when the server was asked for the awaited answer
  /** @type {(() => void) | null} */
  let unwritten = null; // writes the question of a drag that has been asked already

  const controls = new cutline.drawn.Overwritten();
  const body = () => document.body.classList;
  const slider = () => /** @type {HTMLElement} */ (document.getElementById(ids.cutSlider));
  const thumb = () => /** @type {HTMLElement} */ (slider().querySelector("[role=slider]"));
  const ready = () =>
    Boolean(model && question && question.preview && model.key === question.preview);
  const plain = (cut) => model.text(model.plain, cut);

  /** @param {HandEvent} event */
  function send(event) {
    const line = ready() ? cutLine() : null;
    const { state: now, effects } = cutline.dragState.next(state, event, line);
    state = now;
    for (const effect of effects) EFFECTS[effect](event);
  }
  const cutLine = () => ({
    last: model.last, start: model.index(question && question.low),
    ahead: Boolean(question && question.follows) && !cutline.requests.busy(),
  });

  /* ------------------------------------------------------------------------- what is drawn over */

  const drawn = new WeakMap();
  const all = (selector, Kind) =>
    Array.from(document.querySelectorAll(`${selector} .js-plotly-plot`)).map((/** @type {any} */ gd) => {
      if (!drawn.has(gd) && gd._fullLayout && gd.on) drawn.set(gd, new Kind(gd, drawnAnew));
      return drawn.get(gd);
    }).filter(Boolean);
  const figures = () =>
    [...all(".strip", cutline.MarkerStrip), ...all(".page", cutline.KmFigure)]
      .filter((one) => one.meta.key);
  // Of a page whose figures do not follow the line, only the places are asked for, as if covered.
  const bare = (key) => key.replace(BLIND, "");
  const belongs = (one) => Boolean(one.meta.key) && bare(one.meta.key) === bare(model.key);
  const follows = (one) =>
    !one.hidden && belongs(one) && (!one.meta.of || model.figures[one.meta.of]);
  const shows = (one, cut) => belongs(one) && one.meta.cut === plain(cut);

  function paint() {
    frame = 0;
    if (state.target === null || !ready()) return;
    paintControls(state.target);
    figures().forEach(paintFigure);
  }

  function paintFigure(one) {
    if (!follows(one)) return;
    if (shows(one, state.target)) one.restore();
    else one.paint(model, state.target);
  }

  function paintControls(cut) {
    const handle = thumb(), box = document.getElementById(ids.cut);
    const counts = document.getElementById(ids.cutCount);
    const at = Math.round(model.place[cut] * 1e5) / 1e3;
    controls.style(handle, "--slider-thumb-offset", at + "%");
    controls.attribute(handle, "aria-valuetext", model.text(model.said, cut));
    controls.attribute(handle, "aria-valuenow", plain(cut));
    if (box) controls.property(box, "value", plain(cut));
    if (counts && counts.firstChild)
      controls.property(counts.firstChild, "nodeValue", model.text(model.counts, cut));
  }

  /* Plotly has drawn a figure anew, in the middle of it all. */
  function drawnAnew(one) {
    if (state.target !== null && ready()) paintFigure(one);
  }

  /* ------------------------------------------------------------------------------ what is done */

  function stop() {
    cancelAnimationFrame(frame);
    clearTimeout(resting);
    frame = resting = 0;
  }

  function restore() {
    stop();
    unwritten = null;
    controls.restore();
    figures().forEach((one) => one.restore());
    body().remove("dragging", "settling");
  }

  function finish() {
    controls.clear();
    figures().forEach((one) => one.restore());
    body().remove("dragging", "settling");
  }

  function show() {
    body().add("dragging");
    if (!frame) frame = requestAnimationFrame(paint);
  }

  /* The texts are asked for at once, alone: they and the question would wait for each other. */
  function ask({ type }) {
    const { cut, n, ahead } = answer();
    asked = performance.now();
    body().add("settling"); // until the figures are the server's
    const data = { cut: plain(cut), n };
    unwritten = () => cutline.set(ids.cutSettled, { data });
    if (ahead) cutline.set(ids.asked, { data: { ...question, query: query(cut) } });
    if (ahead && type === "release") setTimeout(write, REST);
    else write();
    look(n);
  }

  /* The question and the address follow the answer, or go before whatever is done next. */
  function write() {
    const now = unwritten;
    unwritten = null;
    if (now) now();
  }

  /* Until every figure that is still shown has been drawn for the cut that was settled. */
  function look(n) {
    if (!state.answer || state.answer.n !== n) return;
    const { cut, arrived } = state.answer;
    const there = arrived && ready() && figures().every((one) => one.hidden || shows(one, cut));
    send({ type: "look", n, there, long: performance.now() - asked >= PATIENCE });
  }

  const answer = () => /** @type {DragAnswer} */ (state.answer);
  const later = (type, wait) => {
    const { n } = answer();
    setTimeout(() => send({ type, n }), wait);
  };

  /** @type {Record<string, (event: HandEvent) => void>} */
  const EFFECTS = {
    show, stop, restore, finish, ask,
    paint: () => {
      if (!frame) return; // a move that has not been painted yet
      cancelAnimationFrame(frame);
      paint();
    },
    "await rest": () => {
      clearTimeout(resting);
      resting = setTimeout(() => send({ type: "rest" }), REST);
    },
    "keep controls": () => controls.clear(), // what they show is the server's by now
    confirm: () => body().remove("dragging"),
    "write soon": () => setTimeout(write, PAINTED),
    draw: () => later("draw", 0),
    "draw at rest": () => later("draw", REST),
    "ask figures": () => cutline.set(ids.figures, { data: question }),
    "look again": () => setTimeout(look, LOOK, answer().n),
  };

  /* ----------------------------------------------------------------------- what the server says */

  const query = (cut) =>
    /** @type {Question} */ (question).query.replace(/(^|&)cut=[^&]*/, "$1cut=" + plain(cut));

  /* Whether the server's words are those shown here. */
  const agree = (said) =>
    figures().filter(follows).every((one) => !one.meta.of || said.figures[one.meta.of]) &&
    Object.entries(said.figures).every(([code, texts]) => {
      const own = model.figures[code];
      return own && Object.entries(texts).every(([name, text]) =>
        own.texts[name] && model.text(own.texts[name], answer().cut) === text);
    });

  cutline.drag = {
    send, slider, thumb, ready, write,
    state: () => state,
    previews: () => Boolean(question && question.preview),
    nearest: (place) => model.nearest(place),

    /* The words of the figures, as the server has them. */
    confirm(said) {
      if (!state.answer || !ready() || !said || said.cut !== plain(state.answer.cut)) return;
      if (state.answer.ahead) send({ type: "words", agree: agree(said) });
    },

    /* Whether this is the question that the hand has asked; its figures are drawn at rest. */
    awaits: (now) => Boolean(
      state.answer && state.answer.ahead && ready() && now.query === query(state.answer.cut)),
  };

  window.dash_clientside.drag = {
    /* A question has arrived; the key of the payload that it wants. */
    question(now, hidden) {
      const before = wanted, changed = now !== question;
      question = now;
      const mine = Boolean(state.answer && now && now.cut === plain(state.answer.cut));
      if (changed) send({ type: "question", mine });
      wanted = now && !hidden ? now.preview : "";
      if (!wanted) send({ type: "unwanted" });
      return wanted === before ? window.dash_clientside.no_update : wanted;
    },

    payload(given) {
      model = given ? new cutline.payload.Model(given) : null;
      send({ type: "payload", cut: ready() ? cutline.pointer.cut() : null });
    },

    message(text) {
      if (text) send({ type: "message" });
    },
  };
})();

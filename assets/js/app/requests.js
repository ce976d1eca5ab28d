// @ts-check
/* The requests to the program: whether one is on its way, what to say when it does not answer, and
   whether what stands at the end is the answer to the question in the address. */
(function () {
  "use strict";

  const { cutline } = window, { ids, limits } = cutline.config;
  const QUIET = 3000; // ms; long enough for a slow device between two requests
  // How the bodies of Dash's requests begin: the change of a question, the saving of a note.
  const CHANGES = `{"output":"..${ids.question}.data`;
  const NOTE = `{"output":"..{\\"of\\":[\\"ALL\\"],\\"type\\":\\"${ids.noteHistory}\\"`;

  const ask = window.fetch.bind(window);
  let silent = false; // whether a message of these stands
  let asking = 0; // requests on their way that change the question
  let pending = 0; // all on their way
  let quiet = 0; // the timer of the check
  let answered = ""; // the question of the last answer, as text
  /** @type {Question | null} */
  let mended = null; // the question that was asked for once more

  /* When the program does not answer, the page says so; the last answer stays. */
  function say(text) {
    if (!text && !silent) return;
    silent = Boolean(text);
    cutline.set(ids.message, { children: text, hidden: !text });
  }

  window.fetch = (...request) => {
    const answer = ask(...request), body = String((request[1] || {}).body);
    const about = cutline.address.cohort();
    const address = String(/** @type {Request} */ (request[0]).url || request[0]);
    if (!address.includes("_dash-update-component")) return answer;
    follow(answer, body.startsWith(CHANGES));
    return answer.then((found) => heed(found, about, body.startsWith(NOTE)),
      (lost) => { say(cutline.say("lost")); throw lost; });
  };

  /* What is on its way, and what of it changes the question; after the last, what stands is checked. */
  function follow(answer, changes) {
    const over = () => {
      pending -= 1;
      asking -= changes;
      if (!pending) quiet = setTimeout(check, QUIET);
    };
    pending += 1;
    asking += changes;
    clearTimeout(quiet);
    answer.then(over, over);
  }

  /* Says what became of a request. To Dash a refusal is an answer that changes nothing: it would
     make a page error of it that nobody reads. */
  function heed(found, about, noted) {
    const { status } = found, refused = status >= 400 && status < 500;
    // The data are gone: the server says what became of them. It is asked once, however many
    // requests were about them: a second answer would take its sentence away again.
    if (status === 410) {
      if (cutline.address.cohort() === about) cutline.address.read();
    } else {
      const name = remark(status, noted);
      say(name && cutline.say(name, { most: limits.note }));
    }
    return refused ? new Response(null, { status: 204 }) : found;
  }

  /* The name of the text that says what a status means, "" for an answer. */
  function remark(status, noted) {
    if (status === 429) return "busy";
    if (status >= 500) return "lost";
    if (status < 400) return "";
    return noted ? "noteTooLong" : "refused";
  }

  /* What stands on a page is the answer to the question in its address: when nothing has been on its
     way for a while and the last answer was to another one, it is asked for once more. */
  function check() {
    const now = cutline.address.question();
    const held = document.body.matches(".dragging, .settling");
    if (!now || held || mended === now || !now.view) return;
    if (answered === JSON.stringify([now.path, now.query, now.sel || []])) return;
    mended = now;
    for (const id of [ids.asked, ids.figures]) cutline.set(id, { data: now });
  }

  cutline.requests = {
    remark,

    /* Whether a change of the question is on its way. */
    busy: () => asking > 0,

    /* The question that the server has answered: [path, query, selected patients]. */
    answered: (of) => { answered = JSON.stringify(of); },
  };
})();

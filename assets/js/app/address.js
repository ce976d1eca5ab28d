// @ts-check
/* The address: what must happen in the browser without asking the server.

   It is written with pushState on a change and with replaceState when it is completed at load; it
   is read at load and on back and forward only, so that typing never rebuilds the page. Where only
   the page, the patient or a way of drawing is another one, all else of the question is known here:
   the server need not read it anew. */
(function () {
  "use strict";

  const { cutline } = window, { ids, paths } = cutline.config;
  const { first } = cutline.config.figures;
  const FILES = paths.files.map((path) => `[href^='${path}']`).join(", ");
  const LINKS = `.part a[href^='/']:not(${FILES}), .about a, .menu a[href^='/']`;

  /** @type {Question | null} */
  let now = null; // the question that stands
  let turns = 0;
  /** @type {Record<string, PageFacts> | undefined} */
  let known; // what the browser knows of every page

  const here = () => ({ path: window.location.pathname, search: window.location.search });
  const read = () => cutline.set(ids.address, { data: here() });
  /** @returns {Record<string, PageFacts>} */
  function pages() {
    const place = /** @type {HTMLElement} */ (document.getElementById(ids.pages));
    return (known = known || JSON.parse(place.dataset.pages || "{}"));
  }

  window.addEventListener("popstate", read);
  window.addEventListener("_dashprivate_pushstate", () => { // a link of the header was followed
    const { pathname, search } = window.location, found = turned(pathname, search);
    if (found) leap(found, "replace");
    else read();
  });

  /* A link inside a part changes the page without loading it anew. */
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest && target.closest(LINKS);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const choice = /** @type {HTMLElement | null} */ (link.closest(".choices"));
    open(link.getAttribute("href"), choice && choice.dataset.option);
    if (!choice) window.scrollTo(0, 0); // a choice is made where the eye is
  });

  /* Another address of this program; the selected patients go along where it names none. */
  function open(address, option) {
    const path = new URL(address, window.location.href).pathname;
    const whole = cutline.queries.withSelection(address, window.location.search);
    const query = (option ? address : whole).split("?")[1] || "";
    const found = now && window.location.search === cutline.queries.search(now) &&
      (option ? redrawn(path, query, option) : turned(path, query));
    if (found) return leap(found, "push");
    window.history.pushState({}, "", whole);
    read();
  }

  // A change that is on its way, such as a selection, must be answered first.
  const settled = () =>
    now && !now.own && !cutline.requests.busy() && cutline.queries.page(pages(), now.path)
      ? now : null;
  function turned(path, query) {
    const from = settled();
    const found = from && cutline.queries.turned(from, pages(), path, query);
    return found && { ...found, neighbour: found.neighbour ? (turns += 1) : 0 };
  }
  function redrawn(path, query, option) {
    const from = settled();
    return from && cutline.queries.redrawn(from, path, query, option);
  }

  function leap(question, entry) {
    cutline.set(ids.message, { children: "", hidden: true });
    cutline.set(ids.question, { data: { ...question, entry } });
  }

  /* The links to the other pages; the current one is marked. */
  function linkPages(question) {
    const anchors = /** @type {HTMLAnchorElement[]} */ (
      Array.from(document.querySelectorAll(".top a.to-page")));
    return anchors.map((link) => {
      const path = new URL(link.href).pathname;
      const within = path !== "/" && question.path.startsWith(path + "/");
      if (path === question.path || within) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
      return path + cutline.queries.elsewhere(question);
    });
  }

  function writeAddress(question) {
    const target = (question.path || window.location.pathname) + cutline.queries.search(question);
    if (target === window.location.pathname + window.location.search) return;
    const write = question.entry === "push" ? "pushState" : "replaceState";
    window.history[write]({}, "", target);
  }

  cutline.address = {
    open, read,
    question: () => now,
    cohort: () => now && cutline.queries.cohortOf(now.query),
  };

  window.dash_clientside.address = {
    locate: here,

    /* A page that stays is filled at once, another one is asked for first. What a drag has asked
       for already is not asked for again; its figures follow when the hand rests. */
    route(question, shown, turn) {
      if (!question) return;
      now = question;
      if (question.view !== shown || (turn && turn.view !== shown))
        return cutline.set(ids.turn, { data: question });
      if (cutline.drag.awaits(question)) return;
      cutline.set(ids.asked, { data: question });
      const figures = question.neighbour ? { ...question, only: first } : question;
      cutline.set(ids.figures, { data: figures });
    },

    /* Write the question into the address, the title and the links to the other pages. */
    write(question) {
      const { no_update, callback_context } = window.dash_clientside;
      if (!question) return [].concat(callback_context.outputs_list).map(() => no_update);
      document.title = question.title;
      cutline.nameFigures(question.endpoint);
      cutline.undo.arrived(question);
      cutline.actions.follow(question);
      writeAddress(question);
      return linkPages(question);
    },

    /* Open a question as a link would. */
    go(query) {
      if (query) {
        window.history.pushState({}, "", paths.survival + "?" + query);
        read();
      }
      return window.dash_clientside.no_update;
    },
  };
})();

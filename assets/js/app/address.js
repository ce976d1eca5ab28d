/* Address and theme: what must happen in the browser without asking the server.

   The address is written with pushState on a change and with replaceState when it is completed at
   load; it is read at load and on back and forward only, so that typing never rebuilds the page. */
(function () {
  "use strict";

  const here = () => ({ path: window.location.pathname, search: window.location.search });
  const read = () => window.dash_clientside.set_props("address", { data: here() });
  window.addEventListener("popstate", read);
  window.addEventListener("_dashprivate_pushstate", () => { // a link of the header was followed
    const { pathname, search } = window.location, found = turned(pathname, search);
    if (found) leap(found, "replace");
    else read();
  });

  /* When the program does not answer, the page says so; the last answer stays. */
  const ask = window.fetch.bind(window);
  let silent = false, asking = 0, pending = 0, quiet = 0;
  const say = (text) => {
    if (!text && !silent) return;
    silent = Boolean(text);
    window.dash_clientside.set_props("message", { children: text, hidden: !text });
  };
  const LOST =
    "The program does not answer: what stands here is still the last answer. " +
    "See whether it runs, then make the change again.";
  const CHANGES = '{"output":"..question.data';
  const TOO_LONG =
    "The note is far too long (at most 2,000 characters). It was not saved, and stands as you wrote it.";
  const NOTE = '{"output":"..{\\"of\\":[\\"ALL\\"],\\"type\\":\\"note-history\\"';
  const BUSY = "Too many changes at once: wait a moment, then make the last one again.";
  const REFUSED =
    "The program refused what this page sent: what stands here is still the last answer. " +
    "Load the page anew; perhaps the program was renewed meanwhile.";
  window.fetch = (...request) => {
    const answer = ask(...request), body = String((request[1] || {}).body), about = studied();
    if (!String(request[0].url || request[0]).includes("_dash-update-component")) return answer;
    follow(answer, body.startsWith(CHANGES));
    return answer.then((found) => heed(found, about, body.startsWith(NOTE)),
      (lost) => { say(LOST); throw lost; });
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
      if (studied() === about) read();
    } else say(status === 429 ? BUSY : status >= 500 ? LOST : !refused ? ""
      : noted ? TOO_LONG : REFUSED);
    return refused ? new Response(null, { status: 204 }) : found;
  }

  /* Parts arrive as html text in an attribute and are set at once; what was unfolded stays so. */
  const folds = (place) => Array.from(place.querySelectorAll("details:not(.help)"));
  const set = (place) => {
    const open = folds(place).map((one) => one.open);
    place.innerHTML = place.getAttribute("data-html") || "";
    const now = folds(place);
    if (now.length === open.length) now.forEach((one, i) => { one.open = open[i]; });
  };
  new MutationObserver((changes) => {
    let grown = false, said = null;
    for (const change of changes) {
      if (change.attributeName === "data-said") said = change.target;
      else if (change.type === "attributes") set(change.target);
      if (change.target instanceof SVGElement) continue; // what Plotly draws: thousands a figure
      for (const node of change.addedNodes) {
        if (!node.querySelectorAll) continue;
        node.querySelectorAll("[data-html]").forEach(set);
        grown = true;
      }
    }
    if (grown) nameFigures();
    if (said) hear(JSON.parse(said.dataset.said));
  }).observe(document.documentElement, {
    subtree: true, childList: true, attributes: true, attributeFilter: ["data-html", "data-said"],
  });

  /* What the server says of the figures comes with the texts and is compared before these are
     painted; what hangs on it waits until they are. */
  const PAINTED = 50;
  const hear = (said) => {
    answered = JSON.stringify(said.of);
    window.dash_clientside.preview.confirm(said);
    setTimeout(() => window.dash_clientside.set_props("heard", { data: said.at }), PAINTED);
  };

  /* What stands on a page is the answer to the question in its address: when nothing has been on its
     way for a while and the last answer was to another one, it is asked for once more. */
  const QUIET = 3000; // long enough for a slow device between two requests
  let answered = "", mended = null;
  const check = () => {
    const held = document.body.matches(".dragging, .settling");
    if (!now || held || mended === now || !now.view) return;
    if (answered === JSON.stringify([now.path, now.query, now.sel || []])) return;
    mended = now;
    for (const id of ["asked", "figures"]) window.dash_clientside.set_props(id, { data: now });
  };

  const PAGES_ONLY = ":not([href^='/export/'], [href^='/patient-table/'], [href='/basket/report'])"; // the others are files
  /* A link inside a part changes the page without loading it anew. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest &&
      event.target.closest(`.part a[href^='/']${PAGES_ONLY}, .about a, .menu a[href^='/']`);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const choice = link.closest(".choices");
    open(link.getAttribute("href"), choice && choice.dataset.option);
    if (!choice) window.scrollTo(0, 0); // a choice is made where the eye is
  });

  /* Another address of this program; the selected patients go along where it names none. */
  const open = (address, option) => {
    const { pathname: path, searchParams: to } = new URL(address, window.location.href);
    const was = new URLSearchParams(window.location.search), sel = was.get("sel");
    const kept = sel && !to.has("sel") && to.has("cohort") && to.get("cohort") === was.get("cohort");
    const whole = address + (kept ? "&sel=" + sel : ""), query = address.split("?")[1] || "";
    const found = now && window.location.search === search(now) &&
      (option ? otherwise(path, query, option) : turned(path, whole.split("?")[1] || ""));
    if (found) return leap(found, "push");
    window.history.pushState({}, "", whole);
    read();
  };

  const elsewhere = (question) => "?" + question.query +
    (question.sel && question.sel.length ? "&sel=" + question.sel.join(",") : "");
  // A page about several questions has a query of its own; the links to other pages do not.
  const search = (question) => (question.own ? "?" + question.own : elsewhere(question));

  /* Where only the page, the patient or a way of drawing is another one, all else of the question
     is known here: the server need not read it anew. Null where it has to. */
  let now = null, turns = 0, pages = null;
  const PEOPLE = "/patients/", PERSON = /^\/patients\/[0-9a-f]{20}$/;
  const page = (path) => {
    pages = pages || JSON.parse(document.getElementById("pages").dataset.pages);
    return PERSON.test(path) ? pages[PEOPLE] : path === PEOPLE ? undefined : pages[path];
  };
  const sorted = (query, ...without) => {
    const left = new URLSearchParams(query);
    for (const name of without) left.delete(name);
    left.sort();
    return left.toString();
  };
  const studied = () => now && new URLSearchParams(now.query).get("cohort");
  // A change that is on its way, such as a selection, must be answered first.
  const settled = () => Boolean(now && !now.own && !asking && page(now.path));

  function turned(path, query) {
    const view = settled() && page(path);
    if (!view || path === now.path || sorted(query) !== sorted(elsewhere(now))) return null;
    return {
      ...now, path, title: `${view.title} · ${now.study} · Cutline`, asks: view.asks,
      view: `${view.name}/${now.view.split("/")[1]}`, follows: view.follows,
      preview: now.previews[Number(view.follows)],
      neighbour: PERSON.test(path) && PERSON.test(now.path) ? (turns += 1) : 0,
    };
  }
  function otherwise(path, query, option) {
    const names = [option, "panel"];
    if (!settled() || path !== now.path || sorted(query, ...names) !== sorted(now.query, ...names))
      return null;
    return { ...now, query, neighbour: 0 };
  }
  function leap(question, entry) {
    window.dash_clientside.set_props("message", { children: "", hidden: true });
    window.dash_clientside.set_props("question", { data: { ...question, entry } });
  }

  /* A click on the profile goes to the cut-off under it; Plotly knows which that is. */
  const clickable = new WeakSet();
  document.addEventListener("pointerover", (event) => {
    const gd = event.target.closest && event.target.closest(".figure-profile .js-plotly-plot");
    if (!gd || !gd.on || clickable.has(gd)) return;
    clickable.add(gd);
    gd.on("plotly_click", ({ points }) => {
      const cut = points.map((point) => point.customdata).find((one) => typeof one === "string");
      if (cut) window.dash_clientside.set_props("cut", { value: cut });
    });
  });

  /* One explanation or Download menu is open at a time; Escape or a click elsewhere closes it. */
  const FOLDS = "details.help, .leaving > details";
  const closeHelp = (except) =>
    Array.from(document.querySelectorAll(FOLDS)).forEach((fold) => {
      if (fold !== except) fold.open = false;
    });
  document.addEventListener("click", (event) =>
    closeHelp(event.target.closest && event.target.closest(FOLDS)));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeHelp(null);
  });

  /* An explanation hangs over everything, also over the edge of a table that scrolls, and inside
     the window: under its mark, or above it where there is more room. */
  const EDGE = 8;
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

  /* The figure of the question's endpoint is #km, the others are #km-OS and the like. */
  let asked = "";
  const nameFigures = () =>
    document.querySelectorAll(".curve-place").forEach((place) => {
      const name = place.dataset.of === asked ? "km" : "km-" + place.dataset.of;
      if (place.id !== name) place.id = name;
    });

  const preferred = () =>
    window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

  const clicked = () => {
    const context = window.dash_clientside.callback_context;
    return context.triggered.some((one) => one.prop_id.endsWith("n_clicks") && one.value);
  };

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.cutline = {
    locate: here,
    open,

    /* Whether a change of the question is on its way. */
    busy: () => asking > 0,

    /* A page that stays is filled at once, another one is asked for first. What a drag has asked
       for already is not asked for again; its figures follow when the hand rests. */
    route(question, shown, turn) {
      const { set_props, preview } = window.dash_clientside;
      if (!question) return;
      now = question;
      if (question.view !== shown || (turn && turn.view !== shown))
        return set_props("turn", { data: question });
      if (preview.awaited(question)) return;
      set_props("asked", { data: question });
      const figures = question.neighbour ? { ...question, only: "first" } : question;
      set_props("figures", { data: figures });
    },

    /* Write the question into the address, the title and the links to the other pages. */
    write(question) {
      const { no_update, callback_context } = window.dash_clientside;
      const links = [].concat(callback_context.outputs_list);
      if (!question) return links.map(() => no_update);
      document.title = question.title;
      asked = question.endpoint;
      nameFigures();
      window.dash_clientside.undo.arrived(question);
      window.dash_clientside.keeping.follow(question);
      const target = (question.path || window.location.pathname) + search(question);
      if (target !== window.location.pathname + window.location.search) {
        const write = question.entry === "push" ? "pushState" : "replaceState";
        window.history[write]({}, "", target);
      }
      const anchors = Array.from(document.querySelectorAll(".top a.to-page"));
      anchors.forEach((link) => {
        const path = new URL(link.href).pathname;
        const within = path !== "/" && question.path.startsWith(path + "/");
        const current = path === question.path || within;
        if (current) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      });
      return anchors.map((link) => new URL(link.href).pathname + elsewhere(question));
    },

    /* Open a question as a link would. */
    go(query) {
      if (query) {
        window.history.pushState({}, "", "/survival?" + query);
        read();
      }
      return window.dash_clientside.no_update;
    },

    /* The stored theme, its opposite after a click, the system's preference the first time. */
    theme(_clicks, stored) {
      const now = stored === "dark" || stored === "light" ? stored : preferred();
      return clicked() ? (now === "dark" ? "light" : "dark") : now;
    },

    paint(theme) {
      document.documentElement.style.colorScheme = theme || preferred();
      document.documentElement.dataset.agThemeMode = theme || preferred();
      return theme || preferred();
    },

    /* Copy the address; where the browser forbids it, say so. */
    async copyLink() {
      const button = document.getElementById("copy-link");
      const later = () =>
        window.dash_clientside.set_props("copy-link", { children: "Copy link" });
      window.setTimeout(later, 2000);
      button.focus();
      try {
        await navigator.clipboard.writeText(window.location.href);
        return "Copied";
      } catch (refused) {
        return "Copy it from the address bar";
      }
    },
  };
})();

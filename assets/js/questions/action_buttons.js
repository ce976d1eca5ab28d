/* Saved questions and the basket: their buttons, their names, and the deck on its way. */
(function () {
  "use strict";

  const set_props = (...given) => window.dash_clientside.set_props(...given);
  const FADES = 5000; // ms that a remark stays

  let fading = 0;
  function tell(text) {
    const place = document.getElementById("status");
    if (!place) return;
    window.clearTimeout(fading);
    place.textContent = text;
    if (text) fading = window.setTimeout(() => { place.textContent = ""; }, FADES);
  }

  /* -------------------------------------------------------------- what a button asks for */

  let last = null; // whose list comes anew: the focus goes back to where it was
  const ask = (data) => {
    last = data;
    set_props(data.do.startsWith("saved-") ? "saved-act" : "basket-act", { data });
  };
  const focused = () => document.activeElement && document.activeElement !== document.body;
  new MutationObserver((changes) => {
    const list = changes.map((one) => one.target)
      .find((one) => one.matches(".saved-list, .basket-list"));
    if (!list || !last || focused()) return;
    const of = Array.from(list.querySelectorAll("button[data-act]"));
    const same = of.find((one) => one.dataset.act === last.do && one.dataset.of === last.of)
      || of.find((one) => one.dataset.of === last.of) || of[0]
      || (list.closest(".menu") || document).querySelector("summary, .basket-link");
    last = null;
    if (same) same.focus({ preventScroll: true });
  }).observe(document.documentElement, {
    subtree: true, attributes: true, attributeFilter: ["data-html"],
  });
  const current = () => {
    const now = new URLSearchParams(window.location.search);
    if (window.location.pathname === "/compare") return now.get("a") || "";
    for (const name of ["sel", "a", "b"]) now.delete(name);
    return now.toString();
  };
  const acts = {
    compare: ({ query }) => {
      close();
      window.dash_clientside.cutline.open(
        "/compare?" + new URLSearchParams({ a: current(), b: query }));
    },
    "saved-rename": rename,
    "basket-rename": rename,
    deck: () => window.dash_clientside.deck.make(),
    "deck-cancel": () => window.dash_clientside.deck.cancel(),
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button[data-act]");
    if (!button) return;
    const { act, of, view, part, query } = button.dataset;
    const asked = { do: act, of, query };
    if (acts[act]) acts[act](asked, button);
    else ask(view ? { ...asked, view, part } : asked);
  });

  /* A name is written where it stands; Enter keeps it, Escape leaves it. */
  function rename({ do: what, of }, button) {
    const row = button.closest("li"), place = row && row.querySelector(".saved-name");
    if (!place || row.querySelector("input")) return;
    const field = document.createElement("input");
    field.type = "text";
    field.value = place.textContent;
    field.className = "name-field";
    field.setAttribute("aria-label", "New name");
    place.hidden = true;
    place.after(field);
    let ended = false; // taking the field away makes it lose the focus, too
    const end = () => {
      if (ended) return;
      ended = true;
      field.remove();
      place.hidden = false;
      button.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      const name = field.value;
      end();
      if (event.key === "Enter" && name !== place.textContent) ask({ do: what, of, name });
    });
    field.addEventListener("blur", end);
    field.select();
    field.focus();
  }

  /* ------------------------------------------------------------------------------ the menu */

  const menu = () => document.getElementById("saved-menu");
  function close() {
    const open = menu();
    if (!open || !open.open) return false;
    open.open = false;
    return true;
  }
  document.addEventListener("click", (event) => {
    const inside = event.target.closest && event.target.closest(".menu");
    if (!inside || event.target.closest(".menu a")) close();
  });
  document.addEventListener("keydown", (event) => {
    const naming = event.target.classList.contains("name-field"); // there it leaves the name
    if (event.key !== "Escape" || event.defaultPrevented || naming || !close()) return;
    event.preventDefault();
    menu().querySelector("summary").focus();
  }, true);

  let listed = null; // the cohort whose questions are listed
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.keeping = {
    tell,

    /* The list is that of the question's cohort; it is asked for when that changes. */
    follow(question) {
      const cohort = question && new URLSearchParams(question.query).get("cohort");
      if (!cohort || cohort === listed) return;
      listed = cohort;
      set_props("saved-of", { data: cohort });
    },

    said(data) {
      if (data) tell(data.text);
    },
  };
})();

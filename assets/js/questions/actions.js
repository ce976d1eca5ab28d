// @ts-check
/* The buttons of lists that are html text (data-act, components/acts.py): one listener hands what
   they ask for to the server, or does it here. */
(function () {
  "use strict";

  const { cutline } = window, { ids, paths } = cutline.config;

  /** @type {{do: string, of: string} | null} */
  let last = null; // whose list comes anew: the focus goes back to where it was
  /** @type {string | null} */
  let listed = null; // the cohort whose questions are listed

  function ask(data) {
    last = data;
    cutline.set(data.do.startsWith("saved-") ? ids.savedAct : ids.basketAct, { data });
  }

  const focused = () => document.activeElement && document.activeElement !== document.body;
  new MutationObserver((changes) => {
    const list = changes.map((one) => /** @type {Element} */ (one.target))
      .find((one) => one.matches(".saved-list, .basket-list"));
    if (!list || !last || focused()) return;
    const next = successor(list, last);
    last = null;
    if (next) next.focus({ preventScroll: true });
  }).observe(document.documentElement, {
    subtree: true, attributes: true, attributeFilter: ["data-html"],
  });

  /* The same button in the list that came anew, else one of the same thing, else the first. */
  function successor(list, { do: what, of }) {
    const buttons = /** @type {HTMLElement[]} */ (
      Array.from(list.querySelectorAll("button[data-act]")));
    return buttons.find((one) => one.dataset.act === what && one.dataset.of === of)
      || buttons.find((one) => one.dataset.of === of) || buttons[0]
      || (list.closest(".menu") || document).querySelector("summary, .basket-link");
  }

  /* The question of the page; of a page about two the first one. */
  function current() {
    const now = new URLSearchParams(window.location.search);
    if (window.location.pathname === paths.compare) return now.get("a") || "";
    for (const name of ["sel", "a", "b"]) now.delete(name);
    return now.toString();
  }

  const HERE = {
    compare: ({ query }) => {
      cutline.menu.close();
      cutline.address.open(
        paths.compare + "?" + new URLSearchParams({ a: current(), b: query }));
    },
    "saved-rename": rename,
    "basket-rename": rename,
    deck: () => cutline.deck.make(),
    "deck-cancel": () => cutline.deck.cancel(),
  };
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (
      target.closest && target.closest("button[data-act]"));
    if (!button) return;
    const { act = "", of, view, part, query } = button.dataset;
    const asked = { do: act, of, query };
    if (HERE[act]) HERE[act](asked, button);
    else ask(view ? { ...asked, view, part } : asked);
  });

  /* A name is written where it stands; Enter keeps it, Escape leaves it. */
  function rename({ do: what, of }, button) {
    const row = button.closest("li"), place = row && row.querySelector(".saved-name");
    if (!place || row.querySelector("input")) return;
    const field = nameField(place.textContent);
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

  function nameField(name) {
    const field = document.createElement("input");
    field.type = "text";
    field.value = name;
    field.className = "name-field";
    field.setAttribute("aria-label", cutline.say("newName"));
    return field;
  }

  cutline.actions = {
    /* The list is that of the question's cohort; it is asked for when that changes. */
    follow(question) {
      const cohort = question && cutline.queries.cohortOf(question.query);
      if (!cohort || cohort === listed) return;
      listed = cohort;
      cutline.set(ids.savedOf, { data: cohort });
    },
  };
})();

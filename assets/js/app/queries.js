// @ts-check
/* The question as the address says it: pure functions of texts and questions. */
(function () {
  "use strict";

  const { paths, limits } = window.cutline.config;
  const PATIENT = new RegExp(`^${paths.patient}[0-9a-f]{${limits.idDigits}}$`);

  const cohortOf = (query) => new URLSearchParams(query).get("cohort");

  /* A query without some of its names and with the others in order: equal for equal questions. */
  function sorted(query, ...without) {
    const left = new URLSearchParams(query);
    for (const name of without) left.delete(name);
    left.sort();
    return left.toString();
  }

  /* The query that links to other pages carry. */
  const elsewhere = (question) => "?" + question.query +
    (question.sel && question.sel.length ? "&sel=" + question.sel.join(",") : "");

  /* A page about several questions has a query of its own; the links to other pages do not. */
  const search = (question) => (question.own ? "?" + question.own : elsewhere(question));

  /* An address with the patients that are selected here, where it is about the same cohort. */
  function withSelection(address, here) {
    const to = new URLSearchParams(address.split("?")[1] || ""), was = new URLSearchParams(here);
    const sel = was.get("sel");
    const kept = sel && !to.has("sel") && to.has("cohort") && to.get("cohort") === was.get("cohort");
    return address + (kept ? "&sel=" + sel : "");
  }

  /* What is known of a path's page; undefined where it is none, or the server has to say which. */
  function page(pages, path) {
    if (PATIENT.test(path)) return pages[paths.patient];
    return path === paths.patient ? undefined : pages[path];
  }

  /* The question on another page or of another patient; null where more of it is another one. */
  function turned(now, pages, path, query) {
    const view = page(pages, path);
    if (!view || path === now.path || sorted(query) !== sorted(elsewhere(now))) return null;
    return {
      ...now, path, asks: view.asks, follows: view.follows,
      title: window.cutline.say("pageTitle", { page: view.title, study: now.study }),
      view: `${view.name}/${now.view.split("/")[1]}`,
      preview: now.previews[Number(view.follows)],
      neighbour: PATIENT.test(path) && PATIENT.test(now.path),
    };
  }

  /* The question with another choice of drawing; null where more of it is another one. */
  function redrawn(now, path, query, option) {
    const names = [option, "panel"];
    const same = path === now.path && sorted(query, ...names) === sorted(now.query, ...names);
    return same ? { ...now, query, neighbour: 0 } : null;
  }

  window.cutline.queries = {
    cohortOf, sorted, elsewhere, search, withSelection, page, turned, redrawn,
  };
})();

// @ts-check
/* The selected patients, who stand in the address. */
(function () {
  "use strict";

  const { cutline } = window, { paths, limits } = cutline.config;

  const query = () => new URLSearchParams(window.location.search);
  const ids = () => (query().get("sel") || "").split(",").filter(Boolean);

  function select(wanted) {
    const now = query();
    now.delete("sel");
    const kept = Array.from(new Set(wanted)).slice(0, limits.selected);
    const text = now.toString().replace(/%2C/g, ",");
    // An empty one is said, too: it would be carried over otherwise.
    cutline.address.open(
      window.location.pathname + "?" + (text ? text + "&" : "") + "sel=" + kept.join(","));
  }

  function toggle(wanted) {
    const now = ids(), all = wanted.every((id) => now.includes(id));
    select(all ? now.filter((id) => !wanted.includes(id)) : now.concat(wanted));
  }

  const link = (id) => paths.patient + id + window.location.search;

  cutline.selection = {
    ids, select, toggle, link,
    openPatient: (id) => cutline.address.open(link(id)),
  };
})();

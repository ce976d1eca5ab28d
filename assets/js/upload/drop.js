// @ts-check
/* Files and folders that are dropped on the data page. */
(function () {
  "use strict";

  const { limits } = window.cutline.config;
  const MOST_DEPTH = 4; // of a folder
  const zone = () => document.querySelector(".hand-over");
  const overZone = (event) => event.target.closest && event.target.closest(".hand-over");

  document.addEventListener("dragover", (event) => {
    const here = zone();
    if (!here) return;
    event.preventDefault(); // a file that misses the zone must not take the page's place
    here.classList.toggle("over", Boolean(overZone(event)));
  });
  document.addEventListener("dragleave", (event) => {
    const here = zone();
    if (here && !event.relatedTarget) here.classList.remove("over");
  });
  document.addEventListener("drop", async (event) => {
    const here = zone();
    if (!here || !event.dataTransfer) return;
    event.preventDefault();
    here.classList.remove("over");
    if (!overZone(event)) return;
    window.cutline.uploadFiles.upload(await dropped(event.dataTransfer));
  });

  /* Loose files, or with a folder among them all that lies in it. */
  async function dropped({ items, files }) {
    const entries = Array.from(items || [], (one) => one.webkitGetAsEntry && one.webkitGetAsEntry());
    const loose = Array.from(files);
    if (!entries.some((one) => one && one.isDirectory)) return loose;
    const found = [];
    for (const entry of entries) if (entry) await walk(entry, found, 0);
    return found;
  }

  async function walk(entry, found, depth) {
    if (found.length > limits.files || depth > MOST_DEPTH || entry.name.startsWith(".")) return;
    if (entry.isFile) {
      found.push(await new Promise((done, failed) => entry.file(done, failed)));
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return;
      for (const one of some) await walk(one, found, depth + 1);
    }
  }
})();

/* The data page: files are sent with their progress and can be called back; each field of what was
   understood is one change, sent one after the other. Nothing is kept in the browser. */
(function () {
  "use strict";

  const LARGEST = 20e6, UPLOAD = "/upload";
  const zone = () => document.querySelector(".hand-over");
  const place = () => document.querySelector(".brought-draft");
  const draft = () => {
    const here = place() && place().querySelector("[data-draft]");
    return here ? here.dataset.draft : "";
  };

  /* One wish after the other: a draft is read by one at a time. */
  let n = 0, waiting = [], asked = null, focus = null, timer = 0;
  const send = () => {
    if (asked || !waiting.length) return;
    asked = waiting.shift();
    busy(true);
    keep();
    timer = window.setTimeout(answered, 60000);
    window.dash_clientside.set_props("brought", { data: asked });
  };
  /* What is typed for the button that opens stays while something else is changed. */
  let typed = null;
  const keep = () => {
    const row = place() && place().querySelector(".open-row");
    typed = row ? { draft: draft(), values: named(row) } : null;
  };
  const giveBack = () => {
    if (!typed || typed.draft !== draft()) return;
    place().querySelectorAll(".open-row [data-name]").forEach((one) => {
      if (typed.values[one.dataset.name] !== undefined) one.value = typed.values[one.dataset.name];
    });
  };
  const want = (wish) => {
    waiting.push({ draft: draft(), ...wish, n: (n += 1) });
    send();
  };
  const answered = () => {
    window.clearTimeout(timer);
    asked = null;
    busy(waiting.length > 0);
    send();
  };
  const busy = (now) => {
    const here = place();
    if (!here) return;
    here.classList.toggle("busy", now);
    here.setAttribute("aria-busy", String(now));
  };

  /* An answer has come: what had the focus has it again, and a new draft is looked at. */
  const marked = (root) =>
    root.querySelector("[data-field], [data-press], [data-do], #data-understood");
  new MutationObserver((changes) => {
    for (const change of changes) {
      const here = change.target.closest && change.target.closest(".brought-draft, .brought-sets");
      if (!here || !asked) continue;
      const wished = asked;
      answered();
      if (wished.do === "delete" || wished.do === "rename") refresh(wished);
      giveBack();
      if (wished.do === "read" || wished.do === "edit") {
        hideProgress();
        const choice = place().querySelector("[data-name=instead]");
        if (wished.instead && choice) choice.value = wished.instead;
        const head = document.getElementById("data-understood");
        if (head) { head.focus({ preventScroll: true }); head.scrollIntoView({ block: "start" }); }
      } else if (focus && marked(document)) again(focus);
      focus = null;
      break;
    }
  }).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["data-html"] });
  /* The list of cohorts in the header is another one; the one that is shown may be gone. */
  const refresh = (wished) => {
    const here = new URLSearchParams(window.location.search).get("cohort");
    if (wished.do === "delete" && wished.code === here)
      return window.dash_clientside.cutline.open("/data");
    const { pathname, search } = window.location;
    window.dash_clientside.set_props("address", { data: { path: pathname, search } });
  };
  const key = (one) => one && [one.dataset.field, one.dataset.press, one.dataset.do,
    one.dataset.value, one.dataset.code, one.dataset.name].join("|");
  const again = (wanted) =>
    window.requestAnimationFrame(() => {
      const found = Array.from(document.querySelectorAll(
        "[data-field], [data-press], [data-do], [data-name]")).find((one) => key(one) === wanted);
      if (found) found.focus({ preventScroll: true });
    });

  /* Fields. */
  const codes = (box) =>
    Array.from(box.closest("fieldset").querySelectorAll("[data-code]"))
      .filter((one) => one.checked).map((one) => one.dataset.code);
  const valueOf = (field) =>
    field.dataset.value ? JSON.parse(field.dataset.value) : field.value;
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.id === "data-files") return upload(Array.from(field.files), field);
    if (!field.dataset || !field.dataset.field || !field.closest(".brought-draft")) return;
    focus = key(document.activeElement) || key(field);
    want({ do: "change", field: JSON.parse(field.dataset.field), value: valueOf(field) });
  });
  document.addEventListener("focusin", (event) => {
    // The change of a field that is left comes before the focus is where it goes to.
    if (asked && event.target.closest && event.target.closest(".brought-draft"))
      focus = key(event.target);
  });
  const named = (button) => {
    const box = button.closest(".builder, .open-row, .asking") || document.createElement("div");
    const found = {};
    box.querySelectorAll("[data-name]").forEach((one) => { found[one.dataset.name] = one.value; });
    return found;
  };
  document.addEventListener("keydown", (event) => {
    const box = event.key === "Enter" && event.target.dataset && event.target.dataset.name
      && event.target.closest(".open-row, .asking, .builder");
    if (box) box.querySelector("[data-do]").click();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest(
      ".brought-draft button, .brought-sets button");
    if (!button) return;
    if (button.dataset.press) {
      focus = key(button);
      return want({ do: "change", field: JSON.parse(button.dataset.press), value: null });
    }
    pressed(button, ...(button.dataset.do || "").split(" "));
  });
  const pressed = (button, what, code) => {
    if (what.startsWith("ask-")) return ask(button.dataset.do);
    if (what === "never-mind") return ask("");
    if (what === "replace") return chooseInstead(code);
    if (what === "codes") {
      focus = key(button);
      return want({ do: "change", field: JSON.parse(button.dataset.of), value: codes(button) });
    }
    if (what === "derive") {
      focus = key(button);
      return want({ do: "change", field: ["derive"], value: named(button) });
    }
    want({ do: what, code: code || button.dataset.code || "", ...named(button) });
  };
  /* What cannot be undone is asked for first, beside its row. */
  const ask = (name) => {
    document.querySelectorAll("[data-asks]").forEach((one) => {
      one.hidden = one.dataset.asks !== name || !one.hidden;
      if (!one.hidden) (one.querySelector("input") || one.querySelector("button:last-child")).focus();
    });
  };
  let instead = "";
  const chooseInstead = (code) => {
    instead = code;
    document.getElementById("data-files").click();
  };

  /* Files. */
  let request = null;
  const words = (text) => { zone().querySelector(".upload-words").textContent = text; };
  const refuse = (text) => {
    const here = zone().querySelector(".upload-refused");
    here.textContent = text;
    here.hidden = !text;
  };
  const progress = (share) => { zone().querySelector(".upload-fill").style.width = share * 100 + "%"; };
  const showProgress = (text) => {
    zone().querySelector(".uploading").hidden = false;
    zone().querySelector(".upload-cancel").hidden = false;
    words(text);
  };
  const hideProgress = () => { if (zone()) zone().querySelector(".uploading").hidden = true; };
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1) + " MB";

  const upload = (files, input) => {
    if (input) window.setTimeout(() => { input.value = ""; });
    if (!files.length || request) return;
    refuse("");
    const large = files.find((one) => one.size > LARGEST);
    if (large)
      return refuse(large.name + " is larger than 20 MB (" + megabytes(large.size) +
        "): leave out what is not needed, or hand over a zip. Nothing was sent.");
    const form = new FormData();
    files.forEach((one) => form.append("file", one, one.name));
    request = new XMLHttpRequest();
    request.open("POST", UPLOAD);
    const total = files.reduce((sum, one) => sum + one.size, 0);
    const what = files.length === 1 ? files[0].name : files.length + " files";
    request.upload.onprogress = (event) => {
      const share = event.total ? event.loaded / event.total : 0;
      progress(share);
      words("Sending " + what + ": " + Math.round(share * 100) + " % of " + megabytes(total));
    };
    request.onload = () => sent(what);
    request.onerror = () => over("The program does not answer: nothing was handed over. See whether it runs, then try again.");
    request.onabort = () => over("Cancelled: nothing was kept.");
    showProgress("Sending " + what);
    request.send(form);
  };
  const over = (text) => {
    request = null;
    progress(0);
    hideProgress();
    refuse(text);
  };
  const sent = (what) => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch (broken) { answer = {}; }
    const status = request.status;
    request = null;
    if (!answer.draft)
      return over(answer.message || "The files were not taken (" + status + "). Try again.");
    progress(1);
    words("Reading " + what + " (20 seconds at most) …");
    zone().querySelector(".upload-cancel").hidden = true;
    want({ do: "read", draft: answer.draft, instead });
    instead = "";
  };
  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest(".upload-cancel") && request) request.abort();
  });

  /* Drag and drop, folders too. */
  const over_zone = (event) => event.target.closest && event.target.closest(".hand-over");
  document.addEventListener("dragover", (event) => {
    if (!zone()) return;
    event.preventDefault(); // a file that misses the zone must not take the page's place
    zone().classList.toggle("over", Boolean(over_zone(event)));
  });
  document.addEventListener("dragleave", (event) => {
    if (zone() && !event.relatedTarget) zone().classList.remove("over");
  });
  document.addEventListener("drop", async (event) => {
    if (!zone()) return;
    event.preventDefault();
    zone().classList.remove("over");
    if (!over_zone(event)) return;
    const items = Array.from(event.dataTransfer.items || []);
    const entries = items.map((one) => one.webkitGetAsEntry && one.webkitGetAsEntry());
    const loose = Array.from(event.dataTransfer.files);
    if (!entries.some((one) => one && one.isDirectory)) return upload(loose);
    const found = [];
    for (const entry of entries) if (entry) await walk(entry, found, 0);
    upload(found);
  });
  const walk = async (entry, found, depth) => {
    if (found.length > 200 || depth > 4 || entry.name.startsWith(".")) return;
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
  };
})();

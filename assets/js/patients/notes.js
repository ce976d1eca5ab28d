// @ts-check
/* A draft of a note stays in this tab until it is saved. */
(function () {
  "use strict";

  const { cutline } = window, { ids, views } = cutline.config;
  const DRAFT = "cutline-draft-"; // in the session's storage, with the patient's id behind it
  const SHOWN = 80; // ms until the box is there
  let drafted = ""; // the patient whose notes are shown

  document.addEventListener("input", (event) => {
    const target = /** @type {HTMLTextAreaElement} */ (event.target);
    if (drafted && target.closest(".note-form textarea"))
      try {
        window.sessionStorage.setItem(DRAFT + drafted, target.value);
      } catch { /* the box still holds it */ }
  });

  cutline.notes = {
    /* Another page than a patient's has no draft. */
    leave(question) {
      if (!question || !String(question.view).startsWith(views.patient + "/")) drafted = "";
    },
  };

  window.dash_clientside.notes = {
    /* A patient's notes have arrived, or one was saved: a draft that was left here comes back, and
       one that is written down goes. */
    noted(lists) {
      const seen = (lists || [])[0];
      if (!seen || !seen.patient) return;
      const first = drafted !== seen.patient;
      drafted = seen.patient;
      setTimeout(() => {
        /** @type {HTMLTextAreaElement | null} */
        const box = document.querySelector(".note-form textarea");
        if (!box || drafted !== seen.patient || box.value) return;
        if (!first) return window.sessionStorage.removeItem(DRAFT + seen.patient);
        const value = window.sessionStorage.getItem(DRAFT + seen.patient);
        if (value) cutline.set({ type: ids.noteText, of: "patient" }, { value });
      }, SHOWN);
    },
  };
})();

// @ts-check
/* Files are sent with their progress and can be called back. */
(function () {
  "use strict";

  const { cutline } = window, { ids, paths, limits } = cutline.config;
  const { megabytes, percent } = cutline.numbers;
  const size = (bytes) => cutline.say("megabytes", { n: megabytes(bytes) });

  /** @type {XMLHttpRequest | null} */
  let request = null;
  let instead = ""; // the data set that the next files take the place of

  /** @returns {HTMLElement} */
  const inZone = (selector) => /** @type {HTMLElement} */ (
    document.querySelector(".hand-over " + selector));
  const tell = (text) => { inZone(".upload-words").textContent = text; };
  const progress = (share) => { inZone(".upload-fill").style.width = share * 100 + "%"; };
  function refuse(text) {
    const here = inZone(".upload-refused");
    here.textContent = text;
    here.hidden = !text;
  }
  function showProgress(text) {
    inZone(".uploading").hidden = false;
    inZone(".upload-cancel").hidden = false;
    tell(text);
  }
  function hideProgress() {
    if (document.querySelector(".hand-over")) inZone(".uploading").hidden = true;
  }

  function upload(files, input) {
    if (input) window.setTimeout(() => { input.value = ""; });
    if (!files.length || request) return;
    refuse("");
    const large = files.find((one) => one.size > limits.file);
    if (large) return refuse(cutline.say("fileTooLarge", {
      name: large.name, limit: limits.fileText, size: size(large.size),
    }));
    send(files);
  }

  function send(files) {
    const form = new FormData();
    files.forEach((one) => form.append("file", one, one.name));
    const total = size(files.reduce((sum, one) => sum + one.size, 0));
    const what = files.length === 1 ? files[0].name : cutline.say("files", { n: files.length });
    request = new XMLHttpRequest();
    request.open("POST", paths.upload);
    request.upload.onprogress = (event) => {
      const share = event.total ? event.loaded / event.total : 0;
      progress(share);
      tell(cutline.say("sendingShare", { what, share: percent(share), total }));
    };
    request.onload = () => sent(what);
    request.onerror = () => over(cutline.say("uploadLost"));
    request.onabort = () => over(cutline.say("uploadCancelled"));
    showProgress(cutline.say("sending", { what }));
    request.send(form);
  }
  function over(text) {
    request = null;
    progress(0);
    hideProgress();
    refuse(text);
  }
  function sent(what) {
    const { status, responseText } = /** @type {XMLHttpRequest} */ (request);
    let answer = {};
    try { answer = JSON.parse(responseText); } catch { /* no answer of this program */ }
    request = null;
    if (!answer.draft) return over(answer.message || cutline.say("notTaken", { status }));
    progress(1);
    tell(cutline.say("reading", { what, seconds: limits.readingSeconds }));
    inZone(".upload-cancel").hidden = true;
    cutline.uploadWishes.want({ do: "read", draft: answer.draft, instead });
    instead = "";
  }
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest && target.closest(".upload-cancel") && request) request.abort();
  });

  cutline.uploadFiles = {
    upload, hideProgress,
    chooseInstead(code) {
      instead = code;
      document.getElementById(ids.dataFiles)?.click();
    },
  };
})();

// @ts-check
/* The line that says what has just been done, for a few seconds. */
(function () {
  "use strict";

  const { cutline } = window;
  const FADES = 5000; // ms that a remark stays
  let fading = 0;

  cutline.tell = (text) => {
    const place = document.getElementById(cutline.config.ids.status);
    if (!place) return;
    window.clearTimeout(fading);
    place.textContent = text;
    if (text) fading = window.setTimeout(() => { place.textContent = ""; }, FADES);
  };

  window.dash_clientside.status = {
    said(data) {
      if (data) cutline.tell(data.text);
    },
  };
})();

// @ts-check
/* Dark or light, and the button that copies the address. */
(function () {
  "use strict";

  const { cutline } = window, { ids } = cutline.config;
  const COPIED = 2000; // ms that the button says what became of the copy

  const preferred = () =>
    window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

  const clicked = () => {
    const context = window.dash_clientside.callback_context;
    return context.triggered.some((one) => one.prop_id.endsWith("n_clicks") && one.value);
  };

  window.dash_clientside.theme = {
    /* The stored theme, its opposite after a click, the system's preference the first time. */
    choose(_clicks, stored) {
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
      const button = /** @type {HTMLElement} */ (document.getElementById(ids.copyLink));
      const later = () => cutline.set(ids.copyLink, { children: cutline.say("copyLink") });
      window.setTimeout(later, COPIED);
      button.focus();
      try {
        await navigator.clipboard.writeText(window.location.href);
        return cutline.say("copied");
      } catch {
        return cutline.say("copyByHand");
      }
    },
  };
})();

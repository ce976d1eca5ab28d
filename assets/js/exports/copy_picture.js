// @ts-check
/* "Copy picture": the PNG of a figure goes to the clipboard; the button says what became of it. */
(function () {
  "use strict";

  const { cutline } = window;
  const STAYS = 4000; // ms that the button says so

  const say = (button, text) => {
    const name = button.dataset.name || (button.dataset.name = button.textContent);
    button.textContent = cutline.say(text);
    window.clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = window.setTimeout(() => { button.textContent = name; }, STAYS);
  };

  const picture = async (address) => {
    const answer = await window.fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.blob();
  };

  document.addEventListener("click", async (event) => {
    const target = /** @type {Element} */ (event.target);
    /** @type {HTMLElement | null} */
    const button = target.closest && target.closest("button[data-copy]");
    if (!button) return;
    if (!navigator.clipboard || !window.ClipboardItem)
      return say(button, "pictureImpossible");
    say(button, "pictureCopying");
    try {
      // The promise goes in at once: some browsers forget the click while the picture is made.
      const item = new ClipboardItem({ "image/png": picture(button.dataset.copy) });
      await navigator.clipboard.write([item]);
      say(button, "pictureCopied");
    } catch {
      say(button, "pictureRefused");
    }
  });
})();

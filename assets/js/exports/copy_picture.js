/* "Copy picture": the PNG of a figure goes to the clipboard; where the browser forbids it, it says so. */
(function () {
  "use strict";

  const say = (button, text) => {
    const name = button.dataset.name || (button.dataset.name = button.textContent);
    button.textContent = text;
    window.clearTimeout(Number(button.dataset.timer));
    button.dataset.timer = window.setTimeout(() => { button.textContent = name; }, 4000);
  };

  const picture = async (address) => {
    const answer = await window.fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.blob();
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button[data-copy]");
    if (!button) return;
    if (!navigator.clipboard || !window.ClipboardItem)
      return say(button, "Not possible here: take the PNG");
    say(button, "Copying …");
    try {
      // The promise goes in at once: some browsers forget the click while the picture is made.
      const item = new ClipboardItem({ "image/png": picture(button.dataset.copy) });
      await navigator.clipboard.write([item]);
      say(button, "Copied");
    } catch (refused) {
      say(button, "Not copied: take the PNG");
    }
  });
})();

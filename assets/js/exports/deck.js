// @ts-check
/* The deck of the basket: how far it is, and a way to stop it. The file comes as the last line. */
(function () {
  "use strict";

  const { cutline } = window;
  const TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  /** @type {AbortController | null} */
  let running = null;

  /** @returns {HTMLButtonElement | null} */
  const place = (act) => document.querySelector(`[data-act="${act}"]`);
  /** @returns {HTMLElement | null} */
  const progress = () => document.querySelector(".deck-progress");
  function show(done, of) {
    const box = progress();
    if (!box) return;
    let bar = box.querySelector("progress");
    if (!bar) {
      bar = document.createElement("progress");
      bar.setAttribute("aria-label", cutline.say("deckMaking"));
      box.append(bar, document.createElement("span"));
    }
    bar.max = of;
    bar.value = done;
    const text = /** @type {HTMLElement} */ (box.querySelector("span"));
    text.textContent = cutline.say("deckStep", { done, of });
  }
  function working(now) {
    const make = place("deck"), cancel = place("deck-cancel");
    const box = progress();
    if (make) make.disabled = now;
    if (cancel) cancel.hidden = !now;
    if (box) {
      box.hidden = !now;
      if (!now) box.replaceChildren();
    }
    if (now && cancel) cancel.focus();
    else if (make && (!document.activeElement || document.activeElement === document.body))
      make.focus();
  }

  function keep(name, content) {
    const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: TYPE }));
    link.download = name;
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  /* Every whole line as it arrives. */
  async function lines(answer, each) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split("\n");
      rest = parts.pop() || "";
      for (const part of parts) each(JSON.parse(part));
    }
  }

  async function made(signal) {
    const answer = await window.fetch(cutline.config.paths.deck, { method: "POST", signal });
    if (!answer.ok) return (await answer.json()).error;
    /** @type {any} */
    let file = null;
    await lines(answer, (said) => {
      if (said.content) file = said;
      else show(said.done, said.of);
    });
    if (!file) return cutline.say("deckBroken");
    keep(file.name, file.content);
    return cutline.say("deckMade", { name: file.name });
  }

  cutline.deck = {
    async make() {
      if (running) return;
      running = new AbortController();
      working(true);
      show(0, 1);
      let said = "";
      try {
        said = await made(running.signal);
      } catch (fault) {
        said = cutline.say(/** @type {Error} */ (fault).name === "AbortError" ? "deckStopped" : "deckBroken");
      }
      running = null;
      working(false);
      cutline.tell(said);
    },
    cancel() {
      if (running) running.abort();
    },
  };
})();

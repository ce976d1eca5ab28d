// @ts-check
/* Texts with <b>, <span> (pale) and <br>, set as Plotly would have set them. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  const decoded = (text) =>
    text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

  // A "<" of its own, as in "p < .001", is text.
  const PIECES = /<(b|span)>(.*?)<\/\1>|((?:[^<]|<(?!(?:b|span)>))+)/g;

  /* Lines of pieces: {tag, text}, the tag "" for plain text. */
  const pieces = (markup) =>
    markup.split("<br>").map((line) =>
      Array.from(line.matchAll(PIECES), ([, tag, inside, plain]) =>
        plain === undefined
          ? { tag, text: decoded(inside.replace(/<[^>]*>/g, "")) }
          : { tag: "", text: decoded(plain) }));

  function node({ tag, text }) {
    if (!tag) return document.createTextNode(text);
    const span = document.createElementNS(SVG, "tspan");
    span.textContent = text;
    if (tag === "b") span.style.fontWeight = "bold";
    else span.style.fill = "var(--muted)";
    return span;
  }

  /** @param {Element} element @param {string} markup */
  function set(element, markup) {
    const lines = pieces(markup).map((line) => line.map(node));
    if (lines.length === 1) return element.replaceChildren(...lines[0]);
    element.replaceChildren(...lines.map((parts, i) => {
      const line = document.createElementNS(SVG, "tspan");
      line.setAttribute("x", element.getAttribute("x") || "");
      line.setAttribute("dy", i ? "1.3em" : "0em");
      line.append(...parts);
      return line;
    }));
  }

  /* Without the colours that Plotly was given: the same words have the same text. */
  const bare = (markup) => markup.replace(/<(b|span)\s[^>]*>/g, "<$1>");

  window.cutline.markup = { pieces, set, bare };
})();

// @ts-check
/* The payload of a drag (figures/preview.py): where the line can stand, and the texts there.

   Numbers that are read come as finished texts; only curves and bands are worked out here. */
(function () {
  "use strict";

  const KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };

  /** @param {CodedArray} coded */
  function decoded([kind, text]) {
    const raw = atob(text), bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    return new KINDS[kind](bytes.buffer);
  }

  /* Texts are words by their place: a plain word, or the number of a column of words by cut. */
  class Texts {
    /** @param {string[]} words @param {CodedArray[]} columns */
    constructor(words, columns) {
      this.words = words;
      this.columns = columns.map(decoded);
    }
    /** @param {TextParts} parts @param {number} i */
    at(parts, i) {
      return parts
        .map((part) => (typeof part === "string" ? part : this.words[this.columns[part][i]]))
        .filter(Boolean)
        .join(" ");
    }
  }

  class Model {
    /** @param {PreviewPayload} payload */
    constructor(payload) {
      this.key = payload.key;
      this.texts = new Texts(payload.words, payload.columns);
      this.place = decoded(payload.at);
      this.low = decoded(payload.low);
      this.bins = payload.bins ? decoded(payload.bins) : null;
      this.plain = payload.plain;
      this.said = payload.said;
      this.counts = payload.counts;
      this.figures = Object.fromEntries(
        Object.entries(payload.figures).map(([code, one]) => [code, figure(one)]));
    }
    get last() {
      return this.place.length - 1;
    }
    text(parts, i) {
      return this.texts.at(parts, i);
    }
    /* The cut nearest to a place on the axis. */
    nearest(x) {
      const at = window.cutline.curve.firstFrom(this.place, x);
      if (at === 0) return 0;
      return at > this.last || x - this.place[at - 1] <= this.place[at] - x ? at - 1 : at;
    }
    /* Where so many patients lie at or below: a whole number, or one between two cuts. */
    index(low) {
      const at = window.cutline.curve.firstFrom(this.low, low);
      return this.low[at] === low ? at : at - 0.5;
    }
  }

  /** @param {PreviewFigure} coded */
  function figure({ times, time, event, low, texts }) {
    const arrays = { times: decoded(times), time: decoded(time), event: decoded(event) };
    return {
      patients: new window.cutline.curve.Patients({ ...arrays, cuts: decoded(low) }), texts,
    };
  }

  window.cutline.payload = { Model, Texts, decoded };
})();

/* The scripts as the page loads them: their order, their texts, and small pure parts. */
import assert from "node:assert/strict";
import test from "node:test";
import { load, truths } from "./load.mjs";

/* As much of a browser as loading asks for. */
const nothing = () => {};
Object.assign(globalThis, {
  addEventListener: nothing, location: { pathname: "/", search: "" },
  MessageChannel: class { port1 = {}; port2 = {}; },
  MutationObserver: class { observe() {} },
  SVGElement: class {},
});
Object.assign(document, { addEventListener: nothing, documentElement: {}, body: {} });
Object.defineProperty(globalThis, "sessionStorage", { value: { getItem: () => null } });
const cutline = load(...truths.scripts.filter((name) => name !== "cutline.js"));

test("every script can be loaded in the order of the page, the common one first", () => {
  assert.equal(truths.scripts[0], "cutline.js");
  assert.ok(truths.scripts.length > 30);
});

test("where the order of listening matters, it is that order", () => {
  const before = (one, other) =>
    assert.ok(truths.scripts.indexOf(one) < truths.scripts.indexOf(other), `${one}, ${other}`);
  before("app/html_parts.js", "questions/actions.js"); // parts are set before they are looked at
  before("app/html_parts.js", "upload/wishes.js");
  before("app/help.js", "patients/patient_page.js"); // Escape closes an explanation first
  before("questions/menu.js", "questions/presenting.js"); // and the menu before it ends presenting
});

test("texts have their gaps filled, with whatever is put there", () => {
  assert.equal(cutline.say("deckStep", { done: 2, of: 5 }), "Making the deck: step 2 of 5");
  assert.equal(cutline.say("deckMade", { name: "$& {of}.pptx" }), "The deck is made: $& {of}.pptx.");
});

test("what became of a request has a text", () => {
  const names = [200, 204, 302].map((status) => cutline.requests.remark(status, false));
  assert.deepEqual(names, ["", "", ""]);
  assert.equal(cutline.requests.remark(429, true), "busy");
  assert.equal(cutline.requests.remark(500, false), "lost");
  assert.equal(cutline.requests.remark(413, true), "noteTooLong");
  assert.equal(cutline.requests.remark(404, false), "refused");
});

test("marked words are taken apart as Plotly sets them", () => {
  const { pieces, bare } = cutline.markup;
  assert.deepEqual(pieces("HR <b>0.25</b>, p &lt; .001<br><span>p < .05</span>"), [
    [{ tag: "", text: "HR " }, { tag: "b", text: "0.25" }, { tag: "", text: ", p < .001" }],
    [{ tag: "span", text: "p < .05" }],
  ]);
  assert.equal(bare('<span style="color:#555">n</span> <b >x</b>'), "<span>n</span> <b>x</b>");
});

test("bars are split where the cut is", () => {
  assert.deepEqual(cutline.splitBins([2, 3, 1], 4), [[2, 0], [2, 1], [0, 1]]);
  assert.deepEqual(cutline.splitBins([2, 3], 0), [[0, 2], [0, 3]]);
  assert.deepEqual(cutline.splitBins([2, 3], 5), [[2, 0], [3, 0]]);
});

test("what was written over is put back, unless somebody else wrote since", () => {
  const kept = new cutline.drawn.Overwritten(), place = { value: "a", other: "b", isConnected: true };
  kept.property(place, "value", "x");
  kept.property(place, "other", "y");
  kept.property(place, "value", "z");
  place.other = "theirs";
  kept.restore();
  assert.deepEqual([place.value, place.other], ["a", "theirs"]);
});

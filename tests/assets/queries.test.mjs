import assert from "node:assert/strict";
import test from "node:test";
import { load, truths } from "./load.mjs";

const { queries } = load("app/queries.js");
const PATIENT = "/patients/" + "0a".repeat(10);
const now = truths.turns[0][0];

test("a turned page is the question that the server would have written", () => {
  for (const [before, after] of truths.turns) {
    const { neighbour, ...found } =
      queries.turned(before, truths.pages, after.path, before.query);
    assert.equal(neighbour, false);
    assert.deepEqual(found, after, `${before.path} to ${after.path}`);
  }
});

test("where more than the page is another one, the server is asked", () => {
  const other = now.query.replace("cut=20.1", "cut=30");
  assert.notEqual(other, now.query);
  assert.equal(queries.turned(now, truths.pages, "/cutoff", other), null);
  assert.equal(queries.turned(now, truths.pages, now.path, now.query), null);
  assert.equal(queries.turned(now, truths.pages, "/no-such-page", now.query), null);
  assert.equal(queries.turned(now, truths.pages, "/patients/", now.query), null);
});

test("the order of a query does not matter, and a selection does", () => {
  const turned = now.query.split("&").reverse().join("&");
  assert.ok(queries.turned(now, truths.pages, "/cutoff", turned));
  assert.equal(queries.turned(now, truths.pages, "/cutoff", now.query + "&sel=abc"), null);
});

test("from patient to patient is a neighbour", () => {
  const page = queries.turned(now, truths.pages, PATIENT, now.query);
  assert.equal(page.neighbour, false);
  const other = queries.turned(page, truths.pages, PATIENT.replace(/a$/, "b"), now.query);
  assert.equal(other.neighbour, true);
  assert.equal(other.view.split("/")[0], truths.pages["/patients/"].name);
});

test("a choice of drawing changes only itself and the panel", () => {
  const query = now.query + "&points=all&panel=2";
  assert.equal(queries.redrawn(now, now.path, query, "points").query, query);
  assert.equal(queries.redrawn(now, now.path, query, "scale"), null);
  assert.equal(queries.redrawn(now, "/cutoff", query, "points"), null);
});

test("links carry the question and the selected patients", () => {
  const question = { query: "cohort=a", sel: ["p", "q"], own: "" };
  assert.equal(queries.elsewhere(question), "?cohort=a&sel=p,q");
  assert.equal(queries.search(question), "?cohort=a&sel=p,q");
  assert.equal(queries.search({ ...question, own: "a=1&b=2" }), "?a=1&b=2");
});

test("selected patients go along to the same cohort only", () => {
  const here = "?cohort=a&sel=p,q";
  assert.equal(queries.withSelection("/x?cohort=a", here), "/x?cohort=a&sel=p,q");
  assert.equal(queries.withSelection("/x?cohort=b", here), "/x?cohort=b");
  assert.equal(queries.withSelection("/x?cohort=a&sel=", here), "/x?cohort=a&sel=");
  assert.equal(queries.withSelection("/x", here), "/x");
  assert.equal(queries.withSelection("/x?cohort=a", "?cohort=a"), "/x?cohort=a");
});

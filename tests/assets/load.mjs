/* Loads scripts of the page as the page does: classic scripts, one global, the config beside them. */
import { readFileSync } from "node:fs";
import vm from "node:vm";

/* What Python says: see tests/assets/truths.py. */
export const truths = JSON.parse(readFileSync(process.env.TRUTHS_FILE, "utf8"));

const SCRIPTS = new URL("../../assets/js/", import.meta.url);
const config = { textContent: JSON.stringify(truths.config) };

globalThis.window = globalThis;
globalThis.document = { getElementById: (id) => (id === "cutline-config" ? config : null) };

export function load(...names) {
  for (const name of ["cutline.js", ...names])
    vm.runInThisContext(readFileSync(new URL(name, SCRIPTS), "utf8"), { filename: name });
  return globalThis.cutline;
}
